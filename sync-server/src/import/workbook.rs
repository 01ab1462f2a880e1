//! Reads an office file into sheets of plain cells: xlsx, xls and csv, with every limit that keeps a hostile file small.
use calamine::{Data, DataRef, Dimensions, Reader, Xls, Xlsx, XlsxError};
use chrono::NaiveDate;
use domain::{Code, Failure};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes an xlsx may unpack to: a county's roster has about 20.
const MAX_UNPACKED: u64 = 256 << 20;
/// Most parts inside an xlsx.
const MAX_PARTS: usize = 4000;
/// Most cells over all sheets.
const MAX_CELLS: usize = 4_000_000;
/// Columns beyond this one are not read; what offices keep there is formatting.
const MAX_COLUMN: u32 = 512;
/// From here on a floating-point number no longer holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// One cell, as it was meant.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands.
    Text(String),
    /// A number that a floating-point number holds exactly, or a fraction.
    Number(f64),
    /// A whole number too long for the office program, whose digits are all in the file.
    Digits(String),
    /// A whole number too long for the office program: its last digits are gone.
    Lost,
    /// A day.
    Day(NaiveDate),
    /// `#N/A` and the like.
    Fault,
}

/// One sheet. Rows and columns count from 0.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows that hold anything.
    pub rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Merged regions by column and first row: last row. Their content stands in the first cell.
    down: BTreeMap<(u32, u32), u32>,
    /// Merged regions by first row and first column: last row and last column.
    merged: BTreeMap<(u32, u32), (u32, u32)>,
    /// Days between the two ways office programs count days: 0 or 1462.
    pub epoch_shift: f64,
}

const NOTHING: &Cell = &Cell::Empty;

impl Sheet {
    /// What stands in a cell itself.
    pub fn own(&self, row: u32, column: u32) -> &Cell {
        self.rows.get(&row).and_then(|r| r.get(&column)).unwrap_or(NOTHING)
    }
    /// What stands in a cell; below the first cell of a merged region, what stands in that.
    pub fn filled(&self, row: u32, column: u32) -> &Cell {
        let own = self.own(row, column);
        if *own != Cell::Empty {
            return own;
        }
        let above = self.down.range((column, 0)..=(column, row)).next_back();
        match above {
            Some(((_, first), last)) if row <= *last => self.own(*first, column),
            _ => own,
        }
    }
    /// What a reader sees at a place of the header: merged regions reach to the right too.
    pub fn spread(&self, row: u32, column: u32) -> &Cell {
        let own = self.own(row, column);
        if *own != Cell::Empty {
            return own;
        }
        let covering = self.merged.range(..=(row, column)).rev().take(MAX_COLUMN as usize);
        let found = covering.into_iter().find(|((_, left), (bottom, right))| *bottom >= row && *left <= column && *right >= column);
        found.map_or(own, |((top, left), _)| self.own(*top, *left))
    }

    fn put(&mut self, row: u32, column: u32, cell: Cell) {
        if column < MAX_COLUMN && cell != Cell::Empty {
            self.rows.entry(row).or_default().insert(column, cell);
        }
    }
    fn merge(&mut self, regions: &[Dimensions]) {
        for region in regions.iter().filter(|r| r.start.0 <= r.end.0 && r.start.1 <= r.end.1) {
            self.merged.insert(region.start, region.end);
            if region.end.0 > region.start.0 {
                self.down.insert((region.start.1, region.start.0), region.end.0);
            }
        }
    }
    fn cells(&self) -> usize {
        self.rows.values().map(BTreeMap::len).sum()
    }
}

/// Reads a file by what it is; the name only tells a csv. `BadFile` for anything else, `TooLarge` past the limits.
pub fn open(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    // A damaged file may make the reader panic; that concerns this file only.
    catch_unwind(AssertUnwindSafe(|| match bytes {
        [b'P', b'K', ..] => xlsx(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => xls(bytes),
        _ if is_csv(file_name) => csv(file_name, bytes),
        _ => Err(Code::BadFile.into()),
    }))
    .unwrap_or_else(|_| Err(Code::BadFile.into()))
}

/// Whether the name is one of a text table.
pub fn is_csv(file_name: &str) -> bool {
    file_name.to_ascii_lowercase().ends_with(".csv")
}

fn bad<E>(_: E) -> Failure {
    Code::BadFile.into()
}

fn within_limits(count: usize) -> Result<(), Failure> {
    if count <= MAX_CELLS { Ok(()) } else { Err(Code::TooLarge.into()) }
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    check_unpacked(bytes, MAX_UNPACKED)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(bad)?;
    let epoch_shift = if book.has_1904_epoch() { 1462.0 } else { 0.0 };
    let mut sheets = Vec::new();
    let mut count = 0;
    for name in book.sheet_names() {
        let mut sheet = Sheet { name: name.clone(), epoch_shift, ..Sheet::default() };
        match read_cells(&mut book, &name, &mut sheet, &mut count) {
            Ok(()) => {}
            // A chart on a sheet of its own.
            Err(ReadProblem::Reader(XlsxError::NotAWorksheet(_))) => continue,
            Err(ReadProblem::Reader(e)) => return Err(bad(e)),
            Err(ReadProblem::Limit(f)) => return Err(f),
        }
        let regions = book.merge_cells_by_sheet_name(&name).map_err(bad)?;
        sheet.merge(&regions);
        sheets.push(sheet);
    }
    if sheets.iter().any(|s| s.rows.values().any(|r| r.values().any(|c| *c == Cell::Lost))) {
        restore_digits(bytes, &mut sheets)?;
    }
    Ok(sheets)
}

enum ReadProblem {
    Reader(XlsxError),
    Limit(Failure),
}

/// Cell by cell: a range of the reader's would take room for every empty cell in between.
fn read_cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, sheet: &mut Sheet, count: &mut usize) -> Result<(), ReadProblem> {
    let mut reader = book.worksheet_cells_reader(name).map_err(ReadProblem::Reader)?;
    while let Some(cell) = reader.next_cell().map_err(ReadProblem::Reader)? {
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::SharedString(s) => text(s),
            other => plain(&Data::from(other.clone())),
        };
        *count += usize::from(value != Cell::Empty);
        within_limits(*count).map_err(ReadProblem::Limit)?;
        sheet.put(row, column, value);
    }
    Ok(())
}

fn xls(bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(bad)?;
    let epoch_shift = if book.has_1904_epoch() { 1462.0 } else { 0.0 };
    let mut sheets = Vec::new();
    let mut count = 0;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(bad)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet { name: name.clone(), epoch_shift, ..Sheet::default() };
        for (row, column, data) in range.used_cells() {
            let place = |at: usize, from: u32| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(from);
            sheet.put(place(row, top), place(column, left), plain(data));
        }
        count += sheet.cells();
        within_limits(count)?;
        sheet.merge(&book.merge_cells_by_sheet_name(&name).unwrap_or_default());
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn csv(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    let content = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_bytes());
    let mut sheet = Sheet { name: file_name.rsplit(['/', '\\']).next().unwrap_or(file_name).to_owned(), ..Sheet::default() };
    let mut count = 0;
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let row = record.position().map_or(0, |p| u32::try_from(p.record()).unwrap_or(u32::MAX));
        for (column, field) in record.iter().enumerate() {
            sheet.put(row, u32::try_from(column).unwrap_or(u32::MAX), text(field));
            count += usize::from(!field.is_empty());
        }
        within_limits(count)?;
    }
    Ok(vec![sheet])
}

/// Text in UTF-8 or, as older office programs write it, GB 18030.
pub fn decode(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, Failure> {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let content = match std::str::from_utf8(bytes) {
        Ok(utf8) => std::borrow::Cow::Borrowed(utf8),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Code::BadFile)?,
    };
    if content.contains('\0') { Err(Code::BadFile.into()) } else { Ok(content) }
}

fn text(s: &str) -> Cell {
    if s.trim().is_empty() { Cell::Empty } else { Cell::Text(s.to_owned()) }
}

fn plain(data: &Data) -> Cell {
    match data {
        Data::Empty | Data::DurationIso(_) => Cell::Empty,
        Data::String(s) | Data::DateTimeIso(s) => text(s),
        Data::Int(n) => number(*n as f64),
        Data::Float(n) => number(*n),
        Data::Bool(b) => Cell::Text(if *b { "是" } else { "否" }.to_owned()),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).map_or(Cell::Fault, Cell::Day)
        }
        Data::DateTime(span) => number(span.as_f64()),
        Data::Error(_) => Cell::Fault,
    }
}

fn number(n: f64) -> Cell {
    match n {
        n if !n.is_finite() => Cell::Fault,
        n if n.abs() >= EXACT => Cell::Lost,
        n => Cell::Number(n),
    }
}

/// Unpacks every part once and throws it away: sizes written in the file are not to be trusted.
pub(super) fn check_unpacked(bytes: &[u8], limit: u64) -> Result<(), Failure> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    if archive.len() > MAX_PARTS {
        return Err(Code::TooLarge.into());
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(bad)?;
        let taken = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink()).map_err(bad)?;
        left = left.checked_sub(taken).ok_or(Code::TooLarge)?;
    }
    Ok(())
}

/// Office programs cut numbers after 15 digits, but a file made by another program may hold an 18-digit number whole. Then its
/// digits are taken from the file's text. Digits that only look whole, because they are a rounded number printed, are left out.
fn restore_digits(bytes: &[u8], sheets: &mut [Sheet]) -> Result<(), Failure> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    let mut found: BTreeMap<(u32, u32), Option<String>> = BTreeMap::new();
    let names: Vec<String> = archive.file_names().flatten().filter(|n| n.starts_with("xl/worksheets/")).map(|n| n.into_owned()).collect();
    for name in names {
        let mut xml = String::new();
        if archive.by_name(&name).map_err(bad)?.read_to_string(&mut xml).is_err() {
            continue;
        }
        for (place, digits) in long_numbers(&xml) {
            // Two sheets may hold different numbers at one place; which is whose is not known here, so neither is taken.
            found
                .entry(place)
                .and_modify(|d| {
                    if d.as_ref() != Some(&digits) {
                        *d = None
                    }
                })
                .or_insert(Some(digits));
        }
    }
    for sheet in sheets {
        for (row, cells) in &mut sheet.rows {
            for (column, cell) in cells.iter_mut().filter(|(_, c)| **c == Cell::Lost) {
                if let Some(Some(digits)) = found.get(&(*row, *column)) {
                    *cell = Cell::Digits(digits.clone());
                }
            }
        }
    }
    Ok(())
}

fn long_numbers(xml: &str) -> impl Iterator<Item = ((u32, u32), String)> + '_ {
    xml.split("<c ").skip(1).filter_map(|cell| {
        let cell = cell.split("</c>").next()?;
        let place = place(cell.split_once("r=\"")?.1.split('"').next()?)?;
        let value = cell.split_once("<v>")?.1.split("</v>").next()?;
        let whole = value.len() >= 16 && value.bytes().all(|b| b.is_ascii_digit());
        let rounded: f64 = value.parse().ok()?;
        let printed = format!("{rounded}") == value || format!("{rounded:.0}") == value;
        (whole && !printed && !value.ends_with("000")).then(|| (place, value.to_owned()))
    })
}

/// `B7` as row 6, column 1.
fn place(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at_checked(digits)?;
    let mut column = 0u32;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}
