use crate::village::*;
use domain::api::*;
use domain::{Code, RecordId};

/// An invented number of an unassigned county.
fn number(sequence: &str) -> String {
    let first17 = format!("99010120170512{sequence}");
    format!("{first17}{}", domain::idnumber::check_digit(&first17).unwrap())
}

fn told(device: &mut Device) -> Vec<(RecordId, RecordId, bool)> {
    let about = |m: Message| if let About::MaybeSame(pair) = m.about { Some((m.person, pair.other.id, pair.number)) } else { None };
    device.ask(Inbox {}).into_iter().filter_map(about).collect()
}

#[test]
fn a_second_file_of_one_name_is_asked_about_and_never_refused_for_good() {
    let mut li = Device::of(li());
    let first = li.new_file("王小雨", &[]);
    for same in ["王小雨", "王 小雨"] {
        let asked = li.call(new_person(same, &[])).unwrap_err();
        assert_eq!((asked.code, asked.field), (Code::MaybeSame, Some(first.to_string())), "{same}");
    }
    let second = li.ask(NewPerson { another: true, ..new_person("王小雨", &[]) });
    assert_ne!(first, second);
    // She said so: nobody asks again, and each is edited like any file.
    assert_eq!((told(&mut li).len(), li.ask(Duplicates {}).len(), li.ask(Person { id: second }).same.len()), (0, 0, 0));
    li.ask(EditPerson { id: first, edits: vec![edit("identity.sex", "2")] });
}

#[test]
fn who_differs_is_not_asked_about() {
    let mut li = Device::of(li());
    li.new_file("王小雨", &[("identity.birth", "2017-05-12")]);
    li.ask(new_person("王小雨", &[("identity.birth", "2015-01-30")]));
    li.ask(new_person("王晓雨", &[("identity.birth", "2017-05-12")]));
    // Born on the same day, by her number.
    assert_eq!(li.refuses(new_person("王小雨", &[("identity.id_number", &number("002"))])), Code::MaybeSame);
    assert_eq!(li.refuses(new_person("王小雨", &[("identity.birth", "2017-05-12")])), Code::MaybeSame);
    li.ask(new_person("赵强", &[("identity.id_number", &number("013"))]));
    li.ask(new_person("赵强", &[("identity.id_number", &number("037"))]));
    assert_eq!(li.ask(Persons { query: PersonQuery { search: "赵强".into(), ..Default::default() } }).total, 2);
}

#[test]
fn one_number_on_two_devices_is_told_to_both_and_either_file_goes_on() {
    let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
    let number = number("002");
    let hers = li.new_file("王小雨", &[("identity.id_number", &number)]);
    let his = wang.new_file("王晓雨", &[("identity.id_number", &number.to_lowercase())]);
    li.send_to(&mut wang);
    wang.send_to(&mut li);
    for device in [&mut li, &mut wang] {
        assert_eq!(device.ask(Status {}).messages, 1);
        let told = told(device);
        assert!(told == [(his, hers, true)] || told == [(hers, his, true)], "{told:?}");
        assert_eq!(device.ask(Status {}).messages, 0, "seen");
        assert_eq!((device.ask(Person { id: hers }).same[0].id, device.ask(Person { id: his }).same[0].id), (his, hers));
        // Neither is kept from being put right.
        for id in [hers, his] {
            device.ask(EditPerson { id, edits: vec![edit("identity.ethnic", "汉族"), edit("identity.sex", "2")] });
        }
    }
    // A third one is still refused.
    assert_eq!(li.refuses(NewPerson { another: true, ..new_person("王小雨", &[("identity.id_number", &number)]) }), Code::AlreadyOnFile);
    // The supervisor closes one; that is the end of it, and the other is edited as any file.
    wang.ask(EditPerson { id: his, edits: vec![edit("status.state", "closed"), edit("status.reason", "重复建档")] });
    assert_eq!((told(&mut wang).len(), wang.ask(Person { id: hers }).same.len()), (0, 0));
    wang.ask(EditPerson { id: hers, edits: vec![edit("identity.ethnic", "回族")] });
}

#[test]
fn two_who_are_alike_are_told_apart_once() {
    let (mut li, mut zhao) = (Device::of(li()), Device::of(zhao()));
    let hers = li.new_file("王小雨", &[]);
    let his = zhao.new_file("王小雨", &[("identity.birth", "2017-05-12")]);
    zhao.send_to(&mut li);
    assert_eq!(told(&mut li).len(), 1);
    li.ask(SayTwo { one: hers, other: his });
    assert_eq!((told(&mut li).len(), li.ask(Person { id: hers }).same.len()), (0, 0));
}

#[test]
fn very_many_of_one_name_are_not_compared_with_each_other_all_the_time() {
    let mut li = Device::of(li());
    for _ in 0..120 {
        li.new_file("王小雨", &[]);
    }
    // She said of each that it is another; somebody else did not.
    li.core.transact(client::store::Durability::Batch, |w| Ok(w.db.execute("DELETE FROM two_persons", [])?)).unwrap();
    assert_eq!(li.ask(Duplicates {}).len(), 100);
    let one = li.ask(Duplicates {})[0].file.id;
    assert_eq!(li.ask(Person { id: one }).same.len(), 5);
}
