//! What lies before the months that devices hold: how it comes to them whole, and how what they hold of it is compared.
use super::*;
use domain::form::WHEN;
use domain::sync::FEED_BYTES;
use sync_server::store::window::window;

const VILLAGE: &str = "990101001201";

impl Village {
    /// A visit of that day, sent by its visitor.
    fn visit(&mut self, n: u8, day: &str) -> Record {
        let writer = self.writer(&li());
        let at = Timestamp::from_local(day.parse().unwrap(), chrono::NaiveTime::MIN);
        let visit = NewVisit { person: id(1), form: form("child-visit@1"), at, answers: Answers::new() };
        let (record, change) = Record::new_visit(id(n), &visit, &writer).unwrap();
        assert_eq!(self.push(&li(), id(n), &[change]).accepted.len(), 1);
        record
    }
    fn put_right(&mut self, visit: &mut Record, day: &str) {
        let change = visit.amend(&[(WHEN.to_owned(), Value::from(day))].into(), &form("child-visit@1"), &self.writer(&li())).unwrap().unwrap();
        assert_eq!(self.push(&li(), visit.id(), &[change]).accepted.len(), 1);
    }
    /// What her supervisor hears, who holds what is in the window.
    fn hears(&self, cursor: &Cursor) -> Vec<(RecordId, bool)> {
        let told = |item: FeedItem| match item {
            FeedItem::Enter { record, .. } => (record, true),
            FeedItem::Change { record, .. } => (record, false),
            other => panic!("{other:?}"),
        };
        self.feed(&wang(), cursor).0.into_iter().map(told).collect()
    }
}

#[test]
fn a_visit_that_was_corrected_into_the_months_that_devices_hold_comes_whole() {
    let mut v = Village::new();
    v.file(&li(), 1, VILLAGE);
    let since = window(NOW);
    let (mut long_ago, mut of_old, mut of_now) = (v.visit(2, "2025-03-03"), v.visit(3, "2025-03-04"), v.visit(4, "2026-09-01"));
    let cursor = Cursor { since: Some(since), ..v.caught_up(&wang()) };
    assert!(since.day() > of_old.visit().unwrap().at.day() && since.day() < of_now.visit().unwrap().at.day());
    v.put_right(&mut of_now, "2026-09-02");
    assert_eq!(v.hears(&cursor), [(id(4), false)], "which she holds");
    v.put_right(&mut long_ago, "2026-03-03");
    v.put_right(&mut of_old, "2025-03-05");
    assert_eq!(v.hears(&cursor), [(id(4), false), (id(2), true), (id(3), true)]);
    // Whoever has held visits from an earlier day on has it neither.
    let earlier = Cursor { since: Some(Timestamp::of_day("2025-03-05".parse().unwrap())), ..cursor.clone() };
    assert_eq!(v.hears(&earlier), [(id(4), false), (id(2), true), (id(3), true)]);
    // From then on it is held.
    let (_, cursor) = v.feed(&wang(), &cursor);
    v.put_right(&mut long_ago, "2026-03-04");
    assert_eq!(v.hears(&cursor), [(id(2), false)]);
}

#[test]
fn of_what_a_device_holds_from_long_ago_what_stands_otherwise_comes_whole() {
    let mut v = Village::new();
    v.file(&li(), 1, VILLAGE);
    let (mut visit, same) = (v.visit(2, "2025-03-03"), v.visit(3, "2025-03-04"));
    let held = [(id(2), visit.heads()), (id(3), same.heads()), (id(9), vec![])];
    let compare = |v: &Village, who: &Worker| v.store.read(|db| feed::otherwise(db, &who.caller, &held)).unwrap();
    assert_eq!(compare(&v, &wang()), (3, vec![]));
    v.put_right(&mut visit, "2025-03-05");
    let (compared, items) = compare(&v, &wang());
    assert!(matches!(items.as_slice(), [FeedItem::Enter { record, .. }] if *record == id(2)) && compared == 3, "{items:?}");
    assert_eq!(compare(&v, &zhao()), (3, vec![]), "whose business it is not learns nothing");
    // A request has its cost, a reply its size; the device asks on from where the server stopped.
    let many: Vec<(RecordId, Vec<Hash>)> = (0..FEED_BYTES).map(|_| (id(2), vec![])).collect();
    let (compared, items) = v.store.read(|db| feed::otherwise(db, &wang().caller, &many)).unwrap();
    assert!(compared == items.len() as u64 && compared < many.len() as u64);
}
