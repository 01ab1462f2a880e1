//! A draft as it is kept: what filling it in, its photos and the lists ask of it.
use crate::store::{Tx, View, id_at, uuid_at};
use crate::{Result, Trouble};
use chrono::NaiveDate;
use domain::form::Answers;
use domain::{AreaCode, Code, RecordId, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

/// What a draft is of.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Of {
    Visit,
    /// A visit that was made is corrected.
    Correction(RecordId),
    /// A matter is begun: of a village, or of the person.
    Matter {
        area: Option<AreaCode>,
        /// What it comes from.
        source: Option<RecordId>,
    },
    /// A matter is moved.
    Step {
        matter: RecordId,
        stage: String,
    },
    /// What was said in a matter is changed.
    Answers(RecordId),
}

impl Of {
    /// Its word in the table.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Of::Visit | Of::Correction(_) => "visit",
            Of::Matter { .. } => "matter",
            Of::Step { .. } => "step",
            Of::Answers(_) => "answers",
        }
    }
    /// The visit that is corrected.
    pub(crate) fn corrects(&self) -> Option<RecordId> {
        if let Of::Correction(visit) = self { Some(*visit) } else { None }
    }
    /// The matter that is there already.
    pub(crate) fn matter(&self) -> Option<RecordId> {
        match self {
            Of::Step { matter, .. } | Of::Answers(matter) => Some(*matter),
            _ => None,
        }
    }
    pub(crate) fn is_visit(&self) -> bool {
        matches!(self, Of::Visit | Of::Correction(_))
    }
}

/// A draft as it is kept.
pub(crate) struct DraftRow {
    pub(crate) id: Uuid,
    pub(crate) of: Of,
    /// Nil of a village's matter.
    pub(crate) person: RecordId,
    pub(crate) form: String,
    pub(crate) answers: Answers,
    /// Of a visit what the one before proposes; of a matter what it said when the draft was begun.
    pub(crate) last: Answers,
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) started: Timestamp,
    /// The day of the visit, once it was said.
    pub(crate) day: Option<NaiveDate>,
    /// "As last time" was said.
    pub(crate) same: bool,
}

/// How one is read, before a condition.
pub(crate) const COLUMNS: &str =
    "SELECT id, person, form, corrects, answers, last, last_day, started, day, same, of, matter, stage, area, source FROM drafts";

/// Reads one.
pub(crate) fn kept(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    let unreadable = || rusqlite::Error::InvalidQuery;
    let json = |i: usize| -> rusqlite::Result<Answers> { serde_json::from_str(&row.get::<_, String>(i)?).map_err(|_| unreadable()) };
    let id = |i: usize| row.get::<_, Option<[u8; 16]>>(i).map(|bytes| bytes.map(|bytes| RecordId(Uuid::from_bytes(bytes))));
    let of = match row.get::<_, String>(10)?.as_str() {
        "matter" => {
            let area = row.get::<_, Option<String>>(13)?.map(|code| code.parse().map_err(|_| unreadable())).transpose()?;
            Of::Matter { area, source: id(14)? }
        }
        "step" => Of::Step { matter: id(11)?.ok_or_else(unreadable)?, stage: row.get(12)? },
        "answers" => Of::Answers(id(11)?.ok_or_else(unreadable)?),
        _ => id(3)?.map_or(Of::Visit, Of::Correction),
    };
    Ok(DraftRow {
        id: uuid_at(row, 0)?,
        of,
        person: id_at(row, 1)?,
        form: row.get(2)?,
        answers: json(4)?,
        last: json(5)?,
        last_day: row.get::<_, Option<String>>(6)?.and_then(|d| d.parse().ok()),
        started: Timestamp(row.get(7)?),
        day: row.get::<_, Option<String>>(8)?.and_then(|d| d.parse().ok()),
        same: row.get(9)?,
    })
}

/// One by its id.
pub(crate) fn find(view: &View<'_>, draft: Uuid) -> Result<DraftRow> {
    let found = view.db.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?.query_row([draft.as_bytes()], kept).optional()?;
    found.ok_or(Code::NotFound.into())
}

/// The oldest that is of the same: what was begun is gone on with. Any version of the form will do for what is new.
pub(crate) fn unfinished(view: &View<'_>, person: RecordId, of: &Of, form: &str) -> Result<Option<DraftRow>> {
    let (stage, area, source) = match of {
        Of::Step { stage, .. } => (Some(stage.clone()), None, None),
        Of::Matter { area, source } => (None, area.as_ref().map(|area| area.as_str().to_owned()), *source),
        _ => (None, None, None),
    };
    let sql = format!(
        "{COLUMNS} WHERE person = ?1 AND of = ?2 AND corrects IS ?3 AND substr(form, 1, length(?4)) = ?4 AND matter IS ?5 AND stage IS ?6 AND area IS ?7
         AND source IS ?8 ORDER BY started LIMIT 1"
    );
    let bytes = |id: Option<RecordId>| id.map(|id| *id.bytes());
    let same = params![person.bytes(), of.code(), bytes(of.corrects()), form, bytes(of.matter()), stage, area, bytes(source)];
    Ok(view.db.prepare_cached(&sql)?.query_row(same, kept).optional()?)
}

/// Keeps a new one.
pub(crate) fn insert(tx: &mut Tx<'_>, draft: &DraftRow) -> Result<()> {
    let bytes = |id: Option<RecordId>| id.map(|id| *id.bytes());
    let (stage, area, source) = match &draft.of {
        Of::Step { stage, .. } => (Some(stage), None, None),
        Of::Matter { area, source } => (None, area.as_ref().map(AreaCode::as_str), *source),
        _ => (None, None, None),
    };
    let sql = "INSERT INTO drafts (id, person, form, corrects, answers, last, last_day, started, of, matter, stage, area, source)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    tx.db.prepare_cached(sql)?.execute(params![
        draft.id.as_bytes(),
        draft.person.bytes(),
        draft.form,
        bytes(draft.of.corrects()),
        serde_json::to_string(&draft.answers)?,
        serde_json::to_string(&draft.last)?,
        draft.last_day.map(|d| d.to_string()),
        draft.started.0,
        draft.of.code(),
        bytes(draft.of.matter()),
        stage,
        area,
        bytes(source),
    ])?;
    touch(tx, draft);
    Ok(())
}

/// What a draft is of; none when there is no such draft.
pub(crate) fn of(view: &View<'_>, draft: Uuid) -> Result<Option<Of>> {
    match find(view, draft) {
        Ok(draft) => Ok(Some(draft.of)),
        Err(Trouble::Failure(f)) if f.code == Code::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Says that something of it changed.
pub(crate) fn touch(tx: &mut Tx<'_>, draft: &DraftRow) {
    match draft.of.matter() {
        Some(matter) => tx.mark_changed(matter),
        None if draft.person.0.is_nil() => tx.mark_changed(draft.person),
        None => tx.touch(draft.person),
    }
}
