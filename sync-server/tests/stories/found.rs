//! What a restored server lost, and colleagues' devices give back.
use super::*;
use sync_server::sync::found;

const DAY: i64 = 24 * 3600 * 1000;
const AREA: &str = "990101001201";

fn later(days: i64) -> Timestamp {
    Timestamp(NOW.0 + days * DAY)
}

impl Village {
    fn restored(&self) {
        self.store.write_exclusive(|db| store::set_restored(db, 9, NOW)).unwrap();
    }
    fn sender(w: &Worker) -> Sender {
        Sender {
            caller: w.caller.clone(),
            device: w.device,
            cursor: Cursor::default(),
            now: NOW,
            daily: DAILY,
            forms: Forms::shipped(),
            vouches: None,
        }
    }
    /// What of it the server does not have.
    fn give(&self, w: &Worker, record: RecordId, changes: &[Change]) -> Vec<Hash> {
        let found: Vec<Push> = changes.iter().map(|c| Push { record, bytes: c.bytes.clone() }).collect();
        self.store.write_exclusive(|db| found::keep(db, &Self::sender(w), &found)).unwrap()
    }
    fn written_anew(&self, w: &Worker, change: &Change) {
        self.store.write_exclusive(|db| found::written_anew(db, &Self::sender(w), &[change.hash])).unwrap();
    }
    fn gone(&self, changes: &[Change], now: Timestamp) -> Vec<Hash> {
        let lost: Vec<Hash> = changes.iter().map(|c| c.hash).collect();
        self.store.read(|db| found::gone(db, now, &lost)).unwrap()
    }
    fn waiting(&self, now: Timestamp) -> Vec<Hash> {
        let list = self.store.read(|db| quarantine::waiting(db, &Forms::shipped(), &wang().caller, now)).unwrap();
        list.into_iter().map(|item| item.hash).collect()
    }
}

#[test]
fn what_a_restored_server_lost_is_kept_until_its_author_sends_it_or_a_supervisor_decides() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, AREA);
    let writer = v.writer(&li());
    let lost = record.edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    assert!(v.give(&wang(), id(1), &lost).is_empty() && v.waiting(later(20)).is_empty(), "a server that was never restored lost nothing");
    v.restored();
    assert!(v.give(&zhao(), id(1), &lost).is_empty(), "a file that was never hers");
    for _ in 0..2 {
        assert_eq!(v.give(&wang(), id(1), &lost), [lost[0].hash]);
    }
    assert!(v.gone(&lost, NOW).is_empty() && v.waiting(NOW).is_empty(), "she may still send it herself");
    assert_eq!(v.waiting(later(15)), [lost[0].hash]);
    assert_eq!(v.gone(&lost, later(15)), [lost[0].hash], "documents go on without it");
    // She was ill for three weeks. It is hers, and nobody need decide.
    assert_eq!(v.push(&li(), id(1), &lost).accepted.len(), 1);
    assert!(v.waiting(later(22)).is_empty() && v.gone(&lost, later(22)).is_empty());
    assert!(v.give(&wang(), id(1), &lost).is_empty());
}

#[test]
fn what_bears_the_number_of_another_change_will_not_come_and_neither_will_what_builds_on_it() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, AREA);
    let writer = v.writer(&li());
    // A copy of her telephone wrote the one, her telephone the other.
    let taken = record.clone().edit(&[edit("contact.phone", "13800000001")], &writer).unwrap();
    let mut beside = record.clone();
    let apart = beside.edit(&[edit("contact.address", "3组9号")], &v.writer(&wang())).unwrap();
    let lost = record.edit(&[edit("contact.phone", "13800000002")], &writer).unwrap();
    let on_top = record.edit(&[edit("plan.text", "每周走访。")], &v.writer(&wang())).unwrap();
    v.restored();
    assert_eq!(v.push(&li(), id(1), &taken).accepted.len(), 1);
    let all = [lost.clone(), on_top.clone(), apart.clone()].concat();
    assert_eq!(v.give(&wang(), id(1), &all).len(), 3);
    assert_eq!(v.gone(&all, NOW), [lost[0].hash, on_top[0].hash], "the third stands for itself");
    // The copy wrote it anew: nobody need decide on it. Nor can anybody else say so of it.
    v.written_anew(&zhao(), &lost[0]);
    assert!(v.waiting(later(15)).contains(&lost[0].hash));
    v.written_anew(&li(), &lost[0]);
    assert_eq!(v.waiting(later(15)), [apart[0].hash], "what builds on another cannot be let in before it");
}

#[test]
fn what_its_author_wrote_anew_is_not_asked_about_but_a_stranger_cannot_say_so() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, AREA);
    let mut other = record.clone();
    let hers = record.edit(&[edit("contact.phone", "13800000001")], &v.writer(&li())).unwrap();
    let also = other.edit(&[edit("contact.address", "3组9号")], &v.writer(&li())).unwrap();
    v.restored();
    // Before anybody gave it back.
    v.written_anew(&li(), &hers[0]);
    v.written_anew(&zhao(), &also[0]);
    let both = [hers.clone(), also.clone()].concat();
    v.give(&wang(), id(1), &both);
    assert_eq!(v.gone(&both, NOW), [hers[0].hash]);
    assert_eq!(v.waiting(later(15)), [also[0].hash]);
}

#[test]
fn what_waits_for_a_move_that_a_restored_server_lost_is_held_and_not_refused() {
    let mut v = Village::new();
    let mut record = v.file(&li(), 1, AREA);
    let hers = record.edit(&[edit("contact.phone", "13800000001")], &v.writer(&zhao())).unwrap();
    v.restored();
    assert_eq!(v.push(&zhao(), id(1), &hers).held, [hers[0].hash], "the file came to her village after the backup, perhaps");
    let mut at_wang = v.store.read(|db| store::load(db, &id(1))).unwrap().unwrap().record;
    let moved = at_wang.edit(&[edit("area.code", "990101001202")], &v.writer(&wang())).unwrap();
    assert_eq!(v.push(&wang(), id(1), &moved).accepted.len(), 1);
    assert_eq!(v.push(&zhao(), id(1), &hers).accepted.len(), 1);
    // Not for ever.
    v.store.write_exclusive(|db| store::set_restored(db, 9, later(-15))).unwrap();
    let mut at_li = v.store.read(|db| store::load(db, &id(1))).unwrap().unwrap().record;
    let none_of_hers = at_li.edit(&[edit("contact.phone", "13800000002")], &v.writer(&li())).unwrap();
    assert_eq!(reasons(&v.push(&li(), id(1), &none_of_hers)), [Code::NotAllowed]);
}
