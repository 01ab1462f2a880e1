//! The tree of areas by the statistical code (统计用区划代码).
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A code of 2, 4, 6, 9 or 12 digits: province, city, county, town, village. The full 12-digit form of a larger
/// area (`990101001000`) is read as that area; old and abolished codes are as good as new ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
pub struct AreaCode(String);

/// How large an area is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the field's own
pub enum Level {
    Province,
    City,
    County,
    Town,
    Village,
}

impl AreaCode {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The level by the number of digits.
    pub fn level(&self) -> Level {
        match self.0.len() {
            2 => Level::Province,
            4 => Level::City,
            6 => Level::County,
            9 => Level::Town,
            _ => Level::Village,
        }
    }
    /// Whether `other` is this area or lies in it.
    pub fn contains(&self, other: &AreaCode) -> bool {
        other.0.starts_with(&self.0)
    }
    /// The area one level up; a province has none.
    pub fn parent(&self) -> Option<AreaCode> {
        let length = match self.0.len() {
            12 => 9,
            9 => 6,
            6 => 4,
            4 => 2,
            _ => return None,
        };
        self.0.get(..length).map(|s| AreaCode(s.to_owned()))
    }
    /// The county this area lies in: the unit of the server's order of changes. None above a county.
    pub fn county(&self) -> Option<AreaCode> {
        self.0.get(..6).map(|s| AreaCode(s.to_owned()))
    }
}

impl FromStr for AreaCode {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let wrong = "an area code has 2, 4, 6, 9 or 12 digits";
        if !s.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong);
        }
        let digits = match s.len() {
            12 if s.ends_with("0000000000") => 2,
            12 if s.ends_with("00000000") => 4,
            12 if s.ends_with("000000") => 6,
            12 if s.ends_with("000") => 9,
            6 if s.ends_with("0000") => 2,
            6 if s.ends_with("00") => 4,
            n @ (2 | 4 | 6 | 9 | 12) => n,
            _ => return Err(wrong),
        };
        s.get(..digits).map(|s| AreaCode(s.to_owned())).ok_or(wrong)
    }
}
impl TryFrom<String> for AreaCode {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}
impl From<AreaCode> for String {
    fn from(a: AreaCode) -> Self {
        a.0
    }
}
impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An area as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// Its code.
    pub code: AreaCode,
    /// Its name, for example 铜都社区.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_codes_are_read_as_the_area_they_stand_for() {
        for (full, short) in [("990101001000", "990101001"), ("990101000000", "990101"), ("990100", "9901"), ("990101001201", "990101001201")] {
            assert_eq!(full.parse::<AreaCode>().unwrap().as_str(), short);
        }
        for bad in ["", "9", "99010100120", "99010100120x", "１２"] {
            assert!(bad.parse::<AreaCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_town_contains_its_villages_and_no_others() {
        let town: AreaCode = "990101001".parse().unwrap();
        assert!(town.contains(&"990101001201".parse().unwrap()));
        assert!(!town.contains(&"990101002201".parse().unwrap()));
        assert_eq!(town.parent().unwrap().as_str(), "990101");
    }
}
