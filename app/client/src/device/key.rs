//! The key of the database, sealed under the PIN, and what must survive the loss of the database: which server this
//! device belongs to and by which token.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) under Argon2id (RFC 9106) of the PIN. A six-digit PIN has a million values:
//! the parameters make each guess cost a fifth of a second and 64 MiB, no more. Where the system keeps a secret for this
//! app (a keystore), that goes into Argon2id as well, and a copied disk without it cannot be guessed at.
use crate::device::env::random;
use crate::device::pin::{Pin, wait_after};
use crate::device::seal;
use crate::device::vault::{self, Vault};
use crate::{Env, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;
use domain::policy::Policy;
use domain::sync::DeviceKey;
use domain::{Code, DeviceId, Failure, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What one guess of the PIN costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// Memory, KiB.
    memory: u32,
    /// Passes over it.
    passes: u32,
    /// Lanes.
    lanes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Cost::STANDARD
    }
}

impl Cost {
    /// 64 MiB, three passes, one lane (RFC 9106, second recommendation, with one lane because phones are busy).
    pub const STANDARD: Cost = Cost { memory: 64 << 10, passes: 3, lanes: 1 };
    /// Next to nothing, so that tests are quick. Never for a worker's device.
    pub const fn cheap_for_tests() -> Cost {
        Cost { memory: 64, passes: 1, lanes: 1 }
    }
}

/// What a seal is made with, beside the PIN.
#[derive(Clone, Default)]
pub struct SealWith {
    /// What one guess costs.
    pub cost: Cost,
    /// What the system keeps for this app; none where it keeps nothing.
    pub keystore: Option<Zeroizing<[u8; 32]>>,
}

impl SealWith {
    /// Whether a county that wants more than a PIN on devices without a keystore is content.
    pub fn suffices(&self, pin: &Pin, policy: &Policy) -> bool {
        self.keystore.is_some() || pin.is_phrase() || policy.pin_without_keystore
    }

    /// Tells whether a key file was sealed with the same keystore, without telling the secret.
    fn mark(&self) -> Option<String> {
        let secret = self.keystore.as_ref()?;
        let digest: [u8; 32] = Sha256::new().chain_update(b"nuanfang keystore").chain_update(secret.as_slice()).finalize().into();
        Some(BASE64.encode(digest.get(..6)?))
    }
}

/// What the PIN opens. The keys are wiped from memory when it is dropped.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    /// SQLCipher's raw key.
    pub database: Zeroizing<[u8; 32]>,
    /// What the device shows the server.
    pub token: Zeroizing<[u8; 32]>,
    /// The device's id.
    pub device: DeviceId,
    /// The server's address, `https://…`.
    pub server: String,
}

/// The key file: readable by anyone who has the device, useless without the PIN.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyFile {
    /// Version of this structure, 1.
    pub v: u32,
    /// The county's name, for the screen before the PIN.
    pub county: String,
    /// The server's host, for the same.
    pub host: String,
    /// The server's address with its scheme: where a new one-time code is asked about when the PIN is forgotten.
    #[serde(default)]
    pub server: Option<String>,
    /// The device's id, told to the server when another takes its place.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// The database's key a second time, sealed under the key that the device shares with its server.
    #[serde(default)]
    office: Option<String>,
    /// The tokens in use, proposed and of before, sealed under the database's key.
    #[serde(default)]
    pub(crate) tokens: Option<String>,
    /// The file's name in the vault.
    #[serde(skip)]
    pub name: String,
    cost: Cost,
    salt: String,
    nonce: String,
    sealed: String,
    /// The keystore that the seal needs as well: a mark to know it by. None: the PIN alone.
    #[serde(default)]
    keystore: Option<String>,
    /// Wrong PINs in a row; counted before a PIN is tried, so that killing the program gives no free try.
    pub wrong: u32,
    /// The seal is under a passphrase, not a six-digit PIN.
    #[serde(default)]
    pub phrase: bool,
    /// When the last PIN was tried.
    pub tried: Timestamp,
    /// A command met a damaged page: the next opening reads the whole database.
    #[serde(default)]
    pub suspect: bool,
    /// The name of a damaged database that was moved aside.
    #[serde(default)]
    pub moved_aside: Option<String>,
}

impl KeyFile {
    /// Seals a secret under a PIN.
    pub fn seal(secret: &Secret, pin: &Pin, county: &str, host: &str, with: &SealWith, env: &dyn Env) -> Result<KeyFile> {
        let mut file = KeyFile {
            v: 1,
            county: county.to_owned(),
            host: host.to_owned(),
            server: None,
            device: None,
            office: None,
            tokens: None,
            name: vault::KEY.to_owned(),
            cost: with.cost,
            salt: String::new(),
            nonce: String::new(),
            sealed: String::new(),
            keystore: None,
            wrong: 0,
            phrase: false,
            tried: Timestamp::default(),
            suspect: false,
            moved_aside: None,
        };
        file.reseal(secret, pin, with, env)?;
        Ok(file)
    }

    /// Seals the same secret under another PIN, with new salt and nonce.
    pub fn reseal(&mut self, secret: &Secret, pin: &Pin, with: &SealWith, env: &dyn Env) -> Result<()> {
        let (salt, nonce): ([u8; 16], [u8; 24]) = (random(env), random(env));
        let plain = Zeroizing::new(serde_json::to_vec(secret)?);
        let sealed = cipher(with, pin, &salt)?.encrypt(&XNonce::from(nonce), plain.as_slice()).map_err(|_| Failure::from(Code::Internal))?;
        (self.cost, self.keystore, self.phrase) = (with.cost, with.mark(), pin.is_phrase());
        (self.salt, self.nonce, self.sealed) = (BASE64.encode(&salt), BASE64.encode(&nonce), BASE64.encode(&sealed));
        (self.server, self.device) = (Some(secret.server.clone()), Some(secret.device));
        Ok(())
    }

    /// Whether nobody but the PIN could open what lies here.
    pub fn is_only_by_pin(&self) -> bool {
        self.office.is_none()
    }

    /// Seals the database's key under the key shared with the server too, so that what a forgotten PIN shuts away is not lost.
    pub fn share(&mut self, secret: &Secret, key: &DeviceKey, env: &dyn Env) -> Result<()> {
        self.office = Some(BASE64.encode(&seal::seal(key, seal::DATABASE, secret.database.as_slice(), env)?));
        (self.server, self.device) = (Some(secret.server.clone()), Some(secret.device));
        Ok(())
    }

    /// What that key opens: the database, without its token.
    ///
    /// # Errors
    /// `WrongPin` for another key.
    pub fn open_by_office(&self, key: &DeviceKey) -> Result<Secret> {
        let broken = || Failure::from(Code::Storage);
        let (office, device) = (self.office.as_ref().ok_or_else(broken)?, self.device.ok_or_else(broken)?);
        let plain = seal::open(key, seal::DATABASE, &BASE64.decode(office.as_bytes()).map_err(|_| broken())?)?;
        let database: [u8; 32] = plain.as_slice().try_into().map_err(|_| broken())?;
        Ok(Secret { database: database.into(), token: [0; 32].into(), device, server: self.server.clone().unwrap_or_default() })
    }

    /// Whether the seal lacks a keystore that is there now, or the file what a later version writes into it: then it is made anew.
    pub fn could_be_better(&self, with: &SealWith) -> bool {
        (self.keystore.is_none() && with.keystore.is_some()) || self.device.is_none()
    }

    /// Opens the secret. Costs a fifth of a second and 64 MiB.
    ///
    /// # Errors
    /// `WrongPin`; `KeystoreGone` when the seal needs another keystore than this one.
    pub fn open(&self, pin: &Pin, with: &SealWith) -> Result<Secret> {
        let keystore = if self.keystore.is_some() { with.keystore.clone() } else { None };
        let with = SealWith { cost: self.cost, keystore };
        if self.keystore != with.mark() {
            return Err(Code::KeystoreGone.into());
        }
        let bytes = |s: &str| BASE64.decode(s.as_bytes()).map_err(|_| Failure::from(Code::Storage));
        let nonce: [u8; 24] = bytes(&self.nonce)?.try_into().map_err(|_| Failure::from(Code::Storage))?;
        let opened = cipher(&with, pin, &bytes(&self.salt)?)?.decrypt(&XNonce::from(nonce), bytes(&self.sealed)?.as_slice());
        let plain = Zeroizing::new(opened.map_err(|_| Failure::from(Code::WrongPin))?);
        Ok(serde_json::from_slice(&plain)?)
    }

    /// Seconds until the next PIN may be tried. Where the clock was set back, the whole wait counts from now.
    pub fn wait(&self, now: Timestamp) -> u32 {
        let all = wait_after(self.wrong);
        let passed = now.since(self.tried).max(0) / 1000;
        u32::try_from(i64::from(all) - passed).unwrap_or(0)
    }

    /// Reads the key file; none on a fresh device.
    pub fn read(vault: &dyn Vault) -> Result<Option<KeyFile>> {
        KeyFile::read_as(vault, vault::KEY)
    }

    /// Reads the key file of this name: one that was put aside has another.
    pub fn read_as(vault: &dyn Vault, name: &str) -> Result<Option<KeyFile>> {
        let Some(bytes) = vault.read(name)? else { return Ok(None) };
        let file: KeyFile = serde_json::from_slice(&bytes).map_err(|_| Failure::from(Code::Storage))?;
        Ok(Some(KeyFile { name: name.to_owned(), ..file }))
    }

    /// Writes it, durably.
    pub fn write(&self, vault: &dyn Vault) -> Result<()> {
        Ok(vault.write(&self.name, &serde_json::to_vec_pretty(self)?)?)
    }

    /// Tries a PIN: refuses while there is a wait, counts the try first and forgets it when the PIN was right.
    pub fn try_pin(&mut self, pin: &Pin, with: &SealWith, vault: &dyn Vault, now: Timestamp) -> Result<Secret> {
        if now < self.tried && wait_after(self.wrong) > 0 {
            self.tried = now;
            self.write(vault)?;
        }
        let wait = self.wait(now);
        if wait > 0 {
            return Err(Failure::of(Code::PinWait, wait.to_string()).into());
        }
        self.wrong = self.wrong.saturating_add(1);
        self.tried = now;
        self.write(vault)?;
        let secret = self.open(pin, with)?;
        self.wrong = 0;
        self.write(vault)?;
        Ok(secret)
    }
}

fn cipher(with: &SealWith, pin: &Pin, salt: &[u8]) -> Result<XChaCha20Poly1305> {
    let broken = |_| Failure::from(Code::Storage);
    let params = Params::new(with.cost.memory, with.cost.passes, with.cost.lanes, Some(32)).map_err(broken)?;
    let none: &[u8] = &[];
    let secret = with.keystore.as_ref().map_or(none, |k| k.as_slice());
    let argon = Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params).map_err(broken)?;
    let mut key = Zeroizing::new([0; 32]);
    argon.hash_password_into(pin.bytes(), salt, key.as_mut()).map_err(broken)?;
    Ok(XChaCha20Poly1305::new(&(*key).into()))
}
