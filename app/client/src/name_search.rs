//! Search as she types: one query against one person's name, numbers and address.
//!
//! A name is found by any part of it in characters, full pinyin, initials or a mixture (`chenxm`, `陈xm`), and by
//! characters that sound the same, because a name heard at a door is seldom spelled right.
use crate::spelling::{Syllable, fold, readings, same_letter};

/// How well something fits: smaller is better and comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// The whole name.
    Name,
    /// The name begins so.
    NameStart,
    /// The name contains it.
    NamePart,
    /// Pinyin from the first character on.
    SoundStart,
    /// Pinyin from a later one on.
    SoundPart,
    /// Other characters of the same sound.
    Homophone,
    /// Part of the ID number.
    IdNumber,
    /// Part of a telephone number.
    Phone,
    /// Part of the address.
    Address,
    /// Each word fits somewhere.
    Words,
}

/// What one person can be found by.
pub struct Keys<'a> {
    /// Folded name.
    pub name: &'a str,
    /// Its syllables.
    pub syllables: &'a [Syllable],
    /// ID number, lower case; may be empty.
    pub id_number: &'a str,
    /// Telephone numbers, each after a space.
    pub phones: &'a str,
    /// Folded address.
    pub address: &'a str,
}

/// A query, taken apart once for all persons.
pub struct Query {
    whole: Term,
    words: Vec<Term>,
}

struct Term {
    text: String,
    letters: Vec<Letter>,
    /// Digits, and perhaps the X that ends an ID number.
    is_number: bool,
    has_latin: bool,
    has_characters: bool,
}

struct Letter {
    typed: char,
    readings: Vec<&'static str>,
}

impl Query {
    /// None when nothing was typed.
    pub fn new(typed: &str) -> Option<Query> {
        let whole = Term::new(typed)?;
        let words: Vec<Term> = typed.split_whitespace().filter_map(Term::new).collect();
        Some(Query { whole, words: if words.len() > 1 { words } else { Vec::new() } })
    }

    /// How the query fits a person; none when it does not.
    pub fn fit(&self, keys: &Keys<'_>) -> Option<Fit> {
        let all_words = || (!self.words.is_empty() && self.words.iter().all(|w| w.fit(keys).is_some())).then_some(Fit::Words);
        self.whole.fit(keys).or_else(all_words)
    }
}

impl Term {
    fn new(typed: &str) -> Option<Term> {
        let text = fold(typed);
        if text.is_empty() { return None; }
        let letters: Vec<Letter> = text.chars().map(|c| Letter { typed: c, readings: readings(c) }).collect();
        let digits = text.strip_suffix('x').unwrap_or(&text);
        Some(Term {
            is_number: !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()),
            has_latin: text.chars().any(|c| c.is_ascii_alphabetic() || c == 'ü'),
            has_characters: letters.iter().any(|l| !l.readings.is_empty()),
            letters,
            text,
        })
    }

    fn fit(&self, keys: &Keys<'_>) -> Option<Fit> { self.fit_name(keys).or_else(|| self.fit_rest(keys)) }

    fn fit_name(&self, keys: &Keys<'_>) -> Option<Fit> {
        match keys.name.find(&self.text) {
            Some(0) if keys.name.len() == self.text.len() => return Some(Fit::Name),
            Some(0) => return Some(Fit::NameStart),
            Some(_) => return Some(Fit::NamePart),
            None => {}
        }
        let sounds = |exact: bool| (0..keys.syllables.len()).find(|i| keys.syllables.get(*i..).is_some_and(|s| sounds_like(&self.letters, s, exact)));
        let by_sound = if self.has_latin { sounds(true) } else { None };
        match by_sound {
            Some(0) => Some(Fit::SoundStart),
            Some(_) => Some(Fit::SoundPart),
            None => (self.has_characters && sounds(false).is_some()).then_some(Fit::Homophone),
        }
    }

    fn fit_rest(&self, keys: &Keys<'_>) -> Option<Fit> {
        if self.is_number && keys.id_number.contains(&self.text) { return Some(Fit::IdNumber); }
        if self.is_number && keys.phones.contains(&self.text) { return Some(Fit::Phone); }
        keys.address.contains(&self.text).then_some(Fit::Address)
    }
}

/// Whether what was typed spells the syllables from the first on. The last one may be incomplete. With `exact`, a typed
/// character stands for itself, else for its sound.
fn sounds_like(typed: &[Letter], syllables: &[Syllable], exact: bool) -> bool {
    let Some(next) = typed.first() else { return true };
    let Some((syllable, rest)) = syllables.split_first() else { return false };
    let after = |n: usize| typed.get(n..).unwrap_or_default();
    if next.typed == syllable.character { return sounds_like(after(1), rest, exact); }
    if !next.readings.is_empty() {
        let same_sound = !exact && next.readings.iter().any(|r| syllable.readings.contains(r));
        return same_sound && sounds_like(after(1), rest, exact);
    }
    syllable.readings.iter().any(|reading| {
        let common = typed.iter().zip(reading.chars()).take_while(|(t, r)| same_letter(t.typed, *r)).count();
        let length = reading.chars().count();
        common > 0
            && (common == typed.len()
                || (common == length && sounds_like(after(length), rest, exact))
                || sounds_like(after(1), rest, exact)
                || (common >= 2 && matches!(reading.get(..2), Some("zh" | "ch" | "sh")) && sounds_like(after(2), rest, exact)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spelling::syllables;

    fn fit(typed: &str, name: &str) -> Option<Fit> {
        let (folded, syllables) = (fold(name), syllables(name));
        Query::new(typed)?.fit(&Keys {
            name: &folded, syllables: &syllables, id_number: "99010120170512002x", phones: " 13800000001", address: "东街3号桥头",
        })
    }

    #[test]
    fn a_name_is_found_by_the_ways_people_type_it() {
        let cases = [
            ("陈小满", Some(Fit::Name)), ("陈", Some(Fit::NameStart)), ("小满", Some(Fit::NamePart)), ("chenxiaoman", Some(Fit::SoundStart)),
            ("chen xiao", Some(Fit::SoundStart)), ("cxm", Some(Fit::SoundStart)), ("CXM", Some(Fit::SoundStart)), ("chenxm", Some(Fit::SoundStart)),
            ("chxm", Some(Fit::SoundStart)), ("chenxiaom", Some(Fit::SoundStart)), ("xm", Some(Fit::SoundPart)), ("man", Some(Fit::SoundPart)),
            ("陈xm", Some(Fit::SoundStart)), ("陈xiao满", Some(Fit::SoundStart)), ("陈晓曼", Some(Fit::Homophone)), ("晨小满", Some(Fit::Homophone)),
            ("20170512", Some(Fit::IdNumber)), ("002x", Some(Fit::IdNumber)), ("13800", Some(Fit::Phone)), ("桥头", Some(Fit::Address)),
            ("东街３号", Some(Fit::Address)), ("陈 东街", Some(Fit::Words)), ("cxm 0001", Some(Fit::Words)), ("王", None), ("cxmm", None),
            ("chenda", None), ("陈 西街", None), ("  ", None),
        ];
        for (typed, wanted) in cases {
            assert_eq!(fit(typed, "陈小满"), wanted, "{typed}");
        }
    }

    #[test]
    fn umlauts_and_second_readings_are_found() {
        for typed in ["lv", "lu", "lü", "吕"] { assert!(fit(typed, "吕秀英").is_some(), "{typed}"); }
        for typed in ["zeng", "ceng"] { assert!(fit(typed, "曾阿牛").is_some(), "{typed}"); }
        assert!(fit("agul", "阿依古丽·买买提").is_none() && fit("aygl", "阿依古丽·买买提").is_some());
    }
}
