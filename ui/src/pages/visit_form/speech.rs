//! The language of a form that has others beside the program's: chosen once, for all forms that have it.

use std::rc::Rc;

use domain::api::{Draft, SpeakForms};
use yew::prelude::*;

use crate::core::query::use_command;
use crate::core::state::use_text;
use crate::kit::{FailureBanner, ToggleChip};

/// Properties of [`Speech`].
#[derive(Properties, PartialEq)]
pub struct SpeechProps {
    /// The draft.
    pub draft: Rc<Draft>,
    /// Another one was chosen.
    pub onspoken: Callback<()>,
}

/// A chip for each language.
#[component]
pub fn Speech(props: &SpeechProps) -> Html {
    let text = use_text();
    let speak = use_command::<SpeakForms>(props.onspoken.clone());
    let spoken = props.draft.spoken.as_deref();
    let chip = |language: Option<&str>, words: String| {
        let (run, language, on) = (speak.callback(), language.map(str::to_owned), language == spoken);
        let test = format!("speak-{}", language.as_deref().unwrap_or_default());
        let ontoggle = Callback::from(move |now: bool| {
            if now {
                run.emit(SpeakForms { language: language.clone() });
            }
        });
        let key = words.clone();
        html! { <ToggleChip {key} text={words} {on} {ontoggle} {test} /> }
    };
    html! {
        <div class="row wrap days" role="group" aria-label={text.form_language()}>
            { chip(None, text.form_language_own()) }
            { for props.draft.languages.iter().map(|language| chip(Some(language), language.clone())) }
            if let Some(failure) = &speak.failure { <FailureBanner failure={failure.clone()} /> }
        </div>
    }
}
