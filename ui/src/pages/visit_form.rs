//! Filling in: a visit, its correction, a matter, a step of one. Every answer is journalled as it is given; leaving keeps the draft.

mod as_last;
mod day;
mod finished;
mod form_page;
mod speech;

use std::rc::Rc;

use domain::api::{Draft, DraftOf, OpenDraft, StartVisit};
use domain::{Code, RecordId};
use uuid::Uuid;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Button, Empty, ErrorState, Glyph, Look, PageBody, Skeleton, TopBar, use_toast};

/// Properties of [`VisitForm`].
#[derive(Properties, PartialEq)]
pub struct VisitFormProps {
    /// Whom; where nothing was begun yet.
    #[prop_or_default]
    pub person: Option<RecordId>,
    /// The visit to correct.
    #[prop_or_default]
    pub correct: Option<RecordId>,
    /// The unfinished one that is gone on with.
    #[prop_or_default]
    pub draft: Option<Uuid>,
}

/// Filling in. An unfinished visit of the same person is gone on with.
#[component]
pub fn VisitForm(props: &VisitFormProps) -> Html {
    let text = use_text();
    let draft = use_state(|| None::<Rc<Draft>>);
    let made = use_state(|| None::<RecordId>);
    let begun = {
        let draft = draft.setter();
        Callback::from(move |begun| draft.set(Some(Rc::new(begun))))
    };
    let (start, open) = (use_command::<StartVisit>(begun.clone()), use_command::<OpenDraft>(begun));
    let begin = {
        let (start, open, draft) = (start.callback(), open.callback(), props.draft);
        let (person, correct) = (props.person, props.correct);
        Callback::from(move |()| match (draft, person) {
            (Some(draft), _) => open.emit(OpenDraft { draft }),
            (None, Some(person)) => start.emit(StartVisit { person, form: None, correct }),
            (None, None) => {}
        })
    };
    {
        let begin = begin.clone();
        use_effect_with((props.person, props.correct, props.draft), move |_| begin.emit(()));
    }
    let onfinished = {
        let (made, nav, toast, saved) = (made.setter(), use_nav(), use_toast(), text.form_saved());
        let is_visit = draft.as_ref().is_some_and(|draft| draft.of.is_visit());
        let new = draft.as_ref().is_some_and(|draft| draft.of == DraftOf::Matter);
        Callback::from(move |id| {
            if is_visit {
                return made.set(Some(id));
            }
            if let Some(toast) = &toast {
                toast.done(saved.clone());
            }
            // A step was begun on the matter's own page, which lies below.
            if new { nav.replace(Page::Matter(id)) } else { nav.leave() }
        })
    };
    let failure = start.failure.clone().or(open.failure.clone());
    let unknown = failure.as_ref().is_some_and(|f| f.code == Code::UnknownForm);
    match ((*draft).clone(), *made) {
        (Some(draft), Some(id)) => html! { <finished::Finished {id} name={draft.name.clone()} corrected={draft.of.corrects().is_some()} /> },
        (Some(draft), None) => {
            let (reopen, id) = (open.callback(), draft.id);
            let onspoken = Callback::from(move |()| reopen.emit(OpenDraft { draft: id }));
            // In another language it is another page.
            let key = draft.spoken.clone().unwrap_or_default();
            html! { <form_page::FormPage {key} {draft} {onfinished} {onspoken} /> }
        }
        (None, _) if unknown => html! { <Unknown /> },
        (None, _) => html! {
            <div class="page">
                <TopBar title={text.visit_new()} back={true} />
                <PageBody narrow={true}>
                    if let Some(failure) = failure {
                        <ErrorState {failure} retry={begin} />
                    } else {
                        <Skeleton />
                    }
                </PageBody>
            </div>
        },
    }
}

/// The draft's form is newer than the app: nothing is lost, it waits.
#[component]
fn Unknown() -> Html {
    let (text, nav) = (use_text(), use_nav());
    let back = Callback::from(move |()| nav.leave());
    html! {
        <div class="page">
            <TopBar title={text.visit_new()} back={true} />
            <PageBody narrow={true}>
                <div data-test="unknown-form">
                    <Empty icon={Glyph::Upload} title={text.form_unknown_title()} note={text.form_unknown_note()}>
                        <Button text={text.nav_back()} look={Look::Soft} fit={true} onclick={back} />
                    </Empty>
                </div>
            </PageBody>
        </div>
    }
}
