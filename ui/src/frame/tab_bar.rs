//! The main navigation: tabs at the bottom of a phone, a rail at the side of a wide screen. The style sheet decides.

use domain::api::StatusReply;
use text::Text;
use yew::prelude::*;

use crate::core::nav::{Page, Route, Tab, use_nav};
use crate::core::state::{use_status, use_text};
use crate::kit::{Glyph, Icon};

fn word(tab: Tab, text: &Text) -> String {
    match tab {
        Tab::Today => text.tab_today(),
        Tab::Files => text.tab_files(),
        Tab::Inbox => text.tab_inbox(),
        Tab::Me => text.tab_me(),
        Tab::Review => text.tab_review(),
        Tab::Area => text.tab_area(),
        Tab::Admin => text.tab_admin(),
    }
}

fn glyph(tab: Tab) -> Glyph {
    match tab {
        Tab::Today => Glyph::Today,
        Tab::Files => Glyph::Files,
        Tab::Inbox => Glyph::Inbox,
        Tab::Me => Glyph::Me,
        Tab::Review => Glyph::Check,
        Tab::Area => Glyph::Chart,
        Tab::Admin => Glyph::Settings,
    }
}

fn waiting(tab: Tab, status: &StatusReply) -> u64 {
    match tab {
        Tab::Today => status.due_now,
        Tab::Inbox => status.messages,
        Tab::Review => status.to_review,
        _ => 0,
    }
}

/// Properties of [`TabBar`].
#[derive(Properties, PartialEq)]
pub struct TabBarProps {
    /// The tabs of this role.
    pub tabs: &'static [Tab],
}

/// The tabs.
#[component]
pub fn TabBar(props: &TabBarProps) -> Html {
    let (text, nav, status) = (use_text(), use_nav(), use_status());
    let tabs = props.tabs.iter().map(|tab| {
        let tab = *tab;
        let count = waiting(tab, &status);
        let nav_to = nav.clone();
        let onclick = Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            nav_to.switch(tab);
        });
        let href = Route { tab, page: Page::Root }.hash();
        html! {
            <a key={tab.code()} class="tab" {href} {onclick} data-test={format!("tab-{}", tab.code())}
                aria-current={(nav.route.tab == tab).then_some("page")}>
                <span class="ico">
                    <Icon glyph={glyph(tab)} />
                    if count > 0 { <span class="count">{ if count > 99 { "99+".to_owned() } else { count.to_string() } }</span> }
                </span>
                { word(tab, &text) }
            </a>
        }
    });
    html! { <nav class="tabs" aria-label={text.nav_main()}>{ for tabs }</nav> }
}
