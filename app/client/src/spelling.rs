//! How names sound: the readings of each character, without tones.
use pinyin::ToPinyinMulti;
use std::collections::HashMap;

/// Surnames whose usual reading is not the character's first. For the order of lists; search knows all readings.
const SURNAMES: [(char, &str); 18] = [
    ('曾', "zeng"),
    ('单', "shan"),
    ('解', "xie"),
    ('仇', "qiu"),
    ('区', "ou"),
    ('查', "zha"),
    ('任', "ren"),
    ('盖', "ge"),
    ('朴', "piao"),
    ('覃', "qin"),
    ('翟', "zhai"),
    ('缪', "miao"),
    ('种', "chong"),
    ('折', "she"),
    ('召', "shao"),
    ('繁', "po"),
    ('乐', "yue"),
    ('尉', "yu"),
];

/// Most readings kept of a character; the commonest come first.
const READINGS: usize = 6;
/// No reading.
const NONE: u16 = u16::MAX;

/// Every reading that occurs, by number: some four hundred. Comparing numbers keeps a search over all persons quick.
#[derive(Default)]
pub struct Sounds {
    spelled: Vec<&'static str>,
    numbers: HashMap<&'static str, u16>,
}

impl Sounds {
    /// The number of a reading, a new one where it has none yet.
    fn number(&mut self, reading: &'static str) -> u16 {
        let next = u16::try_from(self.spelled.len()).unwrap_or(NONE);
        let number = *self.numbers.entry(reading).or_insert(next);
        if number == next {
            self.spelled.push(reading);
        }
        number
    }
    /// The number of a reading that occurs.
    pub fn known(&self, reading: &str) -> Option<u16> {
        self.numbers.get(reading).copied()
    }
    /// How it is spelled.
    pub fn spelled(&self, number: u16) -> &'static str {
        self.spelled.get(usize::from(number)).copied().unwrap_or_default()
    }
}

/// A character of a name with the ways it is read; a letter or digit has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Syllable {
    /// The character, lower case.
    pub character: char,
    readings: [u16; READINGS],
}

impl Syllable {
    /// Its readings, the usual one first.
    pub fn readings(&self) -> impl Iterator<Item = u16> + '_ {
        self.readings.iter().copied().take_while(|r| *r != NONE)
    }
}

/// The syllables of a name. Dots and spaces between its parts are left out.
pub fn syllables(name: &str, sounds: &mut Sounds) -> Vec<Syllable> {
    let surname = |place: usize, c: char| SURNAMES.iter().find(|(s, _)| place == 0 && *s == c).map(|(_, reading)| *reading);
    let syllable = |(place, character): (usize, char)| {
        let usual = surname(place, character);
        let all = usual.into_iter().chain(readings(character).into_iter().filter(|r| Some(*r) != usual));
        let mut numbers = [NONE; READINGS];
        for (slot, reading) in numbers.iter_mut().zip(all) {
            *slot = sounds.number(reading);
        }
        Syllable { character, readings: numbers }
    };
    fold(name).chars().enumerate().map(syllable).collect()
}

/// The readings of one character, each once.
pub fn readings(character: char) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain) {
        // A few characters have interjections like "m" and "hng" among their readings; nobody is called so.
        if !found.contains(&reading) {
            found.push(reading);
        }
    }
    found
}

/// What a list is sorted by: `chen xiao man`.
pub fn sort_key(syllables: &[Syllable], sounds: &Sounds) -> String {
    let mut key = String::new();
    for s in syllables {
        match s.readings().next() {
            Some(reading) => key.push_str(sounds.spelled(reading)),
            None => key.push(s.character),
        }
        key.push(' ');
    }
    key
}

/// One form for what is written in several: half width, lower case, no spaces or separating dots.
pub fn fold(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let separates = |c: char| c.is_whitespace() || matches!(c, '·' | '•' | '‧' | '・' | '\'' | '’' | '-');
    text.chars().map(narrow).filter(|c| !separates(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether two letters stand for the same sound on a keyboard: `ü` is typed as v or u.
pub fn same_letter(typed: char, spelled: char) -> bool {
    typed == spelled || (spelled == 'ü' && matches!(typed, 'v' | 'u'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_all_their_ways() {
        let mut sounds = Sounds::default();
        let zeng = syllables("曾 乐·A", &mut sounds);
        let spelled: Vec<Vec<&str>> = zeng.iter().map(|s| s.readings().map(|r| sounds.spelled(r)).collect()).collect();
        assert_eq!(spelled[0].first(), Some(&"zeng"));
        assert!(spelled[0].contains(&"ceng") && spelled[1].contains(&"yue") && spelled[1].contains(&"le"));
        assert_eq!((zeng[2].character, spelled[2].len(), zeng.len()), ('a', 0, 3));
        let name = syllables("陈小满", &mut sounds);
        assert_eq!(sort_key(&name, &sounds), "chen xiao man ");
        assert!(readings('吕').contains(&"lü"), "{:?}", readings('吕'));
    }
}
