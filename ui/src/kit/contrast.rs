//! Checks the colours of `style/tokens.css`: WCAG AA (4.5:1) for every text on every ground it is used on.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// Text colour and the grounds it appears on.
const PAIRS: [(&str, &[&str]); 14] = [
    ("ink", &["paper", "surface", "sunken"]),
    ("ink-2", &["paper", "surface", "sunken"]),
    ("ink-3", &["paper", "surface", "sunken"]),
    ("brand-ink", &["brand", "brand-press"]),
    ("brand-deep", &["brand-soft", "surface", "paper"]),
    ("warm", &["warm-soft", "surface"]),
    ("danger", &["danger-soft", "surface", "paper"]),
    ("danger-ink", &["danger", "danger-press"]),
    ("ok", &["ok-soft"]),
    ("info", &["info-soft"]),
    ("paper", &["ink"]),
    ("brand", &["surface"]),
    ("ink-2", &["brand-soft"]),
    ("warm", &["brand-soft"]),
];

/// The colours of one block: everything between its first brace and the next closing one.
fn block(start: &str) -> BTreeMap<String, String> {
    let from = TOKENS.find(start).unwrap_or_else(|| panic!("no block {start}"));
    let body = TOKENS[from..].split('{').nth(1).and_then(|b| b.split('}').next()).unwrap();
    body.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(':')).map(|(k, v)| (k.to_owned(), v.trim().to_owned())).collect()
}

fn luminance(hex: &str) -> f64 {
    let channel = |range: std::ops::Range<usize>| {
        let value = f64::from(u8::from_str_radix(&hex[range], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1..3) + 0.7152 * channel(3..5) + 0.0722 * channel(5..7)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_can_be_read_in_both_themes() {
    for theme in [block(":root {"), block(":root[data-theme=\"dark\"]")] {
        for (ink, grounds) in PAIRS {
            for ground in grounds {
                let ratio = contrast(&theme[ink], &theme[*ground]);
                assert!(ratio >= 4.5, "{ink} on {ground}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn edges_of_inputs_and_the_focus_ring_can_be_seen() {
    for theme in [block(":root {"), block(":root[data-theme=\"dark\"]")] {
        for (ink, ground) in [("edge", "surface"), ("edge", "paper"), ("focus", "paper"), ("focus", "surface")] {
            let ratio = contrast(&theme[ink], &theme[ground]);
            assert!(ratio >= 3.0, "{ink} on {ground}: {ratio:.2}");
        }
    }
}

#[test]
fn the_dark_theme_is_the_same_by_system_and_by_choice() {
    assert_eq!(block(":root:not([data-theme=\"light\"])"), block(":root[data-theme=\"dark\"]"));
}
