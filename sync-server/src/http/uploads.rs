//! Uploads by tus 1.0 (<https://tus.io/protocols/resumable-upload>): core, creation and creation-with-upload. What arrived before the line
//! broke is kept and need not be sent again, whichever server it came to. Announcing the same photo again leads to the same upload.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::limits::{Pace, Room};
use crate::photos::{is_going, is_named};
use crate::store;
use crate::store::db::{Db, args};
use crate::store::photos::{is_owned, own};
use crate::sync::exchange::Auth;
use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{head, post};
use bytes::Bytes;
use data_encoding::BASE64;
use domain::photo::{MAX_BYTES, is_bare_jpeg};
use domain::sync::{ErrorReply, WIRE};
use domain::{Code, DeviceId, Hash, RecordId, Timestamp};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
/// So much is gathered before it is written: what a server that is killed may lose.
const PART: usize = 64 << 10;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/photos", post(create).options(abilities))
        .route("/v1/uploads/{id}", head(where_is).patch(go_on).post(instead_of_patch).options(abilities))
}

/// An upload as it stands.
#[derive(Clone, Copy)]
struct Upload {
    id: Uuid,
    hash: Hash,
    /// For whom.
    person: RecordId,
    size: u64,
    received: u64,
}

/// What tus says by other codes than ours.
fn refuse(status: StatusCode, code: Code) -> Response {
    (status, axum::Json(ErrorReply { nuanfang: WIRE, failure: code.into(), word: None })).into_response()
}

fn said(mut response: Response) -> Response {
    response.headers_mut().insert(RESUMABLE, VERSION);
    response
}

fn stands(status: StatusCode, upload: &Upload) -> Response {
    (status, [(OFFSET, upload.received.into()), (LENGTH, HeaderValue::from(upload.size))]).into_response()
}

async fn abilities() -> Response {
    let headers =
        [("tus-version", "1.0.0".to_owned()), ("tus-extension", "creation,creation-with-upload".to_owned()), ("tus-max-size", MAX_BYTES.to_string())];
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value));
    said((StatusCode::NO_CONTENT, headers).into_response())
}

/// Whether the request speaks this version.
fn speaks(headers: &HeaderMap) -> bool {
    headers.get(RESUMABLE).is_some_and(|v| v == VERSION)
}

fn another_version() -> Response {
    let mut response = refuse(StatusCode::PRECONDITION_FAILED, Code::AppTooOld);
    response.headers_mut().insert("tus-version", VERSION);
    response
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// `hash aGV4…,record dXVpZA==`: the photo's BLAKE3 in hexadecimal and a record that names it, each in base64.
fn metadata(headers: &HeaderMap) -> Option<(Hash, RecordId)> {
    let text = headers.get("upload-metadata")?.to_str().ok()?;
    let value = |wanted: &str| {
        let coded = text.split(',').find_map(|pair| pair.trim().split_once(' ').filter(|(name, _)| *name == wanted))?.1;
        String::from_utf8(BASE64.decode(coded.trim().as_bytes()).ok()?).ok()
    };
    Some((value("hash")?.parse().ok()?, value("record")?.parse().ok()?))
}

fn is_upload(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|t| t == "application/offset+octet-stream")
}

async fn create(State(app): State<App>, auth: Auth, headers: HeaderMap, body: Body) -> Response {
    said(announced(app, auth, &headers, body).await.unwrap_or_else(IntoResponse::into_response))
}

async fn announced(app: App, auth: Auth, headers: &HeaderMap, body: Body) -> AppResult<Response> {
    if !speaks(headers) {
        return Ok(another_version());
    }
    let (Some(size), Some((hash, record))) = (number(headers, &LENGTH), metadata(headers)) else {
        return Ok(refuse(StatusCode::BAD_REQUEST, Code::BadValue));
    };
    if size > MAX_BYTES {
        return Err(Code::TooLarge.into());
    }
    let device = *auth.device.bytes();
    let found = app.run(move |app| Ok(app.store.read(|db| Ok((whose(db, &auth, &record, &hash)?, is_going(db, &hash)?)))?)).await?;
    let (person, owned) = match found {
        (None, _) => return Err(Code::NotFound.into()),
        // It will be wanted anew in a moment.
        (Some(_), true) => return Err(app.guard.busy("photo").into()),
        (Some(whose), false) => whose,
    };
    // Known is only what came for the same person: that somebody else's photo is here is nobody's business, and is not enough to read it.
    let known = owned && app.photos.has(&hash).await?;
    let with_body = is_upload(headers);
    let upload = app
        .run(move |app| {
            let id = uuid::Builder::from_random_bytes(app.env.random()).into_uuid();
            let new = Upload { id, hash, person, size, received: if known { size } else { 0 } };
            Ok(app.store.write_shared(|db| begin(db, new, &device, app.env.now(), known || with_body))?)
        })
        .await?;
    let mut body = body.into_data_stream();
    let upload = match with_body {
        true if known => {
            // It is heard out all the same: else the answer might not be.
            let (mut pace, mut came) = (Pace::new(&app.settings.limits, Instant::now()), 0);
            while let Ok(Some(bytes)) = more(&mut body, &mut pace).await
                && came <= upload.size
            {
                came += bytes.len() as u64;
            }
            upload
        }
        true => take(app, upload, device, body).await?,
        false => upload,
    };
    let mut response = stands(StatusCode::CREATED, &upload);
    // Relative to this address, so that it is right behind a proxy, too.
    let place = HeaderValue::from_str(&format!("uploads/{}", upload.id)).map_err(anyhow::Error::from)?;
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// For whom the photo is sent and whether its bytes came for that person before; none where this caller may not send it.
fn whose(db: &Db<'_>, auth: &Auth, record: &RecordId, hash: &Hash) -> anyhow::Result<Option<(RecordId, bool)>> {
    if !may_send(db, auth, record, hash)? {
        return Ok(None);
    }
    let Some((person, _)) = store::person_of(db, record)? else { return Ok(None) };
    Ok(Some((person, is_owned(db, &person, hash)?)))
}

/// Through a record that the caller may read, or that this device wrote in: what she added in good faith may belong to a file that
/// has left her area meanwhile.
fn may_send(db: &Db<'_>, auth: &Auth, record: &RecordId, hash: &Hash) -> anyhow::Result<bool> {
    if is_named(db, &auth.caller, record, hash)? {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM photos p JOIN changes c ON c.record = p.record WHERE p.record = ?1 AND p.hash = ?2 AND c.device = ?3";
    Ok(db.one(sql, args![record.bytes(), &hash.0, auth.device.bytes()], |_| Ok(()))?.is_some())
}

/// The upload of this photo that the device began before, else a new one.
fn begin(db: &Db<'_>, new: Upload, device: &[u8; 16], now: Timestamp, anew: bool) -> anyhow::Result<Upload> {
    let sql = format!("SELECT id, received, size FROM uploads WHERE device = ?1 AND hash = ?2 AND person = ?3{}", db.for_update());
    let size = i64::try_from(new.size)?;
    let found = db.one(&sql, args![device, &new.hash.0, new.person.bytes()], |r| Ok((r.bytes::<16>(0)?, r.count(1)?, r.count(2)?)))?;
    match found {
        // One that is complete was stored; where its file is gone since, it begins anew.
        Some((id, received, as_large)) if !anew && received < new.size && as_large == new.size => {
            db.run("UPDATE uploads SET touched = ?2 WHERE id = ?1", args![&id, now.0])?;
            Ok(Upload { id: Uuid::from_bytes(id), received, ..new })
        }
        found => {
            if let Some((id, ..)) = found {
                forget(db, &Uuid::from_bytes(id))?;
            }
            let sql = "INSERT INTO uploads (id, hash, device, size, received, touched, person) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.run(sql, args![new.id.as_bytes(), &new.hash.0, device, size, i64::try_from(new.received)?, now.0, new.person.bytes()])?;
            Ok(new)
        }
    }
}

fn forget(db: &Db<'_>, id: &Uuid) -> anyhow::Result<()> {
    db.run("DELETE FROM upload_parts WHERE upload = ?1", args![id.as_bytes()])?;
    db.run("DELETE FROM uploads WHERE id = ?1", args![id.as_bytes()])?;
    Ok(())
}

fn find(db: &Db<'_>, id: &Uuid, device: &[u8; 16]) -> anyhow::Result<Option<Upload>> {
    // One of before it was kept for whom it is begins anew.
    let sql = format!("SELECT hash, size, received, person FROM uploads WHERE id = ?1 AND device = ?2 AND length(person) > 0{}", db.for_update());
    Ok(db.one(&sql, args![id.as_bytes(), device], |r| {
        Ok(Upload { id: *id, hash: Hash(r.bytes(0)?), size: r.count(1)?, received: r.count(2)?, person: store::record_at(r, 3)? })
    })?)
}

async fn found(app: &App, auth: &Auth, id: Uuid) -> AppResult<Upload> {
    let device = *auth.device.bytes();
    let found = app.run(move |app| Ok(app.store.read(|db| find(db, &id, &device))?)).await?;
    found.ok_or(Code::NotFound.into())
}

async fn where_is(State(app): State<App>, auth: Auth, Path(id): Path<Uuid>, headers: HeaderMap) -> Response {
    let answer = async {
        match speaks(&headers) {
            false => Ok(another_version()),
            true => Ok(stands(StatusCode::OK, &found(&app, &auth, id).await?)),
        }
    };
    said(answer.await.unwrap_or_else(|e: AppError| e.into_response()))
}

/// Where a proxy lets no PATCH through.
async fn instead_of_patch(app: State<App>, auth: Auth, id: Path<Uuid>, headers: HeaderMap, body: Body) -> Response {
    match headers.get("x-http-method-override") {
        Some(method) if method == "PATCH" => go_on(app, auth, id, headers, body).await,
        _ => said(StatusCode::METHOD_NOT_ALLOWED.into_response()),
    }
}

async fn go_on(State(app): State<App>, auth: Auth, Path(id): Path<Uuid>, headers: HeaderMap, body: Body) -> Response {
    said(continued(app, auth, id, &headers, body).await.unwrap_or_else(IntoResponse::into_response))
}

async fn continued(app: App, auth: Auth, id: Uuid, headers: &HeaderMap, body: Body) -> AppResult<Response> {
    if !speaks(headers) {
        return Ok(another_version());
    }
    if !is_upload(headers) {
        return Ok(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadValue));
    }
    let upload = found(&app, &auth, id).await?;
    if number(headers, &OFFSET) != Some(upload.received) {
        return Ok(refuse(StatusCode::CONFLICT, Code::Changed));
    }
    if upload.received == upload.size {
        return Ok(stands(StatusCode::NO_CONTENT, &upload));
    }
    match take(app, upload, *auth.device.bytes(), body.into_data_stream()).await {
        Ok(upload) => Ok(stands(StatusCode::NO_CONTENT, &upload)),
        Err(AppError::Told(f)) if f.code == Code::Changed => Ok(refuse(StatusCode::CONFLICT, Code::Changed)),
        Err(e) => Err(e),
    }
}

/// Takes in what comes, on a task of its own: a request that breaks off is dropped, but not what arrived of it.
async fn take(app: App, upload: Upload, device: [u8; 16], body: BodyDataStream) -> AppResult<Upload> {
    let place = app.guard.bodies.place(DeviceId(Uuid::from_bytes(device)))?;
    let work = tokio::spawn(async move {
        let _place = place;
        take_in(app, upload, device, body).await
    });
    work.await.map_err(|_| AppError::Trouble(anyhow::anyhow!("an upload panicked")))?
}

/// The next bytes of a body; none at its end and when its line breaks; `Offline` when it brings too little.
async fn more(body: &mut BodyDataStream, pace: &mut Pace) -> Result<Option<Bytes>, Code> {
    let next = timeout_at(pace.due(), body.next()).await.map_err(|_| Code::Offline)?;
    let bytes = next.and_then(Result::ok);
    pace.came(bytes.as_ref().map_or(0, Bytes::len), Instant::now());
    Ok(bytes)
}

async fn take_in(app: App, mut upload: Upload, device: [u8; 16], mut body: BodyDataStream) -> AppResult<Upload> {
    let mut part = Vec::new();
    let (mut pace, mut came, mut room) = (Pace::new(&app.settings.limits, Instant::now()), false, Room::default());
    app.guard.bodies.grow(&mut room, 2 * PART, pace.due()).await?;
    loop {
        let bytes = match more(&mut body, &mut pace).await {
            Ok(Some(bytes)) => bytes,
            Err(silent) if !came => return Err(silent.into()),
            _ => break,
        };
        came = true;
        part.extend_from_slice(&bytes);
        let so_far = upload.received + part.len() as u64;
        if so_far > upload.size {
            return Err(Code::TooLarge.into());
        }
        if part.len() >= PART && so_far < upload.size {
            upload = keep(&app, upload, device, std::mem::take(&mut part)).await?;
        }
    }
    if upload.received + (part.len() as u64) < upload.size {
        return keep(&app, upload, device, part).await;
    }
    finish(&app, upload, device, part).await
}

/// Writes down a part in the middle.
async fn keep(app: &App, upload: Upload, device: [u8; 16], part: Vec<u8>) -> AppResult<Upload> {
    if part.is_empty() {
        return Ok(upload);
    }
    let length = part.len() as u64;
    app.run(move |app| {
        let kept = app.store.write_shared(|db| {
            advance(db, &upload, &device, upload.received + length, app.env.now())?;
            let sql = "INSERT INTO upload_parts (upload, start, bytes) VALUES (?1, ?2, ?3)";
            Ok(db.run(sql, args![upload.id.as_bytes(), i64::try_from(upload.received)?, part])?)
        });
        kept?;
        Ok(Upload { received: upload.received + length, ..upload })
    })
    .await
}

/// Moves an upload on from where it was thought to be.
fn advance(db: &Db<'_>, upload: &Upload, device: &[u8; 16], to: u64, now: Timestamp) -> anyhow::Result<()> {
    let still = find(db, &upload.id, device)?.is_some_and(|now| now.received == upload.received);
    anyhow::ensure!(still, domain::Failure::from(Code::Changed));
    let sql = "UPDATE uploads SET received = ?2, touched = ?3 WHERE id = ?1";
    db.run(sql, args![upload.id.as_bytes(), i64::try_from(to)?, now.0])?;
    Ok(())
}

/// With the last part: only what was looked at and stored is said to be there.
async fn finish(app: &App, upload: Upload, device: [u8; 16], last: Vec<u8>) -> AppResult<Upload> {
    let (mut room, size) = (Room::default(), usize::try_from(upload.size).unwrap_or(usize::MAX));
    app.guard.bodies.grow(&mut room, size, Pace::new(&app.settings.limits, Instant::now()).due()).await?;
    let parts = app.run(move |app| {
        let sql = "SELECT bytes FROM upload_parts WHERE upload = ?1 ORDER BY start";
        Ok(app.store.read(|db| Ok(db.rows(sql, args![upload.id.as_bytes()], |r| r.blob(0))?))?)
    });
    let mut photo = parts.await?.concat();
    photo.extend_from_slice(&last);
    let good = photo.len() as u64 == upload.size && blake3::hash(&photo).as_bytes() == &upload.hash.0 && is_bare_jpeg(&photo);
    if good {
        app.photos.put(&upload.hash, photo).await?;
    }
    app.run(move |app| {
        let done = app.store.write_shared(|db| {
            // Another request may have brought it to its end meanwhile.
            advance(db, &upload, &device, upload.size, app.env.now())?;
            if !good {
                return forget(db, &upload.id);
            }
            db.run("DELETE FROM upload_parts WHERE upload = ?1", args![upload.id.as_bytes()])?;
            own(db, upload.person.bytes(), &upload.hash)?;
            Ok(())
        });
        done?;
        if good { Ok(Upload { received: upload.size, ..upload }) } else { Err(Code::BadPhoto.into()) }
    })
    .await
}
