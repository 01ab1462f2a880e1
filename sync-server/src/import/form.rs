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
        checked.mistakes.splice(0..0, self.wrong.iter().cloned());
        checked
    }
}

/// Reads a workbook with a form.
///
/// # Errors
/// As [`workbook::open_form`].
pub fn read(bytes: &[u8]) -> Result<Found, Failure> {
    let (mut wrong, mut room) = (Vec::new(), MOST_TEXT);
    let sheets = workbook::open_form(bytes)?;
    let sheets: Vec<heads::Sheet> = sheets.iter().map(|sheet| texts(sheet, &mut wrong, &mut room)).collect::<Option<_>>().ok_or(Code::TooLarge)?;
    let (book, heads) = heads::workbook(&sheets);
    wrong.extend(heads);
    Ok(Found { book, wrong })
}

/// Most text of all cells together, bytes: a workbook names a long one many times and stays small itself.
const MOST_TEXT: usize = 64 << 20;
/// What a cell costs, also an empty one.
const CELL: usize = 24;

/// Its cells as texts; none when there is more than a form has room for.
fn texts(sheet: &Sheet, wrong: &mut Vec<Mistake>, room: &mut usize) -> Option<heads::Sheet> {
    let form_sheet = heads::sheet(&sheet.name);
    let mut row = |row: u32| {
        let mut cells: Vec<String> = Vec::new();
        for (column, cell) in sheet.row(row) {
            cells.resize(column as usize, String::new());
            let text = text(cell);
            if let (Err(reason), Some(sheet)) = (&text, form_sheet) {
                wrong.push(Mistake { sheet, row: row + 1, column: None, reason: (*reason).to_owned() });
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
        Cell::Lost => return Err("数字太长，后几位已经丢失，请改成文本 / a number too long for the office program: make it a text"),
        Cell::Fault => return Err("这一行有格子是错误值 / a cell of this row is an error"),
        Cell::NoResult => return Err("这一行有公式没有结果，请打开文件保存一次 / a formula of this row has no result: open the file and save it"),
        Cell::Long => return Err("这一行有格子的文字太长 / a text of this row is too long"),
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

/// Writes a form as a workbook, which is read as the same form again.
///
/// # Errors
/// When a cell is longer than an office program's.
pub fn write(book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let settings = book.settings.clone().into_iter().collect::<Vec<_>>();
    let bold = Format::new().set_bold();
    let tables = book.tables.iter().map(|(name, rows)| (name.as_str(), rows));
    for (name, rows) in [("survey", &book.survey), ("choices", &book.choices), ("settings", &settings)].into_iter().chain(tables) {
        let sheet = file.add_worksheet().set_name(name)?;
        for (column, head) in (0..).zip(heads_of(rows)) {
            sheet.write_string_with_format(0, column, head, &bold)?;
            let wide = rows.iter().filter_map(|row| row.cells.get(head)).map(|cell| cell.chars().count()).max().unwrap_or_default();
            sheet.set_column_width(column, (wide.clamp(10, 60) + 2) as f64)?;
            for (n, row) in (1..).zip(rows) {
                if let Some(cell) = row.cells.get(head) {
                    sheet.write_string(n, column, cell)?;
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
