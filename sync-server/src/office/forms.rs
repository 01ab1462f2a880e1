//! Forms that the county writes for itself: taken in, tried in one area, published, offered no more. A version that was published anywhere
//! never changes again, because records name it.
use crate::office::registry::count_change;
use crate::store::db::{Db, DbResult, SqlRow, args};
use domain::api::{FormLine, Publication};
use domain::sync::FormEntry;
use domain::{AreaCode, Hash, Timestamp};
use forms::sheet::file::{self, Unreadable};
use forms::sheet::rows::{Mistake, Row, Workbook};
use forms::{Form, Forms};
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// Why a form was not taken in or published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormProblem {
    /// This version was published and says something else.
    Published(String),
    /// No form of this name was taken in.
    Unknown(String),
    /// Its id is that of a form and it is a type of matter, or the other way round.
    OtherUse(String),
    /// Its name or its version is none that a record could name it by.
    BadName(String),
    /// Repeats lie too deep in each other.
    TooDeep,
    /// It is larger than a form may be.
    TooLarge,
    /// There is no such area.
    NoArea(String),
    /// Somebody else took this version in, and has not published it yet.
    Others(String),
}

impl std::error::Error for FormProblem {}
impl std::fmt::Display for FormProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FormProblem::Published(name) => {
                write!(
                    f,
                    "{name} 已经发布，发布过的版本不能改：请在“设置”表换一个版本号再导入 / {name} is published and does not change: give it another version"
                )
            }
            FormProblem::OtherUse(id) => {
                write!(
                    f,
                    "编号 {id} 已经用在别的上（表单和事项类型不能同一个编号）：请换一个编号 / a form and a type of matter cannot have one id: {id}"
                )
            }
            FormProblem::Unknown(name) => write!(f, "没有导入过 {name} / no form {name} was imported"),
            FormProblem::BadName(name) => write!(
                f,
                "编号和版本各最多 {MOST_NAME} 个字，里面没有空格和 @：{name:?} / a form's id and its version have {MOST_NAME} characters at most, no spaces and no @"
            ),
            FormProblem::TooDeep => write!(f, "重复组最多套三层 / repeats lie in each other three deep at most"),
            FormProblem::NoArea(area) => write!(f, "没有 {area} 这个区划，请核对 / there is no area {area}"),
            FormProblem::Others(name) => {
                write!(f, "{name} 是别人导入的，还没有发布：请换一个编号或版本 / somebody else took {name} in: give yours another id or version")
            }
            FormProblem::TooLarge => write!(f, "表单太大 / the form is too large"),
        }
    }
}

/// Longest id, and longest version, characters.
const MOST_NAME: usize = 60;

/// Who takes a form in.
pub struct Importer<'i> {
    /// Her id; empty: the operator of the server.
    pub staff: &'i str,
    /// Whether she may replace what somebody else took in and nobody published.
    pub any: bool,
}

/// Takes a form in, of which nothing is wrong. One that says no version gets the next number, or keeps the one under which it is known already.
/// Gives its name.
///
/// # Errors
/// [`FormProblem`]; the database's.
pub fn import(db: &Db<'_>, book: &Workbook, (id, title): (&str, &str), by: &Importer<'_>, now: Timestamp) -> anyhow::Result<String> {
    let mut book = book.clone();
    let settings = &mut book.settings.get_or_insert_with(|| Row { number: 2, ..Row::default() }).cells;
    settings.insert("form_id".into(), id.to_owned());
    if !settings.contains_key("version") {
        let known = db.rows("SELECT name, body FROM forms WHERE substr(name, 1, length(?1) + 1) = ?1 || '@' ORDER BY n DESC", args![id], |r| {
            Ok((r.text(0)?, r.text(1)?))
        })?;
        for (name, body) in &known {
            let version = name.rsplit_once('@').map(|(_, version)| version).unwrap_or_default();
            book.settings.iter_mut().for_each(|row| _ = row.cells.insert("version".into(), version.to_owned()));
            if file::to_json(&book).is_ok_and(|json| json == *body) {
                return Ok(name.clone());
            }
        }
        let shipped = Forms::shipped();
        let names = known.iter().map(|(name, _)| name.clone()).chain(shipped.all().filter(|form| form.id == id).map(|form| form.name()));
        let numbers = names.filter_map(|name| name.rsplit_once('@')?.1.parse::<u32>().ok());
        let next = numbers.max().unwrap_or(0).saturating_add(1).to_string();
        book.settings.iter_mut().for_each(|row| _ = row.cells.insert("version".into(), next.clone()));
    }
    let version = book.settings.as_ref().and_then(|row| row.cells.get("version")).cloned().unwrap_or_default();
    let (name, body) = kept(&book, id, &version)?;
    let others = db.rows("SELECT body FROM forms WHERE substr(name, 1, length(?1) + 1) = ?1 || '@'", args![id], |r| r.text(0))?;
    if others.iter().filter_map(|body| file::workbook(body).ok()).any(|other| other.matter.is_some() != book.matter.is_some()) {
        return Err(FormProblem::OtherUse(id.to_owned()).into());
    }
    let hash: [u8; 32] = Sha256::digest(&body).into();
    match db.one("SELECT hash, by FROM forms WHERE name = ?1", args![&name], |r| Ok((r.bytes::<32>(0)?, r.text(1)?)))? {
        Some((known, _)) if known == hash => return Ok(name),
        Some((_, owner)) if !by.any && owner != by.staff => return Err(FormProblem::Others(name).into()),
        Some(_) if !publications(db, &name)?.is_empty() => return Err(FormProblem::Published(name).into()),
        _ => {}
    }
    let n = db.one("SELECT coalesce(max(n), 0) + 1 FROM forms", &[], |r| r.int(0))?.unwrap_or(1);
    let sql = "INSERT INTO forms (name, n, title, hash, body, imported, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (name) DO UPDATE SET n = excluded.n, title = excluded.title, hash = excluded.hash, body = excluded.body,
                 imported = excluded.imported, by = excluded.by";
    db.run(sql, args![&name, n, title, &hash, &body, now.0, by.staff])?;
    Ok(name)
}

/// The name of a form and its body as it is kept, where it can be.
fn kept(book: &Workbook, id: &str, version: &str) -> Result<(String, String), FormProblem> {
    let name = format!("{id}@{version}");
    if !is_name(id) || !is_name(version) {
        return Err(FormProblem::BadName(name));
    }
    let body = file::to_json(book).map_err(|_: Unreadable| FormProblem::TooLarge)?;
    let shipped = Forms::shipped();
    if shipped.find(&name).is_some() {
        return Err(FormProblem::Published(name));
    }
    if shipped.all().any(|form| form.id == id && form.matter.is_some() != book.matter.is_some()) {
        return Err(FormProblem::OtherUse(id.to_owned()));
    }
    if !Form::from_kept(&body, 0).is_ok_and(|form| form.fits_records()) {
        return Err(FormProblem::TooDeep);
    }
    Ok((name, body))
}

/// Whether an id or a version is one that a record can name a form by.
fn is_name(text: &str) -> bool {
    let fine = |c: char| !c.is_whitespace() && c != '@' && !domain::shape::is_odd(c);
    !text.is_empty() && text.chars().count() <= MOST_NAME && text.chars().all(fine)
}

/// Why [`import`] would refuse a form of which nothing else is wrong, as far as that is known without the database. `id` is what its settings
/// say, or the file's name.
pub fn refusal(book: &Workbook, id: &str) -> Option<Mistake> {
    let said = |head: &str| book.settings.as_ref().and_then(|row| row.cells.get(head)).map(String::as_str);
    let row = book.settings.as_ref().map_or(2, |row| row.number);
    let mistake = |column, reason: String| Some(Mistake { sheet: "settings".into(), row, column: Some(column), reason });
    if said("form_id").is_none() && !is_name(id) {
        let reason =
            format!("请写上编号：现在用的是文件名“{id}”，里面不能有空格和 @ / put the form's id into the settings: the file's name {id:?} is none");
        return mistake("form_id", reason);
    }
    // One that says no version gets a number that is free.
    let version = said("version");
    match kept(book, id, version.unwrap_or("1")).err()? {
        FormProblem::Published(_) if version.is_none() => None,
        problem @ FormProblem::TooDeep => Some(Mistake { sheet: "survey".into(), row: 1, column: None, reason: problem.to_string() }),
        problem => mistake(if is_name(id) { "version" } else { "form_id" }, problem.to_string()),
    }
}

/// Publishes a form in an area, or everywhere; or offers again what was withdrawn there.
///
/// # Errors
/// [`FormProblem::Unknown`]; the database's.
pub fn publish(db: &Db<'_>, name: &str, area: Option<&AreaCode>, by: &str, now: Timestamp) -> anyhow::Result<()> {
    known(db, name)?;
    // Before the areas are taken in nothing is known of them.
    let any = db.one("SELECT 1 FROM areas LIMIT 1", &[], |r| r.int(0))?.is_some();
    if let Some(area) = area.filter(|_| any)
        && db.one("SELECT 1 FROM areas WHERE code = ?1", args![area.as_str()], |r| r.int(0))?.is_none()
    {
        return Err(FormProblem::NoArea(area.to_string()).into());
    }
    let sql = "INSERT INTO forms_published (name, area, at, by, withdrawn) VALUES (?1, ?2, ?3, ?4, 0)
               ON CONFLICT (name, area) DO UPDATE SET withdrawn = 0";
    db.run(sql, args![name, area.map(AreaCode::as_str).unwrap_or_default(), now.0, by])?;
    Ok(count_change(db)?)
}

/// Nothing new is filled in by it any more, wherever it was published, or `within` these areas; what names it is read as before.
///
/// # Errors
/// As [`publish`].
pub fn withdraw(db: &Db<'_>, name: &str, within: Option<&[AreaCode]>, now: Timestamp) -> anyhow::Result<()> {
    known(db, name)?;
    for place in publications(db, name)?.into_iter().filter(|place| place.withdrawn.is_none()) {
        let hers = |own: &[AreaCode]| place.area.as_ref().is_some_and(|area| own.iter().any(|own| own.contains(area)));
        if within.is_none_or(hers) {
            let sql = "UPDATE forms_published SET withdrawn = ?3 WHERE name = ?1 AND area = ?2";
            db.run(sql, args![name, place.area.as_ref().map(AreaCode::as_str).unwrap_or_default(), now.0])?;
        }
    }
    Ok(count_change(db)?)
}

fn known(db: &Db<'_>, name: &str) -> anyhow::Result<()> {
    let found = db.one("SELECT 1 FROM forms WHERE name = ?1", args![name], |r| r.int(0))?;
    found.map(drop).ok_or_else(|| FormProblem::Unknown(name.to_owned()).into())
}

/// All that were taken in, as they came.
///
/// # Errors
/// The database's.
pub fn list(db: &Db<'_>) -> DbResult<Vec<FormLine>> {
    let sql = "SELECT name, title, hash, imported, by, body FROM forms ORDER BY n";
    let lines = db.rows(sql, &[], |r| {
        let (form, title, hash) = (r.text(0)?, r.text(1)?, Hash(r.bytes(2)?));
        let matter = file::workbook(&r.text(5)?).is_ok_and(|book| book.matter.is_some());
        Ok(FormLine { form, title, matter, hash, imported: Timestamp(r.int(3)?), by: r.text(4)?, published: Vec::new() })
    })?;
    lines.into_iter().map(|line| Ok(FormLine { published: publications(db, &line.form)?, ..line })).collect()
}

fn publications(db: &Db<'_>, name: &str) -> DbResult<Vec<Publication>> {
    let read = |r: &mut SqlRow| {
        let (area, at, by, withdrawn) = (r.text(0)?, Timestamp(r.int(1)?), r.text(2)?, r.int(3)?);
        Ok(Publication { area: area.parse().ok(), at, by, withdrawn: (withdrawn > 0).then_some(Timestamp(withdrawn)) })
    };
    db.rows("SELECT area, at, by, withdrawn FROM forms_published WHERE name = ?1 ORDER BY area", args![name], read)
}

/// Those that are published where somebody works: in one of her areas, around one, or within one.
///
/// # Errors
/// The database's.
pub fn published(db: &Db<'_>, areas: &[AreaCode]) -> DbResult<Vec<FormEntry>> {
    let sql = "SELECT f.name, f.hash, f.n, p.area, p.withdrawn FROM forms f JOIN forms_published p ON p.name = f.name ORDER BY f.n";
    let rows = db.rows(sql, &[], |r| Ok((r.text(0)?, Hash(r.bytes(1)?), r.int(2)?, r.text(3)?, r.int(4)?)))?;
    let mut found: Vec<FormEntry> = Vec::new();
    for (name, hash, n, area, withdrawn) in rows {
        let here = |area: AreaCode| areas.iter().any(|own| own.contains(&area) || area.contains(own));
        if !area.is_empty() && !area.parse::<AreaCode>().is_ok_and(here) {
            continue;
        }
        match found.last_mut().filter(|last| last.name == name) {
            Some(last) => last.offered |= withdrawn == 0,
            None => found.push(FormEntry { name, hash, order: u64::try_from(n).unwrap_or(0), offered: withdrawn == 0 }),
        }
    }
    Ok(found)
}

/// The forms that records may name here: those that ship, and whatever the county published. Read anew when something was published.
#[derive(Default)]
pub struct KnownForms(Mutex<Option<(Published, Forms)>>);

/// How many were published, and which was taken in last: both, since an older one may be published later.
type Published = (i64, i64);

impl KnownForms {
    /// As they are now.
    ///
    /// # Errors
    /// The database's.
    pub fn now(&self, db: &Db<'_>) -> DbResult<Forms> {
        const PUBLISHED: &str = "FROM forms f WHERE EXISTS (SELECT 1 FROM forms_published p WHERE p.name = f.name)";
        let published = db.one(&format!("SELECT count(*), coalesce(max(f.n), 0) {PUBLISHED}"), &[], |r| Ok((r.int(0)?, r.int(1)?)))?;
        let published = published.unwrap_or_default();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, forms)) = known.as_ref().filter(|(of, _)| *of == published) {
            return Ok(forms.clone());
        }
        let bodies = db.rows(&format!("SELECT f.body, f.n {PUBLISHED}"), &[], |r| Ok((r.text(0)?, r.int(1)?)))?;
        let read = bodies.iter().filter_map(|(body, n)| Form::from_kept(body, u64::try_from(*n).unwrap_or(0)).ok());
        let forms = Forms::shipped().with(read);
        *known = Some((published, forms.clone()));
        Ok(forms)
    }
}

/// The body of a form that was published where somebody works.
///
/// # Errors
/// The database's.
pub fn body(db: &Db<'_>, areas: &[AreaCode], hash: &Hash) -> DbResult<Option<String>> {
    if !published(db, areas)?.iter().any(|entry| entry.hash == *hash) {
        return Ok(None);
    }
    db.one("SELECT body FROM forms WHERE hash = ?1", args![&hash.0], |r| r.text(0))
}

/// The rows of a form that was taken in, or of one that ships and was written as a workbook.
///
/// # Errors
/// The database's.
pub fn rows(db: &Db<'_>, name: &str) -> DbResult<Option<String>> {
    let body = db.one("SELECT body FROM forms WHERE name = ?1", args![name], |r| r.text(0))?;
    Ok(body.or_else(|| Forms::rows_of(name).map(str::to_owned)))
}

/// The workbook of a form that was taken in, or of one that ships and was written as one.
///
/// # Errors
/// [`FormProblem::Unknown`]; the database's.
pub fn workbook(db: &Db<'_>, name: &str) -> anyhow::Result<Workbook> {
    let body = rows(db, name)?.ok_or_else(|| FormProblem::Unknown(name.to_owned()))?;
    file::workbook(&body).map_err(|_| anyhow::anyhow!("{name} is of a newer program, or damaged"))
}
