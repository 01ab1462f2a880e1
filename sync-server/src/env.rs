//! The server's clock and randomness: the one place that asks the system.
use domain::Timestamp;
use std::sync::OnceLock;

/// Clock and randomness, passed in so that tests decide both.
pub trait Env: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Random bytes for ids and codes.
    fn random(&self) -> [u8; 16];
    /// Random bytes for keys.
    fn random32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for half in bytes.chunks_exact_mut(16) {
            half.copy_from_slice(&self.random());
        }
        bytes
    }
}

/// How far this process's clock is ahead of the machine's, milliseconds.
static AHEAD: OnceLock<i64> = OnceLock::new();

/// For tests, and in debug builds alone: a process begins at the moment that `NUANFANG_NOW` says, milliseconds since 1970.
fn ahead(now: i64) -> i64 {
    let said = if cfg!(debug_assertions) { std::env::var("NUANFANG_NOW").ok() } else { None };
    said.and_then(|text| text.parse::<i64>().ok()).map_or(0, |then| then.saturating_sub(now))
}

/// The machine's own.
pub struct SystemEnv;

impl Env for SystemEnv {
    #[allow(clippy::disallowed_methods)] // the one place where the clock is read
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp(now.saturating_add(*AHEAD.get_or_init(|| ahead(now))))
    }
    #[allow(clippy::disallowed_methods, clippy::expect_used)] // the one place for randomness; without randomness no code and no id may be made: stopping is right
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }
}
