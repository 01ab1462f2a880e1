//! What stands above the questions: whom it is about, whether it is saved, how far it has come, what was returned.

use std::rc::Rc;

use domain::api::{Draft, DraftOf};
use domain::visit::Decision;
use yew::prelude::*;

use super::filling;
use super::journal::Saving;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Chip, Glyph, Icon, Meter, Tone, TopBar};

/// Properties of [`FormTop`].
#[derive(Properties, PartialEq)]
pub struct TopProps {
    /// The draft.
    pub draft: Rc<Draft>,
    /// Where the last answers are.
    pub saving: Saving,
}

/// The bar, with the one chip that always says where the answers are.
#[component]
pub fn FormTop(props: &TopProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (name, lang) = (&props.draft.name, text.lang().code());
    let title = match (&props.draft.of, &props.draft.title) {
        (DraftOf::Correction(_) | DraftOf::Answers(_), _) => text.form_corrects(name),
        (DraftOf::Step { action, .. }, _) => action.get(lang).to_owned(),
        (_, Some(_)) => name.clone(),
        (_, None) => text.visit_title(name),
    };
    let last = props.draft.last_day.map(|day| text.form_last_on(&text.date(day, status.today)));
    let whose = matches!(props.draft.of, DraftOf::Step { .. }).then(|| name.clone());
    let note = match &props.draft.title {
        Some(form) => [Some(form.get(lang).to_owned()), whose, last].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        None => last.unwrap_or_else(|| text.form_first()),
    };
    let (words, tone, icon) = match &props.saving {
        Saving::Quiet if props.draft.answers.is_empty() => return html! { <TopBar {title} {note} back={true} /> },
        Saving::Quiet | Saving::Saved => (text.form_saved(), Tone::Warm, Glyph::PhoneOk),
        Saving::Busy => (text.form_saving(), Tone::Quiet, Glyph::Sync),
        Saving::Failed(_) => (text.form_not_saved(), Tone::Danger, Glyph::Alert),
    };
    html! {
        <TopBar {title} {note} back={true}>
            <span class="saving" data-test="saving" data-state={props.saving.code()}><Chip text={words} {tone} {icon} /></span>
        </TopBar>
    }
}

/// Properties of [`Progress`].
#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// The heading of the part shown.
    pub part: AttrValue,
    /// How far.
    pub progress: filling::Progress,
    /// Shows all parts.
    pub onopen: Callback<()>,
}

/// The meter, and below it the part and the count; a touch shows all parts.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let text = use_text();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let seen = props.progress;
    let words = text.visit_progress(&props.part, count(seen.n), count(seen.total));
    let onopen = props.onopen.clone();
    html! {
        <button type="button" class="form-progress" data-test="parts" onclick={move |_| onopen.emit(())}>
            <Meter done={narrow(seen.answered)} total={narrow(seen.total)} label={words.clone()} />
            <span class="row"><small class="grow" data-test="progress">{ words }</small><Icon glyph={Glyph::Down} /></span>
        </button>
    }
}

/// Properties of [`Remark`].
#[derive(Properties, PartialEq)]
pub struct RemarkProps {
    /// The draft.
    pub draft: Rc<Draft>,
}

/// What the supervisor said when she returned the visit.
#[component]
pub fn Remark(props: &RemarkProps) -> Html {
    let text = use_text();
    let Some(note) = props.draft.comment.as_ref().filter(|c| c.decision == Decision::Returned) else { return Html::default() };
    let words = (!note.comment.trim().is_empty()).then(|| AttrValue::from(note.comment.clone()));
    html! {
        <Banner tone={Tone::Danger} icon={Glyph::Return} title={text.visit_read_returned(&note.by)} note={words} test="returned" />
    }
}
