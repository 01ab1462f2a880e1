//! The shape of values: what a key of a section may hold, how long it may be, and which characters no text needs. Rules of the
//! field (an ID number's check digit, what a form asks) are the device's; the server asks for shape, so that what one device wrote
//! hurts no other. A newer program may have keys that this one does not know: their names must be names and their values bounded.
use crate::fields::{FIELDS, FieldKind};
use crate::form::{PHOTOS, QuestionKind};
use crate::roles::Section;
use crate::{AreaCode, Code, StaffId, Timestamp};
use chrono::NaiveDate;
use std::borrow::Cow;
use uuid::Uuid;

/// Longest line, bytes: 200 characters of four.
pub const MAX_LINE: usize = 800;
/// Longest prose, bytes.
pub const MAX_PROSE: usize = 16 << 10;
/// Longest name of a key or of an option, bytes.
pub const MAX_NAME: usize = 64;
/// Most versions that a review names.
const MAX_HEADS: usize = 64;
/// 1 January 2000 in China: nothing was written before. Milliseconds.
const MILLENNIUM: i64 = 946_656_000_000;
const DAY: i64 = 24 * 3600 * 1000;

/// Whether no text needs the character: it is not seen, and changes how others are seen or what a terminal does. Joiners stay, which
/// emoji and some scripts need.
pub fn is_odd(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{e0001}' => true,
        '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0020}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

/// The text without what no text needs: what was pasted from a telephone book or a web page is kept as it reads. Lines end in `\n`.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_odd(c) || c == '\t') {
        return Cow::Borrowed(text);
    }
    let broken = text.replace("\r\n", "\n");
    let plain = broken.chars().filter_map(|c| match c {
        '\r' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        c => (!is_odd(c)).then_some(c),
    });
    Cow::Owned(plain.collect())
}

/// A text for a terminal, in which no character does anything: what is odd is shown as `\u202e`. Inside JSON it says the same.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_odd(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// What an operation writes under a key.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Written<'a> {
    /// Nothing, or a value taken away.
    Null,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Real,
    /// A text in one piece.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A text of its own, with all its letters.
    Prose(&'a str),
    /// A map.
    Map,
}

/// What a visit's form asks under an id, where form and question are known.
pub type Asks<'a> = &'a dyn Fn(&str) -> Option<QuestionKind>;

/// Checks one thing that is written in a record, by the keys that lead to it from its section. `asks` is of a visit's form; moments may be as late as `latest`.
///
/// # Errors
/// `BadValue` for the wrong kind of value, a key that is no name, or an odd character; `TooLarge` for what is too long; `Clock` for a
/// moment that cannot be.
pub fn check(section: Section, keys: &[&str], written: Written<'_>, asks: Asks<'_>, latest: Timestamp) -> Result<(), Code> {
    bounded(written)?;
    if !keys.iter().all(|key| is_name(key)) {
        return Err(Code::BadValue);
    }
    let fits = match (section, keys) {
        (section, [entry]) if section.has_entries() => is_entry(entry) && written == Written::Map,
        (section, [_, "at"]) if section.is_log() => return moment(written, latest),
        (Section::Moves | Section::Thread | Section::Links, [_, key]) => step(key, written),
        (section, [_, key]) if section.has_entries() => field(section, key, written),
        (Section::Meta, [key]) => meta(key, written),
        (section, ["at"]) if section.is_head() => return moment(written, latest),
        (section, ["by"]) if section.is_head() => is(FieldKind::Staff, written),
        (Section::Head, ["form"]) | (Section::Opening, ["type"]) => is(FieldKind::Line, written),
        (Section::Decision, [key]) => decision(key, written),
        (Section::Decision, ["fields", _]) => matches!(written, Written::Text(_) | Written::Null),
        (Section::Answers, [question]) => answer(question, written, asks),
        (Section::Answers, [PHOTOS, photo]) => is_entry(photo) && written == Written::Map,
        (Section::Answers, [PHOTOS, _, key]) => photo(key, written),
        (Section::Answers, [question, _]) => asks(question).is_none() || is(FieldKind::YesNo, written),
        (_, [key]) => field(section, key, written),
        _ => true,
    };
    if fits { Ok(()) } else { Err(Code::BadValue) }
}

/// Whether a key is an entry's id, in the one spelling by which it is found again.
fn is_entry(key: &str) -> bool {
    Uuid::parse_str(key).is_ok_and(|id| id.to_string() == key)
}

/// What holds for every value, also under a key that only a newer program knows.
fn bounded(written: Written<'_>) -> Result<(), Code> {
    let (text, most) = match written {
        Written::Text(text) => (text, MAX_PROSE),
        Written::Prose(text) => (text, MAX_PROSE),
        Written::Bytes(bytes) if bytes.len() > 32 * MAX_HEADS => return Err(Code::TooLarge),
        _ => return Ok(()),
    };
    if text.len() > most {
        return Err(Code::TooLarge);
    }
    if text.chars().any(is_odd) { Err(Code::BadValue) } else { Ok(()) }
}

/// Whether a key is a name: of a field, a question or an option, or an id.
pub fn is_name(key: &str) -> bool {
    (1..=MAX_NAME).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// Whether the value is of this kind. A choice may be one that only a newer program knows, a number one that was read off badly.
fn is(kind: FieldKind, written: Written<'_>) -> bool {
    let text = match written {
        Written::Null => return true,
        Written::Bool => return kind == FieldKind::YesNo,
        Written::Text(text) | Written::Prose(text) => text,
        _ => return false,
    };
    match kind {
        FieldKind::Prose => true,
        FieldKind::YesNo => false,
        FieldKind::Choice(_) => text.is_empty() || is_name(text),
        FieldKind::Date => text.is_empty() || text.parse::<NaiveDate>().is_ok(),
        FieldKind::Area => text.parse::<AreaCode>().is_ok(),
        FieldKind::Staff => text.is_empty() || text.parse::<StaffId>().is_ok(),
        FieldKind::Line | FieldKind::Words | FieldKind::Phone | FieldKind::IdNumber => text.len() <= MAX_LINE,
    }
}

fn field(section: Section, key: &str, written: Written<'_>) -> bool {
    FIELDS.iter().find(|f| f.section == section && f.key == key).is_none_or(|f| is(f.kind, written))
}

fn answer(question: &str, written: Written<'_>, asks: Asks<'_>) -> bool {
    let Some(kind) = asks(question) else { return question != PHOTOS || written == Written::Map };
    match kind {
        QuestionKind::Choice => is(FieldKind::Choice(&[]), written),
        QuestionKind::Date => is(FieldKind::Date, written),
        QuestionKind::Text => is(FieldKind::Line, written),
        QuestionKind::Prose => is(FieldKind::Prose, written),
        QuestionKind::YesNo => is(FieldKind::YesNo, written),
        QuestionKind::Choices => matches!(written, Written::Map | Written::Null),
        QuestionKind::Number => matches!(written, Written::Int(_) | Written::Real | Written::Null),
        QuestionKind::Acknowledge => is(FieldKind::YesNo, written),
        QuestionKind::Note | QuestionKind::Time | QuestionKind::Moment | QuestionKind::Rank => is(FieldKind::Prose, written),
        QuestionKind::Point | QuestionKind::Trace | QuestionKind::Area => is(FieldKind::Prose, written),
        QuestionKind::Photo | QuestionKind::Signature | QuestionKind::File => is(FieldKind::Prose, written),
    }
}

/// What stands in an entry of what a matter puts down: a move, something said, a link.
fn step(key: &str, written: Written<'_>) -> bool {
    match key {
        "by" => is(FieldKind::Staff, written),
        "stage" | "as" => is(FieldKind::Choice(&[]), written),
        "end" | "gone" => is(FieldKind::YesNo, written),
        "note" | "text" | "after" => is(FieldKind::Prose, written),
        "to" => is_id(written),
        _ => true,
    }
}

fn photo(key: &str, written: Written<'_>) -> bool {
    match key {
        "hash" => matches!(written, Written::Bytes(bytes) if bytes.len() == 32),
        "width" | "height" | "size" => matches!(written, Written::Int(n) if u32::try_from(n).is_ok()),
        "gone" => is(FieldKind::YesNo, written),
        _ => true,
    }
}

fn meta(key: &str, written: Written<'_>) -> bool {
    match key {
        "id" | "person" => is_id(written),
        "kind" | "programme" => is(FieldKind::Choice(&[]), written),
        "opened" => is(FieldKind::Date, written),
        "area" => is(FieldKind::Area, written),
        "schema" => matches!(written, Written::Int(_)),
        _ => true,
    }
}

fn decision(key: &str, written: Written<'_>) -> bool {
    match key {
        "target" => is_id(written),
        "heads" => matches!(written, Written::Bytes(bytes) if bytes.len() % 32 == 0),
        "decision" => is(FieldKind::Choice(&[]), written),
        "comment" => is(FieldKind::Prose, written),
        "fields" => written == Written::Map,
        _ => true,
    }
}

fn is_id(written: Written<'_>) -> bool {
    matches!(written, Written::Bytes(bytes) if bytes.len() == 16)
}

/// Whether a visit or a review may have been at this moment.
pub fn is_possible(at: Timestamp, latest: Timestamp) -> bool {
    (MILLENNIUM..=latest.0).contains(&at.0)
}

fn moment(written: Written<'_>, latest: Timestamp) -> Result<(), Code> {
    match written {
        Written::Int(at) if is_possible(Timestamp(at), latest) => Ok(()),
        Written::Int(_) => Err(Code::Clock),
        _ => Err(Code::BadValue),
    }
}

/// The latest moment that a record may name when the server hears of it: clocks may be off by a day.
pub fn latest(received: Timestamp) -> Timestamp {
    Timestamp(received.0.saturating_add(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_226_400_000);

    fn checked(path: &str, written: Written<'_>) -> Result<(), Code> {
        let (section, keys) = path.split_once('.').unwrap();
        let keys: Vec<&str> = keys.split('.').collect();
        let asks = |question: &str| match question {
            "kind" => Some(QuestionKind::Choice),
            "note" => Some(QuestionKind::Prose),
            _ => None,
        };
        check(section.parse().unwrap(), &keys, written, &asks, latest(NOW))
    }

    #[test]
    fn what_people_write_has_a_shape_and_what_no_device_writes_has_none() {
        let member = "household.0192f0c1-2b3c-7def-8123-456789abcdef";
        let long = "很".repeat(267);
        let text = Written::Text;
        let cases = [
            ("identity.name", text("周桂芳·阿依古丽"), Ok(())),
            ("identity.name", text("\u{1b}[2J\u{202e}"), Err(Code::BadValue)),
            ("identity.name", text(&long), Err(Code::BadValue)),
            ("contact.address", text("3组8号\n后门进"), Ok(())),
            ("contact.address", Written::Int(7), Err(Code::BadValue)),
            ("contact.address", Written::Map, Err(Code::BadValue)),
            ("contact.wechat_2", text("xiaoyu"), Ok(())),
            ("contact.微信", text("xiaoyu"), Err(Code::BadValue)),
            ("situation.health", Written::Prose(&long), Ok(())),
            ("identity.birth", text("2017-02-30"), Err(Code::BadValue)),
            ("risk.level", text("very_high"), Ok(())),
            ("risk.level", text("很高"), Err(Code::BadValue)),
            ("area.code", text("somewhere"), Err(Code::BadValue)),
            (&format!("{member}.guardian"), Written::Bool, Ok(())),
            (&format!("{member}.guardian"), text("yes"), Err(Code::BadValue)),
            (member, Written::Map, Ok(())),
            ("household.grandmother", Written::Map, Err(Code::BadValue)),
            ("answers.kind", text("home"), Ok(())),
            ("answers.kind", Written::Bool, Err(Code::BadValue)),
            ("answers.note", Written::Prose("祖母腿伤👩‍👧。\n村医来过。"), Ok(())),
            ("answers.asked_by_a_newer_form", Written::Real, Ok(())),
            ("answers.photos", text("IMG_1.jpg"), Err(Code::BadValue)),
            ("answers.photos.0192f0c1-2b3c-7def-8123-456789abcdef.hash", Written::Bytes(&[7; 31]), Err(Code::BadValue)),
            ("head.at", Written::Int(NOW.0 + DAY), Ok(())),
            ("head.at", Written::Int(NOW.0 + DAY + 1), Err(Code::Clock)),
            ("head.at", Written::Int(MILLENNIUM - 1), Err(Code::Clock)),
            ("head.at", Written::Int(i64::MAX), Err(Code::Clock)),
            ("decision.at", Written::Int(1 << 52), Err(Code::Clock)),
            ("decision.heads", Written::Bytes(&[7; 33]), Err(Code::BadValue)),
            ("decision.comment", text("请补充。\n谢谢"), Ok(())),
        ];
        for (path, written, wanted) in cases {
            assert_eq!(checked(path, written), wanted, "{path} {written:?}");
        }
        let prose = "很".repeat(MAX_PROSE / 3 + 1);
        assert_eq!(checked("answers.note", Written::Prose(&prose)), Err(Code::TooLarge));
    }

    #[test]
    fn pasted_texts_are_cleaned_of_what_nobody_sees_and_of_nothing_else() {
        for (pasted, kept) in [
            ("\u{202d}138 0000 0001\u{202c}", "138 0000 0001"),
            ("一\r\n二\r三\u{2028}四\t五", "一\n二\n三\n四 五"),
            ("家👨‍👩‍👧 ❤️ 葛\u{e0100}", "家👨‍👩‍👧 ❤️ 葛\u{e0100}"),
            ("\u{feff}阿依古丽·买买提\u{200b}", "阿依古丽·买买提"),
        ] {
            assert_eq!(clean(pasted), kept);
            assert!(!kept.chars().any(is_odd));
        }
    }

    #[test]
    fn a_terminal_is_told_nothing_by_a_name() {
        assert_eq!(escaped("iPhone\x1b[2K\x1b[1A\u{202e}"), "iPhone\\u001b[2K\\u001b[1A\\u202e");
        let json = serde_json::to_string("a\u{9b}b\u{e0041}").unwrap();
        assert_eq!(serde_json::from_str::<String>(&escaped(&json)).unwrap(), "a\u{9b}b\u{e0041}");
        assert_eq!(escaped("王小雨\n"), "王小雨\n");
    }
}
