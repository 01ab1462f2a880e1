//! Long lists, a screenful first: on a slow phone something is there to be read before all of it is.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Cards drawn at once.
const SCREENFUL: usize = 8;

/// How many of so many are to be drawn: a screenful at first, and twice as many each time these were, so that what is drawn is drawn
/// twice at most.
#[hook]
pub fn use_growing(all: usize) -> usize {
    let drawn = use_state(|| SCREENFUL);
    {
        let drawn = drawn.clone();
        use_effect_with((all, *drawn), move |(all, shown)| {
            let more = (*shown < *all).then(|| {
                let (more, drawn) = (shown.saturating_mul(2), drawn.setter());
                Timeout::new(0, move || drawn.set(more))
            });
            move || drop(more)
        });
    }
    all.min(*drawn)
}
