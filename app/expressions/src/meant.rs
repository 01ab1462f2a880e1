//! What people write who know other notations: signs of a Chinese keyboard, words for operators, those of a spreadsheet. It is said what to
//! write instead; nothing of it is understood, since other programs that read the form would not.
use crate::functions::Function;
use crate::parse::SyntaxError;

/// Signs, and what to write for them.
const SIGNS: [(char, &str); 25] = [
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('《', "<"),
    ('》', ">"),
    ('〈', "<"),
    ('〉', ">"),
    ('【', "["),
    ('】', "]"),
    ('「', "'"),
    ('」', "'"),
    ('『', "'"),
    ('』', "'"),
    ('、', ","),
    ('。', "."),
    ('￥', "$"),
    ('¥', "$"),
    ('×', "*"),
    ('÷', "div"),
    ('／', "div"),
    ('％', "mod"),
    ('%', "mod"),
    ('—', "-"),
    ('–', "-"),
    ('−', "-"),
];

/// Operators of other notations.
const OPERATORS: [(&str, &str); 8] =
    [("==", "="), ("<>", "!="), ("=>", ">="), ("=<", "<="), ("&&", "and"), ("||", "or"), ("&", "concat(甲, 乙)"), ("{", "${")];

/// Words between two operands, a longer one before one that it begins with, and what to write for them.
const WORDS: [(&str, &str); 21] = [
    ("并且", "and"),
    ("而且", "and"),
    ("且", "and"),
    ("和", "and"),
    ("与", "and"),
    ("AND", "and"),
    ("或者", "or"),
    ("或", "or"),
    ("OR", "or"),
    ("不等于", "!="),
    ("大于等于", ">="),
    ("小于等于", "<="),
    ("不小于", ">="),
    ("不大于", "<="),
    ("等于", "="),
    ("大于", ">"),
    ("小于", "<"),
    ("除以", "div"),
    ("乘以", "*"),
    ("加", "+"),
    ("减", "-"),
];

/// Functions of a spreadsheet, and of what is here.
const FUNCTIONS: [(&str, &str); 8] = [
    ("如果", "if(条件, 是的话, 不是的话)"),
    ("且", "甲 and 乙"),
    ("或", "甲 or 乙"),
    ("AND", "甲 and 乙"),
    ("OR", "甲 or 乙"),
    ("COUNTA", "count-non-empty(…)"),
    ("LEN", "string-length(…)"),
    ("MID", "substr(…)"),
];

/// The plain sign of a sign.
fn plain(sign: char) -> Option<String> {
    let known = SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, plain)| (*plain).to_owned());
    let narrow = || ('！'..='～').contains(&sign).then(|| u32::from(sign) - 0xfee0).and_then(char::from_u32).map(String::from);
    known.or_else(narrow)
}

/// All such signs of a text that begins with one, each once; those between quotes are the writer's own.
pub(crate) fn foreign(text: &str) -> Option<SyntaxError> {
    let (mut found, mut quote) = (Vec::new(), None);
    for sign in text.chars() {
        match quote {
            Some(open) if open == sign => quote = None,
            Some(_) => {}
            None if matches!(sign, '\'' | '"') => quote = Some(sign),
            None if sign.is_alphabetic() => {}
            None => found.extend(plain(sign).map(|plain| (sign.to_string(), plain))),
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|(sign, _)| seen.insert(sign.clone()));
    (!found.is_empty()).then_some(SyntaxError::Foreign(found))
}

/// An operator of another notation at the beginning of a text.
pub(crate) fn operator(text: &str) -> Option<SyntaxError> {
    let (said, plain) = OPERATORS.iter().find(|(said, _)| text.starts_with(said))?;
    Some(SyntaxError::Foreign(vec![((*said).to_owned(), (*plain).to_owned())]))
}

/// A word between operands that stands for an operator.
pub(crate) fn word(word: &str) -> Option<SyntaxError> {
    let (said, plain) = WORDS.iter().find(|(said, _)| word.starts_with(said))?;
    Some(SyntaxError::Foreign(vec![((*said).to_owned(), (*plain).to_owned())]))
}

/// What to write for a function that is not there, after a colon; nothing where that is not known.
pub(crate) fn instead(function: &str) -> String {
    let lower = function.to_lowercase();
    let known = FUNCTIONS.iter().find(|(said, _)| *said == function).map(|(_, here)| *here);
    known.or_else(|| Function::named(&lower).map(Function::name)).map(|here| format!("，请写成 {here}")).unwrap_or_default()
}

/// “（”是全角的，请改成半角的 (
pub(crate) fn told(found: &[(String, String)]) -> String {
    let one = |(said, plain): &(String, String)| match said.chars().next() {
        Some('！'..='～') if plain.chars().count() == 1 => format!("“{said}”是全角{}，请改成半角的 {plain}", called(plain)),
        _ => format!("“{said}”请写成 {plain}"),
    };
    let also = |(said, plain): &(String, String)| format!("{plain} for “{said}”");
    let all = |each: Vec<String>, between: &str| each.join(between);
    format!("{} / write {}", all(found.iter().map(one).collect(), "；"), all(found.iter().map(also).collect(), ", "))
}

fn called(sign: &str) -> &'static str {
    match sign.as_bytes() {
        [b'(' | b')' | b'[' | b']' | b'{' | b'}'] => "括号",
        [b','] => "逗号",
        [b'\'' | b'"'] => "引号",
        [b'='] => "等号",
        [b'<' | b'>'] => "大于、小于号",
        [b'0'..=b'9'] => "数字",
        _ => "符号",
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn what_a_chinese_keyboard_and_a_spreadsheet_write_is_told_with_what_to_write_instead() {
        for (text, told) in [
            ("count（${a}） ＞ 0", "“（”是全角括号，请改成半角的 (；“）”是全角括号，请改成半角的 )；“＞”是全角大于、小于号，请改成半角的 >"),
            ("${a} ≥ 3", "“≥”请写成 >="),
            ("${a} ≠ 3 or ${a}≤2", "“≠”请写成 !=；“≤”请写成 <="),
            ("${a} ＝ 'x，y'", "“＝”是全角等号，请改成半角的 ="),
            ("if(${a} = 1，2, 3)", "“，”是全角逗号，请改成半角的 ,"),
            ("${a} > １８", "“１”是全角数字，请改成半角的 1；“８”是全角数字，请改成半角的 8"),
            ("${a} = ＂x＂", "“＂”是全角引号，请改成半角的 \""),
            ("${a｝ > 1", "“｝”是全角括号，请改成半角的 }"),
            ("￥{a} > 1", "“￥”请写成 $"),
            ("$｛a｝ > 1", "“｛”是全角括号，请改成半角的 {；“｝”是全角括号，请改成半角的 }"),
            ("${a} > 1 且 ${b} > 1", "“且”请写成 and"),
            ("${a} > 1并且count(${b}) > 1", "“并且”请写成 and"),
            ("${a} > 1 或 ${b} > 1", "“或”请写成 or"),
            ("${a} 大于等于 1", "“大于等于”请写成 >="),
            ("${a} <> 1", "“<>”请写成 !="),
            ("${a} == 1", "“==”请写成 ="),
            ("{a} = 1", "“{”请写成 ${"),
            ("${a} AND ${b}", "“AND”请写成 and"),
            ("IF(${a}, 1, 2)", "没有 IF 这个函数，请写成 if"),
            ("AND(${a}, ${b})", "没有 AND 这个函数，请写成 甲 and 乙"),
            ("frob(1)", "没有 frob 这个函数"),
        ] {
            let wrong = parse(text).unwrap_err().to_string();
            assert_eq!(wrong.split(" / ").next(), Some(told), "{text}");
        }
        for text in ["${a} = '（且≥）'", "且 = 1", "instance('l')/root/item[和 = '1']", "年龄１ > 1"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
