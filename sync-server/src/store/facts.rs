//! What lists, counts and the office's tables ask of records in SQL, without loading one: pairs of a fact and its value, as the table of kinds
//! names them. Where, when and whose a record is stands in `records`.
use crate::store::db::{Db, Sql, args};
use domain::{RecordId, Row};
use std::collections::BTreeSet;

/// Writes down what a record's row says.
///
/// # Errors
/// The database's.
pub fn put(db: &Db<'_>, row: &Row, is_new: bool) -> anyhow::Result<()> {
    let (now, id) = (row.indexed(), row.id.bytes());
    let known = if is_new { BTreeSet::new() } else { of(db, &row.id)? };
    for (name, value) in known.difference(&now) {
        db.run("DELETE FROM facts WHERE record = ?1 AND name = ?2 AND value = ?3", args![id, name, value])?;
    }
    let new: Vec<_> = now.difference(&known).collect();
    if new.is_empty() {
        return Ok(());
    }
    // All in one statement: each is a way to a database elsewhere.
    let places: Vec<String> = (0..new.len()).map(|n| format!("(?1, ?{}, ?{})", 2 * n + 2, 2 * n + 3)).collect();
    let values = new.iter().flat_map(|(name, value)| [Sql::from(name), value.into()]);
    let args: Vec<Sql> = std::iter::once(Sql::from(id)).chain(values).collect();
    db.run(&format!("INSERT INTO facts (record, name, value) VALUES {}", places.join(", ")), &args)?;
    Ok(())
}

/// What is written down of a record.
///
/// # Errors
/// The database's.
pub fn of(db: &Db<'_>, record: &RecordId) -> anyhow::Result<BTreeSet<(String, String)>> {
    let sql = "SELECT name, value FROM facts WHERE record = ?1";
    Ok(db.rows(sql, args![record.bytes()], |r| Ok((r.text(0)?, r.text(1)?)))?.into_iter().collect())
}
