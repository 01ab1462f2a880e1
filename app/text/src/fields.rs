//! The fields of a person's file and their choices, in words.

use domain::api::SamePair;
use domain::fields::Path;

use crate::Text;

impl Text {
    /// The label of a field named by its path: `contact.phone` or `household.<uuid>.phone`; a path of a visit or an
    /// unknown one has none here.
    pub fn field(&self, path: &str) -> Option<String> {
        let plain = path.parse::<Path>().map(|p| format!("{}.{}", p.section, p.key));
        self.code("field", plain.as_deref().unwrap_or(path))
    }

    /// By what two files may be of one person.
    pub fn same_by(&self, pair: &SamePair) -> String {
        match pair {
            pair if pair.number => self.same_number(),
            pair if pair.file.birth.is_some() && pair.file.birth == pair.other.birth => self.same_name_born(),
            _ => self.same_name(),
        }
    }

    /// The words of a choice of a field: `identity.sex` = `2` is 女. The path is `section.key` or has an entry in it.
    pub fn option(&self, path: &str, code: &str) -> Option<String> {
        let path = path.parse::<Path>().map_or_else(|_| path.to_owned(), |p| format!("{}.{}", p.section, p.key));
        let prefix = match path.as_str() {
            "identity.sex" => "sex",
            "categories.code" => "category",
            "risk.level" => "risk",
            "status.state" => "status",
            "household.relation" => "relation",
            "guardianship.grade" => "guardianship",
            "situation.disability" => "disability",
            "situation.disability_grade" => "disability-grade",
            "consent.basis" => "consent",
            _ => return None,
        };
        // A word of an open list that only a newer program knows.
        let newer = || matches!(prefix, "category" | "risk").then(|| self.newer_word());
        self.code(prefix, code).or_else(newer)
    }
}
