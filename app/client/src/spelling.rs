//! How names sound: the readings of each character, without tones.
use pinyin::ToPinyinMulti;

/// Surnames whose usual reading is not the character's first. For the order of lists; search knows all readings.
const SURNAMES: [(char, &str); 18] = [
    ('曾', "zeng"), ('单', "shan"), ('解', "xie"), ('仇', "qiu"), ('区', "ou"), ('查', "zha"), ('任', "ren"), ('盖', "ge"), ('朴', "piao"),
    ('覃', "qin"), ('翟', "zhai"), ('缪', "miao"), ('种', "chong"), ('折', "she"), ('召', "shao"), ('繁', "po"), ('乐', "yue"), ('尉', "yu"),
];

/// A character of a name with the ways it is read; a letter or digit has none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Syllable {
    /// The character, lower case.
    pub character: char,
    /// Its readings: `zeng`, `ceng`; `ü` as in `lü`.
    pub readings: Vec<&'static str>,
}

/// The syllables of a name. Dots and spaces between its parts are left out.
pub fn syllables(name: &str) -> Vec<Syllable> {
    let mut all: Vec<Syllable> = fold(name).chars().map(|c| Syllable { character: c, readings: readings(c) }).collect();
    if let Some(first) = all.first_mut()
        && let Some((_, usual)) = SURNAMES.iter().find(|(c, _)| *c == first.character)
    {
        first.readings.retain(|r| r != usual);
        first.readings.insert(0, usual);
    }
    all
}

/// The readings of one character, each once.
pub fn readings(character: char) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain) {
        // A few characters have interjections like "m" and "hng" among their readings; nobody is called so.
        if !found.contains(&reading) { found.push(reading); }
    }
    found
}

/// What a list is sorted by: `chen xiao man`.
pub fn sort_key(syllables: &[Syllable]) -> String {
    let mut key = String::new();
    for s in syllables {
        match s.readings.first() {
            Some(reading) => key.push_str(reading),
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
pub fn same_letter(typed: char, spelled: char) -> bool { typed == spelled || (spelled == 'ü' && matches!(typed, 'v' | 'u')) }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_all_their_ways() {
        let zeng = syllables("曾 乐·A");
        assert_eq!(zeng[0].readings.first(), Some(&"zeng"));
        assert!(zeng[0].readings.contains(&"ceng") && zeng[1].readings.contains(&"yue") && zeng[1].readings.contains(&"le"));
        assert_eq!((zeng[2].character, zeng.len()), ('a', 3));
        assert_eq!(sort_key(&syllables("陈小满")), "chen xiao man ");
        assert!(readings('吕').contains(&"lü"), "{:?}", readings('吕'));
    }
}
