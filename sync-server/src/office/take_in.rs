//! Taking in an office's list: read before anything is locked, written in one transaction, or tried and taken back.
use crate::audit::{self, Who};
use crate::env::Env;
use crate::import;
use crate::office::roster;
use crate::store::Store;
use data_encoding::BASE64;
use domain::api::{ImportKind, ImportReport, RowError};
use domain::{AreaCode, Code};
use text::{Lang, Text};

/// Most lines of a report; a list of another kind has one or more a row.
const MAX_LINES: usize = 5000;

/// What is to be done with a list.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Areas: only this one and what lies in it.
    pub within: Option<AreaCode>,
    /// Nothing is written: the report says what would be.
    pub dry_run: bool,
    /// Changes of known staff were seen, and are wanted.
    pub yes: bool,
    /// The list with a column of remarks is wanted, where there are any.
    pub remarks: bool,
}

/// A report of what was taken back.
#[derive(Debug)]
struct Tried(ImportReport);

impl std::fmt::Display for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a dry run")
    }
}
impl std::error::Error for Tried {}

/// Takes in a list. The file's name only tells how to read it.
pub fn take_in(
    store: &Store,
    env: &dyn Env,
    who: Who<'_>,
    kind: ImportKind,
    file_name: &str,
    bytes: &[u8],
    wish: &Wish,
) -> anyhow::Result<ImportReport> {
    let now = env.now();
    let today = now.day();
    let run = |write: &dyn Fn(&crate::store::db::Db<'_>) -> anyhow::Result<ImportReport>| {
        let done = store.write_exclusive(|db| {
            let report = audit::imported(db, who, now, kind, || write(db))?;
            // An error takes everything back.
            if wish.dry_run { Err(Tried(report).into()) } else { Ok(report) }
        });
        done.or_else(|e| e.downcast::<Tried>().map(|tried| tried.0))
    };
    if kind == ImportKind::Areas && import::is_tree(file_name, bytes) {
        return run(&|db| Ok(import::areas(db, file_name, bytes, wish.within.as_ref(), today)?));
    }
    let sheets = match import::open(file_name, bytes) {
        Ok(sheets) => sheets,
        // Another kind of file than it should be: the report says what to do.
        Err(failure) if failure.code == Code::BadFile && failure.field.is_some() => {
            let reason = Text::new(Lang::ZhCn).failure(&failure);
            let error = RowError { sheet: file_name.to_owned(), row: 1, column: String::new(), reason };
            return Ok(ImportReport { errors: vec![error], ..ImportReport::default() });
        }
        Err(failure) => return Err(failure.into()),
    };
    let mut report = run(&|db| match kind {
        ImportKind::Areas => Ok(import::areas_of(db, &sheets, wish.within.as_ref(), today)?),
        ImportKind::Staff => Ok(import::staff_of(db, &sheets, wish.yes, now)?),
        ImportKind::Roster => roster::take_in_sheets(db, env, &sheets),
    })?;
    if wish.remarks && !(report.errors.is_empty() && report.notes.is_empty()) {
        report.remarks = BASE64.encode(&import::remarks(&sheets, &report)?);
    }
    shorten(&mut report);
    Ok(report)
}

/// Keeps a report that a person can read.
fn shorten(report: &mut ImportReport) {
    for lines in [&mut report.errors, &mut report.notes] {
        let more = lines.len().saturating_sub(MAX_LINES);
        lines.truncate(MAX_LINES);
        if let Some(last) = lines.last_mut().filter(|_| more > 0) {
            last.reason = format!("还有 {} 处没有列出；请先改好前面的，再导入一次", more + 1);
        }
    }
}
