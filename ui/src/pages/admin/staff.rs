//! The county's staff, and the code that enrols a device for one of them.

use domain::AreaCode;
use domain::api::{AdminCode, AdminStaff, AreaNames, OneTimeCode};
use domain::area::Area;
use domain::staff::Staff;
use text::Text;
use yew::prelude::*;

use super::one_time_code::CodeSheet;
use crate::core::query::{use_command, use_query};
use crate::core::state::use_text;
use crate::kit::waiting;
use crate::kit::{Button, Empty, FailureBanner, Glyph, Look, SearchBox};
use crate::record::when::count;

/// So many at first, and so many more at each touch.
const STEP: usize = 60;

/// Everybody, by search.
#[component]
pub fn StaffList() -> Html {
    let text = use_text();
    let staff = use_query(AdminStaff {});
    let areas = use_query(AreaNames {});
    let search = use_state(String::new);
    let most = use_state(|| STEP);
    let code = use_state(|| None::<OneTimeCode>);
    let asked = use_state(|| None::<domain::StaffId>);
    let done = {
        let code = code.setter();
        Callback::from(move |got: OneTimeCode| code.set(Some(got)))
    };
    let issue = use_command::<AdminCode>(done);
    let Some(all) = &staff.data else { return waiting(&staff) };
    if all.is_empty() {
        return html! { <Empty icon={Glyph::People} title={text.admin_staff_empty()} note={text.admin_staff_empty_note()} /> };
    }
    let found: Vec<&Staff> = all.iter().filter(|s| matches(s, &search)).collect();
    let oninput = {
        let (search, most) = (search.setter(), most.setter());
        Callback::from(move |words| {
            search.set(words);
            most.set(STEP);
        })
    };
    let more = {
        let most = most.clone();
        Callback::from(move |()| most.set(*most + STEP))
    };
    let ask = {
        let (run, asked) = (issue.callback(), asked.setter());
        Callback::from(move |staff: domain::StaffId| {
            asked.set(Some(staff.clone()));
            run.emit(AdminCode { staff });
        })
    };
    let close = {
        let code = code.setter();
        Callback::from(move |()| code.set(None))
    };
    let names = areas.data.as_ref().map(|a| a.as_slice()).unwrap_or_default();
    html! {
        <div class="stack">
            <SearchBox label={text.admin_staff_search_label()} placeholder={text.admin_staff_search()} value={(*search).clone()} {oninput} />
            if let Some(failure) = staff.failure.clone() { <FailureBanner {failure} retry={staff.reload.clone()} /> }
            if let Some(failure) = issue.failure.clone() { <FailureBanner {failure} /> }
            if found.is_empty() {
                <Empty icon={Glyph::Search} title={text.admin_staff_none()} note={text.admin_staff_none_note()} />
            } else {
                <small class="block">{ text.admin_staff_count(count(found.len())) }</small>
                <ul class="card lines people" data-test="staff">
                    { for found.iter().take(*most).map(|s| row(s, names, issue.busy, *asked == Some(s.id.clone()), &ask, &text)) }
                </ul>
                if found.len() > *most { <Button text={text.action_more()} look={Look::Line} onclick={more} /> }
            }
            if let Some(code) = &*code { <CodeSheet code={code.clone()} onclose={close} /> }
        </div>
    }
}

fn matches(staff: &Staff, search: &str) -> bool {
    let search = search.trim();
    search.is_empty() || staff.name.contains(search) || staff.id.as_str().to_ascii_lowercase().contains(&search.to_ascii_lowercase())
}

/// An area by name as far as it is known here.
fn place(code: &AreaCode, names: &[Area]) -> String {
    names.iter().find(|a| a.code == *code).map_or_else(|| code.to_string(), |a| a.name.clone())
}

fn row(staff: &Staff, names: &[Area], busy: bool, asked: bool, ask: &Callback<domain::StaffId>, text: &Text) -> Html {
    let places = staff.areas.iter().map(|c| place(c, names)).collect::<Vec<_>>().join(&text.inbox_list_join());
    let about = [text.role(staff.role), staff.id.to_string(), places].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    let (ask, id) = (ask.clone(), staff.id.clone());
    html! {
        <li class="row wrap" key={staff.id.to_string()} data-test="staff-row">
            <div class="grow"><b>{ &staff.name }</b><small class="block">{ about }</small></div>
            <Button text={text.admin_code_issue()} look={Look::Soft} fit={true} busy={busy && asked} disabled={busy && !asked}
                label={format!("{} {}", text.admin_code_issue(), staff.name)} test={format!("code-{}", staff.id)} onclick={move |()| ask.emit(id.clone())} />
        </li>
    }
}
