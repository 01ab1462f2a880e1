//! Forms that the county wrote: kept here as long as they are published where the caller works, or a visit names them.
use crate::Result;
use crate::store::meta;
use domain::Hash;
use domain::sync::Reference;
use forms::{Form, Forms};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

/// A county's own version of a form that ships is newer than what ships.
const COUNTY: u64 = 1 << 32;

/// The forms of a program and those kept here. One that only a newer program can read waits for it.
pub fn all(db: &Connection, reference: Option<&Reference>) -> Result<Forms> {
    let mut statement = db.prepare_cached("SELECT hash, body FROM forms")?;
    let kept = statement.query_map([], |r| Ok((r.get::<_, [u8; 32]>(0)?, r.get::<_, String>(1)?)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let form = |(hash, body): &([u8; 32], String)| {
        let entry = reference.into_iter().flat_map(|r| &r.forms).find(|entry| entry.hash.0 == *hash);
        let mut form = Form::from_kept(body, entry.map_or(0, |entry| COUNTY + entry.order)).ok()?;
        form.offered = entry.is_some_and(|entry| entry.offered);
        Some(form)
    };
    let forms = Forms::shipped().with(kept.iter().filter_map(form));
    Ok(meta::get::<String>(db, meta::SPEECH)?.map_or(forms.clone(), |language| forms.speaking(&language)))
}

/// Those that are published and not here.
pub fn missing(db: &Connection, reference: &Reference) -> Result<Vec<Hash>> {
    let mut statement = db.prepare_cached("SELECT 1 FROM forms WHERE hash = ?1")?;
    let mut missing = Vec::new();
    for entry in &reference.forms {
        if !statement.exists([entry.hash.0])? {
            missing.push(entry.hash);
        }
    }
    Ok(missing)
}

/// Keeps the body of a published form, when it is that; whether it is.
pub fn keep(db: &Connection, reference: &Reference, hash: &Hash, body: &str) -> Result<bool> {
    let entry = reference.forms.iter().find(|entry| entry.hash == *hash);
    let Some(entry) = entry.filter(|_| <[u8; 32]>::from(Sha256::digest(body)) == hash.0) else { return Ok(false) };
    let sql = "INSERT INTO forms (hash, name, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![hash.0, entry.name, body])?;
    Ok(true)
}

/// Forgets what is published no more and no visit or draft names.
pub fn forget(db: &Connection, reference: &Reference) -> Result<()> {
    let mut statement = db.prepare_cached("SELECT hash FROM forms")?;
    let kept = statement.query_map([], |r| r.get::<_, [u8; 32]>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let published = |hash: &[u8; 32]| reference.forms.iter().any(|entry| entry.hash.0 == *hash);
    let sql = "DELETE FROM forms WHERE hash = ?1 AND name NOT IN (SELECT form FROM drafts UNION SELECT value FROM facts WHERE name = 'form')";
    for hash in kept.iter().filter(|hash| !published(hash)) {
        db.prepare_cached(sql)?.execute([hash])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy::Policy;
    use domain::roles::Role;
    use domain::staff::Staff;
    use domain::sync::FormEntry;

    const BODY: &str = r#"{"format":1,"settings":{"form_id":"entry","version":"1"},"survey":[{"type":"text","name":"a","label":"A"}]}"#;

    fn reference(bodies: &[&str]) -> Reference {
        let entry = |body: &&str| FormEntry { name: "entry@1".into(), hash: Hash(Sha256::digest(body).into()), order: 1, offered: true };
        let me = Staff { id: "S001".parse().unwrap(), name: "李秀梅".into(), role: Role::ChildDirector, areas: Vec::new() };
        Reference {
            version: 1,
            me,
            county: String::new(),
            areas: Vec::new(),
            staff: Vec::new(),
            policy: Policy::shipped(),
            devices: Vec::new(),
            forms: bodies.iter().map(entry).collect(),
        }
    }

    #[test]
    fn a_form_is_what_its_hash_says_or_none() {
        let mut db = Connection::open_in_memory().unwrap();
        crate::store::schema::migrate(&mut db).unwrap();
        let newer = BODY.replace("\"format\":1", "\"format\":9");
        let known = reference(&[BODY, &newer, "[]"]);
        let [good, later, none] = known.forms.iter().map(|entry| entry.hash).collect::<Vec<_>>()[..] else { panic!() };
        assert!(!keep(&db, &known, &good, "another").unwrap() && !keep(&db, &reference(&[]), &good, BODY).unwrap());
        assert_eq!(missing(&db, &known).unwrap(), [good, later, none]);
        for (hash, body) in [(good, BODY), (later, newer.as_str()), (none, "[]")] {
            assert!(keep(&db, &known, &hash, body).unwrap() && keep(&db, &known, &hash, body).unwrap());
        }
        assert!(missing(&db, &known).unwrap().is_empty());
        // What a newer program wrote, and what is no form, keep the others from nobody.
        let forms = all(&db, Some(&known)).unwrap();
        assert!(forms.find("entry@1").is_some_and(|form| form.offered) && forms.all().count() == Forms::shipped().all().count() + 1);
        assert!(all(&db, None).unwrap().find("entry@1").is_some_and(|form| !form.offered), "it is read, and offered no more");
    }
}
