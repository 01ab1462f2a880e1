//! What a device and the server say to each other, as bytes: HTTP carries it, and so may anything else.
use crate::app::App;
use crate::audit::{self, Entry, Who};
use crate::error::{AppError, AppResult};
use crate::office::registry;
use crate::store::db::Db;
use crate::sync::admit::{self, Prepared};
use crate::sync::sender::Sender;
use crate::sync::tokens::{self, Standing};
use crate::sync::{county, device_keys, feed, found, good_faith, message, packs};
use crate::{measures, store};
use domain::audit::Act;
use domain::roles::Caller;
use domain::sync::{
    Cursor, EnrolReply, EnrolRequest, MAX_CHANGES, MAX_COUNTIES, MAX_KNOWN, MAX_LOG, MAX_UNHEARD, OlderRequest, Push, SAYS_CLOCK, SAYS_PLACES,
    SyncReply, SyncRequest, TokenWord, WIRE, runs,
};
use domain::{Code, DeviceId, Failure, Hash, Timestamp};
use forms::Forms;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

/// The device behind a token.
pub struct Auth {
    /// Its id.
    pub device: DeviceId,
    /// Its owner.
    pub caller: Caller,
    /// Whether its token is old enough for another one.
    pub aging: bool,
}

/// Finds the device whose token this is.
///
/// # Errors
/// `NotAllowed` for a stranger or somebody who has left, `DeviceRevoked`, `TokenExpired`.
pub fn auth(app: &App, token: &str) -> AppResult<Auth> {
    let hash = Hash(Sha256::digest(token.as_bytes()).into());
    let found = app.store.read(|db| Ok(registry::device_by_token_hash(db, &hash)?))?.ok_or_else(unknown_token)?;
    if found.revoked.is_some() {
        return Err(Code::DeviceRevoked.into());
    }
    // Who has left may not read or write, but her device is not wiped: her unsent work may still be wanted.
    if !found.active {
        return Err(Code::NotAllowed.into());
    }
    let standing = found.token.standing(app.env.now());
    if standing == Standing::Expired {
        return Err(Code::TokenExpired.into());
    }
    if found.token.proposed {
        let now = app.env.now();
        store::retry_on_conflict(|| app.store.write_shared(|db| Ok(tokens::begin(db, &found.id, &hash, now)?)))?;
    }
    Ok(Auth { device: found.id, caller: found.caller, aging: standing == Standing::Aging })
}

/// Finds the device whose token this is, also one that was stopped.
///
/// # Errors
/// `NotAllowed` for a stranger, `TokenExpired` unless it was stopped.
pub fn leaving(app: &App, token: &str) -> AppResult<Auth> {
    let hash = Hash(Sha256::digest(token.as_bytes()).into());
    let found = app.store.read(|db| Ok(registry::device_by_token_hash(db, &hash)?))?.ok_or_else(unknown_token)?;
    if found.revoked.is_none() && found.token.standing(app.env.now()) == Standing::Expired {
        return Err(Code::TokenExpired.into());
    }
    Ok(Auth { device: found.id, caller: found.caller, aging: false })
}

/// A token this server does not know, perhaps because it was restored or replaced. Only a device that was stopped is told
/// to wipe itself: nobody's unsent work dies of our mistake.
pub fn unknown_token() -> AppError {
    Failure::of(Code::NotAllowed, "device").into()
}

/// `POST /v1/enrol`
///
/// # Errors
/// `WrongCode`, `UsedCode`, `ExpiredCode`, `AppTooOld`, `BadChange`.
pub fn enrol(app: &App, body: &[u8]) -> AppResult<Vec<u8>> {
    enrol_by(app, body, None)
}

/// The same of somebody who shows a token: a device that comes back with what it has.
///
/// # Errors
/// As there.
pub fn enrol_by(app: &App, body: &[u8], token: Option<&str>) -> AppResult<Vec<u8>> {
    let request: EnrolRequest = message::decode(body)?;
    let shown = token.map(|token| Hash(Sha256::digest(token.as_bytes()).into()));
    if request.v < WIRE {
        return Err(Code::AppTooOld.into());
    }
    let now = app.env.now();
    let joined = app.store.write_shared(|db| {
        let again = registry::has_token(db, &request.device, &request.token_hash)?;
        let staff = registry::redeem_by(db, &request, shown.as_ref(), now).map_err(Failure::from)?;
        let caller = Caller { staff: staff.id.clone(), role: staff.role, areas: staff.areas.clone() };
        let reply = EnrolReply { v: WIRE, epoch: store::epoch(db)?, reference: county::reference(db, &caller)?, staff, now };
        if !again {
            let entry = Entry::new(Who::Staff(&caller, request.device), Act::Enrolled).to(&caller.staff);
            audit::append(db, now, &entry)?;
            if let Some(old) = request.replaces.filter(|old| *old != request.device) {
                let stopped = Entry::new(Who::Staff(&caller, request.device), Act::Revoked).to(&caller.staff).with(&old);
                audit::append(db, now, &stopped.because("replaced"))?;
            }
        }
        Ok(reply)
    });
    let reply = joined.map_err(|e| {
        let e = AppError::from(e);
        if let AppError::Told(failure) = &e {
            not_enrolled(app, &request, failure.code, now);
        }
        e
    })?;
    message::encode(&reply)
}

/// Puts down that a device was not let in, and for whom its code was if it is one. That it cannot be put down is no reason to answer otherwise.
fn not_enrolled(app: &App, request: &EnrolRequest, code: Code, now: Timestamp) {
    let put_down = app.store.write_shared(|db| {
        let entry = Entry::new(Who::Stranger, Act::EnrolFailed).because(code.code());
        let entry = registry::code_owner(db, &request.code)?.iter().fold(entry, |entry, staff| entry.to(staff));
        Ok(audit::append_once(db, now, &entry, audit::MINUTE)?)
    });
    if put_down.is_err() {
        tracing::warn!("a failed enrolment could not be put down");
    }
}

/// `POST /v1/sync`: takes in what the device sends, then reads on in the feed: its own changes come back in the same reply.
///
/// # Errors
/// `NotAllowed` when another device's id is named, `TooLarge`, `BadChange`.
pub fn sync(app: &App, auth: Auth, body: &[u8]) -> AppResult<Vec<u8>> {
    let mut request: SyncRequest = message::decode(body)?;
    if request.device != auth.device {
        return Err(unknown_token());
    }
    if request.unheard.len() > MAX_UNHEARD {
        return Err(Code::TooLarge.into());
    }
    let asked = [request.known.len(), request.here.len(), request.found.len(), request.anew.len()].into_iter().max();
    if request.changes.len() > MAX_CHANGES || request.log.len() > MAX_LOG || asked > Some(MAX_KNOWN) || request.cursor.seq.len() > MAX_COUNTIES {
        return Err(Code::TooLarge.into());
    }
    let sent = request.changes.len();
    request.changes.truncate(affordable(&request.changes));
    let now = app.env.now();
    let sender = Sender {
        caller: auth.caller,
        device: auth.device,
        cursor: request.cursor.clone(),
        now,
        // Whoever writes nothing is asked nothing.
        forms: if request.changes.is_empty() { Forms::shipped() } else { app.store.read(|db| Ok(app.forms.now(db)?))? },
        daily: app.settings.limits.record_changes_per_day.get().into(),
        vouches: None,
    };
    let begins = request.packs && (request.cursor.scope != feed::scope(&sender.caller) || !request.cursor.complete);
    let began = Instant::now();
    let start = if begins { Some(packs::refresh(&app.store, &sender.caller, now)?) } else { None };
    // Packs are made once and for everybody.
    app.store.has_waited(began);
    let (mut reply, accepted) = store::retry_on_conflict(|| {
        let prepared = admit::prepare(&request.changes, &sender.forms, now);
        let exchange = |db: &Db<'_>| exchange(db, app, &sender, &request, prepared, start.as_ref());
        if request.changes.is_empty() { app.store.write_shared(exchange) } else { app.store.write_in_counties(&sender.caller, exchange) }
    })?;
    reply.token = match request.next {
        Some(next) if app.store.write_shared(|db| Ok(tokens::propose(db, &sender.device, &next, now)?))? => Some(TokenWord::Kept(next)),
        _ => auth.aging.then_some(TokenWord::Renew),
    };
    if accepted > 0 {
        app.notifier.notify();
    }
    measures::synced(&request, &reply, accepted);
    let refused = reply.refused.len();
    tracing::info!(sent, accepted, refused, feed = reply.feed.len(), "sync");
    message::encode(&reply)
}

/// Operations that the changes of one request have together. Few bytes may stand for very many, and each takes memory and time.
const MAX_OPERATIONS: u64 = 50_000;

/// How many of these changes are looked at now, at least one. Of the others the device is told nothing, and sends them again at once.
fn affordable(changes: &[Push]) -> usize {
    let mut sum = 0u64;
    let over = changes.iter().position(|push| {
        sum = sum.saturating_add(records::operations(&push.bytes));
        sum > MAX_OPERATIONS
    });
    over.unwrap_or(changes.len()).max(1)
}

/// `POST /v1/older`: visits and reviews of one person from before what devices hold.
///
/// # Errors
/// `BadChange` for what is no such request.
pub fn older(app: &App, auth: &Auth, body: &[u8]) -> AppResult<Vec<u8>> {
    let request: OlderRequest = message::decode(body)?;
    let items = app.store.read(|db| feed::older(db, &auth.caller, &request.person, request.before))?;
    if !items.is_empty() {
        let (now, records) = (app.env.now(), items.len() as u64);
        app.store.write_shared(|db| Ok(audit::fetched_older(db, now, &auth.caller, auth.device, &request.person, records)?))?;
    }
    message::encode(&items)
}

/// Programs that read a whole reply or none do not know this code.
fn in_old_words(reason: &Failure) -> Failure {
    if reason.code == Code::Clock { Failure { code: Code::BadDate, ..reason.clone() } } else { reason.clone() }
}

fn exchange(
    db: &Db<'_>,
    app: &App,
    sender: &Sender,
    request: &SyncRequest,
    prepared: Vec<Prepared<'_>>,
    start: Option<&packs::Start>,
) -> anyhow::Result<(SyncReply, usize)> {
    let epoch = store::epoch(db)?;
    // Numbers of before a restore say nothing about this server's.
    let seq = if request.epoch == epoch { request.cursor.seq.clone() } else { Default::default() };
    let sender = &Sender {
        caller: sender.caller.clone(),
        cursor: Cursor { seq, ..request.cursor.clone() },
        vouches: None,
        forms: sender.forms.clone(),
        ..*sender
    };
    good_faith::note(db, &sender.device, &sender.caller, &sender.cursor, sender.now)?;
    let mut outcome = admit::admit(db, sender, prepared)?;
    if request.v < SAYS_CLOCK {
        outcome.refused.iter_mut().for_each(|refusal| refusal.reason = in_old_words(&refusal.reason));
    }
    let sent = outcome.accepted.iter().copied().collect();
    let mut page = match start {
        Some(start) => packs::begin(start, &sender.caller, sender.now),
        None => feed::page(db, &sender.caller, &sent, &request.cursor)?,
    };
    page.items.extend(feed::gone(db, &sender.caller, &request.here)?);
    let (compared, otherwise) = feed::otherwise(db, &sender.caller, &request.unheard)?;
    page.items.extend(otherwise);
    found::written_anew(db, sender, &request.anew)?;
    let kept = found::keep(db, sender, &request.found)?;
    let lost = store::unknown(db, &request.known)?;
    let gone = found::gone(db, sender.now, &[lost.as_slice(), &kept].concat())?;
    let reference = app.references.newer(db, &sender.caller, epoch, request.reference)?;
    let key = request.keyless.then(|| device_keys::of(db, &sender.device, app.env.random32())).transpose()?;
    let released = device_keys::released(db, &request.former, &sender.device, &sender.caller.staff)?;
    // Last: the log's head stays locked until the transaction ends.
    let begins = request.cursor.scope != page.cursor.scope || (!request.cursor.complete && request.cursor.first.is_none());
    if begins {
        audit::began(db, sender.now, &sender.caller, sender.device, page.left + page.items.len() as u64)?;
    }
    let logged = audit::take_in(db, sender.now, &sender.caller, sender.device, &request.log)?;
    let accepted = outcome.accepted.len();
    if request.v >= SAYS_PLACES {
        outcome.accepted.clear();
        outcome.places.sort_unstable();
    } else {
        outcome.places.clear();
    }
    let reply = SyncReply {
        accepted: outcome.accepted,
        taken: runs(outcome.places),
        held: outcome.held,
        refused: outcome.refused,
        lost,
        logged,
        gone,
        packs: start.map(|start| start.packs.clone()).unwrap_or_default(),
        feed: page.items,
        cursor: (page.cursor != request.cursor).then_some(page.cursor),
        more: page.more,
        left: page.left,
        compared,
        reference,
        key,
        released,
        ..SyncReply::new(epoch, sender.now)
    };
    Ok((reply, accepted))
}
