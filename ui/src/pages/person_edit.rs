//! Editing a file, or making one. Only what was changed is written; what was typed and not saved is kept until it is
//! saved or thrown away on purpose.

mod categories;
mod check;
mod discard;
mod editor;
mod edits;
mod entry_id;
mod household;
mod input;
pub mod jump;
mod kept;
mod on_file;
mod pickers;
mod typed;

use std::rc::Rc;

use domain::RecordId;
use domain::api::Person;
use domain::roles::{Action, Kind, Section};
use yew::prelude::*;

use self::editor::Editor;
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Empty, Glyph, PageBody, Skeleton, TopBar, show};

/// Properties of [`PersonEdit`].
#[derive(Properties, PartialEq)]
pub struct PersonEditProps {
    /// The file; none makes a new one.
    pub id: Option<RecordId>,
}

/// Sections of the page, in the order in which a worker asks for them.
const SECTIONS: [Section; 12] = [
    Section::Area,
    Section::Identity,
    Section::Contact,
    Section::Categories,
    Section::Household,
    Section::Guardianship,
    Section::Risk,
    Section::Situation,
    Section::Plan,
    Section::Consent,
    Section::Charge,
    Section::Status,
];

/// Editing a file, or making one.
#[component]
pub fn PersonEdit(props: &PersonEditProps) -> Html {
    match props.id {
        Some(id) => html! { <EditFile {id} /> },
        None => html! { <NewFile /> },
    }
}

#[derive(Properties, PartialEq)]
struct EditProps {
    id: RecordId,
}

#[component]
fn EditFile(props: &EditProps) -> Html {
    let text = use_text();
    let person = use_query(Person { id: props.id });
    if let Some(file) = &person.data {
        let may = |s: &Section| file.may_amend.iter().any(|code| code == s.code());
        let sections: Vec<Section> = SECTIONS.into_iter().filter(may).collect();
        if !sections.is_empty() {
            return html! { <Editor file={Some(Rc::new((**file).clone()))} {sections} /> };
        }
    }
    html! {
        <div class="page">
            <TopBar title={text.person_edit()} back={true} />
            <PageBody narrow={true}>
                { show(&person, html! { <Skeleton count={4} /> }, |_| html! { <Empty icon={Glyph::Lock} title={text.edit_cannot_amend()} /> }) }
            </PageBody>
        </div>
    }
}

#[component]
fn NewFile() -> Html {
    let (text, status) = (use_text(), use_status());
    let may = |s: &Section| {
        let later = matches!(s, Section::Charge | Section::Status);
        !later && status.me.as_ref().is_some_and(|me| me.role.may(Action::Create, Kind::Person, *s))
    };
    let sections: Vec<Section> = SECTIONS.into_iter().filter(may).collect();
    if !sections.is_empty() {
        return html! { <Editor file={None::<Rc<domain::api::PersonFile>>} {sections} /> };
    }
    html! {
        <div class="page">
            <TopBar title={text.person_new()} back={true} />
            <PageBody><Empty icon={Glyph::Lock} title={text.edit_cannot_create()} /></PageBody>
        </div>
    }
}
