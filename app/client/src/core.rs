//! The core: one device, fresh, locked or open, that answers requests one at a time.
mod requests;
mod session;

use crate::device::key::{Cost, KeyFile, SealWith, Secret};
use crate::device::token::{Token, Tokens};
use crate::device::vault::Vault;
use crate::store::{Durability, Store, Tx, View, meta};
use crate::{Env, Result};
use domain::api::{Phase, SyncState};
use domain::sync::Cursor;
use domain::{AreaCode, Code, DeviceId, Failure, RecordId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// One device.
pub struct Core {
    env: Box<dyn Env>,
    vault: Box<dyn Vault>,
    hardening: SealWith,
    open: Option<Open>,
    /// Where sync stands: told in the status, set by sync.
    pub sync: SyncState,
    /// Of the log of access: how many entries lie beside the database, and the last of them.
    pub(crate) aside: Option<(usize, u64)>,
    /// When its person last asked something.
    touched: Timestamp,
    /// How far the server says its counties' feeds have come.
    pub heard: BTreeMap<AreaCode, u64>,
    /// Whether what the first download brought is being read.
    pub(crate) reading: bool,
}

/// What is there after the PIN.
struct Open {
    store: Store,
    secret: Secret,
    tokens: Tokens,
}

/// What a device calls itself while it joins: kept so that a lost reply is repaired by asking again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Joining {
    /// The id it chose.
    pub device: DeviceId,
    /// The token it chose.
    pub token: Zeroizing<[u8; 32]>,
    /// The device that it takes the place of: its PIN is forgotten.
    #[serde(default)]
    pub replaces: Option<DeviceId>,
}

impl Core {
    /// A device whose files are in the vault. Nothing is read yet.
    pub fn new(env: Box<dyn Env>, vault: Box<dyn Vault>) -> Core {
        Core {
            env,
            vault,
            hardening: SealWith::default(),
            open: None,
            sync: SyncState::default(),
            aside: None,
            touched: Timestamp::default(),
            heard: BTreeMap::new(),
            reading: false,
        }
    }

    /// The same with another cost of the PIN, for tests.
    pub fn with_cost(mut self, cost: Cost) -> Core {
        self.hardening.cost = cost;
        self
    }

    /// The same with what the system keeps for this app, if anything: without it the PIN will open nothing.
    pub fn with_keystore(mut self, secret: Option<[u8; 32]>) -> Core {
        self.hardening.keystore = secret.map(Into::into);
        self
    }

    /// Its person is there: the shell says so with whatever the interface asks.
    pub fn touch(&mut self) {
        self.touched = self.env.now();
    }

    /// Clock and randomness.
    pub fn env(&self) -> &dyn Env {
        self.env.as_ref()
    }

    /// Whether the server has something that this device has not read.
    pub fn is_behind(&self) -> bool {
        let read: Option<Cursor> = self.view().ok().and_then(|view| meta::get(view.db, meta::CURSOR).ok().flatten());
        read.is_some_and(|cursor| self.heard.iter().any(|(county, heard)| cursor.seq.get(county).is_none_or(|seq| heard > seq)))
    }

    /// Turns the core's own result into what crosses to the interface. After damage the store is closed and looked through at the next PIN.
    pub fn settle<T>(&mut self, answer: Result<T>) -> std::result::Result<T, Failure> {
        answer.map_err(|trouble| {
            if trouble.is_damage() && self.open.take().is_some() {
                self.suspect();
            }
            trouble.into()
        })
    }

    /// What questions look at.
    ///
    /// # Errors
    /// `Locked`, `NotEnrolled`.
    pub fn view(&self) -> Result<View<'_>> {
        match &self.open {
            Some(open) => Ok(open.store.view(self.env.now())),
            None => Err(self.closed().into()),
        }
    }

    /// One transaction; also for sync. Returns the records that changed.
    pub fn transact<T>(&mut self, durability: Durability, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<(T, BTreeSet<RecordId>)> {
        let closed = self.closed();
        let open = self.open.as_mut().ok_or(closed)?;
        open.store.write(self.env.as_ref(), durability, f)
    }

    /// Server, device and token, when open.
    pub fn secret(&self) -> Result<&Secret> {
        self.open.as_ref().map(|o| &o.secret).ok_or_else(|| self.closed().into())
    }

    pub(crate) fn tokens(&self) -> Result<&Tokens> {
        self.open.as_ref().map(|o| &o.tokens).ok_or_else(|| self.closed().into())
    }

    /// What the key file holds of tokens now, and the one in use if that is another.
    pub(crate) fn put_tokens(&mut self, tokens: Tokens, token: Option<Token>) {
        if let Some(open) = &mut self.open {
            open.tokens = tokens;
            open.secret.token = token.unwrap_or_else(|| open.secret.token.clone());
        }
    }

    fn closed(&self) -> Code {
        if matches!(self.phase(), Ok(Phase::Fresh)) { Code::NotEnrolled } else { Code::Locked }
    }

    /// Fresh, locked or open.
    pub fn phase(&self) -> Result<Phase> {
        if self.open.is_some() {
            return Ok(Phase::Open);
        }
        Ok(if self.key_file()?.is_some() { Phase::Locked } else { Phase::Fresh })
    }

    pub(crate) fn vault(&self) -> &dyn Vault {
        self.vault.as_ref()
    }

    pub(crate) fn hardening(&self) -> &SealWith {
        &self.hardening
    }

    pub(crate) fn key_file(&self) -> Result<Option<KeyFile>> {
        KeyFile::read(self.vault.as_ref())
    }

    fn suspect(&self) {
        if let Ok(Some(mut file)) = self.key_file() {
            file.suspect = true;
            // Where even this cannot be written, the next damaged page says it again.
            _ = file.write(self.vault.as_ref());
        }
    }
}
