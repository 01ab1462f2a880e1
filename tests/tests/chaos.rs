//! Whatever a broken or hostile device sends, and whatever such a server answers: nothing panics, every document can be read
//! again, what was refused is kept, and honest work goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]
use client::server::http::{Http, pack, unpack};
use client::server::link::hold;
use client::server::online::sync_now;
use domain::api::{SyncReport, SyncState};
use domain::sync::{FeedItem, MEDIA, PackRequest, SyncReply, SyncRequest};
use domain::{Code, RecordId};
use records::{Incoming, Record};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use sync_server::app::App;
use sync_server::error::AppError;
use sync_server::sync::exchange::{self, Auth};
use sync_server::sync::packs;
use village::chaos::cases::{Wanted, amendments, beginnings};
use village::chaos::{LI, Office, Pulling, Scene, WANG, actor, edit, entering, of_before, packed};

/// What the server said of the only change.
fn said(reply: &SyncReply) -> Wanted {
    match (reply.accepted.len(), reply.held.len(), reply.refused.as_slice()) {
        (1, 0, []) => Wanted::Taken,
        (0, 1, []) => Wanted::Held,
        (0, 0, [one]) if one.n == 0 && one.blocked.is_empty() => Wanted::Refused(one.reason.code),
        _ => panic!("{reply:?}"),
    }
}

/// What it should have said.
fn at_the_server(wanted: Wanted) -> Wanted {
    match wanted {
        Wanted::NotHers(code) => Wanted::Refused(code),
        Wanted::Newer => Wanted::Refused(Code::BadChange),
        wanted => wanted,
    }
}

/// Whether a device takes in what a server sends in spite of everything.
fn is_taken(wanted: Wanted) -> bool {
    matches!(wanted, Wanted::Taken | Wanted::NotHers(_))
}

#[test]
fn records_take_in_nothing_that_is_malformed() {
    for (n, case) in (0..).zip(amendments()) {
        let name = case.name;
        let scene = Scene::new(n);
        let (mut record, before) = (scene.record.clone(), scene.record.save());
        let taken = record.absorb(&[(case.bytes)(&scene)]);
        assert_eq!(taken.is_ok(), is_taken(case.wanted), "{name}: {taken:?}");
        if taken.is_err() {
            assert_eq!(record.save(), before, "{name}");
            record.absorb(&[scene.next().bytes]).unwrap_or_else(|e| panic!("{name}: an honest change after it: {e}"));
        }
        let again = Record::received(record.id(), &record.reread().expect(name)).expect(name);
        assert_eq!((again.heads(), again.row().unwrap()), (record.heads(), record.row().unwrap()), "{name}");
    }
}

#[test]
fn no_record_begins_with_what_is_malformed() {
    for (n, case) in (0..).zip(beginnings()) {
        let (id, bytes) = (case.bytes)(n);
        let record = Incoming::parse(&bytes).and_then(|first| Record::from_first(&first)).and_then(|(r, _)| Record::received(id, &r.reread()?));
        let made = record.is_ok_and(|r| r.row().is_ok());
        assert_eq!(made, is_taken(case.wanted), "{}", case.name);
    }
}

#[test]
fn the_server_refuses_what_is_malformed_and_keeps_it_aside() {
    let office = Office::default();
    for (n, case) in (0..).zip(amendments()) {
        let (name, scene) = (case.name, Scene::new(n));
        scene.tell(&office);
        let (id, bytes) = (scene.record.id(), (case.bytes)(&scene));
        let before = office.record(id).unwrap().save();
        // Asked again, the answer is the same.
        for _ in 0..2 {
            assert_eq!(said(&office.push(&LI, id, [&bytes])), at_the_server(case.wanted), "{name}");
        }
        if case.wanted != Wanted::Taken {
            assert_eq!(office.record(id).unwrap().save(), before, "{name}");
            assert_eq!(office.is_quarantined(id, &bytes), case.wanted != Wanted::Held, "{name}");
            assert_eq!(said(&office.push(&LI, id, [scene.next().bytes])), Wanted::Taken, "an honest change after {name}");
        }
    }
}

#[test]
fn the_server_begins_no_record_with_what_is_malformed() {
    let office = Office::default();
    for (n, case) in (0..).zip(beginnings()) {
        let (name, (id, bytes)) = (case.name, (case.bytes)(n));
        for _ in 0..2 {
            assert_eq!(said(&office.push(&LI, id, [&bytes])), at_the_server(case.wanted), "{name}");
        }
        assert!(office.record(id).is_none(), "{name}");
        assert_eq!(office.is_quarantined(id, &bytes), case.wanted != Wanted::Held, "{name}");
    }
}

#[test]
fn a_device_takes_in_nothing_that_is_malformed_and_everything_else() {
    let office = Office::default();
    let mut device = Pulling::new(&office);
    for (n, case) in (0..).zip(amendments()) {
        let (name, scene, other) = (case.name, Scene::new(n), Scene::new(1000 + n));
        let id = scene.record.id();
        assert_eq!(device.pull(vec![entering(&scene.record)]).missed, 0);
        let bytes = (case.bytes)(&scene);
        let left = u64::from(!is_taken(case.wanted));
        // What a newer program says is nobody's fault.
        let newer = case.wanted == Wanted::Newer;
        let missed = if newer { 0 } else { left };
        let feed = vec![entering(&other.record), FeedItem::Change { record: id, bytes }, change(&other, other.next().bytes)];
        let taken = device.pull(feed);
        assert_eq!((taken.pulled, taken.missed, device.waits_for_an_update()), (3 - left, missed, newer), "{name}");
        assert!(device.record(other.record.id()).unwrap().has(&other.next().hash), "what came after {name}");
        let kept = device.record(id).unwrap();
        if left == 1 {
            assert_eq!(kept.save(), scene.record.save(), "{name}");
            // The record comes whole, and all is well.
            assert_eq!(device.pull(vec![entering(&scene.record), change(&scene, scene.next().bytes)]).missed, 0, "{name}");
        }
        if newer {
            device = Pulling::new(&office);
        }
    }
}

fn change(scene: &Scene, bytes: Vec<u8>) -> FeedItem {
    FeedItem::Change { record: scene.record.id(), bytes }
}

#[test]
fn a_device_begins_no_record_with_what_is_malformed() {
    let office = Office::default();
    let mut device = Pulling::new(&office);
    for (n, case) in (0..).zip(beginnings()) {
        let (name, (id, bytes)) = (case.name, (case.bytes)(n));
        let taken = device.pull(vec![FeedItem::Change { record: id, bytes }]);
        assert_eq!(device.record(id).is_some(), is_taken(case.wanted), "{name}");
        assert_eq!(taken.pulled, u64::from(is_taken(case.wanted)), "{name}");
    }
}

#[test]
fn a_whole_document_is_the_record_that_it_is_called_or_is_not_taken_in() {
    let office = Office::default();
    let mut device = Pulling::new(&office);
    let (scene, other) = (Scene::new(1), Scene::new(2));
    let honest = scene.record.save();
    let id = scene.record.id();
    let bent = |at: usize| honest.iter().enumerate().map(|(n, b)| if n == at { b ^ 1 } else { *b }).collect::<Vec<u8>>();
    let wrong: Vec<(&str, RecordId, Vec<u8>)> = vec![
        ("nothing", id, vec![]),
        ("cut", id, honest[..honest.len() / 2].to_vec()),
        ("longer", id, [honest.clone(), vec![0]].concat()),
        ("a change behind it", id, [honest.clone(), scene.next().bytes].concat()),
        ("another record", id, other.record.save()),
        ("a record that is not there", RecordId::new(9, [9; 10]), honest.clone()),
        ("a change alone", id, scene.changes[0].1.bytes.clone()),
        ("a bit in its checksum", id, bent(5)),
        ("a bit in its history", id, bent(120)),
        ("a bit in its values", id, bent(honest.len() - 40)),
    ];
    for (name, record, document) in wrong {
        let FeedItem::Enter { area, row, .. } = entering(&scene.record) else { unreachable!() };
        let taken = device.pull(vec![FeedItem::Enter { record, area, document, row }, entering(&other.record)]);
        assert!(taken.missed > 0 && device.record(id).is_none(), "{name}");
        assert!(device.record(other.record.id()).is_some(), "what came with {name}");
    }
    let FeedItem::Enter { record, area, document, .. } = entering(&scene.record) else { unreachable!() };
    let row = Box::new(other.record.row().unwrap());
    assert!(device.pull(vec![FeedItem::Enter { record, area, document, row }]).missed > 0 && device.record(id).is_none(), "another's row");
    assert_eq!(device.pull(vec![entering(&scene.record)]).pulled, 1);
    assert_eq!(device.record(id).unwrap().heads(), scene.record.heads());
}

#[test]
fn a_visit_to_somebody_who_was_not_taken_is_refused_with_her() {
    let office = Office::default();
    let case = beginnings().into_iter().find(|c| c.name == "another village").unwrap();
    let (person, bytes) = (case.bytes)(1);
    let visit = records::NewVisit { person, form: village::answers::form("child-visit@s2"), at: village::chaos::NOW, answers: Default::default() };
    let id = RecordId::new(5, [5; 10]);
    let (_, first) = Record::new_visit(id, &visit, &LI.writer([5; 8])).unwrap();
    assert_eq!(said(&office.push(&LI, id, [&first.bytes])), Wanted::Held, "her file may be on its way");
    assert_eq!(said(&office.push(&LI, person, [bytes])), Wanted::Refused(Code::NotAllowed));
    assert_eq!(said(&office.push(&LI, id, [first.bytes])), Wanted::Refused(Code::NotAllowed));
}

/// A real server behind one that spoils a record, until it is mended.
async fn spoiling(office: Arc<Office>, record: RecordId, mended: Arc<AtomicBool>) -> String {
    let answer = move |body: axum::body::Bytes| async move {
        // As a server of before packs.
        let request = SyncRequest { packs: false, ..unpack(&body).unwrap() };
        let body = pack(&request).unwrap();
        let auth = Auth { device: request.device, caller: LI.caller(), aging: false };
        let mut reply: SyncReply = unpack(&exchange::sync(&office.app, auth, &body).unwrap()).unwrap();
        for item in reply.feed.iter_mut().filter(|_| !mended.load(Ordering::Relaxed)) {
            match item {
                FeedItem::Enter { record: id, document, .. } if *id == record => document.truncate(100),
                FeedItem::Change { record: id, bytes } if *id == record => bytes.truncate(60),
                _ => {}
            }
        }
        ([(axum::http::header::CONTENT_TYPE, MEDIA)], pack(&reply).unwrap())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, axum::Router::new().route("/v1/sync", axum::routing::post(answer))).await });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_the_server_spoils_is_told_and_comes_when_it_is_mended() {
    let (office, mended) = (Arc::new(Office::default()), Arc::new(AtomicBool::new(false)));
    let (spoilt, good, later) = (Scene::new(1), Scene::new(2), Scene::new(3));
    [&spoilt, &good].iter().for_each(|scene| scene.tell(&office));
    let address = spoiling(office.clone(), spoilt.record.id(), mended.clone()).await;
    let (device, http) = (Pulling::of(&office, &address), Http::new(Box::new(|_| {})).unwrap());
    let (core, env, _home) = device.parts();
    let core = &Mutex::new(core);
    let has = |scene: &Scene| hold(core).view().unwrap().record(scene.record.id()).is_ok();

    let named = |report: &SyncReport| report.unreadable.iter().map(|item| (item.record, item.name.clone())).collect::<Vec<_>>();
    let spoilt_by_name = [(spoilt.record.id(), "测试一号".to_owned())];
    let report = sync_now(core, &http).await.unwrap();
    assert_eq!((&report.state, named(&report)), (&SyncState::Done, spoilt_by_name.to_vec()));
    assert!(has(&good) && !has(&spoilt), "all else came");
    let read = report.requests;

    // The next syncs tell it again and bring what is new, but do not read everything anew.
    later.tell(&office);
    assert_eq!(office.push(&LI, spoilt.record.id(), [spoilt.next().bytes]).accepted.len(), 1);
    let report = sync_now(core, &http).await.unwrap();
    assert_eq!((&report.state, named(&report), report.requests), (&SyncState::Done, spoilt_by_name.to_vec(), 1));
    assert!(has(&later) && read > 1);

    mended.store(true, Ordering::Relaxed);
    assert_eq!(named(&sync_now(core, &http).await.unwrap()), spoilt_by_name, "nobody has sent it yet");
    env.pass(24 * 3600 * 1000);
    let report = sync_now(core, &http).await.unwrap();
    assert_eq!((&report.state, named(&report)), (&SyncState::Done, vec![]));
    assert!(has(&spoilt));
}

/// A real server that sends packs; the last byte of the next reply with packs is another one where `spoil` says so.
async fn packing(app: App, spoil: Arc<AtomicBool>) -> String {
    let same = app.clone();
    let answer = move |body: axum::body::Bytes| async move {
        let request: SyncRequest = unpack(&body).unwrap();
        let auth = Auth { device: request.device, caller: LI.caller(), aging: false };
        ([(axum::http::header::CONTENT_TYPE, MEDIA)], exchange::sync(&app, auth, &body).unwrap())
    };
    let fetch = move |body: axum::body::Bytes| async move {
        let wishes: Vec<PackRequest> = unpack(&body).unwrap();
        let parts = same.store.read(|db| wishes.iter().map(|wish| packs::part(db, wish)).collect::<anyhow::Result<Vec<_>>>());
        let mut bytes = parts.unwrap().concat();
        if let Some(last) = bytes.last_mut().filter(|_| spoil.swap(false, Ordering::Relaxed)) {
            *last ^= 1;
        }
        bytes
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/v1/sync", axum::routing::post(answer)).route("/v1/packs", axum::routing::post(fetch));
    tokio::spawn(async { axum::serve(listener, routes).await });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_holds_what_is_no_record_is_told_and_the_rest_can_be_used() {
    let office = Office::default();
    let (spoilt, good) = (Scene::new(1), Scene::new(2));
    [&spoilt, &good].iter().for_each(|scene| scene.tell(&office));
    let cut = "UPDATE records SET document = substr(document, 1, length(document) - 9) WHERE id = ?1";
    office.app.store.write_exclusive(|db| Ok(db.run(cut, &[spoilt.record.id().bytes().into()])?)).unwrap();
    office.app.store.write_exclusive(|db| Ok(db.batch("DELETE FROM packs")?)).unwrap();
    let address = packing(office.app.clone(), Arc::default()).await;
    let http = Http::new(Box::new(|_| {})).unwrap();
    let (core, _env, _home) = Pulling::of(&office, &address).parts();
    let core = &Mutex::new(core);
    let report = sync_now(core, &http).await.unwrap();
    let named: Vec<_> = report.unreadable.iter().map(|item| (item.record, item.person)).collect();
    assert_eq!((&report.state, named), (&SyncState::Done, vec![(spoilt.record.id(), Some(spoilt.record.id()))]));
    let has = |scene: &Scene| hold(core).view().unwrap().record(scene.record.id()).is_ok();
    assert!(has(&good) && !has(&spoilt), "all else came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_was_damaged_on_the_way_is_fetched_again_and_nothing_else() {
    let office = Office::default();
    let scene = Scene::new(1);
    scene.tell(&office);
    // One of two programmes is in a pack of its own.
    let both = "UPDATE records SET programmes = 3 WHERE id = ?1";
    office.app.store.write_exclusive(|db| Ok(db.run(both, &[scene.record.id().bytes().into()])?)).unwrap();
    let address = packing(office.app.clone(), Arc::new(true.into())).await;
    let http = Http::new(Box::new(|_| {})).unwrap();
    let (core, _env, _home) = Pulling::of(&office, &address).parts();
    let core = &Mutex::new(core);
    let damaged = sync_now(core, &http).await.unwrap();
    assert_eq!((&damaged.state, damaged.requests), (&SyncState::Failed(Code::ServerTrouble.into()), 2));
    let again = sync_now(core, &http).await.unwrap();
    assert_eq!((&again.state, again.requests), (&SyncState::Done, 2), "one pack, and what came since");
    assert!(damaged.pulled > 0, "the first ones had been taken in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_stays_damaged_does_not_keep_back_what_was_written_here() {
    let office = Office::default();
    let spoil = Arc::new(AtomicBool::new(true));
    let address = packing(office.app.clone(), spoil.clone()).await;
    let http = Http::new(Box::new(|_| {})).unwrap();
    let (core, _env, _home) = Pulling::of(&office, &address).parts();
    let core = &Mutex::new(core);
    let mut requests = Vec::new();
    for _ in 0..3 {
        spoil.store(true, Ordering::Relaxed);
        requests.push(sync_now(core, &http).await.unwrap().requests);
    }
    assert_eq!(requests, [2, 1, 2], "every other time the records go first");
    assert_eq!(sync_now(core, &http).await.unwrap().state, SyncState::Done);
}

#[test]
fn of_a_file_of_before_sections_are_made_later_by_whoever_may_change_them() {
    let office = Office::default();
    let (id, begun) = of_before();
    assert_eq!(office.push(&LI, id, [&begun]).accepted.len(), 1);
    let mut hers = office.record(id).unwrap();
    let mut theirs = hers.clone();
    let (li, wang) = (LI.writer(actor(7, 1)), WANG.writer(actor(7, 2)));
    let in_hers = hers.edit(&[edit("contact.address", "3组8号"), edit("risk.level", "low")], &li).unwrap();
    let in_theirs = theirs.edit(&[edit("contact.phone", "13800000001"), edit("risk.level", "high")], &wang).unwrap();
    assert_eq!(office.push(&LI, id, in_hers.iter().map(|c| &c.bytes)).accepted.len(), 2);
    assert_eq!(office.push(&WANG, id, in_theirs.iter().map(|c| &c.bytes)).accepted.len(), 2);
    let here = office.record(id).unwrap();
    assert_eq!((here.file().text("contact.address"), here.file().text("contact.phone")), (Some("3组8号"), Some("13800000001")));
    assert_eq!(here.conflicts().iter().map(|c| c.path.as_str()).collect::<Vec<_>>(), ["risk.level"]);
    // Between two values of risk a supervisor decides, also where they stand in two maps; and what is hers to change is hers to make.
    let mut chosen = here.clone();
    let choice = chosen.settle("risk.level", &"low".into(), &li).unwrap().unwrap();
    assert_eq!(office.push(&LI, id, [&choice.bytes]).refused[0].reason.code, Code::NeedsSupervisor);
    let mut charged = here.clone();
    let charge = charged.edit(&[edit("charge.staff", "S001")], &LI.writer(actor(7, 3))).unwrap().remove(0);
    assert_eq!(office.push(&LI, id, [&charge.bytes]).refused[0].reason.code, Code::NotAllowed);
    let mut theirs = here.clone();
    let settled = theirs.settle("risk.level", &"high".into(), &wang).unwrap().unwrap();
    let charge = theirs.edit(&[edit("charge.staff", "S001")], &wang).unwrap().remove(0);
    assert_eq!(office.push(&WANG, id, [&settled.bytes, &charge.bytes]).accepted.len(), 2);
    assert!(office.record(id).unwrap().conflicts().is_empty());
    // So few people make a section at once that whatever stands in all their maps can be written in one change.
    let base = Record::from_first(&Incoming::parse(&begun).unwrap()).unwrap().0;
    let said = (5..9).map(|n| {
        let change = base.clone().edit(&[edit("contact.phone", "13800000009")], &LI.writer(actor(7, n))).unwrap().remove(0);
        office.push(&LI, id, [&change.bytes]).refused.first().map(|refusal| refusal.reason.code)
    });
    assert_eq!(said.collect::<Vec<_>>(), [None, None, Some(Code::TooLarge), Some(Code::TooLarge)]);
    // A device takes all of it in, whole or change by change.
    let mut device = Pulling::new(&office);
    let all = office.record(id).unwrap();
    device.pull(all.changes().into_iter().map(|c| FeedItem::Change { record: id, bytes: c.bytes }).collect());
    assert_eq!(device.record(id).unwrap().heads(), all.heads());
    let mut device = Pulling::new(&office);
    device.pull(vec![entering(&all)]);
    assert_eq!(device.record(id).unwrap().file(), all.file());
    office.every_document_is_read();
}

#[test]
fn a_body_that_asks_for_too_much_is_refused() {
    let office = Office::default();
    // A frame with a window of 128 MiB, which has nothing in it; 64 MiB of zeros; and no MessagePack at all.
    let window = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3, 0x01, 0x00, 0x00].to_vec();
    let bomb = packed(&vec![0; 64 << 20]);
    for (body, code) in [(window, Code::BadChange), (bomb, Code::TooLarge), (packed(b"\xc1"), Code::BadChange), (vec![], Code::BadChange)] {
        match office.body(&LI, &body) {
            Err(AppError::Told(failure)) => assert_eq!(failure.code, code),
            other => panic!("{other:?}"),
        }
        let read: Result<SyncReply, _> = unpack(&body);
        assert!(read.is_err(), "nor does a device read it");
    }
}
