//! A device's stream of news: how far its counties' feeds have come.
use crate::app::App;
use crate::error::AppResult;
use crate::sync::exchange::Auth;
use crate::sync::feed;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::AreaCode;
use domain::roles::Caller;
use futures_util::{Stream, StreamExt, stream};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::sleep;

/// After this much silence a device is sent an empty line; phones give a silent connection up after a minute.
const SILENCE: Duration = Duration::from_secs(25);
/// After so long a device has to show its token again.
const HEARING: Duration = Duration::from_secs(30 * 60);

/// How far the feed of each county has come.
#[derive(Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub(super) struct Seqs(BTreeMap<AreaCode, u64>);

/// `GET /v1/wake`: server-sent events, each `{county: seq}` for the counties of the caller, at once and whenever one has moved. A device has one
/// such stream: a newer one ends the older.
pub(super) async fn wake(State(app): State<App>, auth: Auth) -> AppResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let told = app.notifier.seqs.subscribe();
    let now = app.run(|app| Ok(app.store.read(feed::seqs)?)).await?;
    let first = hers(&auth.caller, &now);
    let later = stream::unfold((told, auth.caller, first.clone()), |(mut seqs, caller, before)| async move {
        loop {
            seqs.changed().await.ok()?;
            let now = hers(&caller, &seqs.borrow_and_update().clone());
            if now != before {
                return Some((now.clone(), (seqs, caller, now)));
            }
        }
    });
    let (mut ended, stopped) = (app.notifier.ended.subscribe(), app.notifier.listens(auth.device));
    let until = Box::pin(async move {
        tokio::select! { () = sleep(HEARING) => {}, _ = ended.wait_for(|ended| *ended) => {}, _ = stopped => {} }
    });
    let events = stream::once(async { first }).chain(later).take_until(until);
    let events = events.map(|seqs| Ok(Event::default().json_data(seqs).unwrap_or_default()));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(SILENCE)))
}

fn hers(caller: &Caller, all: &BTreeMap<AreaCode, u64>) -> Seqs {
    // Who keeps no files is told of none.
    let reads = !caller.role.programmes().is_empty();
    let in_scope = |county: &AreaCode| reads && caller.areas.iter().any(|area| area.contains(county) || county.contains(area));
    Seqs(all.iter().filter(|(county, _)| in_scope(county)).map(|(county, seq)| (county.clone(), *seq)).collect())
}
