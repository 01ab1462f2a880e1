//! A whole document, as a server sends it: read or refused, shown, and written on.
#![no_main]
use libfuzzer_sys::fuzz_target;
use records::Record;
use village::chaos::Scene;

thread_local!(static SCENE: Scene = Scene::new(1));

fuzz_target!(init: fuzz::catch_what_records_catch(), |data: &[u8]| {
    SCENE.with(|scene| {
        let Some(Ok(mut record)) = fuzz::sealed(data, 0).map(|bytes| Record::received(scene.record.id(), &bytes)) else { return };
        _ = (record.row(), record.file(), record.visit(), record.conflicts(), record.changes());
        _ = record.absorb(&[scene.next().bytes]);
        _ = record.reread();
    });
});
