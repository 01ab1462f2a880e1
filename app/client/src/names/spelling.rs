//! How names sound: the readings of each character, without tones.
use domain::names::one_form;
use domain::narrow::narrow;
use pinyin::ToPinyinMulti;
use std::collections::HashMap;

/// Surnames that are not read as the character's first reading says, the usual one first. Some of these readings are in no list of
/// characters: they occur in surnames alone. Lists are sorted by the first; search knows all.
const SURNAMES: [(char, &[&str]); 74] = [
    ('曾', &["zeng"]),
    ('单', &["shan"]),
    ('解', &["xie", "hai"]),
    ('仇', &["qiu"]),
    ('区', &["ou"]),
    ('查', &["zha"]),
    ('任', &["ren"]),
    ('盖', &["ge", "gai"]),
    ('朴', &["piao", "pu"]),
    ('覃', &["qin", "tan"]),
    ('翟', &["zhai", "di"]),
    ('缪', &["miao"]),
    ('种', &["chong"]),
    ('折', &["she"]),
    ('召', &["shao"]),
    ('繁', &["po"]),
    ('乐', &["yue", "le"]),
    ('尉', &["yu", "wei"]),
    ('黑', &["he", "hei"]),
    ('贠', &["yun", "yuan"]),
    ('员', &["yun", "yuan"]),
    ('秘', &["bi", "mi"]),
    ('冼', &["xian"]),
    ('洗', &["xian"]),
    ('柏', &["bai", "bo"]),
    ('薄', &["bo", "bao"]),
    ('郗', &["xi", "chi"]),
    ('郇', &["xun", "huan"]),
    ('牟', &["mu", "mou"]),
    ('宓', &["mi", "fu"]),
    ('祭', &["zhai", "ji"]),
    ('谌', &["chen", "shen"]),
    ('佴', &["nai"]),
    ('乜', &["nie"]),
    ('厍', &["she"]),
    ('呙', &["guo"]),
    ('哈', &["ha"]),
    ('燕', &["yan"]),
    ('应', &["ying"]),
    ('於', &["yu"]),
    ('宁', &["ning"]),
    ('令', &["ling"]),
    ('撒', &["sa"]),
    ('隗', &["wei", "kui"]),
    ('车', &["che"]),
    ('都', &["du"]),
    ('费', &["fei", "bi"]),
    ('句', &["gou", "ju"]),
    ('能', &["nai", "neng"]),
    ('粘', &["nian"]),
    ('隽', &["juan", "jun"]),
    ('相', &["xiang"]),
    ('行', &["xing", "hang"]),
    ('笪', &["da"]),
    ('炅', &["gui", "jiong"]),
    ('炔', &["gui", "que"]),
    ('万', &["wan", "mo"]),
    ('长', &["zhang", "chang"]),
    ('澹', &["tan", "dan"]),
    ('亓', &["qi"]),
    ('拓', &["tuo", "ta"]),
    ('可', &["ke", "kui"]),
    ('瞿', &["qu"]),
    ('阚', &["kan"]),
    ('晟', &["cheng", "sheng"]),
    ('逄', &["pang"]),
    ('艾', &["ai", "yi"]),
    ('那', &["na", "nuo"]),
    ('莘', &["shen", "xin"]),
    ('筰', &["zuo"]),
    ('褚', &["chu"]),
    ('诸', &["zhu"]),
    ('纪', &["ji"]),
    ('葛', &["ge"]),
];

/// Rare forms of a character and the usual one. Both are found by either,
/// and a rare one sounds as the usual.
const FORMS: [(char, char); 21] = [
    ('𠮷', '吉'),
    ('䶮', '龑'),
    ('喆', '哲'),
    ('堃', '坤'),
    ('昇', '升'),
    ('陞', '升'),
    ('崐', '昆'),
    ('崑', '昆'),
    ('峯', '峰'),
    ('嶽', '岳'),
    ('邨', '村'),
    ('槑', '梅'),
    ('甦', '苏'),
    ('澂', '澄'),
    ('祐', '佑'),
    ('濬', '浚'),
    ('脩', '修'),
    ('晳', '皙'),
    ('囯', '国'),
    ('珎', '珍'),
    ('恆', '恒'),
];

/// The usual form of a character.
fn usual(c: char) -> char {
    FORMS.iter().find(|(rare, _)| *rare == c).map_or(c, |(_, usual)| *usual)
}

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

/// What stands between two names; nothing that can be typed fits it.
pub const BETWEEN: Syllable = Syllable { character: '\n', readings: [NONE; READINGS] };

/// The syllables of a name. Dots and spaces between its parts are left out.
pub fn syllables(name: &str, sounds: &mut Sounds) -> Vec<Syllable> {
    let surname = |place: usize, c: char| SURNAMES.iter().find(|(s, _)| place == 0 && *s == c).map_or(&[][..], |(_, readings)| *readings);
    let syllable = |(place, character): (usize, char)| {
        let first = surname(place, character);
        let all = first.iter().copied().chain(readings(character).into_iter().filter(|r| !first.contains(r)));
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
    for reading in usual(character).to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain) {
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

/// One form for what is written in several: that of a stored name, half width, lower case, usual characters, no spaces or separating marks.
pub fn fold(text: &str) -> String {
    let separates = |c: char| c.is_whitespace() || matches!(c, '·' | '.' | '\'' | '’' | '-');
    one_form(text).chars().map(narrow).filter(|c| !separates(*c)).map(usual).flat_map(char::to_lowercase).collect()
}

/// How many of the letters typed spell a reading from its beginning, and whether they spell all of it. `ü` is typed as v or u, and as yu in
/// passports.
pub fn spelled(typed: impl Iterator<Item = char> + Clone, reading: &str) -> (usize, bool) {
    let (mut rest, mut used) = (typed, 0);
    for sound in reading.chars() {
        let mut next = rest.clone();
        let fits = match next.next() {
            Some('y') if sound == 'ü' => match next.next() {
                Some('u') => 2,
                None => 1, // more is to come
                Some(_) => 0,
            },
            Some(letter) => usize::from(letter == sound || (sound == 'ü' && matches!(letter, 'v' | 'u'))),
            None => 0,
        };
        if fits == 0 {
            return (used, false);
        }
        (rest, used) = (next, used + fits);
    }
    (used, true)
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
        assert_eq!(readings('𠮷'), readings('吉'));
    }
}
