//! The wire: `POST /v1/enrol` and `POST /v1/sync`. Bodies are MessagePack with named fields inside zstd, so a
//! reader skips what it does not know and an old client can always upload.
use crate::area::Area;
use crate::audit::Access;
use crate::policy::Policy;
use crate::staff::Staff;
use crate::{AreaCode, DeviceId, Failure, Hash, RecordId, Row, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the wire in this program.
pub const WIRE: u32 = 1;
/// From this on, the version in a sync request says that its sender knows the code `clock`.
pub const SAYS_CLOCK: u32 = 2;
/// From this on, it says that its sender hears of what was taken by places: thirty names are half of an evening's reply.
pub const SAYS_PLACES: u32 = 3;
/// Largest compressed body taken, bytes.
pub const MAX_BODY: usize = 4 << 20;
/// Largest reply after decompression, bytes.
pub const MAX_PLAIN: usize = 32 << 20;
/// Largest request after decompression, bytes. Clients send 3 MiB of changes at once.
pub const MAX_REQUEST: usize = 8 << 20;
/// Most values in a request, each name, number, text, list and map counted. The largest that a client sends has some 30,000: 2,000
/// changes, 5,000 names, 5,000 persons, every county of the nation.
pub const MAX_VALUES: u64 = 50_000;
/// Most counties in a cursor. The nation has 2,844.
pub const MAX_COUNTIES: usize = 5000;
/// Largest single change, bytes.
pub const MAX_CHANGE: usize = 256 << 10;
/// Most changes in one request; the rest goes with the next.
pub const MAX_CHANGES: usize = 2000;
/// Most names of known changes, of changes written anew, of persons, and most changes given back, in one request.
pub const MAX_KNOWN: usize = 5000;
/// Most records in one request that no download brought: the device opens each to name its heads.
pub const MAX_UNHEARD: usize = 50;
/// About how many plain bytes of feed one reply carries.
pub const FEED_BYTES: usize = 2 << 20;
/// Media type of replies: tells our server from any other. Requests need none; every byte of "nothing new" counts.
pub const MEDIA: &str = "application/nuanfang";

/// A device joins. The device chooses its id and token itself and sends the token's hash, so a lost reply
/// is repaired by asking again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnrolRequest {
    /// Version of the wire, 1.
    pub v: u32,
    /// The one-time code as typed, without spaces, upper case.
    pub code: String,
    /// The device's own id.
    pub device: DeviceId,
    /// SHA-256 of the token the device will send as `Authorization: Bearer`.
    pub token_hash: Hash,
    /// What the device calls itself, for the administrator's list, for example `Android 手机`.
    pub label: String,
    /// The device that it takes the place of, its PIN being forgotten: that one is stopped, and what it did not send is this one's to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DeviceId>,
}

/// A key that one device and its server share, given once inside the connection: it proves that a device was stopped, and opens what
/// a device left behind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DeviceKey(pub Hash);

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceKey")
    }
}

/// The answer to a good code.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EnrolReply {
    /// Version of the wire, 1.
    pub v: u32,
    /// Who the device belongs to.
    pub staff: Staff,
    /// The server's epoch.
    pub epoch: u64,
    /// Areas, staff and policy.
    pub reference: Reference,
    /// The server's clock.
    pub now: Timestamp,
}

/// What a device needs besides records: names of areas and staff, the county's policy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// Fingerprint; a device sends the one it has and gets the whole only when it differs.
    pub version: u64,
    /// Who the caller is now (role and areas may have changed).
    pub me: Staff,
    /// The county's name, for the first screen.
    pub county: String,
    /// Areas in the caller's scope and those above.
    pub areas: Vec<Area>,
    /// Staff whose names may appear in the caller's records.
    pub staff: Vec<Staff>,
    /// The county's policy.
    pub policy: Policy,
    /// The caller's devices that may sync: so that she hears of one that is not hers.
    #[serde(default)]
    pub devices: Vec<OwnDevice>,
    /// Forms that the county wrote and published where the caller works; their bodies are fetched by hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<FormEntry>,
}

/// A form that was published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FormEntry {
    /// `id@version`, as records name it.
    pub name: String,
    /// SHA-256 of its body.
    pub hash: Hash,
    /// Which of several versions is the newest: the greatest.
    pub order: u64,
    /// Whether something new is filled in by it.
    pub offered: bool,
}

/// A device that was enrolled for the caller.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OwnDevice {
    /// Its id.
    pub device: DeviceId,
    /// What it calls itself.
    pub label: String,
    /// When it joined.
    pub enrolled: Timestamp,
}

/// One change on its way up.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Push {
    /// The record it belongs to.
    #[serde(rename = "r")]
    pub record: RecordId,
    /// The change as Automerge's uncompressed chunk.
    #[serde(rename = "b", with = "serde_bytes")]
    #[schemars(with = "Vec<u8>")]
    pub bytes: Vec<u8>,
}

/// How far a device has read, a county. Made by the server, kept by the device as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, Default, JsonSchema)]
pub struct Cursor {
    /// Fingerprint of the scope it was made for; 0 at first. When areas or role change, the server starts anew.
    #[serde(rename = "s", alias = "scope")]
    pub scope: u64,
    /// Last sequence number read, a county.
    #[serde(rename = "q", alias = "seq")]
    pub seq: BTreeMap<AreaCode, u64>,
    /// While the first download runs: the last document sent. Persons come first, then the rest.
    #[serde(rename = "f", alias = "first", default, skip_serializing_if = "Option::is_none")]
    pub first: Option<(u8, RecordId)>,
    /// Whether the first download is over.
    #[serde(rename = "k", alias = "complete")]
    pub complete: bool,
    /// The device holds visits from this moment on; of an older one that changes it is sent the whole.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// A pack of whole records for the first download; its name is the SHA-256 of its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Pack {
    /// Its name.
    pub id: Hash,
    /// Its length.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
}

/// Most packs in one request.
pub const MAX_PACK_REQUESTS: usize = 64;

/// A pack that a device wants, from a byte on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PackRequest {
    /// Which.
    pub id: Hash,
    /// How many of its bytes are there already.
    pub from: u64,
}

/// What a device sends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SyncRequest {
    /// What the sender understands in a reply: from 2 on the code `clock`, from 3 on what was taken by places.
    pub v: u32,
    /// The sender; must be the token's device.
    #[serde(rename = "d", alias = "device")]
    pub device: DeviceId,
    /// Epoch of the server when the cursor was made; 0 at first.
    #[serde(rename = "e", alias = "epoch")]
    pub epoch: u64,
    /// How far it has read.
    #[serde(rename = "c", alias = "cursor")]
    pub cursor: Cursor,
    /// Fingerprint of the reference data it has; 0 for none.
    #[serde(rename = "r", alias = "ref")]
    pub reference: u64,
    /// Changes not yet acknowledged, oldest first, a record's changes in the order they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_CHANGES))]
    pub changes: Vec<Push>,
    /// Changes that a server of another epoch had: which of them did this one lose? Own ones, and then others' in records in doubt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_KNOWN))]
    pub known: Vec<Hash>,
    /// Others' changes that the server lost and that nobody brought back for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_KNOWN))]
    pub found: Vec<Push>,
    /// Own changes that this device wrote anew under other names: nobody need decide on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_KNOWN))]
    pub anew: Vec<Hash>,
    /// Persons it has, asked about after everything was read anew: which of them are no longer its business?
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_KNOWN))]
    pub here: Vec<RecordId>,
    /// Visits and reviews it has that were not among what came when everything was read anew, each with its document's heads: which of them
    /// stand otherwise on the server?
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_UNHEARD))]
    pub unheard: Vec<(RecordId, Vec<Hash>)>,
    /// Whether its first download may come in packs; clients of before packs do not ask.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub packs: bool,
    /// What it put down of access to files and the server does not have yet, oldest first.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_LOG))]
    pub log: Vec<Access>,
    /// It has no key in common with this server yet and asks for it.
    #[serde(rename = "k", default, skip_serializing_if = "std::ops::Not::not")]
    pub keyless: bool,
    /// Former devices whose unsent work lies sealed on this one: the key of which may it have?
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = MAX_FORMER))]
    pub former: Vec<DeviceId>,
    /// SHA-256 of the token that it wants to show from now on.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Hash>,
}

/// What a server says of a device's token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenWord {
    /// It is growing old: propose another.
    Renew,
    /// This one, as proposed, is good as well; from its first use on it is the only one.
    Kept(Hash),
}

impl SyncRequest {
    /// Brings nothing and asks for nothing but what is new since `cursor`. Hears of what was taken by names.
    pub fn new(device: DeviceId, epoch: u64, cursor: Cursor) -> Self {
        Self {
            v: SAYS_CLOCK,
            device,
            epoch,
            cursor,
            reference: 0,
            changes: Vec::new(),
            known: Vec::new(),
            found: Vec::new(),
            anew: Vec::new(),
            here: Vec::new(),
            unheard: Vec::new(),
            packs: false,
            log: Vec::new(),
            keyless: false,
            former: Vec::new(),
            next: None,
        }
    }
}

/// Most entries of the access log in one request.
pub const MAX_LOG: usize = 200;

/// `POST /v1/log`: only the access log. Also of a device that was stopped, before it is wiped.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LogRequest {
    /// Version of the wire, 1.
    pub v: u32,
    /// Oldest first.
    #[schemars(length(max = MAX_LOG))]
    pub log: Vec<Access>,
}

/// How many of them, from the first on, the server has now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LogReply {
    /// Version of the wire, 1.
    pub v: u32,
    /// How many.
    pub logged: u64,
}

/// Most former devices in one request.
pub const MAX_FORMER: usize = 16;

/// A device asks for what of a person lies before the time it holds. The reply is a list of [`FeedItem::Enter`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OlderRequest {
    /// Whose.
    pub person: RecordId,
    /// Everything before this moment.
    pub before: Timestamp,
}

/// A change that was not taken, and kept aside on the server.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// Its place in the request's `changes`, from 0: bytes that cannot be read have no hash.
    pub n: u32,
    /// Why.
    pub reason: Failure,
    /// Places of changes in the same request that build on it and go with it.
    #[serde(default)]
    pub blocked: Vec<u32>,
}

/// One thing to take in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedItem {
    /// A record as a whole: at the first download, or when it came into the caller's scope.
    Enter {
        /// The record.
        record: RecordId,
        /// The area of its file.
        area: AreaCode,
        /// The document, uncompressed.
        #[serde(with = "serde_bytes")]
        #[schemars(with = "Vec<u8>")]
        document: Vec<u8>,
        /// Its index row, so that nothing has to be computed on the way in.
        row: Box<Row>,
    },
    /// A change by somebody else.
    Change {
        /// The record.
        record: RecordId,
        /// Automerge's uncompressed chunk.
        #[serde(with = "serde_bytes")]
        #[schemars(with = "Vec<u8>")]
        bytes: Vec<u8>,
    },
    /// A change this device sent: from older servers, which say so of what `accepted` names.
    Own(Hash),
    /// The person's file and all that belongs to it left the caller's scope: push what is not pushed, then drop it.
    Leave {
        /// The person's record.
        person: RecordId,
    },
}

/// What a device gets.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SyncReply {
    /// Version of the wire, 1.
    pub v: u32,
    /// The server's epoch.
    #[serde(rename = "e", alias = "epoch")]
    pub epoch: u64,
    /// Committed, durably; said by names where the request's `v` is less than 3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Hash>,
    /// Committed, durably, said by places in the request's `changes`: from the first to before the second, ascending. Where its `v` is 3 or more.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<(u32, u32)>,
    /// Something they build on is not here yet: keep them and send them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Hash>,
    /// Not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refusal>,
    /// Of the request's `known`, those this server does not have: send them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Hash>,
    /// Of those, and of `found`, what will not come as it is: documents go on without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Hash>,
    /// What to fetch and take in before the next request: the first download.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<Pack>,
    /// What is new, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feed: Vec<FeedItem>,
    /// Where to go on; absent when that is where the device stands.
    #[serde(rename = "c", alias = "cursor", default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
    /// Whether more waits: ask again at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Documents the first download still has to bring.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left: u64,
    /// Of the request's `log`, so many from the first on are put down here now.
    #[serde(rename = "g", default, skip_serializing_if = "is_zero")]
    pub logged: u64,
    /// Of the request's `unheard`, so many from the first on were looked at; those that stand otherwise here are in `feed`.
    #[serde(rename = "o", default, skip_serializing_if = "is_zero")]
    pub compared: u64,
    /// Present when the device's was out of date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The key that the device asked for.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<DeviceKey>,
    /// Of the request's `former`, those whose work this device may bring back, with their keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<(DeviceId, DeviceKey)>,
    /// What there is to say of the device's token.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenWord>,
    /// The server's clock.
    #[serde(rename = "t", alias = "now")]
    pub now: Timestamp,
    /// How many items its reader left out, since only a newer program can read them. Never sent.
    #[serde(skip)]
    pub newer: u64,
}

impl SyncReply {
    /// Says nothing yet but the time.
    pub fn new(epoch: u64, now: Timestamp) -> Self {
        Self {
            v: WIRE,
            epoch,
            accepted: Vec::new(),
            taken: Vec::new(),
            held: Vec::new(),
            refused: Vec::new(),
            lost: Vec::new(),
            gone: Vec::new(),
            packs: Vec::new(),
            feed: Vec::new(),
            cursor: None,
            more: false,
            left: 0,
            logged: 0,
            compared: 0,
            reference: None,
            key: None,
            released: Vec::new(),
            token: None,
            now,
            newer: 0,
        }
    }
}

/// The answer to `GET /v1/revoked?nonce=…`, JSON: that this device was stopped, said by the server it joined.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RevokedReply {
    /// Marks the server as one of ours.
    pub nuanfang: u32,
    /// Keyed BLAKE3 of device and nonce, under a key derived from the one that device and server share.
    pub proof: Hash,
}

/// Context of BLAKE3's key derivation for that proof.
pub const REVOCATION: &str = "nuanfang 2026-11 proof that a device was stopped";

/// Places, ascending, as runs: from the first to before the second.
pub fn runs(places: impl IntoIterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((_, end)) if *end == place => *end += 1,
            _ => runs.push((place, place.saturating_add(1))),
        }
    }
    runs
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The body of every reply that is not 200: one failure, as JSON.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ErrorReply {
    /// Marks the server as one of ours.
    pub nuanfang: u32,
    /// What happened.
    pub failure: Failure,
    /// The word of [`crate::Code`] that says it better, for programs that know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}
