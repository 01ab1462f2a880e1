//! The ID number says birth and sex: what contradicts it is refused, what is missing is filled in. Nobody types a thing twice.
use crate::Result;
use crate::store::View;
use chrono::NaiveDate;
use domain::api::Edit;
use domain::fields::Path;
use domain::roles::Section;
use domain::{Code, Failure, IdNumber, RecordId, Value};
use records::FileData;
use rusqlite::{OptionalExtension, params};

fn path(key: &str) -> Path {
    Path::new(Section::Identity, key)
}

/// The text a field will have: as edited, else as it is.
fn after<'a>(file: &'a FileData, edits: &'a [Edit], key: &str) -> &'a str {
    let path = path(key);
    let edited = edits.iter().rev().find(|e| e.path == path).map(|e| e.value.text().unwrap_or_default());
    edited.unwrap_or_else(|| file.text(&path.to_string()).unwrap_or_default())
}

/// Checks edits to the identity, already in stored form, and adds what the ID number tells.
///
/// # Errors
/// `IdNumberMismatch` with the field that contradicts; `AlreadyOnFile`.
pub fn check(view: &View<'_>, id: RecordId, file: &FileData, edits: &mut Vec<Edit>) -> Result<()> {
    let concerned = ["id_number", "birth", "sex"].map(path);
    if !edits.iter().any(|e| concerned.contains(&e.path)) {
        return Ok(());
    }
    let Ok(number) = after(file, edits, "id_number").parse::<IdNumber>() else { return Ok(()) };
    match after(file, edits, "birth").parse::<NaiveDate>() {
        Ok(birth) if birth != number.birth() => return Err(Failure::of(Code::IdNumberMismatch, "identity.birth").into()),
        Ok(_) => {}
        Err(_) => set(edits, "birth", number.birth().to_string().into()),
    }
    match after(file, edits, "sex") {
        sex @ ("1" | "2") if sex != number.sex().code() => return Err(Failure::of(Code::IdNumberMismatch, "identity.sex").into()),
        "1" | "2" => {}
        _ => set(edits, "sex", number.sex().code().into()),
    }
    // Two files that have one number already are somebody's to look at; neither is kept from being put right.
    if file.text(&path("id_number").to_string()) == Some(number.as_str()) { Ok(()) } else { not_on_file(view, id, &number) }
}

fn set(edits: &mut Vec<Edit>, key: &str, value: Value) {
    let path = path(key);
    edits.retain(|e| e.path != path);
    edits.push(Edit { path, value });
}

fn not_on_file(view: &View<'_>, id: RecordId, number: &IdNumber) -> Result<()> {
    let sql = "SELECT 1 FROM persons WHERE id_number = ?1 AND id <> ?2 LIMIT 1";
    let other = view.db.prepare_cached(sql)?.query_row(params![number.as_str(), id.bytes()], |_| Ok(())).optional()?;
    if other.is_some() { Err(Failure::of(Code::AlreadyOnFile, "identity.id_number").into()) } else { Ok(()) }
}
