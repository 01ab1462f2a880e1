//! Forms that the county wrote: for devices; and for those who take them in and publish them.
use crate::app::App;
use crate::audit::{self, Entry, Who};
use crate::error::{AppError, AppResult};
use crate::http::admin::only_those_who_confirm;
use crate::http::body::LimitedBody;
use crate::import::form;
use crate::office::forms::{self, FormProblem, Importer};
use crate::office::registry;
use crate::store::db::{Db, DbResult};
use crate::sync::exchange::Auth;
use ::forms::Forms;
use ::forms::sheet::file;
use ::forms::sheet::heads;
use ::forms::sheet::rows::Mistake;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::api::{FormCheck, FormLine, RowError};
use domain::audit::Act;
use domain::roles::Right;
use domain::{AreaCode, Code, Failure, Hash};
use text::{Lang, Text};

/// Largest workbook of a form, bytes.
pub(super) const MAX_BOOK: usize = 16 << 20;

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/forms/{hash}", get(form))
        .route("/v1/admin/forms", get(list).post(take_in))
        .route("/v1/admin/forms/rows", get(rows))
        .route("/v1/admin/forms/workbook", get(workbook))
        .route("/v1/admin/forms/publish", post(publish))
        .route("/v1/admin/forms/withdraw", post(withdraw))
}

/// `GET /v1/forms/{hash}`
async fn form(State(app): State<App>, auth: Auth, Path(hash): Path<String>) -> AppResult<Response> {
    let hash: Hash = hash.parse().map_err(|_| AppError::from(Code::NotFound))?;
    // Who sees no files fills no forms in.
    let areas = if auth.caller.role.rights().is_empty() { Vec::new() } else { auth.caller.areas };
    let body = app.run(move |app| Ok(app.store.read(|db| Ok(forms::body(db, &areas, &hash)?))?)).await?;
    let body = body.ok_or(AppError::from(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Who takes forms in and publishes them: asked before a body is waited for.
struct Publisher(Auth);

impl FromRequestParts<App> for Publisher {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Publisher> {
        let auth = Auth::from_request_parts(parts, app).await?;
        only_those_who_confirm(&auth)?;
        Ok(Publisher(auth))
    }
}

impl Publisher {
    /// Whether a form is her business: the office's are all; an officer's those in use in her county, and those that no other officer took in
    /// for herself.
    fn sees(&self, db: &Db<'_>, line: &FormLine) -> DbResult<bool> {
        let caller = &self.0.caller;
        let here = |area: &Option<AreaCode>| area.as_ref().is_none_or(|area| caller.covers(area));
        if caller.role.has(Right::Office) || line.by == caller.staff.as_str() || line.published.iter().any(|place| here(&place.area)) {
            return Ok(true);
        }
        let owner = line.by.parse().ok().map(|by| registry::staff(db, &by)).transpose()?.flatten();
        Ok(owner.is_none_or(|owner| owner.role.has(Right::Office)))
    }
    /// The forms that are her business.
    fn all(&self, db: &Db<'_>) -> DbResult<Vec<FormLine>> {
        let mut hers = Vec::new();
        for line in forms::list(db)? {
            if self.sees(db, &line)? {
                hers.push(line);
            }
        }
        Ok(hers)
    }
    /// The rows of one of them, or of a form that ships.
    fn rows(&self, db: &Db<'_>, form: &str) -> DbResult<Option<String>> {
        let is_hers = Forms::rows_of(form).is_some() || self.all(db)?.iter().any(|line| line.form == form);
        if is_hers { forms::rows(db, form) } else { Ok(None) }
    }
    fn put_down(&self, what: Act, form: &str) -> Entry {
        Entry::new(Who::Staff(&self.0.caller, self.0.device), what).because(form)
    }
}

/// Which form, and where.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub(super) struct Wanted {
    /// `id@version`.
    form: String,
    /// In this area and all below it; none: everywhere that the caller publishes.
    #[serde(default)]
    area: Option<AreaCode>,
    /// What a workbook's sheets, heads and types are called.
    #[serde(default)]
    heads: form::Heads,
}

/// How a workbook is taken in.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub(super) struct Import {
    /// Nothing is taken in.
    #[serde(default)]
    dry_run: bool,
}

async fn list(State(app): State<App>, publisher: Publisher) -> AppResult<Json<Vec<FormLine>>> {
    app.run(move |app| Ok(Json(app.store.read(|db| Ok(publisher.all(db)?))?))).await
}

async fn rows(State(app): State<App>, publisher: Publisher, Query(wanted): Query<Wanted>) -> AppResult<Response> {
    let body = app.run(move |app| Ok(app.store.read(|db| Ok(publisher.rows(db, &wanted.form)?))?)).await?;
    let body = body.ok_or(AppError::from(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

async fn workbook(State(app): State<App>, publisher: Publisher, Query(wanted): Query<Wanted>) -> AppResult<Response> {
    let book = app
        .run(move |app| {
            let Some(body) = app.store.read(|db| Ok(publisher.rows(db, &wanted.form)?))? else { return Err(Code::NotFound.into()) };
            let book = file::workbook(&body).map_err(|_| AppError::from(Code::NotFound))?;
            form::write(&book, wanted.heads).map_err(|_| Code::Internal.into())
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")], book).into_response())
}

async fn take_in(
    State(app): State<App>,
    publisher: Publisher,
    Query(import): Query<Import>,
    LimitedBody(body): LimitedBody<MAX_BOOK>,
) -> AppResult<Json<FormCheck>> {
    if body.is_empty() {
        return Err(Code::BadFile.into());
    }
    app.run(move |app| {
        let found = match form::read(&body) {
            Ok(found) => found,
            Err(why) => return Ok(Json(unread(&why))),
        };
        let mut book = found.book.clone();
        let checked = found.check("");
        let mut told = FormCheck {
            form: checked.blank.id.clone(),
            title: checked.blank.title.clone(),
            questions: checked.questions(),
            errors: checked.mistakes.iter().map(mistake).collect(),
            notes: checked.notes.clone(),
            rows: String::new(),
        };
        if !checked.blank.version.is_empty() {
            told.form = format!("{}@{}", checked.blank.id, checked.blank.version);
        }
        if checked.blank.id.is_empty() {
            told.errors.push(setting("form_id", "请在“设置”表里写上编号 / put the form's id into the settings".to_owned()));
        }
        if told.errors.is_empty() {
            told.errors.extend(forms::refusal(&book, &checked.blank.id).iter().map(mistake));
        }
        if !told.errors.is_empty() {
            return Ok(Json(told));
        }
        if !import.dry_run {
            let (id, title, now) = (&checked.blank.id, &checked.blank.title, app.env.now());
            let taken = app.store.write_exclusive(|db| {
                let caller = &publisher.0.caller;
                let by = Importer { staff: caller.staff.as_str(), any: caller.role.has(Right::Office) };
                let name = forms::import(db, &book, (id, title), &by, now)?;
                audit::append(db, now, &publisher.put_down(Act::FormImported, &name))?;
                Ok(name)
            });
            match taken {
                Ok(name) => told.form = name,
                Err(why) => match why.downcast_ref::<FormProblem>() {
                    Some(problem) => {
                        told.errors.push(setting("version", problem.to_string()));
                        return Ok(Json(told));
                    }
                    None => return Err(why.into()),
                },
            }
        }
        // As it will be kept, so that it can be tried.
        if let Some(settings) = &mut book.settings {
            settings.cells.entry("version".to_owned()).or_insert_with(|| "1".to_owned());
        }
        told.rows = file::to_json(&book).unwrap_or_default();
        Ok(Json(told))
    })
    .await
}

/// What cannot be read as a workbook is said like any other mistake.
fn unread(why: &Failure) -> FormCheck {
    let reason = match why.code {
        Code::BadFile => "这不是表格文件：请用 xlsx、xlsm 或 xls / this is no workbook: take xlsx, xlsm or xls".to_owned(),
        _ => [Lang::ZhCn, Lang::En].map(|lang| Text::new(lang).failure(why)).join(" / "),
    };
    let errors = vec![RowError { sheet: String::new(), row: 0, column: String::new(), reason }];
    FormCheck { form: String::new(), title: String::new(), questions: 0, errors, notes: Vec::new(), rows: String::new() }
}

fn mistake(found: &Mistake) -> RowError {
    let column = found.column.map(|column| heads::chinese(&found.sheet, column).to_owned()).unwrap_or_default();
    RowError { sheet: heads::chinese("sheet", &found.sheet).to_owned(), row: found.row, column, reason: found.reason.clone() }
}

fn setting(column: &str, reason: String) -> RowError {
    RowError { sheet: "设置".to_owned(), row: 2, column: heads::chinese("settings", column).to_owned(), reason }
}

async fn publish(State(app): State<App>, publisher: Publisher, Query(wanted): Query<Wanted>) -> AppResult<Json<()>> {
    let caller = publisher.0.caller.clone();
    let everywhere = caller.role.has(Right::Office);
    if wanted.area.as_ref().is_some_and(|area| !everywhere && !caller.covers(area)) {
        return Err(Code::NotAllowed.into());
    }
    app.run(move |app| {
        let now = app.env.now();
        // An officer's own county is all that she publishes in.
        let places: Vec<Option<AreaCode>> = match wanted.area {
            None if !everywhere => caller.areas.iter().cloned().map(Some).collect(),
            area => vec![area],
        };
        let done = app.store.write_exclusive(|db| {
            if publisher.rows(db, &wanted.form)?.is_none() {
                return Err(FormProblem::Unknown(wanted.form.clone()).into());
            }
            for area in &places {
                forms::publish(db, &wanted.form, area.as_ref(), caller.staff.as_str(), now)?;
                let entry = publisher.put_down(Act::FormPublished, &wanted.form);
                audit::append(db, now, &area.as_ref().map_or(entry.clone(), |area| entry.at(area)))?;
            }
            Ok(())
        });
        done.map_err(unknown).map(Json)
    })
    .await
}

async fn withdraw(State(app): State<App>, publisher: Publisher, Query(wanted): Query<Wanted>) -> AppResult<Json<()>> {
    let caller = &publisher.0.caller;
    let within = (!caller.role.has(Right::Office)).then(|| caller.areas.clone());
    app.run(move |app| {
        let now = app.env.now();
        let done = app.store.write_exclusive(|db| {
            forms::withdraw(db, &wanted.form, within.as_deref(), now)?;
            Ok(audit::append(db, now, &publisher.put_down(Act::FormWithdrawn, &wanted.form))?)
        });
        done.map_err(unknown).map(Json)
    })
    .await
}

/// A form that nobody took in is not found.
fn unknown(why: anyhow::Error) -> AppError {
    if why.downcast_ref::<FormProblem>().is_some() { Code::NotFound.into() } else { why.into() }
}
