//! A visit that was read from the core: its answers, what the supervisor writes, and her decision on this exact version.

use std::rc::Rc;

use domain::api::VisitDetail;
use domain::visit::Decision;
use domain::{Failure, RecordId};
use text::Text;
use yew::prelude::*;

use super::answers::{Answers, label_of};
use super::decision::{Deciding, use_decision};
use super::earlier::Earlier;
use super::notes::{Notes, use_notes};
use super::returning::{CommentSheet, MAX_COMMENT, ReturnSheet};
use crate::core::nav::{Page, use_nav};
use crate::core::state::use_text;
use crate::kit::{Banner, Button, Chip, Control, FailureBanner, Field, Foot, Glyph, Look, PageBody, ToggleChip, Tone, TopBar};
use crate::record::when::{moment, use_wide};
use crate::record::{CategoryChips, Photos, RiskChip, VisitStateChip, kind};

/// Properties of [`Reading`].
#[derive(Properties, PartialEq)]
pub struct ReadingProps {
    /// The visit as it is now.
    pub detail: Rc<VisitDetail>,
    /// Why it could not be read again.
    pub failure: Option<Failure>,
    /// It is being read again.
    pub loading: bool,
    /// Reads it again.
    pub reload: Callback<()>,
}

/// The page of one visit.
#[component]
pub fn Reading(props: &ReadingProps) -> Html {
    let (text, wide) = (use_text(), use_wide());
    let detail = &props.detail;
    let (notes, write) = use_notes(detail.item.id);
    let only_changes = use_state(|| false);
    let commenting = use_state(|| None::<String>);
    let returning = use_state(|| false);
    let (open_return, close_return) = (switch(&returning, true), switch(&returning, false));
    let deciding = use_decision(detail, props.reload.clone(), wide, close_return.clone());
    let decide = |decision: Decision| {
        let (decide, notes) = (deciding.decide.clone(), notes.clone());
        Callback::from(move |()| decide.emit((decision, notes.clone())))
    };
    let buttons = detail.may_review.then(|| buttons(detail, &deciding, wide, open_return, decide(Decision::Approved), &text));
    let comment_on = {
        let commenting = commenting.setter();
        Callback::from(move |question| commenting.set(Some(question)))
    };
    html! {
        <div class="page review">
            { bar(detail, &text, buttons.clone().filter(|_| wide)) }
            <PageBody class="stack" refreshing={props.loading}>
                { about(detail, &text) }
                if deciding.updated { { updated_banner(&text, deciding.look_again.clone()) } }
                if let Some(failure) = deciding.failure.clone() { <FailureBanner {failure} /> }
                if let Some(failure) = props.failure.clone() { <FailureBanner {failure} retry={props.reload.clone()} /> }
                <Warnings detail={detail.clone()} />
                <Tools id={detail.item.person} compares={detail.last_day.is_some()} only_changes={only_changes.clone()} />
                <Answers detail={detail.clone()} only_changes={*only_changes} comments={notes.fields.clone()}
                    oncomment={detail.may_review.then_some(comment_on)} />
                <Photos of={detail.item.id.0} may={false} />
                if detail.may_review { { overall(&notes, &write, &text) } }
                <Earlier detail={detail.clone()} />
            </PageBody>
            if let Some(buttons) = buttons.filter(|_| !wide) { <Foot>{ buttons }</Foot> }
            if let Some(question) = &*commenting { { comment_sheet(detail, question, &notes, &write, &commenting, &text) } }
            if *returning {
                <ReturnSheet name={detail.item.by.clone()} remarks={remarks(detail, &notes, &text)} busy={deciding.busy} notes={notes.clone()}
                    onwrite={write} onreturn={decide(Decision::Returned)} onclose={close_return} />
            }
        </div>
    }
}

fn buttons(detail: &VisitDetail, deciding: &Deciding, wide: bool, open_return: Callback<()>, approve: Callback<()>, text: &Text) -> Html {
    let Deciding { busy, updated, .. } = *deciding;
    let stopped = updated || !detail.conflicts.is_empty();
    html! {
        <>
            <Button text={text.review_return()} look={Look::Line} fit={wide} disabled={updated || busy} test="review-return" onclick={open_return} />
            <Button text={text.review_approve()} fit={wide} disabled={stopped} {busy} test="review-approve" onclick={approve} />
        </>
    }
}

fn switch(state: &UseStateHandle<bool>, to: bool) -> Callback<()> {
    let state = state.setter();
    Callback::from(move |()| state.set(to))
}

fn bar(detail: &VisitDetail, text: &Text, buttons: Option<Html>) -> Html {
    let at = detail.item.at;
    let today = crate::record::when::now().day();
    let title = text.review_heading(&detail.item.name, &text.date(at.day(), today), &kind(&detail.item, text));
    let note = text.review_by(&detail.item.by, &moment(text, at));
    html! { <TopBar {title} {note} back={true}>{ buttons.unwrap_or_default() }</TopBar> }
}

fn about(detail: &VisitDetail, text: &Text) -> Html {
    let person = &detail.person;
    html! {
        <div class="row wrap">
            if let Some(risk) = person.risk { <RiskChip {risk} /> }
            <VisitStateChip state={detail.item.state} />
            if !person.area_name.is_empty() { <Chip text={person.area_name.clone()} icon={Some(Glyph::Area)} /> }
            <CategoryChips categories={person.categories.clone()} />
            if detail.last_day.is_none() { <Chip text={text.review_no_last()} tone={Tone::Info} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ToolsProps {
    id: RecordId,
    compares: bool,
    only_changes: UseStateHandle<bool>,
}

/// Above the answers: what to leave out, and the way to the file.
#[component]
fn Tools(props: &ToolsProps) -> Html {
    let (text, nav, id) = (use_text(), use_nav(), props.id);
    let ontoggle = {
        let only_changes = props.only_changes.setter();
        Callback::from(move |on| only_changes.set(on))
    };
    html! {
        <div class="row">
            if props.compares { <ToggleChip text={text.review_only_changes()} on={*props.only_changes} test="only-changes" {ontoggle} /> }
            <span class="grow"></span>
            <Button text={text.review_file()} look={Look::Plain} icon={Glyph::Files} fit={true} test="open-file" onclick={move |()| nav.open(Page::Person(id))} />
        </div>
    }
}

fn updated_banner(text: &Text, look_again: Callback<()>) -> Html {
    html! {
        <Banner title={text.review_updated()} note={text.review_updated_note()} icon={Glyph::Sync} alert={true} test="updated">
            <Button text={text.review_seen()} look={Look::Line} fit={true} test="seen" onclick={look_again} />
        </Banner>
    }
}

#[derive(Properties, PartialEq)]
struct WarningsProps {
    detail: Rc<VisitDetail>,
}

/// What stands in the way of a decision.
#[component]
fn Warnings(props: &WarningsProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let detail = &props.detail;
    let (visit, mine) = (detail.item.id, detail.item.mine);
    html! {
        <>
            if !detail.conflicts.is_empty() {
                <Banner title={text.review_conflict_first()} icon={Glyph::Compare} test="conflict">
                    <Button text={text.review_conflict_open()} look={Look::Line} fit={true} onclick={move |()| nav.open(Page::Visit(visit))} />
                </Banner>
            }
            if !detail.form_known { <Banner tone={Tone::Info} title={text.visit_unknown_form()} /> }
            if !detail.may_review && !mine { <Banner tone={Tone::Info} icon={Glyph::Check} title={text.review_not_waiting()} test="not-waiting" /> }
        </>
    }
}

fn overall(notes: &Notes, write: &Callback<Notes>, text: &Text) -> Html {
    let oninput = {
        let (notes, write) = (notes.clone(), write.clone());
        Callback::from(move |comment| write.emit(Notes { comment, ..notes.clone() }))
    };
    html! {
        <div class="card">
            <Field label={text.review_overall()} name="review-comment" control={Control::Prose} value={notes.comment.clone()}
                hint={text.review_overall_hint()} max={MAX_COMMENT} {oninput} />
        </div>
    }
}

fn remarks(detail: &VisitDetail, notes: &Notes, text: &Text) -> Vec<(String, String)> {
    notes.fields.iter().map(|(question, words)| (label_of(detail, question, text), words.clone())).collect()
}

fn comment_sheet(
    detail: &VisitDetail,
    question: &str,
    notes: &Notes,
    write: &Callback<Notes>,
    open: &UseStateHandle<Option<String>>,
    text: &Text,
) -> Html {
    let close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let onsave = {
        let (notes, write, close, question) = (notes.clone(), write.clone(), close.clone(), question.to_owned());
        Callback::from(move |words: String| {
            write.emit(notes.with_field(&question, &words));
            close.emit(());
        })
    };
    let value = notes.fields.get(question).cloned().unwrap_or_default();
    html! { <CommentSheet label={label_of(detail, question, text)} {value} {onsave} onclose={close} /> }
}
