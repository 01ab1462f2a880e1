//! What else is filled in of a person: assessments and the county's forms, each with what it came to last; behind it how that changed.

use domain::RecordId;
use domain::api::{FilledForm, FilledForms, FormItem, StartVisit};
use domain::person::FileStatus;
use text::Text;
use yew::prelude::*;

use super::FileProps;
use crate::core::nav::{Page, use_nav};
use crate::core::query::{use_command, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, FailureBanner, Glyph, Icon, Plot, Point, Sheet};

/// The forms as lines; a touch shows what was filled in before, and the way to begin.
#[component]
pub fn Forms(props: &FileProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let open = use_state(|| None::<String>);
    let file = &props.file;
    let close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let Some(shown) = (!file.forms.is_empty()).then_some(&file.forms) else { return Html::default() };
    let line = |form: &FormItem| {
        let words = match &form.last {
            Some(last) => [vec![text.date(last.day, status.today)], came_to(last, &text)].concat().join(" · "),
            None => text.person_form_never(),
        };
        let (open, id) = (open.setter(), form.id.clone());
        html! {
            <button key={form.id.clone()} type="button" class="line-button visit-line" data-test={format!("form-{}", form.id)}
                onclick={move |_| open.set(Some(id.clone()))}>
                <span class="grow"><b class="block">{ form.title.get(text.lang().code()) }</b><small class="block">{ words }</small></span>
                <Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    let chosen = open.as_ref().and_then(|id| shown.iter().find(|form| form.id == *id));
    let closed = file.item.status == FileStatus::Closed;
    html! {
        <section data-test="forms">
            <div class="section"><h2>{ text.person_forms() }</h2></div>
            <Card class="lines">{ for shown.iter().map(line) }</Card>
            if let Some(form) = chosen { <FormSheet person={file.item.id} form={form.clone()} {closed} onclose={close} /> }
        </section>
    }
}

/// `中度受损`, `52 分`.
fn came_to(filled: &FilledForm, text: &Text) -> Vec<String> {
    let level = filled.level.as_ref().map(|level| level.get(text.lang().code()).to_owned());
    let score = filled.score.map(|score| text.person_form_points(&score.to_string()));
    [level, score].into_iter().flatten().collect()
}

#[derive(Properties, PartialEq)]
struct FormSheetProps {
    person: RecordId,
    form: FormItem,
    closed: bool,
    onclose: Callback<()>,
}

/// One form: how what it comes to changed, each time it was filled in, and the way to begin.
#[component]
fn FormSheet(props: &FormSheetProps) -> Html {
    let (text, status, nav) = (use_text(), use_status(), use_nav());
    let form = &props.form;
    let filled = use_query(FilledForms { person: props.person, form: form.id.clone() });
    let begin = {
        // An open sheet takes "back" for itself: close it before leaving.
        let (nav, person, onclose) = (nav.clone(), props.person, props.onclose.clone());
        use_command::<StartVisit>(Callback::from(move |draft: domain::api::Draft| {
            onclose.emit(());
            nav.open(Page::Draft(person, draft.id));
        }))
    };
    let onbegin = {
        let (run, person, form) = (begin.callback(), props.person, form.id.clone());
        Callback::from(move |()| run.emit(StartVisit { person, form: Some(form.clone()), correct: None }))
    };
    let lang = text.lang().code();
    let found: &[FilledForm] = filled.data.as_deref().map(Vec::as_slice).unwrap_or_default();
    let line = |one: &FilledForm| {
        let (nav, id, onclose) = (nav.clone(), one.visit, props.onclose.clone());
        let onclick = move |_| {
            onclose.emit(());
            nav.open(Page::Visit(id));
        };
        html! {
            <button key={id.to_string()} type="button" class="line-button visit-line" data-test="filled" {onclick}>
                <span class="grow"><b class="block">{ text.date(one.day, status.today) }</b><small class="block">{ came_to(one, &text).join(" · ") }</small></span>
                <Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    let point = |one: &FilledForm| {
        let words = one.level.as_ref().map(|level| level.get(lang).to_owned()).unwrap_or_default();
        Some(Point { day: one.day, value: one.score?, words })
    };
    let points: Vec<Point> = found.iter().rev().filter_map(point).collect();
    html! {
        <Sheet title={form.title.get(lang).to_owned()} test="form-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                if points.len() > 1 { <Plot {points} /> }
                if let Some(failure) = &filled.failure { <FailureBanner failure={failure.clone()} retry={filled.reload.clone()} /> }
                if found.is_empty() {
                    <p class="muted">{ text.person_form_never() }</p>
                } else {
                    <Card class="lines">{ for found.iter().map(line) }</Card>
                }
                if let Some(failure) = &begin.failure { <FailureBanner failure={failure.clone()} /> }
            </div>
            if form.offered && !props.closed {
                <div class="sheet-foot"><Button text={text.person_form_begin()} busy={begin.busy} test="form-begin" onclick={onbegin} /></div>
            }
        </Sheet>
    }
}
