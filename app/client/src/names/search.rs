//! Search as she types: one query against one person's name, numbers and address.
//!
//! A name is found by any part of it in characters, full pinyin, initials or a mixture (`chenxm`, `陈xm`), and by
//! characters that sound the same, because a name heard at a door is seldom spelled right.
use crate::names::spelling::{BETWEEN, Sounds, Syllable, fold, readings, spelled};

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
    /// The name of a relative: people ask for a child by her grandmother.
    Relative,
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
    /// The syllables of the name.
    pub syllables: &'a [Syllable],
    /// ID number, lower case; may be empty.
    pub id_number: &'a str,
    /// Telephone numbers, each after a space.
    pub phones: &'a str,
    /// Folded address.
    pub address: &'a str,
    /// Syllables of relatives' names, with [`BETWEEN`] after each.
    pub relatives: &'a [Syllable],
}

/// A query, taken apart once for all persons.
pub struct Query {
    whole: Term,
    words: Vec<Term>,
}

struct Term {
    text: String,
    letters: Vec<Letter>,
    /// Digits, and perhaps the X that ends an ID number; empty when it is no number.
    number: String,
    has_latin: bool,
    has_characters: bool,
}

struct Letter {
    typed: char,
    /// Whether it is a Chinese character.
    has_sound: bool,
    /// Those of its readings that occur in somebody's name.
    readings: Vec<u16>,
}

impl Query {
    /// None when nothing was typed.
    pub fn new(typed: &str, sounds: &Sounds) -> Option<Query> {
        let whole = Term::new(typed, sounds)?;
        let words: Vec<Term> = typed.split_whitespace().filter_map(|word| Term::new(word, sounds)).collect();
        Some(Query { whole, words: if words.len() > 1 { words } else { Vec::new() } })
    }

    /// How the query fits a person; none when it does not.
    pub fn fit(&self, keys: &Keys<'_>, sounds: &Sounds) -> Option<Fit> {
        let all_words = || (!self.words.is_empty() && self.words.iter().all(|w| w.fit(keys, sounds).is_some())).then_some(Fit::Words);
        self.whole.fit(keys, sounds).or_else(all_words)
    }
}

impl Term {
    fn new(typed: &str, sounds: &Sounds) -> Option<Term> {
        let text = fold(typed);
        if text.is_empty() {
            return None;
        }
        let letter = |typed: char| {
            let all = readings(typed);
            Letter { typed, has_sound: !all.is_empty(), readings: all.into_iter().filter_map(|r| sounds.known(r)).collect() }
        };
        let letters: Vec<Letter> = text.chars().map(letter).collect();
        Some(Term {
            number: number(&text).to_owned(),
            has_latin: text.chars().any(|c| c.is_ascii_alphabetic() || c == 'ü'),
            has_characters: letters.iter().any(|l| l.has_sound),
            letters,
            text,
        })
    }

    fn fit(&self, keys: &Keys<'_>, sounds: &Sounds) -> Option<Fit> {
        self.fit_name(keys.syllables, sounds).or_else(|| self.fit_relative(keys, sounds)).or_else(|| self.fit_rest(keys))
    }

    /// From the first character of a relative's name on; one letter would be in half of them.
    fn fit_relative(&self, keys: &Keys<'_>, sounds: &Sounds) -> Option<Fit> {
        if self.letters.len() < 2 {
            return None;
        }
        let begins = |name: &[Syllable]| matches!(self.fit_name(name, sounds), Some(Fit::Name | Fit::NameStart | Fit::SoundStart | Fit::Homophone));
        keys.relatives.split(|s| *s == BETWEEN).any(|name| !name.is_empty() && begins(name)).then_some(Fit::Relative)
    }

    fn fit_name(&self, name: &[Syllable], sounds: &Sounds) -> Option<Fit> {
        let written = |part: &[Syllable]| part.iter().zip(&self.letters).all(|(s, l)| s.character == l.typed);
        match name.windows(self.letters.len()).position(written) {
            Some(_) if name.len() == self.letters.len() => return Some(Fit::Name),
            Some(0) => return Some(Fit::NameStart),
            Some(_) => return Some(Fit::NamePart),
            None => {}
        }
        let sounding = |exact: bool| (0..name.len()).find(|i| name.get(*i..).is_some_and(|part| sounds_like(&self.letters, part, exact, sounds)));
        let by_sound = if self.has_latin { sounding(true) } else { None };
        match by_sound {
            Some(0) => Some(Fit::SoundStart),
            Some(_) => Some(Fit::SoundPart),
            None => (self.has_characters && sounding(false).is_some()).then_some(Fit::Homophone),
        }
    }

    fn fit_rest(&self, keys: &Keys<'_>) -> Option<Fit> {
        if !self.number.is_empty() && keys.id_number.contains(&self.number) {
            return Some(Fit::IdNumber);
        }
        if !self.number.is_empty() && keys.phones.contains(&self.number) {
            return Some(Fit::Phone);
        }
        keys.address.contains(&self.text).then_some(Fit::Address)
    }
}

/// The number that was typed, without the code of the country; empty when it is none.
fn number(text: &str) -> &str {
    let abroad = text.strip_prefix("+86").or_else(|| text.strip_prefix("(+86)")).or_else(|| {
        // Alone they may be the last digits of an ID number.
        text.strip_prefix("0086").filter(|rest| rest.starts_with('1'))
    });
    let whole = |rest: &&str| rest.len() == 11 && rest.starts_with('1');
    let number = abroad.or_else(|| text.strip_prefix("86").filter(whole)).unwrap_or(text);
    let digits = number.strip_suffix('x').unwrap_or(number);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) { number } else { "" }
}

/// Whether what was typed spells the syllables from the first on. The last one may be incomplete. With `exact`, a typed
/// character stands for itself, else for its sound.
fn sounds_like(typed: &[Letter], syllables: &[Syllable], exact: bool, sounds: &Sounds) -> bool {
    let Some(next) = typed.first() else { return true };
    let Some((syllable, rest)) = syllables.split_first() else { return false };
    let goes_on = |n: usize| sounds_like(typed.get(n..).unwrap_or_default(), rest, exact, sounds);
    if next.typed == syllable.character {
        return goes_on(1);
    }
    if next.has_sound {
        let same_sound = !exact && syllable.readings().any(|r| next.readings.contains(&r));
        return same_sound && goes_on(1);
    }
    syllable.readings().any(|reading| {
        let reading = sounds.spelled(reading);
        let (common, whole) = spelled(typed.iter().map(|t| t.typed), reading);
        common > 0
            && (common == typed.len()
                || (whole && goes_on(common))
                || goes_on(1)
                || (common >= 2 && matches!(reading.get(..2), Some("zh" | "ch" | "sh")) && goes_on(2)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::spelling::syllables;

    fn fit(typed: &str, name: &str) -> Option<Fit> {
        let mut sounds = Sounds::default();
        let syllables = syllables(name, &mut sounds);
        let relatives: Vec<Syllable> =
            ["张桂兰", "陈建国"].iter().flat_map(|name| crate::names::spelling::syllables(name, &mut sounds).into_iter().chain([BETWEEN])).collect();
        let (id_number, phones, address) = ("99010120170512002x", " 13800000001", "东街3号桥头");
        let keys = Keys { syllables: &syllables, id_number, phones, address, relatives: &relatives };
        Query::new(typed, &sounds)?.fit(&keys, &sounds)
    }

    #[test]
    fn a_name_is_found_by_the_ways_people_type_it() {
        let cases = [
            ("陈小满", Some(Fit::Name)),
            ("陈", Some(Fit::NameStart)),
            ("小满", Some(Fit::NamePart)),
            ("chenxiaoman", Some(Fit::SoundStart)),
            ("chen xiao", Some(Fit::SoundStart)),
            ("cxm", Some(Fit::SoundStart)),
            ("CXM", Some(Fit::SoundStart)),
            ("chenxm", Some(Fit::SoundStart)),
            ("chxm", Some(Fit::SoundStart)),
            ("chenxiaom", Some(Fit::SoundStart)),
            ("xm", Some(Fit::SoundPart)),
            ("man", Some(Fit::SoundPart)),
            ("陈xm", Some(Fit::SoundStart)),
            ("陈xiao满", Some(Fit::SoundStart)),
            ("陈晓曼", Some(Fit::Homophone)),
            ("晨小满", Some(Fit::Homophone)),
            ("张桂兰", Some(Fit::Relative)),
            ("zhangguilan", Some(Fit::Relative)),
            ("zgl", Some(Fit::Relative)),
            ("陈建国", Some(Fit::Relative)),
            ("陈 zgl", Some(Fit::Words)),
            ("国张", None),
            ("gl", None),
            ("20170512", Some(Fit::IdNumber)),
            ("002x", Some(Fit::IdNumber)),
            ("13800", Some(Fit::Phone)),
            ("+86 138 0000 0001", Some(Fit::Phone)),
            ("0086-13800000001", Some(Fit::Phone)),
            ("8613800000001", Some(Fit::Phone)),
            ("（+86）13800000001", Some(Fit::Phone)),
            ("8613800000002", None),
            ("桥头", Some(Fit::Address)),
            ("东街３号", Some(Fit::Address)),
            ("陈 东街", Some(Fit::Words)),
            ("cxm 0001", Some(Fit::Words)),
            ("王", None),
            ("cxmm", None),
            ("chenda", None),
            ("陈 西街", None),
            ("  ", None),
        ];
        assert_eq!((number("0086"), number("008613"), number("+8613")), ("0086", "13", "13"));
        for (typed, wanted) in cases {
            assert_eq!(fit(typed, "陈小满"), wanted, "{typed}");
        }
    }

    #[test]
    fn umlauts_and_second_readings_are_found() {
        for typed in ["lv", "lu", "lü", "吕"] {
            assert!(fit(typed, "吕秀英").is_some(), "{typed}");
        }
        for typed in ["zeng", "ceng"] {
            assert!(fit(typed, "曾阿牛").is_some(), "{typed}");
        }
        assert!(fit("agul", "阿依古丽·买买提").is_none() && fit("aygl", "阿依古丽·买买提").is_some());
    }

    #[test]
    fn surnames_are_found_by_the_readings_they_have_as_surnames() {
        let cases = [
            ("yunxiaoyan", "贠晓燕"),
            ("yuanxiaoyan", "贠晓燕"),
            ("hexiaolong", "黑小龙"),
            ("heixiaolong", "黑小龙"),
            ("shanxiong", "单雄"),
            ("zhaiming", "祭明"),
            ("moqiming", "万俟明"),
            ("zhangsunhua", "长孙华"),
        ];
        for (typed, name) in cases {
            assert!(matches!(fit(typed, name), Some(Fit::SoundStart)), "{typed}");
        }
        // A given name is not read so.
        assert_eq!(fit("wangyun", "王贠"), None);
    }

    #[test]
    fn a_passports_spelling_is_found() {
        for typed in ["lyuxiuying", "lyuxy", "lvxiuying", "luxiuying", "lyu", "ly"] {
            assert!(fit(typed, "吕秀英").is_some(), "{typed}");
        }
        assert!(fit("nyuer", "女儿").is_some() && fit("lyuxiu", "刘秀").is_none());
        // Initials of two characters, not a passport's ü.
        assert!(fit("ly", "刘洋").is_some());
    }

    #[test]
    fn rare_forms_of_a_character_are_found_by_the_usual_one_and_the_other_way_round() {
        for (typed, name) in [("wuji", "吴𠮷"), ("吴吉", "吴𠮷"), ("吴𠮷", "吴吉"), ("gongyan", "龚䶮"), ("龚\u{e863}", "龚䶮"), ("周喆", "周哲")]
        {
            assert!(fit(typed, name).is_some(), "{typed}");
        }
        assert_eq!(fit("葛城", "葛\u{e0100}城"), Some(Fit::Name));
    }
}
