//! The answers beside those of the visit before: a table where there is room, one below the other on a phone.

use std::rc::Rc;

use domain::api::{AnswerLine, VisitDetail};
use text::{Lang, Text};
use yew::prelude::*;

use super::notices::returned;
use crate::core::state::{use_status, use_text};
use crate::kit::{Chip, Glyph, Icon, ToggleChip, Tone};

/// Properties of [`Answers`].
#[derive(Properties, PartialEq)]
pub struct AnswersProps {
    /// The visit.
    pub detail: Rc<VisitDetail>,
}

/// The words of a line in the worker's language: question, now, last.
fn words<'l>(line: &'l AnswerLine, text: &Text) -> (&'l str, &'l str, &'l str) {
    match text.lang() {
        Lang::En => (&line.label_en, &line.now_en, &line.last_en),
        Lang::ZhCn => (&line.label, &line.now, &line.last),
    }
}

/// The answers; `data-test="answer-<question>"` on each line.
#[component]
pub fn Answers(props: &AnswersProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let only = use_state(|| false);
    let detail = &props.detail;
    let Some(day) = detail.last_day else {
        return html! {
            <>
                <div class="section"><small>{ text.review_no_last() }</small></div>
                { table(detail, &detail.lines.iter().collect::<Vec<_>>(), None, &text) }
            </>
        };
    };
    let changed = detail.lines.iter().filter(|l| l.differs).count();
    let lines: Vec<&AnswerLine> = detail.lines.iter().filter(|l| !*only || l.differs).collect();
    let last = text.review_last_on(&text.date(day, status.today));
    let summary = match changed {
        0 => text.visit_read_same(),
        n => text.visit_read_changes(i64::try_from(n).unwrap_or(i64::MAX)),
    };
    let ontoggle = {
        let only = only.setter();
        Callback::from(move |on| only.set(on))
    };
    html! {
        <>
            <div class="section">
                <small data-test="changes">{ summary }</small>
                if changed > 0 { <ToggleChip text={text.review_only_changes()} on={*only} test="only-changes" {ontoggle} /> }
            </div>
            { table(detail, &lines, Some(&last), &text) }
        </>
    }
}

/// The table. Roles are said outright: the style sheet takes the table apart on a phone, and roles would go with it.
fn table(detail: &VisitDetail, lines: &[&AnswerLine], last: Option<&str>, text: &Text) -> Html {
    let note = returned(detail);
    let remark = |question: &str| note.and_then(|n| Some((n.by.as_str(), n.fields.get(question)?.as_str())));
    html! {
        <div class="card flush">
            <table class={classes!("visit-answers", last.is_none().then_some("alone"))} role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{ text.review_question() }</th>
                        if let Some(last) = last { <th role="columnheader" scope="col">{ last }</th> }
                        <th role="columnheader" scope="col">{ text.review_this() }</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{ for lines.iter().map(|line| row(line, last, remark(&line.question), text)) }</tbody>
            </table>
        </div>
    }
}

fn row(line: &AnswerLine, last: Option<&str>, remark: Option<(&str, &str)>, text: &Text) -> Html {
    let (label, now, was) = words(line, text);
    let differs = line.differs && last.is_some();
    let shown = if now.is_empty() { text.visit_read_no_answer() } else { now.to_owned() };
    let class = classes!("prose", differs.then_some("now"), now.is_empty().then_some("was"));
    html! {
        <tr key={line.question.clone()} role="row" class={classes!(differs.then_some("differs"))} data-test={format!("answer-{}", line.question)}
            data-differs={differs.then_some("true")}>
            <th role="rowheader" scope="row">{ label }</th>
            if let Some(last) = last {
                <td role="cell" class="before">
                    <span class="stacked">{ text.visit_read_before(last) }</span>
                    <span class="prose">{ if was.is_empty() { text.visit_read_no_answer() } else { was.to_owned() } }</span>
                </td>
            }
            <td role="cell" class="after">
                <span {class}>{ shown }</span>
                <span class="marks">
                    if differs { <Chip text={text.visit_read_differs()} tone={Tone::Warm} icon={Glyph::Compare} /> }
                    if line.alarm { <Chip text={text.visit_read_alarm()} tone={Tone::Danger} icon={Glyph::Alert} /> }
                </span>
                if !line.others.is_empty() { <small class="block by" data-test="written-by">{ text.review_written_by(&line.others.join("、")) }</small> }
                if let Some((by, comment)) = remark {
                    <span class="visit-comment" data-test={format!("comment-{}", line.question)}>
                        <Icon glyph={Glyph::Return} /><span><b>{ text.visit_reviewer_comment(by) }</b><br />{ comment }</span>
                    </span>
                }
            </td>
        </tr>
    }
}
