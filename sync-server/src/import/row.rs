//! One person of a roster, as its row has her.
use super::cell;
use chrono::NaiveDate;
use domain::api::{Edit, RowError};
use domain::fields::Path;
use domain::{AreaCode, IdNumber, Programme};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// What somebody wrote beside a person of the same name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// 同一人
    Same,
    /// 另一人
    Other,
}

/// One person as the office's list has it.
#[derive(Clone, PartialEq, Debug)]
pub struct RosterRow {
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Row as the office program counts, from 1.
    pub row: u32,
    /// The village.
    pub area: AreaCode,
    /// The programme of a new file: that of the first category.
    pub programme: Programme,
    /// The ID number, where there is one.
    pub id_number: Option<IdNumber>,
    /// The name.
    pub name: String,
    /// The day of birth, as written or from the ID number.
    pub birth: Option<NaiveDate>,
    /// What somebody decided about a person of the same name.
    pub sign: Option<Sign>,
    /// Everything the row says, checked; nothing empty. Ids of new entries come from what they say, so that the same file
    /// names the same entries.
    pub edits: Vec<Edit>,
    /// The header of the column that each of the values stands in.
    pub columns: Vec<Arc<str>>,
}

impl RosterRow {
    /// The header of the column in which a value stands.
    pub fn header(&self, path: &Path) -> String {
        let at = self.edits.iter().position(|e| e.path == *path);
        at.and_then(|at| self.columns.get(at)).map(|h| h.to_string()).unwrap_or_default()
    }
    /// What is said of one of its columns.
    pub(super) fn told(&self, column: impl Into<String>, reason: impl Into<String>) -> RowError {
        RowError { sheet: self.sheet.to_string(), row: self.row, column: column.into(), reason: reason.into() }
    }
    /// By what the list itself knows a person.
    pub(super) fn key(&self) -> String {
        person_key(self.id_number.as_ref(), &self.area, &self.name, self.birth)
    }
}

/// Ids of entries are made of it, so it never changes.
pub(super) fn person_key(number: Option<&IdNumber>, area: &AreaCode, name: &str, birth: Option<NaiveDate>) -> String {
    match number {
        Some(number) => number.as_str().to_owned(),
        None => format!("{area}|{name}|{}", birth.map(|b| b.to_string()).unwrap_or_default()),
    }
}

/// An id made of what the entry says (UUIDv8), so that the same file makes the same entry.
pub(super) fn entry_id(of: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in of {
        hash.update(cell::tidy(part).as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
