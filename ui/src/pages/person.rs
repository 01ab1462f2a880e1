//! One person's file.

mod chips;
mod conflict;
mod facts;
mod forms;
mod household;
mod id_number;
pub mod numbers;
pub mod same;
mod timeline;

use domain::api::{DraftItem, Person, PersonFile};
use domain::person::FileStatus;
use domain::{Code, RecordId};
use yew::prelude::*;

use self::chips::HeadChips;
use self::conflict::Conflicts;
use self::facts::Facts;
use self::forms::Forms;
use self::household::Household;
use self::numbers::Numbers;
use self::same::Same;
use self::timeline::Timeline;
use super::oversight::ask::{AskReason, asked_for};
use super::today::drafts::page_of;
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Banner, Button, Empty, Foot, Glyph, Look, PageBody, Skeleton, Tone, TopBar, show};
use crate::record::BeginSheet;

/// Properties of [`PersonPage`].
#[derive(Properties, PartialEq)]
pub struct PersonPageProps {
    /// The file.
    pub id: RecordId,
}

/// One person's file.
#[component]
pub fn PersonPage(props: &PersonPageProps) -> Html {
    let text = use_text();
    let person = use_query(Person { id: props.id });
    let title = person.data.as_ref().map_or_else(|| text.person_title(), |file| file.item.name.clone());
    let gone = person.failure.as_ref().is_some_and(|f| f.code == Code::NotFound);
    if gone {
        return html! {
            <div class="page">
                <TopBar {title} back={true} />
                <PageBody><Empty icon={Glyph::Files} title={text.person_not_yours()} /></PageBody>
            </div>
        };
    }
    if let Some(person_id) = asked_for(person.failure.as_ref()) {
        return html! {
            <div class="page" data-test="person-page">
                <TopBar {title} back={true} />
                <PageBody narrow={true}><AskReason person={person_id} onopen={person.reload.clone()} /></PageBody>
            </div>
        };
    }
    html! {
        <div class="page" data-test="person-page">
            <TopBar {title} back={true}>
                if let Some(file) = &person.data { <Numbers person={file.item.clone()} phones={file.phones.clone()} /> }
            </TopBar>
            <PageBody narrow={true} refreshing={person.loading && person.data.is_some()}>
                { show(&person, html! { <Skeleton count={4} /> }, |file| html! { <Contents file={(**file).clone()} /> }) }
            </PageBody>
            if let Some(file) = &person.data { <Actions file={(**file).clone()} /> }
        </div>
    }
}

/// Properties of the parts of the page.
#[derive(Properties, PartialEq)]
pub struct FileProps {
    /// The file as the core shows it.
    pub file: PersonFile,
}

#[component]
fn Contents(props: &FileProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let file = &props.file;
    let unfinished = |draft: &DraftItem| {
        let (nav, page) = (nav.clone(), page_of(draft));
        let go_on = Callback::from(move |()| nav.open(page));
        let note = draft.title.as_ref().map(|form| AttrValue::from(form.get(text.lang().code()).to_owned()));
        html! {
            <Banner key={draft.id.to_string()} icon={Glyph::Edit} title={text.today_continue()} {note} test="draft">
                <Button text={text.today_continue_action()} look={Look::Line} fit={true} test="continue" onclick={go_on} />
            </Banner>
        }
    };
    let reason = file.fields.get("status.reason").and_then(|v| v.text()).unwrap_or_default();
    html! {
        <div class="stack file">
            <HeadChips file={file.clone()} />
            if file.item.status == FileStatus::Closed {
                <Banner tone={Tone::Quiet} icon={Glyph::Lock} title={text.person_closed_note(reason)} test="closed" />
            }
            <Same file={file.clone()} />
            <Conflicts file={file.clone()} />
            { for file.drafts.iter().filter(|draft| draft.of.corrects().is_none()).map(unfinished) }
            <Facts file={file.clone()} part={facts::Part::Identity} />
            <Household file={file.clone()} />
            <Facts file={file.clone()} part={facts::Part::Plan} />
            <Forms file={file.clone()} />
            <Timeline file={file.clone()} />
            <Facts file={file.clone()} part={facts::Part::Rest} />
        </div>
    }
}

/// The foot: 走访 and 修改.
#[component]
fn Actions(props: &FileProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let file = &props.file;
    let id = file.item.id;
    let visits = file.visit_form.is_some() && file.item.status == FileStatus::Open;
    let amends = !file.may_amend.is_empty();
    let begins = file.item.status == FileStatus::Open && (visits || amends);
    let beginning = use_state(|| false);
    let set = |on: bool| {
        let beginning = beginning.setter();
        Callback::from(move |()| beginning.set(on))
    };
    if !visits && !amends {
        return Html::default();
    }
    let visit = {
        let nav = nav.clone();
        Callback::from(move |()| nav.open(Page::VisitForm(id, None)))
    };
    let edit = Callback::from(move |()| nav.open(Page::PersonEdit(id)));
    html! {
        <>
            <Foot>
                if visits { <Button text={text.person_visit()} test="visit" onclick={visit} /> }
                if begins { <Button text={text.matter_begin()} look={Look::Soft} test="begin" onclick={set(true)} /> }
                if amends { <Button icon={Glyph::Edit} label={text.action_edit()} look={Look::Line} test="edit" onclick={edit} /> }
            </Foot>
            if *beginning { <BeginSheet person={Some(id)} onclose={set(false)} /> }
        </>
    }
}
