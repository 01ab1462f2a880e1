//! Beginning a matter: one touch, and its form is open.

use domain::RecordId;
use domain::api::{Draft, MatterItem, StartMatter};
use domain::form::Answers;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::{Command, use_command};

/// Begins one and opens its form; `before` closes what is open over the page, since an open sheet takes "back" for itself.
#[hook]
pub fn use_begin(before: Callback<()>) -> Command<StartMatter> {
    let nav = use_nav();
    use_command(Callback::from(move |draft: Draft| {
        before.emit(());
        nav.open(Page::MatterDraft(draft.id));
    }))
}

/// One of this type of a person, with what it comes from.
pub fn of_person(kind: &str, person: RecordId, source: Option<RecordId>) -> StartMatter {
    StartMatter { kind: kind.to_owned(), person: Some(person), area: None, answers: Answers::new(), source }
}

/// One of this type of a village.
pub fn of_area(kind: &str, area: domain::AreaCode) -> StartMatter {
    StartMatter { kind: kind.to_owned(), person: None, area: Some(area), answers: Answers::new(), source: None }
}

/// The next one of what is done anew.
pub fn after(matter: &MatterItem) -> StartMatter {
    let of = matter.person.map_or_else(|| of_area(&matter.kind, matter.area.clone()), |person| of_person(&matter.kind, person, None));
    StartMatter { source: Some(matter.id), ..of }
}
