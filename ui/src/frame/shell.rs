//! The outermost frame: enrol, unlock, or work, as the core's phase says; at work the tabs and one or two panes.

use domain::Code;
use domain::api::Phase;
use yew::prelude::*;

use crate::core::auto_lock::use_auto_lock;
use crate::core::nav::{NavProvider, Page, Route, Tab, use_nav};
use crate::core::state::{App, refresh_status, use_app, use_text};
use crate::frame::TabBar;
use crate::frame::new_version::NewVersion;
use crate::kit::{Empty, ErrorState, Glyph, Skeleton};
use crate::pages;

/// Everything there is to see.
#[component]
pub fn Shell() -> Html {
    let Some(app) = use_app() else { return Html::default() };
    match (app.phase(), &app.failure) {
        (None, Some(failure)) if failure.code == Code::OtherTab => html! { <pages::elsewhere::Elsewhere /> },
        (None, Some(failure)) => {
            let dispatcher = app.dispatcher();
            let retry = Callback::from(move |()| refresh_status(dispatcher.clone()));
            html! { <main class="gate"><ErrorState failure={failure.clone()} {retry} /></main> }
        }
        (None, None) => html! { <main class="gate"><Skeleton /></main> },
        (Some(Phase::Fresh), _) => html! { <><NewVersion /><pages::enrol::Enrol /></> },
        (Some(Phase::Locked), _) => html! { <><NewVersion /><pages::unlock::Unlock /></> },
        (Some(Phase::Open), _) => html! { <Work {app} /> },
    }
}

#[derive(Properties, PartialEq)]
struct WorkProps {
    app: App,
}

#[component]
fn Work(props: &WorkProps) -> Html {
    let status = props.app.status();
    use_auto_lock(props.app.clone(), status.lock_minutes);
    let tabs = status.me.as_ref().map_or(&[Tab::Me][..], |me| Tab::of(me.role));
    html! { <NavProvider {tabs}><Frame {tabs} /></NavProvider> }
}

#[derive(Properties, PartialEq)]
struct FrameProps {
    tabs: &'static [Tab],
}

#[component]
fn Frame(props: &FrameProps) -> Html {
    let (text, nav) = (use_text(), use_nav());
    let Route { tab, page } = nav.route;
    let open = page != Page::Root;
    let class = classes!("frame", open.then_some("has-detail"), (!tab.is_list()).then_some("single"));
    // The key makes a page of another record a new page, so that no old contents are seen under a new name.
    let key = nav.route.hash();
    html! {
        <div {class}>
            <a class="skip" href="#main" onclick={skip()}>{ text.skip_to_content() }</a>
            <TabBar tabs={props.tabs} />
            if !open { <NewVersion /> }
            <div class="panes">
                <main id="main" tabindex="-1" class="pane master" key={tab.code()}>{ root(tab) }</main>
                <section class="pane detail" key={key} aria-label={text.visit_detail()}>
                    if open { { detail(page) } } else { <div class="page"><Empty icon={Glyph::Files} title={text.state_select_one()} /></div> }
                </section>
            </div>
        </div>
    }
}

/// The skip link moves the focus and leaves the hash alone, which is the route.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        let main = web_sys::window().and_then(|w| w.document()).and_then(|d| d.query_selector("main").ok().flatten());
        if let Some(main) = main.and_then(|m| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(m).ok()) {
            let _ = main.focus();
        }
    })
}

fn root(tab: Tab) -> Html {
    match tab {
        Tab::Today => html! { <pages::today::Today /> },
        Tab::Files => html! { <pages::files::Files /> },
        Tab::Inbox => html! { <pages::inbox::Inbox /> },
        Tab::Me => html! { <pages::me::Me /> },
        Tab::Review => html! { <pages::review::ReviewList /> },
        Tab::Area => html! { <pages::area::AreaOverview /> },
        Tab::Admin => html! { <pages::admin::Admin /> },
    }
}

fn detail(page: Page) -> Html {
    match page {
        Page::Root => Html::default(),
        Page::Person(id) => html! { <pages::person::PersonPage {id} /> },
        Page::PersonEdit(id) => html! { <pages::person_edit::PersonEdit id={Some(id)} /> },
        Page::PersonNew => html! { <pages::person_edit::PersonEdit id={None} /> },
        Page::VisitForm(person, correct) => html! { <pages::visit_form::VisitForm {person} {correct} /> },
        Page::Draft(person, draft) => html! { <pages::visit_form::VisitForm {person} {draft} /> },
        Page::MatterDraft(draft) => html! { <pages::visit_form::VisitForm {draft} /> },
        Page::Matter(id) => html! { <pages::matter::MatterPage {id} /> },
        Page::Matters => html! { <pages::matters::MattersPage /> },
        Page::Visit(id) => html! { <pages::visit::VisitPage {id} /> },
        Page::Review(id) => html! { <pages::review::ReviewPage {id} /> },
        Page::Codes => html! { <pages::oversight::CodesPage /> },
        Page::Forms => html! { <pages::oversight::FormsPage /> },
        Page::Log => html! { <pages::oversight::LogPage /> },
    }
}
