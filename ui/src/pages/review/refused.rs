//! What colleagues wrote and the server did not take: their supervisor lets it in or lays it aside. Shown where there is any, with
//! a network; without one there is nothing to decide.

use domain::Hash;
use domain::api::{Refusals, RefusedItem, SettleRefusal};
use yew::prelude::*;

use crate::core::query::{use_command, use_query};
use crate::core::state::use_text;
use crate::kit::{Button, Card, Edge, FailureBanner, Glyph, Look};
use crate::pages::inbox::field_words;
use crate::record::when::{count, short_moment};

/// The changes that wait for a decision.
#[component]
pub fn RefusedChanges() -> Html {
    let text = use_text();
    let refusals = use_query(Refusals {});
    let settle = use_command::<SettleRefusal>(refusals.reload.clone().reform(|()| ()));
    let Some(items) = refusals.data.filter(|items| !items.is_empty()) else { return Html::default() };
    let decide = |hash: Hash, accept: bool| settle.callback().reform(move |()| SettleRefusal { hash, accept });
    let card = |item: &RefusedItem| {
        let lines = item.shown.iter().map(|(field, value)| {
            html! { <p class="prose" key={field.clone()}>{ text.refused_value(&field_words(field, item.labels.get(field), &text), value) }</p> }
        });
        html! {
            <Card key={item.hash.to_string()} edge={Edge::Soon} class="stack tight" test="refused-change">
                <div class="row wrap"><span class="name lead">{ &item.name }</span><small class="nowrap">{ short_moment(&text, item.at) }</small></div>
                <small class="block">{ text.refused_by(&item.by, &text.failure(&item.reason)) }</small>
                { for lines }
                <div class="row wrap">
                    if item.fits {
                        <Button text={text.refused_accept()} look={Look::Soft} icon={Glyph::Check} fit={true} busy={settle.busy} test="refused-accept" onclick={decide(item.hash, true)} />
                    }
                    <Button text={text.refused_dismiss()} look={Look::Line} fit={true} busy={settle.busy} test="refused-dismiss" onclick={decide(item.hash, false)} />
                </div>
            </Card>
        }
    };
    html! {
        <section class="stack refused-changes">
            <div class="section"><h2>{ text.refused_title() }</h2><small class="number">{ count(items.len()) }</small></div>
            if let Some(failure) = &settle.failure { <FailureBanner failure={failure.clone()} /> }
            { for items.iter().map(card) }
        </section>
    }
}
