//! Values of MessagePack by their bytes, without decoding them.

use std::io::{self, Read};

use rmp::Marker;
use rmp::encode::{write_array_len, write_map_len};

use crate::Lists;

/// Whether a message has no more values than `most`, by what its lists and maps say they hold. Of one that is cut short, nothing more is
/// known: whoever decodes it says so.
pub fn has_at_most(most: u64, message: &[u8]) -> bool {
    let (mut rest, mut seen, mut open) = (message, 0u64, 1u64);
    while open > 0 {
        let Ok(head) = Head::read(&mut rest) else { return true };
        (seen, open) = (seen + 1, open - 1 + head.inside);
        if seen + open > most {
            return false;
        }
        let Some(after) = usize::try_from(head.bytes).ok().and_then(|bytes| rest.get(bytes..)) else { return true };
        rest = after;
    }
    true
}

/// The bytes of the next value.
///
/// # Errors
/// `UnexpectedEof` when it is cut short.
pub fn next_item(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut item = Vec::new();
    copy(from, &mut item)?;
    Ok(item)
}

/// The message without the items of lists that cannot be read, and how many those are.
pub fn sift(message: &[u8], lists: Lists) -> io::Result<(Vec<u8>, u64)> {
    let (mut rest, mut known, mut newer) = (message, Vec::with_capacity(message.len()), 0);
    sift_value(&mut rest, &mut known, Some(""), lists, &mut newer)?;
    Ok((known, newer))
}

/// `path` leads to the value, empty for the message itself; none where no list can be. So it goes no deeper than the lists lie.
fn sift_value(from: &mut &[u8], to: &mut Vec<u8>, path: Option<&str>, lists: Lists, newer: &mut u64) -> io::Result<()> {
    let Some(path) = path else { return copy(from, to) };
    let leads = |list: &str| path.is_empty() || list.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    let wanted = lists.iter().find(|(list, _)| *list == path);
    let mut ahead = *from;
    let head = Head::read(&mut ahead)?;
    match (head.kind, wanted) {
        (Holds::Items, Some((_, reads))) => {
            *from = ahead;
            let (mut known, mut count) = (Vec::new(), 0);
            for _ in 0..head.inside {
                let item = next_item(from)?;
                if reads(&item) {
                    known.extend(item);
                    count += 1;
                } else {
                    *newer += 1;
                }
            }
            write_array_len(to, count)?;
            to.extend(known);
        }
        (Holds::Fields, _) if lists.iter().any(|(list, _)| leads(list)) => {
            *from = ahead;
            write_map_len(to, u32::try_from(head.inside / 2).unwrap_or(u32::MAX))?;
            for _ in 0..head.inside / 2 {
                let name = next_item(from)?;
                to.extend(&name);
                let name = rmp_serde::from_slice::<&str>(&name).ok().filter(|name| !name.is_empty());
                let below = name.map(|name| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") });
                sift_value(from, to, below.as_deref(), lists, newer)?;
            }
        }
        _ => copy(from, to)?,
    }
    Ok(())
}

/// Copies one value with all that it holds.
fn copy(from: &mut impl Read, to: &mut Vec<u8>) -> io::Result<()> {
    let mut open = 1u64;
    while open > 0 {
        let mut copied = Tee(&mut *from, to);
        let head = Head::read(&mut copied)?;
        open = open - 1 + head.inside;
        if io::copy(&mut from.by_ref().take(head.bytes), to)? < head.bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// Reads, and keeps what was read.
struct Tee<'a, R: Read>(&'a mut R, &'a mut Vec<u8>);

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(into)?;
        self.1.extend_from_slice(into.get(..n).unwrap_or_default());
        Ok(n)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    Items,
    Fields,
}

/// What a value says of itself: how many bytes of its own follow, and how many values it holds.
struct Head {
    bytes: u64,
    inside: u64,
    kind: Holds,
}

impl Head {
    fn read(from: &mut impl Read) -> io::Result<Head> {
        let mut number = |bytes: usize| {
            let mut read = [0; 4];
            let read = read.get_mut(..bytes).ok_or(io::ErrorKind::InvalidInput)?;
            from.read_exact(read)?;
            Ok::<u64, io::Error>(read.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
        };
        let [marker, ..] = number(1)?.to_le_bytes();
        let own = |bytes: u64| Head { bytes, inside: 0, kind: Holds::Nothing };
        let list = |inside: u64| Head { bytes: 0, inside, kind: Holds::Items };
        let map = |fields: u64| Head { bytes: 0, inside: 2 * fields, kind: Holds::Fields };
        Ok(match Marker::from_u8(marker) {
            Marker::FixPos(_) | Marker::FixNeg(_) | Marker::Null | Marker::Reserved | Marker::False | Marker::True => own(0),
            Marker::U8 | Marker::I8 => own(1),
            Marker::U16 | Marker::I16 | Marker::FixExt1 => own(2),
            Marker::FixExt2 => own(3),
            Marker::U32 | Marker::I32 | Marker::F32 => own(4),
            Marker::FixExt4 => own(5),
            Marker::U64 | Marker::I64 | Marker::F64 => own(8),
            Marker::FixExt8 => own(9),
            Marker::FixExt16 => own(17),
            Marker::FixStr(length) => own(length.into()),
            Marker::Str8 | Marker::Bin8 => own(number(1)?),
            Marker::Str16 | Marker::Bin16 => own(number(2)?),
            Marker::Str32 | Marker::Bin32 => own(number(4)?),
            Marker::Ext8 => own(number(1)? + 1),
            Marker::Ext16 => own(number(2)? + 1),
            Marker::Ext32 => own(number(4)? + 1),
            Marker::FixArray(length) => list(length.into()),
            Marker::Array16 => list(number(2)?),
            Marker::Array32 => list(number(4)?),
            Marker::FixMap(length) => map(length.into()),
            Marker::Map16 => map(number(2)?),
            Marker::Map32 => map(number(4)?),
        })
    }
}
