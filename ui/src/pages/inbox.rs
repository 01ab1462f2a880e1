//! Messages: visits that came back, fields two people changed, what the server did not take, visits changed after
//! their approval. They stay until what they are about is done.

use std::rc::Rc;

use domain::api::{About, Inbox as InboxCall, Message};
use domain::form::{Label, PHOTOS, WHEN};
use text::Text;
use yew::prelude::*;

use crate::core::nav::{Nav, Page, use_nav};
use crate::core::query::use_query;
use crate::core::state::{refresh_status, use_app, use_status, use_text};
use crate::kit::{Card, Coming, Edge, Empty, Glyph, Icon, PageBody, Skeleton, Tone, TopBar, empty_when_known, show};
use crate::record::{SyncChip, until};

use super::oversight::new_devices::NewDevice;
use super::person::same;
use crate::record::when::{count, short_moment};

/// The groups, in the order of the page.
const GROUPS: [Group; 7] = [Group::Late, Group::Returned, Group::Conflict, Group::Same, Group::Refused, Group::Changed, Group::OfAge];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Group {
    Late,
    Returned,
    Conflict,
    Same,
    Refused,
    Changed,
    OfAge,
    /// Above all others, and not one of the lists.
    Device,
}

impl Group {
    fn of(about: &About) -> Group {
        match about {
            About::Late { .. } => Group::Late,
            About::Returned { .. } => Group::Returned,
            About::Conflict { .. } | About::Disputed { .. } => Group::Conflict,
            About::MaybeSame(_) => Group::Same,
            About::Refused { .. } => Group::Refused,
            About::ChangedAfterApproval { .. } => Group::Changed,
            About::NewDevice { .. } => Group::Device,
            About::ComesOfAge { .. } => Group::OfAge,
        }
    }

    fn title(self, text: &Text) -> String {
        match self {
            Group::Late => text.matter_late(),
            Group::Returned => text.inbox_returned(),
            Group::Conflict => text.inbox_conflicts(),
            Group::Same => text.same_title(),
            Group::Refused => text.inbox_refused(),
            Group::Changed => text.inbox_changed(),
            Group::Device => text.device_new_title(),
            Group::OfAge => text.inbox_of_age(),
        }
    }

    fn look(self) -> (Glyph, Tone, Edge, &'static str) {
        match self {
            Group::Late => (Glyph::Clock, Tone::Danger, Edge::Flag, "late"),
            Group::Returned => (Glyph::Return, Tone::Danger, Edge::Flag, "returned"),
            Group::Conflict => (Glyph::Compare, Tone::Warm, Edge::Soon, "conflict"),
            Group::Same => (Glyph::Compare, Tone::Warm, Edge::Soon, "same"),
            Group::Refused => (Glyph::Alert, Tone::Danger, Edge::Flag, "refused"),
            Group::Changed => (Glyph::Edit, Tone::Warm, Edge::Soon, "changed"),
            Group::Device => (Glyph::PhoneOk, Tone::Danger, Edge::Flag, "device"),
            Group::OfAge => (Glyph::Clock, Tone::Warm, Edge::Soon, "of-age"),
        }
    }
}

/// Messages: returned visits, conflicts, refusals.
#[component]
pub fn Inbox() -> Html {
    let (text, nav, app, status) = (use_text(), use_nav(), use_app(), use_status());
    let inbox = use_query(InboxCall {});
    {
        // Reading them makes them seen; the status holds the number at the tab.
        let app = app.map(|a| a.dispatcher());
        use_effect_with(inbox.data.clone(), move |data| {
            if let (Some(_), Some(app)) = (data, app) {
                refresh_status(app);
            }
        });
    }
    let draw = |messages: &Rc<Vec<Message>>| match messages.is_empty() {
        true => empty_when_known(&status, html! { <Empty icon={Glyph::Inbox} title={text.inbox_empty()} note={text.inbox_empty_note()} /> }),
        false => html! {
            <>
                { for messages.iter().map(|m| html! { <NewDevice message={m.clone()} /> }) }
                { for GROUPS.into_iter().map(|g| group(g, messages, &text, &nav)) }
            </>
        },
    };
    html! {
        <div class="page inbox">
            <TopBar title={text.inbox_title()}><SyncChip /></TopBar>
            <PageBody refreshing={inbox.loading && inbox.data.is_some()}><Coming />{ show(&inbox, html! { <Skeleton /> }, draw) }</PageBody>
        </div>
    }
}

fn group(group: Group, messages: &[Message], text: &Text, nav: &Nav) -> Html {
    let mine: Vec<&Message> = messages.iter().filter(|m| Group::of(&m.about) == group).collect();
    if mine.is_empty() {
        return Html::default();
    }
    html! {
        <section class="stack" key={group.look().3}>
            <div class="section"><h2>{ group.title(text) }</h2><small class="number">{ count(mine.len()) }</small></div>
            { for mine.into_iter().map(|m| card(group, m, text, nav)) }
        </section>
    }
}

/// Where the worker does what the message asks for.
fn page_of(message: &Message) -> Page {
    if let Some(matter) = message.matter {
        return Page::Matter(matter);
    }
    match &message.about {
        About::Returned { visit, .. } => Page::Visit(*visit),
        About::ChangedAfterApproval { visit } => Page::Review(*visit),
        About::Conflict { record, path, .. } if is_answer(path) => Page::Visit(*record),
        About::Refused { record, fields, .. } if fields.iter().any(|f| is_answer(f)) => Page::Visit(*record),
        About::NewDevice { .. } | About::Disputed { .. } | About::Late { .. } => Page::Root,
        About::Conflict { .. } | About::Refused { .. } | About::MaybeSame(_) | About::ComesOfAge { .. } => Page::Person(message.person),
    }
}

/// Whether the path is that of a visit's answer, not of a field of the file.
fn is_answer(path: &str) -> bool {
    path.starts_with("answers.")
}

/// A field in words: of a file, a question by its `label`, else its section.
pub fn field_words(path: &str, label: Option<&Label>, text: &Text) -> String {
    let answer = path.strip_prefix("answers.");
    if answer == Some(PHOTOS) {
        return text.photo_title();
    }
    if answer == Some(WHEN) {
        return text.form_day();
    }
    let section = || text.code("section", path.split('.').next().unwrap_or(path));
    label.map(|label| label.get(text.lang().code()).to_owned()).or_else(|| text.field(path)).or_else(section).unwrap_or_else(|| path.to_owned())
}

/// What happened and what to do.
fn words(message: &Message, text: &Text) -> (String, Vec<String>, String) {
    match &message.about {
        About::Returned { comment, by, .. } => {
            let comment = if comment.is_empty() { text.inbox_no_comment() } else { comment.clone() };
            (text.inbox_returned_by(by), vec![comment], text.inbox_returned_do())
        }
        About::Conflict { path, label, .. } => {
            let todo = if is_answer(path) && message.matter.is_none() { text.inbox_conflict_do_visit() } else { text.inbox_conflict_do() };
            (text.inbox_conflict_line_short(&field_words(path, label.as_ref(), text)), Vec::new(), todo)
        }
        About::Late { title, stage, due } => {
            let lang = text.lang().code();
            (format!("{} · {}", title.get(lang), stage.get(lang)), vec![until(*due, true, text)], text.matter_late_do())
        }
        About::Disputed { title } => {
            (text.matter_disputed_of(title.get(text.lang().code())), vec![text.matter_disputed_note()], text.matter_disputed_do())
        }
        About::NewDevice { .. } => (text.device_new_title(), Vec::new(), text.device_new_do()),
        About::MaybeSame(pair) => {
            let title = text.same_by(pair);
            (title, vec![same::words(&pair.file, text), same::words(&pair.other, text)], text.same_todo())
        }
        About::ChangedAfterApproval { .. } => (text.inbox_changed_line(), Vec::new(), text.inbox_changed_do()),
        About::ComesOfAge { on } => {
            (crate::record::when::of_age(text, *on, crate::record::when::now().day()), vec![text.inbox_of_age_note()], text.inbox_of_age_do())
        }
        About::Refused { reason, fields, labels, .. } => {
            let mut names: Vec<String> = fields.iter().map(|f| field_words(f, labels.get(f), text)).collect();
            names.dedup();
            let concerns = (!names.is_empty()).then(|| text.inbox_refused_fields(&names.join(&text.inbox_list_join())));
            let lines = concerns.into_iter().chain([text.inbox_refused_kept()]).collect();
            (text.inbox_refused_line(&text.failure(reason)), lines, text.inbox_refused_do())
        }
    }
}

fn card(group: Group, message: &Message, text: &Text, nav: &Nav) -> Html {
    let (glyph, tone, edge, code) = group.look();
    let (title, lines, todo) = words(message, text);
    let page = page_of(message);
    let open = {
        let nav = nav.clone();
        Callback::from(move |()| nav.select(page))
    };
    let name = if message.name.is_empty() { text.inbox_no_name() } else { message.name.clone() };
    html! {
        <Card {edge} class="stack tight" on={nav.route.page == page} test={format!("message-{code}")} onclick={open}>
            <div class="row wrap"><span class="name lead">{ name }</span><small class="nowrap">{ short_moment(text, message.at) }</small></div>
            <div class={classes!("said", tone.class())}><Icon {glyph} /><b>{ title }</b></div>
            { for lines.into_iter().map(|line| html! { <p class="prose">{ line }</p> }) }
            <div class="row todo"><span class="grow">{ todo }</span><Icon glyph={Glyph::Forward} /></div>
        </Card>
    }
}
