//! The questions of a visit with last time's and this time's answer.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::api::{AnswerLine, VisitDetail};
use text::{Lang, Text};
use yew::prelude::*;

use crate::core::state::{use_status, use_text};
use crate::kit::{Button, Chip, Glyph, Look, Tone};

/// Properties of [`Answers`].
#[derive(Properties, PartialEq)]
pub struct AnswersProps {
    /// The visit.
    pub detail: Rc<VisitDetail>,
    /// Leaves out what is as it was.
    pub only_changes: bool,
    /// Comments by question id.
    pub comments: BTreeMap<String, String>,
    /// Asks for a comment on this question; none when nothing is to be decided.
    pub oncomment: Option<Callback<String>>,
}

/// The words of a line in the worker's language: question, last answer, this answer.
pub(super) fn words<'a>(line: &'a AnswerLine, text: &Text) -> (&'a str, &'a str, &'a str) {
    match text.lang() {
        Lang::En => (&line.label_en, &line.last_en, &line.now_en),
        Lang::ZhCn => (&line.label, &line.last, &line.now),
    }
}

/// The wording of a question by its id; the id when the form here does not know it.
pub(super) fn label_of(detail: &VisitDetail, question: &str, text: &Text) -> String {
    let line = detail.lines.iter().find(|l| l.question == question);
    line.map_or_else(|| question.to_owned(), |l| words(l, text).0.to_owned())
}

/// The table; on narrow screens each question is a block of its own.
#[component]
pub fn Answers(props: &AnswersProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let detail = &props.detail;
    let compares = detail.last_day.is_some();
    let wanted = |line: &&AnswerLine| {
        let answered = !line.now.is_empty() || !line.last.is_empty();
        answered && (!props.only_changes || line.differs || line.alarm || !line.others.is_empty() || props.comments.contains_key(&line.question))
    };
    let lines: Vec<&AnswerLine> = detail.lines.iter().filter(wanted).collect();
    if lines.is_empty() {
        return html! { <div class="card"><p class="muted">{ text.review_none_changed() }</p></div> };
    }
    let last = detail.last_day.map(|day| text.review_last_on(&text.date(day, status.today))).unwrap_or_default();
    html! {
        <div class="card flush answers">
            <table data-test="answers">
                <thead><tr>
                    <th>{ text.review_question() }</th>
                    if compares { <th>{ last }</th> }
                    <th>{ text.review_this() }</th>
                    if props.oncomment.is_some() { <th><span class="sr">{ text.review_comment() }</span></th> }
                </tr></thead>
                <tbody>{ for lines.into_iter().map(|line| row(props, line, compares, &text)) }</tbody>
            </table>
        </div>
    }
}

fn row(props: &AnswersProps, line: &AnswerLine, compares: bool, text: &Text) -> Html {
    let (label, last, now) = words(line, text);
    let differs = line.differs && compares;
    let doubled = props.detail.conflicts.iter().any(|c| c.path == format!("answers.{}", line.question));
    let comment = props.comments.get(&line.question);
    let unanswered = || html! { <span class="was">{ text.state_unknown() }</span> };
    html! {
        <tr key={line.question.clone()} class={classes!(differs.then_some("differs"))} data-test={format!("answer-{}", line.question)}>
            <th scope="row">{ label }</th>
            if compares {
                <td class="before" data-label={text.review_last()}>
                    if last.is_empty() { { unanswered() } } else { <span class="was prose">{ last }</span> }
                </td>
            }
            <td class="this" data-label={if compares && !differs { text.visit_same() } else { text.review_this() }}>
                if now.is_empty() { { unanswered() } } else { <span class={classes!("prose", differs.then_some("now"))}>{ now }</span> }
                if differs || line.alarm || doubled {
                    <span class="marks">
                        if differs { <Chip text={text.review_differs()} tone={Tone::Warm} /> }
                        if line.alarm { <Chip text={text.review_alarm()} tone={Tone::Danger} icon={Some(Glyph::Alert)} /> }
                        if doubled { <Chip text={text.inbox_conflicts()} tone={Tone::Warm} icon={Some(Glyph::Compare)} /> }
                    </span>
                }
                if !line.others.is_empty() { <small class="block by" data-test="written-by">{ text.review_written_by(&line.others.join("、")) }</small> }
                if let Some(comment) = comment { <p class="remark prose" data-test={format!("remark-{}", line.question)}>{ comment }</p> }
            </td>
            if let Some(oncomment) = props.oncomment.clone() { <td class="act">{ comment_button(oncomment, line, label, comment.is_some(), text) }</td> }
        </tr>
    }
}

fn comment_button(oncomment: Callback<String>, line: &AnswerLine, label: &str, written: bool, text: &Text) -> Html {
    let question = line.question.clone();
    let words = if written { text.action_edit() } else { text.review_comment() };
    let about = format!("{words}：{label}");
    html! {
        <Button text={words} look={Look::Plain} fit={true} label={about} test={format!("comment-{}", line.question)}
            onclick={Callback::from(move |()| oncomment.emit(question.clone()))} />
    }
}
