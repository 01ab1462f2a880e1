//! xlsx: the values by calamine, and from the sheet's own XML what calamine does not tell: hidden rows, digits of long numbers,
//! formulas without a result.
use super::xml::{self, Beside};
use super::{Cell, Limits, Sheet, bad, not_a_list, number, plain, shown};
use calamine::{Data, DataRef, Reader, SheetVisible, Xlsx, XlsxError};
use domain::{Code, Failure};
use std::collections::HashMap;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

/// Most bytes an xlsx may unpack to: a county's roster has about 20.
const MAX_UNPACKED: u64 = 256 << 20;
/// Most bytes of a part that is kept whole while reading (shared texts, formats), each.
const MAX_PART: u64 = 48 << 20;
/// Most XML tags of the shared texts, and of other parts kept whole: each tag may be an entry.
const MAX_TEXT_TAGS: u64 = 4_000_000;
const MAX_TAGS: u64 = 200_000;
/// Longest piece between two tags, bytes: an office program's longest text has 98,000.
const MAX_PIECE: u64 = 16 << 20;
/// Most parts inside an xlsx.
const MAX_PARTS: usize = 4000;

/// Bytes of a sheet's part in which it says how far it reaches.
const HEAD: usize = 64 << 10;

/// Reads the sheets.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, Failure> {
    check_unpacked(bytes, MAX_UNPACKED)?;
    match sheets(bytes, &mut limits.clone()) {
        Err(ReadProblem::Reader(XlsxError::RangeWithoutColumnComponent)) => sheets(&without_extents(bytes).map_err(bad)?, &mut limits.clone()),
        read => read,
    }
    .map_err(|problem| match problem {
        ReadProblem::Reader(e) => bad(e),
        ReadProblem::Limit(f) => f,
    })
}

/// The same file without how far its sheets reach: LibreOffice once wrote that as whole rows, `1:63`, which calamine does not read.
fn without_extents(bytes: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at)?;
        let name = part.name()?.to_string();
        if !name.starts_with("xl/worksheets/") {
            out.raw_copy_file(part)?;
            continue;
        }
        let mut head = Vec::new();
        part.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let begin = head.windows(10).position(|w| w == b"<dimension").unwrap_or(head.len());
        let length = head.iter().skip(begin).position(|b| *b == b'>').map_or(0, |end| end + 1);
        head.drain(begin..begin + length);
        out.start_file(name, zip::write::SimpleFileOptions::default())?;
        out.write_all(&head)?;
        std::io::copy(&mut part, &mut out)?;
    }
    Ok(out.finish()?.into_inner())
}

fn sheets(bytes: &[u8], limits: &mut Limits) -> Result<Vec<Sheet>, ReadProblem> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(ReadProblem::Reader)?;
    let epoch_shift = if book.has_1904_epoch() { 1462.0 } else { 0.0 };
    let seen: Vec<(String, bool)> = book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect();
    let parts = xml::parts(bytes).map_err(ReadProblem::Limit)?;
    let mut sheets = Vec::new();
    for (name, hidden) in seen {
        let mut sheet = Sheet { name: name.as_str().into(), hidden, epoch_shift, ..Sheet::default() };
        let beside = parts.get(&name).map(|part| xml::beside(bytes, part)).transpose().map_err(ReadProblem::Limit)?.unwrap_or_default();
        match read_cells(&mut book, &name, &beside, &mut sheet, limits) {
            // A chart on a sheet of its own.
            Err(ReadProblem::Reader(XlsxError::NotAWorksheet(_))) => continue,
            read => read?,
        }
        sheet.hidden_rows = beside.hidden;
        for region in book.merge_cells_by_sheet_name(&name).map_err(ReadProblem::Reader)? {
            limits.merge(&mut sheet, region.start, region.end).map_err(ReadProblem::Limit)?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

enum ReadProblem {
    Reader(XlsxError),
    Limit(Failure),
}

/// Cell by cell: a range of the reader's would take room for every empty cell in between. A text that many cells share is kept once.
fn read_cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, beside: &Beside, sheet: &mut Sheet, limits: &mut Limits) -> Result<(), ReadProblem> {
    let mut reader = book.worksheet_cells_reader(name).map_err(ReadProblem::Reader)?;
    let formats: Vec<String> = reader.styles().iter().map(|s| s.number_format.as_ref().map(|f| f.format_code.clone()).unwrap_or_default()).collect();
    let mut shared: HashMap<*const u8, Cell> = HashMap::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(ReadProblem::Reader)? {
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::SharedString(s) => match shared.get(&s.as_ptr()) {
                Some(known) => Ok(known.clone()),
                None => limits.text(s).inspect(|cell| _ = shared.insert(s.as_ptr(), cell.clone())),
            },
            DataRef::String(s) => limits.text(s),
            DataRef::Float(n) => Ok(as_shown(*n, formats.get(style))),
            other => plain(&Data::from(other.clone()), limits),
        };
        let value = match (value.map_err(ReadProblem::Limit)?, beside.digits.get(&(row, column))) {
            (Cell::Lost, Some(digits)) => Cell::Digits(digits.as_str().into()),
            (Cell::Empty, _) if beside.formulas.contains(&(row, column)) => Cell::NoResult,
            (value, _) => value,
        };
        limits.put(sheet, row, column, value).map_err(ReadProblem::Limit)?;
    }
    Ok(())
}

fn as_shown(n: f64, format: Option<&String>) -> Cell {
    match (number(n), format.and_then(|f| shown::shown(n, f))) {
        (Cell::Number(n), Some(shown)) => Cell::Shown(n, Arc::from(shown)),
        (cell, _) => cell,
    }
}

/// Unpacks every part once and throws it away: sizes written in the file are not to be trusted.
pub fn check_unpacked(bytes: &[u8], limit: u64) -> Result<(), Failure> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    if archive.len() > MAX_PARTS {
        return Err(Code::TooLarge.into());
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(bad)?;
        let name = part.name().map_err(bad)?.to_string();
        if name == "content.xml" {
            return Err(not_a_list("ods"));
        }
        let Weight { bytes: taken, tags, longest } = check_limits(part, left)?;
        left = left.checked_sub(taken).ok_or(Code::TooLarge)?;
        let name = name.to_ascii_lowercase();
        let most = match name.rsplit('/').next().unwrap_or_default() {
            "sharedstrings.xml" => MAX_TEXT_TAGS,
            name if ["styles", "theme", "workbook"].iter().any(|kept| name.starts_with(kept)) => MAX_TAGS,
            _ => u64::MAX,
        };
        if longest > MAX_PIECE || tags > most || (most < u64::MAX && taken > MAX_PART) {
            return Err(Code::TooLarge.into());
        }
    }
    Ok(())
}

#[derive(Default)]
struct Weight {
    bytes: u64,
    tags: u64,
    longest: u64,
}

/// Bytes and tags of a part, read no further than one byte past the limit.
fn check_limits(part: impl Read, limit: u64) -> Result<Weight, Failure> {
    let mut part = part.take(limit.saturating_add(1));
    let mut block = [0; 1 << 14];
    let (mut found, mut piece) = (Weight::default(), 0);
    loop {
        let count = part.read(&mut block).map_err(bad)?;
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else { return Ok(found) };
        found.bytes += count as u64;
        for (nth, between) in read.split(|b| *b == b'<').enumerate() {
            found.tags += u64::from(nth > 0);
            piece = between.len() as u64 + if nth == 0 { piece } else { 0 };
            found.longest = found.longest.max(piece);
        }
    }
}
