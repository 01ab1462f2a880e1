//! The token that this device shows its server, and how it changes. What was proposed, and what was shown before, lies in the key file under
//! the database's key: written without the PIN, at one stroke, and there also when the database is damaged.
use crate::core::Core;
use crate::device::env::random;
use crate::device::key::{KeyFile, Secret};
use crate::device::seal;
use crate::{Env, Result};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use domain::sync::{DeviceKey, TokenWord};
use domain::{Code, Failure, Hash};
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
    current: Option<Token>,
    /// Proposed, or to be proposed. The server may know it already.
    next: Option<Token>,
    /// Used before, the last one first.
    past: Vec<Token>,
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

    fn seal(&self, secret: &Secret, env: &dyn Env) -> Result<String> {
        Ok(BASE64.encode(&seal::seal(&key(secret), seal::TOKENS, &Zeroizing::new(serde_json::to_vec(self)?), env)?))
    }

    /// This one is in use from now on.
    fn adopt(&mut self, token: &Token, before: &Token) {
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

impl Core {
    /// SHA-256 of the token that is proposed.
    pub(crate) fn next_token(&self) -> Result<Option<Hash>> {
        Ok(self.tokens()?.next.as_ref().map(|next| hash(next)))
    }

    /// Another token, on the disk before the server hears of it; the same until it is in use.
    pub(crate) fn propose_token(&mut self) -> Result<Token> {
        if let Some(next) = &self.tokens()?.next {
            return Ok(next.clone());
        }
        let next: Token = random(self.env()).into();
        let tokens = Tokens { next: Some(next.clone()), ..self.tokens()?.clone() };
        self.keep_tokens(tokens, None)?;
        Ok(next)
    }

    /// Shows this token from now on.
    pub(crate) fn adopt_token(&mut self, token: &Token) -> Result<()> {
        let mut tokens = self.tokens()?.clone();
        tokens.adopt(token, &self.secret()?.token);
        self.keep_tokens(tokens, Some(token.clone()))
    }

    /// What else the server may know this device by, the likeliest first.
    pub(crate) fn other_tokens(&self) -> Result<Vec<Token>> {
        let Tokens { next, past, .. } = self.tokens()?.clone();
        Ok(next.into_iter().chain(past).collect())
    }

    /// Does what the server says of the token; whether to ask again at once: an old token is good for nothing from the first use of the new one on.
    pub(crate) fn hear_of_token(&mut self, word: TokenWord) -> Result<bool> {
        match word {
            TokenWord::Renew if self.tokens()?.next.is_none() => self.propose_token().map(|_| true),
            TokenWord::Renew => Ok(false),
            TokenWord::Kept(kept) => {
                let Some(next) = self.tokens()?.next.clone().filter(|next| hash(next) == kept) else { return Ok(false) };
                self.adopt_token(&next).map(|()| true)
            }
        }
    }

    fn keep_tokens(&mut self, tokens: Tokens, token: Option<Token>) -> Result<()> {
        let mut file = self.key_file()?.ok_or(Failure::from(Code::NotEnrolled))?;
        file.tokens = Some(tokens.seal(self.secret()?, self.env())?);
        file.write(self.vault())?;
        self.put_tokens(tokens, token);
        Ok(())
    }
}
