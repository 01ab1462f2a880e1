//! What a device leaves behind that was stopped, or begun anew because its PIN was forgotten. What it had not uploaded is never
//! destroyed: it lies sealed, and comes back once the office, or the old PIN, opens it.
use crate::core::Joining;
use crate::device::key::{KeyFile, Secret};
use crate::device::pin::Pin;
use crate::device::seal;
use crate::device::vault::{DATABASE, JOINING, KEY, Vault, database_files};
use crate::server::rebase::rebase;
use crate::store::damage::{self, Rescued};
use crate::store::{Durability, changes, migrate_by_key};
use crate::{Core, Env, Result, Trouble};
use domain::api::Left;
use domain::sync::{DeviceKey, MAX_FORMER, Reference};
use domain::{Code, DeviceId, Failure, RecordId, Timestamp};
use rusqlite::types::Value as Cell;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// What a stopped device had not uploaded: this, then its id.
const UNSENT: &str = "unsent-";
/// Behind the names of what was put aside: this, then the moment.
const ASIDE: &str = ".old-";
/// The same once all that could be read of a damaged database was brought back.
const DONE: &str = ".done-";

/// Something that lies here.
enum Lying {
    /// A sealed file of this device.
    Sealed(DeviceId),
    /// A database that was put aside, by its key file.
    Aside(Box<KeyFile>),
}

fn all(vault: &dyn Vault) -> Result<Vec<Lying>> {
    let mut found = Vec::new();
    for name in vault.names()? {
        if let Some(id) = name.strip_prefix(UNSENT) {
            found.extend(id.parse().map(Lying::Sealed));
        } else if name.strip_prefix(KEY).is_some_and(|rest| rest.starts_with(ASIDE)) {
            // One that cannot be read stays where it is.
            found.extend(KeyFile::read_as(vault, &name).ok().flatten().map(|file| Lying::Aside(Box::new(file))));
        }
    }
    Ok(found)
}

/// What lies here, for people.
pub(crate) fn list(vault: &dyn Vault, now: Timestamp) -> Result<Vec<Left>> {
    let shown = |lying| match lying {
        Lying::Sealed(id) => Left { name: format!("{UNSENT}{id}"), at: None, by_pin: false, phrase: false, wait: 0 },
        Lying::Aside(file) => {
            let at = file.name.rsplit('-').next().and_then(|at| at.parse().ok()).map(Timestamp);
            Left { at, by_pin: true, phrase: file.phrase, wait: file.wait(now), name: file.name }
        }
    };
    Ok(all(vault)?.into_iter().map(shown).collect())
}

/// The devices whose key would open something here.
pub(crate) fn former(vault: &dyn Vault) -> Result<Vec<DeviceId>> {
    let of = |lying| match lying {
        Lying::Sealed(id) => Some(id),
        Lying::Aside(file) => file.device.filter(|_| !file.is_only_by_pin()),
    };
    Ok(all(vault)?.into_iter().filter_map(of).take(MAX_FORMER).collect())
}

/// What the device called itself when it last tried to join, and has not joined yet.
pub(crate) fn joining(vault: &dyn Vault) -> Result<Option<Joining>> {
    Ok(vault.read(JOINING)?.map(Zeroizing::new).and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Puts key and database aside, unread. The key goes first: cut off in between, the device goes on joining, and the database follows.
pub(crate) fn put_aside(vault: &dyn Vault, now: Timestamp) -> Result<()> {
    vault.rename(KEY, &format!("{KEY}{ASIDE}{}", now.0))?;
    put_beside_key(vault)
}

/// Puts the database beside its key, where only that was put aside so far.
pub(crate) fn put_beside_key(vault: &dyn Vault) -> Result<()> {
    let names = vault.names()?;
    let has = |name: &str| names.iter().any(|n| n == name);
    if has(KEY) || !has(DATABASE) {
        return Ok(());
    }
    let waits = |lying: &Lying| matches!(lying, Lying::Aside(file) if !has(&database_of(&file.name)));
    let Some(Lying::Aside(file)) = all(vault)?.into_iter().find(waits) else { return Ok(()) };
    let (old, new) = (database_files(DATABASE), database_files(&database_of(&file.name)));
    // The log beside it goes first: it must never meet another database.
    for (from, to) in old.iter().zip(&new).rev() {
        vault.rename(from, to)?;
    }
    Ok(())
}

/// The database's name beside a key file's.
fn database_of(key: &str) -> String {
    key.replacen(KEY, DATABASE, 1)
}

/// One column's value, as it is written.
#[derive(Serialize, Deserialize)]
enum Written {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(#[serde(with = "serde_bytes")] Vec<u8>),
}

/// Table, columns, rows.
type Bundle = Vec<(String, String, Vec<Vec<Written>>)>;

/// Seals what was not uploaded of a database that nobody holds any more. No file where there is nothing.
pub(crate) fn seal_unsent(vault: &dyn Vault, secret: &Secret, key: &DeviceKey, env: &dyn Env) -> Result<()> {
    let rescued = damage::rescue(&vault.database(DATABASE), secret);
    let write = |cell| match cell {
        Cell::Null => Written::Null,
        Cell::Integer(n) => Written::Int(n),
        Cell::Real(n) => Written::Real(n),
        Cell::Text(text) => Written::Text(text),
        Cell::Blob(bytes) => Written::Blob(bytes),
    };
    let worth = rescued.into_iter().filter(|(table, _, rows)| *table != "meta" && !rows.is_empty());
    let rows = |rows: Vec<Vec<Cell>>| rows.into_iter().map(|row| row.into_iter().map(write).collect()).collect();
    let bundle: Bundle = worth.map(|(table, columns, all)| (table.to_owned(), columns.to_owned(), rows(all))).collect();
    if bundle.is_empty() {
        return Ok(());
    }
    let plain = zstd::bulk::compress(&rmp_serde::to_vec(&bundle)?, 3).map_err(|_| Failure::from(Code::Internal))?;
    Ok(vault.write(&format!("{UNSENT}{}", secret.device), &seal::seal(key, seal::UNSENT, &plain, env)?)?)
}

fn read_sealed(vault: &dyn Vault, name: &str, key: &DeviceKey) -> Result<Rescued> {
    let plain = seal::open(key, seal::UNSENT, &vault.read(name)?.ok_or(Failure::from(Code::NotFound))?)?;
    let bytes = zstd::stream::decode_all(plain.as_slice()).map_err(|_| Trouble::Unreadable)?;
    let bundle: Bundle = rmp_serde::from_slice(&bytes)?;
    let read = |written| match written {
        Written::Null => Cell::Null,
        Written::Int(n) => Cell::Integer(n),
        Written::Real(n) => Cell::Real(n),
        Written::Text(text) => Cell::Text(text),
        Written::Blob(bytes) => Cell::Blob(bytes),
    };
    let rows = |rows: Vec<Vec<Written>>| rows.into_iter().map(|row| row.into_iter().map(read).collect()).collect();
    let known = |(table, columns, all): (String, String, _)| damage::known(&table, &columns).map(|(t, c)| (t, c, rows(all)));
    Ok(bundle.into_iter().filter_map(known).collect())
}

/// What of a database that was put aside is worth bringing back, and whether all of it could be read.
fn read_aside(vault: &dyn Vault, key: &str, secret: &Secret) -> Result<(Rescued, bool)> {
    let name = database_of(key);
    for beside in ["-wal", "-shm"] {
        // As versions before this one named them.
        let moment = name.strip_prefix(DATABASE).unwrap_or_default();
        vault.rename(&format!("{DATABASE}{beside}{moment}"), &format!("{name}{beside}"))?;
    }
    if !vault.names()?.contains(&name) {
        return Ok((Vec::new(), true));
    }
    let file = vault.database(&name);
    let whole = migrate_by_key(&file, secret).is_ok();
    Ok((damage::rescue(&file, secret), whole))
}

/// Brings back what the server gave the keys of. Returns the records that changed. What does not open stays where it is.
pub(crate) fn bring_back(core: &mut Core, released: &[(DeviceId, DeviceKey)]) -> Result<BTreeSet<RecordId>> {
    let mut changed = BTreeSet::new();
    for (device, key) in released {
        for lying in all(core.vault())? {
            match back(core, &lying, device, key) {
                Ok(records) => changed.extend(records),
                Err(Trouble::Database(e)) => return Err(e.into()),
                Err(_) => {}
            }
        }
    }
    Ok(changed)
}

fn back(core: &mut Core, lying: &Lying, device: &DeviceId, key: &DeviceKey) -> Result<BTreeSet<RecordId>> {
    match lying {
        Lying::Sealed(id) if id == device => {
            let name = format!("{UNSENT}{id}");
            let rescued = read_sealed(core.vault(), &name, key)?;
            let changed = take_over(core, &rescued, true)?;
            core.vault().remove(&name)?;
            Ok(changed)
        }
        Lying::Aside(file) if file.device.as_ref() == Some(device) && !file.is_only_by_pin() => {
            let (rescued, whole) = read_aside(core.vault(), &file.name, &file.open_by_office(key)?)?;
            let changed = take_over(core, &rescued, true)?;
            clear(core.vault(), file, whole)?;
            Ok(changed)
        }
        _ => Ok(BTreeSet::new()),
    }
}

/// Brings back what an old PIN opens. Returns the records that changed.
///
/// # Errors
/// As [`KeyFile::try_pin`]; `NotFound`; `NotAllowed` when it belonged to somebody else.
pub(crate) fn by_pin(core: &mut Core, name: &str, pin: &str) -> Result<BTreeSet<RecordId>> {
    let me = core.view()?.book.me()?.id.clone();
    let pin = Pin::read(pin)?;
    let named = |lying| match lying {
        Lying::Aside(file) if file.name == name => Some(file),
        _ => None,
    };
    let mut file = all(core.vault())?.into_iter().find_map(named).ok_or(Failure::from(Code::NotFound))?;
    let secret = file.try_pin(&pin, core.hardening(), core.vault(), core.env().now())?;
    let (rescued, whole) = read_aside(core.vault(), name, &secret)?;
    let reference = rescued.iter().filter(|(table, ..)| *table == "meta").flat_map(|(.., rows)| rows).find_map(|row| match row.as_slice() {
        [_, Cell::Blob(value)] => serde_json::from_slice::<Reference>(value).ok(),
        _ => None,
    });
    if reference.is_none_or(|reference| reference.me.id != me) {
        return Err(Code::NotAllowed.into());
    }
    // The server was told whose place this device took, except by versions before this one.
    let changed = take_over(core, &rescued, file.device.is_some())?;
    clear(core.vault(), &file, whole)?;
    Ok(changed)
}

/// Removes what was put aside once it is taken over; a database that could not be read to its end stays, and is not asked about again.
fn clear(vault: &dyn Vault, file: &KeyFile, whole: bool) -> Result<()> {
    if !whole {
        return Ok(vault.rename(&file.name, &file.name.replacen(ASIDE, DONE, 1))?);
    }
    for name in database_files(&database_of(&file.name)) {
        vault.remove(&name)?;
    }
    Ok(vault.remove(&file.name)?)
}

fn take_over(core: &mut Core, rescued: &Rescued, same_writer: bool) -> Result<BTreeSet<RecordId>> {
    let taken = core.transact(Durability::Full, |tx| {
        let concerned = damage::take_over(tx, rescued)?;
        if !same_writer {
            // The server knows the old device as the one that writes under these names.
            for id in &concerned {
                let unsent = changes::unsent_of(tx.db, *id)?;
                rebase(tx, *id, &unsent, &[])?;
            }
        }
        Ok(())
    });
    taken.map(|((), changed)| changed)
}
