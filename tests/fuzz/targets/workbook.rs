//! A workbook that should hold a form: xlsx or xls, whatever is in it.
#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(found) = sync_server::import::form::read(data) {
        let checked = found.check("form");
        if checked.mistakes.is_empty() {
            _ = sync_server::import::form::write(&found.book);
        }
    }
});
