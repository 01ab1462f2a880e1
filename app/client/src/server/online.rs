//! Requests that need a server. Everything else goes straight to the core. Being offline is a state, not an error: what
//! was written is kept and sent later.
use crate::Core;
use crate::core::Joining;
use crate::device::token::{self, bearer};
use crate::device::{left, seal};
use crate::record::access;
use crate::server::http::{Answered, Http, Server};
use crate::server::link::{hold, status, tell};
use crate::server::sync::{self, Taken};
use crate::server::{admin, missed, newer, packs, upload};
use crate::store::{Durability, county_forms, meta};
use domain::api::{Enrol, Phase, Request, Response, StartOver, StatusReply, SyncReport, SyncState};
use domain::sync::{
    Cursor, DeviceKey, EnrolReply, EnrolRequest, FeedItem, LogReply, LogRequest, MAX_LOG, OlderRequest, Reference, RevokedReply, SyncReply, WIRE,
};
use domain::{Code, DeviceId, Failure, Hash, RecordId, Timestamp};
use reqwest::Method;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// Most requests of one sync: more would mean that a server never comes to an end.
const MOST_REQUESTS: u32 = 10_000;

/// How long a server that is busy is left alone when it says nothing, and at most, seconds.
const BUSY: (i64, i64) = (60, 600);

/// Answers any request. The core is never held while the network is waited for.
pub async fn handle(core: &Mutex<Core>, http: &Http, request: Request) -> Result<Response, Failure> {
    match request {
        Request::Enrol(call) => reply(enrol(core, http, &call).await?),
        Request::StartOver(call) => reply(start_over(core, http, &call).await?),
        Request::Rejoin(call) => reply(rejoin(core, http, &call.code).await?),
        Request::Sync(_) => reply(sync_now(core, http).await?),
        Request::OlderVisits(call) => reply(older_visits(core, http, call.person).await?),
        Request::Photos(call) if call.fetch => {
            upload::fetch(core, http, call.of, call.whole).await?;
            hold(core).handle(Request::Photos(call))
        }
        Request::Refusals(_)
        | Request::SettleRefusal(_)
        | Request::AdminStaff(_)
        | Request::AdminCode(_)
        | Request::AdminDevices(_)
        | Request::AdminRevoke(_)
        | Request::AdminImport(_)
        | Request::AdminForms(_)
        | Request::AdminFormImport(_)
        | Request::AdminFormPublish(_)
        | Request::AdminFormRows(_)
        | Request::AdminFormBook(_)
        | Request::AdminCodes(_)
        | Request::ConfirmCode(_)
        | Request::WithdrawCode(_)
        | Request::Audit(_) => admin::handle(core, http, request).await,
        local => hold(core).handle(local),
    }
}

fn reply<T: serde::Serialize>(value: T) -> Result<Response, Failure> {
    Ok(Response { value: serde_json::to_value(value).map_err(|_| Failure::from(Code::Internal))?, changed: Vec::new() })
}

fn joining_request(code: &str, device: DeviceId, token: &[u8; 32], label: &str, replaces: Option<DeviceId>) -> EnrolRequest {
    EnrolRequest {
        v: WIRE,
        code: code.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase(),
        device,
        token_hash: token::hash(token),
        label: label.chars().take(64).collect(),
        replaces,
    }
}

/// The server was restored from a backup older than this device, or was not asked anything for longer than a token lives: it joins again as
/// what it is, with another token, and brings everything back.
async fn rejoin(core: &Mutex<Core>, http: &Http, code: &str) -> Result<StatusReply, Failure> {
    let (server, request, next, token) = {
        let mut core = hold(core);
        let next = core.propose_token();
        let next = core.settle(next)?;
        let secret = core.secret()?;
        (crate::server::http::address(&secret.server)?, joining_request(code, secret.device, &next, "", None), next, bearer(&secret.token))
    };
    let _: Answered<EnrolReply> = http.post(server.join("v1/enrol"), Some(&token), &request, wire::REPLY).await?;
    {
        let mut core = hold(core);
        let adopted = core.adopt_token(&next);
        core.settle(adopted)?;
    }
    sync_now(core, http).await?;
    status(&mut hold(core))
}

async fn older_visits(core: &Mutex<Core>, http: &Http, person: RecordId) -> Result<u64, Failure> {
    let (server, token, before) = {
        let core = hold(core);
        let secret = core.secret()?;
        let cursor: Option<Cursor> = meta::get(core.view()?.db, meta::CURSOR)?;
        (crate::server::http::address(&secret.server)?, bearer(&secret.token), cursor.and_then(|cursor| cursor.since))
    };
    let Some(before) = before else { return Ok(0) };
    let answered: Answered<Vec<FeedItem>> = http.post(server.join("v1/older"), Some(&token), &OlderRequest { person, before }, wire::RECORDS).await?;
    let (count, changed) = {
        let mut core = hold(core);
        let taken = core.transact(Durability::Batch, |tx| {
            newer::left(tx, answered.newer)?;
            let count = sync::take_whole(tx, answered.body)?;
            let mut all: BTreeSet<RecordId> = meta::get(tx.db, meta::OLDER)?.unwrap_or_default();
            all.insert(person);
            meta::put(tx.db, meta::OLDER, &all)?;
            tx.touch(person);
            tx.mark_changed(person);
            Ok(count)
        });
        core.settle(taken)?
    };
    tell(core, http, changed.into_iter().collect());
    Ok(count)
}

async fn enrol(core: &Mutex<Core>, http: &Http, call: &Enrol) -> Result<StatusReply, Failure> {
    let server = crate::server::http::address(&call.server)?;
    crate::device::pin::Pin::choose(&call.pin)?;
    let joining = hold(core).joining()?;
    join(core, http, &server, &joining, (&call.code, &call.pin, &call.label)).await
}

/// The PIN is forgotten. Nothing is put aside before the server took a new code for this device.
async fn start_over(core: &Mutex<Core>, http: &Http, call: &StartOver) -> Result<StatusReply, Failure> {
    crate::device::pin::Pin::choose(&call.pin)?;
    let (joining, server) = hold(core).joining_anew()?;
    join(core, http, &crate::server::http::address(&server)?, &joining, (&call.code, &call.pin, &call.label)).await
}

async fn join(core: &Mutex<Core>, http: &Http, server: &Server, joining: &Joining, call: (&str, &str, &str)) -> Result<StatusReply, Failure> {
    let (code, pin, label) = call;
    let request = joining_request(code, joining.device, &joining.token, label, joining.replaces);
    let answered: Answered<EnrolReply> = http.post(server.join("v1/enrol"), None, &request, wire::REPLY).await?;
    let (done, newer) = (answered.body, answered.newer);
    // Reference data of which something was left out is asked for again by the sync that follows, which puts down that it was.
    let version = if newer == 0 { done.reference.version } else { 0 };
    hold(core).finish_enrol(joining, pin, server.as_str(), &server.host(), done.epoch, Reference { version, ..done.reference })?;
    // The first download may fail half-way: the device has joined all the same and goes on later. With the first files there the
    // list can be used, and the shell fetches the rest.
    _ = sync(core, http, true).await;
    status(&mut hold(core))
}

/// Hears from the server whenever its feed has come further, and calls `news` when this device is behind; until the connection ends.
/// A shell then syncs, once it has nothing else under way: what it just sent itself is no news after the reply.
///
/// # Errors
/// `Locked`, `Offline`, and the server's own.
pub async fn listen(core: &Mutex<Core>, http: &Http, news: impl Fn()) -> Result<(), Failure> {
    let (server, token) = {
        let core = hold(core);
        let secret = core.secret()?;
        (crate::server::http::address(&secret.server)?, bearer(&secret.token))
    };
    let heard = |seqs| {
        let mut core = hold(core);
        core.heard = seqs;
        if core.is_behind() {
            news();
        }
    };
    http.listen(server.join("v1/wake"), &token, heard).await
}

/// Brings both sides up to date, and then reads what the first download brought unread. Never fails for want of a network: the
/// report says where it stands.
pub async fn sync_now(core: &Mutex<Core>, http: &Http) -> Result<SyncReport, Failure> {
    let mut report = sync(core, http, false).await?;
    // Locked meanwhile: it is read another time.
    if report.state == SyncState::Done && packs::read_unread(core, http).await.is_ok_and(|bad| bad > 0) {
        // All else is done; what the server sends and nobody can read is named, and not forgotten.
        report.unreadable = hold(core).view().and_then(|view| missed::unreadable(&view))?;
        tell(core, http, Vec::new());
    }
    Ok(report)
}

/// The same; or only so far that there is something to see.
async fn sync(core: &Mutex<Core>, http: &Http, first_only: bool) -> Result<SyncReport, Failure> {
    {
        let mut core = hold(core);
        if core.phase()? != Phase::Open {
            return Err(Code::Locked.into());
        }
        if matches!(core.sync, SyncState::Running { .. }) || is_to_wait(&core) {
            return Ok(SyncReport { state: core.sync.clone(), ..SyncReport::default() });
        }
        core.sync = SyncState::Running { left: 0, bytes: 0 };
    }
    tell(core, http, Vec::new());
    let began = hold(core).env().now();
    let mut report = SyncReport::default();
    let mut result = everything(core, http, &mut report, first_only).await;
    if let Err(failure) = &result
        && is_unknown(failure)
    {
        result = match known_by_another(core, http, failure).await {
            Ok(()) => everything(core, http, &mut report, first_only).await,
            Err(failure) => Err(failure),
        };
    }
    let revoked = matches!(&result, Err(f) if f.code == Code::DeviceRevoked);
    if revoked {
        // What cannot be told now lies beside the database, and is told by whoever is enrolled here next.
        _ = tell_log(core, http).await;
    }
    let proven = revoked && is_proven(core, http).await;
    if revoked && !proven {
        result = Err(Code::RevokedUnproven.into());
    }
    let mut core_now = hold(core);
    core_now.sync = match result {
        Ok(true) => SyncState::Done,
        // The shell goes on.
        Ok(false) => SyncState::Idle,
        // It was locked in the middle of it.
        Err(f) if f.code == Code::Locked => SyncState::Idle,
        Err(f) if f.code == Code::Offline => SyncState::Offline,
        Err(f) if matches!(f.code, Code::SlowDown | Code::Busy) => {
            let seconds = f.field.and_then(|s| s.parse().ok()).unwrap_or(BUSY.0).clamp(1, BUSY.1);
            SyncState::Busy { until: Timestamp(core_now.env().now().0 + seconds * 1000) }
        }
        Err(f) => SyncState::Failed(f),
    };
    if proven {
        core_now.wipe()?;
    }
    report.seconds = core_now.env().now().since(began) as f64 / 1000.0;
    report.state = core_now.sync.clone();
    drop(core_now);
    tell(core, http, Vec::new());
    Ok(report)
}

/// The server does not know the token, or not any more.
fn is_unknown(failure: &Failure) -> bool {
    failure.code == Code::TokenExpired || (failure.code == Code::NotAllowed && failure.field.as_deref() == Some("device"))
}

/// Looks whether the server knows this device by another of its tokens: the next one, whose receipt was lost, or one of before a restore. Then
/// that one is shown from now on.
///
/// # Errors
/// What the server says of the device when it knows none, or what kept it from being asked.
async fn known_by_another(core: &Mutex<Core>, http: &Http, said: &Failure) -> Result<(), Failure> {
    let (server, others) = {
        let core = hold(core);
        (crate::server::http::address(&core.secret()?.server)?, core.other_tokens()?)
    };
    let adopt = |token| {
        let mut core = hold(core);
        let adopted = core.adopt_token(token);
        core.settle(adopted)
    };
    let nothing = LogRequest { v: WIRE, log: Vec::new() };
    let mut expired = None;
    for token in &others {
        match http.post::<LogReply>(server.join("v1/log"), Some(&bearer(token)), &nothing, &[]).await {
            Ok(_) => return adopt(token),
            Err(f) if f.code == Code::TokenExpired => expired = expired.or(Some(token)),
            Err(f) if is_unknown(&f) => {}
            Err(f) => return Err(f),
        }
    }
    match expired {
        // Good enough to join again by.
        Some(token) if said.code != Code::TokenExpired => adopt(token).and(Err(Code::TokenExpired.into())),
        _ => Err(said.clone()),
    }
}

/// Tells what was put down of access to files, and nothing else: a device that was stopped may do that before it is wiped.
async fn tell_log(core: &Mutex<Core>, http: &Http) -> Result<(), Failure> {
    for _ in 0..MOST_REQUESTS {
        let (log, server, token) = {
            let mut core = hold(core);
            let log = core.view().and_then(|view| access::waiting(view.db, MAX_LOG));
            let log = core.settle(log)?;
            let secret = core.secret()?;
            (log, crate::server::http::address(&secret.server)?, bearer(&secret.token))
        };
        if log.is_empty() {
            break;
        }
        let request = LogRequest { v: WIRE, log };
        let answered: Answered<LogReply> = http.post(server.join("v1/log"), Some(&token), &request, &[]).await?;
        let told = request.log.get(..usize::try_from(answered.body.logged).unwrap_or(usize::MAX)).unwrap_or_default();
        if told.is_empty() {
            break;
        }
        let mut core = hold(core);
        let settled = core.transact(Durability::Full, |tx| access::settle(tx.db, told, tx.now()));
        core.settle(settled)?;
    }
    Ok(())
}

/// Whether it was this device's own server that said it was stopped: whoever else answers in its place, or holds the device's token, does
/// not have the key that both share.
async fn is_proven(core: &Mutex<Core>, http: &Http) -> bool {
    let asked = || -> crate::Result<_> {
        let core = hold(core);
        let (key, secret): (Option<DeviceKey>, _) = (meta::get(core.view()?.db, meta::DEVICE_KEY)?, core.secret()?);
        let nonce = Hash(crate::device::env::random(core.env()));
        Ok((key, secret.device, nonce, crate::server::http::address(&secret.server)?, bearer(&secret.token)))
    };
    let Ok((Some(key), device, nonce, server, token)) = asked() else { return false };
    let mut url = server.join("v1/revoked");
    url.set_query(Some(&format!("nonce={nonce}")));
    http.get::<RevokedReply>(url, &token).await.is_ok_and(|reply| seal::is_proof(&key, &device, &nonce, &reply.proof))
}

/// The server asked for patience that is not over. A clock that was set back does not make it longer.
fn is_to_wait(core: &Core) -> bool {
    let SyncState::Busy { until } = core.sync else { return false };
    (1..=BUSY.1 * 1000).contains(&(until.0 - core.env().now().0))
}

/// Records first, then photos; and records again where some were written meanwhile. Whether both sides are up to date.
async fn everything(core: &Mutex<Core>, http: &Http, report: &mut SyncReport, first_only: bool) -> Result<bool, Failure> {
    while rounds(core, http, report, first_only).await? {
        fetch_forms(core, http, report).await?;
        if !upload::send(core, http, report).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fetches the forms that were published and are not here.
async fn fetch_forms(core: &Mutex<Core>, http: &Http, report: &mut SyncReport) -> Result<(), Failure> {
    let (missing, server, token) = {
        let core = hold(core);
        let view = core.view()?;
        let missing = view.book.reference().map(|reference| county_forms::missing(view.db, reference)).transpose()?;
        let secret = core.secret()?;
        (missing.unwrap_or_default(), crate::server::http::address(&secret.server)?, bearer(&secret.token))
    };
    for hash in missing {
        let answered = match http.raw(Method::GET, server.join(&format!("v1/forms/{hash}")), &token, &[], Vec::new()).await {
            Ok(answered) => answered,
            // Withdrawn meanwhile: the next sync says so.
            Err(failure) if failure.code == Code::NotFound => continue,
            Err(failure) => return Err(failure),
        };
        report.up_bytes += answered.up_bytes;
        report.down_bytes += answered.down_bytes;
        // Another body than was named is none, and keeps nothing else back: it is asked for again.
        let Ok(body) = String::from_utf8(answered.body.1) else { continue };
        let mut core = hold(core);
        let kept = core.transact(Durability::Batch, |tx| tx.put_form(&hash, &body));
        core.settle(kept)?;
    }
    Ok(())
}

/// Whether both sides have the same records.
async fn rounds(core: &Mutex<Core>, http: &Http, report: &mut SyncReport, first_only: bool) -> Result<bool, Failure> {
    let mut anew = 0;
    for _ in 0..MOST_REQUESTS {
        if !packs::fetch(core, http, report, first_only).await? {
            return Ok(false);
        }
        let (prepared, server, token) = {
            let mut core = hold(core);
            let (server, token) = {
                let secret = core.secret()?;
                (crate::server::http::address(&secret.server)?, bearer(&secret.token))
            };
            let prepared = sync::prepare(&core);
            (core.settle(prepared)?, server, token)
        };
        report.requests += 1;
        let mut answered: Answered<SyncReply> = http.post(server.join("v1/sync"), Some(&token), &prepared.request, wire::REPLY).await?;
        let (released, keyed) = (std::mem::take(&mut answered.body.released), answered.body.key.is_some());
        answered.body.newer = answered.newer;
        report.up_bytes += answered.up_bytes;
        report.down_bytes += answered.down_bytes;
        let taken = {
            let mut core = hold(core);
            let taken = sync::take_in(&mut core, &prepared, answered.body);
            let mut taken: Taken = core.settle(taken)?;
            if keyed {
                core.share_key()?;
            }
            let back = left::bring_back(&mut core, &released);
            let back = core.settle(back)?;
            taken.more |= !back.is_empty();
            taken.changed.extend(back);
            if taken.left > 0 {
                core.sync = SyncState::Running { left: taken.left, bytes: 0 };
            }
            taken
        };
        anew += u32::from(taken.anew);
        // Once heals a gap; what cannot be taken in twice is the server's trouble, not a reason to go round for ever.
        if anew > 1 {
            return Err(Code::ServerTrouble.into());
        }
        report.accepted += taken.accepted;
        report.held += taken.held;
        report.refused += taken.refused;
        report.pulled += taken.pulled;
        let unsent = {
            let core = hold(core);
            core.view().and_then(|v| crate::store::changes::count_pending(v.db))?
        };
        tell(core, http, taken.changed.iter().copied().collect());
        // What a refusal repeated goes up at once; what is held waits for others.
        let progress = taken.accepted + taken.refused > 0;
        let again = taken.more || (unsent > 0 && progress);
        if !again {
            // All else is done; what the server sends and nobody can read is named, and not forgotten.
            report.unreadable = hold(core).view().and_then(|view| missed::unreadable(&view))?;
            return Ok(true);
        }
    }
    Err(Code::ServerTrouble.into())
}

/// Closes the database of a device whose interface has been silent for too long, a suspended one, and tells it. Shells ask now and then.
pub fn lock_if_idle(core: &Mutex<Core>, http: &Http) {
    // Should closing fail, it is tried again the next time.
    let locked = hold(core).lock_if_idle().unwrap_or(false);
    if locked {
        tell(core, http, Vec::new());
    }
}
