//! A workbook that holds a form, read and written.
use super::workbook::{self, Cell, Sheet};
use domain::{Code, Failure};
use forms::sheet::heads;
use forms::sheet::rows::{Checked, Mistake, Row, Workbook, read as form_of};
use rust_xlsxwriter::{Format, XlsxError};
use std::collections::BTreeSet;

/// A form as its workbook says it, and what is wrong with cells and heads.
pub struct Found {
    /// The workbook.
    pub book: Workbook,
    wrong: Vec<Mistake>,
}

impl Found {
    /// Checks it; `name` is that of a form which does not say its own.
    pub fn check(&self, name: &str) -> Checked {
        let mut checked = form_of(&self.book, name);
        // What follows from a cell that cannot be read is no second mistake.
        let follows = |mistake: &Mistake| {
            let same = |wrong: &&Mistake| wrong.sheet == mistake.sheet && wrong.row == mistake.row && wrong.column == mistake.column;
            mistake.column.is_some() && self.wrong.iter().any(|wrong| same(&wrong))
        };
        checked.mistakes.retain(|mistake| !follows(mistake));
        checked.mistakes.splice(0..0, self.wrong.iter().cloned());
        checked
    }
}

/// Reads a workbook with a form.
///
/// # Errors
/// As [`workbook::open_form`].
pub fn read(bytes: &[u8]) -> Result<Found, Failure> {
    let (mut unreadable, mut room) = (Vec::new(), MOST_TEXT);
    let sheets = workbook::open_form(bytes)?;
    let read = sheets.iter().enumerate().map(|(at, sheet)| texts((at, sheet), &mut unreadable, &mut room)).collect::<Option<Vec<_>>>();
    let sheets: Vec<heads::Sheet> = read.ok_or(Code::TooLarge)?;
    let (book, heads) = heads::workbook(&sheets);
    let mut wrong: Vec<Mistake> = unreadable.into_iter().filter_map(|cell| told(&cell, &sheets, &book)).collect();
    wrong.extend(heads);
    Ok(Found { book, wrong })
}

/// A cell whose text is not there: its sheet, row and column, from 0, and why.
struct Unreadable {
    sheet: usize,
    row: u32,
    column: u32,
    why: &'static str,
}

/// What is said of such a cell; nothing where nobody reads it.
fn told(cell: &Unreadable, sheets: &[heads::Sheet], book: &Workbook) -> Option<Mistake> {
    let sheet = sheets.get(cell.sheet)?;
    let alone = (sheets.len() == 1).then_some(heads::SHEETS[0]);
    let form_sheet = heads::sheet(&sheet.name).or(alone);
    let is_table = book.tables.contains_key(heads::stem(&sheet.name));
    let known = form_sheet.or(is_table.then_some(heads::TABLE))?;
    let (row, reason) = (cell.row + 1, cell.why.to_owned());
    // A head of its own may be what cannot be read.
    let is_below = heads::heads_of(sheet).is_some_and(|(heads, _)| *heads < row);
    let column = if is_below { heads::column(sheet, known, cell.column as usize)? } else { None };
    let letters = letters(cell.column);
    let reason = if column.is_none() { format!("{letters} 列{reason}") } else { reason };
    let name = form_sheet.map_or_else(|| sheet.name.clone().into(), Into::into);
    Some(Mistake { sheet: name, row, column, reason })
}

/// What an office program calls a column, from 0.
fn letters(column: u32) -> String {
    let last = char::from_u32('A' as u32 + column % 26).unwrap_or('A');
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// Most text of all cells together, bytes: a workbook names a long one many times and stays small itself.
const MOST_TEXT: usize = 64 << 20;
/// What a cell costs, also an empty one.
const CELL: usize = 24;

/// Its cells as texts; none when there is more than a form has room for.
fn texts((place, sheet): (usize, &Sheet), unreadable: &mut Vec<Unreadable>, room: &mut usize) -> Option<heads::Sheet> {
    let mut row = |row: u32| {
        let mut cells: Vec<String> = Vec::new();
        for (column, cell) in sheet.row(row) {
            cells.resize(column as usize, String::new());
            let text = text(cell);
            if let Err(why) = text {
                unreadable.push(Unreadable { sheet: place, row, column, why });
            }
            let text = text.unwrap_or_default();
            *room = room.checked_sub(text.len())?;
            cells.push(text);
        }
        *room = room.checked_sub(cells.len() * CELL)?;
        Some((row + 1, cells))
    };
    Some(heads::Sheet { name: sheet.name.to_string(), rows: sheet.rows().map(&mut row).collect::<Option<_>>()? })
}

/// What a cell says, or why that cannot be known.
fn text(cell: &Cell) -> Result<String, &'static str> {
    Ok(match cell {
        Cell::Text(text) | Cell::Digits(text) => text.to_string(),
        Cell::Number(number) | Cell::Shown(number, _) => expressions::number_text(*number),
        Cell::Day(day) => expressions::day_text(*day),
        Cell::Empty => String::new(),
        Cell::Lost => return Err("这一格的数字太长，后几位已经丢失，请改成文本 / a number too long for the office program: make it a text"),
        Cell::Fault => return Err("这一格是错误值（#N/A、#VALUE! 之类） / this cell is an error"),
        Cell::NoResult => {
            return Err(
                "这一格是公式，没有算出来的结果：请在 Excel 或 WPS 里打开、保存一次再传 / a formula without a result: open the file in Excel or WPS and save it",
            );
        }
        Cell::Long => return Err("这一格的文字太长 / this text is too long"),
    })
}

/// Heads that come first, in this order; others follow by name.
const HEADS: [&str; 16] = [
    "type",
    "list_name",
    "form_title",
    "form_id",
    "version",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "default",
    "appearance",
];

/// What sheets, heads and types of a workbook that is written are called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize, schemars::JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Heads {
    /// By XLSForm's names, which other programs read.
    #[default]
    Xlsform,
    /// In Chinese.
    Zh,
}

/// Writes a form as a workbook, which is read as the same form again.
///
/// # Errors
/// When a cell is longer than an office program's.
pub fn write(book: &Workbook, called: Heads) -> Result<Vec<u8>, XlsxError> {
    let is_chinese = called == Heads::Zh;
    let mut file = rust_xlsxwriter::Workbook::new();
    let settings = book.settings.clone().into_iter().collect::<Vec<_>>();
    let bold = Format::new().set_bold();
    let tables = book.tables.iter().map(|(name, rows)| (name.as_str(), rows));
    let matter = book.matter.clone().into_iter().collect::<Vec<_>>();
    let of_matter = heads::MATTER.into_iter().zip([&matter, &book.stages]).filter(|_| book.matter.is_some());
    let of_form = heads::SHEETS.into_iter().zip([&book.survey, &book.choices, &settings]);
    for (name, rows) in of_form.chain(of_matter).chain(tables) {
        let sheet = file.add_worksheet().set_name(if is_chinese { heads::chinese("sheet", name) } else { name })?;
        for (column, head) in (0..).zip(heads_of(rows)) {
            let shown = if is_chinese { heads::chinese_head(name, head) } else { head.to_owned() };
            sheet.write_string_with_format(0, column, &shown, &bold)?;
            let wide = rows.iter().filter_map(|row| row.cells.get(head)).map(|cell| cell.chars().count()).max().unwrap_or_default();
            sheet.set_column_width(column, (wide.clamp(10, 60) + 2) as f64)?;
            for (n, row) in (1..).zip(rows) {
                if let Some(cell) = row.cells.get(head) {
                    let is_type = is_chinese && name == heads::SHEETS[0] && head == "type";
                    sheet.write_string(n, column, &if is_type { heads::chinese_type(cell) } else { cell.clone() })?;
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
    }
    file.save_to_buffer()
}

fn heads_of(rows: &[Row]) -> Vec<&str> {
    let heads: BTreeSet<&str> = rows.iter().flat_map(|row| row.cells.keys().map(String::as_str)).collect();
    let place = |head: &str| {
        let plain = head.split("::").next().unwrap_or(head);
        HEADS.iter().position(|known| *known == plain).unwrap_or(HEADS.len())
    };
    let mut heads: Vec<&str> = heads.into_iter().collect();
    heads.sort_by_key(|head| (place(head), *head));
    heads
}
