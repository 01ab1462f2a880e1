//! What of a row is written to a file that exists. The office's last value is remembered for each field, so that three sides are
//! known: what the office said last time, what it says now, what the file says. A worker's edit is never overwritten.
use super::row::{RosterRow, entry_id};
use crate::store::db::{Db, DbResult, args};
use chrono::NaiveDate;
use domain::api::{Edit, Entry};
use domain::fields::Path;
use domain::lists::{self, List};
use domain::roles::Section;
use domain::{RecordId, Value};
use records::FileData;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What to do about one row.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// Values to write.
    pub edits: Vec<Edit>,
    /// What the office says now, to be remembered.
    pub remember: Vec<(Path, Value)>,
    /// Columns in which the office says something new, but a worker wrote something else: the worker's stays.
    pub kept: Vec<String>,
    /// Categories of the row that the file left, and since when; the row does not say that they began anew.
    pub ended: Vec<(String, String)>,
}

/// Plans one row. A new person gets everything. Of an existing one a field is written only when the office says something it
/// did not say last time, and nobody else wrote there since. A risk that a list raises holds from `today`, as a worker's would.
pub fn plan(row: &RosterRow, existing: Option<&FileData>, imported: &BTreeMap<String, Value>, today: NaiveDate) -> Plan {
    let mut plan = match existing {
        None => Plan { edits: row.edits.clone(), remember: row.edits.iter().map(|e| (e.path.clone(), e.value.clone())).collect(), ..Plan::default() },
        Some(file) => of_known(row, file, imported, today),
    };
    let level = Path::new(Section::Risk, "level");
    if plan.edits.iter().any(|e| e.path == level) {
        plan.edits.push(Edit { path: Path::new(Section::Risk, "since"), value: today.to_string().into() });
    }
    plan
}

fn of_known(row: &RosterRow, file: &FileData, imported: &BTreeMap<String, Value>, today: NaiveDate) -> Plan {
    let entries = matched_entries(row, file, today);
    let mut plan = Plan::default();
    for edit in &row.edits {
        let header = row.header(&edit.path);
        if let Some((grade, words)) = List::of_grade(&edit.path).map(List::paths) {
            // A grade and the county's words for it are one thing: where a worker chose other words, both stay.
            let (now, last) = (value_at(file, &words), imported.get(&words.to_string()));
            let says = row.edits.iter().find(|e| e.path == words).map(|e| &e.value);
            let agrees = says.is_none() && value_at(file, &grade) == Some(&edit.value);
            if now.is_some() && now != last && now != says && !agrees {
                if last != Some(&edit.value) && imported.get(&edit.path.to_string()) != Some(&edit.value) && !plan.kept.contains(&header) {
                    plan.kept.push(header);
                }
                plan.remember.push((edit.path.clone(), edit.value.clone()));
                continue;
            }
            // Words of a grade that the file does not get are not written beside it.
            let level = plan.edits.iter().find(|e| e.path == grade).map(|e| &e.value).or_else(|| value_at(file, &grade));
            if edit.path == words && lists::words(level.and_then(Value::text).unwrap_or_default(), Some(&edit.value)).is_none() {
                continue;
            }
        }
        let mut path = edit.path.clone();
        match path.entry.map(|id| entries.get(&id)) {
            Some(Some(Matched::As(id))) => path.entry = Some(*id),
            Some(Some(Matched::Ended(until))) => {
                if path.key == "code" {
                    plan.ended.push((header, until.clone()));
                }
                continue;
            }
            _ => {}
        }
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

/// What an entry of the row is in the file.
enum Matched {
    /// This entry.
    As(Uuid),
    /// A category that the file left on this day.
    Ended(String),
}

/// The row's entries that the file has already: the same id, else the same name, or the same category in force. A category that ended and
/// that the list says began later is a new entry, whose id comes from that day, so that the same list adds nothing.
fn matched_entries(row: &RosterRow, file: &FileData, today: NaiveDate) -> BTreeMap<Uuid, Matched> {
    let mut entries = BTreeMap::new();
    let text = |e: &Entry, key: &str| e.fields.get(key).and_then(Value::text).unwrap_or_default().to_owned();
    for edit in &row.edits {
        let Some(id) = edit.path.entry else { continue };
        if edit.path.section == Section::Household {
            let same = || file.household.iter().find(|e| e.fields.get("name") == Some(&edit.value));
            if edit.path.key == "name" && !file.household.iter().any(|e| e.id == id) {
                entries.extend(same().map(|same| (id, Matched::As(same.id))));
            }
            continue;
        }
        if edit.path.section != Section::Categories || edit.path.key != "code" {
            continue;
        }
        let same: Vec<&Entry> = file.categories.iter().filter(|e| e.fields.get("code") == Some(&edit.value)).collect();
        let in_force = |e: &&&Entry| text(e, "until").is_empty() || text(e, "until").parse::<NaiveDate>().is_ok_and(|until| until >= today);
        let matched = match same.iter().filter(in_force).max_by_key(|e| e.id == id) {
            Some(now) => Matched::As(now.id),
            None if same.is_empty() => continue,
            None => {
                let until = same.iter().map(|e| text(e, "until")).max().unwrap_or_default();
                let since = Path::of_entry(Section::Categories, id, "since");
                match row.edits.iter().find(|e| e.path == since).and_then(|e| e.value.text()).filter(|since| **since > *until) {
                    Some(since) => Matched::As(entry_id(&[&id.to_string(), since])),
                    None => Matched::Ended(until),
                }
            }
        };
        entries.insert(id, matched);
    }
    entries
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

/// Whom the lists spoke of, by village and name: a worker may have moved or renamed the file since.
#[derive(Default)]
pub struct Said(HashMap<(String, String), Vec<RecordId>>);

impl Said {
    /// What all lists so far said.
    pub fn of(db: &Db<'_>) -> DbResult<Said> {
        let text = |path: &str| {
            let sql = "SELECT person, value FROM imported WHERE path = ?1 ORDER BY person";
            let value = |json: String| serde_json::from_str::<Value>(&json).ok().and_then(|v| v.text().map(str::to_owned)).unwrap_or_default();
            db.rows(sql, args![path], |r| Ok((r.blob(0)?, value(r.text(1)?))))
        };
        let mut names: HashMap<Vec<u8>, String> = text("identity.name")?.into_iter().collect();
        let mut said = Said::default();
        for (person, area) in text("area.code")? {
            if let (Some(id), Some(name)) = (RecordId::from_slice(&person), names.remove(&person)) {
                said.0.entry((area, name)).or_default().push(id);
            }
        }
        Ok(said)
    }
    /// The files they opened or found for such a person.
    pub fn files(&self, area: &str, name: &str) -> &[RecordId] {
        self.0.get(&(area.to_owned(), name.to_owned())).map_or(&[], Vec::as_slice)
    }
}
