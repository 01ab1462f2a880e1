//! What each subcommand does.
pub(crate) mod audit;
pub(crate) mod codes;
pub(crate) mod form;
pub(crate) mod matter_type;

use crate::{Data, out};
use anyhow::{Context, anyhow};
use data_encoding::BASE64;
use domain::api::{ImportKind, ImportReport};
use domain::audit::Act;
use domain::form::KIND;
use domain::policy::Policy;
use domain::{AreaCode, Code, DeviceId, Failure, RecordId, Timestamp};
use forms::Forms;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use sync_server::app::App;
use sync_server::audit::{Entry, Who};
use sync_server::env::{Env, SystemEnv};
use sync_server::http::tls::Tls;
use sync_server::office::registry;
use sync_server::office::take_in::{self, Wish};
use sync_server::photos::{self, Photos};
use sync_server::settings::Settings;
use sync_server::store::at_rest::{self, Key};
use sync_server::store::backup::carry::{Carried, Part};
use sync_server::store::{self, Store, backup};
use sync_server::sync::{aside, county, device_keys, quarantine};
use sync_server::{http, measures, sample};
use text::{Lang, Text};
use tokio::net::TcpListener;
use tokio::sync::watch;

type Done = anyhow::Result<ExitCode>;

/// A command's own connections to PostgreSQL: the least a pool has.
const FEW: u32 = 2;

fn open(at: &Data) -> anyhow::Result<Store> {
    match &at.database {
        Some(url) => Store::connect(url, FEW, new_epoch()),
        None => Store::open_by(&at.data, Key::find(at.key_file.as_deref())?.as_ref(), new_epoch()),
    }
}

/// Opens a store that is there: a mistyped folder is told, not made.
fn open_existing(at: &Data) -> anyhow::Result<Store> {
    let there = at.database.is_some() || at.data.join(store::DATABASE).is_file();
    anyhow::ensure!(there, "{} 里没有数据库，请核对 --data / no database there, check --data", at.data.display());
    open(at)
}

/// Never 0: that is a device's that met no server yet.
fn new_epoch() -> u64 {
    let [a, b, c, d, ..] = SystemEnv.random();
    u64::from(u32::from_be_bytes([a, b, c, d])) + 1
}

/// `backup`
pub fn backup(file: &Path, data: &Data) -> Done {
    only_the_file(data, "pg_dump --format=custom")?;
    let key = Key::find(data.key_file.as_deref())?;
    if backup::is_current(&data.data, key.as_ref())? {
        open_existing(data)?.write_exclusive(|db| put_down(db, Entry::new(Who::Operator, Act::Backup)))?;
    }
    backup::backup(&data.data, key.as_ref(), file)?;
    match key {
        Some(_) => out!("已备份到 {}，和数据库用同一个密钥加密。密钥要另外保管：没有它，备份打不开。", file.display()),
        None => out!("已备份到 {}。它没有加密，请放在安全的地方。", file.display()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts down what the operator does.
fn put_down(db: &sync_server::store::db::Db<'_>, entry: Entry) -> anyhow::Result<()> {
    Ok(sync_server::audit::append(db, SystemEnv.now(), &entry)?)
}

/// `restore`
pub fn restore(file: &Path, data: &Data) -> Done {
    only_the_file(data, "pg_restore, nuanfang-server restored")?;
    let key = Key::find(data.key_file.as_deref())?;
    let done = backup::restore(file, &data.data, key.as_ref(), new_epoch(), SystemEnv.now())?;
    out!("{RESTORED}");
    let Carried { devices, tokens: _, codes, left, entries, expired, lost } = done.carried;
    if let Some(aside) = done.aside {
        out!("原来的数据库在 {}，没有删除。", aside.display());
        out!("从它接过来：停用的设备 {devices} 台、登记码 {codes} 个、离职 {left} 人、审计记录 {entries} 条。");
    }
    if expired > 0 {
        out!("{expired} 个没用过的登记码已作废，请重新发。");
    }
    for part in lost {
        out!(
            "{}",
            match part {
                Part::Devices => "注意：备份之后停用过哪些设备，已无从知道。请核对 device list，该停用的再停用一次。",
                Part::Tokens => "注意：备份之后设备更新过的令牌没有接上：备份里的旧令牌又能用，到那台设备下次同步为止。",
                Part::Codes => "注意：备份之后登记码用过没有，已无从知道。",
                Part::Staff => "注意：备份之后谁离职了，已无从知道。请重新导入人员名单。",
                Part::Audit => "注意：备份之后的审计记录没有接上。",
            }
        );
    }
    out!("岗位和负责区域是备份当时的样子：之后改过的，请再导入一次人员名单。");
    Ok(ExitCode::SUCCESS)
}

const RESTORED: &str = "已恢复。各台设备下次同步时会把备份之后上传的内容再传一遍。";

fn only_the_file(at: &Data, instead: &str) -> anyhow::Result<()> {
    anyhow::ensure!(at.database.is_none(), "PostgreSQL 请用它自己的工具 / PostgreSQL has its own tools: {instead}");
    Ok(())
}

/// `restored`
pub fn restored(data: &Data) -> Done {
    let expired = open_existing(data)?.write_exclusive(|db| {
        store::set_restored(db, new_epoch(), SystemEnv.now())?;
        let expired = registry::expire_codes(db)?;
        put_down(db, Entry::new(Who::Operator, Act::Restored))?;
        Ok(expired)
    })?;
    out!("{RESTORED}");
    out!("{expired} 个没用过的登记码已作废，请重新发。");
    out!("注意：备份之后停用的设备、离职的人员和改过的岗位，都回到了备份当时：请核对 device list，并再导入一次人员名单。");
    Ok(ExitCode::SUCCESS)
}

/// One sentence for the person at the keyboard.
pub fn say(e: &anyhow::Error) -> String {
    match e.downcast_ref::<Failure>() {
        Some(failure) => Text::new(Lang::ZhCn).failure(failure),
        None => format!("{e:#}"),
    }
}

fn print_json<T: serde::Serialize>(value: &T) -> Done {
    out!("{}", serde_json::to_string(value)?);
    Ok(ExitCode::SUCCESS)
}

/// `sample`
pub fn sample(data: &Data, seed: u64, persons: usize, visits: usize) -> Done {
    let store = open(data)?;
    let now = SystemEnv.now();
    let taken = store.write_exclusive(|db| Ok(db.number("SELECT count(*) FROM records", &[])?))?;
    if taken > 0 {
        return Err(anyhow!("there are records already; a sample county goes into an empty folder"));
    }
    let count = store.write_exclusive(|db| sample::fill(db, seed, now, persons, visits))?;
    out!("sample county ready: {count} records");
    Ok(ExitCode::SUCCESS)
}

/// `rekey`
pub fn rekey(new: Option<&Path>, config: Option<&Path>, data: &Data) -> Done {
    let settings = settings(config, Some(data.data.clone()), data.database.clone(), data.key_file.clone())?;
    let (old, new) = (Key::find(settings.key_file.as_deref())?, new.map(Key::read).transpose()?);
    let _lock = match &settings.database {
        Some(_) => None,
        None => Some(backup::serving(&data.data).context("请先停下服务器 / stop the server first")?),
    };
    // Photos first, by either key: cut off in between, the same command does the rest.
    let keys = new.iter().chain(&old).cloned().collect::<Vec<_>>();
    let photos = match new {
        Some(_) => Photos::of(&settings).with_keys(keys),
        None => Photos::of(&settings).reading(keys),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let count = runtime.block_on(photos.rewrite())?;
    let file = data.data.join(store::DATABASE);
    match &settings.database {
        Some(_) => out!("照片 {count} 张已换好。PostgreSQL 里的数据要由它所在的磁盘加密 / the database's disk is PostgreSQL's own matter"),
        None if at_rest::is_done(&file, new.as_ref())? => out!("数据库早已是这样，照片 {count} 张已换好。"),
        None => {
            at_rest::rewrite(&file, old.as_ref(), new.as_ref())?;
            out!("数据库和 {count} 张照片已换好。以前的备份还要用以前的密钥打开；旧文件的内容可能还留在磁盘的空闲处。");
        }
    }
    let store = match &settings.database {
        Some(url) => Store::connect(url, 1, new_epoch())?,
        None => Store::open_by(&data.data, new.as_ref(), new_epoch())?,
    };
    store.write_exclusive(|db| put_down(db, Entry::new(Who::Operator, Act::Rekeyed)))?;
    Ok(ExitCode::SUCCESS)
}

/// `serve`
pub fn serve(config: Option<PathBuf>, data: Option<PathBuf>, database: Option<String>, key: Option<PathBuf>, listen: Option<SocketAddr>) -> Done {
    let mut settings = settings(config.as_deref(), data, database, key)?;
    if let Some(listen) = listen {
        settings.listen = listen;
    }
    if settings.database.is_some() {
        // Each request at work may want a connection.
        settings.limits.requests = settings.limits.requests.min((settings.database_connections as usize).max(1));
        if settings.photos.url.is_none() {
            tracing::warn!(folder = %settings.data.display(), "photos lie in a folder: servers on one database must share it, or use S3");
        }
    }
    let tls = settings.tls.as_ref().map(Tls::load).transpose()?;
    let key = Key::find(settings.key_file.as_deref())?;
    let (store, _serving) = match &settings.database {
        Some(url) => (Store::connect(url, settings.database_connections, new_epoch())?, None),
        None => {
            let serving = backup::serving(&settings.data)?;
            (Store::open_by(&settings.data, key.as_ref(), new_epoch())?, Some(serving))
        }
    };
    let store = Arc::new(store);
    let app = App::new(store.clone(), Arc::new(SystemEnv), settings).with_key(key);
    app.photos.check()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stop = signals()?;
        let mut hurry = stop.clone();
        let listener = bind(app.settings.listen).await?;
        if let Some(at) = app.settings.metrics_listen {
            let (figures, listener) = (measures::begin()?, bind(at).await?);
            out!("metrics on http://{}/metrics", listener.local_addr()?);
            tokio::spawn(http::figures::serve(listener, figures, app.clone()));
        }
        out!("listening on {}://{}", if tls.is_some() { "https" } else { "http" }, listener.local_addr()?);
        tokio::select! {
            () = http::serve(listener, tls, app, async { _ = stop.wait_for(|n| *n > 0).await; }) => {}
            _ = hurry.wait_for(|n| *n > 1) => {}
        }
        anyhow::Ok(())
    })?;
    // What is still being worked on is not waited for: a transaction that does not end was not begun.
    runtime.shutdown_background();
    // Connections to PostgreSQL are closed outside the runtime.
    drop(store);
    Ok(ExitCode::SUCCESS)
}

/// The settings of the file; what is said on the command line goes before it.
fn settings(config: Option<&Path>, data: Option<PathBuf>, database: Option<String>, key_file: Option<PathBuf>) -> anyhow::Result<Settings> {
    let file = Settings::read(config)?;
    let key_file = key_file.or(file.key_file.clone());
    Ok(Settings { data: data.unwrap_or(file.data.clone()), database: database.or(file.database.clone()), key_file, ..file })
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Counts Ctrl-C and the service manager's TERM, from now on. The first asks the server to stop, the second not to wait for anything.
fn signals() -> anyhow::Result<watch::Receiver<u32>> {
    let (count, told) = watch::channel(0);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::spawn(async move {
            loop {
                tokio::select! { _ = interrupt.recv() => {} _ = terminate.recv() => {} }
                count.send_modify(|n| *n += 1);
            }
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            count.send_modify(|n| *n += 1);
        }
    });
    Ok(told)
}

/// `import`
pub fn import(what: &str, file: &Path, wish: &Wish, remarks: Option<&Path>, data: &Data, json: bool) -> Done {
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let kind = match what {
        "areas" => ImportKind::Areas,
        "staff" => ImportKind::Staff,
        _ => ImportKind::Roster,
    };
    let mut report = take_in::take_in(&open(data)?, &SystemEnv, Who::Operator, kind, name, &bytes, wish)?;
    let table = std::mem::take(&mut report.remarks);
    match remarks {
        Some(out) if table.is_empty() => eprintln!("没有要批注的，没有写 {}", out.display()),
        Some(out) => std::fs::write(out, BASE64.decode(table.as_bytes())?).with_context(|| format!("cannot write {}", out.display()))?,
        None => {}
    }
    if json {
        print_json(&report)?;
    } else {
        let head = if wish.dry_run { "试导入，没有写入。将" } else { "" };
        let ImportReport { added, updated, unchanged, errors, notes, .. } = &report;
        out!("{head}新增 {added}，更新 {updated}，未变 {unchanged}，有误 {}，提示 {}", errors.len(), notes.len());
        for (lines, title) in [(errors, "有误（没有导入）："), (notes, "提示（请看一看）：")] {
            if !lines.is_empty() {
                out!("{title}");
            }
            for e in lines {
                let column = if e.column.is_empty() { String::new() } else { format!("，{}", e.column) };
                out!("  {} 第 {} 行{column}：{}", printable(&e.sheet), e.row, e.reason);
            }
        }
        if report.asked > 0 {
            out!("有 {} 处更改等您确认：核对以后，用同样的命令加上 --yes 再运行一次。", report.asked);
        }
    }
    Ok(if report.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What a file says, without what would move the cursor of a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect()
}

/// `staff`
pub fn staff(data: &Data, json: bool) -> Done {
    let list: Vec<_> = open_existing(data)?.read(|db| Ok(registry::all_staff(db)?))?.into_iter().map(|e| e.staff).collect();
    if json {
        return print_json(&list);
    }
    let text = Text::new(Lang::ZhCn);
    for s in &list {
        let areas: Vec<&str> = s.areas.iter().map(AreaCode::as_str).collect();
        out!("{}  {}  {}  {}", s.id, text.role(s.role), s.name, areas.join(" "));
    }
    Ok(ExitCode::SUCCESS)
}

/// `policy`
pub fn policy(set: Option<&Path>, data: &Data) -> Done {
    let store = open_existing(data)?;
    if let Some(file) = set {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let policy = read_policy(&text).with_context(|| file.display().to_string())?;
        store.write_exclusive(|db| {
            county::set_policy(db, &policy, SystemEnv.now())?;
            put_down(db, Entry::new(Who::Operator, Act::Policy))
        })?;
    }
    let policy = store.read(county::policy)?;
    out!("{}", serde_json::to_string_pretty(&policy)?);
    Ok(ExitCode::SUCCESS)
}

/// Reads a policy strictly: a mistyped name would otherwise be passed over, and its rule hold for everybody.
fn read_policy(text: &str) -> anyhow::Result<Policy> {
    let given: Value = serde_json::from_str(text).context("不是 JSON / is no JSON")?;
    let mut policy: Policy =
        serde_json::from_value(given.clone()).context("不是 policy 打印出来的样子 / is not a policy as this command prints it")?;
    policy.due.complete();
    if let Some(name) = unknown_name(&given, &serde_json::to_value(&policy)?) {
        return Err(anyhow!("没有 {name} 这一项 / there is no such setting: {name}"));
    }
    let forms = Forms::shipped();
    policy.check(&|kind| forms.offers(KIND, kind))?;
    Ok(policy)
}

/// A name in what was given that was not understood.
fn unknown_name(given: &Value, known: &Value) -> Option<String> {
    match (given, known) {
        (Value::Object(given), Value::Object(known)) => given
            .iter()
            .filter(|(_, value)| !value.is_null() && **value != Value::Array(Vec::new()))
            .find_map(|(name, value)| match known.get(name) {
                None => Some(name.clone()),
                Some(known) => unknown_name(value, known),
            }),
        (Value::Array(given), Value::Array(known)) => given.iter().zip(known).find_map(|(given, known)| unknown_name(given, known)),
        _ => None,
    }
}

/// `record list`
pub fn records(laid_aside: bool, data: &Data, json: bool) -> Done {
    let found = open_existing(data)?.read(|db| aside::list(db, laid_aside))?;
    if json {
        return print_json(&found);
    }
    for record in &found {
        let note = if record.fits { "" } else { "  设备收不下，请用 record aside 移开" };
        out!("{}  {}  {}  {} kB{note}", record.id, record.kind, record.area, record.bytes / 1000);
    }
    out!("共 {} 份", found.len());
    Ok(ExitCode::SUCCESS)
}

/// `record aside`
pub fn lay_aside(id: &RecordId, data: &Data) -> Done {
    let count = open_existing(data)?.write_exclusive(|db| aside::lay(db, id, SystemEnv.now()))?;
    if count == 0 {
        return Err(anyhow!("没有这份记录 / no such record"));
    }
    out!("已移开 {count} 份记录，没有删除；要放回去用 record back {id}。");
    Ok(ExitCode::SUCCESS)
}

/// `record back`
pub fn put_back(id: &RecordId, data: &Data) -> Done {
    let count = open_existing(data)?.write_exclusive(|db| aside::put_back(db, id, SystemEnv.now()))?;
    if count == 0 {
        return Err(anyhow!("没有移开过这份记录 / it was not laid aside"));
    }
    out!("已放回 {count} 份记录。");
    Ok(ExitCode::SUCCESS)
}

/// `photos collect`
pub fn collect_photos(config: Option<&Path>, data: Option<PathBuf>, database: Option<String>, key: Option<PathBuf>, json: bool) -> Done {
    let two = data.as_ref().is_some_and(|data| data.join(store::DATABASE).is_file()) && database.is_none();
    let settings = settings(config, data, database, key)?;
    // Photos of the one must not be judged by the other.
    anyhow::ensure!(
        !two || settings.database.is_none(),
        "{} 里有数据库，设置里又写着 PostgreSQL：请用 --database 说清楚 / a database in the folder and another in the settings: say which with --database",
        settings.data.display()
    );
    let store = open_existing(&Data { data: settings.data.clone(), database: settings.database.clone(), key_file: settings.key_file.clone() })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let done = photos::collect(&store, &Photos::of(&settings), settings.photos.keep_days, SystemEnv.now(), runtime.handle())?;
    if json {
        return print_json(&done);
    }
    out!("清理了 {} 张没有走访用到的照片和 {} 个没传完的上传，留下 {} 张。", done.photos, done.uploads, done.kept);
    Ok(ExitCode::SUCCESS)
}

/// `quarantine list`
pub fn list_quarantine(device: Option<&DeviceId>, limit: u32, data: &Data, json: bool) -> Done {
    let list = open_existing(data)?.read(|db| Ok(quarantine::entries(db, device, limit.into())?))?;
    if json {
        return print_json(&list);
    }
    let text = Text::new(Lang::ZhCn);
    for entry in &list {
        let (day, state) = (entry.received.local().format("%Y-%m-%d %H:%M"), if entry.settled.is_empty() { "waiting" } else { &entry.settled });
        out!("{day}  {}  {}  {}  {} B  {state}  {}", entry.device, entry.staff, entry.record, entry.bytes, text.failure(&entry.reason));
    }
    Ok(ExitCode::SUCCESS)
}

/// `quarantine drop`
pub fn drop_quarantine(device: Option<&DeviceId>, days: Option<u32>, data: &Data) -> Done {
    let before = days.map_or(Timestamp(i64::MAX), |days| Timestamp(SystemEnv.now().0 - i64::from(days) * 24 * 3600 * 1000));
    let dropped = open_existing(data)?.write_exclusive(|db| {
        let dropped = quarantine::drop_entries(db, device, before)?;
        let entry = Entry::new(Who::Operator, Act::QuarantineDropped).number(dropped);
        put_down(db, device.into_iter().fold(entry, Entry::with))?;
        Ok(dropped)
    })?;
    out!("清除了 {dropped} 条。");
    Ok(ExitCode::SUCCESS)
}

/// `device list`
pub fn devices(data: &Data, json: bool) -> Done {
    let list = open_existing(data)?.read(|db| Ok(registry::list_devices(db)?))?;
    if json {
        return print_json(&list);
    }
    for d in &list {
        let state = if d.revoked.is_some() { "已停用" } else { "在用" };
        out!("{}  {}  {}  {}", d.id, d.staff.name, d.label, state);
    }
    Ok(ExitCode::SUCCESS)
}

/// `device revoke`
pub fn revoke(id: &str, data: &Data) -> Done {
    let id = id.parse().map_err(|_| anyhow!("不是设备编号，请从 device list 中复制"))?;
    let found = open_existing(data)?.write_exclusive(|db| {
        let owner = registry::owner(db, &id)?;
        let found = registry::revoke(db, &id, SystemEnv.now())?;
        if let Some(owner) = owner {
            put_down(db, Entry::new(Who::Operator, Act::Revoked).to(&owner.staff).with(&id))?;
        }
        Ok(found)
    })?;
    if !found {
        return Err(anyhow!("没有这台设备"));
    }
    out!("已停用。该设备下次联网时会被清除；没有上传的内容会封存在设备上，device release 可以放行。");
    Ok(ExitCode::SUCCESS)
}

/// `device release`
pub fn release(id: &str, data: &Data) -> Done {
    let id = id.parse().map_err(|_| anyhow!("不是设备编号，请从 device list 中复制"))?;
    let done = open_existing(data)?.write_exclusive(|db| {
        device_keys::release(db, &id, SystemEnv.now())?;
        let entry = registry::owner(db, &id)?.iter().fold(Entry::new(Who::Operator, Act::Released), |entry, owner| entry.to(&owner.staff));
        put_down(db, entry.with(&id))
    });
    match done.map_err(|e| e.downcast::<Failure>().map_or_else(|e| e, |failure| refused_release(&failure))) {
        Ok(()) => {
            out!("已放行。同一位工作人员在那台设备上重新登记以后，没有上传的内容会自动取回。");
            Ok(ExitCode::SUCCESS)
        }
        Err(e) => Err(e),
    }
}

fn refused_release(failure: &Failure) -> anyhow::Error {
    match failure.code {
        Code::NotAllowed => anyhow!("这台设备还在用，没有什么要放行 / this device was not stopped"),
        _ => anyhow!("没有这台设备，或者它没有封存过内容 / no such device, or none that could seal anything"),
    }
}
