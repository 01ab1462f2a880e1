//! What a device may push, over SQLite.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
mod stories;

type Kept = ();

fn store(dir: &std::path::Path) -> (sync_server::store::Store, Kept) {
    (sync_server::store::Store::open(dir, 7).unwrap(), ())
}
