//! Moments in words, seen from now, and the width of the window: what several pages ask of the browser.

use chrono::NaiveDate;
use domain::Timestamp;
use text::Text;
use yew::prelude::*;

use crate::core::listen::Listener;

/// From this width on the list stays beside the page, as in `layout.css`.
const WIDE_PIXELS: f64 = 900.0;

/// This device's clock.
pub fn now() -> Timestamp {
    // Milliseconds since 1970: a whole number far below the limit of the type.
    Timestamp(js_sys::Date::now() as i64)
}

/// `16:40`, `昨天 09:05`, `11月19日 16:40`.
pub fn moment(text: &Text, at: Timestamp) -> String {
    text.moment(at.local(), now().local())
}

/// For narrow places: `16:40` today, else only the day.
pub fn short_moment(text: &Text, at: Timestamp) -> String {
    let (day, today) = (at.day(), now().day());
    if day == today { moment(text, at) } else { text.date_near(day, today) }
}

/// `2027年1月10日满 18 岁`, or that it has been.
pub fn of_age(text: &Text, on: NaiveDate, today: NaiveDate) -> String {
    let day = text.date_with_year(on);
    if on > today { text.inbox_of_age_soon(&day) } else { text.inbox_of_age_past(&day) }
}

fn is_wide() -> bool {
    let width = web_sys::window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64());
    width.is_some_and(|w| w >= WIDE_PIXELS)
}

/// Whether list and page stand side by side.
#[hook]
pub fn use_wide() -> bool {
    let wide = use_state(is_wide);
    let set = wide.setter();
    use_effect_with((), move |()| {
        let listener = Listener::window("resize", move |_| set.set(is_wide()));
        move || drop(listener)
    });
    *wide
}

/// A count as the messages take it.
pub fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}
