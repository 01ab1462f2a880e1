//! Long lists, a screenful first: on a slow phone something is there to be read before all of it is.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// Cards drawn more at a time: a slow phone takes some 50 ms.
const STEP: usize = 16;
/// Between two steps, milliseconds: what is there is painted, and a tap has its turn.
const PAUSE: u32 = 32;

/// How many of so many are to be drawn: a screenful, and then some at a time. Make what is drawn components: else each step draws
/// everything before it again.
#[hook]
pub fn use_growing(all: usize, screenful: usize) -> usize {
    let drawn = use_state(|| screenful);
    {
        let drawn = drawn.clone();
        use_effect_with((all, *drawn), move |(all, shown)| {
            let more = (*shown < *all).then(|| {
                let (more, drawn) = (shown.saturating_add(STEP), drawn.setter());
                Timeout::new(PAUSE, move || drawn.set(more))
            });
            move || drop(more)
        });
    }
    all.min(*drawn)
}
