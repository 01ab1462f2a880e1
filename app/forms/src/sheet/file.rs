//! A form as it is kept for ever: its rows as JSON, under the names that [`super::heads`] gives sheets, columns and types. Whoever fills it in
//! reads it as a workbook is read; whoever wants the workbook back writes the rows out.
use super::model::Blank;
use super::rows::{Mistake, Row, Workbook, read};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of this format: that of a type of matter, of a form with tables, and of one without, which programs of before read, too.
const FORMAT: u32 = 3;
const WITH_TABLES: u32 = 2;
const PLAIN: u32 = 1;
/// Largest form, bytes of JSON.
pub const MOST_BYTES: usize = 8 << 20;

type Cells = BTreeMap<String, String>;

#[derive(Serialize, Deserialize)]
struct FormFile {
    format: u32,
    settings: Cells,
    survey: Vec<Cells>,
    #[serde(default)]
    choices: Vec<Cells>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tables: BTreeMap<String, Vec<Cells>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    matter: Option<Cells>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stages: Vec<Cells>,
}

/// Why a form that was kept cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// A later program wrote it.
    Newer,
    /// It is no form.
    Damaged,
}

/// The rows of a workbook as JSON.
///
/// # Errors
/// When they are more than a form may have.
pub fn to_json(book: &Workbook) -> Result<String, Unreadable> {
    let cells = |rows: &[Row]| rows.iter().map(|row| row.cells.clone()).collect();
    let settings = book.settings.as_ref().map(|row| row.cells.clone()).unwrap_or_default();
    let tables: BTreeMap<String, Vec<Cells>> = book.tables.iter().map(|(name, rows)| (name.clone(), cells(rows))).collect();
    let matter = book.matter.as_ref().map(|row| row.cells.clone());
    let format = match (&matter, tables.is_empty()) {
        (Some(_), _) => FORMAT,
        (None, false) => WITH_TABLES,
        (None, true) => PLAIN,
    };
    let file = FormFile { format, settings, survey: cells(&book.survey), choices: cells(&book.choices), tables, matter, stages: cells(&book.stages) };
    serde_json::to_string(&file).ok().filter(|json| json.len() <= MOST_BYTES).ok_or(Unreadable::Damaged)
}

/// The rows again, numbered as a workbook numbers them that has nothing between them.
///
/// # Errors
/// Of a later format, and of what is none.
pub fn workbook(json: &str) -> Result<Workbook, Unreadable> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_str(json).map_err(|_| Unreadable::Damaged)?;
    if format > FORMAT {
        return Err(Unreadable::Newer);
    }
    let file: FormFile = serde_json::from_str(json).map_err(|_| Unreadable::Damaged)?;
    let rows = |cells: Vec<Cells>| cells.into_iter().zip(2..).map(|(cells, number)| Row { number, cells }).collect();
    let settings = Some(file.settings).filter(|cells| !cells.is_empty()).map(|cells| Row { number: 2, cells });
    let tables = file.tables.into_iter().map(|(name, table)| (name, rows(table))).collect();
    let matter = file.matter.map(|cells| Row { number: 2, cells });
    Ok(Workbook { survey: rows(file.survey), choices: rows(file.choices), settings, tables, matter, stages: rows(file.stages) })
}

/// The form of a JSON.
///
/// # Errors
/// As [`workbook`]; a form with a mistake in it is damaged: none was ever kept.
pub fn from_json(json: &str) -> Result<Blank, Unreadable> {
    read(&workbook(json)?, "").form().map_err(|_: Vec<Mistake>| Unreadable::Damaged)
}
