//! The body of a sync: zstd, MessagePack, admission, reply.
#![no_main]
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use village::chaos::{LI, Office, Scene};

thread_local!(static OFFICE: RefCell<Office> = RefCell::new(village_with_a_file()));

fn village_with_a_file() -> Office {
    let office = Office::default();
    Scene::new(1).tell(&office);
    office
}

fuzz_target!(init: fuzz::catch_what_records_catch(), |data: &[u8]| {
    let Some((how, plain)) = data.split_first() else { return };
    OFFICE.with_borrow_mut(|office| {
        let body = if how % 4 == 0 { plain.to_vec() } else { village::chaos::packed(plain) };
        let Ok(reply) = office.body(&LI, &body) else { return };
        // Each input meets the same server.
        if !reply.accepted.is_empty() {
            office.every_document_is_read();
            *office = village_with_a_file();
        }
    });
});
