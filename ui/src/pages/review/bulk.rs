//! Approving all visits that are exactly like the last one, after a confirmation, one review each.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use domain::Failure;
use domain::api::{Review, ReviewItem};
use domain::visit::Decision;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::core::api;
use crate::core::state::use_text;
use crate::kit::{Button, FailureBanner, Glyph, Look, Meter, Sheet, use_toast};
use crate::record::when::count;

/// Properties of [`ApproveAll`].
#[derive(Properties, PartialEq)]
pub struct ApproveAllProps {
    /// The visits as the list showed them: these versions are approved, no others.
    pub items: Vec<ReviewItem>,
    /// Closed or done.
    pub onclose: Callback<()>,
}

#[derive(Clone, PartialEq)]
enum At {
    Asking,
    /// So many are approved.
    Running(usize),
    /// So many were approved before this one failed.
    Failed(usize, Failure),
}

/// Approves this exact version.
fn approval(item: &ReviewItem) -> Review {
    Review { visit: item.visit.id, heads: item.heads.clone(), decision: Decision::Approved, comment: String::new(), fields: BTreeMap::new() }
}

/// Approves one after the other until all are, one fails, or it is told to stop; says how many there were.
async fn approve_all(items: &[ReviewItem], stop: &Cell<bool>, at: &UseStateSetter<At>) -> Result<usize, (usize, Failure)> {
    let mut done = 0;
    for item in items {
        if stop.get() {
            break;
        }
        at.set(At::Running(done));
        api::call(approval(item)).await.map_err(|failure| (done, failure))?;
        done += 1;
    }
    Ok(done)
}

/// The sheet that asks, shows how far it is, and says what went wrong.
#[component]
pub fn ApproveAll(props: &ApproveAllProps) -> Html {
    let (text, toast) = (use_text(), use_toast());
    let at = use_state(|| At::Asking);
    let stop = use_memo((), |()| Cell::new(false));
    {
        let stop = stop.clone();
        use_effect_with((), move |()| move || stop.set(true));
    }
    let go = {
        let (text, items, onclose, stop, at) = (text.clone(), props.items.clone(), props.onclose.clone(), stop.clone(), at.setter());
        Callback::from(move |()| {
            let (text, toast, items, onclose) = (text.clone(), toast.clone(), items.clone(), onclose.clone());
            let (stop, at): (Rc<Cell<bool>>, _) = (stop.clone(), at.clone());
            // Set here already: a second tap must not begin anew.
            at.set(At::Running(0));
            spawn_local(async move {
                match approve_all(&items, &stop, &at).await {
                    Ok(done) => {
                        if let Some(toast) = toast.filter(|_| done > 0) {
                            toast.done(text.review_bulk_done(count(done)));
                        }
                        onclose.emit(());
                    }
                    Err((done, failure)) => at.set(At::Failed(done, failure)),
                }
            });
        })
    };
    let halt = Callback::from(move |()| stop.set(true));
    let total = props.items.len();
    let body = match &*at {
        At::Asking => html! {
            <>
                <p>{ text.review_approve_unchanged_note() }</p>
                <ul class="names">{ for props.items.iter().map(name_row) }</ul>
                <div class="sheet-foot">
                    <Button text={text.action_cancel()} look={Look::Line} test="approve-all-cancel" onclick={props.onclose.clone()} />
                    <Button text={text.review_bulk_go(count(total))} test="approve-all-confirm" onclick={go} />
                </div>
            </>
        },
        At::Running(done) => {
            let words = text.review_bulk_running(count((done + 1).min(total)), count(total));
            html! {
                <div class="stack" role="status">
                    <p>{ &words }</p>
                    <Meter done={u32::try_from(*done).unwrap_or_default()} total={u32::try_from(total).unwrap_or_default()} label={words} />
                    <Button text={text.review_bulk_stop()} look={Look::Line} onclick={halt} />
                </div>
            }
        }
        At::Failed(done, failure) => {
            let name = props.items.get(*done).map(|i| i.person.name.as_str()).unwrap_or_default();
            html! {
                <div class="stack">
                    <p data-test="approve-all-stopped">{ text.review_bulk_stopped(name, count(*done)) }</p>
                    <FailureBanner failure={failure.clone()} />
                    <Button text={text.action_ok()} onclick={props.onclose.clone()} />
                </div>
            }
        }
    };
    let title = text.review_approve_unchanged(count(total));
    html! { <Sheet {title} test="approve-all-sheet" onclose={props.onclose.clone()}>{ body }</Sheet> }
}

fn name_row(item: &ReviewItem) -> Html {
    html! {
        <li class="row" key={item.visit.id.to_string()}>
            <crate::kit::Icon glyph={Glyph::Check} />
            <b class="grow clip">{ &item.person.name }</b>
            <small class="clip">{ format!("{} · {}", item.visit.by, item.person.area_name) }</small>
        </li>
    }
}
