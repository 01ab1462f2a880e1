//! Who may and who did: codes that wait for a second person, the log of acts and access, the question why a file outside of one's own
//! caseload is opened, and a device that was enrolled in one's name.

pub mod ask;
pub mod codes;
pub mod forms;
pub mod log;
pub mod new_devices;
mod trial;

use yew::prelude::*;

use crate::core::nav::{Page, use_nav};
use crate::core::state::use_text;
use crate::kit::{Button, Glyph, Look, PageBody, TopBar};

/// The county officer's way to both lists, on her own page.
#[component]
pub fn Oversight() -> Html {
    let (text, nav) = (use_text(), use_nav());
    let open = |page: Page| {
        let nav = nav.clone();
        Callback::from(move |()| nav.open(page))
    };
    html! {
        <section class="card stack" data-test="oversight">
            <h2>{ text.audit_oversee() }</h2>
            <p class="small muted">{ text.audit_oversee_note() }</p>
            <div class="row wrap both">
                <Button text={text.audit_codes()} look={Look::Line} icon={Glyph::PhoneOk} test="open-codes" onclick={open(Page::Codes)} />
                <Button text={text.forms_list()} look={Look::Line} icon={Glyph::Files} test="open-forms" onclick={open(Page::Forms)} />
                <Button text={text.audit_log_title()} look={Look::Line} icon={Glyph::Eye} test="open-log" onclick={open(Page::Log)} />
            </div>
        </section>
    }
}

/// The codes as a page.
#[component]
pub fn CodesPage() -> Html {
    let text = use_text();
    html! { <div class="page admin"><TopBar title={text.audit_codes()} back={true} /><PageBody class="stack"><codes::Codes /></PageBody></div> }
}

/// The log as a page.
#[component]
pub fn LogPage() -> Html {
    let text = use_text();
    html! { <div class="page admin"><TopBar title={text.audit_log_title()} back={true} /><PageBody class="stack"><log::Log /></PageBody></div> }
}

/// The county's forms as a page.
#[component]
pub fn FormsPage() -> Html {
    let text = use_text();
    html! { <div class="page admin"><TopBar title={text.forms_list()} back={true} /><PageBody class="stack"><forms::Forms /></PageBody></div> }
}
