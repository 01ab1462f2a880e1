//! How long somebody is in a category. A file's entries are one stay where two sides made them of the same one: a worker and an office's list.
use crate::Value;
use crate::api::Entry;
use chrono::NaiveDate;
use uuid::Uuid;

/// Entries of one category whose times run into each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stay {
    /// The category's code, as written.
    pub code: String,
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    entry: Uuid,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// Every stay, in the order in which they began; what has no code is none.
pub fn stays(entries: &[Entry]) -> Vec<Stay> {
    let text = |entry: &Entry, key: &str| entry.fields.get(key).and_then(Value::text).unwrap_or_default().to_owned();
    let day = |entry: &Entry, key: &str| text(entry, key).parse::<NaiveDate>().ok();
    let mut parts: Vec<(String, Part)> = Vec::new();
    for entry in entries.iter().filter(|e| !text(e, "code").is_empty()) {
        let since = day(entry, "since");
        // An end before the beginning ended an earlier stay: the category came back.
        let until = day(entry, "until").filter(|until| since.is_none_or(|since| since <= *until));
        parts.push((text(entry, "code"), Part { entry: entry.id, since, until }));
    }
    parts.sort_unstable_by_key(|(_, part)| (part.since, part.entry));
    let mut stays: Vec<Stay> = Vec::new();
    for (code, part) in parts {
        let last = stays.iter_mut().rev().find(|stay| stay.code == code);
        let goes_on = |stay: &Stay| stay.until().is_none_or(|until| part.since.is_none_or(|since| since < until) || part.until == Some(until));
        match last.filter(|stay| goes_on(stay)) {
            Some(stay) => stay.parts.push(part),
            None => stays.push(Stay { code, parts: vec![part] }),
        }
    }
    stays
}

impl Stay {
    /// The first day, where one is known.
    pub fn since(&self) -> Option<NaiveDate> {
        self.parts.iter().filter_map(|part| part.since).min()
    }
    /// The first day on which it is over. An end that one side wrote ends what the other side had begun before it; where it is not
    /// known when that began, nobody is lost sight of.
    pub fn until(&self) -> Option<NaiveDate> {
        let last = self.parts.iter().filter_map(|part| part.until).max()?;
        let over = |part: &Part| part.until.is_some() || part.since.is_some_and(|since| since < last);
        self.parts.iter().all(over).then_some(last)
    }
    /// Its entries, the one it is shown under first: the oldest.
    pub fn entries(&self) -> impl Iterator<Item = Uuid> {
        self.parts.iter().map(|part| part.entry)
    }
}

/// The entries as they are shown: one a stay, its empty fields filled from the others.
pub fn shown(entries: &[Entry]) -> Vec<Entry> {
    let found = |id: Uuid| entries.iter().find(|e| e.id == id);
    let merged = |stay: &Stay| {
        let mut ids = stay.entries();
        let mut entry = found(ids.next()?)?.clone();
        for other in ids.filter_map(found) {
            for (key, value) in &other.fields {
                entry.fields.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        for (key, day) in [("since", stay.since()), ("until", stay.until())] {
            match day {
                Some(day) => _ = entry.fields.insert(key.to_owned(), day.to_string().into()),
                None => _ = entry.fields.remove(key),
            }
        }
        Some(entry)
    };
    let nameless = entries.iter().filter(|e| e.fields.get("code").is_none_or(Value::is_empty)).cloned();
    stays(entries).iter().filter_map(merged).chain(nameless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(n: u128, since: &str, until: &str) -> Entry {
        let fields = [("code", "orphan"), ("since", since), ("until", until)];
        Entry { id: Uuid::from_u128(n), fields: fields.into_iter().filter(|f| !f.1.is_empty()).map(|(k, v)| (k.to_owned(), v.into())).collect() }
    }
    fn read(entries: &[Entry]) -> Vec<(usize, Option<String>, Option<String>)> {
        let day = |day: Option<NaiveDate>| day.map(|d| d.to_string());
        stays(entries).iter().map(|s| (s.entries().count(), day(s.since()), day(s.until()))).collect()
    }
    fn some(day: &str) -> Option<String> {
        Some(day.to_owned())
    }

    #[test]
    fn what_two_sides_wrote_of_one_category_is_one_and_ends_together() {
        let (by_hand, by_list) = (entry(1, "2026-11-20", ""), entry(2, "2026-11-01", ""));
        assert_eq!(read(&[by_hand.clone(), by_list.clone()]), [(2, some("2026-11-01"), None)]);
        // Whichever of the two was ended, and in whatever order they came.
        let ended =
            |e: &Entry| Entry { fields: e.fields.clone().into_iter().chain([("until".to_owned(), "2026-11-25".into())]).collect(), ..e.clone() };
        for both in [[ended(&by_hand), by_list.clone()], [by_list.clone(), ended(&by_hand)], [by_hand, ended(&by_list)]] {
            assert_eq!(read(&both), [(2, some("2026-11-01"), some("2026-11-25"))]);
        }
        assert_eq!(shown(&[by_list, entry(1, "2026-11-20", "2026-11-25")]).len(), 1);
        // Also one that was written and ended on the day on which the other ends.
        assert_eq!(read(&[entry(1, "2026-11-21", "2026-11-21"), entry(2, "2026-11-01", "2026-11-21")]).len(), 1);
    }

    #[test]
    fn one_that_came_back_is_in_force() {
        let came_back = [entry(1, "2025-01-01", "2026-10-30"), entry(2, "2026-11-26", "")];
        assert_eq!(read(&came_back), [(1, some("2025-01-01"), some("2026-10-30")), (1, some("2026-11-26"), None)]);
        // Ended and begun again on one day; and a list of before that wrote the new beginning over the old one.
        assert_eq!(read(&[entry(1, "2025-01-01", "2026-10-30"), entry(2, "2026-10-30", "")]).len(), 2);
        assert_eq!(read(&[entry(1, "2026-11-26", "2026-10-30")]), [(1, some("2026-11-26"), None)]);
    }

    #[test]
    fn of_which_no_beginning_is_known_is_not_ended_by_another() {
        assert_eq!(read(&[entry(1, "", ""), entry(2, "2026-01-01", "2026-10-30")]), [(2, some("2026-01-01"), None)]);
    }

    proptest! {
        #[test]
        fn each_entry_is_in_one_stay_whatever_the_order(days in proptest::collection::vec((0u64..40, proptest::option::of(0u64..40)), 1..6), turn in 0usize..6) {
            let at = |n: u64| (NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(n)).to_string();
            let mut all: Vec<Entry> = (1u128..).zip(&days).map(|(n, (since, until))| entry(n, &at(*since), &until.map(at).unwrap_or_default())).collect();
            let before = stays(&all);
            prop_assert_eq!(before.iter().map(|s| s.entries().count()).sum::<usize>(), all.len());
            let turn = turn % all.len();
            all.rotate_left(turn);
            prop_assert_eq!(before, stays(&all));
        }
    }
}
