//! Reads an office file into sheets of plain cells: xlsx, xls and text tables, with every limit that keeps a hostile file small.
//! A file within the limits takes less than 300 MB while it is read; nothing of the database is held meanwhile.
use domain::{Code, Failure};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

mod shown;
mod text;
mod xls;
mod xlsx;
mod xml;

pub use text::{decode, is_csv};
#[cfg(test)]
pub(super) use xlsx::check_unpacked;

/// Largest xlsx or xls file, bytes.
const MAX_FILE: usize = 40 << 20;
/// Most cells over all sheets.
const MAX_CELLS: usize = 2_000_000;
/// Most bytes of text over all sheets; a text that many cells share counts once.
const MAX_TEXT: usize = 32 << 20;
/// Longest text of one cell, bytes: some 1,300 Chinese characters.
pub const MAX_CELL: usize = 4096;
/// The same in a workbook with a form, whose notes are long: all that an office program lets a cell hold.
const MAX_FORM_CELL: usize = 4 * 32_767;
/// Most merged regions over all sheets.
const MAX_MERGED: usize = 100_000;
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
    Text(Arc<str>),
    /// A number that a floating-point number holds exactly, or a fraction.
    Number(f64),
    /// A number that the office program shows otherwise: 31 as S031, 2015.1 as 2015.10.
    Shown(f64, Arc<str>),
    /// A whole number too long for the office program, whose digits are all in the file.
    Digits(Arc<str>),
    /// A whole number too long for the office program: its last digits are gone.
    Lost,
    /// A day.
    Day(chrono::NaiveDate),
    /// `#N/A` and the like.
    Fault,
    /// A formula whose result is not in the file.
    NoResult,
    /// A text longer than [`MAX_CELL`], in a form than an office program's longest.
    Long,
}

/// One sheet. Rows and columns count from 0.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: Arc<str>,
    /// The office does not see this sheet.
    pub hidden: bool,
    /// Rows that the office does not see.
    pub hidden_rows: Vec<u32>,
    /// By row and column, each place once.
    cells: Vec<(u32, u32, Cell)>,
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
        let at = self.cells.binary_search_by(|(r, c, _)| (*r, *c).cmp(&(row, column)));
        at.ok().and_then(|at| self.cells.get(at)).map_or(NOTHING, |(_, _, cell)| cell)
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
    /// Rows that hold anything, in order.
    pub fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.cells.chunk_by(|a, b| a.0 == b.0).filter_map(|row| row.first()).map(|(row, ..)| *row)
    }
    /// What stands in a row, by column.
    pub fn row(&self, row: u32) -> impl Iterator<Item = (u32, &Cell)> {
        self.cells.get(self.of_rows(row..row.saturating_add(1))).unwrap_or_default().iter().map(|(_, column, cell)| (*column, cell))
    }
    /// What stands above a row, in order.
    pub fn above(&self, row: u32) -> impl Iterator<Item = &Cell> {
        self.cells.get(self.of_rows(0..row)).unwrap_or_default().iter().map(|(.., cell)| cell)
    }
    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
    /// Merged regions: first row, first column, last row, last column.
    pub fn regions(&self) -> impl Iterator<Item = (u32, u32, u32, u32)> {
        self.merged.iter().map(|((top, left), (bottom, right))| (*top, *left, *bottom, *right))
    }

    fn of_rows(&self, rows: Range<u32>) -> Range<usize> {
        let at = |row: u32| self.cells.partition_point(|(r, ..)| *r < row);
        at(rows.start)..at(rows.end)
    }
    fn merge(&mut self, (top, left): (u32, u32), (bottom, right): (u32, u32)) {
        if top <= bottom && left <= right && left < MAX_COLUMN {
            self.merged.insert((top, left), (bottom, right));
            if bottom > top {
                self.down.insert((left, top), bottom);
            }
        }
    }
    /// Brings the cells in order; of two at one place the last stays.
    fn sort(&mut self) {
        let place = |cell: &(u32, u32, Cell)| (cell.0, cell.1);
        if !self.cells.is_sorted_by(|a, b| place(a) < place(b)) {
            self.cells.reverse();
            self.cells.sort_by_key(place);
            self.cells.dedup_by_key(|cell| place(cell));
        }
    }
}

/// What a file may still hold, and what no and yes are called in it.
#[derive(Clone)]
struct Limits {
    truth: [&'static str; 2],
    cell: usize,
    cells: usize,
    text: usize,
    merged: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { truth: ["否", "是"], cell: MAX_CELL, cells: MAX_CELLS, text: MAX_TEXT, merged: MAX_MERGED }
    }
}

impl Limits {
    /// Takes a cell into a sheet.
    fn put(&mut self, sheet: &mut Sheet, row: u32, column: u32, cell: Cell) -> Result<(), Failure> {
        if column < MAX_COLUMN && cell != Cell::Empty {
            self.cells = self.cells.checked_sub(1).ok_or(Code::TooLarge)?;
            sheet.cells.push((row, column, cell));
        }
        Ok(())
    }
    /// A text of a cell.
    fn text(&mut self, text: &str) -> Result<Cell, Failure> {
        if text.len() > self.cell {
            return Ok(Cell::Long);
        }
        if text.trim().is_empty() {
            return Ok(Cell::Empty);
        }
        self.text = self.text.checked_sub(text.len()).ok_or(Code::TooLarge)?;
        Ok(Cell::Text(text.into()))
    }
    fn merge(&mut self, sheet: &mut Sheet, first: (u32, u32), last: (u32, u32)) -> Result<(), Failure> {
        self.merged = self.merged.checked_sub(1).ok_or(Code::TooLarge)?;
        sheet.merge(first, last);
        Ok(())
    }
}

/// Reads a file by what it is; the name only tells a text table.
///
/// # Errors
/// `BadFile`, with what it is instead in the failure's field where that is known (`password`, `web_page`, `xml`, `ods`); `TooLarge` past
/// the limits.
pub fn open(file_name: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    if !is_csv(file_name) && bytes.len() > MAX_FILE {
        return Err(Code::TooLarge.into());
    }
    // A damaged file may make the reader panic; that concerns this file only.
    let mut sheets = catch_unwind(AssertUnwindSafe(|| match bytes {
        [b'P', b'K', ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => book(bytes, Limits::default()),
        _ => text::read(file_name, bytes),
    }))
    .unwrap_or_else(|_| Err(Code::BadFile.into()))?;
    sheets.iter_mut().for_each(Sheet::sort);
    Ok(sheets)
}

/// Reads a workbook with a form in it, in which yes is TRUE.
///
/// # Errors
/// As [`open`]; `BadFile` for a text table as well.
pub fn open_form(bytes: &[u8]) -> Result<Vec<Sheet>, Failure> {
    if bytes.len() > MAX_FILE {
        return Err(Code::TooLarge.into());
    }
    let limits = Limits { truth: ["FALSE", "TRUE"], cell: MAX_FORM_CELL, ..Limits::default() };
    let mut sheets = catch_unwind(AssertUnwindSafe(|| book(bytes, limits))).unwrap_or_else(|_| Err(Code::BadFile.into()))?;
    sheets.iter_mut().for_each(Sheet::sort);
    Ok(sheets)
}

fn book(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, Failure> {
    match bytes {
        [b'P', b'K', ..] => xlsx::read(bytes, limits),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => xls::read(bytes, limits),
        _ => Err(Code::BadFile.into()),
    }
}

/// Another kind of file than it should be, which the office can be told.
fn not_a_list(kind: &'static str) -> Failure {
    Failure::of(Code::BadFile, kind)
}

fn bad<E>(_: E) -> Failure {
    Code::BadFile.into()
}

fn number(n: f64) -> Cell {
    match n {
        n if !n.is_finite() => Cell::Fault,
        n if n.abs() >= EXACT => Cell::Lost,
        n => Cell::Number(n),
    }
}

/// What the library read; texts are the caller's.
fn plain(data: &calamine::Data, limits: &mut Limits) -> Result<Cell, Failure> {
    use calamine::Data;
    Ok(match data {
        Data::Empty | Data::DurationIso(_) => Cell::Empty,
        Data::String(s) | Data::DateTimeIso(s) => limits.text(s)?,
        Data::Int(n) => number(*n as f64),
        Data::Float(n) => number(*n),
        Data::Bool(yes) => Cell::Text(limits.truth.get(usize::from(*yes)).copied().unwrap_or_default().into()),
        // A time of day; and of what Excel believes to be early 1900, with a 29 February, nobody knows which day is meant.
        Data::DateTime(moment) if moment.is_datetime() && (0.0..1.0).contains(&moment.as_f64()) => {
            let (_, _, _, hour, minute, second, _) = moment.to_ymd_hms_milli();
            Cell::Text(format!("{hour:02}:{minute:02}:{second:02}").into())
        }
        Data::DateTime(moment) if moment.is_datetime() && (1.0..60.0).contains(&moment.as_f64()) => number(moment.as_f64()),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).map_or(Cell::Fault, Cell::Day)
        }
        Data::DateTime(span) => number(span.as_f64()),
        Data::Error(_) => Cell::Fault,
    })
}
