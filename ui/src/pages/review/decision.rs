//! A supervisor's decision on the exact version she has read.

use std::cell::Cell;
use std::rc::Rc;

use domain::api::{Review, ReviewQueue, VisitDetail};
use domain::visit::Decision;
use domain::{Code, Failure, RecordId};
use yew::prelude::*;

use super::notes::{self, Notes};
use super::order;
use crate::core::nav::{Nav, Page, use_nav};
use crate::core::query::{use_command, use_query};
use crate::core::state::use_text;
use crate::kit::use_toast;

/// Where a decision stands, and how to make it.
pub(super) struct Deciding {
    /// Under way.
    pub busy: bool,
    /// Why the last try failed; that the contents changed is told by `updated`.
    pub failure: Option<Failure>,
    /// The contents are another version than the one that was read.
    pub updated: bool,
    /// Decides, with what was written.
    pub decide: Callback<(Decision, Notes)>,
    /// The new version was read, too.
    pub look_again: Callback<()>,
}

/// After a decision: the next visit on a wide screen, the list on a phone.
fn go_on(nav: &Nav, next: Option<RecordId>, wide: bool) {
    match next {
        Some(id) if wide => nav.replace(Page::Review(id)),
        _ => nav.leave(),
    }
}

/// Prepares the decision on a visit. `settled` is told when there is an answer, good or bad: open sheets close then.
#[hook]
pub(super) fn use_decision(detail: &Rc<VisitDetail>, reload: Callback<()>, wide: bool, settled: Callback<()>) -> Deciding {
    let (text, nav, toast) = (use_text(), use_nav(), use_toast());
    let queue = use_query(ReviewQueue {});
    let seen = use_state(|| detail.heads.clone());
    let made = use_memo((), |()| Cell::new(Decision::Approved));
    let visit = detail.item.id;
    let done = {
        let (made, settled) = (made.clone(), settled.clone());
        Callback::from(move |_: RecordId| {
            notes::forget(visit);
            settled.emit(());
            if let Some(toast) = &toast {
                toast.done(if made.get() == Decision::Approved { text.review_approved() } else { text.review_returned() });
            }
            go_on(&nav, queue.data.as_ref().and_then(|items| order::after(items, visit)), wide);
        })
    };
    let command = Rc::new(use_command::<Review>(done));
    use_effect_with(command.failure.clone(), move |failure| {
        if let Some(failure) = failure {
            // What went wrong is told on the page, where the contents are.
            settled.emit(());
            if failure.code == Code::Changed {
                reload.emit(());
            }
        }
    });
    let decide = {
        let (command, heads) = (command.callback(), detail.heads.clone());
        Callback::from(move |(decision, notes): (Decision, Notes)| {
            made.set(decision);
            let Notes { comment, fields } = notes;
            command.emit(Review { visit, heads: heads.clone(), decision, comment: comment.trim().to_owned(), fields });
        })
    };
    let changed = |failure: &Failure| failure.code == Code::Changed;
    let updated = command.failure.as_ref().is_some_and(changed) || *seen != detail.heads;
    let failure = command.failure.clone().filter(|f| !changed(f));
    let look_again = {
        let (seen, heads, command) = (seen.setter(), detail.heads.clone(), command.clone());
        Callback::from(move |()| {
            seen.set(heads.clone());
            command.forget();
        })
    };
    Deciding { busy: command.busy, failure, updated, decide, look_again }
}
