//! The browser's clock and randomness.
#![allow(clippy::disallowed_methods)] // The one place where this shell meets them.
use client::Env;
use domain::Timestamp;

/// The browser's own.
pub struct BrowserEnv;

impl Env for BrowserEnv {
    fn now(&self) -> Timestamp {
        // Whole milliseconds, far below 2⁵³.
        Timestamp(js_sys::Date::now() as i64)
    }
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // Keys that can be guessed would be worse than no program.
            std::process::abort();
        }
    }
}
