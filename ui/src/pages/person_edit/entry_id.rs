//! Ids of new household members and categories: UUIDv7 of this device's clock and the browser's randomness.

use domain::RecordId;
use js_sys::{Function, Reflect, Uint8Array};
use uuid::Uuid;
use wasm_bindgen::JsCast;

use crate::record::when::now;

/// A new id; none where there is no good randomness, which no supported WebView lacks.
pub fn new() -> Option<Uuid> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).ok()?;
    let fill: Function = Reflect::get(&crypto, &"getRandomValues".into()).ok()?.dyn_into().ok()?;
    let bytes = Uint8Array::new_with_length(10);
    fill.call1(&crypto, &bytes).ok()?;
    let mut random = [0; 10];
    bytes.copy_to(&mut random);
    Some(RecordId::new(now().0, random).0)
}
