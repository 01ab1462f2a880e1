//! The resident identity number (公民身份号码, GB 11643) and telephone numbers, as people write them.
use crate::Sex;
use crate::narrow::narrow;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

mod phone;
pub use phone::normalise_phone;

/// Nobody on file was born before this year; an earlier one is a slip of the pen.
const FIRST_BIRTH_YEAR: i32 = 1850;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A valid number of 18 characters: area 6, birth 8, sequence 3 (odd: male), check digit.
///
/// The area is not looked up: codes are abolished, numbers stay. `Debug` shows nothing, so that no log does.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdNumber(String);

/// What is wrong with an identity number. Never contains the number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdNumberError {
    /// Not 18 characters, nor the 15 of numbers given before 1999.
    #[error("an identity number has 18 characters")]
    Length,
    /// Something else than digits and a last X.
    #[error("an identity number has digits only, and perhaps X at its end")]
    Digits,
    /// Characters 7 to 14 are no day of the calendar.
    #[error("the birth date in the identity number is not a day")]
    BirthDate,
    /// The last character does not fit the others: most likely a slip in typing.
    #[error("the check digit of the identity number is wrong")]
    CheckDigit,
}

impl IdNumber {
    /// Reads a number as people write it: full-width digits, spaces and a lower-case x are accepted, and a number of
    /// 15 digits becomes the same person's number of 18.
    pub fn parse(raw: &str) -> Result<Self, IdNumberError> {
        let text = plain(raw).to_ascii_uppercase();
        let whole = match text.chars().count() {
            15 => upgrade(&text)?,
            18 => text,
            _ => return Err(IdNumberError::Length),
        };
        let first17 = whole.get(..17).ok_or(IdNumberError::Digits)?;
        let last = whole.chars().last().filter(|c| c.is_ascii_digit() || *c == 'X').ok_or(IdNumberError::Digits)?;
        let expected = check_digit(first17).ok_or(IdNumberError::Digits)?;
        birth_date(&whole).ok_or(IdNumberError::BirthDate)?;
        if expected == last { Ok(Self(whole)) } else { Err(IdNumberError::CheckDigit) }
    }
    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The day of birth.
    pub fn birth(&self) -> NaiveDate {
        birth_date(&self.0).unwrap_or_default()
    }
    /// The sex: an odd sequence number is a man's.
    pub fn sex(&self) -> Sex {
        let odd = self.0.as_bytes().get(16).is_some_and(|b| b % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }
    /// The six digits of the county that gave the number.
    pub fn area(&self) -> &str {
        self.0.get(..6).unwrap_or_default()
    }
    /// `990101 ········ 0028`: what lists and exports show.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

impl TryFrom<String> for IdNumber {
    type Error = IdNumberError;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}
impl FromStr for IdNumber {
    type Err = IdNumberError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::parse(s)
    }
}
impl From<IdNumber> for String {
    fn from(n: IdNumber) -> Self {
        n.0
    }
}
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(·)")
    }
}

/// The check character for the first 17 digits (ISO 7064 MOD 11-2). `None` unless there are exactly 17 digits.
pub fn check_digit(first17: &str) -> Option<char> {
    if first17.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (c, weight) in first17.chars().zip(WEIGHTS) {
        sum += c.to_digit(10)? * weight;
    }
    CHECK_DIGITS.get(usize::try_from(sum % 11).ok()?).copied()
}

/// Hides the middle of any number, right or wrong, so that it can be recognised but not used: the first 6 and the last 4
/// of a long one, the last 4 of a middling one, nothing of a short one.
pub fn mask(raw: &str) -> String {
    let chars: Vec<char> = raw.chars().filter(|c| !c.is_whitespace()).collect();
    let last4: String = chars.iter().skip(chars.len().saturating_sub(4)).collect();
    match chars.len() {
        0 => String::new(),
        1..=11 => "········".to_owned(),
        12..=14 => format!("········ {last4}"),
        _ => format!("{} ········ {last4}", chars.iter().take(6).collect::<String>()),
    }
}

/// Full-width characters and the Roman ten narrowed, and everything without a shape of its own dropped: spaces,
/// and the direction marks that come along when a number is copied out of an address book.
fn plain(raw: &str) -> String {
    let narrowed = raw.chars().map(|c| if matches!(c, 'Ⅹ' | 'ⅹ') { 'X' } else { narrow(c) });
    narrowed.filter(|c| !(c.is_whitespace() || c.is_control() || is_invisible(*c))).collect()
}
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Numbers of 15 digits were given until 1999 and lack the century and the check digit.
fn upgrade(old: &str) -> Result<String, IdNumberError> {
    let (area, rest) = old.split_at_checked(6).ok_or(IdNumberError::Digits)?;
    let first17 = format!("{area}19{rest}");
    let check = check_digit(&first17).ok_or(IdNumberError::Digits)?;
    Ok(format!("{first17}{check}"))
}

fn birth_date(whole: &str) -> Option<NaiveDate> {
    let number = |range: std::ops::Range<usize>| whole.get(range)?.parse::<u32>().ok();
    let year = i32::try_from(number(6..10)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(10..12)?, number(12..14)?).filter(|d| d.year() >= FIRST_BIRTH_YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A number of the unassigned county 990101.
    fn sample(birth: &str, sequence: &str) -> String {
        let first17 = format!("990101{birth}{sequence}");
        let check = check_digit(&first17).unwrap();
        format!("{first17}{check}")
    }

    #[test]
    fn the_check_digit_is_the_one_of_the_standard() {
        // The two examples printed in GB 11643-1999, annex A.
        assert_eq!(check_digit("11010519491231002"), Some('X'));
        assert_eq!(check_digit("44052418800101001"), Some('4'));
        for wrong in ["", "1101051949123100", "110105194912310022", "1101051949123100a", "１1010519491231"] {
            assert_eq!(check_digit(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for raw in [
            "11010519491231002X",
            "11010519491231002x",
            " 110105 19491231 002x ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "\u{202d}110105\u{3000}19491231\u{200b}002X\u{202c}",
        ] {
            assert_eq!(IdNumber::parse(raw).unwrap().as_str(), "11010519491231002X", "{raw}");
        }
        assert_eq!(IdNumber::parse("110105491231002").unwrap().as_str(), "11010519491231002X");
    }

    #[test]
    fn what_is_wrong_is_told() {
        use IdNumberError::*;
        let no_such_day = sample("20230229", "002");
        let too_old = sample("00010101", "002");
        for (raw, wanted) in [
            ("", Length),
            ("1101051949123100", Length),
            ("11010519491231002X0", Length),
            ("没有", Length),
            ("11010519491231002Y", Digits),
            ("1101051949123100XX", Digits),
            ("11010549123100X", Digits),
            ("身份证号码身份证号码身份证号码身份证", Digits),
            ("身份证号码身份证号码身份证号码", Digits),
            (&no_such_day, BirthDate),
            (&too_old, BirthDate),
            ("110105491331002", BirthDate),
            ("110105194912310021", CheckDigit),
            ("11010519491231020X", CheckDigit),
        ] {
            assert_eq!(IdNumber::parse(raw), Err(wanted), "{raw}");
        }
    }

    #[test]
    fn a_number_tells_birth_sex_and_area() {
        let girl = IdNumber::parse(&sample("20160229", "002")).unwrap();
        assert_eq!(girl.birth(), NaiveDate::from_ymd_opt(2016, 2, 29).unwrap());
        assert_eq!((girl.sex(), girl.area()), (Sex::Female, "990101"));
        assert_eq!(IdNumber::parse(&sample("19450806", "117")).unwrap().sex(), Sex::Male);
    }

    #[test]
    fn masks_hide_the_birth_date_and_debug_hides_all() {
        let number = IdNumber::parse("11010519491231002X").unwrap();
        assert_eq!(number.masked(), "110105 ········ 002X");
        assert_eq!(format!("{number:?}"), "IdNumber(·)");
        for (raw, wanted) in [
            ("", ""),
            ("12345", "········"),
            ("123456789012", "········ 9012"),
            ("110105 491231 002", "110105 ········ 1002"),
            ("没有证件", "········"),
        ] {
            assert_eq!(mask(raw), wanted);
        }
    }

    #[test]
    fn json_takes_only_valid_numbers_and_errors_do_not_repeat_them() {
        let number: IdNumber = serde_json::from_str("\"11010519491231002x\"").unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"11010519491231002X\"");
        let error = serde_json::from_str::<IdNumber>("\"110105194912310021\"").unwrap_err().to_string();
        assert!(!error.contains("19491231"), "{error}");
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_panic(raw in "\\PC{0,24}") {
            let _ = (IdNumber::parse(&raw), mask(&raw), check_digit(&raw), normalise_phone(&raw));
        }

        #[test]
        fn one_wrong_digit_or_two_swapped_never_pass(day in 0i64..60_000, sequence in 0u32..1000, at in 0usize..17, by in 1u32..10) {
            let birth = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(day);
            let good = sample(&birth.format("%Y%m%d").to_string(), &format!("{sequence:03}"));
            let number = IdNumber::parse(&good).unwrap();
            prop_assert_eq!(number.birth(), birth);
            let mut chars: Vec<char> = good.chars().collect();
            chars[at] = char::from_digit((chars[at].to_digit(10).unwrap() + by) % 10, 10).unwrap();
            prop_assert!(IdNumber::parse(&chars.iter().collect::<String>()).is_err());
            let mut swapped: Vec<char> = good.chars().collect();
            swapped.swap(at, at + 1);
            if swapped[at] != swapped[at + 1] {
                prop_assert!(IdNumber::parse(&swapped.iter().collect::<String>()).is_err());
            }
        }
    }
}
