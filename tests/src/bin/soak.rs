//! `make soak SEEDS=n`: lives through many villages, or through one again with `--seed`. Those that fail are named at once, and all of them at the end.
#![allow(clippy::expect_used, clippy::panic, clippy::disallowed_methods, clippy::cast_precision_loss)]
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use village::sim::{WITH_MATTERS, live_through, quietly};

/// Far from the seeds of the tests.
const FIRST: u64 = WITH_MATTERS + 1_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    match words.as_slice() {
        ["--seed", seed] => quietly(|| live_through(number(seed))),
        ["--seeds", seeds] => many(FIRST, number(seeds)),
        ["--seeds", seeds, "--from", from] => many(number(from), number(seeds)),
        _ => panic!("soak --seeds N [--from SEED] | --seed SEED"),
    }
}

/// On all processors.
fn many(from: u64, seeds: u64) {
    let (next, began) = (AtomicU64::new(from), Instant::now());
    let mut failed = Vec::new();
    quietly(|| {
        let worker = || {
            let mut failed = Vec::new();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= from + seeds {
                    return failed;
                }
                if catch_unwind(|| live_through(seed)).is_err() {
                    // At once: who ends this early knows what was found until then.
                    println!("{seed} failed");
                    failed.push(seed);
                }
                if (seed + 1 - from).is_multiple_of(100) {
                    println!("{} villages, {:.1} a second", seed + 1 - from, (seed + 1 - from) as f64 / began.elapsed().as_secs_f64());
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
            failed = all.into_iter().flat_map(|thread| thread.join().expect("a thread that ends")).collect();
        });
    });
    failed.sort_unstable();
    assert!(failed.is_empty(), "{} of {seeds} failed: {failed:?}", failed.len());
    println!("{seeds} villages lived");
}
