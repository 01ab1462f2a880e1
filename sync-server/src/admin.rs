//! The administrator's calls over HTTP: staff, codes, devices, office lists. JSON, because an administrator's own tools
//! may call them too. No case content passes here.
use crate::error::{AppError, AppResult};
use crate::exchange::Auth;
use crate::http::App;
use crate::limits::Whole;
use crate::take_in::Wish;
use crate::{registry, take_in};
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::api::{DeviceLine, ImportKind, ImportReport, OneTimeCode};
use domain::roles::Role;
use domain::staff::Staff;
use domain::{Code, DeviceId, StaffId};

/// Largest office list, bytes. The whole country's villages as CSV are 38 MB.
const MAX_LIST: usize = 64 << 20;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/admin/staff", get(staff))
        .route("/v1/admin/staff/{id}/code", post(code))
        .route("/v1/admin/devices", get(devices))
        .route("/v1/admin/devices/{id}/revoke", post(revoke))
        .route("/v1/admin/import/{what}", post(take_in))
}

/// An administrator: asked before the body of her request is waited for.
struct Administrator;

impl FromRequestParts<App> for Administrator {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Administrator> {
        only_administrators(&Auth::from_request_parts(parts, app).await?).map(|()| Administrator)
    }
}

fn only_administrators(auth: &Auth) -> AppResult<()> {
    if auth.caller.role == Role::Administrator { Ok(()) } else { Err(Code::NotAllowed.into()) }
}

async fn staff(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<Staff>>> {
    only_administrators(&auth)?;
    let all = app.run(|app| Ok(app.store.read(|db| Ok(registry::all_staff(db)?))?)).await?;
    Ok(Json(all.into_iter().map(|e| e.staff).collect()))
}

async fn code(State(app): State<App>, auth: Auth, Path(id): Path<String>) -> AppResult<Json<OneTimeCode>> {
    only_administrators(&auth)?;
    let id: StaffId = id.parse().map_err(|_| AppError::from(Code::NotFound))?;
    app.run(move |app| Ok(Json(app.store.write(|c| Ok(registry::new_code(c, &id, app.env.now(), app.env.random())?))?))).await
}

async fn devices(State(app): State<App>, auth: Auth) -> AppResult<Json<Vec<DeviceLine>>> {
    only_administrators(&auth)?;
    app.run(|app| Ok(Json(app.store.read(|db| Ok(registry::list_devices(db)?))?))).await
}

async fn revoke(State(app): State<App>, auth: Auth, Path(id): Path<String>) -> AppResult<Json<()>> {
    only_administrators(&auth)?;
    let id: DeviceId = id.parse().map_err(|_| AppError::from(Code::NotFound))?;
    let found = app.run(move |app| Ok(app.store.write(|c| Ok(registry::revoke(c, &id, app.env.now())?))?)).await?;
    app.wake.forget(&id);
    if found { Ok(Json(())) } else { Err(Code::NotFound.into()) }
}

/// `list.xlsx` or `list.csv`: the ending tells how to read it. Never the office's own file name, which may hold a person's.
#[derive(serde::Deserialize)]
struct ListName {
    file: String,
    /// Nothing is written; the report says what would be.
    #[serde(default)]
    dry_run: bool,
    /// Changes of known staff were seen, and are wanted.
    #[serde(default)]
    yes: bool,
    /// The list with a column of remarks is wanted.
    #[serde(default)]
    remarks: bool,
}

async fn take_in(
    State(app): State<App>,
    _: Administrator,
    Path(what): Path<String>,
    Query(list): Query<ListName>,
    Whole(body): Whole<MAX_LIST>,
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
    app.run(move |app| Ok(Json(take_in::take_in(&app.store, app.env.as_ref(), kind, &list.file, &body, &wish)?))).await
}
