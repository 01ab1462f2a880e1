//! Household members and guardians as entries: changed, added, marked as gone; never deleted.

use domain::Value;
use domain::api::Entry;
use domain::fields::Path;
use domain::roles::Section;
use uuid::Uuid;
use yew::prelude::*;

use super::edits::Step;
use super::entry_id;
use super::input::FieldInput;
use super::typed::Form;
use crate::core::state::use_text;
use crate::kit::{Button, Card, Chip, Glyph, Look, Tone};

/// Fields of a member, in the order of the form; being gone is a button.
const KEYS: [&str; 6] = ["name", "relation", "guardian", "phone", "birth", "note"];

/// Properties of [`HouseholdEntries`].
#[derive(Properties, PartialEq)]
pub struct EntriesProps {
    /// The form.
    pub form: Form,
}

/// All members, and a button for one more.
#[component]
pub fn HouseholdEntries(props: &EntriesProps) -> Html {
    let text = use_text();
    let form = &props.form;
    let on_file: Vec<Uuid> = form.file.iter().flat_map(|f| f.household.iter()).map(|e: &Entry| e.id).collect();
    let add = {
        let work = form.work.dispatcher();
        Callback::from(move |()| {
            if let Some(id) = entry_id::new() {
                work.dispatch(Step::Add(Section::Household, id));
            }
        })
    };
    html! {
        <>
            { for on_file.into_iter().map(|entry| html! { <Member key={entry.to_string()} {entry} added={false} form={form.clone()} /> }) }
            { for form.work.added(Section::Household).into_iter().map(|entry| html! {
                <Member key={entry.to_string()} {entry} added={true} form={form.clone()} />
            }) }
            <Button text={text.edit_add_member()} icon={Glyph::Plus} look={Look::Soft} test="add-member" onclick={add} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct MemberProps {
    entry: Uuid,
    added: bool,
    form: Form,
}

#[component]
fn Member(props: &MemberProps) -> Html {
    let text = use_text();
    let opened = use_state(|| props.added);
    let (entry, form) = (props.entry, &props.form);
    let path = |key: &str| Path::of_entry(Section::Household, entry, key);
    let gone = form.value(&path("gone")) == Value::Bool(true);
    let name = form.text_of(&path("name"));
    let relation = form.text_of(&path("relation"));
    let title = match (name.is_empty(), props.added) {
        (true, true) => text.edit_new_member(),
        (true, false) => text.state_unknown(),
        (false, _) => name.clone(),
    };
    let set_gone = |to: bool| {
        let (work, path) = (form.work.dispatcher(), path("gone"));
        Callback::from(move |()| work.dispatch(Step::Type(path.clone(), Value::Bool(to))))
    };
    let drop_it = {
        let work = form.work.dispatcher();
        Callback::from(move |()| work.dispatch(Step::Drop(entry)))
    };
    let open_it = {
        let opened = opened.setter();
        Callback::from(move |()| opened.set(true))
    };
    let was_gone = form.before.value(&path("gone")) == Value::Bool(true);
    let back = if was_gone { text.edit_member_back() } else { text.edit_undo() };
    let open = !gone && (*opened || form.work.touches(entry));
    let relation = if relation.is_empty() { String::new() } else { text.code_or_raw("relation", &relation) };
    html! {
        <Card class="stack" test={format!("member:{entry}")}>
            <div class="row">
                <span class="grow row wrap">
                    <b>{ title }</b>
                    if !relation.is_empty() { <small>{ relation }</small> }
                    if form.value(&path("guardian")) == Value::Bool(true) { <Chip text={text.person_guardian()} tone={Tone::Brand} /> }
                    if gone { <Chip text={text.edit_member_left()} /> }
                </span>
                if props.added {
                    <Button text={text.edit_remove_new()} look={Look::Plain} fit={true} test="drop-entry" onclick={drop_it} />
                } else if gone {
                    <Button text={back} look={Look::Plain} fit={true} test="member-back" onclick={set_gone(false)} />
                } else if !open {
                    <Button text={text.action_edit()} look={Look::Plain} fit={true} test="open-entry" onclick={open_it} />
                }
            </div>
            if open {
                { for KEYS.iter().map(|key| html! { <FieldInput key={*key} path={path(key)} form={form.clone()} /> }) }
                if !props.added { <Button text={text.edit_member_left()} look={Look::Line} test="member-gone" onclick={set_gone(true)} /> }
            }
        </Card>
    }
}
