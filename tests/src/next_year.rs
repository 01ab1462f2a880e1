//! A server of next year: ours, whose replies and packs say things that no program of today knows, one at each place.
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::sync::PackRequest;
use domain::{Hash, RecordId};
use rmpv::Value;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const MOST: usize = 64 << 20;

/// Such a server, in this process; it works on a thread of its own until the test ends.
pub struct NextYear {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    app: sync_server::app::App,
    says: Arc<Says>,
}

/// What it says that is new.
#[derive(Default)]
struct Says {
    /// Nothing: whoever asks knows it all by now.
    known: AtomicBool,
    /// What the caller is.
    role: AtomicBool,
    /// Why it does not take a change, and why it does not answer.
    refuses: AtomicBool,
    fails: AtomicBool,
    /// Its own packs by their names.
    packs: Mutex<HashMap<Hash, Vec<u8>>>,
    /// What a program of next year wrote in files that are known here.
    changes: Mutex<Vec<Value>>,
}

impl NextYear {
    /// Serves a folder that no other server serves.
    pub fn serve(data: &Path) -> NextYear {
        let says = Arc::new(Says::default());
        let store = sync_server::store::Store::open(data, 1).unwrap();
        let app = sync_server::app::App::new(store, Arc::new(sync_server::env::SystemEnv), sync_server::settings::Settings::default());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let (shared, served) = (says.clone(), app.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let newer = axum::middleware::from_fn(move |request: Request, next: Next| answer(shared.clone(), request, next));
                let router = Router::new().fallback_service(sync_server::http::router(served)).layer(newer);
                axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap();
            });
        });
        NextYear { address, app, says }
    }

    /// Somebody with a program of next year writes in a file: something in a section that files get next year, and then an address.
    pub fn is_written_in(&self, file: RecordId) {
        let document = self.app.store.read(|db| Ok(db.one("SELECT document FROM records WHERE id = ?1", &[file.bytes().into()], |r| r.blob(0))?));
        let mut doc = AutoCommit::load(&document.unwrap().unwrap()).unwrap();
        // Setting the author draws an actor.
        doc.set_author(Some(automerge::Author::from(b"S001@9999".to_vec())));
        doc.set_actor(vec![0x99; 8].into());
        let matters = doc.put_object(ROOT, "matters", ObjType::Map).unwrap();
        doc.put(&matters, "stage", "open").unwrap();
        doc.commit().unwrap();
        let mut changes = vec![doc.get_last_local_change().unwrap().raw_bytes().to_vec()];
        let (_, contact) = doc.get(ROOT, "contact").unwrap().unwrap();
        doc.put(&contact, "address", "明年路9号").unwrap();
        doc.commit().unwrap();
        changes.push(doc.get_last_local_change().unwrap().raw_bytes().to_vec());
        let item = |bytes| map([("change", map([("record", Value::Binary(file.bytes().to_vec())), ("bytes", Value::Binary(bytes))]))]);
        self.says.changes.lock().unwrap().extend(changes.into_iter().map(item));
    }
    /// From now on whoever asks understands everything: she was updated.
    pub fn is_understood(&self) {
        self.says.known.store(true, Ordering::SeqCst);
    }
    /// Gives the caller a role of next year, or her own again.
    pub fn gives_a_new_role(&self, on: bool) {
        self.says.role.store(on, Ordering::SeqCst);
    }
    /// Takes none of the changes that come, for a reason of next year.
    pub fn refuses(&self, on: bool) {
        self.says.refuses.store(on, Ordering::SeqCst);
    }
    /// Answers nothing, for a reason of next year.
    pub fn fails(&self, on: bool) {
        self.says.fails.store(on, Ordering::SeqCst);
    }
}

async fn answer(says: Arc<Says>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if says.fails.load(Ordering::SeqCst) && path == "/v1/sync" {
        let body = r#"{"nuanfang":1,"failure":{"code":"needs_seal"}}"#;
        return Response::builder().status(409).header("content-type", "application/json").body(Body::from(body)).unwrap();
    }
    match path.as_str() {
        "/v1/packs" if !says.known.load(Ordering::SeqCst) => {
            let wishes = whole(request.into_body()).await;
            let wishes: Vec<PackRequest> = wire::read(&wire::unpack(&wishes, MOST).unwrap()).unwrap();
            let packs = says.packs.lock().unwrap();
            let bytes: Vec<u8> = wishes.iter().flat_map(|wish| packs[&wish.id][wish.from as usize..].to_vec()).collect();
            Response::builder().header("content-type", "application/octet-stream").body(Body::from(bytes)).unwrap()
        }
        "/v1/sync" | "/v1/enrol" => {
            let token = request.headers().get("authorization").cloned();
            let (mut parts, body) = next.clone().run(request).await.into_parts();
            let body = whole(body).await;
            if !parts.status.is_success() {
                return Response::from_parts(parts, Body::from(body));
            }
            let mut reply = rmpv::decode::read_value(&mut wire::unpack(&body, MOST).unwrap().as_slice()).unwrap();
            if !says.known.load(Ordering::SeqCst) {
                for pack in items(&mut reply, "packs") {
                    let wish = Request::post("/v1/packs").header("authorization", token.clone().unwrap());
                    let id: Hash = again(field(pack, "id").unwrap());
                    let wish = wish.body(Body::from(wire::pack(&vec![PackRequest { id, from: 0 }], 3).unwrap())).unwrap();
                    let theirs = whole(next.clone().run(wish).await.into_body()).await;
                    let (mut ours, records) = (rmpv::decode::read_value(&mut wire::unpack(&theirs, MOST).unwrap().as_slice()).unwrap(), 0u64);
                    let records = records + new_items(&mut ours);
                    let ours = zstd::bulk::compress(&plain(&ours), 3).unwrap();
                    let id = Hash(Sha256::digest(&ours).into());
                    let pack_map = [("id", Value::Binary(id.0.to_vec())), ("bytes", (ours.len() as u64).into()), ("records", records.into())];
                    *pack = Value::Map(pack_map.into_iter().map(|(key, value)| (key.into(), value)).collect());
                    says.packs.lock().unwrap().insert(id, ours);
                }
                new_words(&mut reply);
            }
            says.changes.lock().unwrap().drain(..).for_each(|change| add(&mut reply, "feed", change));
            if says.role.load(Ordering::SeqCst)
                && let Some(me) = field(&mut reply, "reference").and_then(|reference| field(reference, "me"))
            {
                put(me, "role", "school_contact".into());
            }
            if says.refuses.load(Ordering::SeqCst)
                && let Some(taken) = field(&mut reply, "a")
            {
                let Value::Array(runs) = std::mem::replace(taken, Value::Array(Vec::new())) else { panic!("no runs") };
                let refused = runs
                    .iter()
                    .flat_map(|run| run[0].as_u64().unwrap()..run[1].as_u64().unwrap())
                    .map(|n| map([("n", n.into()), ("reason", map([("code", "needs_seal".into())])), ("blocked", Value::Array(Vec::new()))]));
                let refused = Value::Array(refused.collect());
                put(&mut reply, "refused", refused);
            }
            parts.headers.remove("content-length");
            Response::from_parts(parts, Body::from(zstd::bulk::compress(&plain(&reply), 3).unwrap()))
        }
        _ => next.run(request).await,
    }
}

async fn whole(body: Body) -> Vec<u8> {
    to_bytes(body, MOST).await.unwrap().to_vec()
}

fn plain(value: &Value) -> Vec<u8> {
    let mut plain = Vec::new();
    rmpv::encode::write_value(&mut plain, value).unwrap();
    plain
}

fn again<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    wire::read(&plain(value)).unwrap()
}

fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn field<'a>(of: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    let Value::Map(fields) = of else { return None };
    fields.iter_mut().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
}

fn put(into: &mut Value, key: &str, value: Value) {
    match field(into, key) {
        Some(old) => *old = value,
        None => {
            let Value::Map(fields) = into else { panic!("{key} of no map") };
            fields.push((key.into(), value));
        }
    }
}

fn items<'a>(of: &'a mut Value, key: &str) -> &'a mut [Value] {
    match field(of, key) {
        Some(Value::Array(items)) => items,
        _ => &mut [],
    }
}

fn add(to: &mut Value, key: &str, item: Value) {
    match field(to, key) {
        Some(Value::Array(items)) => items.push(item),
        _ => put(to, key, Value::Array(vec![item])),
    }
}

/// Puts things into a list of records that nobody knows today; every fifth file is a record of a kind of next year. How many there are now.
fn new_items(list: &mut Value) -> u64 {
    let Value::Array(all) = list else { panic!("no list of records") };
    for item in all.iter_mut() {
        let Some(row) = field(item, "enter").and_then(|enter| field(enter, "row")) else { continue };
        let Some(Value::Binary(id)) = field(row, "id").cloned() else { panic!("no id") };
        let kind = field(row, "kind").unwrap().as_str().unwrap().to_owned();
        put(row, "weight", 3.into());
        let facts = field(row, "facts").unwrap();
        put(facts, "mood", map([("today", "sunny".into())]));
        put(facts, "rooms", Value::Array(vec![3.into(), Value::Binary(vec![4])]));
        match (kind.as_str(), id[15]) {
            ("person", n) if n % 5 == 0 => put(row, "kind", "errand".into()),
            ("person", n) if n % 2 == 0 => {
                add(facts, "categories", "young_carer".into());
                put(facts, "risk", "critical".into());
                add(row, "programmes", "health".into());
            }
            ("visit", n) if n % 3 == 0 => {
                put(facts, "form", "child-visit@99".into());
                put(facts, "kind", "drone".into());
            }
            ("review", n) if n % 2 == 0 => put(row, "state", "passed_on".into()),
            ("visit", n) if n % 7 == 0 => put(row, "programmes", Value::Array(vec!["health".into()])),
            _ => {}
        }
    }
    all.push(map([("merge", map([("one", Value::Binary(vec![1; 16])), ("into", Value::Binary(vec![2; 16]))]))]));
    all.len() as u64
}

/// The same in a reply.
fn new_words(reply: &mut Value) {
    put(reply, "weather", "sunny".into());
    if let Some(feed) = field(reply, "feed") {
        new_items(feed);
    }
    let Some(reference) = field(reply, "reference").filter(|reference| reference.is_map()) else { return };
    let colleague = [("id", "S990".into()), ("name", "新岗位".into()), ("role", "school_contact".into()), ("areas", Value::Array(Vec::new()))];
    add(reference, "staff", map(colleague));
    add(reference, "areas", map([("code", 12.into())]));
    add(reference, "devices", map([("device", "a watch".into())]));
    let policy = field(reference, "policy").unwrap();
    add(policy, "lists", map([("list", "weather".into()), ("name", "晴".into())]));
    let due = field(policy, "due").unwrap();
    add(due, "rules", map([("id", "moon".into()), ("per", "moon".into()), ("every_days", 28.into())]));
    add(due, "rules", map([("id", "new".into()), ("category", "young_carer".into()), ("every_days", 1.into())]));
    add(due, "first_visits", map([("days", "soon".into())]));
}
