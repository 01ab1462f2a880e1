//! Photos of visits: where their files lie, who may read which, and what becomes of those that no visit names. A file is stored
//! under its BLAKE3, by `object_store`: in a folder beside the database, or in S3.
mod collect;
mod folder;

pub(crate) use collect::is_going;
pub use collect::{Collected, collect};
pub use folder::Photos;

use crate::store;
use crate::store::db::{Db, args};
use crate::store::photos::is_owned;
use crate::sync::feed;
use domain::roles::Caller;
use domain::{Hash, RecordId};

/// Whether the caller may read a photo: through a record that she may read, that names it, and for whose person its bytes came.
pub(crate) fn may_read(db: &Db<'_>, caller: &Caller, record: &RecordId, hash: &Hash) -> anyhow::Result<bool> {
    let Some((person, _)) = store::person_of(db, record)? else { return Ok(false) };
    Ok(is_named(db, caller, record, hash)? && is_owned(db, &person, hash)?)
}

/// Whether a record that the caller may read names a photo: then she may bring its bytes.
pub(crate) fn is_named(db: &Db<'_>, caller: &Caller, record: &RecordId, hash: &Hash) -> anyhow::Result<bool> {
    let named = db.one("SELECT 1 FROM photos WHERE record = ?1 AND hash = ?2", args![record.bytes(), &hash.0], |_| Ok(()))?.is_some();
    Ok(named && feed::may_have(db, caller, record)?)
}
