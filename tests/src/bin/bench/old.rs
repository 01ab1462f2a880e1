//! A file with five years of history, of which somebody wrote something every fifth day: what one more change costs the server,
//! and what opening the file costs a device.
use crate::figure;
use client::Core;
use client::device::env::SystemEnv as Clock;
use client::device::home::Home;
use client::store::Durability;
use domain::api::{Call, Edit, Person, Unlock};
use domain::roles::Caller;
use domain::sync::{Cursor, Push};
use domain::{DeviceId, PersonRow, Programme, RecordId, Timestamp};
use records::{Actor, Record, Writer};
use std::time::Instant;
use sync_server::env::{Env, SystemEnv};
use sync_server::office::registry;
use sync_server::store::{self, Store};
use sync_server::sync::admit;
use sync_server::sync::sender::Sender;
use village::server::admin;

const PIN: &str = "274951";
/// Every fifth day of five years.
const CHANGES: usize = 365;
/// Changes of one telephone, until its owner has another.
const BY_ONE: usize = 60;
const DAY: i64 = 24 * 3600 * 1000;

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    anyhow::ensure!(admin(&data, &["sample", "--seed", "1"]).status.success(), "the sample county");
    let store = Store::open(&data, 1)?;
    let (caller, mut record) = somebody(&store)?;
    let began = Instant::now();
    let mut written: Vec<f64> = Vec::new();
    for n in 0..CHANGES + 20 {
        let change = one_more(&mut record, &caller, n)?;
        let push = [Push { record: record.id(), bytes: change }];
        let (admitted, sender) = (Instant::now(), sender(&caller, n));
        let outcome = {
            let prepared = admit::prepare(&push, &sender.forms, sender.now);
            store.write_in_counties(&caller, |db| admit::admit(db, &sender, prepared))?
        };
        written.push(admitted.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(outcome.accepted.len() == 1, "{outcome:?}");
    }
    eprintln!("{:>8.2} s  {CHANGES} changes of one file, one request each", began.elapsed().as_secs_f64());
    eprintln!("{:>8.2} ms the same at its beginning, median of 20", median(&written[..20]));
    figure("old_file_admission", median(&written[CHANGES..]), "ms for a change of a file with 365, committed, median of 20", 3.0);
    eprintln!("{:>8.1} KiB its document", record.save().len() as f64 / 1024.0);

    let mut core = Core::new(Box::new(Clock), Box::new(Home::open(&dir.path().join("device"), || {})?));
    let joining = core.joining()?;
    core.finish_enrol(&joining, PIN, "https://nuanfang.example", "nuanfang.example", 1, crate::store::reference()?)?;
    let area = record.area().ok_or_else(|| anyhow::anyhow!("a file lies somewhere"))?;
    core.transact(Durability::Batch, |work| work.put(record.id(), &area, &record.save(), &record.row()?))?;
    let mut opened = Vec::new();
    for _ in 0..20 {
        core.lock()?;
        ask(&mut core, Unlock { pin: PIN.to_owned() })?;
        let began = Instant::now();
        ask(&mut core, Person { id: record.id() })?;
        opened.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    figure("old_file_open", median(&opened), "ms until it can be drawn, median of 20", 50.0);
    Ok(())
}

fn ask<C: Call>(core: &mut Core, call: C) -> anyhow::Result<C::Reply> {
    Ok(serde_json::from_value(core.handle(call.into())?.value)?)
}

/// A child director and a child of hers.
fn somebody(store: &Store) -> anyhow::Result<(Caller, Record)> {
    store.read(|db| {
        let staff = registry::staff_entry(db, &"S001".parse().map_err(anyhow::Error::msg)?)?.expect("of the sample county").staff;
        let caller = Caller { staff: staff.id, role: staff.role, areas: staff.areas };
        let rows = db.rows("SELECT row FROM records WHERE kind = 'person' ORDER BY id", &[], |r| r.blob(0))?;
        let hers = |row: &Vec<u8>| {
            let person = PersonRow::of(&rmp_serde::from_slice(row).ok()?)?;
            (person.programmes.contains(&Programme::Child) && caller.covers(&person.area)).then_some(person.id)
        };
        let id: RecordId = rows.iter().find_map(hers).expect("she has children");
        Ok((caller, store::load(db, &id)?.expect("it is there").record))
    })
}

/// What the week brought: a telephone, an address, how she is, what is to be done.
fn one_more(record: &mut Record, caller: &Caller, n: usize) -> anyhow::Result<Vec<u8>> {
    let (path, value) = match n % 4 {
        0 => ("contact.phone", format!("138{n:08}")),
        1 => ("plan.text", format!("第{n}次：{}", "已与学校和奶奶商量，下周再去看作业和饮食，必要时请镇上协调。".repeat(2))),
        2 => ("situation.health", format!("第{n}次看时感冒已好，按时吃饭")),
        _ => ("contact.address", format!("{}组{n}号，门前有两棵核桃树", n % 9 + 1)),
    };
    let edit = Edit { path: path.parse().map_err(anyhow::Error::msg)?, value: value.into() };
    let owner = u8::try_from(n / BY_ONE)?;
    let writer = Writer { staff: caller.staff.clone(), device: device(n), at: when(n), actor: Actor([owner, 1, 2, 3, 4, 5, 6, 7]) };
    let [change] = <[_; 1]>::try_from(record.edit(&[edit], &writer)?).map_err(|_| anyhow::anyhow!("one change"))?;
    Ok(change.bytes)
}

fn device(n: usize) -> DeviceId {
    DeviceId::new(1, [(n / BY_ONE) as u8; 10])
}

/// The last of them is today's.
fn when(n: usize) -> Timestamp {
    Timestamp(SystemEnv.now().0 - (CHANGES + 20 - n) as i64 * 5 * DAY)
}

fn sender(caller: &Caller, n: usize) -> Sender {
    Sender {
        caller: caller.clone(),
        device: device(n),
        cursor: Cursor::default(),
        now: when(n),
        daily: u64::MAX,
        forms: forms::Forms::shipped(),
        vouches: None,
    }
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
