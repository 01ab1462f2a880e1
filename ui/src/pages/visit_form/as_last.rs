//! A visit as last time: the button that says so, and on its one page what it took over.

use domain::form::ProblemKind;
use text::Text;
use yew::prelude::*;

use super::filling::{self, ANEW};
use super::form_page::Seen;
use super::paper::{FormPosition, Paper};
use crate::components::{Button, Chip, Glyph, Icon, Look, Tone};

/// The big soft button, as long as there is something to take over. A correction then shows what is left in the part, a visit the
/// one page.
pub fn same_as_last(seen: &Seen, paper: &Paper, place: &FormPosition, text: &Text) -> Html {
    if !something_to_take(seen) {
        return Html::default();
    }
    let (seen, paper, place) = (seen.clone(), paper.clone(), place.clone());
    let onclick = Callback::from(move |()| {
        paper.same_as_last(seen.form, &seen.draft);
        if seen.draft.corrects.is_none() {
            return place.go(ANEW);
        }
        let answers = paper.answers();
        if let Some(open) = seen.here.questions.iter().find(|q| !filling::is_answered(q, &answers)) {
            place.scroll(&open.id);
        }
    });
    html! { <Button text={text.visit_same_as_last()} icon={Glyph::Check} look={Look::Soft} test="same-as-last" {onclick} /> }
}

/// Whether last visit's answers are of use: to a question that is asked, or to those that an open answer may call for.
fn something_to_take(seen: &Seen) -> bool {
    let taken = seen.form.as_last_time(&seen.draft.last);
    let open: Vec<&str> = taken.keys().map(String::as_str).filter(|id| !seen.answers.contains_key(*id)).collect();
    let asked = seen.parts.iter().flat_map(|p| &p.questions).any(|q| open.contains(&q.id.as_str()));
    let to_come = seen.draft.corrects.is_none() && seen.problems.iter().any(|p| p.kind == ProblemKind::Required);
    asked || (to_come && !open.is_empty())
}

/// On the one page, what was taken over: a row a part, which a touch opens to be changed.
pub fn rest(seen: &Seen, onmove: &Callback<&'static str>, text: &Text) -> Html {
    if seen.here.id() != ANEW {
        return Html::default();
    }
    let (lang, last) = (text.lang().code(), &seen.draft.last);
    let taken = seen.form.as_last_time(last);
    let rows = seen.parts.iter().filter(|part| part.section.is_some()).filter_map(|part| {
        let taken: Vec<_> = part.questions.iter().filter(|q| taken.contains_key(&q.id)).collect();
        let said = |id: &str| seen.answers.get(id).unwrap_or(&domain::Value::Null);
        let differs = taken.iter().any(|q| seen.answers.get(&q.id) != last.get(&q.id));
        let words: Vec<String> = taken.iter().map(|q| format!("{} {}", q.brief(lang), seen.form.show(q, said(&q.id), lang))).collect();
        let (onmove, id) = (onmove.clone(), part.id());
        (!words.is_empty()).then(|| {
            html! {
                <button key={id} type="button" class="line-button" data-test={format!("rest-{id}")} onclick={move |_| onmove.emit(id)}>
                    <span class="grow"><b>{ part.title(text) }</b><small class="block">{ words.join(" · ") }</small></span>
                    if differs { <Chip text={text.visit_read_differs()} tone={Tone::Warm} /> }
                    <Icon glyph={Glyph::Forward} />
                </button>
            }
        })
    });
    let note = if seen.form.is_routine(&seen.answers) { text.form_rest_note() } else { text.form_rest_whole() };
    html! {
        <section class="card question rest" data-test="rest">
            <h3>{ text.visit_same_as_last() }</h3>
            <p class="small muted">{ note }</p>
            <div class="lines">{ for rows }</div>
        </section>
    }
}
