//! A sheet over the page: from below on a phone, in the middle on a wide screen. The native dialog keeps the focus
//! inside and hears Esc; "back" closes it, too.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::button::{Button, Look};
use super::icon::Glyph;
use crate::core::nav::use_back_layer;
use crate::core::state::use_text;

/// Properties of [`Sheet`].
#[derive(Properties, PartialEq)]
pub struct SheetProps {
    /// What it is about.
    pub title: AttrValue,
    /// A stable name for tests.
    #[prop_or_default]
    pub test: Option<AttrValue>,
    /// Closed by the worker: cross, Esc, back, or a touch beside it.
    pub onclose: Callback<()>,
    /// Contents; put the buttons into `<div class="sheet-foot">`.
    pub children: Children,
}

/// A sheet. It is open as long as it is drawn.
#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    let text = use_text();
    let node = use_node_ref();
    use_back_layer(true, props.onclose.clone());
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog
                && dialog.show_modal().is_err()
            {
                dialog.set_open(true);
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    let onclick = {
        let (onclose, node) = (props.onclose.clone(), node.clone());
        Callback::from(move |event: MouseEvent| {
            // The dialog itself is hit only beside its contents, on the veil around it.
            let on_veil = event.target_dyn_into::<HtmlDialogElement>().is_some_and(|hit| node.get().as_ref() == Some(hit.as_ref()));
            if on_veil && outside(&event) {
                onclose.emit(());
            }
        })
    };
    let close = props.onclose.clone();
    html! {
        <dialog ref={node} class="sheet" aria-label={props.title.clone()} data-test={props.test.clone()} {oncancel} {onclick}>
            <div class="sheet-head">
                <h2>{ &props.title }</h2>
                <Button icon={Glyph::Cross} look={Look::Plain} label={text.action_close()} test="sheet-close" onclick={close} />
            </div>
            { props.children.clone() }
        </dialog>
    }
}

/// Whether the pointer is outside of the dialog's box: its padding belongs to it.
fn outside(event: &MouseEvent) -> bool {
    let Some(dialog) = event.target_dyn_into::<HtmlDialogElement>() else { return false };
    let rect = web_sys::Element::from(dialog).get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    x < rect.left() || x > rect.right() || y < rect.top() || y > rect.bottom()
}
