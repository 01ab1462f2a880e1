//! What is to be done beside visits, and the way to write something down.

use domain::api::{Areas, MatterItem, MatterTypes};
use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::use_text;
use crate::kit::{Button, FailureBanner, Glyph, Look};
use crate::record::begin::{self, use_begin};
use crate::record::when::count;
use crate::record::{BeginSheet, MatterCard};

/// Cards drawn at once; all of them stand on the page of matters.
const MOST: usize = 10;

/// Properties of [`DueMatters`].
#[derive(Properties, PartialEq)]
pub struct DueProps {
    /// Those whose day is near or over, the most urgent first.
    pub matters: Vec<MatterItem>,
    /// How many did not end.
    pub open: u64,
}

/// A card for each, and the way to all of them.
#[component]
pub fn DueMatters(props: &DueProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    if props.open == 0 && props.matters.is_empty() {
        return Html::default();
    }
    let card = |matter: &MatterItem| {
        let (nav, page) = (nav.clone(), Page::Matter(matter.id));
        html! { <MatterCard key={matter.id.to_string()} matter={matter.clone()} on={nav.route.page == page} onclick={move |()| nav.select(page)} /> }
    };
    let all = {
        let nav = nav.clone();
        Callback::from(move |()| nav.select(Page::Matters))
    };
    html! {
        <section class="due-part" data-test="due-matters">
            <div class="section"><h2>{ text.matter_due_title() }</h2><small class="number">{ text.matter_count(count(props.matters.len())) }</small></div>
            <div class="stack">
                { for props.matters.iter().take(MOST).map(card) }
                <Button text={text.matter_all_count(count(props.open))} look={Look::Line} test="all-matters" onclick={all} />
            </div>
        </section>
    }
}

#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Any,
    Only(String),
}

/// What must not wait as a button of its own, and the way to everything else.
#[component]
pub fn Begin() -> Html {
    let text = use_text();
    let open = use_state(|| Open::Nothing);
    let (types, areas) = (use_query(MatterTypes { person: None }), use_query(Areas {}));
    let start = use_begin(Callback::noop());
    let set = |to: Open| {
        let open = open.setter();
        Callback::from(move |()| open.set(to.clone()))
    };
    let mut offered = types.data.iter().flat_map(|all| all.iter()).filter(|kind| kind.may_open && kind.of_area).peekable();
    if offered.peek().is_none() {
        return Html::default();
    }
    let lang = text.lang().code();
    let urgent = offered.filter(|kind| kind.urgent && !kind.confidential).map(|kind| {
        let (words, test) = (kind.title.get(lang).to_owned(), format!("urgent-{}", kind.id));
        // Who works in one village is not asked in which.
        let onclick = match areas.data.as_deref().map(Vec::as_slice) {
            Some([area]) => {
                let call = begin::of_area(&kind.id, area.code.clone());
                start.callback().reform(move |()| call.clone())
            }
            _ => set(Open::Only(kind.id.clone())),
        };
        html! { <Button key={kind.id.clone()} text={words} icon={Glyph::Alert} look={Look::Danger} busy={start.busy} {test} {onclick} /> }
    });
    html! {
        <section class="due-part stack" data-test="begin-matters">
            if let Some(failure) = &start.failure { <FailureBanner failure={failure.clone()} /> }
            { for urgent }
            <Button text={text.matter_begin()} icon={Glyph::Plus} look={Look::Soft} test="begin" onclick={set(Open::Any)} />
            { match &*open {
                Open::Nothing => Html::default(),
                Open::Any => html! { <BeginSheet onclose={set(Open::Nothing)} /> },
                Open::Only(kind) => html! { <BeginSheet only={Some(kind.clone())} onclose={set(Open::Nothing)} /> },
            } }
        </section>
    }
}
