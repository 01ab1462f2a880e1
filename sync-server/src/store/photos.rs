//! Which record names which photo, and for whom its bytes came.
use crate::store::db::{Db, DbResult, args};
use domain::{Hash, RecordId};
use std::collections::BTreeSet;

/// For the photos of before it was kept for whom they came: each is the person's in whose visit it has been longest, and of those others whose
/// visits one of the same devices wrote in.
///
/// # Errors
/// The database's.
pub fn find_owners(db: &Db<'_>) -> anyhow::Result<()> {
    let sql = "SELECT p.hash, r.person, c.device FROM photos p JOIN records r ON r.id = p.record JOIN changes c ON c.record = p.record
               ORDER BY p.hash, c.received, r.person";
    let rows = db.rows(sql, &[], |r| Ok((r.bytes::<32>(0)?, r.bytes::<16>(1)?, r.bytes::<16>(2)?)))?;
    for of_photo in rows.chunk_by(|a, b| a.0 == b.0) {
        let Some((hash, first, _)) = of_photo.first() else { continue };
        let devices: BTreeSet<[u8; 16]> = of_photo.iter().filter(|(_, person, _)| person == first).map(|row| row.2).collect();
        for (_, person, _) in of_photo.iter().filter(|(_, person, device)| person == first || devices.contains(device)) {
            own(db, person, &Hash(*hash))?;
        }
    }
    Ok(())
}

/// The bytes of a photo came for this person.
pub(crate) fn own(db: &Db<'_>, person: &[u8; 16], hash: &Hash) -> DbResult<u64> {
    db.run("INSERT INTO photo_owners (person, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING", args![person, &hash.0])
}

/// Whether they did.
pub(crate) fn is_owned(db: &Db<'_>, person: &RecordId, hash: &Hash) -> DbResult<bool> {
    Ok(db.one("SELECT 1 FROM photo_owners WHERE person = ?1 AND hash = ?2", args![person.bytes(), &hash.0], |_| Ok(()))?.is_some())
}

/// Puts down which photos a visit names now.
///
/// # Errors
/// The database's.
pub fn index(db: &Db<'_>, visit: &RecordId, photos: &[Hash], is_new: bool) -> anyhow::Result<()> {
    if !is_new {
        db.run("DELETE FROM photos WHERE record = ?1", args![visit.bytes()])?;
    }
    for hash in photos {
        db.run("INSERT INTO photos (record, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING", args![visit.bytes(), &hash.0])?;
    }
    Ok(())
}
