//! Type size, colours and language of this device.

use text::Lang;
use yew::prelude::*;

use crate::core::prefs::{Prefs, Size, Theme};
use crate::core::state::{Step, use_app, use_text};
use crate::kit::{ChoiceGroup, ChoiceOption};

/// The three choices; each holds at once.
#[component]
pub fn Settings() -> Html {
    let (text, app) = (use_text(), use_app());
    let Some(app) = app else { return Html::default() };
    let prefs = app.prefs;
    // Touching what is chosen already takes nothing away here.
    let pick = |change: fn(Prefs, &str) -> Prefs| {
        let app = app.dispatcher();
        Callback::from(move |(value, on): (AttrValue, bool)| {
            if on {
                let chosen = change(prefs, &value);
                chosen.keep();
                app.dispatch(Step::Prefs(chosen));
            }
        })
    };
    let sizes = Size::ALL.map(|s| ChoiceOption::new(s.code(), text.code_or_raw("me-size", s.code())));
    let themes = Theme::ALL.map(|t| ChoiceOption::new(t.code(), text.code_or_raw("me-theme", t.code())));
    let langs = Lang::ALL.map(|l| ChoiceOption::new(l.code(), l.own_name()));
    html! {
        <section class="card stack loose few" data-test="settings">
            <h2>{ text.me_display() }</h2>
            <ChoiceGroup legend={text.me_size()} name="size" options={sizes.to_vec()} chosen={vec![prefs.size.code().into()]} onpick={pick(with_size)} />
            <ChoiceGroup legend={text.me_theme()} name="theme" options={themes.to_vec()} chosen={vec![prefs.theme.code().into()]} onpick={pick(with_theme)} />
            <ChoiceGroup legend={text.me_language()} name="lang" options={langs.to_vec()} chosen={vec![prefs.lang.code().into()]} onpick={pick(with_lang)} />
        </section>
    }
}

fn with_size(prefs: Prefs, code: &str) -> Prefs {
    Prefs { size: Size::ALL.into_iter().find(|s| s.code() == code).unwrap_or(prefs.size), ..prefs }
}

fn with_theme(prefs: Prefs, code: &str) -> Prefs {
    Prefs { theme: Theme::ALL.into_iter().find(|t| t.code() == code).unwrap_or(prefs.theme), ..prefs }
}

fn with_lang(prefs: Prefs, code: &str) -> Prefs {
    Prefs { lang: code.parse().unwrap_or(prefs.lang), ..prefs }
}
