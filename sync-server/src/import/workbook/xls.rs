//! xls: the values by calamine, which takes room for every place between the first and the last cell of a sheet and a copy of a text for
//! each cell. So the records are looked through first: what would take too much is refused before it is read.
use super::{Cell, Limits, MAX_CELLS, MAX_MERGED, MAX_TEXT, Sheet, bad, not_a_list, plain, shown};
use calamine::{Data, Reader, SheetVisible, Xls};
use domain::{Code, Failure};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

/// Most places between the first and the last cell, over all sheets.
const MAX_PLACES: u64 = 1_500_000;
/// Most sheets.
const MAX_SHEETS: usize = 250;
/// Largest table of shared texts, bytes.
const MAX_SHARED: usize = 12 << 20;
/// Most bytes of formulas: a name in one is written out.
const MAX_FORMULAS: usize = 2 << 20;

/// Reads the sheets.
pub fn read(bytes: &[u8], mut limits: Limits) -> Result<Vec<Sheet>, Failure> {
    let (at, stream) = workbook(bytes)?;
    let looked = Looked::through(&stream)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(said_as_it_is(bytes, at, &looked.claims)?)).map_err(bad)?;
    let epoch_shift = if book.has_1904_epoch() { 1462.0 } else { 0.0 };
    let seen: Vec<(String, bool)> = book.sheets_metadata().iter().map(|s| (s.name.clone(), s.visible != SheetVisible::Visible)).collect();
    let mut sheets = Vec::new();
    for (at, (name, hidden)) in seen.into_iter().enumerate() {
        let range = book.worksheet_range(&name).map_err(bad)?;
        let beside = looked.sheets.get(at);
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet { name: name.as_str().into(), hidden, epoch_shift, ..Sheet::default() };
        for (row, column, data) in range.used_cells() {
            let place = |at: usize, from: u32| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(from);
            let (row, column) = (place(row, top), place(column, left));
            let format = beside.and_then(|b| looked.formats.get(b.styles.get(&(row, column))?));
            let cell = match (data, format) {
                (Data::Float(n), Some(format)) => shown::shown(*n, format).map(|shown| Cell::Shown(*n, Arc::from(shown))),
                _ => None,
            };
            let cell = cell.map_or_else(|| plain(data, &mut limits), Ok)?;
            limits.put(&mut sheet, row, column, cell)?;
        }
        sheet.hidden_rows = beside.map(|b| b.hidden.clone()).unwrap_or_default();
        for region in book.merge_cells_by_sheet_name(&name).unwrap_or_default() {
            limits.merge(&mut sheet, region.start, region.end)?;
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The file, in which no sheet claims to be larger than it is: calamine takes room for what is claimed.
fn said_as_it_is<'b>(bytes: &'b [u8], name: &str, claims: &[u64]) -> Result<Cow<'b, [u8]>, Failure> {
    if claims.is_empty() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes.to_vec())).map_err(bad)?;
    {
        let mut stream = file.open_stream(name).map_err(bad)?;
        for at in claims {
            stream.seek(SeekFrom::Start(*at)).and_then(|_| stream.write_all(&[0; 12])).map_err(bad)?;
        }
        stream.flush().map_err(bad)?;
    }
    Ok(Cow::Owned(file.into_inner().into_inner()))
}

/// The stream of records, and its name.
fn workbook(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), Failure> {
    // An xlsx with a password lies in such a file, too, and not always in one that can be opened.
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused = |_| if bytes.windows(locked.len()).any(|w| w == locked) { not_a_list("password") } else { Code::BadFile.into() };
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(refused)?;
    if file.is_stream("/EncryptedPackage") {
        return Err(not_a_list("password"));
    }
    let name = ["/Workbook", "/Book", "/WORKBOOK", "/BOOK"].into_iter().find(|name| file.is_stream(name)).ok_or(Code::BadFile)?;
    let mut stream = Vec::new();
    file.open_stream(name).map_err(bad)?.read_to_end(&mut stream).map_err(bad)?;
    Ok((name, stream))
}

/// What the records say beside the values.
#[derive(Default)]
struct Looked {
    sheets: Vec<Beside>,
    /// Number formats by style.
    formats: HashMap<u16, String>,
    /// Where in the stream a sheet claims to be larger than may be.
    claims: Vec<u64>,
}

#[derive(Default)]
struct Beside {
    hidden: Vec<u32>,
    /// Where it claims to be larger than may be, from its beginning.
    claims: Option<usize>,
    styles: HashMap<(u32, u32), u16>,
}

/// What is counted over the whole file.
#[derive(Default)]
struct Counted {
    places: u64,
    cells: usize,
    text: usize,
    merged: usize,
    formulas: usize,
}

impl Looked {
    fn through(stream: &[u8]) -> Result<Looked, Failure> {
        let (mut sheets, mut shared, mut codes, mut styles) = (Vec::new(), Vec::new(), HashMap::new(), Vec::new());
        for record in Records::of(stream) {
            match record.kind {
                0x002f if record.short(0) != Some(0) => return Err(not_a_list("password")),
                0x0085 => sheets.push(record.long(0).and_then(|at| usize::try_from(at).ok()).ok_or(Code::BadFile)?),
                0x00fc => shared = lengths(&record)?,
                0x041e => _ = record.short(0).zip(record.words(2)).map(|(code, words)| codes.insert(code, words)),
                0x00e0 => styles.push(record.short(2).unwrap_or_default()),
                0x000a => break,
                _ => {}
            }
        }
        if sheets.len() > MAX_SHEETS {
            return Err(Code::TooLarge.into());
        }
        let number = |(style, code): (usize, &u16)| Some((u16::try_from(style).ok()?, codes.get(code)?.clone()));
        let formats = styles.iter().enumerate().filter_map(number).collect();
        let mut counted = Counted::default();
        let mut claims = Vec::new();
        let mut beside = Vec::new();
        for at in sheets {
            let found = sheet(stream.get(at..).unwrap_or_default(), &shared, &formats, &mut counted)?;
            claims.extend(found.claims.map(|claim| (at + claim) as u64));
            beside.push(found);
        }
        Ok(Looked { sheets: beside, formats, claims })
    }
}

/// Looks through one sheet.
fn sheet(stream: &[u8], shared: &[usize], formats: &HashMap<u16, String>, counted: &mut Counted) -> Result<Beside, Failure> {
    let mut found = Beside::default();
    let mut around: Option<[u64; 4]> = None;
    let mut depth = 0;
    for record in Records::of(stream) {
        let (row, column) = (record.short(0).unwrap_or_default(), record.short(2).unwrap_or_default());
        let last = match record.kind {
            0x0809 => {
                depth += 1;
                continue;
            }
            0x000a if depth <= 1 => break,
            0x000a => {
                depth -= 1;
                continue;
            }
            // What lies in a chart on the sheet.
            _ if depth > 1 => continue,
            0x0208 => {
                if record.data.get(12).is_some_and(|flags| flags & 0x20 != 0) {
                    found.hidden.push(row.into());
                }
                continue;
            }
            0x00e5 => {
                counted.merged += record.data.len() / 8;
                continue;
            }
            // Said of the whole sheet.
            0x0200 => {
                let wide = record.data.len() >= 14;
                let rows = if wide { record.long(4) } else { record.short(2).map(u32::from) };
                let columns = record.short(if wide { 10 } else { 6 });
                let said = u64::from(rows.unwrap_or_default()) * u64::from(columns.unwrap_or_default());
                if said > MAX_PLACES {
                    found.claims = Some(record.at);
                }
                continue;
            }
            0x00bd => record.data.len().checked_sub(2).and_then(|at| record.short(at)).unwrap_or(column),
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x0207 | 0x027e | 0x00fd | 0x0006 => column,
            _ => continue,
        };
        counted.cells += usize::from(last.saturating_sub(column)) + 1;
        counted.text += match record.kind {
            0x00fd => record.long(6).and_then(|at| shared.get(usize::try_from(at).ok()?)).copied().unwrap_or_default(),
            0x0204 | 0x00d6 => usize::from(record.short(6).unwrap_or_default()) * 3,
            0x0207 => usize::from(record.short(0).unwrap_or_default()) * 3,
            _ => 0,
        };
        counted.formulas += if record.kind == 0x0006 { record.data.len() } else { 0 };
        if matches!(record.kind, 0x0203 | 0x027e)
            && let Some(style) = record.short(4).filter(|style| formats.contains_key(style))
        {
            found.styles.insert((row.into(), column.into()), style);
        }
        if record.kind != 0x0207 {
            let [top, left, bottom, right] = around.unwrap_or([row.into(), column.into(), row.into(), column.into()]);
            around = Some([top.min(row.into()), left.min(column.into()), bottom.max(row.into()), right.max(last.into())]);
        }
        if counted.cells > MAX_CELLS || counted.text > MAX_TEXT || counted.merged > MAX_MERGED || counted.formulas > MAX_FORMULAS {
            return Err(Code::TooLarge.into());
        }
    }
    counted.places += around.map_or(0, |[top, left, bottom, right]| (bottom - top + 1) * (right - left + 1));
    if counted.places > MAX_PLACES { Err(Code::TooLarge.into()) } else { Ok(found) }
}

/// One record with those that continue it.
struct Record<'a> {
    /// Where its data begin.
    at: usize,
    kind: u16,
    data: &'a [u8],
    more: Vec<&'a [u8]>,
}

impl Record<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        self.data.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
    }
    fn long(&self, at: usize) -> Option<u32> {
        self.data.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
    }
    /// A text with its length before it.
    fn words(&self, at: usize) -> Option<String> {
        let count = usize::from(self.short(at)?);
        let text = self.data.get(at.checked_add(3)?..)?;
        Some(match self.data.get(at.checked_add(2)?)? & 1 {
            0 => text.iter().take(count).map(|b| char::from(*b)).collect(),
            _ => {
                let wide: Vec<u16> = text.chunks_exact(2).take(count).filter_map(|b| Some(u16::from_le_bytes(b.try_into().ok()?))).collect();
                String::from_utf16_lossy(&wide)
            }
        })
    }
}

struct Records<'a> {
    all: usize,
    left: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;
    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let at = self.all - self.left.len() - data.len();
        let mut more = Vec::new();
        while self.left.starts_with(&[0x3c, 0]) {
            match self.one() {
                Some((_, data)) => more.push(data),
                None => break,
            }
        }
        Some(Record { at, kind, data, more })
    }
}

impl<'a> Records<'a> {
    fn of(stream: &'a [u8]) -> Records<'a> {
        Records { all: stream.len(), left: stream }
    }
    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (head, rest) = self.left.split_at_checked(4)?;
        let [k1, k2, l1, l2] = head.try_into().ok()?;
        let (data, rest) = rest.split_at_checked(u16::from_le_bytes([l1, l2]).into())?;
        self.left = rest;
        Some((u16::from_le_bytes([k1, k2]), data))
    }
}

/// The most bytes that each shared text may take, read as calamine reads them.
fn lengths(record: &Record<'_>) -> Result<Vec<usize>, Failure> {
    let total = record.data.len() + record.more.iter().map(|m| m.len()).sum::<usize>();
    if total > MAX_SHARED {
        return Err(Code::TooLarge.into());
    }
    let mut left = Pieces { now: record.data.get(8..).ok_or(Code::BadFile)?, more: record.more.iter() };
    let mut found = Vec::new();
    while !left.now.is_empty() || left.next() {
        if left.now.is_empty() {
            found.push(0);
            continue;
        }
        let letters = usize::from(left.number(2)? as u16);
        let flags = left.number(1)?;
        let runs = if flags & 8 != 0 { left.number(2)? } else { 0 };
        let extra = if flags & 4 != 0 { left.number(4)? } else { 0 };
        let (mut open, mut wide) = (letters, flags & 1 != 0);
        while open > 0 {
            let width = if wide { 2 } else { 1 };
            let here = open.min(left.now.len() / width);
            left.now = left.now.get(here * width..).unwrap_or_default();
            open -= here;
            if open > 0 {
                if !left.next() {
                    return Err(Code::BadFile.into());
                }
                wide = left.number(1)? & 1 != 0;
            }
        }
        left.skip(runs as usize * 4)?;
        left.skip(extra as usize)?;
        found.push(letters * 3);
    }
    Ok(found)
}

struct Pieces<'a, 'b> {
    now: &'a [u8],
    more: std::slice::Iter<'b, &'a [u8]>,
}

impl Pieces<'_, '_> {
    fn next(&mut self) -> bool {
        match self.more.next() {
            Some(piece) => {
                self.now = piece;
                true
            }
            None => false,
        }
    }
    fn number(&mut self, width: usize) -> Result<u32, Failure> {
        let (bytes, rest) = self.now.split_at_checked(width).ok_or(Code::BadFile)?;
        self.now = rest;
        Ok(bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b)))
    }
    fn skip(&mut self, mut count: usize) -> Result<(), Failure> {
        while count > 0 {
            let here = count.min(self.now.len());
            self.now = self.now.get(here..).unwrap_or_default();
            count -= here;
            if count > 0 && !self.next() {
                return Err(Code::BadFile.into());
            }
        }
        Ok(())
    }
}
