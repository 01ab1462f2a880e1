//! `make bench`: each figure is one JSON line `{"bench","value","unit","goal","meets"}`; the goals are those of ARCHITECTURE.md.
//! Built with optimisation; a debug build says nothing about speed. `bench NAME` runs one of the eight.
#![allow(clippy::disallowed_methods, reason = "measuring needs the real clock")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod arrival;
mod browser;
mod long_form;
mod old;
mod road;
mod store;
mod storm;
mod sync;

/// Prints one figure.
fn figure(bench: &str, value: f64, unit: &str, goal: f64) {
    let value = (value * 100.0).round() / 100.0;
    let (bench, unit) = (serde_json::json!(bench), serde_json::json!(unit));
    println!("{{\"bench\":{bench},\"value\":{value},\"unit\":{unit},\"goal\":{goal},\"meets\":{}}}", value <= goal);
}

type Bench = fn() -> anyhow::Result<()>;

fn main() -> anyhow::Result<()> {
    let all: [(&str, Bench); 8] = [
        ("sync", sync::run),
        ("road", road::run),
        ("store", store::run),
        ("form", long_form::run),
        ("old", old::run),
        ("storm", storm::run),
        ("browser", browser::run),
        ("arrival", arrival::run),
    ];
    let only = std::env::args().nth(1);
    for (name, run) in all {
        if only.as_deref().is_none_or(|only| only == name) {
            run()?;
        }
    }
    Ok(())
}
