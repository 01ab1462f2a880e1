//! Photos of visits, with real processes: from a camera's file on one device to another's, over lines that break, to nobody
//! else, and away when no visit names them any more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use data_encoding::BASE64;
use domain::Timestamp;
use domain::photo::{MAX_BYTES, is_bare_jpeg};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use sync_server::env::{Env, SystemEnv};
use sync_server::photos::{Collected, Photos, collect};
use sync_server::settings::Settings;
use sync_server::store::Store;
use tempfile::TempDir;
use village::answers::routine_visit;
use village::device::Device;
use village::link::Link;
use village::picture::{PLACE, from_a_camera, holds};
use village::plain::{Reply, ask, bearer, begin, push_records};
use village::postgres;
use village::programs::{asset, program};
use village::server::{Server, admin, json};

const DAY: i64 = 24 * 3600 * 1000;

/// A county over one of the databases, its photos in a folder.
struct County {
    server: Option<Server>,
    /// The database: a folder or an address.
    data: PathBuf,
    /// The folder that photos lie in.
    folder: PathBuf,
    dir: TempDir,
    _database: Option<postgres::Database>,
}

fn counties() -> [County; 2] {
    [County::over(None), County::over(Some(postgres::database()))]
}

impl County {
    fn over(database: Option<postgres::Database>) -> County {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("server");
        let data = database.as_ref().map_or_else(|| folder.clone(), |d| d.url.clone().into());
        for what in ["areas", "staff", "roster"] {
            assert!(admin(&data, &["import", what, asset(&format!("sample/{what}.xlsx")).to_str().unwrap()]).status.success());
        }
        let mut county = County { server: None, data, folder, dir, _database: database };
        county.start("127.0.0.1:0");
        county
    }
    fn start(&mut self, listen: &str) {
        self.server = Some(Server::start_with(&self.data, listen, &[("NUANFANG_DATA", self.folder.to_str().unwrap())]));
    }
    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }
    fn device(&self, name: &str, staff: &str) -> Device {
        Device::enrolled(self.dir.path(), name, self.server(), &self.server().address, staff)
    }
    /// Files of photos on the server.
    fn stored(&self) -> Vec<PathBuf> {
        let inside = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().map(|f| f.unwrap().path());
        inside(self.folder.join("blobs")).flat_map(inside).collect()
    }
    /// A file of a camera.
    fn camera(&self, seed: u32) -> String {
        let file = self.dir.path().join(format!("IMG_{seed}.jpg"));
        std::fs::write(&file, from_a_camera(seed, 1800, 1350)).unwrap();
        file.to_string_lossy().into_owned()
    }
}

fn visit(device: &Device, note: &str) -> String {
    let child = device.person("王小雨");
    let from = device.file("visit.json", &routine_visit("child-visit@s2", note));
    let made = device.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
    made["id"].as_str().unwrap().to_owned()
}

/// A visit of hers with a photo, not uploaded yet; the visit and the photo's file.
fn visit_with_photo(county: &County, device: &Device, seed: u32) -> (String, Vec<u8>) {
    let visit = visit(device, "带照片的走访。");
    device.ok(&["visit", "photo", &visit, "--add", &county.camera(seed)]);
    let photo = saved(device, &visit, 0);
    (visit, photo)
}

fn saved(device: &Device, visit: &str, n: usize) -> Vec<u8> {
    let out = device.home.with_extension("out.jpg");
    device.ok(&["visit", "photo", visit, "--get", &n.to_string(), "--out", out.to_str().unwrap()]);
    std::fs::read(out).unwrap()
}

fn hash(photo: &[u8]) -> String {
    blake3::hash(photo).to_hex().to_string()
}

#[test]
fn a_photo_reaches_whoever_may_read_its_visit_and_nobody_else() {
    for county in counties() {
        let server = &county.server().address;
        let li = county.device("li", "S001");
        let (visit, photo) = visit_with_photo(&county, &li, 1);
        // What the camera wrote beside the picture stays on nobody's disk.
        let file = std::fs::read(county.camera(1)).unwrap();
        assert!(holds(&file, PLACE) && !holds(&photo, b"GPS") && !holds(&photo, b"Exif") && is_bare_jpeg(&photo));
        let listed = li.list(&["visit", "photo", &visit, "--list"]);
        let (width, height) = (listed[0]["width"].as_u64().unwrap(), listed[0]["height"].as_u64().unwrap());
        assert!(width * 4 == height * 3 && height <= 1600, "it stands upright: {width} × {height}");
        assert_eq!(listed[0]["uploaded"], false);
        let status = li.ok(&["status"]);
        assert_eq!((&status["photos_pending"], &status["photo_bytes"]), (&1.into(), &photo.len().into()));
        assert!(county.stored().is_empty());
        assert_eq!(li.ok(&["sync"])["photos"], 1);
        assert_eq!(li.ok(&["status"])["photos_pending"], 0);
        assert_eq!(li.list(&["visit", "photo", &visit])[0]["uploaded"], true);
        assert!(county.stored().iter().map(|f| std::fs::read(f).unwrap()).collect::<Vec<_>>() == [photo.clone()]);
        assert_eq!(li.ok(&["sync"])["requests"], 1, "and that was all");

        // Her supervisor's device knows of it at once and fetches it when it is looked at; then it is there without a network, too.
        let wang = county.device("wang", "S002");
        assert_eq!(wang.list(&["visit", "photo", &visit])[0]["here"], false);
        assert!(saved(&wang, &visit, 0) == photo);
        assert_eq!(wang.list(&["visit", "photo", &visit])[0]["here"], true);

        // Byte ranges, and nothing for the caches on the way.
        let token = bearer(&li);
        let path = format!("/v1/photos/{}?record={visit}", hash(&photo));
        let get = |token: &str, path: &str, more: &[(&str, &str)]| ask(server, "GET", path, &[&[("authorization", token)][..], more].concat(), b"");
        let whole = get(&token, &path, &[]);
        assert_eq!((whole.status, whole.header("content-type")), (200, Some("image/jpeg")));
        assert!(whole.body == photo);
        assert_eq!(whole.header("cache-control"), Some("private, no-store"));
        let part = get(&token, &path, &[("range", "bytes=1000-1999")]);
        assert!(part.status == 206 && part.body == photo[1000..2000]);
        assert_eq!(part.header("content-range"), Some(format!("bytes 1000-1999/{}", photo.len()).as_str()));
        assert_eq!(get(&token, &path, &[("range", "bytes=9999999-")]).status, 416);
        assert_eq!(get(&token, &path, &[("if-none-match", whole.header("etag").unwrap())]).status, 304);

        // The next village's director, an administrator, a volunteer; and through another record.
        let file = li.person("王小雨");
        for (name, staff) in [("zhang", "S009"), ("liu", "S007"), ("chen", "S008")] {
            let stranger = bearer(&county.device(name, staff));
            let refused = get(&stranger, &path, &[]);
            assert_eq!((refused.status, refused.code().as_str()), (404, "not_found"), "{staff}");
            assert_eq!(announce(server, &stranger, &hash(&photo), &visit, photo.len()).status, 404);
        }
        for other in [file.as_str(), &visit.replace('7', "8")] {
            assert_eq!(get(&token, &format!("/v1/photos/{}?record={other}", hash(&photo)), &[]).status, 404);
        }
        assert_eq!(get("Bearer nobody", &path, &[]).status, 401);

        // Taken away, it is taken away for everyone.
        wang.refused(&["visit", "photo", &visit, "--remove", "0"]);
        li.ok(&["visit", "photo", &visit, "--remove", "0"]);
        li.ok(&["sync"]);
        wang.ok(&["sync"]);
        assert!(wang.list(&["visit", "photo", &visit]).is_empty());
        assert_eq!(get(&token, &path, &[]).status, 404);
    }
}

#[test]
fn a_photo_arrives_over_a_line_that_breaks_anywhere_and_a_client_that_is_killed() {
    for mut county in counties() {
        let link = Link::to(county.server().host());
        let li = Device::enrolled(county.dir.path(), "li", county.server(), &link.address, "S001");
        let (_, photo) = visit_with_photo(&county, &li, 2);
        assert!(photo.len() > 150_000, "{}", photo.len());
        let mut sync = Command::new(program("nuanfang"));
        sync.arg("--home").arg(&li.home).args(["sync", "--json"]).env("NUANFANG_PIN", &li.pin).stdout(Stdio::null()).stderr(Stdio::null());
        // The records first: then what passes is the photo alone.
        let mut sent = 3_000;
        for (n, bytes) in [1, 3_000, 20_000, 70_000, 400, 66_000].into_iter().enumerate() {
            link.pass_only(bytes);
            sent += bytes;
            let mut client = sync.spawn().unwrap();
            link.wait_until_stuck();
            if n % 2 == 0 {
                client.kill().unwrap();
            }
            link.cut();
            client.wait().unwrap();
            assert_eq!(li.ok(&["status"])["photos_pending"], 1);
            if n == 3 {
                // The server goes, too.
                let listen = county.server().host().to_owned();
                county.server = None;
                county.start(&listen);
            }
            link.mend();
        }
        let last = li.ok(&["sync"]);
        assert_eq!((&last["photos"], &last["state"]), (&1.into(), &"done".into()));
        // Of what was cut off, only pieces on their way are sent again, and the heads of requests.
        let again = sent + last["up_bytes"].as_u64().unwrap() as usize - photo.len();
        assert!(again < 6 * 16_000 + 20_000, "{again} bytes were sent twice");
        assert!(std::fs::read(&county.stored()[0]).unwrap() == photo);
        assert_eq!(li.ok(&["status"])["photos_pending"], 0);
    }
}

/// `POST /v1/photos`
fn announce(server: &str, token: &str, hash: &str, visit: &str, length: usize) -> Reply {
    let about = format!("hash {},record {}", BASE64.encode(hash.as_bytes()), BASE64.encode(visit.as_bytes()));
    let length = length.to_string();
    let headers = [("authorization", token), ("tus-resumable", "1.0.0"), ("upload-length", &length), ("upload-metadata", &about)];
    ask(server, "POST", "/v1/photos", &headers, b"")
}

#[test]
fn whatever_tus_may_send_is_answered_as_tus_says() {
    for county in counties() {
        let server = &county.server().address;
        let li = county.device("li", "S001");
        let (visit, photo) = visit_with_photo(&county, &li, 3);
        let other = from_a_camera(4, 100, 80);
        let token = bearer(&li);
        assert_eq!(announce(server, &token, &hash(&photo), &visit, photo.len()).status, 404, "records go before photos");
        assert_eq!(ask(server, "OPTIONS", "/v1/photos", &[], b"").header("tus-extension"), Some("creation,creation-with-upload"));
        push_records(&li);

        let begun = announce(server, &token, &hash(&photo), &visit, photo.len());
        assert_eq!((begun.status, begun.header("upload-offset"), begun.header("tus-resumable")), (201, Some("0"), Some("1.0.0")));
        let place = format!("/v1/{}", begun.header("location").unwrap());
        let headers = |offset: usize| {
            let offset = offset.to_string();
            move |more: &[(&str, &str)], method: &str, body: &[u8]| {
                let base = [
                    ("authorization", token.as_str()),
                    ("tus-resumable", "1.0.0"),
                    ("upload-offset", offset.as_str()),
                    ("content-type", "application/offset+octet-stream"),
                ];
                ask(server, method, &place, &[more, &base].concat(), body)
            }
        };
        let token2 = bearer(&li);
        let at = |offset: usize, method: &str, body: &[u8]| headers.clone()(offset)(&[], method, body);
        let received = || at(0, "HEAD", b"").header("upload-offset").unwrap().parse::<usize>().unwrap();
        assert_eq!(at(0, "PATCH", &photo[..10]).header("upload-offset"), Some("10"));
        assert_eq!((at(0, "PATCH", &photo[..10]).status, at(11, "PATCH", &photo[11..20]).status), (409, 409));
        assert_eq!(received(), 10);
        // A request that breaks off after any number of bytes: those count.
        for upto in [11, 500, 66_000, 140_001] {
            let from = received();
            let heads = [
                ("authorization", token2.as_str()),
                ("tus-resumable", "1.0.0"),
                ("upload-offset", &from.to_string()),
                ("content-type", "application/offset+octet-stream"),
            ];
            let path = format!("/v1/{}", begun.header("location").unwrap());
            drop(begin(server, "PATCH", &path, &heads, photo.len() - from, &photo[from..upto]));
            while received() < upto {}
            assert_eq!(received(), upto);
        }
        // Announced again it is the same upload; another device does not see it.
        let again = announce(server, &token2, &hash(&photo), &visit, photo.len());
        assert_eq!((again.header("location"), again.header("upload-offset")), (begun.header("location"), Some("140001")));
        let wang = bearer(&county.device("wang", "S002"));
        let path = format!("/v1/{}", begun.header("location").unwrap());
        assert_eq!(ask(server, "HEAD", &path, &[("authorization", &wang), ("tus-resumable", "1.0.0")], b"").status, 404);
        // Where a proxy knows no PATCH.
        let post = headers.clone()(140_001)(&[("x-http-method-override", "PATCH")], "POST", &photo[140_001..]);
        assert_eq!((post.status, post.header("upload-offset")), (204, Some(photo.len().to_string().as_str())));
        assert_eq!(county.stored().len(), 1);
        let done = announce(server, &token2, &hash(&photo), &visit, photo.len());
        assert_eq!((done.status, done.header("upload-offset")), (201, Some(photo.len().to_string().as_str())), "known: nothing to send");

        // Other versions, other bytes, too many of them.
        assert_eq!(ask(server, "HEAD", &path, &[("authorization", &token2)], b"").status, 412);
        assert_eq!(announce(server, &token2, &hash(&photo), &visit, MAX_BYTES as usize + 1).status, 413);
        assert_eq!(announce(server, &token2, "xyz", &visit, 10).status, 400);
        assert_eq!(announce(server, "Bearer nobody", &hash(&photo), &visit, 10).status, 401);
        std::fs::remove_file(&county.stored()[0]).unwrap();
        for (bytes, wanted) in [(&other[..], "bad_photo"), (&photo[..photo.len() - 1], "bad_photo")] {
            let begun = announce(server, &token2, &hash(&photo), &visit, bytes.len());
            let path = format!("/v1/{}", begun.header("location").unwrap());
            let heads = [
                ("authorization", token2.as_str()),
                ("tus-resumable", "1.0.0"),
                ("upload-offset", "0"),
                ("content-type", "application/offset+octet-stream"),
            ];
            let refused = ask(server, "PATCH", &path, &heads, bytes);
            assert_eq!((refused.status, refused.code().as_str()), (422, wanted));
            assert_eq!(ask(server, "HEAD", &path, &heads, b"").status, 404, "it is forgotten");
            let begun = announce(server, &token2, &hash(&photo), &visit, bytes.len() - 1);
            let path = format!("/v1/{}", begun.header("location").unwrap());
            assert_eq!(ask(server, "PATCH", &path, &heads, bytes).status, 413, "more than was announced");
        }
        assert!(county.stored().is_empty());
        // What is gone from the server is sent anew by the next who has it.
        assert_eq!(li.ok(&["sync"])["photos"], 1);
        assert_eq!(county.stored().len(), 1);
    }
}

#[test]
fn what_no_visit_names_goes_after_a_month_and_nothing_else_does() {
    for county in counties() {
        let server = &county.server().address;
        let li = county.device("li", "S001");
        let (one, photo) = visit_with_photo(&county, &li, 5);
        let (two, _) = visit_with_photo(&county, &li, 6);
        li.ok(&["visit", "photo", &two, "--add", &county.camera(5)]);
        push_records(&li);
        // One that nobody will ever go on with.
        let lost = county.device("lost", "S001");
        assert_eq!(announce(server, &bearer(&lost), &hash(&photo), &one, 1000).status, 201);
        assert_eq!(li.ok(&["sync"])["photos"], 2, "the same photo of two visits is one file");
        std::fs::write(county.folder.join("blobs/readme.txt"), "somebody else's").unwrap();

        let store = Arc::new(open(&county));
        let photos = Photos::of(&Settings { data: county.folder.clone(), ..Settings::default() });
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let after = |days: i64| collect(&store, &photos, 30, Timestamp(SystemEnv.now().0 + days * DAY), runtime.handle()).unwrap();
        assert_eq!(after(400), Collected { photos: 0, uploads: 1, kept: 2 });
        // Out of one visit it is still in the other; out of both it is nobody's.
        li.ok(&["visit", "photo", &one, "--remove", "0"]);
        li.ok(&["sync"]);
        assert_eq!(after(400).photos, 0);
        li.ok(&["visit", "photo", &two, "--remove", "1"]);
        li.ok(&["sync"]);
        assert_eq!(after(29), Collected { photos: 0, uploads: 0, kept: 2 });
        // After a restore devices first bring back what the backup did not have.
        let restored = Timestamp(SystemEnv.now().0 + 20 * DAY);
        store.write_exclusive(|db| sync_server::store::set_restored(db, 77, restored)).unwrap();
        assert_eq!(after(31).photos, 0);
        let done = json(&admin(&county.data, &["photos", "collect", "--json"]).clone());
        assert_eq!(done["photos"], 0, "the command says the same");
        assert_eq!(after(51), Collected { photos: 1, uploads: 0, kept: 1 });
        assert_eq!(county.stored().len(), 1);
        assert!(county.folder.join("blobs/readme.txt").exists());
        // Added again, it is sent again.
        li.ok(&["visit", "photo", &one, "--add", &county.camera(5)]);
        assert!(li.ok(&["sync"])["photos"].as_u64().unwrap() >= 1);
        assert_eq!(county.stored().len(), 2);
        std::thread::spawn(move || drop(store)).join().unwrap();
    }
}

/// The storage may be slow and the server be killed in the middle: a photo on its way out is sent again by whoever names it, and lost by nobody.
#[test]
fn a_photo_that_is_named_again_while_it_is_removed_is_sent_anew() {
    let county = County::over(None);
    let li = county.device("li", "S001");
    let (visit, photo) = visit_with_photo(&county, &li, 1);
    push_records(&li);
    let going = |sql: &str| {
        let db = rusqlite::Connection::open(county.folder.join("nuanfang.db")).unwrap();
        db.execute(sql, [blake3::hash(&photo).as_bytes()]).unwrap();
    };
    going("INSERT INTO photos_going (hash) VALUES (?1)");
    let said = announce(&county.server().address, &bearer(&li), &hash(&photo), &visit, photo.len());
    assert_eq!((said.status, said.code().as_str()), (503, "busy"));
    assert!(county.stored().is_empty());
    let done = json(&admin(&county.data, &["photos", "collect", "--json"]).clone());
    assert_eq!((&done["photos"], &done["kept"]), (&1.into(), &0.into()), "what was begun is brought to its end");
    li.ok(&["sync"]);
    assert_eq!(county.stored().len(), 1);
}

fn open(county: &County) -> Store {
    match county.data.to_str().unwrap() {
        url if url.starts_with("postgres:") => Store::connect(url, 2, 1).unwrap(),
        folder => Store::open(Path::new(folder), 1).unwrap(),
    }
}

#[test]
fn what_was_photographed_before_a_file_went_elsewhere_still_arrives() {
    let county = County::over(None);
    let link = Link::to(county.server().host());
    let li = Device::enrolled(county.dir.path(), "li", county.server(), &link.address, "S001");
    let wang = county.device("wang", "S002");
    let child = li.person("王小雨");
    let (visit, photo) = visit_with_photo(&county, &li, 7);
    link.cut();
    wang.ok(&["edit", &child, "area.code=990101001202"]);
    wang.ok(&["sync"]);
    link.mend();
    assert_eq!(li.ok(&["sync"])["photos"], 1);
    // Now that nothing of it waits, the file leaves her device, and its photos with it.
    li.ok(&["sync"]);
    li.refused(&["show", &child]);
    li.refused(&["visit", "photo", &visit]);
    wang.ok(&["sync"]);
    assert!(saved(&wang, &visit, 0) == photo);
}

/// A visit that names a photo by its hash, without ever having had it: what a worker with a changed app can send.
fn name_anothers_photo(device: &Device, visit: &str, hash: &str) {
    let visit: domain::RecordId = visit.parse().unwrap();
    let photo = domain::photo::Photo { id: uuid::Uuid::from_u128(7), hash: hash.parse().unwrap(), width: 900, height: 1200, size: 100 };
    let named = device.core().transact(client::store::Durability::Full, |work| {
        let (mut record, writer, area) = (work.record(visit)?, work.writer(visit)?, work.area_of(visit)?);
        let change = record.add_photos(std::slice::from_ref(&photo), &writer)?.unwrap();
        work.keep(&record, &area, &[(change, client::store::intent::Intent::AddPhotos { photos: vec![photo.clone()] })], &writer)
    });
    named.unwrap();
}

#[test]
fn who_knows_a_photos_hash_does_not_read_it_through_a_visit_of_her_own() {
    for county in counties() {
        let server = &county.server().address;
        let (li, xu) = (county.device("li", "S001"), county.device("xu", "S016"));
        let (theirs, photo) = visit_with_photo(&county, &li, 11);
        li.ok(&["sync"]);
        let hash = hash(&photo);
        let child =
            xu.file("child.json", &serde_json::json!({ "area": "990101002201", "identity": { "name": "测试一号" }, "categories": ["orphan"] }));
        let child = xu.ok(&["person", "new", "--from", &child])["id"].as_str().unwrap().to_owned();
        let from = xu.file("visit.json", &routine_visit("child-visit@s2", "一切正常。"));
        let made = xu.ok(&["visit", "new", "--person", &child, "--form", "child-visit@s2", "--from", &from]);
        let hers = made["id"].as_str().unwrap();
        name_anothers_photo(&xu, hers, &hash);
        push_records(&xu);
        let get = |device: &Device, through: &str| {
            ask(server, "GET", &format!("/v1/photos/{hash}?record={through}"), &[("authorization", &bearer(device))], b"").status
        };
        assert_eq!((get(&xu, hers), get(&xu, &theirs), get(&li, &theirs)), (404, 404, 200));
        let announced = announce(server, &bearer(&xu), &hash, hers, photo.len());
        assert_eq!((announced.status, announced.header("upload-offset")), (201, Some("0")), "that it is here is not told");
        // Nor does it keep the photo from going when those whose it is have taken it away.
        li.ok(&["visit", "photo", &theirs, "--remove", "0"]);
        li.ok(&["sync"]);
        let store = open(&county);
        let photos = Photos::of(&Settings { data: county.folder.clone(), ..Settings::default() });
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let later = Timestamp(SystemEnv.now().0 + 31 * DAY);
        assert_eq!(collect(&store, &photos, 30, later, runtime.handle()).unwrap().photos, 1);
    }
}

#[test]
fn a_photo_of_two_visits_of_two_children_and_of_a_file_that_moved_is_read_through_each() {
    for county in counties() {
        let server = &county.server().address;
        let (li, wang) = (county.device("li", "S001"), county.device("wang", "S002"));
        let (one, photo) = visit_with_photo(&county, &li, 12);
        li.ok(&["sync"]);
        // A second visit of the same child: nothing is sent again.
        let two = visit(&li, "第二次。");
        li.ok(&["visit", "photo", &two, "--add", &county.camera(12)]);
        let again = li.ok(&["sync"]);
        assert!(again["photos"] == 1 && again["up_bytes"].as_u64().unwrap() < photo.len() as u64, "{again}");
        // Brother and sister in one picture: its bytes come for the brother as well, and are kept once.
        let brother =
            li.file("child.json", &serde_json::json!({ "area": "990101001201", "identity": { "name": "测试一号" }, "categories": ["orphan"] }));
        let brother = li.ok(&["person", "new", "--from", &brother])["id"].as_str().unwrap().to_owned();
        let from = li.file("visit.json", &routine_visit("child-visit@s2", "兄妹合影。"));
        let made = li.ok(&["visit", "new", "--person", &brother, "--form", "child-visit@s2", "--from", &from]);
        let three = made["id"].as_str().unwrap();
        li.ok(&["visit", "photo", three, "--add", &county.camera(12)]);
        let again = li.ok(&["sync"]);
        assert!(again["photos"] == 2 && again["up_bytes"].as_u64().unwrap() > photo.len() as u64, "{again}");
        assert_eq!(li.ok(&["status"])["photos_pending"], 0);
        assert_eq!(county.stored().len(), 1);
        let get = |device: &Device, through: &str| {
            ask(server, "GET", &format!("/v1/photos/{}?record={through}", hash(&photo)), &[("authorization", &bearer(device))], b"").status
        };
        assert!([&one, &two, three].iter().all(|through| get(&li, through) == 200));
        // The girl moves to the next village.
        wang.ok(&["sync"]);
        wang.ok(&["edit", &wang.person("王小雨"), "area.code=990101001202"]);
        wang.ok(&["sync"]);
        let zhang = county.device("zhang", "S009");
        assert!(saved(&zhang, &one, 0) == photo && get(&zhang, &two) == 200);
        assert_eq!((get(&zhang, three), get(&li, &one), get(&li, three)), (404, 404, 200));
    }
}
