//! The administrator's calls over HTTP: staff, codes, devices, office lists. JSON, because an administrator's own tools
//! may call them too. No case content passes here.
use crate::app::App;
use crate::audit::{self, Entry, Who};
use crate::error::{AppError, AppResult};
use crate::http::body::LimitedBody;
use crate::office::take_in::Wish;
use crate::office::{registry, take_in};
use crate::sync::exchange::Auth;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::api::{DeviceLine, ImportKind, ImportReport, OneTimeCode};
use domain::audit::{Act, CodeLine};
use domain::roles::Right;
use domain::staff::Staff;
use domain::{Code, DeviceId, Failure, StaffId, Timestamp};

/// Largest office list, bytes. The whole country's villages as CSV are 38 MB.
pub(super) const MAX_LIST: usize = 64 << 20;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/admin/staff", get(staff))
        .route("/v1/admin/staff/{id}/code", post(code))
        .route("/v1/admin/codes", get(codes))
        .route("/v1/admin/codes/{staff}/{made}/confirm", post(confirm))
        .route("/v1/admin/codes/{staff}/{made}/withdraw", post(withdraw))
        .route("/v1/admin/devices", get(devices))
        .route("/v1/admin/devices/{id}/revoke", post(revoke))
        .route("/v1/admin/import/{what}", post(take_in))
}

/// An administrator: asked before the body of her request is waited for.
struct Administrator(Auth);

impl FromRequestParts<App> for Administrator {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Administrator> {
        let auth = Auth::from_request_parts(parts, app).await?;
        only_administrators(&auth)?;
        Ok(Administrator(auth))
    }
}

fn only_administrators(auth: &Auth) -> AppResult<()> {
    if auth.caller.role.has(Right::Office) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

async fn staff(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<Staff>>> {
    only_administrators(&auth)?;
    let all = app.run(|app| Ok(app.store.read(|db| Ok(registry::all_staff(db)?))?)).await?;
    Ok(Json(all.into_iter().map(|e| e.staff).collect()))
}

async fn code(State(app): State<App>, auth: Auth, Path(id): Path<String>) -> AppResult<Json<OneTimeCode>> {
    only_administrators(&auth)?;
    let id: StaffId = id.parse().map_err(|_| AppError::from(Code::NotFound))?;
    app.run(move |app| {
        let now = app.env.now();
        Ok(Json(app.store.write_exclusive(|db| {
            let code = registry::new_code_by(db, &id, &auth.caller.staff, now, app.env.random())?;
            audit::append(db, now, &by(&auth, Act::CodeMade).to(&id).because(if code.pending { "pending" } else { "" }))?;
            Ok(code)
        })?))
    })
    .await
}

fn by(auth: &Auth, what: Act) -> Entry {
    Entry::new(Who::Staff(&auth.caller, auth.device), what)
}

/// The administrator, and who watches over her.
pub(super) fn only_those_who_confirm(auth: &Auth) -> AppResult<()> {
    if auth.caller.role.has(Right::Confirm) { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

/// Codes that may still be of interest: those good now are a week old at most.
async fn codes(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<CodeLine>>> {
    only_those_who_confirm(&auth)?;
    app.run(move |app| {
        let now = app.env.now();
        let since = Timestamp(now.0 - 4 * registry::CODE_LIFE);
        let mut lines = app.store.read(|db| Ok(registry::list_codes(db, since, now)?))?;
        if !auth.caller.role.has(Right::Office) {
            lines.retain(|line| line.staff.areas.iter().all(|area| auth.caller.covers(area)));
        }
        Ok(Json(lines))
    })
    .await
}

/// A code by whom and when it was made for: `S001/1764374400000`.
fn named((staff, made): &(String, String)) -> AppResult<(StaffId, Timestamp)> {
    let missing = || AppError::from(Code::NotFound);
    let made = made.parse().ok().filter(|at| *at >= 0).ok_or_else(missing)?;
    Ok((staff.parse().map_err(|_| missing())?, Timestamp(made)))
}

async fn confirm(State(app): State<App>, auth: Auth, Path(code): Path<(String, String)>) -> AppResult<Json<()>> {
    only_those_who_confirm(&auth)?;
    let (id, made) = named(&code)?;
    app.run(move |app| {
        let now = app.env.now();
        Ok(Json(app.store.write_exclusive(|db| {
            registry::confirm_code(db, &id, made, Some(&auth.caller), now)?;
            Ok(audit::append(db, now, &by(&auth, Act::CodeConfirmed).to(&id))?)
        })?))
    })
    .await
}

async fn withdraw(State(app): State<App>, auth: Auth, Path(code): Path<(String, String)>) -> AppResult<Json<()>> {
    only_those_who_confirm(&auth)?;
    let (id, made) = named(&code)?;
    app.run(move |app| {
        let now = app.env.now();
        Ok(Json(app.store.write_exclusive(|db| {
            let owner = registry::staff(db, &id)?.ok_or(Failure::from(Code::NotFound))?;
            let outside = !auth.caller.role.has(Right::Office) && !owner.areas.iter().all(|area| auth.caller.covers(area));
            if outside || registry::withdraw_codes(db, &id, Some(made), now)? == 0 {
                return Err(Failure::from(Code::NotFound).into());
            }
            Ok(audit::append(db, now, &by(&auth, Act::CodeWithdrawn).to(&id))?)
        })?))
    })
    .await
}

async fn devices(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<DeviceLine>>> {
    only_administrators(&auth)?;
    app.run(|app| Ok(Json(app.store.read(|db| Ok(registry::list_devices(db)?))?))).await
}

async fn revoke(State(app): State<App>, auth: Auth, Path(id): Path<String>) -> AppResult<Json<()>> {
    only_administrators(&auth)?;
    let id: DeviceId = id.parse().map_err(|_| AppError::from(Code::NotFound))?;
    let found = app
        .run(move |app| {
            let now = app.env.now();
            Ok(app.store.write_exclusive(|db| {
                let owner = registry::owner(db, &id)?;
                let found = registry::revoke(db, &id, now)?;
                if let Some(owner) = owner {
                    audit::append(db, now, &by(&auth, Act::Revoked).to(&owner.staff).with(&id))?;
                }
                Ok(found)
            })?)
        })
        .await?;
    app.notifier.forget(&id);
    if found { Ok(Json(())) } else { Err(Code::NotFound.into()) }
}

/// `list.xlsx` or `list.csv`: the ending tells how to read it. Never the office's own file name, which may hold a person's.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub(super) struct ListName {
    /// The ending tells how to read it.
    #[schemars(extend("enum" = ["list.csv", "list.xls", "list.xlsx"]))]
    file: String,
    /// Nothing is written; the report says what would be.
    #[serde(default)]
    dry_run: bool,
    /// Changes of known staff were seen, and are wanted.
    #[serde(default)]
    yes: bool,
    /// The list with a column of remarks is wanted, where there are any.
    #[serde(default)]
    remarks: bool,
}

async fn take_in(
    State(app): State<App>,
    Administrator(auth): Administrator,
    Path(what): Path<String>,
    Query(list): Query<ListName>,
    LimitedBody(body): LimitedBody<MAX_LIST>,
) -> AppResult<Json<ImportReport>> {
    let kind = match what.as_str() {
        "areas" => ImportKind::Areas,
        "staff" => ImportKind::Staff,
        "roster" => ImportKind::Roster,
        _ => return Err(Code::NotFound.into()),
    };
    if body.is_empty() {
        return Err(Code::BadFile.into());
    }
    let wish = Wish { within: None, dry_run: list.dry_run, yes: list.yes, remarks: list.remarks };
    app.run(move |app| {
        let who = Who::Staff(&auth.caller, auth.device);
        Ok(Json(take_in::take_in(&app.store, app.env.as_ref(), who, kind, &list.file, &body, &wish)?))
    })
    .await
}
