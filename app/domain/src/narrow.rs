//! Full-width characters, as Chinese input methods write them, to the ones that numbers and addresses consist of.

/// The narrow form of a full-width letter, digit or sign; everything else as it is.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::narrow;

    #[test]
    fn full_width_becomes_narrow_and_nothing_else_changes() {
        let narrowed: String = "０９ＡＺａｚ！～（），．　。赵é".chars().map(narrow).collect();
        assert_eq!(narrowed, "09AZaz!~(),. 。赵é");
    }
}
