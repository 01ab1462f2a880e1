//! Bodies: MessagePack with named fields inside zstd, both with limits.
use crate::error::{AppError, AppResult};
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::Code;
use domain::sync::{MAX_PLAIN, MEDIA};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Reads a body. What it holds beyond the known fields is skipped.
pub fn decode<T: DeserializeOwned>(body: &Bytes) -> AppResult<T> {
    let bad = |_| AppError::from(Code::BadChange);
    let mut plain = Vec::new();
    let limit = MAX_PLAIN as u64 + 1;
    zstd::stream::read::Decoder::new(body.as_ref()).map_err(bad)?.take(limit).read_to_end(&mut plain).map_err(bad)?;
    if plain.len() as u64 == limit {
        return Err(Code::TooLarge.into());
    }
    rmp_serde::from_slice(&plain).map_err(|_| Code::BadChange.into())
}

/// Makes a reply.
pub fn encode<T: Serialize>(reply: &T) -> AppResult<Response> {
    let plain = rmp_serde::to_vec_named(reply).map_err(anyhow::Error::from)?;
    let body = zstd::bulk::compress(&plain, 3).map_err(anyhow::Error::from)?;
    Ok(([(header::CONTENT_TYPE, MEDIA)], body).into_response())
}
