//! Categories as entries: a new one with its day and reason, one in force ended with its day and reason. Past ones stay.

use chrono::NaiveDate;
use domain::api::Entry;
use domain::fields::Path;
use domain::roles::Section;
use uuid::Uuid;
use yew::prelude::*;

use super::edits::Step;
use super::entry_id;
use super::household::EntriesProps;
use super::input::FieldInput;
use super::typed::Form;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Chip, Glyph, Look, Tone};
use crate::pages::files::categories_of;

/// All categories, and a button for one more. A new file begins with an empty one: without it nobody would be on file.
#[component]
pub fn CategoryEntries(props: &EntriesProps) -> Html {
    let text = use_text();
    let form = &props.form;
    let on_file: Vec<Entry> = form.file.iter().flat_map(|f| f.categories.iter().cloned()).collect();
    let add = {
        let work = form.work.dispatcher();
        Callback::from(move |()| {
            if let Some(id) = entry_id::new() {
                work.dispatch(Step::Add(Section::Categories, id));
            }
        })
    };
    let added = form.work.added(Section::Categories);
    {
        let (add, first) = (add.clone(), form.file.is_none() && added.is_empty());
        use_effect_with((), move |()| {
            if first {
                add.emit(());
            }
        });
    }
    html! {
        <>
            { for on_file.into_iter().map(|entry| html! { <OnFile key={entry.id.to_string()} entry={entry.clone()} form={form.clone()} /> }) }
            { for added.into_iter().map(|entry| html! { <Added key={entry.to_string()} {entry} form={form.clone()} /> }) }
            <Button text={text.person_category_add()} icon={Glyph::Plus} look={Look::Soft} test="add-category" onclick={add} />
        </>
    }
}

fn path(entry: Uuid, key: &str) -> Path {
    Path::of_entry(Section::Categories, entry, key)
}

#[derive(Properties, PartialEq)]
struct AddedProps {
    entry: Uuid,
    form: Form,
}

#[component]
fn Added(props: &AddedProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (entry, form) = (props.entry, &props.form);
    let drop_it = {
        let work = form.work.dispatcher();
        Callback::from(move |()| work.dispatch(Step::Drop(entry)))
    };
    let in_force = |code: &&str| form.file.as_ref().is_none_or(|f| !f.item.categories.iter().any(|c| c.code() == *code));
    let offered: Vec<&'static str> = categories_of(status.me.as_ref().map(|me| me.role)).into_iter().map(|c| c.code()).filter(in_force).collect();
    html! {
        <Card class="stack" test={format!("category:{entry}")}>
            <div class="row">
                <b class="grow">{ text.edit_new_category() }</b>
                <Button text={text.edit_remove_new()} look={Look::Plain} fit={true} test="drop-entry" onclick={drop_it} />
            </div>
            <FieldInput path={path(entry, "code")} form={form.clone()} choices={Some(offered)} />
            <FieldInput path={path(entry, "since")} form={form.clone()} />
            <FieldInput path={path(entry, "reason")} form={form.clone()} />
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct OnFileProps {
    entry: Entry,
    form: Form,
}

#[component]
fn OnFile(props: &OnFileProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (entry, form) = (props.entry.id, &props.form);
    let opened = use_state(|| false);
    let code = form.before.value(&path(entry, "code")).text().unwrap_or_default().to_owned();
    let until = form.before.value(&path(entry, "until")).text().and_then(|d| d.parse::<NaiveDate>().ok());
    let since = form.before.value(&path(entry, "since")).text().and_then(|d| d.parse::<NaiveDate>().ok());
    let past = until.is_some_and(|day| day <= status.today);
    let ending = form.work.typed(&path(entry, "until")).is_some();
    let end = {
        let (work, today) = (form.work.dispatcher(), status.today.to_string());
        Callback::from(move |()| work.dispatch(Step::Type(path(entry, "until"), today.as_str().into())))
    };
    let undo = {
        let work = form.work.dispatcher();
        Callback::from(move |()| {
            work.dispatch(Step::Forget(path(entry, "until")));
            work.dispatch(Step::Forget(path(entry, "reason_out")));
        })
    };
    let open_it = {
        let opened = opened.setter();
        Callback::from(move |()| opened.set(true))
    };
    let open = *opened || form.work.touches(entry);
    html! {
        <Card class="stack" test={format!("category:{entry}")}>
            <div class="row">
                <span class="grow row wrap">
                    <Chip text={text.option("categories.code", &code).unwrap_or_default()} tone={if past { Tone::Quiet } else { Tone::Brand }} />
                    if past { <Chip text={text.person_past()} /> }
                    if let (Some(day), false) = (since, open) { <small class="number">{ text.person_category_since(&text.date_with_year(day)) }</small> }
                </span>
                if !open { <Button text={text.action_edit()} look={Look::Plain} fit={true} test="open-entry" onclick={open_it} /> }
                if ending { <Button text={text.edit_undo()} look={Look::Plain} fit={true} test="end-undo" onclick={undo} /> }
            </div>
            if open {
                <FieldInput path={path(entry, "since")} form={form.clone()} />
                <FieldInput path={path(entry, "reason")} form={form.clone()} />
                if past || ending {
                    if ending { <p class="muted">{ text.edit_end_note() }</p> }
                    <FieldInput path={path(entry, "until")} form={form.clone()} />
                    <FieldInput path={path(entry, "reason_out")} form={form.clone()} />
                } else {
                    <Button text={text.person_category_end()} look={Look::Line} test="end-category" onclick={end} />
                }
            }
        </Card>
    }
}
