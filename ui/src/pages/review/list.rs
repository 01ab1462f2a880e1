//! The list of visits that wait.

use std::rc::Rc;

use domain::Risk;
use domain::api::{MOST_WAITING, ReviewItem, ReviewQueue};
use domain::visit::VisitState;
use gloo_timers::callback::Timeout;
use text::Text;
use yew::prelude::*;

use super::bulk::ApproveAll;
use super::order::{self, Order};
use super::refused::RefusedChanges;
use crate::core::growing::use_growing;
use crate::core::nav::{Page, use_nav};
use crate::core::query::{Query, use_query};
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Card, Chip, Coming, Edge, Empty, Foot, Glyph, Look, PageBody, Skeleton, ToggleChip, Tone, TopBar, empty_when_known, show};
use crate::record::when::{count, short_moment};
use crate::record::{SyncChip, VisitStateChip};

/// Visits that wait for a supervisor, once it is known which do.
#[component]
pub fn ReviewList() -> Html {
    let (text, status) = (use_text(), use_status());
    if status.coming.is_none() {
        return html! { <Waiting /> };
    }
    html! {
        <div class="page">
            <TopBar title={text.review_title()}><SyncChip /></TopBar>
            <PageBody><Coming />{ empty_when_known(&status, Html::default()) }</PageBody>
        </div>
    }
}

#[component]
fn Waiting() -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let queue = use_query(ReviewQueue {});
    let order = use_state(order::chosen);
    let drawn = use_growing(queue.data.as_ref().map_or(0, |items| items.len()), 8);
    use_rest(&queue);
    let approving = use_state(|| None::<Vec<ReviewItem>>);
    let choose = |to: Order| {
        let order = order.setter();
        Callback::from(move |_: bool| {
            order::choose(to);
            order.set(to);
        })
    };
    let quiet: Vec<ReviewItem> = queue.data.iter().flat_map(|items| items.iter()).filter(|i| order::is_quiet(i)).cloned().collect();
    let note = queue.data.as_ref().filter(|items| !items.is_empty()).map(|items| {
        AttrValue::from(match items.len() {
            MOST_WAITING.. => text.review_count_first(i64::try_from(status.to_review).unwrap_or(i64::MAX), count(items.len())),
            all => text.review_count(count(all)),
        })
    });
    let draw = |items: &Rc<Vec<ReviewItem>>| match items.is_empty() {
        true => html! { <Empty icon={Glyph::Check} title={text.review_empty()} note={text.review_empty_note()} /> },
        false => html! {
            <div class="stack">
                <div class="row wrap" role="group" aria-label={text.review_sort()}>
                    <ToggleChip text={text.review_sort_risk()} on={*order == Order::Risk} test="sort-risk" ontoggle={choose(Order::Risk)} />
                    <ToggleChip text={text.review_sort_time()} on={*order == Order::Time} test="sort-time" ontoggle={choose(Order::Time)} />
                </div>
                { for order::sorted(items, *order).into_iter().take(drawn).map(|item| {
                    let id = item.visit.id;
                    html! { <WaitingCard key={id.to_string()} {item} on={nav.route.page == Page::Review(id)} /> }
                }) }
            </div>
        },
    };
    let ask = {
        let (approving, quiet) = (approving.setter(), quiet.clone());
        Callback::from(move |()| approving.set(Some(quiet.clone())))
    };
    let close = {
        let approving = approving.setter();
        Callback::from(move |()| approving.set(None))
    };
    html! {
        <div class="page">
            <TopBar title={text.review_title()} {note}><SyncChip /></TopBar>
            <PageBody refreshing={queue.loading && queue.data.is_some()}><RefusedChanges />{ show(&queue, html! { <Skeleton count={4} /> }, draw) }</PageBody>
            if !quiet.is_empty() {
                <Foot><Button text={text.review_approve_unchanged(count(quiet.len()))} look={Look::Line} icon={Glyph::Check} test="approve-all" onclick={ask} /></Foot>
            }
            if let Some(items) = &*approving { <ApproveAll items={items.clone()} onclose={close} /> }
        </div>
    }
}

/// What differs from last time is worked out for some visits at a time: asks again until it is known of all, a turn for others between.
#[hook]
fn use_rest(queue: &Query<Vec<ReviewItem>>) {
    let missing = if queue.loading || queue.failure.is_some() {
        0
    } else {
        queue.data.iter().flat_map(|items| items.iter()).filter(|item| !item.compared).count()
    };
    let reload = queue.reload.clone();
    use_effect_with(missing, move |missing| {
        let next = (*missing > 0).then(|| Timeout::new(0, move || reload.emit(())));
        move || drop(next)
    });
}

fn edge(item: &ReviewItem) -> Edge {
    match item.person.risk {
        Some(risk) if risk.is_pressing() => Edge::Flag,
        Some(Risk::Medium) => Edge::Soon,
        _ => Edge::None,
    }
}

/// `李主任 · 铜都社区 · 高风险 · 3 处变化`.
fn line(item: &ReviewItem, text: &Text) -> String {
    let risk = item.person.risk.filter(|r| *r != Risk::Low).map(|r| text.risk(r)).unwrap_or_default();
    let changes = match item.changes {
        _ if !item.compared => String::new(),
        0 => text.review_line_no_changes(),
        n => text.review_line_changes(i64::from(n)),
    };
    let parts = [item.visit.by.clone(), item.person.area_name.clone(), risk, changes];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[derive(Properties, PartialEq)]
struct WaitingCardProps {
    item: ReviewItem,
    /// Whether it is the one that is open.
    on: bool,
}

/// A component, so that a list that grows draws only what is new, and an answer only what is known otherwise.
#[component]
fn WaitingCard(props: &WaitingCardProps) -> Html {
    let (text, nav, item) = (use_text(), use_nav(), &props.item);
    let page = Page::Review(item.visit.id);
    let open = Callback::from(move |()| nav.select(page));
    let changed = item.visit.state == VisitState::Changed;
    html! {
        <Card edge={edge(item)} class="stack tight" on={props.on} test="review-item" onclick={open}>
            <div class="row wrap">
                <span class="name lead">{ &item.person.name }</span>
                <small class="nowrap">{ short_moment(&text, item.visit.at) }</small>
            </div>
            <small class="block">{ line(item, &text) }</small>
            if item.alarm || changed {
                <div class="row wrap">
                    if item.alarm { <Chip text={text.review_alarm()} tone={Tone::Danger} icon={Some(Glyph::Alert)} test="alarm" /> }
                    if changed { <VisitStateChip state={item.visit.state} /> }
                </div>
            }
        </Card>
    }
}
