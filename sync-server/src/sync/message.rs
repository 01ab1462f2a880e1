//! Bodies of requests and replies. What is too large or holds too many values is refused before it is decoded.
use crate::error::{AppError, AppResult};
use domain::Code;
use domain::sync::{MAX_REQUEST, MAX_VALUES};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::Unreadable;

/// Reads a body. What it holds beyond the known fields is skipped.
///
/// # Errors
/// `TooLarge`; `BadChange` for what cannot be read.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> AppResult<T> {
    let read = wire::unpack(body, MAX_REQUEST)
        .and_then(|plain| if wire::has_at_most(MAX_VALUES, &plain) { wire::read(&plain) } else { Err(Unreadable::TooLarge) });
    read.map_err(|e| match e {
        Unreadable::TooLarge => Code::TooLarge.into(),
        Unreadable::Broken => AppError::from(Code::BadChange),
    })
}

/// Makes a reply.
pub fn encode<T: Serialize>(reply: &T) -> AppResult<Vec<u8>> {
    wire::pack(reply, 3).map_err(|_| Code::Internal.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn said<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Code> {
        decode(&zstd::bulk::compress(plain, 3).unwrap()).map_err(|e| match e {
            AppError::Told(failure) => failure.code,
            AppError::Trouble(e) => panic!("{e}"),
        })
    }

    #[test]
    fn millions_of_names_in_a_few_bytes_are_refused_before_they_are_decoded() {
        let many: BTreeMap<String, u8> = (0..300_000).map(|n| (format!("{n:012}"), 0)).collect();
        let plain = rmp_serde::to_vec_named(&many).unwrap();
        assert_eq!(said::<BTreeMap<String, u8>>(&plain), Err(Code::TooLarge));
        let nested = [vec![0xdd, 0, 0, 0xc0, 0], vec![0x91; 100_000]].concat();
        assert_eq!(said::<serde_json::Value>(&nested), Err(Code::TooLarge), "a list says how long it is");
        assert_eq!(said::<serde_json::Value>(&[0xdd, 0, 0, 1]), Err(Code::BadChange), "cut short");
        let deep = [vec![0x91; 40_000], vec![0xc0]].concat();
        assert_eq!(said::<serde_json::Value>(&deep), Err(Code::BadChange), "deeper than any message");
        assert_eq!(said::<serde_json::Value>(&vec![0xc0; MAX_REQUEST + 1]), Err(Code::TooLarge));
    }

    #[test]
    fn a_cursor_of_every_county_is_read() {
        let counties: BTreeMap<String, u64> = (0..3300).map(|n| (format!("{:06}", 110_000 + n), 70_000)).collect();
        assert_eq!(said(&rmp_serde::to_vec_named(&counties).unwrap()), Ok(counties));
    }
}
