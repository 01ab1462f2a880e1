//! Messages between a device and its server: MessagePack with named fields inside zstd. A message is bounded before it is decoded: a few
//! compressed bytes may stand for millions of names. And it is read by programs of other years: what one does not know among the fields
//! is skipped, what it cannot read among the items of a list is left out and counted.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod value;

use domain::area::Area;
use domain::due::{DueRule, FirstVisit};
use domain::lists::ListEntry;
use domain::staff::Staff;
use domain::sync::{FeedItem, OwnDevice};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

pub use value::{has_at_most, next_item};

/// Why a message cannot be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is none, or is cut short.
    Broken,
    /// It is larger, or holds more values, than a message may.
    TooLarge,
}

/// Makes a message. `level` is zstd's: a device takes its time, a server has many to answer.
///
/// # Errors
/// `Broken` for what cannot be written, which no message is.
pub fn pack(message: &impl Serialize, level: i32) -> Result<Vec<u8>, Unreadable> {
    let plain = rmp_serde::to_vec_named(message).map_err(|_| Unreadable::Broken)?;
    zstd::bulk::compress(&plain, level).map_err(|_| Unreadable::Broken)
}

/// The plain bytes of a message, as they are read; they end a byte after the `most` there may be.
///
/// # Errors
/// `Broken` for what is not packed.
pub fn plain<'a>(packed: impl Read + 'a, most: usize) -> Result<Box<dyn Read + 'a>, Unreadable> {
    let mut reader = zstd::stream::read::Decoder::new(packed).map_err(|_| Unreadable::Broken)?;
    // A few bytes may ask for a window of 128 MiB, whatever they hold.
    reader.window_log_max(most.max(1024).next_power_of_two().ilog2()).map_err(|_| Unreadable::Broken)?;
    Ok(Box::new(reader.take(most as u64 + 1)))
}

/// All plain bytes of a message.
///
/// # Errors
/// `Broken`, `TooLarge`.
pub fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, Unreadable> {
    let mut all = Vec::new();
    plain(packed, most)?.read_to_end(&mut all).map_err(|_| Unreadable::Broken)?;
    if all.len() > most { Err(Unreadable::TooLarge) } else { Ok(all) }
}

/// Deepest that a message's lists and maps lie in each other. Ours go to ten; a stack ends somewhere.
const DEEPEST: usize = 64;

/// Decodes plain bytes.
///
/// # Errors
/// `Broken`.
pub fn read<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Unreadable> {
    let mut reader = rmp_serde::Deserializer::from_read_ref(plain);
    reader.set_max_depth(DEEPEST);
    T::deserialize(&mut reader).map_err(|_| Unreadable::Broken)
}

/// The lists of a message of which a newer program may have items that this one cannot read: each by the names of the fields that lead
/// to it, and whether it can read the plain bytes of an item.
pub type Lists = &'static [(&'static str, fn(&[u8]) -> bool)];

/// Of a reply to a sync request, and to enrolling.
pub const REPLY: Lists = &[
    ("feed", reads::<FeedItem>),
    ("reference.areas", reads::<Area>),
    ("reference.staff", reads::<Staff>),
    ("reference.devices", reads::<OwnDevice>),
    ("reference.policy.due.rules", reads::<DueRule>),
    ("reference.policy.due.first_visits", reads::<FirstVisit>),
    ("reference.policy.lists", reads::<ListEntry>),
];

/// Of a list of records.
pub const RECORDS: Lists = &[("", reads::<FeedItem>)];

fn reads<T: DeserializeOwned>(item: &[u8]) -> bool {
    read::<T>(item).is_ok()
}

/// A message as far as this program can read it.
#[derive(Clone, PartialEq, Debug)]
pub struct Sifted<T> {
    /// It, without the items that it cannot.
    pub body: T,
    /// How many those are: a newer program can.
    pub newer: u64,
}

/// Decodes plain bytes, but for the items of `lists` that this program cannot read.
///
/// # Errors
/// `Broken` for everything else that cannot be read.
pub fn read_known<T: DeserializeOwned>(plain: &[u8], lists: Lists) -> Result<Sifted<T>, Unreadable> {
    match read(plain) {
        Ok(body) => Ok(Sifted { body, newer: 0 }),
        Err(_) => {
            let (known, newer) = value::sift(plain, lists).map_err(|_| Unreadable::Broken)?;
            Ok(Sifted { body: read(&known)?, newer })
        }
    }
}

#[cfg(test)]
mod tests;
