//! A file outside of one's own caseload: why is it opened? One tap on a reason, one on the button; asked once a day.

use domain::api::{OpenFile, PersonLine};
use domain::audit::Reason;
use domain::{Code, Failure, RecordId};
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::state::use_text;
use crate::kit::{Button, ChoiceGroup, ChoiceOption, FailureBanner, Glyph, Icon};
use crate::record::whose_file;

/// Whose file it is when a reason is asked for.
pub fn asked_for(failure: Option<&Failure>) -> Option<RecordId> {
    failure.filter(|f| f.code == Code::ReasonNeeded)?.field.as_deref()?.parse().ok()
}

/// Properties of [`AskReason`].
#[derive(Properties, PartialEq)]
pub struct AskReasonProps {
    /// Whose file.
    pub person: RecordId,
    /// It is open now.
    pub onopen: Callback<()>,
}

/// The question.
#[component]
pub fn AskReason(props: &AskReasonProps) -> Html {
    let text = use_text();
    let reason = use_state(|| None::<Reason>);
    let person = use_query(PersonLine { id: props.person }).data;
    let open = use_command::<OpenFile>(props.onopen.clone());
    let options: Vec<ChoiceOption> =
        Reason::OFFERED.iter().map(|r| ChoiceOption::new(r.code(), text.code_or_raw("audit-reason", r.code()))).collect();
    let chosen: Vec<AttrValue> = reason.iter().map(|r| AttrValue::from(r.code())).collect();
    let onpick = {
        let reason = reason.setter();
        Callback::from(move |(code, on): (AttrValue, bool)| reason.set(if on { code.parse().ok() } else { None }))
    };
    let onclick = {
        let (run, id, reason) = (open.callback(), props.person, *reason);
        Callback::from(move |()| {
            if let Some(reason) = reason {
                run.emit(OpenFile { id, reason });
            }
        })
    };
    html! {
        <section class="card stack" data-test="ask-reason">
            <div class="row"><Icon glyph={Glyph::Lock} /><h2 class="grow">{ text.access_title() }</h2></div>
            if let Some(person) = person { <p><b data-test="whose">{ whose_file(&person, &text) }</b></p> }
            <p>{ text.access_note() }</p>
            <ChoiceGroup legend={text.access_ask()} name="reason" {options} {chosen} {onpick} />
            if let Some(failure) = open.failure.clone() { <FailureBanner {failure} /> }
            <Button text={text.access_open()} busy={open.busy} disabled={reason.is_none()} test="open-file" {onclick} />
        </section>
    }
}
