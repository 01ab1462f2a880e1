use crate::village::*;
use domain::api::*;
use domain::{Code, Failure, IdNumber};

fn unlock(pin: &str) -> Unlock {
    Unlock { pin: pin.into() }
}

#[test]
fn nothing_personal_can_be_read_from_the_files() {
    let mut device = Device::of(li());
    let number = IdNumber::parse("990101201705120028").map(|n| n.as_str().to_owned()).unwrap_or_else(|_| valid_number());
    let id = device.new_file("陈小满", &[("identity.id_number", &number), ("contact.phone", "13800000001"), ("contact.address", "桥头巷七号")]);
    let draft = device.ask(StartVisit { person: id, form: None, correct: None });
    device.ask(Answer { draft: draft.id, question: "note".into(), value: "奶奶腿疼".into() });
    for _ in 0..2 {
        for file in device.files() {
            let bytes = std::fs::read(device.folder.path().join(&file)).unwrap();
            for secret in ["陈小满", number.as_str(), "13800000001", "桥头巷", "奶奶", "identity", "SQLite format", "李主任"] {
                assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "{secret} can be read in {file}");
            }
        }
        device.ask(Lock {});
    }
}

fn valid_number() -> String {
    let first17 = "99010120170512002";
    format!("{first17}{}", domain::idnumber::check_digit(first17).unwrap())
}

#[test]
fn only_the_pin_opens_the_files() {
    let mut device = Device::of(li());
    assert_eq!(device.ask(Status {}).phase, Phase::Open);
    assert_eq!(device.ask(Lock {}).phase, Phase::Locked);
    assert_eq!(device.refuses(Today {}), Code::Locked);
    assert_eq!(device.refuses(unlock("802417")), Code::WrongPin);
    assert_eq!(device.refuses(unlock("12")), Code::BadPin);
    let status = device.ask(Status {});
    assert_eq!((status.pin_tries, status.county.as_str(), status.server.as_str(), status.me), (1, "示例县", "nuanfang.example", None));
    let open = device.ask(unlock(PIN));
    assert_eq!((open.phase, open.pin_tries, open.me.map(|m| m.name)), (Phase::Open, 0, Some("李主任".to_owned())));
}

#[test]
fn wrong_pins_wait_even_after_the_app_was_killed_and_the_clock_set_back() {
    let mut device = Device::of(li());
    device.ask(Lock {});
    for _ in 0..5 {
        assert_eq!(device.refuses(unlock("802417")), Code::WrongPin);
    }
    let mut device = device.killed();
    let failure = device.call(unlock(PIN)).unwrap_err();
    assert_eq!((failure.code, failure.field.as_deref()), (Code::PinWait, Some("30")));
    assert_eq!(device.ask(Status {}).pin_wait, 30);
    device.clock.pass(-3 * DAY);
    assert_eq!(device.refuses(unlock(PIN)), Code::PinWait);
    device.clock.pass(29_000);
    assert_eq!(device.ask(Status {}).pin_wait, 1);
    device.clock.pass(1_000);
    assert_eq!(device.refuses(unlock("802417")), Code::WrongPin);
    assert_eq!(device.ask(Status {}).pin_wait, 60);
    device.clock.pass(60_000);
    assert_eq!(device.ask(unlock(PIN)).pin_wait, 0);
}

#[test]
fn a_changed_pin_opens_the_same_files() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    let change = |old: &str, new: &str| ChangePin { old: old.into(), new: new.into() };
    assert_eq!(device.refuses(change(PIN, "123456")), Code::WeakPin);
    assert_eq!(device.refuses(change("802417", "918273")), Code::WrongPin);
    device.ask(change(PIN, "918273"));
    device.ask(Lock {});
    assert_eq!(device.refuses(unlock(PIN)), Code::WrongPin);
    assert_eq!(device.ask(unlock("918273")).persons, 1);
}

#[test]
fn a_fresh_device_asks_to_be_enrolled_and_keeps_its_name_until_it_is() {
    let folder = tempfile::TempDir::new().unwrap();
    let clock = Clock::new(1);
    let joining = core_in(folder.path(), &clock).joining().unwrap();
    let mut core = core_in(folder.path(), &clock);
    assert_eq!(core.joining().unwrap().device, joining.device);
    assert_eq!(core.handle(Today {}.into()).unwrap_err().code, Code::NotEnrolled);
    let weak = core.finish_enrol(&joining, "111111", "https://nuanfang.example", "nuanfang.example", 1, reference(li()));
    assert!(weak.is_err() && core.phase().unwrap() == Phase::Fresh);
    core.finish_enrol(&joining, PIN, "https://nuanfang.example", "nuanfang.example", 1, reference(li())).unwrap();
    assert_eq!(
        core.handle(Enrol { server: String::new(), code: String::new(), pin: PIN.into(), label: String::new() }.into()).unwrap_err().code,
        Code::Offline
    );
    assert!(core.joining().is_err());
}

#[test]
fn a_wiped_device_has_nothing_left() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    device.core.wipe().unwrap();
    assert_eq!(device.ask(Status {}).phase, Phase::Fresh);
    assert_eq!(device.files(), ["nuanfang.lock"]);
}

#[test]
fn a_forgotten_pin_puts_the_data_aside_and_deletes_nothing() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    assert!(device.core.joining_anew().is_err(), "not while somebody works");
    device.ask(Lock {});
    let again = |device: &Device| device.core.joining_anew().unwrap();
    let (joining, server) = again(&device);
    assert_eq!((again(&device).0.device, server.as_str()), (joining.device, "https://nuanfang.example"));
    // Nothing is put aside before the server took the code.
    assert_eq!(device.ask(unlock(PIN)).persons, 1);
    device.ask(Lock {});
    let before = device.files().len();
    device.core.finish_enrol(&joining, "918273", &server, "nuanfang.example", 7, reference(li())).unwrap();
    assert_eq!(device.ask(Status {}).persons, 0);
    let aside: Vec<_> = device.files().into_iter().filter(|f| f.contains(".old-")).collect();
    assert!(aside.len() >= 2 && device.files().len() >= before, "{:?}", device.files());
    // The old PIN brings it back.
    let name = device.ask(Status {}).left[0].name.clone();
    assert_eq!(device.refuses(BringBack { name: name.clone(), pin: "802417".into() }), Code::WrongPin);
    assert_eq!(device.ask(BringBack { name, pin: PIN.into() }).persons, 1);
    assert!(!device.files().iter().any(|f| f.contains(".old-")), "{:?}", device.files());
}

#[test]
fn an_old_pin_of_somebody_else_brings_nothing_back() {
    let mut device = Device::of(zhao());
    device.new_file("陈小满", &[]);
    device.ask(Lock {});
    let (joining, server) = device.core.joining_anew().unwrap();
    device.core.finish_enrol(&joining, "918273", &server, "nuanfang.example", 7, reference(li())).unwrap();
    let name = device.ask(Status {}).left[0].name.clone();
    assert_eq!(device.refuses(BringBack { name, pin: PIN.into() }), Code::NotAllowed);
    assert_eq!((device.ask(Status {}).persons, device.ask(Status {}).left.len()), (0, 1));
}

#[test]
fn a_device_that_was_cut_off_while_it_began_anew_goes_on_and_has_all_of_it() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    device.ask(Lock {});
    let (joining, server) = device.core.joining_anew().unwrap();
    // The key was put aside, and then the power failed.
    let home = device.folder.path();
    std::fs::rename(home.join("key.json"), home.join("key.json.old-1795226400000")).unwrap();
    let mut device = device.killed();
    assert_eq!(device.core.joining().unwrap().device, joining.device, "the same code is good for the same device");
    device.core.finish_enrol(&joining, "918273", &server, "nuanfang.example", 7, reference(li())).unwrap();
    let left = device.ask(Status {}).left;
    assert_eq!(left.len(), 1);
    assert_eq!(device.ask(BringBack { name: left[0].name.clone(), pin: PIN.into() }).persons, 1);
}

#[test]
fn a_suspended_app_is_locked_by_its_shell() {
    let mut device = Device::of(li());
    device.clock.pass(10 * 60_000);
    device.core.touch();
    device.clock.pass(10 * 60_000);
    assert!(!device.core.lock_if_idle().unwrap(), "the interface itself locks first");
    device.clock.pass(60_000);
    assert!(device.core.lock_if_idle().unwrap());
    assert_eq!((device.ask(Status {}).phase, device.refuses(Today {})), (Phase::Locked, Code::Locked));
    assert!(!device.core.lock_if_idle().unwrap());
    // A clock set back opens no longer time.
    device.ask(unlock(PIN));
    device.clock.pass(-DAY);
    assert!(device.core.lock_if_idle().unwrap());
}

#[test]
fn with_a_keystore_the_pin_alone_opens_nothing() {
    let mut device = Device::of(li());
    device.new_file("陈小满", &[]);
    // The first PIN after the system learned to keep a key brings the key in.
    let mut device = device.with_keystore(Some([7; 32]));
    assert_eq!(device.ask(unlock(PIN)).persons, 1);
    let key = std::fs::read_to_string(device.folder.path().join("key.json")).unwrap();
    assert!(!key.contains("\"keystore\": null"), "{key}");
    for other in [None, Some([8; 32])] {
        device = device.with_keystore(other);
        assert_eq!(device.refuses(unlock(PIN)), Code::KeystoreGone);
    }
    let mut device = device.with_keystore(Some([7; 32]));
    assert_eq!(device.refuses(unlock("802417")), Code::WrongPin);
    assert_eq!(device.ask(unlock(PIN)).persons, 1);
}

#[test]
fn a_county_may_want_a_passphrase_where_no_keystore_is() {
    let folder = tempfile::TempDir::new().unwrap();
    let clock = Clock::new(1);
    let mut strict = reference(li());
    strict.policy.pin_without_keystore = false;
    let join = |keystore, pin: &str| {
        let folder = tempfile::TempDir::new_in(folder.path()).unwrap();
        let mut core = core_in(folder.path(), &clock).with_keystore(keystore);
        let joining = core.joining().unwrap();
        let joined = core.finish_enrol(&joining, pin, "https://nuanfang.example", "nuanfang.example", 1, strict.clone());
        joined.map_err(|t| Failure::from(t).code)
    };
    assert_eq!(join(None, PIN).err(), Some(Code::PhraseNeeded));
    assert!(join(Some([7; 32]), PIN).is_ok());
    let status = join(None, "夏天的荷花开满池塘").err();
    assert_eq!(status, Some(Code::BadPin), "nine characters are too few");
    assert!(join(None, "夏天的荷花开满了池塘").is_ok_and(|s| s.phrase));
}
