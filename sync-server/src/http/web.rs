//! The browser edition: the files that `cargo xtask web` made, inside this program (a debug build reads them from the
//! folder). Names with a fingerprint mean the same bytes for ever; the others are asked for each time.
use crate::app::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use domain::sync::MEDIA;

#[derive(rust_embed::Embed)]
#[folder = "web"]
#[allow_missing = true]
struct Site;

/// The page may load its own files, start its own worker and ask this server. Nothing else, and nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// No device sensor but where she is, when a form asks and she taps; no other window, no address told to anybody.
const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"),
];

/// A year.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Said where this build has no browser edition.
const NONE: &str =
    "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>暖访</title><p>这台暖访服务器没有带浏览器版，请用暖访应用。</p>";

/// The middleware that says what holds for every answer: nobody keeps those of the protocol, on the way or in a browser's cache, which
/// is not encrypted; and who came by https once comes by nothing else.
pub(crate) async fn guarded(State(app): State<App>, request: Request, next: Next) -> Response {
    let of_protocol = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if of_protocol {
        let said = headers.get(header::CACHE_CONTROL).and_then(|said| said.to_str().ok()).is_some_and(|said| said.contains("no-store"));
        if !said {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // No browser guesses at a type of our own, and each byte of "nothing new" counts.
        if headers.get(header::CONTENT_TYPE).is_none_or(|said| said != MEDIA) {
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        }
    }
    if app.settings.tls.is_some() || app.settings.behind_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    response
}

/// Answers whatever is not a call of the protocol.
pub async fn file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut response = match uri.path().trim_start_matches('/') {
        "" => send("index.html", &headers).unwrap_or_else(|| ([(header::CONTENT_TYPE, media("html"))], NONE).into_response()),
        name => send(name, &headers).unwrap_or_else(|| StatusCode::NOT_FOUND.into_response()),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn send(name: &str, asked: &HeaderMap) -> Option<Response> {
    if name.ends_with(".br") {
        return None;
    }
    let takes_brotli = asked.get(header::ACCEPT_ENCODING).and_then(|a| a.to_str().ok()).is_some_and(takes_brotli);
    let small = takes_brotli.then(|| Site::get(&format!("{name}.br"))).flatten();
    let compressed = small.is_some();
    let file = small.or_else(|| Site::get(name))?;
    let tag = format!("\"{}\"", HEXLOWER.encode(file.metadata.sha256_hash().get(..12)?));
    let kept = if is_fingerprinted(name) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = match asked.get(header::IF_NONE_MATCH).and_then(|old| old.to_str().ok()) {
        Some(old) if old == tag => StatusCode::NOT_MODIFIED.into_response(),
        _ => Body::from(file.data).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media(name.rsplit('.').next()?)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Some(response)
}

fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').map(str::trim).any(|one| one == "br" || (one.starts_with("br;") && !one.ends_with("q=0")))
}

/// `ui.3f2a91c0.js`
fn is_fingerprinted(name: &str) -> bool {
    let middle = name.rsplit('.').nth(1).unwrap_or_default();
    name.matches('.').count() > 1 && middle.len() == 8 && middle.bytes().all(|b| b.is_ascii_hexdigit())
}

fn media(kind: &str) -> &'static str {
    match kind {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_fingerprint_are_kept_for_ever() {
        assert!(is_fingerprinted("ui.3f2a91c0.js"));
        assert!(is_fingerprinted("browser_bg.00000000.wasm"));
        for name in ["index.html", "sw.js", "manifest.webmanifest", "icons/icon.svg", "3f2a91c0.js"] {
            assert!(!is_fingerprinted(name), "{name}");
        }
    }

    #[test]
    fn a_refused_encoding_is_not_sent() {
        assert!(takes_brotli("gzip, deflate, br, zstd") && takes_brotli("br;q=0.5"));
        assert!(!takes_brotli("gzip") && !takes_brotli("br;q=0") && !takes_brotli(""));
    }
}
