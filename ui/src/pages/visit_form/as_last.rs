//! A visit as last time: the button that says so, and on its one page what it took over.

use domain::form::{ANEW, Taken};
use text::Text;
use yew::prelude::*;

use crate::form::filling;
use crate::form::paper::{FormPosition, Paper, Seen};
use crate::kit::{Button, Chip, Glyph, Icon, Look, Tone};

/// The big soft button, as long as there is something to take over. A correction then shows what is left in the part, a visit the
/// one page.
pub fn same_as_last(seen: &Seen, paper: &Paper, place: &FormPosition, text: &Text) -> Html {
    if seen.screen.to_take.is_empty() {
        return Html::default();
    }
    let (paper, place, correcting) = (paper.clone(), place.clone(), seen.draft.of.corrects().is_some());
    let onclick = Callback::from(move |()| {
        let (taken, place) = (paper.clone(), place.clone());
        let then = Callback::from(move |()| {
            if !correcting {
                return place.go(ANEW);
            }
            let (screen, answers) = (taken.screen(), taken.answers());
            let open = place.here(&screen).and_then(|here| here.questions.iter().find(|q| !filling::is_answered(&q.id, &answers)));
            if let Some(open) = open {
                place.scroll(&open.id);
            }
        });
        paper.journal.same_as_last(then);
    });
    html! { <Button text={text.visit_same_as_last()} icon={Glyph::Check} look={Look::Soft} test="same-as-last" {onclick} /> }
}

/// On the one page, what was taken over: a row a part, which a touch opens to be changed.
pub fn rest(seen: &Seen, onmove: &Callback<String>, text: &Text) -> Html {
    if seen.here.id != ANEW {
        return Html::default();
    }
    let (lang, form) = (text.lang().code(), &seen.draft.form);
    let row = |taken: &Taken| {
        let said = |id: &String| {
            let question = form.question(id)?;
            let answer = seen.answers.get(id).map(|value| question.show(value, lang)).unwrap_or_default();
            Some(format!("{} {answer}", question.brief(lang)))
        };
        let words: Vec<String> = taken.questions.iter().filter_map(said).collect();
        let (onmove, id) = (onmove.clone(), taken.part.clone());
        let onclick = move |_| onmove.emit(id.clone());
        html! {
            <button key={taken.part.clone()} type="button" class="line-button" data-test={format!("rest-{}", taken.part)} {onclick}>
                <span class="grow"><b>{ filling::title(form, &taken.part, text) }</b><small class="block">{ words.join(" · ") }</small></span>
                if taken.differs { <Chip text={text.visit_read_differs()} tone={Tone::Warm} /> }
                <Icon glyph={Glyph::Forward} />
            </button>
        }
    };
    let note = if seen.screen.routine { text.form_rest_note() } else { text.form_rest_whole() };
    html! {
        <section class="card question rest" data-test="rest">
            <h3>{ text.visit_same_as_last() }</h3>
            <p class="small muted">{ note }</p>
            <div class="lines">{ for seen.screen.taken.iter().map(row) }</div>
        </section>
    }
}
