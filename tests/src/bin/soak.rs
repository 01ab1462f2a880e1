//! `make soak SEEDS=n`: lives through many villages, or through one again with `--seed`.
#![allow(clippy::expect_used, clippy::panic)]
use village::sim::{live_through, quietly};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    match words.as_slice() {
        ["--seed", seed] => quietly(|| live_through(number(seed))),
        ["--seeds", seeds] => quietly(|| {
            // Far from the seeds of the tests.
            for n in 0..number(seeds) {
                live_through(1_000_000 + n);
                if n % 100 == 99 {
                    println!("{} villages", n + 1);
                }
            }
        }),
        _ => panic!("soak --seeds N | --seed SEED"),
    }
}
