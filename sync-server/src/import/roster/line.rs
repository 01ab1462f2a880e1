//! One line of a roster while it is read.
use super::columns::Col;
use crate::import::cell::{self, Reason};
use crate::import::day::{self, When};
use crate::import::table::SheetRow;
use chrono::NaiveDate;
use domain::api::{Edit, RowError};
use domain::fields::{self, Path};
use domain::roles::Section;
use domain::{Code, IdNumber, Value};
use std::sync::Arc;

/// Reads one line, collecting what it says, what is wrong with the person and what should be looked at.
pub struct Words<'l, 't, 's> {
    pub(super) line: &'l SheetRow<'t, 's, Col>,
    pub edits: Vec<Edit>,
    pub columns: Vec<Arc<str>>,
    /// Why the person is not taken.
    pub errors: Vec<RowError>,
    /// What of her is not, or was guessed.
    pub notes: Vec<RowError>,
    today: NaiveDate,
}

impl<'l, 't, 's> Words<'l, 't, 's> {
    /// Nothing was read yet.
    pub fn new(line: &'l SheetRow<'t, 's, Col>, today: NaiveDate) -> Self {
        Self { line, edits: Vec::new(), columns: Vec::new(), errors: Vec::new(), notes: Vec::new(), today }
    }
    /// Whether the list has such a column.
    pub fn has(&self, col: Col) -> bool {
        !self.line.header(col).is_empty()
    }
    fn told(&self, col: Col, fallback: &str, reason: impl Into<String>) -> RowError {
        let header = self.line.header(col);
        self.line.wrong(if header.is_empty() { fallback } else { &header }, reason)
    }
    pub(super) fn wrong(&mut self, col: Col, fallback: &str, reason: impl Into<String>) {
        self.errors.push(self.told(col, fallback, reason));
    }
    /// What costs a field only, or should be looked at.
    pub fn odd(&mut self, col: Col, fallback: &str, reason: impl Into<String>) {
        self.notes.push(self.told(col, fallback, reason));
    }
    /// The text of a side field.
    pub fn text(&mut self, col: Col) -> String {
        self.line.text(col).unwrap_or_else(|reason| {
            self.odd(col, "", reason);
            String::new()
        })
    }
    /// The text of a field without which there is no person.
    pub(super) fn needed(&mut self, col: Col, fallback: &str) -> String {
        self.line.text(col).unwrap_or_else(|reason| {
            self.wrong(col, fallback, reason);
            String::new()
        })
    }
    /// A telephone number.
    pub fn phone(&mut self, col: Col) -> Option<String> {
        match cell::phones(self.line.get(col)) {
            Ok(phones) => {
                if let Some(note) = phones.note {
                    self.odd(col, "", note);
                }
                phones.number
            }
            Err(reason) => {
                self.odd(col, "", reason);
                None
            }
        }
    }
    /// An ID number.
    pub fn id_number(&self, col: Col) -> Result<Option<IdNumber>, Reason> {
        cell::id_number(self.line.get(col))
    }
    /// A day beside the person's own birth.
    pub fn side_day(&mut self, col: Col) -> When {
        day::when(self.line.get(col), self.line.epoch_shift(), self.today).unwrap_or_else(|reason| {
            self.odd(col, "", reason);
            When::Unknown
        })
    }
    /// Notes a value in its stored form.
    pub fn say(&mut self, col: Col, path: Path, value: impl Into<Value>) {
        match fields::check(&path, &value.into()) {
            Ok(value) if value.is_empty() => {}
            Ok(value) => {
                self.columns.push(self.line.header(col));
                self.edits.push(Edit { path, value });
            }
            Err(failure) => {
                let reason = match failure.code {
                    Code::BadPhone => "电话号码不对；请写一个 11 位手机号或带区号的座机",
                    Code::Required => "不能为空",
                    _ => "内容太长或不合要求，没有导入；请改短",
                };
                self.odd(col, "", reason);
            }
        }
    }
    /// Notes a value unless the row said one already.
    pub fn say_once(&mut self, col: Col, path: Path, value: impl Into<Value>) {
        if self.edits.iter().all(|e| e.path != path) {
            self.say(col, path, value);
        }
    }
    pub(super) fn say_text(&mut self, col: Col, section: Section, key: &str) {
        let text = self.text(col);
        self.say(col, Path::new(section, key), text);
    }
}
