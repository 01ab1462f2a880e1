//! A workbook that should hold a form: xlsx or xls, whatever is in it.
#![no_main]
use libfuzzer_sys::fuzz_target;

// What the library panics on is caught where the file is read.
fuzz_target!(init: fuzz::catch_what_records_catch(), |data: &[u8]| {
    if let Ok(found) = sync_server::import::form::read(data) {
        let checked = found.check("form");
        if checked.mistakes.is_empty() {
            _ = sync_server::import::form::write(&found.book);
        }
    }
});
