//! A one-time code, large enough to be read out.

use domain::api::OneTimeCode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::copy::copy;
use crate::core::state::{use_status, use_text};
use crate::kit::{Banner, Button, Glyph, Look, Sheet};
use crate::record::when::moment;

/// Properties of [`CodeSheet`].
#[derive(Properties, PartialEq)]
pub struct CodeProps {
    /// The code.
    pub code: OneTimeCode,
    /// Closed.
    pub onclose: Callback<()>,
}

/// The code, for whom, until when.
#[component]
pub fn CodeSheet(props: &CodeProps) -> Html {
    let (text, status) = (use_text(), use_status());
    // The toasts lie below a dialog: the button itself says that it is copied.
    let copied = use_state(|| None::<bool>);
    let onclick = {
        let (words, copied) = (props.code.code.clone(), copied.setter());
        Callback::from(move |()| {
            let (words, copied) = (words.clone(), copied.clone());
            spawn_local(async move { copied.set(Some(copy(&words).await)) });
        })
    };
    let (words, icon) = if *copied == Some(true) { (text.admin_copied(), Glyph::Check) } else { (text.admin_code_copy(), Glyph::Copy) };
    html! {
        <Sheet title={text.admin_code_for(&props.code.staff.name)} test="code-sheet" onclose={props.onclose.clone()}>
            <div class="stack">
                <output class="code" data-test="one-time-code">{ &props.code.code }</output>
                <p class="center muted" data-test="code-until">{ text.admin_code_until(&moment(&text, props.code.expires)) }</p>
                if props.code.pending {
                    <Banner title={text.audit_code_pending()} note={text.audit_code_server_only()} test="code-pending" />
                }
                <p>{ text.admin_code_note() }</p>
                if !status.server.is_empty() { <dl class="facts"><div><dt>{ text.admin_code_server() }</dt><dd>{ &status.server }</dd></div></dl> }
                if *copied == Some(false) { <p class="fault" role="alert">{ text.admin_copy_failed() }</p> }
            </div>
            <div class="sheet-foot">
                <Button text={words} {icon} look={Look::Soft} test="copy-code" {onclick} />
                <Button text={text.action_close()} look={Look::Line} onclick={props.onclose.clone()} />
            </div>
        </Sheet>
    }
}
