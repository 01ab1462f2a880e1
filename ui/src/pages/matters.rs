//! All matters on this device: what is open, what is over its day, what was begun or is to be seen to by the reader.

use domain::api::{MatterItem, MatterQuery, MatterTypeItem, MatterTypes, Matters};
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Control, Empty, Field, Glyph, Look, PageBody, SelectOption, Skeleton, ToggleChip, TopBar, empty_when_known, show};
use crate::record::{BeginSheet, MatterCard};

/// Most that are shown; more is found by the filters.
const MOST: usize = 300;

/// All matters.
#[component]
pub fn MattersPage() -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let query = use_state(|| MatterQuery { open: true, limit: MOST, ..MatterQuery::default() });
    let beginning = use_state(|| false);
    let types = use_query(MatterTypes { person: None });
    let matters = use_query(Matters { query: (*query).clone() });
    let lang = text.lang().code();
    let toggle = |change: fn(&mut MatterQuery, bool)| {
        let query = query.clone();
        Callback::from(move |on: bool| {
            let mut next = (*query).clone();
            change(&mut next, on);
            query.set(next);
        })
    };
    let set = |on: bool| {
        let beginning = beginning.setter();
        Callback::from(move |()| beginning.set(on))
    };
    let option = |kind: &MatterTypeItem| SelectOption { value: kind.id.clone().into(), label: kind.title.get(lang).to_owned().into() };
    let options: Vec<SelectOption> = types.data.iter().flat_map(|all| all.iter()).map(option).collect();
    let onkind = {
        let query = query.clone();
        Callback::from(move |kind: String| query.set(MatterQuery { kind: Some(kind).filter(|kind| !kind.is_empty()), ..(*query).clone() }))
    };
    let card = |matter: &MatterItem| {
        let (nav, id) = (nav.clone(), matter.id);
        html! { <MatterCard key={id.to_string()} matter={matter.clone()} onclick={move |()| nav.open(Page::Matter(id))} /> }
    };
    let draw = |found: &std::rc::Rc<Vec<MatterItem>>| match found.is_empty() {
        true => empty_when_known(&status, html! { <Empty icon={Glyph::Check} title={text.matter_none()} note={text.matter_none_note()} /> }),
        false => html! { <div class="stack">{ for found.iter().map(card) }</div> },
    };
    html! {
        <div class="page" data-test="matters">
            <TopBar title={text.matter_all()} back={true}>
                <Button text={text.matter_begin()} icon={Glyph::Plus} look={Look::Soft} fit={true} test="begin" onclick={set(true)} />
            </TopBar>
            <PageBody narrow={true} class="stack" refreshing={matters.loading && matters.data.is_some()}>
                <div class="row wrap filter-chips">
                    <ToggleChip text={text.matter_open()} on={query.open} test="only-open" ontoggle={toggle(|q, on| q.open = on)} />
                    <ToggleChip text={text.matter_due()} on={query.due} test="only-due" ontoggle={toggle(|q, on| q.due = on)} />
                    <ToggleChip text={text.matter_mine()} on={query.mine} test="only-mine" ontoggle={toggle(|q, on| q.mine = on)} />
                </div>
                <Field label={text.matter_type()} name="matter-type" control={Control::Select(options)} value={query.kind.clone().unwrap_or_default()}
                    onchange={onkind} />
                { show(&matters, html! { <Skeleton count={4} /> }, draw) }
            </PageBody>
            if *beginning { <BeginSheet onclose={set(false)} /> }
        </div>
    }
}
