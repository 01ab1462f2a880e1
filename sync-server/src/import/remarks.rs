//! The office's own list with a column of remarks: what was not taken, what should be looked at.
use super::workbook::{Cell, Sheet};
use domain::api::{ImportReport, RowError};
use domain::{Code, Failure};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// Makes the table, xlsx: the rows as they stand in the file, and behind them what is said of each.
///
/// # Errors
/// `TooLarge` where an xlsx cannot hold it.
pub fn remarks(sheets: &[Sheet], report: &ImportReport) -> Result<Vec<u8>, Failure> {
    write(sheets, report).map_err(|_| Code::TooLarge.into())
}

fn write(sheets: &[Sheet], report: &ImportReport) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let wrong = Format::new().set_font_color("C00000").set_text_wrap().set_align(FormatAlign::Top);
    let note = Format::new().set_font_color("7F6000").set_text_wrap().set_align(FormatAlign::Top);
    let said = Format::new().set_bold();
    for (nth, sheet) in sheets.iter().enumerate() {
        let page = book.add_worksheet();
        // A name that no xlsx may have is counted.
        if page.set_name(&*sheet.name).is_err() {
            page.set_name(format!("表{}", nth + 1))?;
        }
        let right = copy(sheet, page)?;
        page.set_column_width(right, 60)?.write_string_with_format(0, right, "导入核对", &said)?;
        for (row, (remark, is_wrong)) in of_rows(&sheet.name, report) {
            let at = if row == 0 {
                page.write_string_with_format(0, right, format!("导入核对　{remark}"), &wrong)
            } else {
                page.write_string_with_format(row, right, remark, if is_wrong { &wrong } else { &note })
            };
            at?;
        }
    }
    book.save_to_buffer()
}

/// Copies the cells; the first column behind them.
fn copy(sheet: &Sheet, page: &mut Worksheet) -> Result<u16, XlsxError> {
    let mut right = 0;
    for row in sheet.rows() {
        for (column, cell) in sheet.row(row) {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            right = right.max(column.saturating_add(1));
            match cell {
                Cell::Number(n) => page.write_number(row, column, *n)?,
                cell => page.write_string(row, column, words(cell))?,
            };
        }
    }
    for (top, left, bottom, end) in sheet.regions() {
        let (left, end) = (u16::try_from(left).unwrap_or(u16::MAX), u16::try_from(end).unwrap_or(u16::MAX));
        // What stands in the first cell stays: an empty text would take its place.
        if bottom > top || end > left {
            _ = page.merge_range(top, left, bottom, end, &words(sheet.own(top, left.into())), &Format::new());
        }
    }
    Ok(right)
}

/// A cell as the office knows it.
fn words(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(s) | Cell::Digits(s) | Cell::Shown(_, s) => s.to_string(),
        Cell::Number(n) => n.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Lost | Cell::Fault | Cell::NoResult | Cell::Long => "（读不出来）".into(),
    }
}

/// What is said of each row, errors before notes; whether there is an error.
fn of_rows(sheet: &str, report: &ImportReport) -> BTreeMap<u32, (String, bool)> {
    let mut found: BTreeMap<u32, (String, bool)> = BTreeMap::new();
    let lists = [(&report.errors, true), (&report.notes, false)];
    for (RowError { row, column, reason, .. }, wrong) in
        lists.iter().flat_map(|(list, wrong)| list.iter().map(|e| (e, *wrong))).filter(|(e, _)| e.sheet == sheet)
    {
        let (remark, is_wrong) = found.entry(row.saturating_sub(1)).or_default();
        if !remark.is_empty() {
            remark.push('；');
        }
        let words = if column.is_empty() { reason.clone() } else { format!("{column}：{reason}") };
        remark.push_str(&words);
        *is_wrong |= wrong;
    }
    found
}
