//! What is read from JSON files and from `FIELD=VALUE`.
use client::Env;
use client::device::env::new_uuid;
use domain::api::{Edit, NewPerson};
use domain::fields::{FieldKind, Path};
use domain::form::{Answers, FormSheet, QuestionKind, WHEN};
use domain::roles::Section;
use domain::{AreaCode, Code, Failure, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path as File;
use uuid::Uuid;

/// The JSON in a file.
pub fn json(file: &File) -> Result<Json, Failure> {
    let bytes = std::fs::read(file).map_err(|_| Failure::from(Code::BadFile))?;
    serde_json::from_slice(&bytes).map_err(|_| Code::BadFile.into())
}

/// A file to be opened: `area`, and fields by `section.key` or section by section; household and categories are lists, a
/// category may be its bare code.
pub fn person(json: &Json, another: bool, env: &dyn Env) -> Result<NewPerson, Failure> {
    let Json::Object(fields) = json else { return Err(Code::BadFile.into()) };
    let mut area: Option<AreaCode> = None;
    let mut edits = Vec::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("area" | "area.code", Json::String(code)) => area = Some(code.parse().map_err(|_| Failure::of(Code::BadValue, "area.code"))?),
            (_, Json::Object(keys)) => {
                for (key, value) in keys {
                    edits.push(edit(&format!("{name}.{key}"), value)?);
                }
            }
            (_, Json::Array(entries)) => {
                for entry in entries {
                    edits.extend(list_entry(name, entry, new_uuid(env))?);
                }
            }
            _ => edits.push(edit(name, value)?),
        }
    }
    Ok(NewPerson { area: area.ok_or_else(|| Failure::of(Code::Required, "area.code"))?, edits, another })
}

fn list_entry(section: &str, entry: &Json, id: Uuid) -> Result<Vec<Edit>, Failure> {
    match entry {
        Json::String(code) => Ok(vec![edit(&format!("{section}.{id}.code"), &Json::String(code.clone()))?]),
        Json::Object(keys) => keys.iter().map(|(key, value)| edit(&format!("{section}.{id}.{key}"), value)).collect(),
        _ => Err(Failure::of(Code::BadValue, section)),
    }
}

fn edit(name: &str, value: &Json) -> Result<Edit, Failure> {
    let path: Path = name.parse().map_err(|_| Failure::of(Code::UnknownField, name))?;
    let value = serde_json::from_value(value.clone()).map_err(|_| Failure::of(Code::BadValue, name))?;
    Ok(Edit { path, value })
}

/// Answers of a visit: by question, or under `answers`.
pub fn answers(json: Json) -> Result<Answers, Failure> {
    let inner = match json {
        Json::Object(mut map) if map.get("answers").is_some_and(Json::is_object) => map.remove("answers").unwrap_or_default(),
        other => other,
    };
    serde_json::from_value(inner).map_err(|_| Code::BadFile.into())
}

/// `FIELD=VALUE`. An entry of household or categories may be named `new`, `new1`…: each name is one new entry.
pub fn edits(fields: &[String], env: &dyn Env) -> Result<Vec<Edit>, Failure> {
    let mut entries: BTreeMap<String, Uuid> = BTreeMap::new();
    fields
        .iter()
        .map(|field| {
            let (name, value) = field.split_once('=').ok_or_else(|| Failure::of(Code::UnknownField, field.split('.').next().unwrap_or_default()))?;
            let path = path(name, &mut entries, env)?;
            let yes_no = path.field().is_some_and(|f| f.kind == FieldKind::YesNo);
            let value = match value {
                "" => Value::Null,
                "true" | "yes" | "是" if yes_no => true.into(),
                "false" | "no" | "否" if yes_no => false.into(),
                text => text.into(),
            };
            Ok(Edit { path, value })
        })
        .collect()
}

/// Reads `question=answer` for a visit, and `at=2026-11-27` for its day; of several options `question=one,other`, and nothing takes the answer away.
pub fn corrections(form: &FormSheet, fields: &[String]) -> Result<Answers, Failure> {
    let read = |field: &String| {
        let (name, text) = field.split_once('=').ok_or_else(|| Failure::of(Code::UnknownField, field.split('.').next().unwrap_or_default()))?;
        let name = name.strip_prefix("answers.").unwrap_or(name);
        if form.question(name).is_none() && ["at", WHEN].contains(&name) {
            return Ok((WHEN.to_owned(), text.into()));
        }
        // Of one in a repeat, `followup-1-seen`, the question is the last part.
        let of = name.rsplit('-').next().filter(|_| form.question(name).is_none()).unwrap_or(name);
        let question = form.question(of).ok_or_else(|| Failure::of(Code::UnknownField, name))?;
        let bad = || Failure::of(Code::BadValue, name);
        let value = match (question.kind, text) {
            (_, "") => Value::Null,
            (QuestionKind::Choices, many) => Value::Many(many.split(',').map(|one| one.trim().to_owned()).collect()),
            (QuestionKind::YesNo, "true" | "yes" | "是") => true.into(),
            (QuestionKind::YesNo, "false" | "no" | "否") => false.into(),
            (QuestionKind::YesNo, _) => return Err(bad()),
            (QuestionKind::Number, number) => match number.parse::<i64>() {
                Ok(whole) => Value::Int(whole),
                Err(_) => Value::Real(number.parse().map_err(|_| bad())?),
            },
            (_, text) => text.into(),
        };
        Ok((name.to_owned(), value))
    };
    fields.iter().map(read).collect()
}

fn path(name: &str, entries: &mut BTreeMap<String, Uuid>, env: &dyn Env) -> Result<Path, Failure> {
    let unknown = || Failure::of(Code::UnknownField, name);
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [section, entry, key] if entry.starts_with("new") => {
            let id = *entries.entry(format!("{section}.{entry}")).or_insert_with(|| new_uuid(env));
            Ok(Path::of_entry(section.parse::<Section>().map_err(|_| unknown())?, id, key))
        }
        _ => name.parse().map_err(|_| unknown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::device::env::SystemEnv;

    #[test]
    fn a_file_may_be_written_section_by_section_or_field_by_field() {
        let json = serde_json::json!({"area": "990101001201", "identity": {"name": "陈小满"}, "contact.phone": "13800000001",
            "household": [{"name": "周桂芳", "guardian": true}], "categories": ["left_behind_child"]});
        let new = person(&json, false, &SystemEnv).unwrap();
        let names: Vec<String> = new.edits.iter().map(|e| format!("{}.{}", e.path.section, e.path.key)).collect();
        assert_eq!(names, ["categories.code", "contact.phone", "household.guardian", "household.name", "identity.name"]);
        assert_eq!(new.edits[2].path.entry, new.edits[3].path.entry);
        assert_eq!(person(&serde_json::json!({"identity.name": "陈小满"}), false, &SystemEnv).unwrap_err().code, Code::Required);
    }

    #[test]
    fn new_entries_of_one_name_belong_together() {
        let all = ["household.new.name=周桂芳", "household.new.guardian=是", "household.new2.name=陈建国", "contact.phone="].map(str::to_owned);
        let edits = edits(&all, &SystemEnv).unwrap();
        assert_eq!(edits[0].path.entry, edits[1].path.entry);
        assert_ne!(edits[0].path.entry, edits[2].path.entry);
        assert_eq!((edits[1].value.clone(), edits[3].value.clone()), (true.into(), Value::Null));
        assert!(super::edits(&["phone".to_owned()], &SystemEnv).is_err());
    }
}
