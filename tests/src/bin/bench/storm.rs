//! An evening: devices upload their day, one after the other and many at once, over both databases.
use crate::figure;
use client::server::http::pack;
use domain::roles::Caller;
use domain::sync::{Cursor, EnrolRequest, MEDIA, Push, SyncReply, SyncRequest, WIRE};
use domain::{DeviceId, Hash, PersonRow, Programme, RecordId, Role, Timestamp};
use records::{Actor, NewVisit, Record, Writer};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;
use sync_server::env::{Env, SystemEnv};
use sync_server::office::registry;
use sync_server::store::Store;
use sync_server::sync::feed;
use village::postgres;
use village::server::{Server, admin};

/// Devices; `NUANFANG_STORM=5000` for the whole city.
const DEVICES: usize = 500;
/// Visits of each.
const VISITS: usize = 30;
/// Connections at once.
const AT_ONCE: usize = 64;

/// One device's evening: its token and its request, byte for byte.
struct Evening {
    token: String,
    body: Vec<u8>,
}

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    over("sqlite", &dir.path().join("server"))?;
    let database = postgres::database();
    over("postgresql", Path::new(&database.url))
}

fn over(name: &str, data: &Path) -> anyhow::Result<()> {
    let devices = std::env::var("NUANFANG_STORM").ok().and_then(|n| n.parse().ok()).unwrap_or(DEVICES);
    anyhow::ensure!(admin(data, &["sample", "--seed", "1"]).status.success(), "the sample county");
    let url = data.to_string_lossy();
    let store = if url.starts_with("postgres:") { Store::connect(&url, 2, 1)? } else { Store::open(data, 1)? };
    let evenings = prepare(&store, devices + 20)?;
    drop(store);
    let server = Server::start(data);
    let (first, rest) = evenings.split_at(20);

    // One at a time: what a day costs the server.
    let mut alone: Vec<f64> = first.iter().map(|evening| send(&server, evening)).collect::<anyhow::Result<_>>()?;
    figure(&format!("admission_change_{name}"), percentile(&mut alone, 50) / VISITS as f64, "ms a change, p50, loopback", 1.5);

    // All at once.
    let next = Mutex::new(rest.iter());
    let began = Instant::now();
    let times: Vec<anyhow::Result<Vec<f64>>> = std::thread::scope(|scope| {
        let work = || {
            let mut times = Vec::new();
            while let Some(evening) = { next.lock().expect("no panic").next() } {
                times.push(send(&server, evening)?);
            }
            Ok(times)
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let seconds = began.elapsed().as_secs_f64();
    let mut times: Vec<f64> = times.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
    anyhow::ensure!(times.len() == devices, "none is lost");
    // At least: a floor, told as its inverse so that less is better.
    figure(&format!("storm_{name}_seconds"), seconds / devices as f64 * 5000.0, "s for 5,000 devices × 30 visits at this rate", 300.0);
    figure(&format!("storm_{name}_p50"), percentile(&mut times, 50), &format!("ms, {AT_ONCE} at once"), 2000.0);
    figure(&format!("storm_{name}_p99"), percentile(&mut times, 99), &format!("ms, {AT_ONCE} at once"), 2000.0);
    figure(&format!("storm_{name}_memory"), memory(server.id())?, "MiB of the server at most", 1024.0);
    Ok(())
}

/// The most memory a process ever had, MiB.
pub fn memory(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}

fn percentile(times: &mut [f64], of_hundred: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * of_hundred / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Enrols devices of the child directors and writes their day.
fn prepare(store: &Store, devices: usize) -> anyhow::Result<Vec<Evening>> {
    let now = SystemEnv.now();
    let directors: Vec<Caller> = store
        .read(|db| Ok(registry::all_staff(db)?))?
        .into_iter()
        .filter(|e| e.staff.role == Role::ChildDirector)
        .map(|e| Caller { staff: e.staff.id, role: e.staff.role, areas: e.staff.areas })
        .collect();
    let mut persons: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
    let rows = store.read(|db| Ok(db.rows("SELECT row FROM records WHERE kind = 'person'", &[], |r| r.blob(0))?))?;
    for row in rows {
        if let Some(person) = PersonRow::of(&rmp_serde::from_slice(&row)?)
            && person.programmes.contains(&Programme::Child)
        {
            persons.entry(person.area.to_string()).or_default().push(person.id);
        }
    }
    let mut evenings = Vec::new();
    for n in 0..devices {
        let caller = &directors[n % directors.len()];
        let hers = &persons[caller.areas[0].as_str()];
        let device = DeviceId::new(now.0, random());
        let token = data_encoding::HEXLOWER.encode(&SystemEnv.random());
        store.write_exclusive(|db| {
            let code = registry::new_code(db, &caller.staff, now, SystemEnv.random())?.code;
            let token_hash = Hash(Sha256::digest(&token).into());
            let request = EnrolRequest { v: WIRE, code, device, token_hash, label: "storm".into(), replaces: None };
            registry::redeem(db, &request, now).map_err(domain::Failure::from)?;
            Ok(())
        })?;
        let changes = (0..VISITS).map(|v| visit(caller, device, hers[v % hers.len()], n * VISITS + v, now)).collect::<anyhow::Result<_>>()?;
        // In step with the county, so that the reply holds what is new and no first download.
        let seq = store.read(|db| feed::start(db, caller))?.into_keys().map(|county| (county, u64::from(u32::MAX))).collect();
        let cursor = Cursor { scope: feed::scope(caller), seq, complete: true, ..Cursor::default() };
        let request = SyncRequest { changes, ..SyncRequest::new(device, 1, cursor) };
        evenings.push(Evening { token, body: pack(&request)? });
    }
    Ok(evenings)
}

fn random() -> [u8; 10] {
    let [a, b, c, d, e, f, g, h, i, j, ..] = SystemEnv.random();
    [a, b, c, d, e, f, g, h, i, j]
}

fn visit(caller: &Caller, device: DeviceId, person: RecordId, n: usize, now: Timestamp) -> anyhow::Result<Push> {
    let [a, b, c, d, e, f, g, h, ..] = SystemEnv.random();
    let writer = Writer { staff: caller.staff.clone(), device, at: now, actor: Actor([a, b, c, d, e, f, g, h]) };
    let id = RecordId::new(now.0, random());
    let visit = NewVisit { person, form: village::answers::form("child-visit@s2"), at: now, answers: crate::sync::answers(n) };
    let (_, change) = Record::new_visit(id, &visit, &writer)?;
    Ok(Push { record: id, bytes: change.bytes })
}

/// Uploads an evening over a connection of its own; milliseconds.
fn send(server: &Server, evening: &Evening) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut line = TcpStream::connect(server.host())?;
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        evening.token,
        evening.body.len()
    );
    line.write_all(&[head.as_bytes(), &evening.body].concat())?;
    let mut answer = Vec::new();
    line.read_to_end(&mut answer)?;
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").ok_or_else(|| anyhow::anyhow!("no reply"))? + 4;
    let head = String::from_utf8_lossy(&answer[..end]);
    anyhow::ensure!(head.starts_with("HTTP/1.1 200") && head.contains(MEDIA), "{head}{}", String::from_utf8_lossy(&answer[end..]));
    let reply: SyncReply = client::server::http::unpack(&answer[end..])?;
    anyhow::ensure!(reply.accepted.len() == VISITS, "{} accepted, {:?}", reply.accepted.len(), reply.refused);
    Ok(milliseconds)
}
