//! Adds up what cargo's test programs report.

/// How many tests passed and failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Takes in one line of output, if it is a summary: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub(crate) fn take(&mut self, line: &str) {
        let Some(summary) = line.strip_prefix("test result: ") else {
            return;
        };
        self.passed += number_before(summary, " passed");
        self.failed += number_before(summary, " failed");
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn summaries_are_added_up_and_other_lines_ignored() {
        let mut tally = Tally::default();
        tally.take("test a_visit_is_kept ... ok");
        tally.take("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s");
        tally.take("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s");
        tally.take("7 passed; 7 failed");
        assert_eq!(tally, Tally { passed: 15, failed: 2 });
    }
}
