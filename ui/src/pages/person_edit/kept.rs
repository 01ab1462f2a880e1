//! What was typed and not saved outlives the page: the app may lock itself while the worker is on the phone, and on a
//! wide screen another file is one touch away. In memory only.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::RecordId;

use super::edits::Edits;

thread_local!(static KEPT: RefCell<BTreeMap<Option<RecordId>, Edits>> = const { RefCell::new(BTreeMap::new()) });

/// What was typed for this file; none is a new one.
pub fn load(file: Option<RecordId>) -> Edits {
    KEPT.with_borrow(|kept| kept.get(&file).cloned().unwrap_or_default())
}

/// Keeps it.
pub fn store(file: Option<RecordId>, work: &Edits) {
    let work = work.without_faults();
    KEPT.with_borrow_mut(|kept| if work == Edits::default() { kept.remove(&file) } else { kept.insert(file, work) });
}
