//! All files: list, search, filters.

mod chosen;
mod filters;
mod kept;
mod rows;

use domain::api::Persons;
use domain::roles::{Action, Kind, Section};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use self::chosen::Chosen;
use self::filters::FilterSheet;
pub use self::filters::categories_of;
use self::kept::use_kept;
use self::rows::{MoreRows, PAGE, Rows};
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Coming, Empty, Glyph, Look, PageBody, SearchBox, Skeleton, TopBar, empty_when_known, show};
use crate::record::SyncChip;

/// Typing rests so long before the core is asked.
const PAUSE_MILLIS: u32 = 120;

/// A value that follows with a pause, so that not every letter asks the core. Emptied, it follows at once.
#[hook]
fn use_rested(value: String) -> String {
    let rested = use_state(|| value.clone());
    {
        let rested = rested.setter();
        use_effect_with(value, move |value| {
            let value = value.clone();
            let timer = if value.is_empty() {
                rested.set(value);
                None
            } else {
                Some(Timeout::new(PAUSE_MILLIS, move || rested.set(value)))
            };
            move || drop(timer)
        });
    }
    (*rested).clone()
}

/// All files: list, search, filters.
#[component]
pub fn Files() -> Html {
    let (text, status, nav) = (use_text(), use_status(), use_nav());
    let kept = use_kept();
    let filtering = use_state(|| false);
    let search = use_rested(kept.search.clone());
    let query = kept.chosen.query(&search);
    let first = use_query(Persons { query: query.clone() });
    let total = first.data.as_ref().map_or(0, |list| list.total);
    let search_changed = {
        let kept = kept.clone();
        Callback::from(move |words: String| kept.search(words))
    };
    let choose = {
        let kept = kept.clone();
        Callback::from(move |chosen: Chosen| kept.choose(chosen))
    };
    let (open_filters, close_filters) = (switch(&filtering, true), switch(&filtering, false));
    let may_create = status.me.as_ref().is_some_and(|me| me.role.may(Action::Create, Kind::Person, Section::Meta));
    let create = Callback::from(move |()| nav.select(Page::PersonNew));
    let narrowed = !search.is_empty() || kept.chosen != Chosen::default();
    let more = {
        let kept = kept.clone();
        Callback::from(move |()| kept.more())
    };
    let loaded = {
        let kept = kept.clone();
        Callback::from(move |()| kept.restore())
    };
    let clear = {
        let kept = kept.clone();
        Callback::from(move |()| kept.clear())
    };
    html! {
        <div class="page">
            <TopBar title={text.files_title()}><SyncChip /></TopBar>
            <div class="files-head stack tight">
                <SearchBox label={text.files_search_label()} placeholder={text.files_search()} value={kept.search.clone()} oninput={search_changed} />
                <chosen::ChosenChips chosen={kept.chosen.clone()} onchoose={choose.clone()} onfilter={open_filters} />
                <div class="row">
                    <small class="grow number" role="status" data-test="count">{ if first.data.is_some() { text.files_count(count(total)) } else { String::new() } }</small>
                    if may_create { <Button text={text.files_new()} icon={Glyph::Plus} look={Look::Plain} fit={true} test="new-person" onclick={create} /> }
                </div>
            </div>
            <PageBody refreshing={first.loading && first.data.is_some()}>
                <div ref={kept.node.clone()} class="stack tight">
                    <Coming />
                    { show(&first, html! { <Skeleton count={6} /> }, |list| html! {
                        if list.rows.is_empty() {
                            { empty_when_known(&status, html! { <NoFiles {narrowed} {clear} /> }) }
                        } else {
                            <Rows rows={list.rows.clone()} onloaded={loaded.clone()} />
                            { for (1..kept.pages).map(|page| html! {
                                <MoreRows key={page} query={query.clone()} {page} onloaded={loaded.clone()} />
                            }) }
                            if list.total > kept.pages.saturating_mul(PAGE) {
                                <Button text={text.files_more(count((list.total - kept.pages * PAGE).min(PAGE)))} look={Look::Line} test="more" onclick={more} />
                            }
                        }
                    }) }
                </div>
            </PageBody>
            if *filtering { <FilterSheet chosen={kept.chosen.clone()} {total} onchoose={choose} onclose={close_filters} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NoFilesProps {
    /// Whether words or filters hide files.
    narrowed: bool,
    clear: Callback<()>,
}

#[component]
fn NoFiles(props: &NoFilesProps) -> Html {
    let text = use_text();
    if !props.narrowed {
        return html! { <Empty icon={Glyph::Files} title={text.files_none()} note={text.files_none_note()} /> };
    }
    html! {
        <Empty icon={Glyph::Search} title={text.files_empty()} note={text.files_empty_note()}>
            <Button text={text.files_clear_filters()} look={Look::Soft} fit={true} test="clear-filters" onclick={props.clear.clone()} />
        </Empty>
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn switch(state: &UseStateHandle<bool>, to: bool) -> Callback<()> {
    let state = state.setter();
    Callback::from(move |()| state.set(to))
}
