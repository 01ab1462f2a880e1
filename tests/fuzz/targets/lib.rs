//! What the targets share.

/// Automerge may panic on hostile bytes, and `records` catches that; only what gets out is a finding. With `PANICS` set, every panic
/// is: in a browser, where nothing is caught, it ends the worker.
pub fn catch_what_records_catch() {
    if std::env::var_os("PANICS").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

/// The first byte says whether length and checksum are made right: else nothing looks further than those.
pub fn sealed(data: &[u8], kind: u8) -> Option<Vec<u8>> {
    let (how, body) = data.split_first()?;
    Some(if how % 4 == 0 { body.to_vec() } else { village::chaos::raw::chunk(kind, body) })
}
