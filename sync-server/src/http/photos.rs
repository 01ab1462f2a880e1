//! Reading photos.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::photos::may_read;
use crate::sync::exchange::Auth;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::{Code, Hash, RecordId};
use serde::Deserialize;
use std::ops::Range;

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/photos/{hash}", get(photo))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(super) struct Through {
    /// The record that names it.
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
