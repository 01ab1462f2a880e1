//! Who asks, from a request's head, and replies as devices know ours.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::http::access::Origin;
use crate::http::connections::Stranger;
use crate::sync::exchange::{self, Auth};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use domain::sync::MEDIA;
use std::net::IpAddr;

impl FromRequestParts<App> for Auth {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Auth> {
        let token = bearer(&parts.headers).ok_or_else(exchange::unknown_token)?;
        let auth = app.run(move |app| exchange::auth(app, &token)).await?;
        if let Some(origin) = parts.extensions.get::<Origin>() {
            origin.is(&auth.device);
        }
        if let Some(stranger) = parts.extensions.get::<Stranger>() {
            stranger.is_known_now();
        }
        app.guard.device(&auth.device)?;
        // For its body.
        parts.extensions.insert(auth.device);
        Ok(auth)
    }
}

/// A device of ours, also one that was stopped or whose owner has left: good for what it still has to tell, and for nothing else.
pub(crate) struct Leaving(pub(crate) Auth);

impl FromRequestParts<App> for Leaving {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Leaving> {
        let token = bearer(&parts.headers).ok_or_else(exchange::unknown_token)?;
        let auth = app.run(move |app| exchange::leaving(app, &token)).await?;
        if let Some(origin) = parts.extensions.get::<Origin>() {
            origin.is(&auth.device);
        }
        app.guard.device(&auth.device)?;
        Ok(Leaving(auth))
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?.to_owned())
}

/// An address from which one may try to enrol: asked before a byte of the body is waited for.
pub(super) struct Joining(pub(super) IpAddr);

impl FromRequestParts<App> for Joining {
    type Rejection = AppError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> AppResult<Joining> {
        let address = parts.extensions.get::<Origin>().map_or(IpAddr::from([0; 4]), |origin| origin.address);
        app.guard.enrolment(address)?;
        app.guard.may_try_a_code(address)?;
        Ok(Joining(address))
    }
}

/// A reply in the media type that tells our server from any other.
pub(crate) fn ours(body: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, MEDIA)], body)
}
