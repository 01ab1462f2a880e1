//! Bodies: MessagePack with named fields inside zstd, both with limits.
use crate::error::{AppError, AppResult};
use domain::Code;
use domain::sync::MAX_PLAIN;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Reads a body. What it holds beyond the known fields is skipped.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> AppResult<T> {
    let bad = |_| AppError::from(Code::BadChange);
    let mut plain = Vec::new();
    let limit = MAX_PLAIN as u64 + 1;
    let mut reader = zstd::stream::read::Decoder::new(body).map_err(bad)?;
    // A few bytes may ask for a window of 128 MiB, whatever they hold.
    reader.window_log_max(MAX_PLAIN.ilog2()).map_err(bad)?;
    reader.take(limit).read_to_end(&mut plain).map_err(bad)?;
    if plain.len() as u64 == limit {
        return Err(Code::TooLarge.into());
    }
    rmp_serde::from_slice(&plain).map_err(|_| Code::BadChange.into())
}

/// Makes a reply.
pub fn encode<T: Serialize>(reply: &T) -> AppResult<Vec<u8>> {
    let plain = rmp_serde::to_vec_named(reply).map_err(anyhow::Error::from)?;
    Ok(zstd::bulk::compress(&plain, 3).map_err(anyhow::Error::from)?)
}
