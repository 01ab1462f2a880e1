//! A database that cannot be used any more is moved aside, never deleted. What was not yet sent is taken over from it
//! as far as it can be read; everything else comes again from the server.
use super::{Store, meta, open, schema};
use crate::device::key::Secret;
use crate::device::vault::{DATABASE, Vault, database_files};
use crate::record::access;
use crate::{Env, Result, Trouble};
use domain::{Code, RecordId, Timestamp};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// What is taken over: table, columns, which rows. With its document a rescued change can also be seen, not only sent.
const WORTH_SAVING: [(&str, &str, &str); 11] = [
    ("changes", "hash, record, person, bytes, state, reason, created", "state <> 'accepted'"),
    ("intents", "hash, record, intent, state, at", "state <> 'done'"),
    ("drafts", "id, person, form, corrects, answers, last, last_day, started, day, same, of, matter, stage, area, source", "true"),
    ("draft_photos", "id, draft, hash", "true"),
    ("blobs", "hash, state, width, height, size, used, thumb, bytes", "state IN ('pending', 'refused')"),
    ("strays", "hash, record, bytes, given", "true"),
    ("access_log", "n, at, record, what, reason, sent, device", "true"),
    // Where the tables are of an older version.
    ("access_log", "n, at, record, what", "true"),
    ("drafts", "id, person, form, corrects, answers, last, last_day, started, day, same", "true"),
    ("drafts", "id, person, form, corrects, answers, last, last_day, started", "true"),
    ("records", "id, kind, person, area, actor, row, document", "id IN (SELECT record FROM changes WHERE state <> 'accepted')"),
];
/// How often reading a table goes on after a damaged page.
const TRIES: usize = 48;

/// Opens the store; where the database is damaged, moves it aside and starts a new one. Returns the name of the damaged one.
///
/// # Errors
/// All others than damage, for example `DatabaseNewer`: the file stays as it is.
pub fn open_or_start_anew(vault: &dyn Vault, secret: &Secret, env: &dyn Env, thorough: bool) -> Result<(Store, Option<String>)> {
    let file = vault.database(DATABASE);
    match open_filled(&file, secret, thorough) {
        Ok(store) => Ok((store, None)),
        Err(e) if e.is_damage() => {
            let rescued = rescue(&file, secret);
            let aside = move_aside(vault, env.now())?;
            // The same name may stand for another file now.
            let file = vault.database(DATABASE);
            let mut db = open::open(&file, secret, false)?;
            put_back(&mut db, &rescued)?;
            drop(db);
            let mut store = Store::open(&file, secret, false)?;
            store.write(env, super::Durability::Full, restore_reference)?;
            Ok((store, Some(aside)))
        }
        Err(e) => Err(e),
    }
}

/// Opens a store that was filled once: an empty file in its place is as bad as a damaged one.
fn open_filled(file: &str, secret: &Secret, thorough: bool) -> Result<Store> {
    if version(file, secret)? == 0 {
        return Err(Code::DatabaseDamaged.into());
    }
    Store::open(file, secret, thorough)
}

/// Rows by table, as far as they could be read.
pub(crate) type Rescued = Vec<(&'static str, &'static str, Vec<Vec<Cell>>)>;

/// Reads what is worth saving out of a database that nobody holds.
pub(crate) fn rescue(file: &str, secret: &Secret) -> Rescued {
    let meta = ("meta", "key, value", readable(file, secret, "SELECT 0, key, value FROM meta WHERE key = 'reference' AND ?1 = -1"));
    let mut all: Rescued = vec![meta];
    for (table, columns, which) in WORTH_SAVING {
        // Of two ways to read a table the first that reads something.
        if all.iter().any(|(known, _, rows)| *known == table && !rows.is_empty()) {
            continue;
        }
        let sql = format!("SELECT rowid, {columns} FROM {table} WHERE rowid > ?1 AND {which} ORDER BY rowid");
        all.push((table, columns, readable(file, secret, &sql)));
    }
    // A document that cannot be read back is not worth having: its changes are sent all the same.
    for (_, _, rows) in all.iter_mut().filter(|(table, ..)| *table == "records") {
        rows.retain(|row| matches!(row.last(), Some(Cell::Blob(b)) if records::Record::load(b).is_ok()));
    }
    all
}

/// The rows that can be read. After a damaged page SQLCipher answers nothing more on that connection, so the next try is a
/// new one, and it leaves out more and more rows until it is past the damage.
fn readable(file: &str, secret: &Secret, sql: &str) -> Vec<Vec<Cell>> {
    let (mut found, mut after, mut step) = (Vec::new(), -1_i64, 1_i64);
    for _ in 0..TRIES {
        let before = found.len();
        match read_from(file, secret, sql, &mut after, &mut found) {
            Ok(()) => break,
            Err(_) if found.len() > before => step = 1,
            Err(_) => step = step.saturating_mul(2),
        }
        after = after.saturating_add(step);
    }
    found
}

fn read_from(file: &str, secret: &Secret, sql: &str, after: &mut i64, found: &mut Vec<Vec<Cell>>) -> Result<()> {
    let db = open::open_with_key(file, secret)?;
    let mut statement = db.prepare(sql)?;
    let width = statement.column_count();
    let mut rows = statement.query([*after])?;
    while let Some(row) = rows.next()? {
        found.push((1..width).map(|i| row.get::<_, Cell>(i)).collect::<rusqlite::Result<Vec<_>>>()?);
        *after = row.get(0)?;
    }
    Ok(())
}

fn put_back(db: &mut Connection, rescued: &Rescued) -> Result<()> {
    let tx = db.transaction()?;
    for (table, columns, rows) in rescued {
        insert(&tx, table, columns, rows)?;
    }
    tx.commit()?;
    Ok(())
}

fn insert(db: &Connection, table: &str, columns: &str, rows: &[Vec<Cell>]) -> Result<()> {
    let marks = vec!["?"; columns.split(',').count()].join(", ");
    let mut insert = db.prepare(&format!("INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})"))?;
    for row in rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

/// Table and columns, if they are among those worth saving.
pub(crate) fn known(table: &str, columns: &str) -> Option<(&'static str, &'static str)> {
    WORTH_SAVING.iter().find(|(t, c, _)| (*t, *c) == (table, columns)).map(|(t, c, _)| (*t, *c))
}

/// Takes what was rescued from a former device into a store that is in use, beside what is there. Returns the records concerned.
pub(crate) fn take_over(tx: &mut super::Tx<'_>, rescued: &Rescued) -> Result<Vec<RecordId>> {
    let mut concerned = Vec::new();
    for (table, columns, rows) in rescued {
        match *table {
            "meta" => {}
            "access_log" => rows.iter().try_for_each(|row| access::inherit(tx.db, row))?,
            "records" => concerned.extend(rows.iter().filter_map(|row| merge(tx, row).transpose()).collect::<Result<Vec<_>>>()?),
            _ => insert(tx.db, table, columns, rows)?,
        }
    }
    Ok(concerned)
}

/// A document with what was not sent: its changes go into the one that is here. Where the two do not go together, the server's word
/// on each of them, once sent, says what becomes of it.
fn merge(tx: &mut super::Tx<'_>, row: &[Cell]) -> Result<Option<RecordId>> {
    let [Cell::Blob(_), _, _, Cell::Text(area), actor, _, Cell::Blob(document)] = row else { return Ok(None) };
    let theirs = records::Record::load(document)?;
    let id = theirs.id();
    let changes: Vec<Vec<u8>> = theirs.changes().into_iter().map(|change| change.bytes).collect();
    match tx.absorb(id, &changes) {
        Ok(_) | Err(Trouble::Record(_)) => {}
        Err(Trouble::Failure(f)) if f.code == Code::NotFound => {
            let area = area.parse().map_err(|_| Trouble::Unreadable)?;
            tx.put(id, &area, &theirs.save(), &theirs.row()?)?;
            tx.db.execute("UPDATE records SET actor = ?2 WHERE id = ?1", rusqlite::params![id.bytes(), actor])?;
        }
        Err(e) => return Err(e),
    }
    tx.touch(theirs.person());
    Ok(Some(id))
}

/// The index of what was rescued. The cursor was not: the next sync brings everything.
fn restore_reference(tx: &mut super::Tx<'_>) -> Result<()> {
    if let Some(reference) = meta::get(tx.db, meta::REFERENCE)? {
        tx.put_reference(reference)?;
    }
    tx.reindex_all()
}

/// Gives a database another name, with all that SQLite keeps beside it.
///
/// # Errors
/// `Storage`.
pub fn move_aside(vault: &dyn Vault, now: Timestamp) -> Result<String> {
    let stem = format!("{DATABASE}.damaged-{}", now.local().format("%Y%m%d-%H%M%S"));
    let taken = vault.names()?;
    let free = (1..1000).map(|n| if n == 1 { stem.clone() } else { format!("{stem}-{n}") }).find(|name| !taken.contains(name));
    let aside = free.ok_or(Trouble::from(Code::Storage))?;
    // The log beside it goes first: should the power fail between, it must never meet the new database.
    let (old, new) = (database_files(DATABASE), database_files(&aside));
    for (from, to) in old.iter().zip(&new).rev() {
        vault.rename(from, to)?;
    }
    Ok(aside)
}

/// The version of the tables in a file, for tests and support.
pub fn version(file: &str, secret: &Secret) -> Result<i64> {
    let db = open::open_with_key(file, secret)?;
    Ok(db.query_row("PRAGMA user_version", [], |r| r.get(0)).optional()?.unwrap_or(schema::VERSION))
}
