//! A device's life: joining a server, opened by its PIN, locked, wiped.
use super::{Core, Joining, Open};
use crate::desk::status;
use crate::device::env::random;
use crate::device::key::{KeyFile, Secret};
use crate::device::left;
use crate::device::pin::Pin;
use crate::device::token::Tokens;
use crate::device::vault;
use crate::record::access;
use crate::server::newer;
use crate::store::{Durability, Store, damage, meta};
use crate::{Result, Trouble};
use domain::api::{StatusReply, SyncState};
use domain::sync::Reference;
use domain::{Code, DeviceId, Failure};
use zeroize::Zeroizing;

/// Minutes after which the shell locks what the interface should have locked.
const GRACE: i64 = 1;

impl Core {
    /// Locks when the policy's minutes have passed without a sign of the interface, which locks by itself as long as the system lets it
    /// run. Whether it did. A clock that was set counts as time that passed.
    ///
    /// # Errors
    /// When the database cannot be closed.
    pub fn lock_if_idle(&mut self) -> std::result::Result<bool, Failure> {
        let Ok(minutes) = self.view().map(|view| view.book.policy().lock_minutes) else { return Ok(false) };
        let idle = self.env.now().since(self.touched).abs() >= (i64::from(minutes) + GRACE) * 60_000;
        if minutes > 0 && idle {
            self.lock()?;
        }
        Ok(minutes > 0 && idle)
    }

    /// Opens the database with the PIN.
    pub fn unlock(&mut self, pin: &str) -> Result<StatusReply> {
        let mut file = self.key_file()?.ok_or(Trouble::from(Code::NotEnrolled))?;
        let pin = Pin::read(pin)?;
        let mut secret = file.try_pin(&pin, &self.hardening, self.vault.as_ref(), self.env.now())?;
        if file.could_be_better(&self.hardening) {
            file.reseal(&secret, &pin, &self.hardening, self.env.as_ref())?;
            file.write(self.vault.as_ref())?;
        }
        if self.open.is_none() {
            let (store, aside) = damage::open_or_start_anew(self.vault.as_ref(), &secret, self.env.as_ref(), file.suspect)?;
            if file.suspect || aside.is_some() {
                file.suspect = false;
                file.moved_aside = aside.or(file.moved_aside);
                file.write(self.vault.as_ref())?;
            }
            let tokens = Tokens::read(&file, &mut secret);
            self.open = Some(Open { store, secret, tokens });
            access::take_back(self)?;
            // A disk without room does not keep it shut: it is read anew another time.
            newer::after_update(self).or_else(|e| if e.is_damage() { Err(e) } else { Ok(()) })?;
            self.touch();
            if file.is_only_by_pin() {
                self.share_key()?;
            }
        }
        status::status(self)
    }

    /// Seals the database's key under the key shared with the server as well, once there is one.
    pub(crate) fn share_key(&self) -> Result<()> {
        let (Some(open), Some(mut file)) = (&self.open, self.key_file()?) else { return Ok(()) };
        let Some(key) = meta::get(open.store.view(self.env.now()).db, meta::DEVICE_KEY)? else { return Ok(()) };
        file.share(&open.secret, &key, self.env.as_ref())?;
        file.write(self.vault.as_ref())
    }

    /// Closes the database.
    pub fn lock(&mut self) -> Result<StatusReply> {
        if let Some(open) = self.open.take() {
            open.store.close()?;
        }
        self.sync = SyncState::default();
        status::status(self)
    }

    pub(super) fn change_pin(&mut self, old: &str, new: &str) -> Result<()> {
        let mut file = self.key_file()?.ok_or(Trouble::from(Code::NotEnrolled))?;
        let (old, new) = (Pin::read(old)?, Pin::choose(new)?);
        if !self.hardening.suffices(&new, self.view()?.book.policy()) {
            return Err(Code::PhraseNeeded.into());
        }
        let secret = file.try_pin(&old, &self.hardening, self.vault.as_ref(), self.env.now())?;
        file.reseal(&secret, &new, &self.hardening, self.env.as_ref())?;
        file.write(self.vault.as_ref())
    }

    /// What this device calls itself while it joins: the same at every try.
    ///
    /// # Errors
    /// `AlreadyEnrolled`.
    pub fn joining(&self) -> Result<Joining> {
        if self.key_file()?.is_some() {
            return Err(Code::AlreadyEnrolled.into());
        }
        match left::joining(self.vault())? {
            Some(joining) => Ok(joining),
            None => self.new_joining(None),
        }
    }

    /// The same for a device that begins anew because its PIN is forgotten, and the address of the server it belongs to.
    ///
    /// # Errors
    /// `NotAllowed` unless it is locked.
    pub fn joining_anew(&self) -> Result<(Joining, String)> {
        let file = self.key_file()?.filter(|_| self.open.is_none()).ok_or(Trouble::from(Code::NotAllowed))?;
        let joining = match left::joining(self.vault())? {
            Some(joining) if joining.replaces == file.device => joining,
            _ => self.new_joining(file.device)?,
        };
        Ok((joining, file.server.unwrap_or(file.host)))
    }

    fn new_joining(&self, replaces: Option<DeviceId>) -> Result<Joining> {
        let env = self.env.as_ref();
        let joining = Joining { device: DeviceId::new(env.now().0, random(env)), token: random(env).into(), replaces };
        self.vault.write(vault::JOINING, &Zeroizing::new(serde_json::to_vec(&joining)?))?;
        Ok(joining)
    }

    /// Makes the database and its key after the server said yes. The device is open then. What a forgotten PIN shuts away is put aside.
    /// `server` is its address with scheme, `host` what people are shown.
    pub fn finish_enrol(&mut self, joining: &Joining, pin: &str, server: &str, host: &str, epoch: u64, reference: Reference) -> Result<StatusReply> {
        let pin = Pin::choose(pin)?;
        if !self.hardening.suffices(&pin, &reference.policy) {
            return Err(Code::PhraseNeeded.into());
        }
        if self.key_file()?.is_some() {
            // Opened by its PIN after all while the server was asked.
            if let Some(open) = self.open.take() {
                open.store.close()?;
            }
            left::put_aside(self.vault(), self.env.now())?;
        }
        left::put_beside_key(self.vault())?;
        // A database without a key file is left from a try that was cut off, or its key was lost: nobody can read it, and it is kept.
        let stray = self.vault.names()?.contains(&vault::DATABASE.to_owned());
        if stray {
            damage::move_aside(self.vault.as_ref(), self.env.now())?;
        }
        let secret =
            Secret { database: random(self.env.as_ref()).into(), token: joining.token.clone(), device: joining.device, server: server.to_owned() };
        let mut store = Store::open(&self.vault.database(vault::DATABASE), &secret, false)?;
        let county = reference.county.clone();
        store.write(self.env.as_ref(), Durability::Full, |tx| {
            meta::put(tx.db, meta::EPOCH, &epoch)?;
            tx.put_reference(reference)
        })?;
        KeyFile::seal(&secret, &pin, &county, host, &self.hardening, self.env.as_ref())?.write(self.vault.as_ref())?;
        self.vault.remove(vault::JOINING)?;
        self.open = Some(Open { store, secret, tokens: Tokens::default() });
        access::take_back(self)?;
        self.touch();
        status::status(self)
    }

    /// Forgets everything on this device: the key first, which makes the rest unreadable. For a device the server revoked. What was not
    /// uploaded stays, sealed under the key shared with the server; while it cannot be written, nothing is forgotten. What was put
    /// down of access to files stays until a server has it.
    pub fn wipe(&mut self) -> Result<()> {
        access::keep_aside(self);
        let Some(device) = self.open.as_ref().map(|open| open.secret.device) else { return self.remove_all(None) };
        let key = meta::get(self.view()?.db, meta::DEVICE_KEY)?;
        if let Some(Open { store, secret, .. }) = self.open.take() {
            // Closed or not: what was committed is read back from the file.
            _ = store.close();
            if let Some(key) = key {
                left::seal_unsent(self.vault(), &secret, &key, self.env.as_ref())?;
            }
        }
        self.remove_all(Some(device))
    }

    fn remove_all(&self, device: Option<DeviceId>) -> Result<()> {
        // Her code was redeemed for the device that follows; only the reply did not come.
        let goes_on = device.is_some() && left::joining(self.vault())?.is_some_and(|joining| joining.replaces == device);
        self.vault.remove(vault::KEY)?;
        // What else somebody put there is not ours to remove.
        let log = access::is_aside(self);
        let stays = |name: &str| (goes_on && name == vault::JOINING) || (log && name == vault::ACCESS);
        for name in self.vault.names()?.into_iter().filter(|name| vault::is_ours(name) && !stays(name)) {
            self.vault.remove(&name)?;
        }
        Ok(())
    }
}
