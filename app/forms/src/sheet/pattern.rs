//! Patterns, in time that grows with the text and no faster: a form is foreign data. Of what JavaScript's patterns can say beyond that, looking
//! ahead is understood where it is commonly written, right after `^` and at the end.
use regex_lite::{Regex, RegexBuilder};

/// Largest pattern, compiled, bytes.
const LARGEST: usize = 256 << 10;

/// A pattern.
pub struct Pattern {
    whole: Regex,
    /// What must, or must not, stand at the beginning.
    ahead: Vec<(Regex, bool)>,
}

impl Pattern {
    /// Reads a pattern; none of one that is none, too large, or looks around in other ways.
    pub fn new(text: &str) -> Option<Pattern> {
        let mut ahead = Vec::new();
        let mut rest = text;
        if let Some(mut begun) = text.strip_prefix('^') {
            while let Some((inner, wanted, after)) = look_ahead(begun) {
                ahead.push((compiled(&format!("^(?:{inner})"))?, wanted));
                begun = after;
            }
            if !ahead.is_empty() {
                rest = begun;
            }
        }
        let begins = if ahead.is_empty() { "" } else { "^" };
        // What must follow at the end may as well belong to it: only whether it is there is asked.
        let whole = match at_end(rest) {
            Some((before, inner)) => format!("{begins}{before}(?:{inner})"),
            None => format!("{begins}{rest}"),
        };
        Some(Pattern { whole: compiled(&whole)?, ahead })
    }

    /// Whether it is somewhere in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.whole.is_match(text) && self.ahead.iter().all(|(ahead, wanted)| ahead.is_match(text) == *wanted)
    }
}

fn compiled(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(LARGEST).build().ok()
}

/// `(?=inner)after` or `(?!inner)after`
fn look_ahead(text: &str) -> Option<(&str, bool, &str)> {
    let wanted = text.starts_with("(?=");
    let inner = if wanted { text.strip_prefix("(?=") } else { text.strip_prefix("(?!") }?;
    let end = closing(inner)?;
    Some((inner.get(..end)?, wanted, inner.get(end + 1..)?))
}

/// `before(?=inner)` where the group is the last thing, and no other way leads past it.
fn at_end(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind("(?=")?;
    let inner = text.get(at + 3..)?;
    let end = closing(inner).filter(|end| end + 1 == inner.len())?;
    let before = text.get(..at)?;
    (!before.contains('|')).then(|| (before, inner.get(..end).unwrap_or_default()))
}

/// Where the bracket closes that was opened before this text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut escaped, mut class) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class && depth == 0 => return Some(at),
            ')' if !class => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_ahead_is_asked_at_the_beginning_and_at_the_end() {
        let is = |pattern: &str, text: &str| Pattern::new(pattern).map(|p| p.is_in(text));
        assert_eq!(is("^x(?=1)", "x1"), Some(true));
        assert_eq!(is("^x(?=1)", "x2"), Some(false));
        let good = r"^(?=.*\d)(?=.*[a-z])(?!.*\s).{6,}$";
        assert_eq!(["abc123", "abcdef", "ab 123x", "a1"].map(|text| is(good, text)), [Some(true), Some(false), Some(false), Some(false)]);
        assert_eq!(is(r"^1[3-9]\d{9}$", "13812345678"), Some(true));
        // Anything else that looks around, and what repeats itself, is no pattern here.
        assert!([r"a(?=b)c", r"(?<=a)b", r"(a)\1", "(", "(?=a)|b"].iter().all(|pattern| Pattern::new(pattern).is_none()));
    }
}
