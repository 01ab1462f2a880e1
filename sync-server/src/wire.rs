//! Bodies: MessagePack with named fields inside zstd. What is too large or holds too many values is refused before it is decoded: a few
//! compressed bytes may stand for millions of names.
use crate::error::{AppError, AppResult};
use domain::Code;
use domain::sync::{MAX_REQUEST, MAX_VALUES};
use rmp::Marker;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// Reads a body. What it holds beyond the known fields is skipped.
///
/// # Errors
/// `TooLarge`; `BadChange` for what cannot be read.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> AppResult<T> {
    let bad = |_| AppError::from(Code::BadChange);
    let mut plain = Vec::new();
    let limit = MAX_REQUEST as u64 + 1;
    let mut reader = zstd::stream::read::Decoder::new(body).map_err(bad)?;
    // A few bytes may ask for a window of 128 MiB, whatever they hold.
    reader.window_log_max(MAX_REQUEST.ilog2()).map_err(bad)?;
    reader.take(limit).read_to_end(&mut plain).map_err(bad)?;
    if plain.len() as u64 == limit || !has_at_most(MAX_VALUES, &plain) {
        return Err(Code::TooLarge.into());
    }
    rmp_serde::from_slice(&plain).map_err(|_| Code::BadChange.into())
}

/// Whether a message has no more values than `most`, by what its lists and maps say they hold. Of one that is cut short, nothing more is
/// known: whoever decodes it says so.
fn has_at_most(most: u64, message: &[u8]) -> bool {
    let (mut rest, mut seen, mut open) = (message, 0u64, 1u64);
    while open > 0 {
        let Some((bytes, inside)) = next_value(&mut rest) else { return true };
        (seen, open) = (seen + 1, open - 1 + inside);
        if seen + open > most {
            return false;
        }
        let Some(after) = usize::try_from(bytes).ok().and_then(|bytes| rest.get(bytes..)) else { return true };
        rest = after;
    }
    true
}

/// Reads the head of a value: how many bytes of its own follow, and how many values it holds.
fn next_value(rest: &mut &[u8]) -> Option<(u64, u64)> {
    let mut number = |bytes: usize| {
        let (number, after) = rest.split_at_checked(bytes)?;
        *rest = after;
        Some(number.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte)))
    };
    Some(match Marker::from_u8(u8::try_from(number(1)?).ok()?) {
        Marker::FixPos(_) | Marker::FixNeg(_) | Marker::Null | Marker::Reserved | Marker::False | Marker::True => (0, 0),
        Marker::U8 | Marker::I8 => (1, 0),
        Marker::U16 | Marker::I16 | Marker::FixExt1 => (2, 0),
        Marker::FixExt2 => (3, 0),
        Marker::U32 | Marker::I32 | Marker::F32 => (4, 0),
        Marker::FixExt4 => (5, 0),
        Marker::U64 | Marker::I64 | Marker::F64 => (8, 0),
        Marker::FixExt8 => (9, 0),
        Marker::FixExt16 => (17, 0),
        Marker::FixStr(length) => (length.into(), 0),
        Marker::Str8 | Marker::Bin8 => (number(1)?, 0),
        Marker::Str16 | Marker::Bin16 => (number(2)?, 0),
        Marker::Str32 | Marker::Bin32 => (number(4)?, 0),
        Marker::Ext8 => (number(1)? + 1, 0),
        Marker::Ext16 => (number(2)? + 1, 0),
        Marker::Ext32 => (number(4)? + 1, 0),
        Marker::FixArray(length) => (0, length.into()),
        Marker::Array16 => (0, number(2)?),
        Marker::Array32 => (0, number(4)?),
        Marker::FixMap(length) => (0, 2 * u64::from(length)),
        Marker::Map16 => (0, 2 * number(2)?),
        Marker::Map32 => (0, 2 * number(4)?),
    })
}

/// Makes a reply.
pub fn encode<T: Serialize>(reply: &T) -> AppResult<Vec<u8>> {
    let plain = rmp_serde::to_vec_named(reply).map_err(anyhow::Error::from)?;
    Ok(zstd::bulk::compress(&plain, 3).map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn said<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Code> {
        decode(&zstd::bulk::compress(plain, 3).unwrap()).map_err(|e| match e {
            AppError::Told(failure) => failure.code,
            AppError::Trouble(e) => panic!("{e}"),
        })
    }

    #[test]
    fn every_value_is_counted_whatever_its_kind() {
        let long = "长".repeat(30_000);
        let value = json!({"a": [1, -1, 200, -200, 70_000, 5_000_000_000_u64, 1.5, true, null], "b": {"c": long, "d": "x".repeat(40)}});
        let plain = rmp_serde::to_vec_named(&value).unwrap();
        assert!(has_at_most(18, &plain) && !has_at_most(17, &plain));
        assert_eq!(said::<serde_json::Value>(&plain), Ok(value));
    }

    #[test]
    fn millions_of_names_in_a_few_bytes_are_refused_before_they_are_decoded() {
        let many: BTreeMap<String, u8> = (0..300_000).map(|n| (format!("{n:012}"), 0)).collect();
        let plain = rmp_serde::to_vec_named(&many).unwrap();
        assert_eq!(said::<BTreeMap<String, u8>>(&plain), Err(Code::TooLarge));
        let nested = [vec![0xdd, 0, 0, 0xc0, 0], vec![0x91; 100_000]].concat();
        assert_eq!(said::<serde_json::Value>(&nested), Err(Code::TooLarge), "a list says how long it is");
        assert_eq!(said::<serde_json::Value>(&[0xdd, 0, 0, 1]), Err(Code::BadChange), "cut short");
        assert_eq!(said::<serde_json::Value>(&vec![0xc0; MAX_REQUEST + 1]), Err(Code::TooLarge));
    }

    #[test]
    fn a_cursor_of_every_county_is_read() {
        let counties: BTreeMap<String, u64> = (0..3300).map(|n| (format!("{:06}", 110_000 + n), 70_000)).collect();
        assert_eq!(said(&rmp_serde::to_vec_named(&counties).unwrap()), Ok(counties));
    }
}
