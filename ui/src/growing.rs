//! Long lists, a screenful at a time: on a slow phone a tap waits for one of them, never for all.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Cards drawn at once.
const SCREENFUL: usize = 8;

/// How many of so many are to be drawn: a screenful at first, and another each time the last one can be seen.
#[hook]
pub fn use_growing(all: usize) -> usize {
    let drawn = use_state(|| SCREENFUL);
    {
        let drawn = drawn.clone();
        use_effect_with((all, *drawn), move |(all, shown)| {
            let more = (*shown < *all).then(|| {
                let (more, drawn) = (shown.saturating_add(SCREENFUL), drawn.setter());
                Timeout::new(0, move || drawn.set(more))
            });
            move || drop(more)
        });
    }
    all.min(*drawn)
}
