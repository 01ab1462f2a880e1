//! The order of the visits that wait, and which of them need no reading.

use std::cell::Cell;
use std::cmp::Reverse;

use crate::core::sort;
use domain::api::ReviewItem;
use domain::visit::VisitState;
use domain::{RecordId, Risk};

/// How the list is ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Order {
    /// High risk first, then what asks for attention, then the newest.
    #[default]
    Risk,
    /// The newest first.
    Time,
}

// The list and the page beside it follow the same order; it lasts until the app is closed.
thread_local!(static CHOSEN: Cell<Order> = const { Cell::new(Order::Risk) });

/// What the supervisor chose last.
pub(super) fn chosen() -> Order {
    CHOSEN.get()
}

/// Remembers her choice.
pub(super) fn choose(order: Order) {
    CHOSEN.set(order);
}

fn rank(item: &ReviewItem) -> u8 {
    match item.person.risk {
        Some(risk) if risk.is_pressing() => 0,
        Some(Risk::Medium) => 1,
        _ => 2,
    }
}

/// The visits in that order.
pub(super) fn sorted(items: &[ReviewItem], order: Order) -> Vec<ReviewItem> {
    let mut items = items.to_vec();
    match order {
        Order::Risk => {
            // What asks for attention is found out while the list is read; nothing moves under a finger before it is known of all.
            let known = items.iter().all(|i| i.compared);
            sort::by_key(&mut items, |i| (rank(i), !(known && i.alarm), Reverse(i.visit.at)));
        }
        Order::Time => sort::by_key(&mut items, |i| Reverse(i.visit.at)),
    }
    items
}

/// The visit to read after this one: the next in the list, else the one before.
pub(super) fn after(items: &[ReviewItem], id: RecordId) -> Option<RecordId> {
    let ids: Vec<RecordId> = sorted(items, chosen()).iter().map(|i| i.visit.id).collect();
    match ids.iter().position(|i| *i == id) {
        Some(here) => ids.get(here + 1).or_else(|| ids.get(here.checked_sub(1)?)).copied(),
        None => ids.first().copied(),
    }
}

/// Whether it may be approved without reading: exactly like the last one, no high risk, nothing to look at closely, and
/// not changed after an approval.
pub(super) fn is_quiet(item: &ReviewItem) -> bool {
    item.compared && item.changes == 0 && !item.alarm && !item.person.risk.is_some_and(Risk::is_pressing) && item.visit.state != VisitState::Changed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> RecordId {
        RecordId::new(i64::from(n), [n; 10])
    }

    fn item(n: u8, risk: Option<&str>, changes: u32, alarm: bool, state: &str) -> ReviewItem {
        let person = serde_json::json!({
            "id": id(100), "name": "测试", "sex": "2", "age": 9, "area": "990101001201", "area_name": "", "address": "", "categories": [],
            "risk": risk, "due": null, "due_state": null, "last": null, "phone": null, "conflicts": 0, "pending": false, "draft": null, "status": "open",
        });
        let visit = serde_json::json!({
            "id": id(n), "person": id(100), "name": "测试", "form": "child-visit@1", "kind": "home", "kind_label": "入户", "at": n, "by": "", "note": "",
            "state": state,
        });
        let item = serde_json::json!({ "visit": visit, "person": person, "changes": changes, "alarm": alarm, "compared": true, "heads": [] });
        serde_json::from_value(item).unwrap()
    }

    fn ids(items: &[ReviewItem]) -> Vec<RecordId> {
        items.iter().map(|i| i.visit.id).collect()
    }

    #[test]
    fn high_risk_comes_first_then_alarms_then_the_newest() {
        let items = [
            item(1, None, 0, false, "uploaded"),
            item(2, Some("low"), 1, true, "uploaded"),
            item(3, Some("high"), 0, false, "uploaded"),
            item(4, None, 0, false, "uploaded"),
        ];
        assert_eq!(ids(&sorted(&items, Order::Risk)), [id(3), id(2), id(4), id(1)]);
        assert_eq!(ids(&sorted(&items, Order::Time)), [id(4), id(3), id(2), id(1)]);
    }

    #[test]
    fn after_a_decision_comes_the_next_and_after_the_last_the_one_before() {
        let items = [item(1, None, 0, false, "uploaded"), item(2, None, 0, false, "uploaded"), item(3, None, 0, false, "uploaded")];
        choose(Order::Time);
        assert_eq!([after(&items, id(3)), after(&items, id(1)), after(&items, id(9))], [Some(id(2)), Some(id(2)), Some(id(3))]);
        assert_eq!(after(&[item(1, None, 0, false, "uploaded")], id(1)), None);
    }

    #[test]
    fn only_a_visit_without_anything_to_read_is_approved_unread() {
        assert!(is_quiet(&item(1, Some("medium"), 0, false, "uploaded")));
        let to_read = [
            item(1, Some("high"), 0, false, "uploaded"),
            item(1, None, 1, false, "uploaded"),
            item(1, None, 0, true, "uploaded"),
            item(1, None, 0, false, "changed"),
        ];
        assert!(!to_read.iter().any(is_quiet));
    }
}
