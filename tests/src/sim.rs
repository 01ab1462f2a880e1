//! A village in one process: a server and some devices with their real stores, and between them a road that loses, cuts,
//! repeats and delays. What happens is drawn from a seed, so that a failure can be had again.
mod device;
mod road;
mod work;

use crate::programs::asset;
use domain::roles::{Caller, Role};
use domain::{RecordId, Row, Timestamp};
use records::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use sync_server::app::App;
use sync_server::office::roster;
use sync_server::settings::Settings;
use sync_server::store::db::{Db, Sql};
use sync_server::store::window::window;
use sync_server::store::{Store, backup, facts};
use sync_server::sync::{packs, quarantine};
use sync_server::{audit, import};
use tempfile::TempDir;

pub use device::{Asked, Device};

/// 21 November 2026, 10:00 in China.
const MORNING: i64 = 1_795_226_400_000;
const MINUTE: i64 = 60_000;
/// So few changes of a record are taken from a device in a day where quotas are met.
const A_DAY: NonZeroU32 = NonZeroU32::new(8).unwrap();
/// Who may have a device: directors of three villages, the town's supervisor, an elder care specialist, the county's officer.
const STAFF: [&str; 6] = ["S001", "S002", "S003", "S009", "S010", "S006"];

/// Randomness that repeats itself (splitmix64), and a clock that the village moves.
#[derive(Clone)]
pub struct Chance {
    seed: Arc<AtomicU64>,
    clock: Arc<AtomicI64>,
    /// This device's clock is off by so much, milliseconds.
    skew: Arc<AtomicI64>,
    /// The process dies when it has asked for randomness or time so often; never at 0.
    fuse: Arc<AtomicI64>,
}

/// What a fuse ends a device's work with.
pub struct Killed;

impl Chance {
    /// From a seed, with a clock of its own that stands at ten in the morning.
    pub fn seeded(seed: u64) -> Chance {
        Chance::new(seed, Arc::new(AtomicI64::new(MORNING)))
    }
    /// Time goes by, milliseconds.
    pub fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }
    fn new(seed: u64, clock: Arc<AtomicI64>) -> Chance {
        let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        Chance { seed: Arc::new(AtomicU64::new(mixed)), clock, skew: Arc::default(), fuse: Arc::default() }
    }
    pub(crate) fn next(&self) -> u64 {
        let mut z = self.seed.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `n`.
    pub fn below(&self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or_default()
    }
    /// Happens once in so many times.
    pub fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }
    /// One of them.
    pub fn pick<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
    fn burn(&self) {
        if self.fuse.load(Ordering::Relaxed) > 0 && self.fuse.fetch_sub(1, Ordering::Relaxed) == 1 {
            std::panic::panic_any(Killed);
        }
    }
}

impl client::Env for Chance {
    fn now(&self) -> Timestamp {
        self.burn();
        Timestamp(self.clock.load(Ordering::Relaxed) + self.skew.load(Ordering::Relaxed))
    }
    fn fill(&self, bytes: &mut [u8]) {
        self.burn();
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

impl sync_server::env::Env for Chance {
    fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }
    fn random(&self) -> [u8; 16] {
        client::device::env::random(self)
    }
}

/// What somebody was told is saved: it must be found at the end, whatever happened.
pub struct Promise {
    record: RecordId,
    words: String,
    /// The device it was said on; none once that is at the bottom of a river, or was put back to an older state.
    by: Option<usize>,
}

/// The village.
pub struct Village {
    dir: TempDir,
    chance: Chance,
    server: App,
    devices: Vec<Device>,
    backups: Vec<PathBuf>,
    promises: Vec<Promise>,
    /// What happened, for a failure to be understood.
    pub story: Vec<String>,
    count: u32,
    /// Copies of homes that were put aside: whose, and where.
    aside: Vec<(usize, PathBuf)>,
    misfortunes: Misfortunes,
    /// Days of visits, what is put down, quotas: since [`WITH_TRUST`].
    trust: bool,
    /// Referrals, leads and who told of them: since [`WITH_MATTERS`].
    matters: bool,
}

/// From this seed on villages live through more; those before live as they did when they were found.
pub const WITH_TRUST: u64 = 2_000_000;
/// And from this one on people work on matters, too.
pub const WITH_MATTERS: u64 = 4_000_000;

/// What may happen besides work, roads and power.
#[derive(Clone, Copy, PartialEq)]
enum Misfortunes {
    /// Backups are restored.
    Restores,
    /// Files move from village to village.
    Moves,
    /// Both, and telephones drown or are put back from an older copy.
    All,
}

impl Misfortunes {
    fn of(seed: u64) -> Misfortunes {
        match (seed.is_multiple_of(3), seed.is_multiple_of(2)) {
            (true, _) => Misfortunes::All,
            (false, true) => Misfortunes::Restores,
            (false, false) => Misfortunes::Moves,
        }
    }
}

/// The county's server as it is before anything happens: made once a process, copied for each village.
pub(crate) fn template() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), 1).unwrap();
        let env = Chance::new(0, Arc::new(AtomicI64::new(MORNING)));
        let read = |what: &str| std::fs::read(asset(&format!("sample/{what}.xlsx"))).unwrap();
        store
            .write_exclusive(|db| {
                import::areas(db, "areas.xlsx", &read("areas"), None, Timestamp(MORNING).day())?;
                import::staff(db, "staff.xlsx", &read("staff"), false, Timestamp(MORNING))?;
                roster::take_in(db, &env, "roster.xlsx", &read("roster"))
            })
            .unwrap();
        // Packs of everything, so that not every village makes them anew.
        let officer = Caller { staff: "S007".parse().unwrap(), role: Role::CountyOfficer, areas: vec!["990101".parse().unwrap()] };
        packs::refresh(&store, &officer, Timestamp(MORNING)).unwrap();
        store.read(|db| Ok(db.batch("PRAGMA wal_checkpoint(TRUNCATE)")?)).unwrap();
        drop(store);
        dir
    })
    .path()
}

/// A folder in memory where there is one: a village makes the disk wait a great deal.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap()
}

impl Village {
    /// Founds one.
    pub fn found(seed: u64) -> Village {
        let dir = folder();
        let data = dir.path().join("server");
        std::fs::create_dir(&data).unwrap();
        std::fs::copy(template().join("nuanfang.db"), data.join("nuanfang.db")).unwrap();
        let clock = Arc::new(AtomicI64::new(MORNING));
        let chance = Chance::new(seed, clock.clone());
        let trust = seed >= WITH_TRUST;
        let server = serve(&data, &chance, trust);
        let mut village = Village {
            dir,
            chance,
            server,
            devices: Vec::new(),
            backups: Vec::new(),
            promises: Vec::new(),
            story: Vec::new(),
            count: 0,
            aside: Vec::new(),
            misfortunes: Misfortunes::of(seed),
            trust,
            matters: seed >= WITH_MATTERS,
        };
        let most = if village.chance.one_in(10) { 20 } else { 5 };
        for _ in 0..2 + village.chance.below(most - 1) {
            village.enrol();
        }
        village
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("server")
    }

    fn tell(&mut self, what: String) {
        self.story.push(what);
    }

    fn enrol(&mut self) {
        let staff = self.chance.pick(&STAFF).copied().unwrap_or("S001");
        let number = self.devices.len();
        let home = self.dir.path().join(format!("device-{number}"));
        let env = Chance::new(self.chance.next(), self.chance.clock.clone());
        let device = Device::enrolled(staff, home, env, &self.server, self.chance.next());
        self.tell(format!("device {number} is {staff}'s"));
        self.devices.push(device);
        if !self.chance.one_in(4) {
            self.sync(number, &road::Road::WHOLE);
        }
    }

    /// So many things happen.
    pub fn live(&mut self, steps: usize) {
        for _ in 0..steps {
            self.chance.clock.fetch_add(MINUTE * (1 + self.chance.below(90) as i64), Ordering::Relaxed);
            if self.trust && self.chance.one_in(5) {
                self.somebody_works_with_care();
                continue;
            }
            if self.matters && self.chance.one_in(4) {
                self.somebody_works_on_matters();
                continue;
            }
            match self.chance.below(100) {
                0..45 => self.somebody_works(),
                45..82 => self.somebody_syncs(),
                82..88 => self.somebody_restarts(),
                88..90 => self.somebodys_clock_is_wrong(),
                90..93 => self.an_old_request_arrives(),
                93..95 => self.the_server_restarts(),
                95..97 => self.a_backup_is_made(),
                97 if self.misfortunes != Misfortunes::Moves => self.a_backup_is_restored(),
                98 => self.a_home_is_copied(),
                99 if self.misfortunes == Misfortunes::All => self.a_telephone_suffers(),
                _ if self.misfortunes != Misfortunes::Restores => self.a_file_moves(),
                _ => self.somebody_syncs(),
            }
        }
    }

    fn a_telephone_suffers(&mut self) {
        match self.chance.below(4) {
            0 => self.a_telephone_drowns(),
            1 => self.a_home_is_put_aside(),
            2 => self.a_home_is_put_back(),
            _ => self.a_file_moves(),
        }
    }

    /// It never comes back; there are always two.
    fn a_telephone_drowns(&mut self) {
        let n = self.somebody();
        if self.devices.iter().filter(|d| !d.drowned).count() > 2 && !self.devices[n].drowned {
            self.tell(format!("device {n} drowns"));
            self.devices[n].drowned = true;
            self.cannot_be_kept_by(n);
        }
    }

    fn a_home_is_put_aside(&mut self) {
        let n = self.somebody();
        let copy = self.dir.path().join(format!("aside-{}", self.aside.len()));
        self.tell(format!("device {n}'s folder is put aside"));
        self.devices[n].put_aside(&copy);
        self.aside.push((n, copy));
    }

    fn a_home_is_put_back(&mut self) {
        let Some((n, copy)) = self.chance.pick(&self.aside).cloned() else { return };
        if !self.devices[n].drowned {
            self.tell(format!("device {n}'s folder is put back as it was"));
            self.devices[n].put_back(&copy);
            self.cannot_be_kept_by(n);
        }
    }

    /// What one device alone had is gone with it, and nobody can be blamed. What is on the server, or with a colleague, must stay.
    fn cannot_be_kept_by(&mut self, n: usize) {
        for promise in self.promises.iter_mut().filter(|p| p.by == Some(n)) {
            promise.by = None;
        }
        self.forget_what_nobody_has();
    }

    fn forget_what_nobody_has(&mut self) {
        if self.promises.iter().all(|p| p.by.is_some()) {
            return;
        }
        let server = self.server_documents();
        let held: Vec<_> = self.devices.iter().filter(|d| !d.drowned).map(Device::documents).chain([server]).collect();
        let has = |p: &Promise| held.iter().any(|documents| documents.get(&p.record).is_some_and(|record| says(record, &p.words)));
        self.promises.retain(|p| p.by.is_some() || has(p));
    }

    fn somebody(&self) -> usize {
        loop {
            let n = self.chance.below(self.devices.len());
            if !self.devices[n].drowned {
                return n;
            }
        }
    }

    fn somebody_restarts(&mut self) {
        let n = self.somebody();
        self.tell(format!("device {n} restarts"));
        self.devices[n].restart();
    }

    fn somebodys_clock_is_wrong(&mut self) {
        let n = self.somebody();
        let years = [-1, 0, 0, 1][self.chance.below(4)];
        self.tell(format!("device {n}'s clock is off by {years} years"));
        self.devices[n].env.skew.store(years * 365 * 24 * 60 * MINUTE, Ordering::Relaxed);
    }

    fn the_server_restarts(&mut self) {
        self.tell("the server restarts".into());
        self.server = serve(&self.data(), &self.chance, self.trust);
    }

    fn a_backup_is_made(&mut self) {
        let file = self.dir.path().join(format!("backup-{}", self.backups.len()));
        self.tell(format!("backup {}", self.backups.len()));
        backup::backup(&self.data(), None, &file).unwrap();
        self.backups.push(file);
    }

    /// With the backup goes what was done on the server alone: devices that joined later join anew.
    fn a_backup_is_restored(&mut self) {
        let Some(n) = (!self.backups.is_empty()).then(|| self.chance.below(self.backups.len())) else { return };
        self.tell(format!("backup {n} is restored"));
        let epoch = self.chance.next() | 1;
        let now = Timestamp(self.chance.clock.load(Ordering::Relaxed));
        // The server is stopped first: its files are let go of.
        let parked = self.dir.path().join("parked");
        self.server = serve(&parked, &self.chance, self.trust);
        backup::restore(&self.backups[n], &self.data(), None, epoch, now).unwrap();
        self.server = serve(&self.data(), &self.chance, self.trust);
        self.forget_what_nobody_has();
    }

    fn a_home_is_copied(&mut self) {
        if self.devices.len() >= 20 {
            return;
        }
        let n = self.somebody();
        let number = self.devices.len();
        self.tell(format!("device {number} is a copy of device {n}'s folder"));
        let home = self.dir.path().join(format!("device-{number}"));
        let env = Chance::new(self.chance.next(), self.chance.clock.clone());
        let copy = self.devices[n].copied(home, env);
        self.devices.push(copy);
    }

    /// The road is whole, every clock is right, and everybody syncs until nothing is left to say. Then weeks go by, in which what a
    /// restored server lost is given back, and supervisors let in what they may. Then all must agree.
    ///
    /// # Panics
    /// When they do not, or when something that was saved is gone.
    pub fn come_to_rest(&mut self) {
        for device in &mut self.devices {
            device.env.skew.store(0, Ordering::Relaxed);
            device.late.clear();
        }
        for days in [0, 2, 2, 15, 2, 2] {
            self.chance.clock.fetch_add(days * 24 * 60 * MINUTE, Ordering::Relaxed);
            self.everybody_syncs();
        }
        if self.supervisors_decide() {
            for days in [0, 2] {
                self.chance.clock.fetch_add(days * 24 * 60 * MINUTE, Ordering::Relaxed);
                self.everybody_syncs();
            }
        }
        self.everybody_agrees();
        self.every_promise_is_kept();
        self.what_was_put_down_is_there();
    }

    /// The server's log is whole, and has all that devices put down of whom they looked at.
    fn what_was_put_down_is_there(&self) {
        let (whole, told) = self
            .server
            .store
            .read(|db| {
                let sql = "SELECT what || ' ' || lower(hex(record)) || ' ' || said FROM audit WHERE told > 0";
                Ok((audit::verify(db)?.is_ok(), db.rows(sql, &[], |r| r.text(0))?))
            })
            .unwrap();
        assert!(whole, "the chain of the log is broken");
        let told: BTreeSet<String> = told.into_iter().collect();
        for (n, device) in self.devices.iter().enumerate().filter(|(_, d)| !d.drowned) {
            let missing: Vec<String> = device.put_down().into_iter().filter(|line| !told.contains(line)).collect();
            assert!(missing.is_empty(), "device {n} put down what the server does not have: {missing:?}");
        }
    }

    fn everybody_syncs(&mut self) {
        for round in 0.. {
            assert!(round < 60, "it never comes to rest");
            let before = self.server_heads();
            let mut quiet = true;
            for n in (0..self.devices.len()).filter(|n| !self.devices[*n].drowned).collect::<Vec<_>>() {
                let went = self.sync(n, &road::Road::WHOLE);
                quiet &= went.is_some_and(|w| w.settled);
            }
            if quiet && self.server_heads() == before {
                return;
            }
            // What was too much for a day waits for the next.
            if self.trust {
                self.chance.clock.fetch_add(24 * 60 * MINUTE, Ordering::Relaxed);
            }
        }
    }

    /// The county's officer, who is over everybody, lets in what can be. Whether there was anything.
    fn supervisors_decide(&mut self) -> bool {
        let officer = Caller { staff: "S006".parse().unwrap(), role: Role::CountyOfficer, areas: vec!["990101".parse().unwrap()] };
        let now = Timestamp(self.chance.clock.load(Ordering::Relaxed));
        let mut any = false;
        loop {
            let waiting = self.server.store.read(|db| quarantine::waiting(db, &self.server.forms.now(db)?, &officer, now)).unwrap();
            let Some(item) = waiting.iter().find(|item| item.fits) else { return any };
            self.tell(format!("{} of {} is let in", item.hash, item.record));
            self.server.store.write_exclusive(|db| quarantine::settle(db, &self.server.forms.now(db)?, &officer, now, &item.hash, true)).unwrap();
            any = true;
        }
    }

    fn server_documents(&self) -> BTreeMap<RecordId, Record> {
        let documents = self.server.store.read(|db| Ok(db.rows("SELECT document FROM records", &[], |r| r.blob(0))?)).unwrap();
        documents.iter().map(|d| Record::load(d).expect("a document of the server that loads")).map(|r| (r.id(), r)).collect()
    }

    fn server_heads(&self) -> BTreeMap<RecordId, Vec<domain::Hash>> {
        self.server_documents().into_iter().map(|(id, record)| (id, record.heads())).collect()
    }

    /// What the server counts and searches by says what its documents say.
    fn the_servers_index_equals_documents(&self, server: &BTreeMap<RecordId, Record>) {
        let of = |db: &Db<'_>, id: &RecordId| -> anyhow::Result<_> {
            let sql = "SELECT row, by, state, open, at FROM records WHERE id = ?1";
            let head = db.one(sql, &[id.bytes().into()], |r| Ok((r.blob(0)?, (r.text(1)?, r.text(2)?, r.flag(3)?, r.int(4)?))))?;
            Ok((head.unwrap(), facts::of(db, id)?))
        };
        let mut count = 0;
        for (id, record) in server {
            let ((packed, head), facts) = self.server.store.read(|db| of(db, id)).unwrap();
            let row = record.row().unwrap();
            assert_eq!(rmp_serde::from_slice::<Row>(&packed).unwrap(), row, "index of {id} at the server");
            let theirs = (row.by.as_ref().map(ToString::to_string).unwrap_or_default(), row.state.clone(), row.open, row.at.unwrap_or_default().0);
            assert_eq!((head, &facts), (theirs, &row.indexed()), "head and facts of {id} at the server");
            count += facts.len() as i64;
        }
        let all = self.server.store.read(|db| Ok(db.number("SELECT count(*) FROM facts", &[])?)).unwrap();
        assert_eq!(all, count, "facts of nobody at the server");
    }

    /// Each device has exactly what the server has for it, and its index says what its documents say.
    fn everybody_agrees(&self) {
        let server = self.server_documents();
        self.the_servers_index_equals_documents(&server);
        // A clock a year behind and a day some weeks before that: devices need not hold it.
        let holds = window(Timestamp(self.chance.clock.load(Ordering::Relaxed)));
        let is_old = |id: &RecordId| match server.get(id).map(|record| record.row()) {
            Some(Ok(row)) => match row.about {
                Some(about) => server.get(&about).and_then(Record::visit).is_some_and(|visit| visit.at < holds),
                None => row.at.is_some_and(|at| at < holds),
            },
            _ => false,
        };
        for (n, device) in self.devices.iter().enumerate().filter(|(_, d)| !d.drowned) {
            let mut here = device.documents();
            here.retain(|id, _| server.contains_key(id) || !device.was_refused(*id));
            for (id, record) in &here {
                let theirs = server.get(id).unwrap_or_else(|| panic!("device {n} has record {id}, which the server does not know"));
                let more = || format!("{}\n{}", device.about(*id), self.about(*id));
                // Of what few may see its writer keeps what she wrote, and gets no news; nor what a copy of her device began in its place, where
                // both put a wrong day right. She was told that hers was not taken.
                let same = if device.keeps_to_itself(record) {
                    record.heads().iter().all(|head| theirs.has(head)) || device.was_refused(*id)
                } else {
                    record.heads() == theirs.heads()
                };
                assert!(same, "record {id} on device {n}\n{}", more());
            }
            let visible: BTreeSet<RecordId> = server.keys().filter(|id| self.sees(device, **id, &server) && !is_old(id)).copied().collect();
            let kept = here.iter().filter(|(id, record)| !is_old(id) && !device.keeps_to_itself(record)).map(|(id, _)| *id);
            let kept: BTreeSet<RecordId> = kept.collect();
            assert_eq!(kept, visible, "records on device {n}");
            device.index_equals_documents(n);
        }
    }

    /// What the server knows about a record, for a failure to be understood.
    fn about(&self, id: RecordId) -> String {
        let list = |sql: &str| {
            let id = [Sql::from(id.bytes())];
            self.server.store.read(|db| Ok(db.rows(sql, &id, |r| r.text(0))?)).unwrap().join(", ")
        };
        let changes = list("SELECT lower(hex(hash)) || ' by ' || staff FROM changes WHERE record = ?1");
        let kept_aside = list("SELECT lower(hex(hash)) || ' by ' || staff || ' ' || reason FROM quarantine WHERE record = ?1");
        let feed = list("SELECT seq || ' ' || what || ' ' || area FROM feed WHERE record = ?1");
        format!("server: changes {changes}; quarantine {kept_aside}; feed {feed}")
    }

    fn sees(&self, device: &Device, id: RecordId, server: &BTreeMap<RecordId, Record>) -> bool {
        let Some(record) = server.get(&id) else { return false };
        let Some(person) = server.get(&record.person()) else { return false };
        let programmes = record.row().map(|row| row.programmes).unwrap_or_default();
        if !device.caller().role.sees(record.kind()) {
            return false;
        }
        person.area().is_some_and(|area| device.caller().sees(&area, &programmes))
    }

    /// A supervisor sees it among what was not taken and cannot be let in as it is.
    fn is_shown(&self, promise: &Promise) -> bool {
        let sql = "SELECT bytes FROM quarantine WHERE record = ?1 AND settled = ''";
        let waiting = self.server.store.read(|db| Ok(db.rows(sql, &[promise.record.bytes().into()], |r| r.blob(0))?)).unwrap();
        waiting.iter().any(|bytes| bytes.windows(promise.words.len()).any(|part| part == promise.words.as_bytes()))
    }

    /// Whatever was called saved stands in a document of the server, in the words in which it was written, or is shown to
    /// a supervisor.
    fn every_promise_is_kept(&self) {
        let server = self.server_documents();
        for promise in &self.promises {
            let kept = server.get(&promise.record).is_some_and(|record| says(record, &promise.words)) || self.is_shown(promise);
            let more = || self.devices.iter().map(|d| d.about(promise.record)).collect::<Vec<_>>().join("\n");
            assert!(kept, "{} of record {} was called saved and is gone\n{}\n{}", promise.words, promise.record, more(), self.about(promise.record));
        }
    }
}

/// Whether a record has these words.
fn says(record: &Record, words: &str) -> bool {
    format!("{:?} {:?} {:?}", record.file(), record.visit(), record.matter()).contains(words)
}

fn serve(data: &Path, chance: &Chance, trust: bool) -> App {
    let store = Store::open(data, 1 + chance.next() % 1_000_000).unwrap();
    // What a village waits for is its own logic, not the disk.
    store.read(|db| Ok(db.batch("PRAGMA synchronous = OFF")?)).unwrap();
    let mut settings = Settings { wrong_codes_per_minute: u32::MAX, ..Settings::default() };
    if trust {
        settings.limits.record_changes_per_day = A_DAY;
    }
    App::new(store, Arc::new(chance.clone()), settings)
}

/// Lives through one seed, and says how to have it again when something goes wrong.
///
/// # Panics
/// When the promises of sync do not hold.
pub fn live_through(seed: u64) {
    let mut village = Village::found(seed);
    let steps = 40 + village.chance.below(120);
    let lived = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        village.live(steps);
        village.tell("rest".into());
        village.come_to_rest();
    }));
    if std::env::var_os("NUANFANG_STORY").is_some() {
        println!("{}\n{} promises", village.story.join("\n"), village.promises.len());
    }
    if let Err(why) = lived {
        eprintln!("seed {seed} failed; again: cargo run -p village --bin soak -- --seed {seed}");
        for line in &village.story {
            eprintln!("  {line}");
        }
        std::panic::resume_unwind(why);
    }
}

/// Runs villages without a word about devices that are killed on purpose.
pub fn quietly(work: impl FnOnce()) {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.payload().is::<Killed>() {
            loud(info);
        }
    }));
    work();
}
