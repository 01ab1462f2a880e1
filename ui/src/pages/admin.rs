//! The administrator's page: taking in the office's lists, staff and their enrolment codes, devices. It needs the
//! server for everything; no case content is seen here.

mod copy;
mod devices;
pub mod errors;
mod import;
mod one_time_code;
mod staff;

use yew::prelude::*;

use super::oversight::codes::Codes;
use super::oversight::forms::Forms;
use super::oversight::log::Log;
use crate::core::state::{use_status, use_text};
use crate::kit::{Glyph, Icon, PageBody, TopBar};
use crate::record::SyncChip;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Import,
    Staff,
    Forms,
    Codes,
    Devices,
    Log,
}

/// Areas, staff, devices.
#[component]
pub fn Admin() -> Html {
    let (text, status) = (use_text(), use_status());
    let part = use_state(|| Part::Import);
    let parts = [
        (Part::Import, text.admin_import(), Glyph::Upload, "part-import"),
        (Part::Staff, text.admin_staff(), Glyph::People, "part-staff"),
        (Part::Forms, text.forms_list(), Glyph::Edit, "part-forms"),
        (Part::Codes, text.audit_codes(), Glyph::Lock, "part-codes"),
        (Part::Devices, text.admin_devices(), Glyph::PhoneOk, "part-devices"),
        (Part::Log, text.audit_log(), Glyph::Eye, "part-log"),
    ];
    let switch = |to: Part| {
        let part = part.setter();
        Callback::from(move |_: MouseEvent| part.set(to))
    };
    let note = [status.county.clone(), text.admin_sees_no_cases()].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    html! {
        <div class="page admin">
            <TopBar title={text.admin_title()} {note}><SyncChip /></TopBar>
            <div class="parts" role="group" aria-label={text.admin_parts()}>
                { for parts.into_iter().map(|(which, words, glyph, test)| html! {
                    <button type="button" class="part" aria-pressed={if *part == which { "true" } else { "false" }} data-test={test} onclick={switch(which)}>
                        <Icon {glyph} />{ words }
                    </button>
                }) }
            </div>
            <PageBody class="stack">
                { match *part {
                    Part::Import => html! { <import::Import /> },
                    Part::Staff => html! { <staff::StaffList /> },
                    Part::Forms => html! { <Forms /> },
                    Part::Codes => html! { <Codes /> },
                    Part::Log => html! { <Log /> },
                    Part::Devices => html! { <devices::Devices /> },
                } }
            </PageBody>
        </div>
    }
}
