//! The core: one device, fresh, locked or open, that answers requests one at a time.
use crate::desk::{areas, import, inbox, status, today};
use crate::device::env::random;
use crate::device::key::{Cost, KeyFile, SealWith, Secret};
use crate::device::left;
use crate::device::pin::Pin;
use crate::device::token::{Token, Tokens};
use crate::device::vault::{self, Vault};
use crate::person::{edit as person_edit, file as person_file, list as persons, same};
use crate::record::{access, conflicts, export, person_item};
use crate::server::newer;
use crate::store::{Durability, Store, Tx, View, damage, meta};
use crate::visit::{drafts, photos, picture, reviews, visits};
use crate::{Env, Result, Trouble};
use domain::api::{Call, Phase, Request, Response, StatusReply, SyncState};
use domain::sync::{Cursor, Reference};
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

/// Minutes after which the shell locks what the interface should have locked.
const GRACE: i64 = 1;

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

    /// Clock and randomness.
    pub fn env(&self) -> &dyn Env {
        self.env.as_ref()
    }

    /// Whether the server has something that this device has not read.
    pub fn is_behind(&self) -> bool {
        let read: Option<Cursor> = self.view().ok().and_then(|view| meta::get(view.db, meta::CURSOR).ok().flatten());
        read.is_some_and(|cursor| self.heard.iter().any(|(county, heard)| cursor.seq.get(county).is_none_or(|seq| heard > seq)))
    }

    /// Answers a request that needs no server.
    pub fn handle(&mut self, request: Request) -> std::result::Result<Response, Failure> {
        let puts_down = access::puts_down(&request);
        let answer = self.answer(request);
        if puts_down {
            access::keep_aside(self);
        }
        self.settle(answer)
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

    /// Brings what depends on the day up to today, at the first request of each day. On a full disk yesterday's list is better than none.
    fn turn_day(&mut self) -> Result<()> {
        let today = self.env.now().day();
        if self.open.as_ref().is_none_or(|open| open.store.is_of(today)) {
            return Ok(());
        }
        match self.transact(Durability::Batch, |_| Ok(())) {
            Err(trouble) if trouble.is_damage() => Err(trouble),
            _ => Ok(()),
        }
    }

    fn answer(&mut self, request: Request) -> Result<Response> {
        self.turn_day()?;
        match request {
            Request::Status(c) => reply(&c, status::status(self)?, BTreeSet::new()),
            Request::Unlock(c) => reply(&c, self.unlock(&c.pin)?, BTreeSet::new()),
            Request::Lock(c) => reply(&c, self.lock()?, BTreeSet::new()),
            Request::BringBack(c) => {
                let changed = left::by_pin(self, &c.name, &c.pin)?;
                reply(&c, status::status(self)?, changed)
            }
            Request::ChangePin(c) => reply(&c, self.change_pin(&c.old, &c.new)?, BTreeSet::new()),
            Request::Today(c) => self.read(c, |v, _| today::today(v)),
            Request::Persons(c) => self.read(c, |v, c| persons::persons(v, &c.query)),
            Request::PersonLine(c) => self.read(c, |v, c| person_item::item(v, c.id)),
            Request::Person(c) => {
                access::look(self, c.id)?;
                self.read(c, |v, c| person_file::show(v, c.id))
            }
            Request::OpenFile(c) => self.write(c, |w, c| access::open(w, c.id, c.reason)),
            Request::EditPerson(c) => self.write(c, |w, c| person_edit::edit(w, c.id, &c.edits)),
            Request::NewPerson(c) => self.write(c, |w, c| person_edit::open_file(w, &c.area, &c.edits, c.another)),
            Request::Duplicates(c) => self.read(c, |v, _| same::pairs(v)),
            Request::SayTwo(c) => self.write(c, |w, c| same::say_two(w, c.one, c.other)),
            Request::RevealIdNumber(c) => self.write(c, |w, c| person_file::reveal(w, c.id)),
            Request::Conflicts(c) => self.read(c, |v, _| conflicts::all(v)),
            Request::Resolve(c) => self.write(c, |w, c| conflicts::resolve(w, c.id, &c.path, c.take)),
            Request::Visits(c) => self.read(c, |v, c| visits::list(v, c.person, c.limit)),
            Request::Visit(c) => {
                self.look_through(c.id)?;
                self.read(c, |v, c| visits::show(v, c.id))
            }
            Request::NewVisit(c) => self.write(c, |w, c| visits::record(w, c.person, &c.form, &c.answers, c.sure)),
            Request::FormWords(c) => self.read(c, |v, c| v.book.named_form(&c.name).map(|form| form.sheet())),
            Request::StartVisit(c) => self.write(c, |w, c| drafts::start(w, c.person, c.form.as_deref(), c.correct)),
            Request::Drafts(c) => self.read(c, |v, _| drafts::list(v)),
            Request::OpenDraft(c) => self.read(c, |v, c| drafts::open(v, c.draft)),
            Request::Answer(c) => self.write(c, |w, c| drafts::answer(w, c.draft, &c.question, &c.value)),
            Request::SameAsLast(c) => self.write(c, |w, c| drafts::same_as_last(w, c.draft)),
            Request::AmendVisit(c) => self.write(c, |w, c| drafts::amend_with(w, c.visit, &c.answers)),
            Request::FinishVisit(c) => self.write(c, |w, c| drafts::finish(w, c.draft, c.sure)),
            Request::Photos(c) => {
                self.look_through(RecordId(c.of))?;
                match c.whole {
                    None => self.read(c, |v, c| photos::list(v, c.of, None)),
                    Some(_) => self.write(c, |w, c| photos::look(w, c.of, c.whole)),
                }
            }
            Request::EditPhotos(c) => {
                // Before the transaction: it takes a while.
                let made = c.add.as_deref().map(picture::from_base64).transpose()?;
                self.write(c, |w, c| photos::edit(w, c.of, made.as_ref(), c.remove))
            }
            Request::DiscardDraft(c) => self.write(c, |w, c| drafts::discard(w, c.draft)),
            Request::ReviewQueue(c) => self.write(c, |w, _| reviews::queue(w)),
            Request::Review(c) => self.write(c, reviews::review),
            Request::Inbox(c) => self.write(c, |w, _| inbox::read(w)),
            Request::KnowDevice(c) => self.write(c, |w, c| inbox::know(w, c.device)),
            Request::AreaSummary(c) => self.read(c, |v, _| areas::summary(v)),
            Request::Areas(c) => self.read(c, |v, _| areas::mine(v)),
            Request::AreaNames(c) => self.read(c, |v, _| Ok(areas::all(v).to_vec())),
            Request::ExportRecord(c) => self.write(c, |w, c| export::document(w, c.id)),
            Request::ImportRecord(c) => self.write(c, |w, c| import::document(w, &c.content)),
            Request::Enrol(_)
            | Request::StartOver(_)
            | Request::Rejoin(_)
            | Request::Sync(_)
            | Request::OlderVisits(_)
            | Request::Refusals(_)
            | Request::SettleRefusal(_)
            | Request::AdminStaff(_)
            | Request::AdminCode(_)
            | Request::AdminDevices(_)
            | Request::AdminRevoke(_)
            | Request::AdminImport(_)
            | Request::AdminCodes(_)
            | Request::ConfirmCode(_)
            | Request::WithdrawCode(_)
            | Request::Audit(_) => Err(Code::Offline.into()),
        }
    }

    /// Before a visit, if it is one, is read.
    fn look_through(&mut self, visit: RecordId) -> Result<()> {
        let person = self.view()?.visit(visit).map(|visit| visit.person);
        if let Ok(person) = person { access::look(self, person) } else { Ok(()) }
    }

    fn read<C: Call>(&self, call: C, f: impl FnOnce(&View<'_>, &C) -> Result<C::Reply>) -> Result<Response> {
        let view = self.view()?;
        let value = f(&view, &call)?;
        reply(&call, value, BTreeSet::new())
    }

    fn write<C: Call>(&mut self, call: C, f: impl FnOnce(&mut Tx<'_>, &C) -> Result<C::Reply>) -> Result<Response> {
        let (value, changed) = self.transact(Durability::Full, |w| f(w, &call))?;
        reply(&call, value, changed)
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

    fn change_pin(&mut self, old: &str, new: &str) -> Result<()> {
        let mut file = self.key_file()?.ok_or(Trouble::from(Code::NotEnrolled))?;
        let (old, new) = (Pin::read(old)?, Pin::choose(new)?);
        if !self.hardening.suffices(&new, self.view()?.book.policy()) {
            return Err(Code::PhraseNeeded.into());
        }
        let secret = file.try_pin(&old, &self.hardening, self.vault.as_ref(), self.env.now())?;
        file.reseal(&secret, &new, &self.hardening, self.env.as_ref())?;
        file.write(self.vault.as_ref())
    }

    fn suspect(&self) {
        if let Ok(Some(mut file)) = self.key_file() {
            file.suspect = true;
            // Where even this cannot be written, the next damaged page says it again.
            _ = file.write(self.vault.as_ref());
        }
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

fn reply<C: Call>(_: &C, value: C::Reply, changed: BTreeSet<RecordId>) -> Result<Response> {
    Ok(Response { value: serde_json::to_value(value)?, changed: changed.into_iter().collect() })
}
