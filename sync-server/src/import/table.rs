//! Finds the table on a sheet: title rows above, a header of one or two rows with columns in any order, data, a footer.
use super::cell::{self, Reason, tidy};
use super::workbook::{Cell, Sheet};
use domain::api::RowError;

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
    "注:",
    "注：",
    "备注:",
    "备注：",
    "说明:",
    "说明：",
];

/// A table whose columns are understood. `C` names the columns of one kind of list.
pub struct Table<'s, C> {
    /// The sheet it is on.
    pub sheet: &'s Sheet,
    /// What stands above the header, for hints such as 留守儿童名单.
    pub title: String,
    columns: Vec<Column<C>>,
    first_row: u32,
}

struct Column<C> {
    what: C,
    at: u32,
    header: String,
}

/// One row of a table.
pub struct Line<'t, 's, C> {
    table: &'t Table<'s, C>,
    row: u32,
}

/// The best header on a sheet, if there is one: it must have `essential` and one column more. `meaning` says what a header, freed
/// of spaces and marks, stands for.
pub fn find<'s, C: Copy + PartialEq>(sheet: &'s Sheet, essential: C, meaning: &dyn Fn(&str) -> Option<C>) -> Option<Table<'s, C>> {
    let mut best: Option<(Vec<Column<C>>, u32, u32)> = None;
    for row in sheet.rows.keys().copied().take(HEADER_ROWS) {
        for second in [None, Some(row + 1)] {
            let columns = columns(sheet, row, second, meaning);
            let enough = columns.len() >= 2 && columns.iter().any(|c| c.what == essential);
            // Of equals the header of one row: a title above it adds nothing.
            let rank = (columns.len(), second.is_none());
            if enough && best.as_ref().is_none_or(|(b, header, first)| rank > (b.len(), *first == header + 1)) {
                best = Some((columns, row, second.unwrap_or(row) + 1));
            }
        }
    }
    let (columns, header, first_row) = best?;
    let above = sheet.rows.range(..header).flat_map(|(_, cells)| cells.values());
    let title = above.filter_map(|c| if let Cell::Text(s) = c { Some(tidy(s)) } else { None }).collect::<Vec<_>>().join(" ");
    Some(Table { sheet, title, columns, first_row })
}

/// The columns that a header of one row, or of two (监护人 above 姓名 and 电话), names.
fn columns<C: Copy + PartialEq>(sheet: &Sheet, row: u32, second: Option<u32>, meaning: &dyn Fn(&str) -> Option<C>) -> Vec<Column<C>> {
    let text = |row, column| if let Cell::Text(s) = sheet.spread(row, column) { tidy(s) } else { String::new() };
    let mut found: Vec<Column<C>> = Vec::new();
    for at in 0..HEADER_COLUMNS {
        let upper = text(row, at);
        let lower = second.map(|row| text(row, at)).unwrap_or_default();
        let named = |header: &str| of(header, meaning).map(|what| Column { what, at, header: header.to_owned() });
        let column = match (upper.as_str(), lower.as_str()) {
            ("", "") => None,
            (one, "") | ("", one) => named(one),
            (one, same) if one == same => named(one),
            (one, two) => {
                let group = without_talk(one);
                // What stands below 监护人 is never the child's own.
                let someone_else = of(one, meaning).or_else(|| of(group, meaning)).is_some();
                let together = named(&format!("{one}{two}")).or_else(|| named(&format!("{group}{two}")));
                together.or_else(|| if someone_else { None } else { named(two) })
            }
        };
        found.extend(column.filter(|new| found.iter().all(|c| c.what != new.what)));
    }
    found
}

/// 监护人情况, 监护人基本信息 → 监护人
fn without_talk(group: &str) -> &str {
    let short = ["情况", "信息", "资料"].iter().find_map(|talk| group.strip_suffix(talk)).unwrap_or(group);
    short.strip_suffix("基本").unwrap_or(short)
}

/// Tries a header as it stands, then without what is in brackets: 身份证号码（必填）.
fn of<C>(header: &str, meaning: &dyn Fn(&str) -> Option<C>) -> Option<C> {
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
    meaning(&whole).or_else(|| meaning(&bare))
}

impl<'s, C: Copy + PartialEq> Table<'s, C> {
    /// Rows that say something: no blank ones, no footer, no header repeated for the next printed page.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_, 's, C>> {
        self.sheet.rows.range(self.first_row..).map(|(row, _)| Line { table: self, row: *row }).filter(Line::says_something)
    }
    fn column(&self, what: C) -> Option<&Column<C>> {
        self.columns.iter().find(|c| c.what == what)
    }
}

impl<C: Copy + PartialEq> Line<'_, '_, C> {
    /// Row as the office program counts, from 1.
    pub fn number(&self) -> u32 {
        self.row + 1
    }
    /// What stands in a column; below the first row of a merged region, what stands there.
    pub fn get(&self, what: C) -> &Cell {
        self.table.column(what).map_or(&Cell::Empty, |c| self.table.sheet.filled(self.row, c.at))
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
    pub fn header(&self, what: C) -> String {
        self.table.column(what).map(|c| c.header.clone()).unwrap_or_default()
    }
    /// Says what is wrong in a column.
    pub fn wrong(&self, column: impl Into<String>, reason: impl Into<String>) -> RowError {
        RowError { sheet: self.table.sheet.name.clone(), row: self.number(), column: column.into(), reason: reason.into() }
    }

    fn says_something(&self) -> bool {
        let own = |c: &&Column<C>| *self.table.sheet.own(self.row, c.at) != Cell::Empty;
        if !self.table.columns.iter().any(|c| own(&c)) {
            return false;
        }
        let first = self.table.sheet.rows.get(&self.row).and_then(|cells| cells.values().next());
        let first: String = match first {
            Some(Cell::Text(s)) => s.chars().filter(|c| !c.is_whitespace()).collect(),
            _ => String::new(),
        };
        let footer = FOOTERS.iter().any(|f| first.starts_with(f));
        let repeated = |c: &Column<C>| matches!(self.table.sheet.own(self.row, c.at), Cell::Text(s) if tidy(s) == c.header);
        !footer && self.table.columns.iter().filter(|c| repeated(c)).count() < 2
    }

    /// Whether at most one of the columns says something by itself: a line such as 清溪镇 between two groups.
    pub fn is_heading(&self) -> bool {
        self.table.columns.iter().filter(|c| *self.table.sheet.own(self.row, c.at) != Cell::Empty).count() <= 1
    }
}

/// The report of sheets that hold something but no table: `needs` says which columns one needs. Nothing when another sheet has one.
pub fn no_table(sheets: &[Sheet], found: bool, needs: &str) -> Vec<RowError> {
    if found {
        return Vec::new();
    }
    let filled = sheets.iter().filter(|s| !s.rows.is_empty());
    let errors: Vec<RowError> = filled
        .map(|s| RowError {
            sheet: s.name.clone(),
            row: 1,
            column: String::new(),
            reason: format!("没有找到表头；前 {HEADER_ROWS} 行里要有一行写着{needs}"),
        })
        .collect();
    if !errors.is_empty() {
        return errors;
    }
    vec![RowError {
        sheet: sheets.first().map(|s| s.name.clone()).unwrap_or_default(), row: 1, column: String::new(), reason: "表里没有内容".into()
    }]
}
