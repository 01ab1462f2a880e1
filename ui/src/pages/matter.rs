//! One matter: what it is about, where it stands and until when, what happened to it, and where it may go.

mod foot;
mod sheets;
mod story;

use std::rc::Rc;

use domain::RecordId;
use domain::api::{Conflict, DraftItem, LinkItem, Matter, MatterDetail, MatterLine};
use domain::roles::Kind;
use text::Text;
use yew::prelude::*;

use self::foot::MatterFoot;
use self::story::Story;
use super::oversight::ask::{AskReason, asked_for};
use super::today::drafts::page_of;
use crate::core::nav::{Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, Card, Chip, Glyph, Icon, Look, PageBody, Skeleton, Tone, TopBar, show};
use crate::record::{ConflictSheet, MatterDue, Photos};

/// Properties of [`MatterPage`].
#[derive(Properties, PartialEq)]
pub struct MatterPageProps {
    /// The matter.
    pub id: RecordId,
}

/// Properties of the parts of the page.
#[derive(Properties, PartialEq)]
pub struct DetailProps {
    /// The matter.
    pub detail: Rc<MatterDetail>,
}

/// One matter.
#[component]
pub fn MatterPage(props: &MatterPageProps) -> Html {
    let text = use_text();
    let matter = use_query(Matter { id: props.id });
    if let Some(person) = asked_for(matter.failure.as_ref()) {
        return html! {
            <div class="page" data-test="matter-page">
                <TopBar title={text.matter_one()} back={true} />
                <PageBody narrow={true}><AskReason {person} onopen={matter.reload.clone()} /></PageBody>
            </div>
        };
    }
    let bar = match &matter.data {
        None => html! { <TopBar title={text.matter_one()} back={true} /> },
        Some(detail) => {
            let (item, lang) = (&detail.item, text.lang().code());
            let (words, tone, icon) = if item.uploaded {
                (text.code_or_raw("visit-state", "uploaded"), Tone::Info, Glyph::Cloud)
            } else {
                (text.person_saved(), Tone::Warm, Glyph::PhoneOk)
            };
            html! {
                <TopBar title={item.title.get(lang).to_owned()} note={Some(AttrValue::from(item.name.clone()))} back={true}>
                    <Chip text={words} {tone} icon={Some(icon)} test="matter-state" />
                </TopBar>
            }
        }
    };
    html! {
        <div class="page" data-test="matter-page">
            { bar }
            <PageBody narrow={true} class="stack loose" refreshing={matter.loading && matter.data.is_some()}>
                { show(&matter, html! { <Skeleton /> }, |detail| html! { <Contents detail={detail.clone()} /> }) }
            </PageBody>
            if let Some(detail) = matter.data.clone() { <MatterFoot {detail} /> }
        </div>
    }
}

#[component]
fn Contents(props: &DetailProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let (detail, lang) = (&props.detail, text.lang().code());
    let item = &detail.item;
    let person = item.person.map(|person| {
        let nav = nav.clone();
        html! {
            <button type="button" class="card row" data-test="matter-person" onclick={move |_| nav.open(Page::Person(person))}>
                <span class="grow"><b>{ &item.name }</b></span><small>{ text.visit_read_file() }</small><Icon glyph={Glyph::Forward} />
            </button>
        }
    });
    html! {
        <>
            <Notices detail={detail.clone()} />
            <section class="stack">
                <div class="row wrap">
                    <h2 class="grow" data-test="matter-stage">{ item.stage_label.get(lang) }</h2>
                    <MatterDue matter={item.clone()} />
                </div>
                <Story detail={detail.clone()} />
            </section>
            <Answers detail={detail.clone()} />
            <Photos of={item.id.0} may={detail.may_edit && item.open} />
            <Links detail={detail.clone()} />
            { for person }
        </>
    }
}

/// What asks for attention, above all else.
#[component]
fn Notices(props: &DetailProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let detail = &props.detail;
    let settling = use_state(|| false);
    let set = |on: bool| {
        let settling = settling.setter();
        Callback::from(move |()| settling.set(on))
    };
    let unfinished = |draft: &DraftItem| {
        let (nav, page) = (nav.clone(), page_of(draft));
        html! {
            <Banner key={draft.id.to_string()} icon={Glyph::Edit} title={text.matter_unfinished()} test="draft">
                <Button text={text.today_continue_action()} look={Look::Line} fit={true} test="continue" onclick={move |()| nav.open(page)} />
            </Banner>
        }
    };
    let conflict = detail.conflicts.first();
    html! {
        <>
            if !detail.item.known { <Banner tone={Tone::Info} icon={Glyph::Upload} title={text.matter_unknown()} test="unknown-type" /> }
            if detail.item.disputed {
                <Banner tone={Tone::Danger} icon={Glyph::Compare} title={text.matter_disputed_note()} note={text.matter_disputed_do()} test="disputed" />
            }
            if let Some(reason) = &detail.refusal {
                <Banner tone={Tone::Danger} title={text.visit_read_refused()} note={text.visit_read_refused_note(&text.failure(reason))} test="refused" />
            }
            if conflict.is_some() {
                <Banner tone={Tone::Warm} icon={Glyph::Compare} title={text.visit_read_conflicts(crate::record::when::count(detail.conflicts.len()))}
                    note={text.visit_read_conflicts_note()} test="conflicts">
                    <Button text={text.action_choose()} look={Look::Line} fit={true} test="settle" onclick={set(true)} />
                </Banner>
            }
            { for detail.drafts.iter().map(unfinished) }
            if let (true, Some(conflict)) = (*settling, conflict) { { sheet(conflict, set(false), &text) } }
        </>
    }
}

fn sheet(conflict: &Conflict, onclose: Callback<()>, text: &Text) -> Html {
    let lang = text.lang().code();
    let mut conflict = conflict.clone();
    for version in &mut conflict.values {
        if let Some(words) = &version.words {
            version.shown = words.get(lang).to_owned();
        }
    }
    let label = conflict.label.as_ref().map_or_else(|| conflict.path.clone(), |label| label.get(lang).to_owned());
    html! { <ConflictSheet {conflict} {label} {onclose} /> }
}

/// What was said, a card a part of the form.
#[component]
fn Answers(props: &DetailProps) -> Html {
    let text = use_text();
    let lang = text.lang().code();
    let line = |line: &MatterLine| {
        html! { <div key={line.question.clone()}><dt>{ line.label.get(lang) }</dt><dd class="prose">{ line.shown.get(lang) }</dd></div> }
    };
    let parts = props.detail.lines.chunk_by(|one, other| one.part == other.part).map(|lines| {
        let title = lines.first().map(|line| line.part.get(lang).to_owned()).unwrap_or_default();
        html! {
            <section>
                if !title.is_empty() { <div class="section"><h2>{ title }</h2></div> }
                <Card><dl class="said-lines" data-test="matter-lines">{ for lines.iter().map(line) }</dl></Card>
            </section>
        }
    });
    html! { <>{ for parts }</> }
}

/// What it comes from, and what came of it.
#[component]
fn Links(props: &DetailProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let lang = text.lang().code();
    let links: Vec<&LinkItem> = props.detail.links.iter().filter(|link| link.kind.is_some()).collect();
    if links.is_empty() {
        return Html::default();
    }
    let line = |link: &&LinkItem| {
        let page = match link.kind {
            Some(Kind::Visit) => Page::Visit(link.to),
            Some(kind) if kind.is_matter() => Page::Matter(link.to),
            _ => Page::Person(link.to),
        };
        let nav = nav.clone();
        let words = text.code_or_raw("link", if link.id.is_some() { &link.as_what } else { "back" });
        let day = link.day.map(|day| text.date(day, status.today));
        let name = [day, Some(link.name.get(lang).to_owned())].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        html! {
            <button key={format!("{}{}", link.to, link.as_what)} type="button" class="line-button visit-line" data-test="matter-link" onclick={move |_| nav.open(page)}>
                <span class="grow"><small class="block">{ words }</small><b class="block">{ name }</b></span><Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    html! {
        <section>
            <div class="section"><h2>{ text.matter_links() }</h2></div>
            <Card class="lines">{ for links.iter().map(line) }</Card>
        </section>
    }
}
