//! A request to sync, before it is sent.
use domain::sync::SyncRequest;
use domain::{Hash, RecordId};

/// A request with the names of the changes in it, in their order.
pub struct Prepared {
    /// What to send.
    pub request: SyncRequest,
    /// Its changes.
    pub sent: Vec<Hash>,
    /// Records that it asks about, each with others' changes in it.
    pub(crate) doubts: Vec<(RecordId, Vec<Hash>)>,
}
