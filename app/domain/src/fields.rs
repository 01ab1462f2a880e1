//! The fields of a person's file: where each is kept, what it holds, and how a value is checked.
//! `section.key` names a field of the file, `section.<uuid>.key` one of a household member or a category entry.
use crate::idnumber::{IdNumber, normalise_phone};

use crate::lists::WORDS;
use crate::roles::Section;
use crate::shape::clean;
use crate::{AreaCode, Code, Failure, StaffId, Value};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    /// One line.
    Line,
    /// Free text of several lines, written whole: of two people who write it at once both versions stay until one is chosen.
    Prose,
    /// A day, `2026-11-21`.
    Date,
    /// One of these codes.
    Choice(&'static [&'static str]),
    /// A telephone number.
    Phone,
    /// A resident ID number.
    IdNumber,
    /// Yes or no.
    YesNo,
    /// A village's code.
    Area,
    /// A member of staff.
    Staff,
    /// What the county calls the code beside it, `medium:重点关注`: see [`crate::lists`].
    Words,
}

/// One field's definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// The section: unit of authorisation.
    pub section: Section,
    /// The key within it (within the entry, for household and categories).
    pub key: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may not be empty.
    pub required: bool,
}

const SEX: &[&str] = &["1", "2", "0", "9"];
const RISK: &[&str] = &["high", "medium", "low"];
const STATUS: &[&str] = &["open", "closed"];
/// Guardianship grades: 正常, 不足, 失当, 缺失.
pub const GUARDIANSHIP: &[&str] = &["normal", "insufficient", "improper", "absent"];
/// Relations to the person on file, in words of the household: the codes of GB/T 4761 grouped as families speak.
pub const RELATIONS: &[&str] =
    &["father", "mother", "grandparent", "spouse", "son", "daughter", "sibling", "grandchild", "relative", "neighbour", "other"];
const DISABILITY_KINDS: &[&str] = &["sight", "hearing", "speech", "limbs", "intellect", "mental", "multiple"];
const GRADES: &[&str] = &["1", "2", "3", "4"];
const CONSENT: &[&str] = &["statutory_duty", "guardian_consent", "own_consent", "withdrawn"];
const CATEGORY: &[&str] = &[
    "orphan",
    "de_facto_unsupported",
    "own_difficulty",
    "family_difficulty",
    "guardianship_difficulty",
    "safety_difficulty",
    "temporary_difficulty",
    "left_behind_child",
    "migrant_child",
    "living_alone",
    "empty_nest",
    "left_behind_elder",
    "disabled_elder",
    "severely_handicapped",
    "special_family_planning",
    "social_case",
];

const fn field(section: Section, key: &'static str, kind: FieldKind) -> Field {
    Field { section, key, kind, required: false }
}
const fn needed(section: Section, key: &'static str, kind: FieldKind) -> Field {
    Field { section, key, kind, required: true }
}

/// Every field, in the order of the screen.
pub const FIELDS: &[Field] = {
    use FieldKind::*;
    use Section as S;
    &[
        needed(S::Identity, "name", Line),
        field(S::Identity, "sex", Choice(SEX)),
        field(S::Identity, "birth", Date),
        field(S::Identity, "id_number", IdNumber),
        field(S::Identity, "ethnic", Line),
        field(S::Contact, "phone", Phone),
        field(S::Contact, "address", Line),
        field(S::Household, "name", Line),
        field(S::Household, "relation", Choice(RELATIONS)),
        field(S::Household, "birth", Date),
        field(S::Household, "phone", Phone),
        field(S::Household, "guardian", YesNo),
        field(S::Household, "note", Line),
        field(S::Household, "gone", YesNo),
        field(S::Guardianship, "grade", Choice(GUARDIANSHIP)),
        field(S::Guardianship, WORDS, Words),
        field(S::Guardianship, "carer", Line),
        field(S::Guardianship, "parents", Prose),
        needed(S::Categories, "code", Choice(CATEGORY)),
        field(S::Categories, "since", Date),
        field(S::Categories, "reason", Line),
        field(S::Categories, "until", Date),
        field(S::Categories, "reason_out", Line),
        field(S::Risk, "level", Choice(RISK)),
        field(S::Risk, WORDS, Words),
        field(S::Risk, "reason", Prose),
        field(S::Risk, "since", Date),
        field(S::Situation, "health", Prose),
        field(S::Situation, "disability", Choice(DISABILITY_KINDS)),
        field(S::Situation, "disability_grade", Choice(GRADES)),
        field(S::Situation, "certificate", Line),
        field(S::Situation, "schooling", Line),
        field(S::Plan, "text", Prose),
        field(S::Consent, "basis", Choice(CONSENT)),
        field(S::Consent, "by", Line),
        field(S::Consent, "on", Date),
        field(S::Charge, "staff", Staff),
        needed(S::Area, "code", Area),
        needed(S::Status, "state", Choice(STATUS)),
        field(S::Status, "reason", Line),
    ]
};

/// Longest line and longest prose, characters.
pub const MAX_LINE: usize = 200;
/// See [`MAX_LINE`].
pub const MAX_PROSE: usize = 4000;

/// Where a value is: a section, perhaps an entry in it, a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Path {
    /// The section.
    pub section: Section,
    /// The household member or category entry.
    pub entry: Option<Uuid>,
    /// The key.
    pub key: String,
}

impl Path {
    /// A field of the file itself.
    pub fn new(section: Section, key: &str) -> Self {
        Self { section, entry: None, key: key.to_owned() }
    }
    /// A field of an entry.
    pub fn of_entry(section: Section, entry: Uuid, key: &str) -> Self {
        Self { section, entry: Some(entry), key: key.to_owned() }
    }
    /// The definition; none for an unknown field, or when the section needs an entry and the path has none.
    pub fn field(&self) -> Option<&'static Field> {
        let lists = self.section.has_entries();
        if lists != self.entry.is_some() {
            return None;
        }
        FIELDS.iter().find(|f| f.section == self.section && f.key == self.key)
    }
}
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(e) => write!(f, "{}.{}.{}", self.section, e, self.key),
            None => write!(f, "{}.{}", self.section, self.key),
        }
    }
}
impl FromStr for Path {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let wrong = "a field is named section.key or section.<uuid>.key";
        let parts: Vec<&str> = s.split('.').collect();
        let (section, entry, key) = match parts.as_slice() {
            [section, key] => (section, None, key),
            [section, entry, key] => (section, Some(Uuid::parse_str(entry).map_err(|_| wrong)?), key),
            _ => return Err(wrong),
        };
        Ok(Self { section: section.parse().map_err(|_| wrong)?, entry, key: (*key).to_owned() })
    }
}
impl TryFrom<String> for Path {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}
impl From<Path> for String {
    fn from(p: Path) -> Self {
        p.to_string()
    }
}

/// Checks a value for a field and gives it in its stored form (an ID number or telephone number without spaces).
/// Errors name the field.
pub fn check(path: &Path, value: &Value) -> Result<Value, Failure> {
    let name = || path.to_string();
    let field = path.field().ok_or_else(|| Failure::of(Code::UnknownField, name()))?;
    if value.is_empty() {
        return if field.required { Err(Failure::of(Code::Required, name())) } else { Ok(Value::Null) };
    }
    if field.kind == FieldKind::YesNo {
        return match value {
            Value::Bool(_) => Ok(value.clone()),
            _ => Err(Failure::of(Code::BadValue, name())),
        };
    }
    let text = clean(value.text().ok_or_else(|| Failure::of(Code::BadValue, name()))?);
    let text = text.trim();
    let stored = match field.kind {
        FieldKind::Line if text.chars().count() <= MAX_LINE => Ok(text.to_owned()),
        FieldKind::Words if text.chars().count() <= MAX_LINE && text.contains(':') => Ok(text.to_owned()),
        FieldKind::Prose if text.chars().count() <= MAX_PROSE => Ok(text.to_owned()),
        FieldKind::Choice(codes) if codes.contains(&text) => Ok(text.to_owned()),
        FieldKind::Date => NaiveDate::from_str(text).map(|d| d.to_string()).map_err(|_| Code::BadDate),
        FieldKind::Phone => normalise_phone(text).ok_or(Code::BadPhone),
        FieldKind::IdNumber => text.parse::<IdNumber>().map(|n| n.as_str().to_owned()).map_err(|_| Code::BadIdNumber),
        FieldKind::Area => text.parse::<AreaCode>().map(String::from).map_err(|_| Code::BadValue),
        FieldKind::Staff => text.parse::<StaffId>().map(String::from).map_err(|_| Code::BadValue),
        _ => Err(Code::BadValue),
    };
    stored.map(Value::Text).map_err(|code| Failure::of(code, name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{Category, FileStatus, Risk, Sex};

    #[test]
    fn codes_of_choices_are_the_codes_of_the_types() {
        assert!(CATEGORY.iter().all(|c| c.parse::<Category>().is_ok()) && CATEGORY.len() == Category::ALL.len());
        assert!(RISK.iter().all(|c| c.parse::<Risk>().is_ok()) && SEX.iter().all(|c| c.parse::<Sex>().is_ok()));
        assert!(STATUS.iter().all(|c| c.parse::<FileStatus>().is_ok()));
    }

    #[test]
    fn values_are_checked_and_stored_in_one_form() {
        let entry = Uuid::nil();
        let cases = [
            ("contact.phone", "138 0000 0000", Ok("13800000000")),
            ("contact.phone", "12", Err(Code::BadPhone)),
            ("identity.birth", "2017-02-30", Err(Code::BadDate)),
            ("identity.name", "  ", Err(Code::Required)),
            ("risk.level", "extreme", Err(Code::BadValue)),
            ("household.name", "周桂芳", Err(Code::UnknownField)),
            ("nowhere.at_all", "x", Err(Code::UnknownField)),
        ];
        for (path, value, wanted) in cases {
            let got = match path.parse::<Path>() {
                Ok(path) => check(&path, &Value::from(value)).map_err(|f| f.code),
                Err(_) => Err(Code::UnknownField),
            };
            assert_eq!(got, wanted.map(Value::from), "{path}={value}");
        }
        assert!(check(&Path::of_entry(Section::Household, entry, "name"), &"周桂芳".into()).is_ok());
        let long: String = "很".repeat(MAX_LINE + 1);
        assert!(check(&Path::new(Section::Contact, "address"), &long.into()).is_err());
    }

    #[test]
    fn paths_read_what_they_print() {
        for path in ["contact.phone", "household.0192f0c1-2b3c-7def-8123-456789abcdef.name"] {
            assert_eq!(path.parse::<Path>().unwrap().to_string(), path);
        }
    }
}
