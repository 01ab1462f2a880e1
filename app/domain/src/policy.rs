//! What a county sets for itself. The server sends it to every device; the shipped default is in `assets/policy/`.
use crate::due::DueRules;
use serde::{Deserialize, Serialize};

/// A county's settings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Version of this structure, 1.
    pub version: u32,
    /// When visits are due.
    pub due: DueRules,
    /// Whether a six-digit PIN is enough on a device without a keystore.
    pub pin_without_keystore: bool,
    /// Minutes without a touch after which the app locks.
    pub lock_minutes: u32,
    /// A visit older than this many days without a review no longer waits in the review list.
    pub review_days: u32,
}

impl Policy {
    /// The default that ships with the program.
    pub fn shipped() -> Policy {
        Policy { version: 1, due: DueRules::shipped(), pin_without_keystore: true, lock_minutes: 10, review_days: 31 }
    }
}
