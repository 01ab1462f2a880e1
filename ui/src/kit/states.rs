//! What a page shows instead of its contents: loading, empty, failed.

use std::rc::Rc;

use domain::api::StatusReply;
use domain::{Code, Failure};
use text::Text;
use yew::prelude::*;

use super::banner::Banner;
use super::button::{Button, Look};
use super::chip::Tone;
use super::icon::{Glyph, Icon};
use crate::core::query::Query;
use crate::core::state::{use_status, use_text};

/// Properties of [`Skeleton`].
#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    /// How many cards.
    #[prop_or(3)]
    pub count: usize,
    /// Lines of text in place of cards.
    #[prop_or_default]
    pub lines: bool,
}

/// The shape of what is being read.
#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    let text = use_text();
    html! {
        <div class={classes!("skeleton", props.lines.then_some("text"))} role="status" aria-label={text.state_loading()}>
            { for (0..props.count).map(|_| html! { <i></i> }) }
        </div>
    }
}

/// Properties of [`Empty`].
#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    /// An icon.
    #[prop_or(Glyph::Heart)]
    pub icon: Glyph,
    /// That there is nothing.
    pub title: AttrValue,
    /// Why, or what to do.
    #[prop_or_default]
    pub note: Option<AttrValue>,
    /// A button.
    #[prop_or_default]
    pub children: Children,
}

/// Nothing here, and that is all right.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="state" data-test="empty">
            <span class="badge"><Icon glyph={props.icon} /></span>
            <h2>{ &props.title }</h2>
            if let Some(note) = &props.note { <p>{ note }</p> }
            { props.children.clone() }
        </div>
    }
}

/// At the head of a page whose list and figures are not whole: what is still to come, or to be read by a newer program.
#[component]
pub fn Coming() -> Html {
    let (text, status) = (use_text(), use_status());
    let Some(left) = status.coming else { return newer(&status, &text) };
    let title = if left == 0 { text.coming() } else { text.coming_left(i64::try_from(left).unwrap_or(i64::MAX)) };
    html! { <div role="status" class="notice"><Banner tone={Tone::Info} icon={Glyph::Cloud} {title} note={text.coming_note()} test="coming" /></div> }
}

/// The server has something that only a newer program can read.
pub fn newer(status: &StatusReply, text: &Text) -> Html {
    if !status.newer {
        return Html::default();
    }
    html! { <div role="status" class="notice"><Banner tone={Tone::Info} icon={Glyph::Cloud} title={text.newer_title()} note={text.newer_note()} test="newer" /></div> }
}

/// Nothing here: that is only known once everything has come.
pub fn empty_when_known(status: &StatusReply, empty: Html) -> Html {
    if status.coming.is_some() {
        html! { <div data-test="not-known"><Skeleton count={2} /></div> }
    } else {
        empty
    }
}

/// Properties of [`ErrorState`] and [`FailureBanner`].
#[derive(Properties, PartialEq)]
pub struct FailureProps {
    /// What happened.
    pub failure: Failure,
    /// Tries again.
    #[prop_or_default]
    pub retry: Option<Callback<()>>,
}

/// A page that could not be read.
#[component]
pub fn ErrorState(props: &FailureProps) -> Html {
    let text = use_text();
    let icon = if props.failure.code == Code::Offline { Glyph::CloudOff } else { Glyph::Alert };
    html! {
        <div class="state error" role="alert" data-test="error" data-code={props.failure.code.to_string()}>
            <span class="badge"><Icon glyph={icon} /></span>
            <h2>{ text.state_error() }</h2>
            <p>{ text.failure(&props.failure) }</p>
            if let Some(retry) = props.retry.clone() {
                <Button text={text.action_retry()} look={Look::Soft} icon={Glyph::Sync} fit={true} onclick={retry} />
            }
        </div>
    }
}

/// Something that did not work, at its place in the page.
#[component]
pub fn FailureBanner(props: &FailureProps) -> Html {
    let text = use_text();
    // To be asked to wait is nothing to be afraid of.
    let tone = if matches!(props.failure.code, Code::SlowDown | Code::Busy) { Tone::Info } else { Tone::Danger };
    html! {
        <Banner {tone} alert={true} title={text.failure(&props.failure)} test="failure">
            if let Some(retry) = props.retry.clone() { <Button text={text.action_retry()} look={Look::Line} fit={true} onclick={retry} /> }
        </Banner>
    }
}

/// Draws a query: a skeleton at first, then its data (old ones stay while new ones are read), or what went wrong.
pub fn show<T>(query: &Query<T>, skeleton: Html, draw: impl FnOnce(&Rc<T>) -> Html) -> Html {
    match (&query.data, &query.failure) {
        (Some(data), None) => draw(data),
        (Some(data), Some(failure)) => html! {
            <>
                <FailureBanner failure={failure.clone()} retry={query.reload.clone()} />
                { draw(data) }
            </>
        },
        (None, Some(failure)) => html! { <ErrorState failure={failure.clone()} retry={query.reload.clone()} /> },
        (None, None) => skeleton,
    }
}

/// What a list from the server shows when there is nothing to show yet: its shape, or why not.
pub fn waiting<T>(query: &Query<T>) -> Html {
    match &query.failure {
        Some(failure) => html! { <Unreachable failure={failure.clone()} retry={query.reload.clone()} /> },
        None => html! { <Skeleton count={4} /> },
    }
}

/// Properties of [`Unreachable`].
#[derive(Properties, PartialEq)]
pub struct UnreachableProps {
    /// Why.
    pub failure: Failure,
    /// Asks again.
    pub retry: Callback<()>,
}

/// Being offline is no error; it only has to wait.
#[component]
pub fn Unreachable(props: &UnreachableProps) -> Html {
    let text = use_text();
    if props.failure.code != Code::Offline {
        return html! { <ErrorState failure={props.failure.clone()} retry={props.retry.clone()} /> };
    }
    html! {
        <Empty icon={Glyph::CloudOff} title={text.admin_offline()} note={text.admin_offline_note()}>
            <Button text={text.action_retry()} look={Look::Soft} icon={Glyph::Sync} fit={true} test="retry" onclick={props.retry.clone()} />
        </Empty>
    }
}
