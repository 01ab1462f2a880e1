//! What a supervisor has written on a visit and not yet sent. It outlives the page, so that a look at the file or at
//! another visit loses nothing; it is never written to disk before it is a review.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::RecordId;
use yew::prelude::*;

/// Comments on one visit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Notes {
    /// On the whole visit.
    pub comment: String,
    /// By question id.
    pub fields: BTreeMap<String, String>,
}

impl Notes {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.comment.trim().is_empty() && self.fields.is_empty()
    }

    /// With another comment on one question; an empty one takes it away.
    pub fn with_field(&self, question: &str, comment: &str) -> Notes {
        let mut notes = self.clone();
        match comment.trim() {
            "" => notes.fields.remove(question),
            words => notes.fields.insert(question.to_owned(), words.to_owned()),
        };
        notes
    }
}

thread_local!(static WRITTEN: RefCell<BTreeMap<RecordId, Notes>> = const { RefCell::new(BTreeMap::new()) });

/// Takes away what was written, after it was sent.
pub(super) fn forget(visit: RecordId) {
    WRITTEN.with_borrow_mut(|written| written.remove(&visit));
}

/// The comments on a visit and how to change them.
#[hook]
pub(super) fn use_notes(visit: RecordId) -> (Notes, Callback<Notes>) {
    let notes = use_state(|| WRITTEN.with_borrow(|written| written.get(&visit).cloned().unwrap_or_default()));
    let set = notes.setter();
    let write = Callback::from(move |notes: Notes| {
        WRITTEN.with_borrow_mut(|written| written.insert(visit, notes.clone()));
        set.set(notes);
    });
    ((*notes).clone(), write)
}
