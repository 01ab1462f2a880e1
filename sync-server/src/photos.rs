//! Photos of visits: where their files lie, who may read which, and what becomes of those that no visit names. A file is stored
//! under its BLAKE3, by `object_store`: in a folder beside the database, or in S3.
mod collect;
mod folder;
mod tus;

pub use collect::{Collected, collect, keep_tidy};
pub use folder::Photos;

use crate::app::App;
use crate::http::error::{AppError, AppResult};
use crate::store;
use crate::store::db::{Db, DbResult, args};
use crate::sync::exchange::Auth;
use crate::sync::feed;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::roles::Caller;
use domain::{Code, Hash, RecordId};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// For the photos of before it was kept for whom they came: each is the person's in whose visit it has been longest, and of those others whose
/// visits one of the same devices wrote in.
///
/// # Errors
/// The database's.
pub fn find_owners(db: &Db<'_>) -> anyhow::Result<()> {
    let sql = "SELECT p.hash, r.person, c.device FROM photos p JOIN records r ON r.id = p.record JOIN changes c ON c.record = p.record
               ORDER BY p.hash, c.received, r.person";
    let rows = db.rows(sql, &[], |r| Ok((r.bytes::<32>(0)?, r.bytes::<16>(1)?, r.bytes::<16>(2)?)))?;
    for of_photo in rows.chunk_by(|a, b| a.0 == b.0) {
        let Some((hash, first, _)) = of_photo.first() else { continue };
        let devices: BTreeSet<[u8; 16]> = of_photo.iter().filter(|(_, person, _)| person == first).map(|row| row.2).collect();
        for (_, person, _) in of_photo.iter().filter(|(_, person, device)| person == first || devices.contains(device)) {
            own(db, person, &Hash(*hash))?;
        }
    }
    Ok(())
}

/// The bytes of a photo came for this person.
fn own(db: &Db<'_>, person: &[u8; 16], hash: &Hash) -> DbResult<u64> {
    db.run("INSERT INTO photo_owners (person, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING", args![person, &hash.0])
}

/// Whether they did.
fn is_owned(db: &Db<'_>, person: &RecordId, hash: &Hash) -> DbResult<bool> {
    Ok(db.one("SELECT 1 FROM photo_owners WHERE person = ?1 AND hash = ?2", args![person.bytes(), &hash.0], |_| Ok(()))?.is_some())
}

/// Puts down which photos a visit names now.
///
/// # Errors
/// The database's.
pub fn index(db: &Db<'_>, visit: &RecordId, photos: &[Hash], is_new: bool) -> anyhow::Result<()> {
    if !is_new {
        db.run("DELETE FROM photos WHERE record = ?1", args![visit.bytes()])?;
    }
    for hash in photos {
        db.run("INSERT INTO photos (record, hash) VALUES (?1, ?2) ON CONFLICT DO NOTHING", args![visit.bytes(), &hash.0])?;
    }
    Ok(())
}

/// Whether the caller may read a photo: through a record that she may read, that names it, and for whose person its bytes came.
fn may_read(db: &Db<'_>, caller: &Caller, record: &RecordId, hash: &Hash) -> anyhow::Result<bool> {
    let Some((person, _)) = store::person_of(db, record)? else { return Ok(false) };
    Ok(is_named(db, caller, record, hash)? && is_owned(db, &person, hash)?)
}

/// Whether a record that the caller may read names a photo: then she may bring its bytes.
fn is_named(db: &Db<'_>, caller: &Caller, record: &RecordId, hash: &Hash) -> anyhow::Result<bool> {
    let named = db.one("SELECT 1 FROM photos WHERE record = ?1 AND hash = ?2", args![record.bytes(), &hash.0], |_| Ok(()))?.is_some();
    Ok(named && feed::may_have(db, caller, record)?)
}

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/v1/photos/{hash}", get(photo)).merge(tus::routes())
}

#[derive(Deserialize)]
struct Through {
    record: RecordId,
}

/// `GET /v1/photos/{hash}?record={id}`. Nobody keeps it on the way: a browser's own cache is not encrypted, a device's store is.
async fn photo(
    State(app): State<App>,
    auth: Auth,
    Path(hash): Path<String>,
    Query(through): Query<Through>,
    asked: HeaderMap,
) -> AppResult<Response> {
    let hash: Hash = hash.parse().map_err(|_| AppError::from(Code::NotFound))?;
    let allowed = app.run(move |app| Ok(app.store.read(|db| may_read(db, &auth.caller, &through.record, &hash))?)).await?;
    let found = if allowed { app.photos.get(&hash).await? } else { None };
    let bytes = found.ok_or(AppError::from(Code::NotFound))?;
    let tag = format!("\"{hash}\"");
    let is = |name, value: &str| asked.get(name).is_some_and(|v| v == value);
    let mut response = if is(header::IF_NONE_MATCH, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some(range) = asked.get(header::RANGE).filter(|_| !asked.contains_key(header::IF_RANGE) || is(header::IF_RANGE, &tag)) {
        part(&bytes, range)
    } else {
        Body::from(bytes).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(anyhow::Error::from)?);
    Ok(response)
}

fn part(bytes: &axum::body::Bytes, asked: &HeaderValue) -> Response {
    match asked.to_str().ok().and_then(|asked| range(asked, bytes.len())) {
        // Several ranges at once, or another unit: the whole is a right answer, too.
        None => Body::from(bytes.clone()).into_response(),
        Some(range) if range.is_empty() => {
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{}", bytes.len()))]).into_response()
        }
        Some(range) => {
            let place = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
            (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, place)], Body::from(bytes.slice(range))).into_response()
        }
    }
}

/// The one range that is asked for (`bytes=5-9`, `bytes=5-`, `bytes=-5`), empty where there is nothing; none for anything else.
fn range(asked: &str, size: usize) -> Option<Range<usize>> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let number = |s: &str| s.parse::<usize>().ok();
    let (start, end) = match (first, last) {
        ("", last) => (size.saturating_sub(number(last)?), size),
        (first, "") => (number(first)?, size),
        (first, last) => (number(first)?, number(last)?.saturating_add(1).min(size)),
    };
    Some(start.min(end)..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_what_http_says() {
        for (asked, wanted) in [
            ("bytes=0-", Some(0..10)),
            ("bytes=3-5", Some(3..6)),
            ("bytes=3-99", Some(3..10)),
            ("bytes=-4", Some(6..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=10-", Some(10..10)),
            ("bytes=0-1,4-5", None),
            ("bytes=-", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(range(asked, 10), wanted, "{asked}");
        }
    }
}
