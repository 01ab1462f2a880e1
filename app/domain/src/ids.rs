//! Identifiers. Each is its own type, so that a record is never taken for a device.
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl $name {
            /// A UUIDv7 made of milliseconds since 1970 and ten random bytes, both given by the caller.
            pub fn new(millis: i64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(millis.max(0).unsigned_abs(), &random).into_uuid())
            }
            /// The sixteen bytes.
            pub fn bytes(&self) -> &[u8; 16] { self.0.as_bytes() }
            /// From exactly sixteen bytes.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> { Uuid::from_slice(bytes).ok().map(Self) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, uuid::Error> { Uuid::parse_str(s).map(Self) }
        }
    };
}

uuid_id!(
    /// One record: a person's file, a visit, a review. UUIDv7.
    RecordId
);
uuid_id!(
    /// One installation of the app, chosen by the device when it enrols.
    DeviceId
);

/// A member of staff as the county's staff list names her, for example `S0012`: 1 to 32 letters, digits, `-` or `_`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[A-Za-z0-9_-]{1,32}$"))]
pub struct StaffId(String);

impl StaffId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for StaffId {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        let fits = (1..=32).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits { Ok(Self(s)) } else { Err("a staff id has 1 to 32 letters, digits, '-' or '_'") }
    }
}
impl FromStr for StaffId {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::try_from(s.to_owned())
    }
}
impl From<StaffId> for String {
    fn from(s: StaffId) -> Self {
        s.0
    }
}
impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of an Automerge change, or BLAKE3 of a photo: its name everywhere. Hex in JSON, 32 bytes on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(transparent, extend("pattern" = "^[0-9a-f]{64}$"))]
pub struct Hash(#[schemars(with = "String")] pub [u8; 32]);

impl Hash {
    /// From exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Hash {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(s.as_bytes()).map_err(|_| "not hexadecimal")?;
        Self::from_slice(&bytes).ok_or("a change hash has 32 bytes")
    }
}
impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { s.serialize_bytes(&self.0) }
    }
}
impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(D::Error::custom)
        } else {
            let bytes = serde_bytes::ByteBuf::deserialize(d)?;
            Self::from_slice(&bytes).ok_or_else(|| D::Error::custom("a change hash has 32 bytes"))
        }
    }
}
