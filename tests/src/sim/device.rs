//! One device of a village: a real core over a real folder.
use super::{Chance, Killed};
use client::Core;
use client::device::home::Home;
use client::device::key::Cost;
use data_encoding::BASE64URL_NOPAD;
use domain::api::{Call, Request, Unlock};
use domain::roles::{Caller, Kind};
use domain::sync::{EnrolReply, EnrolRequest, WIRE};
use domain::{DeviceId, Failure, Hash, RecordId, Row};
use records::Record;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use sync_server::app::App;
use sync_server::office::registry;
use sync_server::sync::exchange;

const PIN: &str = "280716";

/// A device.
pub struct Device {
    home: PathBuf,
    core: Option<Core>,
    token: String,
    /// Its clock and randomness.
    pub env: Chance,
    /// Requests that were lost on the way, or went through and were kept by the road.
    pub late: Vec<Vec<u8>>,
    /// Nobody uses it any more.
    pub drowned: bool,
}

/// What came of asking a core that may die in between.
pub enum Asked<T> {
    /// It answered.
    Answered(Result<T, Failure>),
    /// It was killed; what was being written may be there or not.
    Killed,
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn join(server: &App, staff: &str, device: DeviceId, token: &str, env: &Chance, random: u64) -> EnrolReply {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.to_le_bytes());
    let now = server.env.now();
    let code = server.store.write_exclusive(|db| Ok(registry::new_code(db, &staff.parse().unwrap(), now, bytes)?)).unwrap();
    let token_hash = Hash(Sha256::digest(token.as_bytes()).into());
    let request = EnrolRequest { v: WIRE, code: code.code, device, token_hash, label: format!("sim {}", env.below(1000)), replaces: None };
    let reply = exchange::enrol(server, &client::server::http::pack(&request).unwrap()).unwrap_or_else(|e| panic!("cannot join: {e:?}"));
    client::server::http::unpack(&reply).unwrap()
}

fn open(home: &Path, env: &Chance) -> Core {
    let home = Home::open(home, || panic!("another process holds the home")).unwrap();
    Core::new(Box::new(env.clone()), Box::new(home)).with_cost(Cost::cheap_for_tests())
}

impl Device {
    /// A new device of a member of staff.
    pub fn enrolled(staff: &str, home: PathBuf, env: Chance, server: &App, random: u64) -> Device {
        let mut core = open(&home, &env);
        let joining = core.joining().unwrap();
        let token = BASE64URL_NOPAD.encode(&joining.token[..]);
        let reply = join(server, staff, joining.device, &token, &env, random);
        core.finish_enrol(&joining, PIN, "https://nuanfang.example", "nuanfang.example", reply.epoch, reply.reference).unwrap();
        Device { home, core: Some(core), token, env, late: Vec::new(), drowned: false }
    }

    /// Joins a server that does not know it any more, as the device it is.
    pub fn make_known(&mut self, server: &App) {
        let staff = self.caller().staff;
        let device = self.core().secret().unwrap().device;
        join(server, staff.as_str(), device, &self.token, &self.env, self.env.next());
    }

    /// How many changes of its own wait.
    pub fn waiting(&mut self) -> u64 {
        let view = self.core().view().unwrap();
        client::store::changes::count_pending(view.db).unwrap()
    }

    /// Another device that begins with this one's files, key and token.
    pub fn copied(&mut self, home: PathBuf, env: Chance) -> Device {
        self.put_aside(&home);
        let mut copy = Device { home, core: None, token: self.token.clone(), env, late: Vec::new(), drowned: false };
        copy.restart();
        copy
    }

    /// Copies its folder.
    pub fn put_aside(&mut self, to: &Path) {
        self.close();
        copy_files(&self.home, to);
        self.restart();
    }

    /// Puts such a copy in the place of its folder.
    pub fn put_back(&mut self, from: &Path) {
        self.close();
        std::fs::remove_dir_all(&self.home).unwrap();
        copy_files(from, &self.home);
        self.restart();
    }

    /// Whether something of a record was not taken.
    pub fn was_refused(&self, id: RecordId) -> bool {
        let view = self.core.as_ref().expect("a device that is open").view().unwrap();
        !client::store::changes::refused_of(view.db, id).unwrap().is_empty()
    }

    fn close(&mut self) {
        if let Some(mut core) = self.core.take() {
            core.lock().unwrap();
        }
    }

    /// Ends, without a word to its database, and begins again.
    pub fn restart(&mut self) {
        drop(self.core.take());
        self.env.fuse.store(0, std::sync::atomic::Ordering::Relaxed);
        let mut core = open(&self.home, &self.env);
        let unlock: Request = Unlock { pin: PIN.into() }.into();
        core.handle(unlock).expect("it opens again");
        self.core = Some(core);
    }

    /// The core.
    pub fn core(&mut self) -> &mut Core {
        self.core.as_mut().expect("a device that is open")
    }

    /// The token it shows.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Who uses it, as it knows her.
    pub fn caller(&self) -> Caller {
        let core = self.core.as_ref().expect("a device that is open");
        core.view().unwrap().book.caller().unwrap()
    }

    /// Asks it; with a fuse it may die meanwhile, and then begins again.
    pub fn ask<C: Call>(&mut self, call: C, fuse: Option<usize>) -> Asked<C::Reply> {
        self.guarded(fuse, |core| core.handle(call.into()).map(|response| serde_json::from_value(response.value).expect("its own reply")))
    }

    /// Does something with the core that may die meanwhile.
    pub fn guarded<T>(&mut self, fuse: Option<usize>, work: impl FnOnce(&mut Core) -> Result<T, Failure>) -> Asked<T> {
        let burning = fuse.map_or(0, |n| i64::try_from(n + 1).unwrap_or(i64::MAX));
        self.env.fuse.store(burning, std::sync::atomic::Ordering::Relaxed);
        let core = self.core.as_mut().expect("a device that is open");
        let done = catch_unwind(AssertUnwindSafe(|| work(core)));
        self.env.fuse.store(0, std::sync::atomic::Ordering::Relaxed);
        match done {
            Ok(answer) => Asked::Answered(answer),
            Err(why) if why.is::<Killed>() => {
                self.restart();
                Asked::Killed
            }
            Err(why) => std::panic::resume_unwind(why),
        }
    }

    /// Every document that the server knows or should: what was refused whole stays here alone.
    pub fn documents(&self) -> BTreeMap<RecordId, Record> {
        self.rows().into_iter().map(|(id, (record, _))| (id, record)).collect()
    }

    fn rows(&self) -> BTreeMap<RecordId, (Record, Row)> {
        let view = self.core.as_ref().expect("a device that is open").view().unwrap();
        let mut statement = view.db.prepare("SELECT document, row FROM records").unwrap();
        let found = statement.query_map([], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, Vec<u8>>(1)?))).unwrap();
        let mut all = BTreeMap::new();
        for row in found {
            let (document, row) = row.unwrap();
            let record = Record::load(&document).expect("a document that loads");
            all.insert(record.id(), (record, rmp_serde::from_slice(&row).unwrap()));
        }
        all
    }

    /// Whether a record is here only because somebody wrote it down on this device: what few may see.
    pub fn keeps_to_itself(&self, record: &Record) -> bool {
        let caller = self.caller();
        !caller.role.sees(record.kind()) && record.row().is_ok_and(|row| row.by.as_ref() == Some(&caller.staff))
    }

    /// What was put down here of whom somebody looked at: what, the record, when.
    pub fn put_down(&self) -> Vec<String> {
        let view = self.core.as_ref().expect("a device that is open").view().unwrap();
        let mut statement = view.db.prepare("SELECT what || ' ' || lower(hex(record)) || ' ' || at FROM access_log").unwrap();
        statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// What it knows about a record, for a failure to be understood.
    pub fn about(&self, id: RecordId) -> String {
        let view = self.core.as_ref().expect("a device that is open").view().unwrap();
        let mut statement = view.db.prepare("SELECT lower(hex(hash)) || ' ' || state || ' ' || reason FROM changes WHERE record = ?1").unwrap();
        let rows = statement.query_map([id.bytes()], |r| r.get::<_, String>(0)).unwrap();
        let cursor: Option<domain::sync::Cursor> = client::store::meta::get(view.db, client::store::meta::CURSOR).unwrap();
        format!("{} {:?}: {}; {cursor:?}", self.home.display(), self.caller().staff, rows.map(Result::unwrap).collect::<Vec<_>>().join(", "))
    }

    /// The rows that lists are made of say what the documents say.
    pub fn index_equals_documents(&self, n: usize) {
        let view = self.core.as_ref().expect("a device that is open").view().unwrap();
        let all = self.rows();
        for (record, row) in all.values() {
            assert_eq!(&record.row().unwrap(), row, "index of {} on device {n}", record.id());
        }
        let count = |sql: &str| view.db.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap();
        let files = all.values().filter(|(record, _)| record.kind() == Kind::Person).count() as i64;
        assert_eq!((count("SELECT count(*) FROM persons"), count("SELECT count(*) FROM items")), (files, all.len() as i64 - files), "device {n}");
        let line = "SELECT kind, person, about, at, by, state, sort, conflicts FROM items WHERE id = ?1";
        let mut facts = 0;
        for (_, row) in all.values() {
            let here = client::store::index::facts(view.db, row.id).unwrap();
            assert_eq!(here, row.indexed(), "facts on device {n}");
            facts += here.len() as i64;
        }
        assert_eq!(count("SELECT count(*) FROM facts"), facts, "facts of nobody on device {n}");
        for (_, row) in all.values().filter(|(record, _)| record.kind() != Kind::Person) {
            let here = view.db.query_row(line, [row.id.bytes()], |r| {
                let about: Option<[u8; 16]> = r.get(2)?;
                let head: (String, [u8; 16], i64, String) = (r.get(0)?, r.get(1)?, r.get(3)?, r.get(4)?);
                Ok((head, about, r.get::<_, String>(5)?, r.get::<_, String>(6)?, r.get::<_, u32>(7)?))
            });
            let head = (row.kind.to_string(), *row.person.bytes(), row.at.unwrap().0, row.by.as_ref().unwrap().to_string());
            let about = row.about.map(|id| *id.bytes());
            assert_eq!(here.unwrap(), (head, about, row.state.clone(), row.sort().to_owned(), row.conflicts), "device {n}");
        }
    }
}
