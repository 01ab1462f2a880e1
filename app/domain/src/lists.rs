//! A county's own lists: what it calls grades, and the reasons it offers. Each entry has its days. One whose days are over is offered no
//! more and stays readable for ever, because what was chosen is written down in words.
use crate::Value;
use crate::fields::{FIELDS, FieldKind, Path};
use crate::roles::Section;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field of the file that a county may have a list for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Grades of risk.
    Risk,
    /// Grades of guardianship.
    Guardianship,
    /// Why a grade of risk was given.
    RiskReason,
    /// Why somebody was taken into a category.
    CategoryReason,
    /// Why she left it.
    CategoryEnd,
    /// Why a file was closed.
    ClosingReason,
}

/// The key, beside that of a grade, under which the county's words for it stand: `medium:重点关注`. They hold as long as the grade is
/// the one they were said of: a program of before changes the grade alone.
pub const WORDS: &str = "words";

/// One entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListEntry {
    /// Of which list.
    pub list: List,
    /// The county's words.
    pub name: String,
    /// Of a grade: the code that it counts as, by which rules and figures go.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub counts_as: String,
    /// First day on which it is offered; none: from ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day on which it is offered; none: without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl List {
    /// The lists of grades.
    pub const GRADES: [List; 2] = [List::Risk, List::Guardianship];

    fn field(self) -> (Section, &'static str) {
        match self {
            List::Risk => (Section::Risk, "level"),
            List::Guardianship => (Section::Guardianship, "grade"),
            List::RiskReason => (Section::Risk, "reason"),
            List::CategoryReason => (Section::Categories, "reason"),
            List::CategoryEnd => (Section::Categories, "reason_out"),
            List::ClosingReason => (Section::Status, "reason"),
        }
    }

    /// Whether this is the list of that field.
    pub fn is_of(self, path: &Path) -> bool {
        self.field() == (path.section, path.key.as_str())
    }

    /// The list of the grade that this is, or that these words are beside; none for any other field.
    pub fn of_grade(path: &Path) -> Option<List> {
        List::GRADES.into_iter().find(|list| {
            let (grade, words) = list.paths();
            *path == grade || *path == words
        })
    }

    /// Where a grade stands, and where the county's words for it.
    pub fn paths(self) -> (Path, Path) {
        let (section, key) = self.field();
        (Path::new(section, key), Path::new(section, WORDS))
    }

    /// The codes that its entries may count as; none where an entry is only words.
    pub fn codes(self) -> Option<&'static [&'static str]> {
        let (section, key) = self.field();
        match FIELDS.iter().find(|f| (f.section, f.key) == (section, key))?.kind {
            FieldKind::Choice(codes) => Some(codes),
            _ => None,
        }
    }
}

impl ListEntry {
    /// Whether it is offered on that day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// What is written of it beside the grade.
    pub fn written(&self) -> String {
        format!("{}:{}", self.counts_as, self.name)
    }
}

/// The county's words for a grade, if those written beside it are of this very grade.
pub fn words<'w>(code: &str, written: Option<&'w Value>) -> Option<&'w str> {
    written?.text()?.strip_prefix(code)?.strip_prefix(':').filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_offered_on_its_days_and_its_words_hold_for_its_grade() {
        let entry: ListEntry =
            serde_json::from_str(r#"{"list": "risk", "name": "重点关注", "counts_as": "medium", "from": "2026-01-01", "until": "2026-12-31"}"#)
                .unwrap();
        let on = |day: &str| entry.holds(day.parse().unwrap());
        assert_eq!(["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"].map(on), [false, true, true, false]);
        let written = Value::from(entry.written());
        assert_eq!(words("medium", Some(&written)), Some("重点关注"));
        assert_eq!(words("high", Some(&written)), None, "the grade was changed alone");
        assert_eq!(words("medium", Some(&"medium:".into())), None);
        assert_eq!(words("", Some(&written)), None);
    }

    #[test]
    fn grades_count_as_codes_and_reasons_are_words() {
        for list in List::GRADES {
            assert!(list.codes().is_some_and(|codes| codes.len() >= 3));
            let (grade, words) = list.paths();
            assert!(
                List::of_grade(&grade) == Some(list)
                    && List::of_grade(&words) == Some(list)
                    && grade.field().is_some()
                    && words.field().is_some_and(|f| f.kind == FieldKind::Words)
            );
        }
        for list in [List::RiskReason, List::CategoryReason, List::CategoryEnd, List::ClosingReason] {
            assert!(List::of_grade(&Path::new(list.field().0, list.field().1)).is_none());
            assert!(list.codes().is_none() && FIELDS.iter().any(|f| (f.section, f.key) == list.field()), "{list:?}");
        }
    }
}
