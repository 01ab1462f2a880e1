//! The XML of an xlsx, streamed: what calamine leaves out.
use super::bad;
use domain::Failure;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufReader, Cursor};

/// Most formulas without a result, long numbers and hidden rows of a sheet that are kept apart.
const MAX_APART: usize = 200_000;

/// What stands beside the values of a sheet.
#[derive(Default)]
pub struct Beside {
    /// Rows that are not shown, in order.
    pub hidden: Vec<u32>,
    /// Whole numbers too long for the office program whose digits are all there.
    pub digits: BTreeMap<(u32, u32), String>,
    /// Formulas without a result.
    pub formulas: BTreeSet<(u32, u32)>,
}

/// Each sheet's part of the archive, by the sheet's name.
pub fn parts(bytes: &[u8]) -> Result<HashMap<String, String>, Failure> {
    let mut by_relation = HashMap::new();
    each_tag(bytes, "xl/_rels/workbook.xml.rels", |tag| {
        if let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target")) {
            let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            by_relation.insert(id, part);
        }
    })?;
    let mut found = HashMap::new();
    each_tag(bytes, "xl/workbook.xml", |tag| {
        if tag.local_name().as_ref() == "sheet"
            && let (Some(name), Some(part)) = (attribute(tag, "name"), attribute(tag, "id").and_then(|id| by_relation.get(&id)))
        {
            found.insert(name, part.clone());
        }
    })?;
    Ok(found)
}

/// An attribute by its name without a prefix, its entities resolved.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned())
}

fn each_tag(bytes: &[u8], part: &str, mut on: impl FnMut(&BytesStart<'_>)) -> Result<(), Failure> {
    each_event(bytes, part, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event {
            on(tag)
        }
    })
}

/// Nothing where there is no such part, or where it is no XML: calamine says so better.
fn each_event(bytes: &[u8], part: &str, mut on: impl FnMut(&Event<'_>)) -> Result<(), Failure> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    let Ok(file) = archive.by_name(part) else { return Ok(()) };
    let mut reader = Reader::from_reader(BufReader::new(file));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(event) => on(&event),
        }
    }
}

/// What stands beside the values of a sheet.
pub fn beside(bytes: &[u8], part: &str) -> Result<Beside, Failure> {
    let mut found = Beside::default();
    let mut at = CellPlace::default();
    each_event(bytes, part, |event| at.take(event, &mut found))?;
    Ok(found)
}

/// Where the reading is.
#[derive(Default)]
struct CellPlace {
    row: u32,
    column: u32,
    in_value: bool,
    formula: bool,
    /// A text, which may be empty …
    text: bool,
    /// … and is there.
    result: bool,
    value: String,
}

impl CellPlace {
    fn take(&mut self, event: &Event<'_>, found: &mut Beside) {
        match event {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "row" => {
                    self.row = attribute(tag, "r").and_then(|r| r.parse::<u32>().ok()).map_or(self.row, |r| r.saturating_sub(1));
                    self.column = 0;
                    let hidden = attribute(tag, "hidden").is_some_and(|h| h == "1" || h == "true");
                    if hidden && found.hidden.len() < MAX_APART {
                        found.hidden.push(self.row);
                    }
                    if matches!(event, Event::Empty(_)) {
                        self.row += 1;
                    }
                }
                "c" => {
                    (self.row, self.column) = attribute(tag, "r").and_then(|r| place(&r)).unwrap_or((self.row, self.column));
                    let text = attribute(tag, "t").is_some_and(|t| t == "str" || t == "inlineStr");
                    (self.formula, self.text, self.result, self.in_value) = (false, text, false, false);
                    self.value.clear();
                    if matches!(event, Event::Empty(_)) {
                        self.column += 1;
                    }
                }
                "f" => self.formula = true,
                "v" | "t" => (self.in_value, self.result) = (matches!(event, Event::Start(_)), self.text),
                _ => {}
            },
            Event::Text(text) if self.in_value && self.value.len() < 64 => self.value.push_str(&text.xml10_content()),
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => self.in_value = false,
                "c" => self.keep(found),
                "row" => self.row += 1,
                _ => {}
            },
            _ => {}
        }
    }

    /// Digits that only look whole, because they are a rounded number printed, are left out.
    fn keep(&mut self, found: &mut Beside) {
        let at = (self.row, self.column);
        self.column += 1;
        let value = self.value.as_str();
        // Some programs write an empty result where they have none.
        if self.formula && !self.result && self.value.is_empty() && found.formulas.len() < MAX_APART {
            found.formulas.insert(at);
        }
        if value.len() < 16 || !value.bytes().all(|b| b.is_ascii_digit()) || found.digits.len() >= MAX_APART {
            return;
        }
        let rounded: f64 = value.parse().unwrap_or_default();
        let printed = format!("{rounded}") == value || format!("{rounded:.0}") == value;
        if !printed && !value.ends_with("000") {
            found.digits.insert(at, value.to_owned());
        }
    }
}

/// `B7` as row 6, column 1.
fn place(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at_checked(digits)?;
    let mut column = 0u32;
    for letter in letters.bytes() {
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}
