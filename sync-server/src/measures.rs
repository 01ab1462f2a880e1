//! Figures for Prometheus, at an address of their own. Their labels are routes, methods, statuses and codes: few, and nobody's.
//! Where no such address is set, counting costs next to nothing.
use domain::sync::{SyncReply, SyncRequest};
use domain::{DeviceId, Timestamp};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const REQUESTS: &str = "nuanfang_requests_total";
const REQUEST_SECONDS: &str = "nuanfang_request_seconds";
const BYTES: &str = "nuanfang_bytes_total";
const CHANGES: &str = "nuanfang_changes_total";
const FEED: &str = "nuanfang_feed_items_total";
const WORK_SECONDS: &str = "nuanfang_database_seconds";
const DEVICES: &str = "nuanfang_devices_this_hour";
const AT_WORK: &str = "nuanfang_requests_at_work";
const WAITING: &str = "nuanfang_requests_waiting";
const TURNED_AWAY: &str = "nuanfang_turned_away_total";
const CONNECTIONS: &str = "nuanfang_connections";
const BUILD: &str = "nuanfang_build_info";

/// Upper bounds of the histograms, seconds: around the goals of a day (0.06), an evening (2) and the longest request (120).
const SECONDS: [f64; 11] = [0.005, 0.02, 0.06, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 120.0];

/// Begins to count; once in a process.
///
/// # Errors
/// When something counts already.
pub fn begin() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS)?.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by route, method and status.");
    metrics::describe_histogram!(REQUEST_SECONDS, "From the head of a request to its reply, with the body's way and the queue, by route.");
    metrics::describe_counter!(BYTES, "Bytes of bodies, up to the server and down to devices.");
    metrics::describe_counter!(CHANGES, "Changes sent by devices, by what became of them and why.");
    metrics::describe_counter!(FEED, "Documents and changes given to devices.");
    metrics::describe_histogram!(WORK_SECONDS, "Time with the database, by piece of work.");
    metrics::describe_gauge!(DEVICES, "Devices that asked since the last full hour.");
    metrics::describe_gauge!(AT_WORK, "Requests being worked on.");
    metrics::describe_gauge!(WAITING, "Requests waiting for their turn.");
    metrics::describe_counter!(TURNED_AWAY, "Callers told to come again, and connections closed for others of their address, by what was used up.");
    metrics::describe_gauge!(CONNECTIONS, "Connections held.");
    metrics::describe_gauge!(BUILD, "Always 1; which version runs.");
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(recorder)
}

/// So many requests are being worked on.
pub(crate) fn at_work(requests: usize) {
    gauge!(AT_WORK).set(u32::try_from(requests).unwrap_or(u32::MAX));
}

/// A request was answered.
pub(crate) fn answered(route: &str, method: &'static str, status: u16, took: Duration, bytes_in: u64, bytes_out: u64) {
    counter!(REQUESTS, "route" => route.to_owned(), "method" => method, "status" => status.to_string()).increment(1);
    histogram!(REQUEST_SECONDS, "route" => route.to_owned()).record(took);
    counter!(BYTES, "way" => "up").increment(bytes_in);
    counter!(BYTES, "way" => "down").increment(bytes_out);
}

/// Work on the database is done.
pub(crate) fn worked(took: Duration) {
    histogram!(WORK_SECONDS).record(took);
}

/// Somebody is to come again, because something was used up.
pub(crate) fn turned_away(why: &'static str) {
    counter!(TURNED_AWAY, "why" => why).increment(1);
}

/// A device synced.
pub(crate) fn synced(request: &SyncRequest, reply: &SyncReply, accepted: usize) {
    counter!(CHANGES, "outcome" => "accepted", "reason" => "").increment(accepted as u64);
    counter!(CHANGES, "outcome" => "held", "reason" => "").increment(reply.held.len() as u64);
    for refusal in &reply.refused {
        counter!(CHANGES, "outcome" => "refused", "reason" => refusal.reason.code.to_string()).increment(1);
    }
    counter!(FEED).increment(reply.feed.len() as u64);
    gauge!(DEVICES).set(devices_this_hour(request.device, reply.now));
}

fn devices_this_hour(device: DeviceId, now: Timestamp) -> u32 {
    static SEEN: Mutex<(i64, BTreeSet<DeviceId>)> = Mutex::new((0, BTreeSet::new()));
    let (hour, devices) = &mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if *hour != now.0 / 3_600_000 {
        *hour = now.0 / 3_600_000;
        devices.clear();
    }
    devices.insert(device);
    u32::try_from(devices.len()).unwrap_or(u32::MAX)
}

/// One more for as long as it lives.
pub(crate) struct InFlight(&'static str);

impl InFlight {
    fn one(name: &'static str) -> InFlight {
        gauge!(name).increment(1);
        InFlight(name)
    }
    pub(crate) fn connection() -> InFlight {
        InFlight::one(CONNECTIONS)
    }
    pub(crate) fn waiting() -> InFlight {
        InFlight::one(WAITING)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1);
    }
}
