//! What was not taken, for a supervisor who decides.
use crate::app::App;
use crate::audit::{self, Who};
use crate::error::{AppError, AppResult};
use crate::store;
use crate::store::db::{Db, args};
use crate::sync::exchange::Auth;
use crate::sync::quarantine::{settle, waiting};
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::api::RefusedItem;
use domain::audit::Act;
use domain::roles::Right;
use domain::{Code, Hash, StaffId};

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/quarantine", get(list))
        .route("/v1/quarantine/{hash}/accept", post(accept))
        .route("/v1/quarantine/{hash}/dismiss", post(dismiss))
}

fn only_supervisors(auth: &Auth) -> AppResult<()> {
    if auth.caller.role.has(Right::Review) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

async fn list(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<RefusedItem>>> {
    only_supervisors(&auth)?;
    app.run_for(auth.device, move |app| Ok(Json(app.store.read(|db| waiting(db, &app.forms.now(db)?, &auth.caller, app.env.now()))?))).await
}

async fn accept(State(app): State<App>, auth: Auth, Path(hash): Path<String>) -> AppResult<Json<()>> {
    decide(app, auth, hash, true).await
}

async fn dismiss(State(app): State<App>, auth: Auth, Path(hash): Path<String>) -> AppResult<Json<()>> {
    decide(app, auth, hash, false).await
}

/// What is put down of a decision.
fn entry_of(db: &Db<'_>, auth: &Auth, hash: &Hash, let_in: bool) -> anyhow::Result<audit::Entry> {
    let entry = audit::Entry::new(Who::Staff(&auth.caller, auth.device), if let_in { Act::LetIn } else { Act::LaidAside });
    let sql = "SELECT record, staff FROM quarantine WHERE hash = ?1";
    let Some((record, author)) = db.one(sql, args![&hash.0], |r| Ok((store::record_at(r, 0)?, r.parse::<StaffId>(1)?)))? else { return Ok(entry) };
    let person = store::person_of(db, &record)?.map_or(record, |(person, _)| person);
    Ok(entry.to(&author).about(&person, &record))
}

async fn decide(app: App, auth: Auth, hash: String, let_in: bool) -> AppResult<Json<()>> {
    only_supervisors(&auth)?;
    let hash: Hash = hash.parse().map_err(|_| AppError::from(Code::NotFound))?;
    app.run_for(auth.device, move |app| {
        store::retry_on_conflict(|| {
            app.store.write_in_counties(&auth.caller, |db| {
                let entry = entry_of(db, &auth, &hash, let_in)?;
                settle(db, &app.forms.now(db)?, &auth.caller, app.env.now(), &hash, let_in)?;
                Ok(audit::append(db, app.env.now(), &entry)?)
            })
        })?;
        app.notifier.notify();
        Ok(Json(()))
    })
    .await
}
