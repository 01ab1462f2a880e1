//! Changing the PIN and locking.

use yew::prelude::*;

use super::change_pin::ChangePinSheet;
use crate::core::auto_lock;
use crate::core::state::{use_app, use_status, use_text};
use crate::kit::{Button, Glyph, Look};
use crate::record::when::count;

/// The card of the PIN.
#[component]
pub fn Security() -> Html {
    let (text, status, app) = (use_text(), use_status(), use_app());
    let changing = use_state(|| false);
    let open = {
        let changing = changing.setter();
        Callback::from(move |()| changing.set(true))
    };
    let close = {
        let changing = changing.setter();
        Callback::from(move |()| changing.set(false))
    };
    let lock = Callback::from(move |()| {
        if let Some(app) = &app {
            auto_lock::lock(app);
        }
    });
    html! {
        <section class="card stack">
            <h2>{ text.me_security() }</h2>
            <div class="row wrap both">
                <Button text={text.me_pin_change()} look={Look::Line} icon={Glyph::Edit} test="change-pin" onclick={open} />
                <Button text={text.me_lock_now()} look={Look::Line} icon={Glyph::Lock} test="lock" onclick={lock} />
            </div>
            <div class="small muted">
                <p>{ text.me_lock_note() }</p>
                if status.lock_minutes > 0 { <p>{ text.me_lock_auto(count(status.lock_minutes)) }</p> }
            </div>
            if *changing { <ChangePinSheet onclose={close} /> }
        </section>
    }
}
