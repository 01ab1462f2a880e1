//! The outer form of Automerge's chunks, read before Automerge reads them. Columns are run-length encoded: twenty bytes can
//! stand for a billion operations, and Automerge unrolls what it is told to. So everything is counted first.
//! Format: <https://automerge.org/automerge-binary-format-spec/>
use crate::error::RecordError;

/// A whole document.
pub(crate) const DOCUMENT: u8 = 0;
/// One change, not compressed.
pub(crate) const CHANGE: u8 = 1;

/// Most operations in one change, and most others that they name.
pub(crate) const MAX_OPS: u64 = 20_000;
/// Seconds, tens of thousands of years before or after 1970: clocks may be wrong, but Automerge subtracts without looking.
pub(crate) const MAX_TIME: u64 = 1 << 40;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const HASH: usize = 32;
/// In a column's specification: the column is deflated.
const DEFLATED: u64 = 8;
/// The moments of changes, the only numbers that are not counted up.
const TIME: u64 = 0x23;
/// Types of columns: how many belong together of the columns that follow; numbers in a list of actors; differences of numbers; lengths
/// of runs of false and true; words; bytes whose lengths are in the column before.
const GROUP: u64 = 0;
const ACTOR: u64 = 1;
const DELTA: u64 = 3;
const BOOLEAN: u64 = 4;
const TEXT: u64 = 5;
const VALUE: u64 = 7;

/// Checks that the bytes are one chunk of this kind, with nothing after it and nothing compressed in it, none of whose columns
/// has more than so many rows, or names an actor that is not there, or an operation beyond 32 bits.
pub(crate) fn check_limits(bytes: &[u8], kind: u8, rows: u64) -> Result<(), RecordError> {
    chunk(bytes, kind, rows).map(drop).ok_or(RecordError::Malformed("not a chunk of ours"))
}

/// About how many operations a change would be unrolled to; 0 for bytes that nothing unrolls, because they are none of our changes.
pub fn operations(change: &[u8]) -> u64 {
    chunk(change, CHANGE, MAX_OPS).unwrap_or(0)
}

/// The most rows that a column of it has.
fn chunk(bytes: &[u8], kind: u8, rows: u64) -> Option<u64> {
    let mut longest = 0;
    let mut rest = Reader(bytes);
    let known = rest.take(MAGIC.len())? == MAGIC && rest.take(4).is_some() && rest.take(1)? == [kind];
    let length = rest.unsigned()?;
    if !known || length != rest.0.len() as u64 {
        return None;
    }
    let (actors, tables) = if kind == DOCUMENT {
        let actors = rest.many(Reader::prefixed)?;
        rest.many(|r| r.take(HASH).map(drop))?;
        (actors, vec![rest.columns()?, rest.columns()?])
    } else {
        rest.many(|r| r.take(HASH).map(drop))?;
        rest.prefixed()?;
        // Its number, its first operation's, its moment, a message.
        rest.unsigned()?;
        rest.unsigned()?;
        rest.signed()?;
        rest.prefixed()?;
        (rest.many(Reader::prefixed)?.checked_add(1)?, vec![rest.columns()?])
    };
    for (specification, length) in tables.into_iter().flatten() {
        let column = Reader(rest.take(usize::try_from(length).ok()?)?);
        let most = match specification & 7 {
            ACTOR => actors.checked_sub(1)?,
            _ if specification == TIME => MAX_TIME,
            _ => u32::MAX.into(),
        };
        let here = column.rows(specification & 7, rows, most)?;
        if specification & DEFLATED != 0 || here > rows {
            return None;
        }
        longest = here.max(longest);
    }
    Some(longest)
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    /// LEB128.
    fn unsigned(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    }

    /// Signed LEB128.
    fn signed(&mut self) -> Option<i64> {
        let before = self.0;
        let value = self.unsigned()?;
        let length = before.len() - self.0.len();
        let unused = 64u32.saturating_sub(u32::try_from(length).ok()? * 7);
        Some((value << unused).cast_signed() >> unused)
    }

    fn prefixed(&mut self) -> Option<()> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        self.take(length).map(drop)
    }

    /// How many, and then so many.
    fn many(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<u64> {
        let n = self.unsigned()?;
        (0..n).try_for_each(|_| item(self)).map(|()| n)
    }

    /// Specifications of columns, each with its length.
    fn columns(&mut self) -> Option<Vec<(u64, u64)>> {
        let mut found = Vec::new();
        self.many(|r| {
            found.push((r.unsigned()?, r.unsigned()?));
            Some(())
        })?;
        Some(found)
    }

    /// How many rows a column of this type says it has; of a group, if that is more, how many its groups have together. Reads no
    /// further than `enough`. None when a number in it is larger than `most`.
    fn rows(mut self, kind: u64, enough: u64, most: u64) -> Option<u64> {
        let (mut rows, mut grouped, mut sum) = (0u64, 0u64, 0i128);
        while !self.0.is_empty() && rows.max(grouped) <= enough {
            match kind {
                BOOLEAN => rows = rows.saturating_add(self.unsigned()?),
                VALUE => break,
                _ => {
                    let run = self.signed()?;
                    let values = if run < 0 { run.unsigned_abs() } else { u64::from(run > 0) };
                    let length = if run == 0 { self.unsigned()? } else { run.unsigned_abs() };
                    rows = rows.saturating_add(length);
                    for _ in 0..values {
                        let times = if run > 0 { length } else { 1 };
                        let number = match kind {
                            TEXT => self.prefixed().map(|()| 0)?,
                            DELTA => {
                                sum += i128::from(self.signed()?) * i128::from(times);
                                sum.unsigned_abs()
                            }
                            _ => self.unsigned()?.into(),
                        };
                        if number > most.into() {
                            return None;
                        }
                        if kind == GROUP {
                            grouped = grouped.saturating_add(u64::try_from(number).ok()?.saturating_mul(times));
                        }
                    }
                }
            }
        }
        Some(rows.max(grouped))
    }
}
