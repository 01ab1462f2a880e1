//! The token that this device shows its server. What was proposed, and what was shown before, lies in the key file under the database's key:
//! written without the PIN, at one stroke, and there also when the database is damaged.
use crate::device::key::{KeyFile, Secret};
use crate::device::seal;
use crate::{Env, Result};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use domain::Hash;
use domain::sync::DeviceKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A token.
pub(crate) type Token = Zeroizing<[u8; 32]>;

/// So many of former tokens are kept: a server that is restored from a backup knows an old one only.
const MOST_PAST: usize = 12;

/// The tokens beside the one that the PIN's seal holds.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Tokens {
    /// In use; none while it is still the one of the seal.
    pub(super) current: Option<Token>,
    /// Proposed, or to be proposed. The server may know it already.
    pub(super) next: Option<Token>,
    /// Used before, the last one first.
    pub(super) past: Vec<Token>,
}

/// A token as it is shown to the server.
pub(crate) fn bearer(token: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(BASE64URL_NOPAD.encode(token))
}

/// What the server keeps of a token.
pub(crate) fn hash(token: &[u8; 32]) -> Hash {
    Hash(Sha256::digest(bearer(token).as_bytes()).into())
}

impl Tokens {
    /// Those of a key file that the PIN opened; the secret then shows the one in use.
    pub(crate) fn read(file: &KeyFile, secret: &mut Secret) -> Tokens {
        let opened = file.tokens.as_ref().and_then(|sealed| {
            let bytes = BASE64.decode(sealed.as_bytes()).ok()?;
            serde_json::from_slice(&seal::open(&key(secret), seal::TOKENS, &bytes).ok()?).ok()
        });
        let tokens: Tokens = opened.unwrap_or_default();
        if let Some(current) = &tokens.current {
            secret.token = current.clone();
        }
        tokens
    }

    pub(super) fn seal(&self, secret: &Secret, env: &dyn Env) -> Result<String> {
        Ok(BASE64.encode(&seal::seal(&key(secret), seal::TOKENS, &Zeroizing::new(serde_json::to_vec(self)?), env)?))
    }

    /// This one is in use from now on.
    pub(super) fn adopt(&mut self, token: &Token, before: &Token) {
        self.next.take_if(|next| *next == *token);
        self.past.retain(|past| past != token && past != before);
        self.past.insert(0, before.clone());
        self.past.truncate(MOST_PAST);
        self.current = Some(token.clone());
    }
}

fn key(secret: &Secret) -> DeviceKey {
    DeviceKey(Hash(*secret.database))
}
