//! The proof for a device that this server stopped it.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::http::auth::bearer;
use crate::office::registry;
use crate::store::db::Db;
use crate::sync::device_keys::find;
use crate::sync::exchange;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use domain::sync::{REVOCATION, RevokedReply, WIRE};
use domain::{Code, Hash};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The routes.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/revoked", get(revoked))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(super) struct Asked {
    /// 32 random bytes, chosen for this once.
    nonce: Hash,
}

/// `GET /v1/revoked?nonce={64 hexadecimal digits}`: the proof that the token's device was stopped; `not_found` when it was not.
async fn revoked(State(app): State<App>, Query(asked): Query<Asked>, headers: HeaderMap) -> AppResult<Json<RevokedReply>> {
    let token = bearer(&headers).ok_or_else(exchange::unknown_token)?;
    let hash = Hash(Sha256::digest(token.as_bytes()).into());
    let found = app.run(move |app| {
        let read = |db: &Db<'_>| match registry::device_by_token_hash(db, &hash)? {
            Some(device) => Ok(Some((device.id, if device.revoked.is_some() { find(db, &device.id)? } else { None }))),
            None => Ok(None),
        };
        Ok(app.store.read(read)?)
    });
    let (device, key) = found.await?.ok_or_else(exchange::unknown_token)?;
    app.guard.device(&device)?;
    let key = key.ok_or(AppError::from(Code::NotFound))?;
    let proof = blake3::Hasher::new_keyed(&blake3::derive_key(REVOCATION, &key.0.0)).update(device.bytes()).update(&asked.nonce.0).finalize();
    Ok(Json(RevokedReply { nuanfang: WIRE, proof: Hash(*proof.as_bytes()) }))
}
