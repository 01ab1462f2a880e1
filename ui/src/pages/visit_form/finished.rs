//! The calm end of a visit: it is on this phone, and what happens to it by itself.

use domain::RecordId;
use domain::api::{SyncState, Visit};
use domain::visit::VisitState;
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Foot, Glyph, Icon, Look, PageBody, TopBar};
use crate::record::{Proposals, VisitStateChip};

/// Properties of [`Finished`].
#[derive(Properties, PartialEq)]
pub struct FinishedProps {
    /// The visit.
    pub id: RecordId,
    /// Whom.
    pub name: AttrValue,
    /// It was a correction.
    pub corrected: bool,
}

/// The page after finishing. Its chip turns from saved to uploaded by itself.
#[component]
pub fn Finished(props: &FinishedProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let visit = use_query(Visit { id: props.id });
    let state = visit.data.as_ref().map_or(VisitState::Saved, |v| v.item.state);
    let note = match state {
        VisitState::Saved | VisitState::Changed if status.sync == SyncState::Offline => text.form_finished_offline(),
        VisitState::Uploaded => text.form_finished_uploaded(),
        VisitState::Refused => visit.data.as_ref().and_then(|v| v.refusal.as_ref()).map(|f| text.failure(f)).unwrap_or_default(),
        _ => text.visit_finished_note(),
    };
    let title = match (state, props.corrected) {
        (VisitState::Uploaded, true) => text.form_finished_correction_sent(),
        (VisitState::Uploaded, false) => text.form_finished_sent(),
        (_, true) => text.form_finished_correction(),
        (_, false) => text.visit_finished(),
    };
    let see = {
        let (nav, id) = (nav.clone(), props.id);
        Callback::from(move |()| nav.replace(Page::Visit(id)))
    };
    let back = Callback::from(move |()| nav.leave());
    html! {
        <div class="page" data-test="visit-finished">
            <TopBar title={text.visit_title(&props.name)} back={true} />
            <PageBody narrow={true}>
                <div class="state finished" role="status">
                    <span class="badge"><Icon glyph={Glyph::Check} /></span>
                    <h2>{ title }</h2>
                    <VisitStateChip {state} />
                    <p>{ note }</p>
                </div>
                if let Some(visit) = &visit.data { <Proposals types={visit.proposals.clone()} person={visit.item.person} visit={visit.item.id} /> }
            </PageBody>
            <Foot class="wrap">
                <Button text={text.form_finished_see()} look={Look::Soft} test="finished-see" onclick={see} />
                <Button text={text.form_finished_back()} test="finished-back" onclick={back} />
            </Foot>
        </div>
    }
}
