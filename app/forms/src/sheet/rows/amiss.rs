//! How mistakes are told: the cause once, in the words of the sheet, with what was most likely meant; not what follows from it.
use super::*;
use crate::sheet::heads;

/// What people call types, and how it is written here.
const TYPES: [(&str, &str); 16] = [
    ("number", "integer 或 decimal"),
    ("数字", "“整数”或“小数”"),
    ("数值", "“整数”或“小数”"),
    ("数量", "“整数”或“小数”"),
    ("文本", "“文字”"),
    ("填空", "“文字”"),
    ("姓名", "“文字”"),
    ("地址", "“文字”"),
    ("图片", "“照片”"),
    ("拍照", "“照片”"),
    ("签名", "“照片”，外观写 signature"),
    ("说明", "“提示”"),
    ("是否", "“单选 选项表的名字”"),
    ("下拉", "“单选 选项表的名字”"),
    ("分组", "“开始分组”或“结束分组”"),
    ("重复", "“开始重复”或“结束重复”"),
];
/// What a type of choices is called that lacks its list.
const LISTED: [&str; 6] = ["单选", "多选", "排序", "select_one", "select_multiple", "rank"];

/// A mistake that stands in several rows.
pub(super) struct Told {
    at: usize,
    chinese: String,
    english: String,
    rows: Vec<u32>,
}

/// What is open: the item, and whether it is a repeat; nothing where that cannot be known.
pub(super) type Open = (usize, Option<bool>);

impl Reader {
    /// Says once what is wrong in several rows.
    fn say_of(&mut self, sheet: &'static str, row: u32, column: &'static str, (chinese, english): (String, String)) {
        match self.told.get_mut(&chinese) {
            Some(told) if told.rows.contains(&row) => {}
            Some(told) => told.rows.push(row),
            None => {
                self.say(sheet, row, Some(column), format!("{chinese} / {english}"));
                let told = Told { at: self.wrong.len() - 1, chinese: chinese.clone(), english, rows: vec![row] };
                self.told.insert(chinese, told);
            }
        }
    }

    /// Puts the other rows beside what was said of the first.
    pub(super) fn say_where_else(&mut self) {
        for Told { at, chinese, english, rows } in self.told.values().filter(|told| told.rows.len() > 1) {
            let others: Vec<String> = rows.iter().skip(1).map(u32::to_string).collect();
            if let Some(mistake) = self.wrong.get_mut(*at) {
                mistake.reason = format!("{chinese}（第 {} 行也是） / {english} (rows {} too)", others.join("、"), others.join(", "));
            }
        }
    }

    /// A question that an expression or a text names and that is not there.
    pub(super) fn unknown(&mut self, sheet: &'static str, row: u32, column: &'static str, name: &str) {
        // What is wrong with its own row was said there.
        let nameless = self.no_column.get("name").is_some_and(|(_, untold)| untold.is_none());
        if self.spoilt.contains(name) || nameless {
            return;
        }
        let same: Vec<String> = self.blank.items.iter().filter(|item| item.name == name).map(|item| item.row.to_string()).collect();
        let words = if same.len() > 1 {
            let rows = (same.join("、"), same.join(", "));
            (format!("叫 {name} 的题不止一个（第 {} 行），请改名", rows.0), format!("more than one question is called {name}: rows {}", rows.1))
        } else {
            let meant = near(name, self.blank.items.iter().map(|item| item.name.as_str()));
            if meant.is_some_and(|meant| self.spoilt.contains(meant)) {
                return;
            }
            let meant = meant.map(|meant| format!("，是不是 {meant}？")).unwrap_or_default();
            (format!("没有叫 {name} 的题{meant}"), format!("no question is called {name}"))
        };
        self.say_of(sheet, row, column, words);
    }

    /// Whether an expression only names questions whose own names cannot be read.
    pub(super) fn names_spoilt(&self, text: &str) -> bool {
        self.spoilt.iter().any(|name| text.contains(&format!("${{{name}}}")))
    }

    /// A list that is not there.
    pub(super) fn no_list(&mut self, row: u32, of: &str, list: &str) {
        if LISTED.contains(&of) {
            let chinese = format!("“{0}”后面空一格，写选项表的名字，如“{0} 有没有”", heads::chinese("type", of));
            self.say_of(SURVEY, row, "type", (chinese, "after the type stands the name of a list".to_owned()));
        } else if !self.say_no_lists() {
            let meant = near(list, self.blank.lists.keys().map(String::as_str)).map(|meant| format!("，是不是“{meant}”？")).unwrap_or_default();
            let words = (format!("“选项”表里没有“{list}”这个选项表{meant}"), format!("there is no list {list:?} on the sheet choices"));
            self.say_of(SURVEY, row, "type", words);
        }
    }

    /// Says, once, why no list of all is there; whether that is so.
    fn say_no_lists(&mut self) -> bool {
        let Some((sheet, row, column, reason)) = self.no_lists.clone() else { return false };
        if !std::mem::replace(&mut self.said_no_lists, true) {
            self.say(sheet, row, Some(column), reason);
        }
        true
    }

    /// Why no list of all could be read.
    pub(super) fn without_lists(&mut self, book: &Workbook) {
        let Some(first) = book.choices.first() else {
            let first = book.survey.iter().find(|row| row.cells.get("type").is_some_and(|of| is_of_choices(of)));
            let reason = "没有“选项”（choices）这张工作表，或者里面没有选项 / there is no sheet choices, or nothing on it";
            self.no_lists = first.map(|row| (SURVEY, row.number, "type", reason.to_owned()));
            return;
        };
        let lacks = |head: &str| !book.choices.iter().any(|row| row.cells.contains_key(head));
        if let Some(head) = ["list_name", "name"].into_iter().find(|head| lacks(head)) {
            self.no_lists = Some((CHOICES, head_row(first), head, no_column(CHOICES, head, &book.choices)));
        }
    }

    /// A choice without a name; where none has one, that is said once.
    pub(super) fn nameless_choice(&mut self, row: &Row, list: &str) {
        self.blank.lists.entry(list.to_owned()).or_default();
        if !self.say_no_lists() {
            self.say(CHOICES, row.number, Some("name"), "这个选项没有写“名称” / the choice has no name");
        }
    }

    /// Says once that a column is not there, if no row has it.
    pub(super) fn lacks_column(&mut self, row: u32, head: &'static str) {
        match self.no_column.get_mut(head) {
            Some((at, reason)) => {
                if let Some(reason) = reason.take() {
                    let at = *at;
                    self.say(SURVEY, at, Some(head), reason);
                }
            }
            None => {
                self.say(SURVEY, row, Some(head), format!("没有写“{}” / there is no {head}", heads::chinese(SURVEY, head)));
            }
        }
    }

    /// Columns that no row has: each is told once.
    pub(super) fn without_columns(&mut self, book: &Workbook) {
        let Some(first) = book.survey.first() else { return };
        for head in ["type", "name", "label"] {
            let of = |of: &String| of == head || of.strip_prefix(head).is_some_and(|rest| rest.starts_with(':'));
            let is_told = head == "type" || book.survey.len() > 1;
            if is_told && !book.survey.iter().any(|row| row.cells.keys().any(of)) {
                let is_heads = |row: &&Row| row.cells.values().any(|cell| heads::is_head(SURVEY, cell, head));
                let reason = match book.survey.iter().take(10).find(is_heads) {
                    Some(row) => format!("表头在第 {0} 行：请把它上面的行删掉 / the heads are in row {0}: nothing stands above them", row.number),
                    None => no_column(SURVEY, head, &book.survey),
                };
                self.no_column.insert(head, (head_row(first), Some(reason)));
            }
        }
        if self.no_column.contains_key("type") {
            self.lacks_column(first.number, "type");
        }
    }

    /// What stands in place of a row whose type cannot be read, so that what names it is not wrong as well.
    pub(super) fn stand_in(&mut self, row: &Row, parent: usize) -> usize {
        let name = row.cells.get("name").cloned().unwrap_or_default();
        let made = self.blank.items.len();
        self.blank.items.push(Item { name, row: row.number, parent, kind: Kind::Ask(Answer::Text), ..Item::default() });
        self.item_of.insert(row.number, made);
        made
    }

    /// Why a type is none, and what may have been meant.
    pub(super) fn no_type(&self, of: &str) -> String {
        let first = of.split_whitespace().next().unwrap_or(of);
        let listed = LISTED.iter().find_map(|listed| Some((*listed, of.strip_prefix(listed)?.trim_start_matches(['题', '：', ':', ' ']))));
        let edge = ["begin_group", "begin_repeat", "end_group", "end_repeat"].into_iter().find(|edge| *edge == first && of != first);
        let words = heads::CHINESE.iter().find(|(what, _)| *what == "type").map(|(_, types)| *types).unwrap_or_default();
        let known = TYPES.iter().find(|(said, _)| *said == first).map(|(_, known)| (*known).to_owned());
        let alike = || near(of, words.iter().flat_map(|(chinese, name)| [*chinese, *name])).map(|meant| format!("“{meant}”"));
        let meant = match (listed, edge) {
            (Some((listed, list)), _) if !list.is_empty() => format!("：“{listed}”和选项表的名字之间空一格，写成“{listed} {list}”"),
            (_, Some(edge)) => format!("：“{}”后面不写别的，名称写在“名称”一列", heads::chinese("type", edge)),
            _ => known.or_else(alike).map(|meant| format!("，要写{meant}")).unwrap_or_default(),
        };
        format!("没有“{of}”这种题型{meant} / there is no type {of:?}")
    }

    /// Ends what is open. Of two that cross, or of one that lacks its end, one thing is said.
    pub(super) fn end(&mut self, row: u32, open: &mut Vec<Open>, repeat: Option<bool>) {
        let fits = |(_, is): &Open| is.is_none() || repeat.is_none() || *is == repeat;
        match open.last() {
            Some(last) if fits(last) => _ = open.pop(),
            Some((last, _)) => {
                let begun = self.blank.items.get(*last).map_or(0, |item| item.row);
                let (ends, is) = if repeat == Some(true) { ("重复", "分组") } else { ("分组", "重复") };
                let reason =
                    format!("这里结束的是{ends}，可是第 {begun} 行开始的{is}还没有结束 / this ends another kind than what begins in row {begun}");
                self.say(SURVEY, row, Some("type"), reason);
                match open.iter().rposition(fits) {
                    Some(at) => {
                        open.remove(at);
                        open.last_mut().into_iter().for_each(|last| last.1 = None);
                    }
                    None => _ = open.pop(),
                }
            }
            None => {
                let what = if repeat == Some(true) { "重复" } else { "分组" };
                self.say(SURVEY, row, Some("type"), format!("前面没有还没结束的{what} / nothing that it could end is open"));
            }
        }
    }

    /// What is open at the end.
    pub(super) fn unended(&mut self, open: Vec<Open>) {
        for (item, repeat) in open {
            let Some(repeat) = repeat else { continue };
            let row = self.blank.items.get(item).map_or(0, |item| item.row);
            let (end, name) = if repeat { ("结束重复", "end_repeat") } else { ("结束分组", "end_group") };
            self.say(SURVEY, row, Some("type"), format!("从这一行开始，后面少一行“{end}” / its {name} is missing"));
        }
    }
}

/// Whether a type that cannot be read begins something, or ends it.
pub(super) fn edge(of: &str) -> Option<bool> {
    let begins = ["begin", "start", "开始", "分组", "重复"].iter().any(|word| of.starts_with(word));
    if begins { Some(true) } else { ["end", "结束"].iter().any(|word| of.starts_with(word)).then_some(false) }
}

fn is_of_choices(of: &str) -> bool {
    let plain = plain_type(of);
    !plain.contains(" from file") && ["select", "rank"].iter().any(|begins| plain.starts_with(begins))
}

/// The row of the heads, above the first that holds something.
fn head_row(first: &Row) -> u32 {
    first.number.saturating_sub(1).max(1)
}

fn no_column(sheet: &str, head: &str, rows: &[Row]) -> String {
    let there: BTreeSet<&str> = rows.iter().flat_map(|row| row.cells.keys()).map(|head| heads::chinese(sheet, head)).collect();
    let there = there.into_iter().map(|head| format!("“{head}”")).collect::<Vec<_>>().join("");
    format!("没有“{}”（{head}）这一列；现在有的是{there} / there is no column {head}", heads::chinese(sheet, head))
}

/// The one of these that differs from a word by a letter or by its case; of long words by two letters.
pub(super) fn near<'n>(word: &str, among: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (lower, length) = (word.to_lowercase(), word.chars().count());
    let most = if length < 6 { 1 } else { 2 };
    let away = |other: &&str| (apart(&lower, &other.to_lowercase()), other.len());
    among.filter(|other| length > 1 && other.chars().count() > 1 && *other != word && away(other).0 <= most).min_by_key(away)
}

/// How many letters are to be put in, left out or changed to make one word of another.
fn apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut line: Vec<usize> = (0..=other.len()).collect();
    for (n, c) in one.chars().enumerate() {
        let mut above = n;
        let mut left = n + 1;
        let mut next = vec![left];
        for (d, up) in other.iter().zip(line.iter().skip(1)) {
            left = (above + usize::from(c != *d)).min(up + 1).min(left + 1);
            above = *up;
            next.push(left);
        }
        line = next;
    }
    line.last().copied().unwrap_or_default()
}
