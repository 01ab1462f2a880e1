//! What of a row is written to a file that exists. The office's last value is remembered for each field, so that three sides are
//! known: what the office said last time, what it says now, what the file says. A worker's edit is never overwritten.
use super::roster::RosterRow;
use crate::db::{Db, DbResult, args};
use domain::api::{Edit, Entry};
use domain::fields::Path;
use domain::roles::Section;
use domain::{RecordId, Value};
use records::FileData;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The office's last value of each field of each person.
pub const IMPORTED_SQL: &str = "
CREATE TABLE IF NOT EXISTS imported (
  person BLOB NOT NULL,                     -- 16 bytes of the record id
  path   TEXT NOT NULL,                     -- section.key or section.<uuid>.key
  value  TEXT NOT NULL DEFAULT 'null',      -- JSON, in its stored form
  PRIMARY KEY (person, path)
) STRICT, WITHOUT ROWID;
";

/// What to do about one row.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// Values to write.
    pub edits: Vec<Edit>,
    /// What the office says now, to be remembered.
    pub remember: Vec<(Path, Value)>,
    /// Columns in which the office says something new, but a worker wrote something else: the worker's stays.
    pub kept: Vec<String>,
}

/// Plans one row. A new person gets everything. Of an existing one a field is written only when the office says something it
/// did not say last time, and nobody else wrote there since.
pub fn plan(row: &RosterRow, existing: Option<&FileData>, imported: &BTreeMap<String, Value>) -> Plan {
    let Some(file) = existing else {
        let remember = row.edits.iter().map(|e| (e.path.clone(), e.value.clone())).collect();
        return Plan { edits: row.edits.clone(), remember, kept: Vec::new() };
    };
    let ids = matched_entries(row, file);
    let mut plan = Plan::default();
    for edit in &row.edits {
        let header = row.columns.get(&edit.path).cloned().unwrap_or_default();
        let mut path = edit.path.clone();
        path.entry = path.entry.map(|id| ids.get(&id).copied().unwrap_or(id));
        let now = value_at(file, &path);
        let last = imported.get(&path.to_string());
        if last == Some(&edit.value) {
            continue;
        }
        plan.remember.push((path.clone(), edit.value.clone()));
        match now {
            Some(now) if *now == edit.value => {}
            Some(now) if last != Some(now) => {
                if !plan.kept.contains(&header) {
                    plan.kept.push(header);
                }
            }
            // Imported once, and emptied by a worker since.
            None if last.is_some() => plan.kept.push(header),
            _ => plan.edits.push(Edit { path, value: edit.value.clone() }),
        }
    }
    plan
}

/// The row's entries that the file has already: the same id, else the same category or the same name.
fn matched_entries(row: &RosterRow, file: &FileData) -> BTreeMap<Uuid, Uuid> {
    let mut ids = BTreeMap::new();
    for edit in &row.edits {
        let Some(id) = edit.path.entry else { continue };
        let (list, key) = match edit.path.section {
            Section::Categories => (&file.categories, "code"),
            _ => (&file.household, "name"),
        };
        if edit.path.key != key || list.iter().any(|e| e.id == id) {
            continue;
        }
        if let Some(same) = list.iter().find(|e| e.fields.get(key) == Some(&edit.value)) {
            ids.insert(id, same.id);
        }
    }
    ids
}

fn value_at<'f>(file: &'f FileData, path: &Path) -> Option<&'f Value> {
    let entry = |list: &'f [Entry], id: Uuid| list.iter().find(|e| e.id == id)?.fields.get(&path.key);
    let value = match (path.section, path.entry) {
        (Section::Household, Some(id)) => entry(&file.household, id),
        (Section::Categories, Some(id)) => entry(&file.categories, id),
        _ => file.fields.get(&path.to_string()),
    };
    value.filter(|v| !v.is_empty())
}

/// What the office said last time of this person.
pub fn imported(db: &Db<'_>, person: &RecordId) -> DbResult<BTreeMap<String, Value>> {
    let pairs = db.rows("SELECT path, value FROM imported WHERE person = ?1", args![person.bytes()], |r| {
        Ok((r.text(0)?, serde_json::from_str(&r.text(1)?).unwrap_or_default()))
    })?;
    Ok(pairs.into_iter().collect())
}

/// Remembers what the office says now.
pub fn remember<'a>(db: &Db<'_>, person: &RecordId, values: impl IntoIterator<Item = (&'a Path, &'a Value)>) -> DbResult<()> {
    let sql = "INSERT INTO imported (person, path, value) VALUES (?1, ?2, ?3) ON CONFLICT (person, path) DO UPDATE SET value = excluded.value";
    for (path, value) in values {
        let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        db.run(sql, args![person.bytes(), path.to_string(), json])?;
    }
    Ok(())
}
