//! Whom to call at once: a touch calls, and the time of it is the answer.

use domain::form::QuestionKind;
use domain::policy::Hotline;
use yew::prelude::*;

use super::filling;
use super::question::{QuestionProps, Touch, input};
use crate::core::state::{use_status, use_text};
use crate::kit::{Chip, Control, Glyph, Icon, Tone};
use crate::pages::person::numbers::grouped;
use crate::record::when::{moment, now};

/// Large rows, each a number; below them, once one was called, the time, which can be put right.
#[component]
pub fn Call(props: &QuestionProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let wanted = props.question.call.clone().unwrap_or_default();
    let lines = if wanted == "county" { status.numbers.clone() } else { vec![Hotline { name: String::new(), number: wanted.clone() }] };
    let called = props.value.text().and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
    let row = |line: &Hotline| {
        let touch = props.touch();
        let onclick = move |_| {
            let at = now().local().format("%Y-%m-%dT%H:%M").to_string();
            touch(Touch::Chose(filling::typed(QuestionKind::Moment, &at)));
        };
        let (first, second) = if line.name.is_empty() { (line.number.clone(), String::new()) } else { (line.name.clone(), grouped(&line.number)) };
        html! {
            <a class={classes!("btn", "call-row", (wanted == "110").then_some("danger").or(Some("soft")))} href={format!("tel:{}", line.number)}
                data-test={format!("call-{}", line.number)} {onclick}>
                <Icon glyph={Glyph::Phone} /><b class="grow">{ first }</b><span class="number">{ second }</span>
            </a>
        }
    };
    html! {
        <div class="stack">
            { for lines.iter().map(row) }
            if let Some(at) = called {
                <Chip text={text.form_called(&moment(&text, domain::Timestamp(at.timestamp_millis())))} tone={Tone::Ok} icon={Some(Glyph::Check)}
                    test={format!("called-{}", props.question.id)} />
                { input(props, text.lang().code(), Control::Moment) }
            }
        </div>
    }
}
