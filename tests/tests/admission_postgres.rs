//! What a device may push, over PostgreSQL: the stories that `sync-server` tells over SQLite.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
#[path = "../../sync-server/tests/stories/mod.rs"]
mod stories;

type Kept = village::postgres::Database;

fn store(_: &std::path::Path) -> (sync_server::store::Store, Kept) {
    let database = village::postgres::database();
    (sync_server::store::Store::connect(&database.url, 4, 7).unwrap(), database)
}
