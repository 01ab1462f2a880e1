//! Bringing a question into sight. Only the page's own scrolling part is moved: the browser's `scrollIntoView` would
//! also shift the frame around it.

use web_sys::Element;

/// Air left above or below, pixels.
const AIR: f64 = 12.0;

/// The id of a question's element, to scroll to.
pub fn element_id(question: &str) -> String {
    format!("q-{question}")
}

fn find(id: &str) -> Option<(Element, Element)> {
    let element = web_sys::window()?.document()?.get_element_by_id(id)?;
    let body = element.closest(".body").ok().flatten()?;
    Some((element, body))
}

fn shift(body: &Element, by: f64) {
    // Pixels of one page: far within the range of the type.
    body.set_scroll_top(body.scroll_top() + by.round() as i32);
}

/// Puts a question at the top and gives it the focus, so that a screen reader goes on there.
pub fn to_question(question: &str) {
    let Some((card, body)) = find(&element_id(question)) else { return };
    shift(&body, card.get_bounding_client_rect().top() - body.get_bounding_client_rect().top() - AIR);
    if let Ok(card) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(card) {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into());
        let focus = js_sys::Reflect::get(&card, &"focus".into()).and_then(wasm_bindgen::JsCast::dyn_into::<js_sys::Function>);
        if let Ok(focus) = focus {
            let _ = focus.call1(&card, &options);
        }
    }
}

/// Moves as little as needed to show the whole of an element that has just appeared below.
pub fn reveal(id: &str) {
    let Some((element, body)) = find(id) else { return };
    let hidden = element.get_bounding_client_rect().bottom() - body.get_bounding_client_rect().bottom() + AIR;
    if hidden > 0.0 {
        shift(&body, hidden);
    }
}
