//! The two sheets a supervisor writes in: a comment on one question, and the reason for returning a visit.

use yew::prelude::*;

use super::notes::Notes;
use crate::core::state::use_text;
use crate::kit::{Button, Control, Field, Look, Sheet};

/// Most characters of a comment.
pub(super) const MAX_COMMENT: u32 = 1_000;

/// Properties of [`CommentSheet`].
#[derive(Properties, PartialEq)]
pub struct CommentProps {
    /// The question in words.
    pub label: AttrValue,
    /// What was written so far.
    pub value: AttrValue,
    /// The comment; empty takes it away.
    pub onsave: Callback<String>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// A comment on one question.
#[component]
pub fn CommentSheet(props: &CommentProps) -> Html {
    let text = use_text();
    let words = use_state(|| props.value.to_string());
    let oninput = {
        let words = words.setter();
        Callback::from(move |value| words.set(value))
    };
    let save = {
        let (words, onsave) = (words.clone(), props.onsave.clone());
        Callback::from(move |()| onsave.emit((*words).clone()))
    };
    let clear = {
        let onsave = props.onsave.clone();
        Callback::from(move |()| onsave.emit(String::new()))
    };
    html! {
        <Sheet title={text.review_comment_field()} test="comment-sheet" onclose={props.onclose.clone()}>
            <Field label={props.label.clone()} name="comment" control={Control::Prose} value={props.value.clone()} max={MAX_COMMENT} {oninput} />
            <div class="sheet-foot">
                if props.value.is_empty() {
                    <Button text={text.action_cancel()} look={Look::Line} onclick={props.onclose.clone()} />
                } else {
                    <Button text={text.action_delete()} look={Look::Line} test="comment-delete" onclick={clear} />
                }
                <Button text={text.action_save()} test="comment-save" onclick={save} />
            </div>
        </Sheet>
    }
}

/// Properties of [`ReturnSheet`].
#[derive(Properties, PartialEq)]
pub struct ReturnProps {
    /// Whose visit it is.
    pub name: AttrValue,
    /// What was written so far.
    pub(super) notes: Notes,
    /// The comments on questions in words: question and comment.
    pub remarks: Vec<(String, String)>,
    /// Under way.
    pub busy: bool,
    /// The comment as it grows.
    pub(super) onwrite: Callback<Notes>,
    /// Returns the visit.
    pub onreturn: Callback<()>,
    /// Closed.
    pub onclose: Callback<()>,
}

/// Returning needs a word: the reason, or a comment on a question.
#[component]
pub fn ReturnSheet(props: &ReturnProps) -> Html {
    let text = use_text();
    let tried = use_state(|| false);
    let oninput = {
        let (notes, onwrite) = (props.notes.clone(), props.onwrite.clone());
        Callback::from(move |comment| onwrite.emit(Notes { comment, ..notes.clone() }))
    };
    let send = {
        let (tried, onreturn, empty) = (tried.setter(), props.onreturn.clone(), props.notes.is_empty());
        Callback::from(move |()| if empty { tried.set(true) } else { onreturn.emit(()) })
    };
    let fault = (*tried && props.notes.is_empty()).then(|| AttrValue::from(text.review_return_need()));
    html! {
        <Sheet title={text.review_return_title(&props.name)} test="return-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                { for props.remarks.iter().map(|(question, words)| html! { <p class="remark prose"><b>{ question }</b><br />{ words }</p> }) }
                <Field label={text.review_comment_label()} name="return-comment" control={Control::Prose} value={props.notes.comment.clone()}
                    hint={text.review_return_note()} {fault} required={props.remarks.is_empty()} max={MAX_COMMENT} {oninput} />
            </div>
            <div class="sheet-foot">
                <Button text={text.action_cancel()} look={Look::Line} onclick={props.onclose.clone()} />
                <Button text={text.review_return()} look={Look::Danger} busy={props.busy} test="return-confirm" onclick={send} />
            </div>
        </Sheet>
    }
}
