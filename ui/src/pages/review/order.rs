//! The order of the visits that wait, and which of them need no reading.

use std::cell::Cell;
use std::cmp::Reverse;

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
        Some(Risk::High) => 0,
        Some(Risk::Medium) => 1,
        Some(Risk::Low) | None => 2,
    }
}

/// The visits in that order.
pub(super) fn sorted(items: &[ReviewItem], order: Order) -> Vec<ReviewItem> {
    let mut items = items.to_vec();
    match order {
        Order::Risk => items.sort_by_key(|i| (rank(i), !i.alarm, Reverse(i.visit.at))),
        Order::Time => items.sort_by_key(|i| Reverse(i.visit.at)),
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
    item.changes == 0 && !item.alarm && item.person.risk != Some(Risk::High) && item.visit.state != VisitState::Changed
}
