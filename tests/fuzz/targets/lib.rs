//! What the targets share.
#![feature(panic_can_unwind)]

/// Automerge may panic on hostile bytes, and `records` catches that; only what gets out is a finding, and is told with what was
/// said before it. With `PANICS` set, every panic is told and found: in a browser, where nothing is caught, it ends the worker.
pub fn catch_what_records_catch() {
    if std::env::var_os("PANICS").is_some() {
        return;
    }
    let last = std::sync::Mutex::new(String::new());
    std::panic::set_hook(Box::new(move |panic| {
        // A target is called from C: what gets out of it ends here.
        if !panic.can_unwind() {
            eprintln!("{}\n{panic}", last.lock().unwrap_or_else(|e| e.into_inner()));
        }
        *last.lock().unwrap_or_else(|e| e.into_inner()) = panic.to_string();
    }));
}

/// The first byte says whether length and checksum are made right: else nothing looks further than those.
pub fn sealed(data: &[u8], kind: u8) -> Option<Vec<u8>> {
    let (how, body) = data.split_first()?;
    Some(if how % 4 == 0 { body.to_vec() } else { village::chaos::raw::chunk(kind, body) })
}
