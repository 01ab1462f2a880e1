//! The tables, by version and dialect, and how a database of before is brought to them. The meaning of a table or column never changes; a
//! later version adds some.
use crate::store::db::{Db, args};
use crate::store::{documents, facts, meta, photos, place};
use anyhow::bail;
use domain::{Hash, Row};
use records::Record;

/// What one version adds.
struct Tables {
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! tables {
    ($($version:literal)+) => {
        [$(Tables {
            sqlite: include_str!(concat!("schema/sqlite/", $version, ".sql")),
            postgres: include_str!(concat!("schema/postgres/", $version, ".sql")),
        }),+]
    };
}

const TABLES: [Tables; 8] = tables!("1" "2" "3" "4" "5" "6" "7" "8");

/// Version of the tables: `user_version` in SQLite, `schema` in `meta` of PostgreSQL.
pub const VERSION: i64 = TABLES.len() as i64;

/// Where a PostgreSQL keeps its version, which is asked first.
pub const META: &str = "CREATE TABLE IF NOT EXISTS meta (key TEXT COLLATE \"C\" PRIMARY KEY, value TEXT COLLATE \"C\" NOT NULL)";

/// Brings a database of this version, 0 an empty one, to today's.
///
/// # Errors
/// The database's; and when it is a newer program's.
pub fn migrate(db: &Db<'_>, version: i64, new_epoch: u64) -> anyhow::Result<()> {
    if version > VERSION {
        bail!("the database was written by a newer version of this program (schema {version}); use that one");
    }
    for tables in TABLES.iter().skip(usize::try_from(version)?) {
        db.batch(if let Db::Sqlite(_) = db { tables.sqlite } else { tables.postgres })?;
    }
    // What is in them comes after all of them: it is read as this program reads.
    if version < 1 {
        meta::set_meta(db, "epoch", &new_epoch.to_string())?;
    }
    if version < 4 {
        date_records(db)?;
    }
    if version < 6 {
        photos::find_owners(db)?;
        renew_rows(db)?;
        place::place_all(db)?;
        rename_foreign(db)?;
    }
    if version < 7 {
        write_heads(db)?;
    }
    Ok(())
}

/// What was refused as another device's or another's writing gets the name that it has since version 6.
fn rename_foreign(db: &Db<'_>) -> anyhow::Result<()> {
    let sql = "SELECT hash, device, reason FROM quarantine WHERE reason LIKE '%\"actor\"%' OR reason LIKE '%\"author\"%'";
    for (hash, device) in db.rows(sql, &[], |r| Ok((Hash(r.bytes(0)?), r.bytes(1)?)))? {
        db.run("UPDATE quarantine SET hash = ?2 WHERE hash = ?1", args![&hash.0, &documents::foreign_name(&hash, &device).0])?;
    }
    Ok(())
}

fn date_records(db: &Db<'_>) -> anyhow::Result<()> {
    for (id, row) in db.rows("SELECT id, row FROM records WHERE rank > 0", &[], |r| Ok((r.blob(0)?, r.blob(1)?)))? {
        db.run("UPDATE records SET at = ?2 WHERE id = ?1", args![id, documents::moment(&rmp_serde::from_slice(&row)?)])?;
    }
    Ok(())
}

/// Rows of files say when a category ends; those of before left such categories out, and packs carry them.
fn renew_rows(db: &Db<'_>) -> anyhow::Result<()> {
    for id in db.rows("SELECT id FROM records WHERE kind = 'person'", &[], |r| r.blob(0))? {
        let document = db.one("SELECT document FROM records WHERE id = ?1", args![&id], |r| r.blob(0))?.unwrap_or_default();
        // One that cannot be read is no reason not to serve the others.
        let Ok(row) = Record::load_own(&document).and_then(|record| record.row()) else { continue };
        db.run("UPDATE records SET row = ?2 WHERE id = ?1", args![&id, rmp_serde::to_vec_named(&row)?])?;
    }
    db.run("UPDATE packs SET replaced = made WHERE replaced = 0", &[])?;
    Ok(())
}

/// What rows say, beside the records.
fn write_heads(db: &Db<'_>) -> anyhow::Result<()> {
    for table in ["records", "aside"] {
        for id in db.rows(&format!("SELECT id FROM {table}"), &[], |r| r.blob(0))? {
            let packed = db.one(&format!("SELECT row FROM {table} WHERE id = ?1"), args![&id], |r| r.blob(0))?.unwrap_or_default();
            // One that cannot be read, nor be made anew, is no reason not to serve the others.
            let Some(row) = rmp_serde::from_slice::<Row>(&packed).ok().or_else(|| row_of(db, table, &id)) else { continue };
            let sql = format!("UPDATE {table} SET by = ?2, state = ?3, open = ?4 WHERE id = ?1");
            db.run(&sql, args![&id, documents::by(&row), &row.state, i64::from(row.open)])?;
            if table == "records" {
                facts::put(db, &row, false)?;
            }
        }
    }
    Ok(())
}

/// The row of a document as this program makes it.
fn row_of(db: &Db<'_>, table: &str, id: &[u8]) -> Option<Row> {
    let document = db.one(&format!("SELECT document FROM {table} WHERE id = ?1"), args![id], |r| r.blob(0)).ok()??;
    Record::load_own(&document).and_then(|record| record.row()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables as SQLite has them in PostgreSQL's words. Texts compare byte by byte there as they do here.
    fn in_postgres_words(sql: &str) -> String {
        let words = [
            (" STRICT, WITHOUT ROWID", ""),
            (" STRICT", ""),
            ("x''", "''::bytea"),
            (" INTEGER", " BIGINT"),
            (" BLOB", " BYTEA"),
            (" TEXT", " TEXT COLLATE \"C\""),
        ];
        words.iter().fold(sql.to_owned(), |sql, (from, to)| sql.replace(from, to))
    }

    fn statements(sql: &str) -> Vec<String> {
        let lines: Vec<&str> = sql.lines().filter_map(|line| line.split("--").next()).collect();
        lines.join(" ").split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|one| !one.is_empty()).collect()
    }

    #[test]
    fn both_dialects_have_the_same_tables() {
        for (n, tables) in (1..).zip(&TABLES) {
            assert_eq!(statements(&in_postgres_words(tables.sqlite)), statements(tables.postgres), "version {n}");
        }
        assert!(statements(TABLES[0].sqlite).iter().any(|one| one.starts_with("CREATE TABLE records")));
    }
}
