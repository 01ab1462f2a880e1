//! A change for a record that is there, and as a record's first: parsed, checked, applied, saved and read again.
#![no_main]
use libfuzzer_sys::{Corpus, fuzz_target};
use records::{Incoming, Record};
use village::chaos::{Scene, raw};

thread_local!(static SCENE: Scene = Scene::new(1));

fuzz_target!(init: fuzz::catch_what_records_catch(), |data: &[u8]| -> Corpus {
    let Some(bytes) = fuzz::sealed(data, raw::CHANGE) else { return Corpus::Reject };
    SCENE.with(|scene| {
        let mut record = scene.record.clone();
        if record.absorb(std::slice::from_ref(&bytes)).is_err() {
            assert_eq!(record.heads(), scene.record.heads());
        }
        read_again(&record);
    });
    let first = Incoming::parse(&bytes).and_then(|first| Record::from_first(&first));
    if let Ok((record, _)) = first && record.reread().is_ok() && record.row().is_ok() {
        read_again(&record);
    }
    Corpus::Keep
});

fn read_again(record: &Record) {
    let again = Record::received(record.id(), &record.reread().expect("it is read again")).expect("it is received");
    assert_eq!((again.heads(), again.row(), again.file()), (record.heads(), record.row(), record.file()));
    assert_eq!((again.visit(), again.conflicts()), (record.visit(), record.conflicts()));
}
