//! What a workbook's sheets and columns are called: XLSForm's names, with those of older times, in whatever case.
use super::rows::{Row, Workbook};
use std::collections::BTreeMap;

/// A sheet as it was read: its name, and its rows of texts, the first of them the heads.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows that hold something: the row's number in the office program, from 1, and its cells as texts.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Finds the sheets of a form.
pub fn workbook(sheets: &[Sheet]) -> Workbook {
    let named = |name: &str| sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(name)).map(rows).unwrap_or_default();
    Workbook { survey: named("survey"), choices: named("choices"), settings: named("settings").into_iter().next() }
}

fn rows(sheet: &Sheet) -> Vec<Row> {
    let mut rows = sheet.rows.iter();
    let Some((_, heads)) = rows.find(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty())) else { return Vec::new() };
    let heads: Vec<String> = heads.iter().map(|head| known(head)).collect();
    let cells = |row: &[String]| -> BTreeMap<String, String> {
        heads
            .iter()
            .zip(row)
            .filter(|(head, cell)| !head.is_empty() && !cell.trim().is_empty())
            .map(|(head, cell)| (head.clone(), cell.trim().to_owned()))
            .collect()
    };
    rows.map(|(number, row)| Row { number: *number, cells: cells(row) }).filter(|row| !row.cells.is_empty()).collect()
}

/// A head by the name it has here; languages stay as they are written.
fn known(head: &str) -> String {
    let head = head.trim();
    let (name, language) = match head.split_once("::").or_else(|| head.split_once(':')) {
        Some((name, language)) if !matches!(name.trim().to_ascii_lowercase().as_str(), "bind" | "body" | "control" | "jr" | "instance") => {
            (name.trim(), Some(language.trim()))
        }
        _ => (head, None),
    };
    let lower = name.to_ascii_lowercase();
    let plain = lower.split([' ', '_']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let name = match plain.as_str() {
        "list" | "list_name" => "list_name",
        "value" => "name",
        "caption" => "label",
        "relevance" | "relevant" | "bind::relevant" | "bind:relevant" => "relevant",
        "calculate" | "calculation" | "bind::calculate" | "bind:calculate" => "calculation",
        "bind::constraint" | "bind:constraint" => "constraint",
        "constraint_message" | "constraint_msg" | "bind::jr:constraintmsg" | "bind:jr:constraintmsg" => "constraint_message",
        "bind::required" | "bind:required" => "required",
        "read_only" | "readonly" | "bind::readonly" | "bind:readonly" => "read_only",
        "jr:count" | "count" | "repeat_count" | "control::jr:count" | "control:jr:count" | "body:jr:count" => "repeat_count",
        "body:appearance" | "body::appearance" | "control::appearance" | "control:appearance" => "appearance",
        "title" | "set_form_title" => "form_title",
        "id_string" | "set_form_id" => "form_id",
        "command" => "type",
        "tag" => "name",
        other => other,
    };
    language.map_or_else(|| name.to_owned(), |language| format!("{name}::{language}"))
}
