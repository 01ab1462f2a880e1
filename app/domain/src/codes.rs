//! Lists of codes: closed ones, which this program knows to the last word, and open ones, to which a newer program may have added. A word of
//! an open list is a known one or the word as it came: it is kept, sent on and stored as it is, and gives nobody a right.
use crate::shape::{MAX_NAME, is_name};
use schemars::JsonSchema;
use std::fmt;

/// A word of an open list that this program does not know: a name, as of a field or an option.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(transparent)]
pub struct Word(#[schemars(with = "String")] [u8; MAX_NAME]);

impl Word {
    /// The word; none for what is no name or too long.
    pub fn new(word: &str) -> Option<Word> {
        let mut bytes = [0; MAX_NAME];
        bytes.get_mut(..word.len()).filter(|_| is_name(word))?.copy_from_slice(word.as_bytes());
        Some(Word(bytes))
    }
    /// As it came.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(MAX_NAME);
        self.0.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A list of codes: serde and text forms from one table. With `open` before its name, a list that may grow.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant),+ }
        // What stands before a variant, such as a feature that it is of, stands before all that is said of it.
        #[allow(unused_doc_comments)]
        impl $name {
            /// Every value, in the order of lists.
            pub const ALL: &'static [$name] = &[$($(#[$vdoc])* $name::$variant),+];
            /// The code as stored and sent.
            pub fn code(self) -> &'static str { match self { $($(#[$vdoc])* $name::$variant => $code),+ } }
        }
        $crate::codes::codes!(text $name { $($(#[$vdoc])* $variant = $code),+ });
    };
    (open $(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, schemars::JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[schemars(rename = $code)] $variant,)+
            /** A word of a newer program. */
            #[schemars(untagged)]
            Other($crate::codes::Word)
        }
        impl $name {
            /// Every value that this program knows, in the order of lists.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The code as stored and sent.
            pub fn code(&self) -> &str { match self { $($name::$variant => $code,)+ $name::Other(word) => word.as_str() } }
            /// Whether this program knows the word.
            pub fn is_known(&self) -> bool { !matches!(self, $name::Other(_)) }
            /// A known value or the word as it came; none for what is no word. What people type is parsed, which knows no other words.
            pub fn read(code: &str) -> Option<Self> {
                code.parse().ok().or_else(|| $crate::codes::Word::new(code).map($name::Other))
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.code()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Reader;
                impl serde::de::Visitor<'_> for Reader {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(concat!("a word of ", stringify!($name))) }
                    fn visit_str<E: serde::de::Error>(self, code: &str) -> Result<$name, E> {
                        $name::read(code).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Other("no word"), &self))
                    }
                }
                d.deserialize_str(Reader)
            }
        }
        $crate::codes::codes!(text $name { $($variant = $code),+ });
    };
    (text $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ }) => {
        #[allow(unused_doc_comments)]
        impl std::str::FromStr for $name {
            type Err = &'static str;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s { $($(#[$vdoc])* $code => Ok($name::$variant),)+ _ => Err(concat!("unknown ", stringify!($name))) }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.code()) }
        }
    };
}
pub(crate) use codes;
