//! Reading one visit beside the one before: answers, where it stands, what the supervisor said.

mod answers;
mod notices;

use std::rc::Rc;

use domain::RecordId;
use domain::api::{Conflict, Visit, VisitDetail};
use domain::form::WHEN;
use domain::visit::VisitState;
use text::Text;
use yew::prelude::*;

use super::oversight::ask::{AskReason, asked_for};
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Foot, Glyph, Look, PageBody, Skeleton, TopBar, show};
use crate::record::{ConflictSheet, Photos, Proposals, VisitStateChip, kind, when};

/// Properties of [`VisitPage`].
#[derive(Properties, PartialEq)]
pub struct VisitPageProps {
    /// The visit.
    pub id: RecordId,
}

/// One visit.
#[component]
pub fn VisitPage(props: &VisitPageProps) -> Html {
    let text = use_text();
    let visit = use_query(Visit { id: props.id });
    let settling = use_state(|| None::<String>);
    let onsettle = {
        let settling = settling.setter();
        Callback::from(move |path| settling.set(Some(path)))
    };
    let onclose = {
        let settling = settling.setter();
        Callback::from(move |()| settling.set(None))
    };
    let conflict = visit.data.as_ref().and_then(|v| {
        let conflict = v.conflicts.iter().find(|c| settling.as_ref() == Some(&c.path))?;
        Some((in_words(conflict, &text), question_label(conflict, &text)))
    });
    if let Some(person) = asked_for(visit.failure.as_ref()) {
        return html! {
            <div class="page" data-test="visit">
                { bar(None, &text) }
                <PageBody narrow={true}><AskReason {person} onopen={visit.reload.clone()} /></PageBody>
            </div>
        };
    }
    html! {
        <div class="page" data-test="visit">
            { bar(visit.data.as_ref(), &text) }
            <PageBody class="stack" refreshing={visit.loading && visit.data.is_some()}>
                { show(&visit, html! { <Skeleton /> }, |detail| html! { <Contents detail={detail.clone()} {onsettle} /> }) }
            </PageBody>
            if let Some(detail) = visit.data.clone() { <VisitFoot {detail} /> }
            if let Some((conflict, label)) = conflict { <ConflictSheet {conflict} {label} {onclose} /> }
        </div>
    }
}

/// A question by its words.
fn question_label(conflict: &Conflict, text: &Text) -> String {
    if conflict.path.ends_with(WHEN) {
        return text.form_day();
    }
    conflict.label.as_ref().map_or_else(|| conflict.path.clone(), |label| label.get(text.lang().code()).to_owned())
}

/// The values in the worker's language.
fn in_words(conflict: &Conflict, text: &Text) -> Conflict {
    let mut conflict = conflict.clone();
    for version in &mut conflict.values {
        if conflict.path.ends_with(WHEN) {
            version.shown = version.shown.parse().map_or_else(|_| version.shown.clone(), |day| text.date_with_year(day));
        } else if let Some(words) = &version.words {
            version.shown = words.get(text.lang().code()).to_owned();
        }
    }
    conflict
}

fn bar(detail: Option<&Rc<VisitDetail>>, text: &Text) -> Html {
    match detail {
        None => html! { <TopBar title={text.visit_detail()} back={true} /> },
        Some(detail) => html! {
            <TopBar title={detail.item.name.clone()} back={true}><VisitStateChip state={detail.item.state} /></TopBar>
        },
    }
}

#[derive(Properties, PartialEq)]
struct ContentsProps {
    detail: Rc<VisitDetail>,
    onsettle: Callback<String>,
}

#[component]
fn Contents(props: &ContentsProps) -> Html {
    let (text, status, nav) = (use_text(), use_status(), use_nav());
    let detail = &props.detail;
    let item = &detail.item;
    let moment = match detail.entered {
        Some(day) => text.visit_read_entered(&text.date(day, status.today)),
        None => when::moment(&text, item.at),
    };
    let facts = [item.by.clone(), moment, detail.person.area_name.clone()];
    let facts: Vec<String> = facts.into_iter().filter(|f| !f.is_empty()).collect();
    let person = detail.item.person;
    let onperson = Callback::from(move |()| nav.open(Page::Person(person)));
    html! {
        <>
            <div class="visit-head">
                <h2 data-test="visit-title">{ text.visit_read_title(&text.date(item.at.day(), status.today), &kind(item, &text)) }</h2>
                <small>{ facts.join(" · ") }</small>
            </div>
            <notices::Notices detail={detail.clone()} onsettle={props.onsettle.clone()} />
            <Proposals types={detail.proposals.clone()} person={item.person} visit={item.id} />
            <answers::Answers detail={detail.clone()} />
            <Photos of={item.id.0} may={detail.may_correct} />
            <notices::Reviews detail={detail.clone()} />
            <Button text={text.visit_read_file()} icon={Glyph::Files} look={Look::Line} test="visit-person" onclick={onperson} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FootProps {
    detail: Rc<VisitDetail>,
}

/// What the reader may do with it: correct it, or review it.
#[component]
fn VisitFoot(props: &FootProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let detail = &props.detail;
    let (id, person) = (detail.item.id, detail.item.person);
    let correct = {
        let nav = nav.clone();
        Callback::from(move |()| nav.open(Page::VisitForm(person, Some(id))))
    };
    let review = Callback::from(move |()| nav.open(Page::Review(id)));
    if !detail.may_correct && !detail.may_review {
        return Html::default();
    }
    let wanted = matches!(detail.item.state, VisitState::Returned | VisitState::Refused);
    html! {
        <Foot>
            if detail.may_correct {
                <Button text={if wanted { text.visit_read_correct() } else { text.action_edit() }} icon={Glyph::Edit}
                    look={if wanted { Look::Main } else { Look::Line }} test="correct" onclick={correct} />
            }
            if detail.may_review {
                <Button text={text.tab_review()} icon={Glyph::Check} test="to-review" onclick={review} />
            }
        </Foot>
    }
}
