//! A chaos client: one record with an honest history, and next to it every change that a broken or hostile device, or server,
//! might send. Used against `records`, the server and a device that pulls.
pub mod cases;
pub mod mutation;
pub mod raw;

use crate::sim::Chance;
use automerge::legacy::{ElementId, Key, ObjectId, OpId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{Author, Automerge, ExpandedChange, ObjType, ReadDoc, ScalarValue};
use client::server::http::{pack, unpack};
use client::server::sync::Taken;
use data_encoding::BASE64URL_NOPAD;
use domain::api::{Edit, Request};
use domain::roles::{Caller, Role};
use domain::sync::{Cursor, EnrolReply, EnrolRequest, FeedItem, Push, SyncReply, SyncRequest, WIRE};
use domain::{DeviceId, Hash, Programme, RecordId, Timestamp, Value};
use records::{Actor, Change, Record, Writer};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;
use sync_server::app::App;
use sync_server::env::Env;
use sync_server::error::AppError;
use sync_server::office::registry;
use sync_server::settings::Settings;
use sync_server::store::Store;
use sync_server::store::db::Db;
use sync_server::sync::exchange;
use tempfile::TempDir;

/// 李主任's village.
pub const VILLAGE: &str = "990101001201";
/// 21 November 2026, 10:00 in China.
pub const NOW: Timestamp = Timestamp(1_795_226_400_000);
/// Of the sample county's server.
const EPOCH: u64 = 1;
/// A member of the household.
const MEMBER: &str = "0192f0c1-2b3c-7def-8123-456789abcdef";

/// The server of the sample county, in this process.
pub struct Office {
    /// The server.
    pub app: App,
    _dir: TempDir,
}

/// A clock that stands, and no randomness.
struct Still;

impl Env for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
    fn random(&self) -> [u8; 16] {
        [7; 16]
    }
}

/// A member of staff with her device.
#[derive(Clone)]
pub struct Desk {
    staff: &'static str,
    role: Role,
    area: &'static str,
    n: u8,
}

/// The director of the village.
pub const LI: Desk = Desk { staff: "S001", role: Role::ChildDirector, area: VILLAGE, n: 1 };
/// The town's supervisor.
pub const WANG: Desk = Desk { staff: "S002", role: Role::ChildSupervisor, area: "990101001", n: 2 };

impl Desk {
    /// Her device.
    pub fn device(&self) -> DeviceId {
        DeviceId::new(1, [self.n; 10])
    }
    /// As the server knows her.
    pub fn caller(&self) -> Caller {
        Caller { staff: self.staff.parse().unwrap(), role: self.role, areas: vec![self.area.parse().unwrap()] }
    }
    fn token(&self) -> String {
        BASE64URL_NOPAD.encode(&[self.n; 32])
    }
    /// Her pen for a record.
    pub fn writer(&self, actor: [u8; 8]) -> Writer {
        Writer { staff: self.staff.parse().unwrap(), device: self.device(), at: NOW, actor: Actor(actor) }
    }
}

impl Default for Office {
    fn default() -> Office {
        let dir = crate::sim::folder();
        std::fs::copy(crate::sim::template().join("nuanfang.db"), dir.path().join("nuanfang.db")).unwrap();
        let store = Store::open(dir.path(), EPOCH).unwrap();
        store.read(|db| Ok(db.batch("PRAGMA synchronous = OFF")?)).unwrap();
        let office = Office { app: App::new(store, Arc::new(Still), Settings::default()), _dir: dir };
        [LI, WANG].iter().for_each(|desk| office.enrol(desk));
        office
    }
}

impl Office {
    fn enrol(&self, desk: &Desk) {
        let made = |db: &Db<'_>| Ok(registry::new_code(db, &desk.staff.parse().unwrap(), NOW, [desk.n; 16])?);
        let code = self.app.store.write_exclusive(made).unwrap().code;
        let token_hash = Hash(Sha256::digest(desk.token()).into());
        let request = EnrolRequest { v: WIRE, code, device: desk.device(), token_hash, label: "chaos".into(), replaces: None };
        let reply = exchange::enrol(&self.app, &pack(&request).unwrap()).unwrap();
        let _: EnrolReply = unpack(&reply).unwrap();
    }

    /// One request with these changes through the whole exchange.
    pub fn push(&self, desk: &Desk, record: RecordId, changes: impl IntoIterator<Item = impl AsRef<[u8]>>) -> SyncReply {
        let changes = changes.into_iter().map(|bytes| Push { record, bytes: bytes.as_ref().to_vec() }).collect();
        self.send(desk, changes)
    }

    /// The same with changes of several records.
    pub fn send(&self, desk: &Desk, changes: Vec<Push>) -> SyncReply {
        self.body(desk, &packed(&request(desk, changes))).unwrap()
    }

    /// A request as it is, byte for byte.
    pub fn body(&self, desk: &Desk, body: &[u8]) -> Result<SyncReply, AppError> {
        let auth = exchange::auth(&self.app, &desk.token())?;
        Ok(unpack(&exchange::sync(&self.app, auth, body)?).unwrap())
    }

    /// Every document that the server has loads.
    pub fn every_document_is_read(&self) {
        let all = |db: &Db<'_>| Ok(db.rows("SELECT id, document FROM records", &[], |r| Ok((r.bytes::<16>(0)?, r.blob(1)?)))?);
        for (id, document) in self.app.store.read(all).unwrap() {
            Record::received(RecordId::from_slice(&id).unwrap(), &document).unwrap().row().unwrap();
        }
    }

    /// A record as the server has it.
    pub fn record(&self, id: RecordId) -> Option<Record> {
        let sql = "SELECT document FROM records WHERE id = ?1";
        let bytes = self.app.store.read(|db| Ok(db.one(sql, &[id.bytes().into()], |r| r.blob(0))?)).unwrap()?;
        Some(Record::load(&bytes).expect("a document that loads"))
    }

    /// Whether these bytes lie in quarantine, under whatever record.
    pub fn has_in_quarantine(&self, bytes: &[u8]) -> bool {
        let sql = "SELECT count(*) FROM quarantine WHERE bytes = ?1";
        self.app.store.read(|db| Ok(db.number(sql, &[bytes.into()])? > 0)).unwrap()
    }

    /// Whether these bytes lie in quarantine under this record.
    pub fn is_quarantined(&self, id: RecordId, bytes: &[u8]) -> bool {
        let sql = "SELECT count(*) FROM quarantine WHERE record = ?1 AND bytes = ?2";
        self.app.store.read(|db| Ok(db.number(sql, &[id.bytes().into(), bytes.into()])? > 0)).unwrap()
    }
}

/// A request with these changes, not yet compressed, of a device that asks for nothing.
pub fn request(desk: &Desk, changes: Vec<Push>) -> Vec<u8> {
    // A cursor of no scope that is ours begins the first download: one of hers, at its end, costs nothing.
    let cursor = Cursor { scope: sync_server::sync::feed::scope(&desk.caller()), complete: true, ..Cursor::default() };
    let request = SyncRequest { changes, ..SyncRequest::new(desk.device(), EPOCH, cursor) };
    rmp_serde::to_vec_named(&request).unwrap()
}

/// A body of these bytes.
pub fn packed(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 1).unwrap()
}

/// One value of a field.
pub fn edit(path: &str, value: &str) -> Edit {
    Edit { path: path.parse().unwrap(), value: Value::from(value) }
}

/// A person's file that 李主任 opened and 王督导 amended; at its end both wrote at once.
pub struct Scene {
    /// The file.
    pub record: Record,
    /// 李主任's pen there.
    pub li: Writer,
    /// 王督导's.
    pub wang: Writer,
    /// Its changes with their writers, in order.
    pub changes: Vec<(Desk, Change)>,
    ops: HashMap<OpId, (ObjectId, Key, OpType, bool)>,
    n: u64,
}

/// A new file's record, its first change, and the pen.
pub fn opened(n: u64) -> (Record, Change, Writer) {
    let random: [u8; 10] = Sha256::digest(n.to_le_bytes())[..10].try_into().unwrap();
    let writer = LI.writer(actor(n, 1));
    let edits = [
        edit("identity.name", "测试一号"),
        edit("area.code", VILLAGE),
        edit("contact.address", "3组8号"),
        edit("plan.text", "每周走访。"),
        edit("risk.level", "low"),
        edit(&format!("household.{MEMBER}.name"), "测试祖母"),
    ];
    let (record, first) = Record::new_person(RecordId::new(2, random), Programme::Child, NOW.day(), &edits, &writer).unwrap();
    (record, first, writer)
}

/// 李主任's file of before: it has few of the sections that files have today.
pub fn of_before() -> (RecordId, Vec<u8>) {
    let id = RecordId::new(2, [8; 10]);
    let mut doc = Automerge::new();
    doc.set_author(Some(Author::from(b"S001@0101".to_vec())));
    doc.set_actor(actor(7, 0).to_vec().into());
    let mut tx = doc.transaction();
    let mut section = |name: &str, fields: &[(&str, ScalarValue)]| {
        let map = tx.put_object(automerge::ROOT, name, ObjType::Map).unwrap();
        fields.iter().for_each(|(key, value)| tx.put(&map, *key, value.clone()).unwrap());
    };
    let own = ScalarValue::Bytes(id.bytes().to_vec());
    section("meta", &[("kind", "person".into()), ("schema", 1.into()), ("id", own), ("programme", "child".into()), ("opened", "2026-01-05".into())]);
    section("identity", &[("name", "测试一号".into())]);
    section("area", &[("code", VILLAGE.into())]);
    section("status", &[("state", "open".into())]);
    let (hash, _) = tx.commit_with(CommitOptions::default().with_time(NOW.0 / 1000));
    (id, doc.get_change_by_hash(&hash.unwrap()).unwrap().raw_bytes().to_vec())
}

/// An actor that nobody else has.
pub fn actor(n: u64, who: u8) -> [u8; 8] {
    Sha256::digest([&n.to_le_bytes()[..], &[who]].concat())[..8].try_into().unwrap()
}

impl Scene {
    /// The `n`-th: same story, another record.
    pub fn new(n: u64) -> Scene {
        let (mut record, first, li) = opened(n);
        let wang = WANG.writer(actor(n, 2));
        let mut changes = vec![(LI, first)];
        let mut write = |record: &mut Record, desk: &Desk, writer: &Writer, path: &str, value: &str| {
            let change = record.edit(&[edit(path, value)], writer).unwrap().remove(0);
            changes.push((desk.clone(), change.clone()));
            change.bytes
        };
        write(&mut record, &WANG, &wang, "contact.phone", "13800000001");
        let mut at_wangs = record.clone();
        write(&mut record, &LI, &li, "contact.address", "3组18号");
        let hers = write(&mut at_wangs, &WANG, &wang, "plan.text", "心理疏导。");
        record.absorb(&[hers]).unwrap();
        let mut ops = HashMap::new();
        for change in record.changes() {
            let change = decoded(&change.bytes);
            for (op, k) in change.operations.iter().zip(change.start_op.get()..) {
                ops.insert(OpId::new(k, &change.actor_id), (op.obj.clone(), op.key.clone(), op.action.clone(), op.insert));
            }
        }
        Scene { record, li, wang, changes, ops, n }
    }

    /// Gives the history to the server.
    pub fn tell(&self, office: &Office) {
        for one in self.changes.chunk_by(|(a, _), (b, _)| a.n == b.n) {
            let reply = office.push(&one[0].0, self.record.id(), one.iter().map(|(_, change)| &change.bytes));
            assert_eq!(reply.accepted.len(), one.len(), "the honest history: {:?}", reply.refused);
        }
    }

    /// An honest next change of 李主任's.
    pub fn next(&self) -> Change {
        self.record.clone().edit(&[edit("contact.address", "3组20号")], &self.li).unwrap().remove(0)
    }

    /// The same under an actor she has not used yet.
    pub fn next_by_new_actor(&self) -> Change {
        self.record.clone().edit(&[edit("contact.address", "3组20号")], &LI.writer(actor(self.n, 9))).unwrap().remove(0)
    }

    /// Her next change, bent.
    pub fn bent(&self, bend: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
        bent(&self.next().bytes, bend)
    }

    /// The object that was made under a key of the root.
    pub fn section(&self, name: &str) -> ObjectId {
        self.find(|obj, key, _| *obj == ObjectId::Root && *key == Key::Map(name.into()))
    }
    /// The newest operation on a key of a section.
    pub fn op_at(&self, section: &str, key: &str) -> OpId {
        let parent = self.section(section);
        let at = |(_, (obj, k, _, _)): &(&OpId, &(ObjectId, Key, OpType, bool))| *obj == parent && *k == Key::Map(key.into());
        self.ops.iter().filter(at).map(|(id, _)| id.clone()).max_by_key(|id| id.0).unwrap()
    }
    /// The text of the plan as 李主任 wrote it first.
    pub fn text(&self) -> ObjectId {
        let parent = self.section("plan");
        self.find(|obj, _, action| *obj == parent && matches!(action, OpType::Make(_)))
    }
    /// An element of a text, the `n`-th that was inserted.
    pub fn element(&self, text: &ObjectId, n: usize) -> OpId {
        let mut all: Vec<OpId> = self.ops.iter().filter(|(_, (obj, _, _, insert))| obj == text && *insert).map(|(id, _)| id.clone()).collect();
        all.sort_by_key(|id| id.0);
        all[n].clone()
    }
    fn find(&self, is: impl Fn(&ObjectId, &Key, &OpType) -> bool) -> ObjectId {
        let first = self.ops.iter().filter(|(_, (obj, key, action, _))| is(obj, key, action)).map(|(id, _)| id).min_by_key(|id| id.0);
        ObjectId::Id(first.unwrap().clone())
    }
}

/// A change's operations.
pub fn decoded(bytes: &[u8]) -> ExpandedChange {
    automerge::Change::from_bytes(bytes.to_vec()).unwrap().decode()
}

/// A change written down again after something was done to it.
pub fn bent(bytes: &[u8], bend: impl FnOnce(&mut ExpandedChange)) -> Vec<u8> {
    let mut change = decoded(bytes);
    bend(&mut change);
    written(change)
}

/// A change in Automerge's own writing.
pub fn written(change: ExpandedChange) -> Vec<u8> {
    automerge::Change::from(change).raw_bytes().to_vec()
}

/// An element of a text as a key.
pub fn at(id: OpId) -> Key {
    Key::Seq(ElementId::Id(id))
}

/// A device that pulls from a server that says what the test says.
pub struct Pulling {
    core: client::Core,
    env: Chance,
    home: TempDir,
}

impl Pulling {
    /// 李主任's other device, which knows nothing yet.
    pub fn new(office: &Office) -> Pulling {
        Pulling::of(office, "https://nuanfang.example")
    }

    /// The same with a server at this address.
    pub fn of(office: &Office, address: &str) -> Pulling {
        let (home, env) = (crate::sim::folder(), Chance::seeded(1));
        let vault = client::device::home::Home::open(home.path(), || panic!("another process holds the home")).unwrap();
        let mut core = client::Core::new(Box::new(env.clone()), Box::new(vault)).with_cost(client::device::key::Cost::cheap_for_tests());
        let joining = core.joining().unwrap();
        let reference = office.app.store.read(|db| sync_server::sync::county::reference(db, &LI.caller())).unwrap();
        core.finish_enrol(&joining, "280716", address, "nuanfang.example", EPOCH, reference).unwrap();
        Pulling { core, env, home }
    }

    /// Whether something here is left to a newer program.
    pub fn waits_for_an_update(&mut self) -> bool {
        self.core.handle(domain::api::Status {}.into()).expect("a status").value["newer"] == true
    }

    /// The core, its clock, and the folder that goes with it.
    pub fn parts(self) -> (client::Core, Chance, TempDir) {
        (self.core, self.env, self.home)
    }

    /// Takes in a reply with these items, as the last of a sync. What was read anew for a gap is read by nobody: it is the test
    /// that says what comes.
    pub fn pull(&mut self, feed: Vec<FeedItem>) -> Taken {
        let prepared = client::server::sync::prepare(&self.core).unwrap();
        let cursor = Some(Cursor { complete: true, ..Cursor::default() });
        let reply = SyncReply { feed, cursor, ..SyncReply::new(EPOCH, NOW) };
        client::server::sync::take_in(&mut self.core, &prepared, reply).expect("whatever comes, a sync goes on")
    }

    /// A record as the device has it; it loads, and can be shown.
    pub fn record(&mut self, id: RecordId) -> Option<Record> {
        let bytes: Vec<u8> = self.core.view().unwrap().db.query_row("SELECT document FROM records WHERE id = ?1", [id.bytes()], |r| r.get(0)).ok()?;
        let record = Record::load(&bytes).expect("a document that loads");
        if record.kind() == domain::roles::Kind::Person {
            let shown: Request = domain::api::Person { id }.into();
            self.core.handle(shown).expect("a file that can be shown");
        }
        Some(record)
    }
}

/// A record as a whole, as the feed brings it.
pub fn entering(record: &Record) -> FeedItem {
    FeedItem::Enter { record: record.id(), area: VILLAGE.parse().unwrap(), document: record.save(), row: Box::new(record.row().unwrap()) }
}
