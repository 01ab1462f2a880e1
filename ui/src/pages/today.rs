//! Who is due, and why.

pub mod drafts;
mod due_card;
mod grown;
mod matters;

use domain::Category;
use domain::api::{PersonItem, Today as TodayCall, TodayReply};
use text::Text;
use yew::prelude::*;

use self::drafts::Drafts;
use self::due_card::DueCard;
pub use self::due_card::why;
use self::grown::Grown;
use self::matters::{Begin, DueMatters};
use super::person::numbers::CallSheet;
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Coming, Empty, Glyph, Icon, Look, PageBody, Skeleton, ToggleChip, TopBar, empty_when_known, show};
use crate::record::SyncChip;
use crate::record::when::count;

/// Cards drawn at once in one part; the rest comes on request.
const STEP: usize = 30;

/// Who is due, and why.
#[component]
pub fn Today() -> Html {
    let (text, status) = (use_text(), use_status());
    let today = use_query(TodayCall {});
    let calling = use_state(|| None::<PersonItem>);
    let day = today.data.as_ref().map_or(status.today, |t| t.day);
    let places = today.data.as_ref().and_then(|t| places(&t.places, &text));
    let note = [Some(text.date_and_weekday(day)), places].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let oncall = {
        let calling = calling.setter();
        Callback::from(move |person| calling.set(Some(person)))
    };
    let onclose = {
        let calling = calling.setter();
        Callback::from(move |()| calling.set(None))
    };
    let skeleton = html! { <Skeleton count={4} /> };
    html! {
        <div class="page">
            <TopBar title={text.today_title()} {note}><SyncChip /></TopBar>
            <PageBody refreshing={today.loading && today.data.is_some()}>
                <Coming />
                { show(&today, skeleton, |reply| html! { <Due reply={(**reply).clone()} no_files={status.persons == 0} {oncall} /> }) }
            </PageBody>
            if let Some(person) = &*calling { <CallSheet person={person.clone()} {onclose} /> }
        </div>
    }
}

/// The first place, and how many there are.
fn places(places: &[String], text: &Text) -> Option<String> {
    match places {
        [] => None,
        [one] => Some(one.clone()),
        [first, second] => Some(format!("{first}、{second}")),
        [first, ..] => Some(text.today_places(first, i64::try_from(places.len()).unwrap_or(i64::MAX))),
    }
}

#[derive(Properties, PartialEq)]
struct DueProps {
    reply: TodayReply,
    /// There is not a single file on this device.
    no_files: bool,
    oncall: Callback<PersonItem>,
}

#[component]
fn Due(props: &DueProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let TodayReply { overdue, soon, drafts, visited_today, next, .. } = &props.reply;
    let matters = &props.reply.matters;
    let nothing = overdue.is_empty() && soon.is_empty() && matters.is_empty();
    let chosen = use_state(|| Which::All);
    // What is not there any more is not asked for any more.
    let which = if offers(*chosen, &props.reply) { *chosen } else { Which::All };
    let hers = |persons: &[PersonItem]| persons.iter().filter(|person| which.has(person)).cloned().collect::<Vec<_>>();
    html! {
        <>
            <Drafts drafts={drafts.clone()} />
            { filter(&props.reply, which, &chosen, &text) }
            if matches!(which, Which::All | Which::Matters) { <DueMatters matters={matters.clone()} open={props.reply.open_matters} /> }
            <Part title={text.today_overdue()} name="overdue" persons={hers(overdue)} oncall={props.oncall.clone()} />
            <Part title={text.today_this_week()} name="soon" persons={hers(soon)} oncall={props.oncall.clone()} />
            if which == Which::All { <Grown grown={props.reply.grown.clone()} /> }
            if nothing { { empty_when_known(&status, html! { <Nothing no_files={props.no_files} next={next.clone()} /> }) } }
            <Begin />
            if *visited_today > 0 {
                <p class="visited" data-test="visited-today"><Icon glyph={Glyph::Check} />{ text.today_visited(i64::from(*visited_today)) }</p>
            }
        </>
    }
}

/// What is shown of the page.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    All,
    Visits,
    Matters,
    Of(Category),
}

impl Which {
    fn has(self, person: &PersonItem) -> bool {
        match self {
            Which::All | Which::Visits => true,
            Which::Matters => false,
            Which::Of(category) => person.categories.contains(&category),
        }
    }
}

fn persons(reply: &TodayReply) -> impl Iterator<Item = &PersonItem> {
    reply.overdue.iter().chain(&reply.soon)
}

/// Whether there is anything of this to be shown.
fn offers(which: Which, reply: &TodayReply) -> bool {
    match which {
        Which::Matters => !reply.matters.is_empty(),
        which => persons(reply).any(|person| which.has(person)),
    }
}

/// The chips by which the page shows only some of it; none where all is of one kind.
fn filter(reply: &TodayReply, which: Which, chosen: &UseStateHandle<Which>, text: &Text) -> Html {
    let count = |of: Which| count(persons(reply).filter(|person| of.has(person)).count());
    let both = offers(Which::Visits, reply) && offers(Which::Matters, reply);
    let kinds = [(Which::Visits, text.matter_only_visits(), "filter-visits"), (Which::Matters, text.matter_only(), "filter-matters")];
    let categories: Vec<Category> = Category::ALL.iter().copied().filter(|category| offers(Which::Of(*category), reply)).collect();
    let several = categories.len() > 1 && categories.iter().any(|category| count(Which::Of(*category)) < count(Which::Visits));
    if !both && !several {
        return Html::default();
    }
    let chip = |of: Which, words: String, test: String| {
        let chosen = chosen.clone();
        html! { <ToggleChip text={words} on={which == of} {test} ontoggle={move |on: bool| chosen.set(if on { of } else { Which::All })} /> }
    };
    html! {
        <div class="row wrap filter-chips today-filter" data-test="today-filter">
            { chip(Which::All, text.matter_everything(), "filter-all".to_owned()) }
            if both { { for kinds.into_iter().map(|(of, words, test)| chip(of, words, test.to_owned())) } }
            if several {
                { for categories.iter().map(|category| {
                    let of = Which::Of(*category);
                    chip(of, format!("{} {}", text.category(*category), count(of)), format!("filter-{category}"))
                }) }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PartProps {
    title: AttrValue,
    /// For tests.
    name: &'static str,
    persons: Vec<PersonItem>,
    oncall: Callback<PersonItem>,
}

/// 已逾期 or 本周应访 with its cards.
#[component]
fn Part(props: &PartProps) -> Html {
    let text = use_text();
    let shown = use_state(|| STEP);
    let all = props.persons.len();
    if all == 0 {
        return Html::default();
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let rest = all.saturating_sub(*shown);
    let more = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(shown.saturating_add(STEP)))
    };
    html! {
        <section class="due-part" data-test={props.name}>
            <div class="section"><h2>{ &props.title }</h2><small class="number">{ text.today_households(count(all)) }</small></div>
            <div class="stack">
                { for props.persons.iter().take(*shown).map(|person| html! {
                    <DueCard key={person.id.to_string()} person={person.clone()} oncall={props.oncall.clone()} />
                }) }
                if rest > 0 { <Button text={text.today_show_more(count(rest.min(STEP)))} look={Look::Line} test="more" onclick={more} /> }
            </div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NothingProps {
    no_files: bool,
    next: Option<PersonItem>,
}

/// Nobody is due: says who is next.
#[component]
fn Nothing(props: &NothingProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    if props.no_files {
        return html! { <Empty icon={Glyph::Files} title={text.today_no_files()} note={text.today_no_files_note()} /> };
    }
    let next = props.next.as_ref().and_then(|person| {
        let (due, state) = (person.due.as_ref()?, person.due_state?);
        Some((person.id, text.today_next(&person.name, &text.due_state(state, due.date, status.today))))
    });
    let button = next.map(|(id, words)| {
        let open = Callback::from(move |()| nav.select(Page::Person(id)));
        html! { <Button text={words} look={Look::Soft} fit={true} test="next-due" onclick={open} /> }
    });
    html! {
        <Empty icon={Glyph::Heart} title={text.today_empty()} note={text.today_empty_note()}>{ for button }</Empty>
    }
}
