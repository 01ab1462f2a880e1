//! Going to one section of the page: asked for by the file's page before it opens this one, or by the chips above.

use std::cell::Cell;

thread_local!(static WANTED: Cell<Option<&'static str>> = const { Cell::new(None) });

/// The page that opens next begins at this section.
pub fn ask_for(section: &'static str) {
    WANTED.set(Some(section));
}

/// The section asked for, once.
pub fn take() -> Option<&'static str> {
    WANTED.take()
}

/// Scrolls to a section of the page.
pub fn to(section: &str) {
    scroll_to(&format!("[data-section='{section}']"));
}

/// Scrolls to the first field that is wrong.
pub fn to_first_fault() {
    scroll_to("[data-section] .fault");
}

fn scroll_to(selector: &str) {
    let found = web_sys::window().and_then(|w| w.document()).and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = found {
        let field = element.closest(".field, fieldset, [data-section]").ok().flatten().unwrap_or(element);
        field.scroll_into_view();
    }
}
