//! Finds the table on a sheet: title rows above, a header of one or two rows with columns in any order, data, a footer. What of a
//! sheet is not read is told.
use super::cell::{self, Reason, tidy};
use super::workbook::{Cell, Sheet};
use domain::api::{ImportReport, RowError};
use std::sync::Arc;

/// Rows looked at for the header.
const HEADER_ROWS: usize = 15;
/// Columns looked at for the header.
const HEADER_COLUMNS: u32 = 128;
/// How footers begin.
const FOOTERS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "填表人",
    "填报人",
    "制表人",
    "制表",
    "审核人",
    "负责人签字",
    "经办人",
    "填报单位",
    "填表单位",
    "填报日期",
    "填表日期",
    "填表说明",
    "单位负责人",
    "复核人",
    "注:",
    "注：",
    "备注:",
    "备注：",
    "说明:",
    "说明：",
];
/// What says that the cell above holds here too.
const DITTO: &[&str] = &["同上", "同前", "同上行", "〃", "″", "〞", "\"", "”", "“", "''"];
/// Columns that say nothing to be kept.
const NO_MATTER: &[&str] = &["序号", "年龄", "周岁", "no", "NO", "No"];

/// What a header stands for; the meanings of the columns to its left help to tell whose telephone it is.
pub type Meaning<'m, C> = &'m dyn Fn(&str, &[Option<C>]) -> Option<C>;

/// A table whose columns are understood. `C` names the columns of one kind of list.
pub struct Table<'s, C> {
    /// The sheet it is on.
    pub sheet: &'s Sheet,
    /// What stands above the header, for hints such as 留守儿童名单.
    pub title: String,
    head: Head<C>,
    first_row: u32,
}

struct Head<C> {
    columns: Vec<Column<C>>,
    /// Headers that are not understood, or that come twice.
    unread: Vec<(u32, String, Unread)>,
    row: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Unread {
    Unknown,
    Twice,
}

struct Column<C> {
    what: C,
    at: u32,
    header: Arc<str>,
}

/// One row of a table.
pub struct SheetRow<'t, 's, C> {
    table: &'t Table<'s, C>,
    row: u32,
}

/// The best header on a sheet, if there is one: it must have `essential` and one column more. `meaning` says what a header, freed
/// of spaces and marks, stands for.
pub fn find<'s, C: Copy + PartialEq>(sheet: &'s Sheet, essential: C, meaning: Meaning<'_, C>) -> Option<Table<'s, C>> {
    let mut best: Option<(Head<C>, u32)> = None;
    for row in sheet.rows().take(HEADER_ROWS) {
        for second in [None, Some(row + 1)] {
            let head = head(sheet, row, second, meaning);
            let enough = head.columns.len() >= 2 && head.columns.iter().any(|c| c.what == essential);
            // Of equals the header of one row: a title above it adds nothing.
            let rank = (head.columns.len(), second.is_none());
            if enough && best.as_ref().is_none_or(|(b, first)| rank > (b.columns.len(), *first == b.row + 1)) {
                best = Some((head, second.unwrap_or(row) + 1));
            }
        }
    }
    let (head, first_row) = best?;
    let title = sheet.above(head.row).filter_map(|c| if let Cell::Text(s) = c { Some(tidy(s)) } else { None }).collect::<Vec<_>>().join(" ");
    Some(Table { sheet, title, head, first_row })
}

/// The columns that a header of one row, or of two (监护人 above 姓名 and 电话), names.
fn head<C: Copy + PartialEq>(sheet: &Sheet, row: u32, second: Option<u32>, meaning: Meaning<'_, C>) -> Head<C> {
    let text = |row, column| if let Cell::Text(s) = sheet.spread(row, column) { tidy(s) } else { String::new() };
    let mut head = Head { columns: Vec::new(), unread: Vec::new(), row };
    let mut left: Vec<Option<C>> = Vec::new();
    for at in 0..HEADER_COLUMNS {
        let upper = text(row, at);
        let lower = second.map(|row| text(row, at)).unwrap_or_default();
        let named = |header: &str| of(header, &left, meaning).map(|what| (what, Arc::from(header)));
        let found = match (upper.as_str(), lower.as_str()) {
            ("", "") => continue,
            (one, "") | ("", one) => named(one),
            (one, same) if one == same => named(one),
            (one, two) => {
                let group = without_talk(one);
                // What stands below 监护人 or 家庭成员 is never the child's own.
                let others = ["成员", "义务人", "子女"].iter().any(|word| group.contains(word));
                let someone_else = others || of(one, &left, meaning).or_else(|| of(group, &left, meaning)).is_some();
                let together = named(&format!("{one}{two}")).or_else(|| named(&format!("{group}{two}")));
                together.or_else(|| if someone_else { None } else { named(two) })
            }
        };
        let shown = if lower.is_empty() { upper } else { lower };
        left.push(found.as_ref().map(|(what, _)| *what));
        match found {
            Some((what, header)) if head.columns.iter().all(|c| c.what != what) => head.columns.push(Column { what, at, header }),
            Some(_) => head.unread.push((at, shown, Unread::Twice)),
            None if NO_MATTER.contains(&shown.as_str()) => {}
            None => head.unread.push((at, shown, Unread::Unknown)),
        }
    }
    head
}

/// 监护人情况, 监护人基本信息 → 监护人
fn without_talk(group: &str) -> &str {
    let short = ["情况", "信息", "资料"].iter().find_map(|talk| group.strip_suffix(talk)).unwrap_or(group);
    short.strip_suffix("基本").unwrap_or(short)
}

/// Tries a header as it stands, then without what is in brackets: 身份证号码（必填）.
fn of<C>(header: &str, left: &[Option<C>], meaning: Meaning<'_, C>) -> Option<C> {
    let marks = |c: &char| !c.is_whitespace() && !"*＊:：()（）[]【】《》“”\"'、，,_".contains(*c);
    let whole: String = header.chars().filter(marks).collect();
    let mut depth = 0;
    let bare: String = header
        .chars()
        .filter(|c| {
            match c {
                '(' | '（' | '[' | '【' => depth += 1,
                ')' | '）' | ']' | '】' => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth <= 0
        })
        .filter(marks)
        .collect();
    meaning(&whole, left).or_else(|| meaning(&bare, left))
}

impl<'s, C: Copy + PartialEq> Table<'s, C> {
    /// Rows that say something: no hidden or blank ones, no footer, no header repeated for the next printed page.
    pub fn lines(&self) -> impl Iterator<Item = SheetRow<'_, 's, C>> {
        let seen = self.sheet.rows().filter(|row| *row >= self.first_row && self.sheet.hidden_rows.binary_search(row).is_err());
        seen.map(|row| SheetRow { table: self, row }).filter(SheetRow::says_something)
    }
    /// Whether the list has such a column.
    pub fn has(&self, what: C) -> bool {
        self.column(what).is_some()
    }
    fn column(&self, what: C) -> Option<&Column<C>> {
        self.head.columns.iter().find(|c| c.what == what)
    }

    /// Headers that are not understood.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.head.unread.iter().filter(|(.., why)| *why == Unread::Unknown).map(|(_, header, _)| header.as_str())
    }

    /// Tells of columns, blocks and hidden rows that are not read.
    pub fn tell_unread(&self, essential: C, report: &mut ImportReport) {
        let at =
            |row: u32, column: &str, reason: String| RowError { sheet: self.sheet.name.to_string(), row: row + 1, column: column.to_owned(), reason };
        let says = |column: u32| {
            let mut below = self.sheet.rows().skip_while(|row| *row < self.first_row).take(2000);
            below.any(|row| *self.sheet.own(row, column) != Cell::Empty)
        };
        let name = self.column(essential).map(|c| &*c.header).unwrap_or_default();
        let mut block = false;
        for (_, header, why) in self.head.unread.iter().filter(|(column, ..)| says(*column)) {
            if *why == Unread::Twice && header == name {
                block = true;
                let reason = format!("一行里有两个“{header}”：右边的一块没有读；请把两块接成上下一块再导入");
                report.errors.push(at(self.head.row, header, reason));
            } else if !block {
                let reason = match why {
                    Unread::Twice => "前面已有同样意思的一列，这一列没有读；请在列名里写明是谁的",
                    Unread::Unknown => "不认识这个列名，这一列没有读；要导入请按手册改列名",
                };
                report.notes.push(at(self.head.row, header, reason.into()));
            }
        }
        let hidden: Vec<u32> =
            self.sheet.hidden_rows.iter().copied().filter(|row| *row >= self.first_row && self.sheet.row(*row).next().is_some()).collect();
        if let Some(first) = hidden.first() {
            let some: Vec<String> = hidden.iter().take(10).map(|row| (row + 1).to_string()).collect();
            let rest = if hidden.len() > some.len() { format!("等 {}", hidden.len()) } else { String::new() };
            report.notes.push(at(*first, "", format!("第 {}{rest} 行是隐藏的，没有导入；要导入请取消隐藏或筛选", some.join("、"))));
        }
    }
}

impl<C: Copy + PartialEq> SheetRow<'_, '_, C> {
    /// Row as the office program counts, from 1.
    pub fn number(&self) -> u32 {
        self.row + 1
    }
    /// What stands in a column; below the first row of a merged region what stands in that, for 同上 what stands above.
    pub fn get(&self, what: C) -> &Cell {
        let sheet = self.table.sheet;
        let Some(column) = self.table.column(what) else { return &Cell::Empty };
        let cell = sheet.filled(self.row, column.at);
        if !is_ditto(cell) {
            return cell;
        }
        let above = (self.table.first_row..self.row).rev().map(|row| sheet.filled(row, column.at));
        above.take(1000).find(|cell| **cell != Cell::Empty && !is_ditto(cell)).unwrap_or(&Cell::Empty)
    }
    /// Whether a column only says 同上.
    pub fn is_ditto(&self, what: C) -> bool {
        self.table.column(what).is_some_and(|c| is_ditto(self.table.sheet.filled(self.row, c.at)))
    }
    /// Whether the cell of a column reaches down from the row above.
    pub fn continues(&self, what: C) -> bool {
        let sheet = self.table.sheet;
        self.table.column(what).is_some_and(|c| *sheet.own(self.row, c.at) == Cell::Empty && *sheet.filled(self.row, c.at) != Cell::Empty)
    }
    /// Columns in which the row itself says something.
    pub fn said(&self) -> impl Iterator<Item = C> {
        self.table.head.columns.iter().filter(|c| *self.table.sheet.own(self.row, c.at) != Cell::Empty).map(|c| c.what)
    }
    /// The text of a column, or why it cannot be read.
    pub fn text(&self, what: C) -> Result<String, Reason> {
        cell::line(self.get(what))
    }
    /// Days between the sheet's count of days and the usual one.
    pub fn epoch_shift(&self) -> f64 {
        self.table.sheet.epoch_shift
    }
    /// The words of a column's header; the sheet may lack it.
    pub fn header(&self, what: C) -> Arc<str> {
        self.table.column(what).map_or_else(|| Arc::from(""), |c| c.header.clone())
    }
    /// Says what is wrong in a column.
    pub fn wrong(&self, column: impl AsRef<str>, reason: impl Into<String>) -> RowError {
        let column = column.as_ref().to_owned();
        RowError { sheet: self.table.sheet.name.to_string(), row: self.number(), column, reason: reason.into() }
    }
    /// The sheet's name.
    pub fn sheet_name(&self) -> Arc<str> {
        self.table.sheet.name.clone()
    }
    /// What stands first in the row, often its number.
    pub fn first(&self) -> String {
        match self.table.sheet.row(self.row).next() {
            Some((_, Cell::Text(s))) => s.chars().filter(|c| !c.is_whitespace()).collect(),
            _ => String::new(),
        }
    }

    fn says_something(&self) -> bool {
        let columns = &self.table.head.columns;
        let own = |c: &Column<C>| self.table.sheet.own(self.row, c.at);
        if !columns.iter().any(|c| *own(c) != Cell::Empty) {
            return false;
        }
        let first = self.first();
        let footer = FOOTERS.iter().any(|f| first.starts_with(f));
        let repeated = |c: &&Column<C>| matches!(own(c), Cell::Text(s) if tidy(s) == *c.header);
        !footer && columns.iter().filter(repeated).count() < 2 && !self.counts_columns()
    }

    /// 1, 2, 3, 4, 5: the numbers of the columns below their names.
    fn counts_columns(&self) -> bool {
        let numbers: Vec<Option<u32>> = self.table.sheet.row(self.row).map(|(_, cell)| cell::line(cell).ok()?.parse().ok()).collect();
        numbers.len() >= 3 && numbers.windows(2).all(|pair| matches!(pair, [Some(a), Some(b)] if a.checked_add(1) == Some(*b)))
    }

    /// Whether at most one of the columns says something by itself: a line such as 清溪镇 between two groups.
    pub fn is_heading(&self) -> bool {
        self.said().count() <= 1
    }
}

fn is_ditto(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(s) if s.len() < 12 && DITTO.contains(&tidy(s).as_str()))
}

/// Tells of sheets that were not read: hidden ones, and those without a table. `needs` says which columns one needs.
pub fn tell_sheets(sheets: &[Sheet], read: &[&str], needs: &str, report: &mut ImportReport) {
    let at = |sheet: &Sheet, reason: String| RowError { sheet: sheet.name.to_string(), row: 1, column: String::new(), reason };
    let no_head = format!("没有找到表头；前 {HEADER_ROWS} 行里要有一行写着{needs}");
    let mut told = false;
    for sheet in sheets.iter().filter(|s| !s.is_empty() && !read.contains(&&*s.name)) {
        if sheet.hidden {
            report.notes.push(at(sheet, "工作表是隐藏的，没有读；要导入请取消隐藏".into()));
            continue;
        }
        match (read.is_empty(), holds_people(sheet)) {
            (true, _) | (_, Some(true)) => report.errors.push(at(sheet, no_head.clone())),
            (false, Some(false)) => report.notes.push(at(sheet, format!("这张工作表没有读：{no_head}"))),
            (false, None) => {}
        }
        told = true;
    }
    if read.is_empty() && !told {
        let sheet = sheets.first().map(|s| s.name.to_string()).unwrap_or_default();
        report.errors.push(RowError { sheet, row: 1, column: String::new(), reason: "表里没有内容".into() });
    }
}

/// Whether there are people on a sheet without a header: by their numbers, identity or telephone. None for a sheet of words only.
fn holds_people(sheet: &Sheet) -> Option<bool> {
    let rows = || sheet.rows().take(200);
    let wide = |row: &u32| sheet.row(*row).count() >= 2;
    let number = |cell: &Cell| cell::id_number(cell).is_ok_and(|n| n.is_some()) || cell::phones(cell).is_ok_and(|p| p.number.is_some());
    if rows().filter(wide).any(|row| sheet.row(row).any(|(_, cell)| number(cell))) {
        return Some(true);
    }
    let table = rows().filter(wide).count() >= 2;
    table.then_some(false)
}
