//! Recording a visit, or correcting one. Every answer is journalled as it is given; leaving keeps the draft.

mod as_last;
mod day;
mod finished;
mod form_page;
mod speech;

use std::rc::Rc;

use domain::api::{Draft, OpenDraft, StartVisit};
use domain::{Code, RecordId};
use uuid::Uuid;
use yew::prelude::*;

use crate::core::nav::use_nav;
use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{Button, Empty, ErrorState, Glyph, Look, PageBody, Skeleton, TopBar};

/// Properties of [`VisitForm`].
#[derive(Properties, PartialEq)]
pub struct VisitFormProps {
    /// Whom.
    pub person: RecordId,
    /// The visit to correct.
    #[prop_or_default]
    pub correct: Option<RecordId>,
    /// The unfinished one that is gone on with.
    #[prop_or_default]
    pub draft: Option<Uuid>,
}

/// Recording a visit, or correcting one. An unfinished one of the same person is gone on with.
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
        let call = StartVisit { person: props.person, form: None, correct: props.correct };
        Callback::from(move |()| match draft {
            Some(draft) => open.emit(OpenDraft { draft }),
            None => start.emit(call.clone()),
        })
    };
    {
        let begin = begin.clone();
        use_effect_with((props.person, props.correct, props.draft), move |_| begin.emit(()));
    }
    let onfinished = {
        let made = made.setter();
        Callback::from(move |id| made.set(Some(id)))
    };
    let failure = start.failure.clone().or(open.failure.clone());
    let unknown = failure.as_ref().is_some_and(|f| f.code == Code::UnknownForm);
    match ((*draft).clone(), *made) {
        (Some(draft), Some(id)) => html! { <finished::Finished {id} name={draft.person.name.clone()} corrected={draft.corrects.is_some()} /> },
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
