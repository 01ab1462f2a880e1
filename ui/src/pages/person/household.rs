//! Household and guardians.

use chrono::NaiveDate;
use domain::Value;
use domain::api::Entry;
use domain::rows::Phone;
use domain::time::age;
use yew::prelude::*;

use super::FileProps;
use super::facts::{Heading, line};
use crate::core::sort;
use crate::core::state::{use_status, use_text};
use crate::kit::{Card, Chip, Tone};
use crate::record::CallButton;

/// Members of the household, those who are gone last, and how guardianship stands.
#[component]
pub fn Household(props: &FileProps) -> Html {
    let text = use_text();
    let file = &props.file;
    let mut members: Vec<&Entry> = file.household.iter().collect();
    sort::by_key(&mut members, |m| (yes(m, "gone"), !yes(m, "guardian"), m.id));
    let lines = ["guardianship.grade", "guardianship.carer", "guardianship.parents"].into_iter().filter_map(|path| line(file, path, &text));
    let lines: Vec<Html> = lines.collect();
    html! {
        <section data-test="section:household">
            <Heading title={text.person_household()} section="household" file={file.clone()} />
            <Card class="lines">
                if members.is_empty() && lines.is_empty() { <div class="muted">{ text.state_unknown() }</div> }
                { for members.into_iter().map(|entry| html! { <Member key={entry.id.to_string()} entry={entry.clone()} /> }) }
                { for lines }
            </Card>
        </section>
    }
}

fn yes(entry: &Entry, key: &str) -> bool {
    matches!(entry.fields.get(key), Some(Value::Bool(true)))
}

fn said<'a>(entry: &'a Entry, key: &str) -> &'a str {
    entry.fields.get(key).and_then(Value::text).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
struct MemberProps {
    entry: Entry,
}

#[component]
fn Member(props: &MemberProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let entry = &props.entry;
    let (name, number, note) = (said(entry, "name"), said(entry, "phone"), said(entry, "note"));
    let relation = match said(entry, "relation") {
        "" => String::new(),
        code => text.code_or_raw("relation", code),
    };
    let years = said(entry, "birth").parse::<NaiveDate>().ok().map(|birth| text.age_years(i64::from(age(birth, status.today))));
    let gone = yes(entry, "gone");
    let phone = Phone { relation: said(entry, "relation").to_owned(), name: name.to_owned(), number: number.to_owned() };
    html! {
        <div class={classes!("row", gone.then_some("muted"))} data-test="member">
            <div class="grow">
                <span class="row wrap">
                    <span><b>{ name }</b>{ " " }<small>{ [Some(relation).filter(|r| !r.is_empty()), years].into_iter().flatten().collect::<Vec<_>>().join(" · ") }</small></span>
                    if yes(entry, "guardian") { <Chip text={text.person_guardian()} tone={Tone::Brand} /> }
                    if gone { <Chip text={text.edit_member_left()} /> }
                </span>
                if !note.is_empty() { <small class="block">{ note }</small> }
                if !number.is_empty() { <small class="block number">{ super::numbers::grouped(number) }</small> }
            </div>
            if !number.is_empty() && !gone { <CallButton {phone} /> }
        </div>
    }
}
