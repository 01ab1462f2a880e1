//! What a device and the server say to each other, as bytes: HTTP carries it, and so may anything else.
use crate::admit::{self, Prepared, Sender};
use crate::db::Db;
use crate::error::{AppError, AppResult};
use crate::http::App;
use crate::{county, device_keys, feed, found, measures, packs, registry, store, wire};
use domain::roles::Caller;
use domain::sync::{EnrolReply, EnrolRequest, MAX_CHANGES, MAX_KNOWN, OlderRequest, SyncReply, SyncRequest, WIRE};
use domain::{Code, DeviceId, Failure, Hash};
use sha2::{Digest, Sha256};

/// The device behind a token.
pub struct Auth {
    /// Its id.
    pub device: DeviceId,
    /// Its owner.
    pub caller: Caller,
}

/// Finds the device whose token this is.
///
/// # Errors
/// `NotAllowed` for a stranger or somebody who has left, `DeviceRevoked`.
pub fn auth(app: &App, token: &str) -> AppResult<Auth> {
    let hash = Hash(Sha256::digest(token.as_bytes()).into());
    let found = app.store.read(|db| Ok(registry::device_by_token_hash(db, &hash)?))?.ok_or_else(stranger)?;
    if found.revoked.is_some() {
        return Err(Code::DeviceRevoked.into());
    }
    // Who has left may not read or write, but her device is not wiped: her unsent work may still be wanted.
    if !found.active {
        return Err(Code::NotAllowed.into());
    }
    Ok(Auth { device: found.id, caller: found.caller })
}

/// A token this server does not know, perhaps because it was restored or replaced. Only a device that was stopped is told
/// to wipe itself: nobody's unsent work dies of our mistake.
pub fn stranger() -> AppError {
    Failure::of(Code::NotAllowed, "device").into()
}

/// `POST /v1/enrol`
///
/// # Errors
/// `WrongCode`, `UsedCode`, `ExpiredCode`, `SlowDown`, `AppTooOld`, `BadChange`.
pub fn enrol(app: &App, body: &[u8]) -> AppResult<Vec<u8>> {
    let request: EnrolRequest = wire::decode(body)?;
    if request.v < WIRE {
        return Err(Code::AppTooOld.into());
    }
    let now = app.env.now();
    if app.guessing(now, false) {
        return Err(Code::SlowDown.into());
    }
    let joined = app.store.write_beside(|db| {
        let staff = registry::redeem(db, &request, now).map_err(Failure::from)?;
        let caller = Caller { staff: staff.id.clone(), role: staff.role, areas: staff.areas.clone() };
        Ok(EnrolReply { v: WIRE, epoch: store::epoch(db)?, reference: county::reference(db, &caller)?, staff, now })
    });
    let reply = joined.map_err(|e| {
        let e = AppError::from(e);
        if matches!(&e, AppError::Told(f) if f.code == Code::WrongCode) {
            app.guessing(now, true);
        }
        e
    })?;
    wire::encode(&reply)
}

/// `POST /v1/sync`: takes in what the device sends, then reads on in the feed: its own changes come back in the same reply.
///
/// # Errors
/// `NotAllowed` when another device's id is named, `TooLarge`, `BadChange`.
pub fn sync(app: &App, auth: Auth, body: &[u8]) -> AppResult<Vec<u8>> {
    let request: SyncRequest = wire::decode(body)?;
    if request.device != auth.device {
        return Err(stranger());
    }
    let most = [request.known.len(), request.here.len(), request.found.len(), request.anew.len()].into_iter().max();
    if request.changes.len() > MAX_CHANGES || most > Some(MAX_KNOWN) {
        return Err(Code::TooLarge.into());
    }
    let now = app.env.now();
    let sender = Sender { caller: auth.caller, device: auth.device, cursor: request.cursor.clone(), now, vouches: None };
    let begins = request.packs && (request.cursor.scope != feed::scope(&sender.caller) || !request.cursor.complete);
    let start = if begins { Some(packs::refresh(&app.store, &sender.caller, now)?) } else { None };
    let reply = store::again(|| {
        let prepared = admit::prepare(&request.changes);
        let exchange = |db: &Db<'_>| exchange(db, &sender, &request, prepared, start.as_ref(), app.env.random32());
        if request.changes.is_empty() { app.store.write_beside(exchange) } else { app.store.write_in(&sender.caller, exchange) }
    })?;
    if !reply.accepted.is_empty() {
        app.wake.ring();
    }
    measures::synced(&request, &reply);
    let (accepted, refused) = (reply.accepted.len(), reply.refused.len());
    tracing::info!(sent = request.changes.len(), accepted, refused, feed = reply.feed.len(), "sync");
    wire::encode(&reply)
}

/// `POST /v1/older`: visits and reviews of one person from before what devices hold.
///
/// # Errors
/// `BadChange` for what is no such request.
pub fn older(app: &App, auth: &Auth, body: &[u8]) -> AppResult<Vec<u8>> {
    let request: OlderRequest = wire::decode(body)?;
    wire::encode(&app.store.read(|db| feed::older(db, &auth.caller, &request.person, request.before))?)
}

fn exchange(
    db: &Db<'_>,
    sender: &Sender,
    request: &SyncRequest,
    prepared: Vec<Prepared<'_>>,
    start: Option<&packs::Start>,
    random: [u8; 32],
) -> anyhow::Result<SyncReply> {
    let outcome = admit::admit(db, sender, prepared)?;
    let sent = outcome.accepted.iter().copied().collect();
    let mut page = match start {
        Some(start) => packs::begin(start, &sender.caller, sender.now),
        None => feed::page(db, &sender.caller, &sent, &request.cursor)?,
    };
    page.items.extend(feed::gone(db, &sender.caller, &request.here)?);
    found::written_anew(db, sender, &request.anew)?;
    let kept = found::keep(db, sender, &request.found)?;
    let lost = store::unknown(db, &request.known)?;
    let gone = found::gone(db, sender.now, &[lost.as_slice(), &kept].concat())?;
    let reference = county::reference(db, &sender.caller)?;
    registry::touch_device(db, &sender.device, sender.now)?;
    let key = request.keyless.then(|| device_keys::of(db, &sender.device, random)).transpose()?;
    Ok(SyncReply {
        v: WIRE,
        epoch: store::epoch(db)?,
        accepted: outcome.accepted,
        held: outcome.held,
        refused: outcome.refused,
        lost,
        gone,
        packs: start.map(|start| start.packs.clone()).unwrap_or_default(),
        feed: page.items,
        cursor: (page.cursor != request.cursor).then_some(page.cursor),
        more: page.more,
        left: page.left,
        reference: (reference.version != request.reference).then_some(reference),
        key,
        released: device_keys::released(db, &request.former, &sender.device, &sender.caller.staff)?,
        now: sender.now,
    })
}
