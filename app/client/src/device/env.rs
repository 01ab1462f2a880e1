//! The clock and the randomness of the device: given to the core, so that tests choose theirs and a browser brings its own.
use domain::{RecordId, Timestamp};
use uuid::Uuid;

/// What the core may not do by itself.
pub trait Env: Send {
    /// The device's clock.
    fn now(&self) -> Timestamp;
    /// Fills the bytes with randomness good enough for keys.
    fn fill(&self, bytes: &mut [u8]);
    /// Version of the program: what an older one could not read is read anew by a newer one.
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }
}

/// Random bytes.
pub fn random<const N: usize>(env: &dyn Env) -> [u8; N] {
    let mut bytes = [0; N];
    env.fill(&mut bytes);
    bytes
}

/// A new record's id.
pub fn new_id(env: &dyn Env) -> RecordId {
    RecordId::new(env.now().0, random(env))
}

/// A new id for something that is no record: a draft, a household member.
pub fn new_uuid(env: &dyn Env) -> Uuid {
    new_id(env).0
}

#[cfg(not(target_arch = "wasm32"))]
pub use system::SystemEnv;

#[cfg(not(target_arch = "wasm32"))]
mod system {
    #![allow(clippy::disallowed_methods)] // The one place where the client meets the real clock and the system's randomness.
    use super::Env;
    use domain::Timestamp;
    use std::sync::OnceLock;
    use std::time::{SystemTime, UNIX_EPOCH};

    /// How far this process's clock is ahead of the machine's, milliseconds.
    static AHEAD: OnceLock<i64> = OnceLock::new();

    /// For tests, and in debug builds alone: a process begins at the moment that `NUANFANG_NOW` says, milliseconds since 1970.
    fn ahead(now: i64) -> i64 {
        let said = if cfg!(debug_assertions) { std::env::var("NUANFANG_NOW").ok() } else { None };
        said.and_then(|text| text.parse::<i64>().ok()).map_or(0, |then| then.saturating_sub(now))
    }

    /// The machine's own clock and randomness.
    pub struct SystemEnv;

    impl Env for SystemEnv {
        fn now(&self) -> Timestamp {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
            Timestamp(now.saturating_add(*AHEAD.get_or_init(|| ahead(now))))
        }
        /// For tests, and in debug builds alone: what `NUANFANG_VERSION` says.
        fn version(&self) -> String {
            let said = if cfg!(debug_assertions) { std::env::var("NUANFANG_VERSION").ok() } else { None };
            said.unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
        }
        fn fill(&self, bytes: &mut [u8]) {
            if getrandom::fill(bytes).is_err() {
                // Keys that can be guessed would be worse than no program.
                std::process::abort();
            }
        }
    }
}
