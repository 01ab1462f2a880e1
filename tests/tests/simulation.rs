//! Villages under misfortune: whatever the road, the power and the office do, replicas agree in the end, what was called saved
//! is there, and the index says what the documents say. `make soak SEEDS=10000` lives through more of them.
#![allow(missing_docs)]
use village::sim::{WITH_MATTERS, WITH_TRUST};

/// Seeds that once found something, and then as many as the time of a test run allows.
const FOUND: [(u64, &str); 5] = [
    (1_000_018, "two changes of one actor and number: a copy's, held by a colleague, and the one that a restored server took"),
    (1_003_848, "a change was refused and kept for a supervisor; the backup that was put back did not know of it"),
    (1_004_919, "what was written built on a colleague's change that the restored server had from nobody but its writer, too late"),
    (3_000_796, "a visit of before the months that devices hold changed while a device read everything anew"),
    (3_005_485, "a file was opened here before the first download, and left before it"),
];
const SEEDS: std::ops::Range<u64> = 1..161;
/// With days of visits, what is put down, and quotas.
const TRUST: std::ops::Range<u64> = WITH_TRUST..WITH_TRUST + 80;
/// With matters, too.
const MATTERS: std::ops::Range<u64> = WITH_MATTERS..WITH_MATTERS + 60;

fn share(of: u64, part: u64) {
    village::sim::quietly(|| {
        FOUND
            .into_iter()
            .map(|(seed, _)| seed)
            .chain(SEEDS)
            .chain(TRUST)
            .chain(MATTERS)
            .filter(|seed| seed % of == part)
            .for_each(village::sim::live_through)
    });
}

#[test]
fn whatever_happens_replicas_agree_and_nothing_saved_is_lost() {
    share(2, 0);
}

#[test]
fn whatever_happens_replicas_agree_and_nothing_saved_is_lost_in_other_villages() {
    share(2, 1);
}
