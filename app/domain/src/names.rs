//! Names that are one name: the dot in 阿依古丽·买买提 has a dozen codes, and rare characters have an old private one beside the standard's.

/// Marks that stand for the dot between the parts of a name.
const DOTS: &str = "·•・‧∙⋅･᛫⸱ꞏ\u{387}●˙◦⦁";
/// Characters that GB 18030 kept in the private area, in the order of their old codes from U+E815 on: what the standard calls them now.
const RARE: &str = "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻";

/// A character as the standard has it; others as they are.
fn standard(c: char) -> char {
    let nth = |from: u32| usize::try_from(u32::from(c) - from).ok();
    let found = match c {
        '\u{e815}'..='\u{e864}' => nth(0xe815).and_then(|n| RARE.chars().nth(n)),
        '\u{e78d}'..='\u{e796}' => char::from_u32(0xfe10 + u32::from(c) - 0xe78d),
        '\u{e7c7}' => Some('ḿ'),
        '\u{e7c8}' => Some('ǹ'),
        '\u{e7e7}' => Some('\u{303e}'),
        '\u{e7e8}'..='\u{e7f3}' => char::from_u32(0x2ff0 + u32::from(c) - 0xe7e8),
        _ => None,
    };
    found.unwrap_or(c)
}

/// A name in the form it is stored in: one dot (U+00B7) without spaces around it, rare characters by their standard code, no marks that only
/// choose between shapes of a character.
pub fn one_form(name: &str) -> String {
    let chars: Vec<char> = name.chars().filter(|c| !is_selector(*c)).map(standard).collect();
    let mut out = String::with_capacity(name.len());
    for (at, c) in chars.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| is_han(*c));
        // A full stop is a dot between two characters, not in J. Smith.
        let stop = matches!(c, '.' | '．' | '。' | '｡') && beside(at.checked_sub(1)) && beside(at.checked_add(1));
        if stop || DOTS.contains(*c) {
            out.truncate(out.trim_end().len());
            if !out.ends_with('·') {
                out.push('·');
            }
        } else if !(c.is_whitespace() && out.ends_with('·')) {
            out.push(*c);
        }
    }
    out
}

/// Whether it holds a character of nobody's but one machine: made by hand in the private area, and not in the standard.
pub fn has_private(name: &str) -> bool {
    name.chars().map(standard).any(|c| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}'))
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{e000}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_dot_whatever_was_typed() {
        for dot in ["·", "•", "・", "‧", "．", "∙", "⋅", ".", "。", " · ", "･", "··"] {
            assert_eq!(one_form(&format!("阿依古丽{dot}买买提")), "阿依古丽·买买提", "{dot}");
        }
        for name in ["李梅", "J. Smith", "Anna Li", "王小雨"] {
            assert_eq!(one_form(name), name);
        }
    }

    #[test]
    fn rare_characters_have_the_standards_code() {
        assert_eq!(RARE.chars().count(), 80);
        assert_eq!((one_form("龚\u{e863}"), one_form("龚䶮")), ("龚䶮".into(), "龚䶮".into()));
        assert_eq!(one_form("辻\u{fe00}村"), "辻村");
        assert!(has_private("王\u{e000}") && !has_private("龚\u{e863}"));
    }
}
