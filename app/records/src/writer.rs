//! Who writes, and what comes of it.
use automerge::{ActorId, Author};
use domain::{DeviceId, Hash, StaffId, Timestamp};

/// An Automerge actor: eight random bytes per install × document, new after a restore, a copy or a rebase. A document has
/// some dozen actors in its life, so 64 bits never meet; half the usual size because a day's visits each carry one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Actor(pub [u8; 8]);

impl From<Actor> for ActorId {
    fn from(a: Actor) -> Self {
        ActorId::from(a.0)
    }
}

/// Who writes, on which device, when, under which actor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writer {
    /// The member of staff.
    pub staff: StaffId,
    /// Her device.
    pub device: DeviceId,
    /// The device's clock.
    pub at: Timestamp,
    /// The actor for this document.
    pub actor: Actor,
}

impl Writer {
    /// The author as an actor's first change carries it: `S0012@a1b2`, staff id and the device's four characters.
    pub(crate) fn author(&self) -> Author<'static> {
        Author::from(format!("{}@{}", self.staff, device_mark(&self.device)).into_bytes())
    }
}

/// Four characters by which people tell devices apart: the last two (random) bytes of the id in hex.
pub(crate) fn device_mark(device: &DeviceId) -> String {
    let b = device.bytes();
    format!("{:02x}{:02x}", b[14], b[15])
}

/// Reads an author back.
pub(crate) fn read_author(bytes: &[u8]) -> Option<(StaffId, String)> {
    let (staff, device) = std::str::from_utf8(bytes).ok()?.split_once('@')?;
    let mark = device.len() == 4 && device.bytes().all(|b| b.is_ascii_hexdigit());
    mark.then(|| Some((staff.parse().ok()?, device.to_owned())))?
}

/// A change on its way: its name and its bytes (Automerge's uncompressed chunk).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// SHA-256 by Automerge.
    pub hash: Hash,
    /// The chunk.
    pub bytes: Vec<u8>,
}

impl From<&automerge::Change> for Change {
    fn from(c: &automerge::Change) -> Self {
        Change { hash: Hash(c.hash().0), bytes: c.raw_bytes().to_vec() }
    }
}
