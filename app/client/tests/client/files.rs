use crate::village::*;
use domain::api::*;
use domain::{Code, Failure, Risk, Sex};

/// An invented number of an unassigned county.
fn number(birth: &str, sequence: &str) -> String {
    let first17 = format!("990101{birth}{sequence}");
    format!("{first17}{}", domain::idnumber::check_digit(&first17).unwrap())
}

#[test]
fn a_file_holds_what_was_written_and_masks_the_number() {
    let mut device = Device::of(li());
    let number = number("20170512", "002");
    let id = device.new_file("陈小满", &[("identity.id_number", &number), ("contact.phone", "138 0000 0001"), ("risk.level", "high")]);
    let file = device.ask(Person { id });
    assert_eq!((file.item.sex, file.item.age, file.item.risk), (Sex::Female, Some(9), Some(Risk::High)));
    assert_eq!(file.item.area_name, "铜都村");
    assert_eq!(file.fields["identity.birth"], "2017-05-12".into());
    assert_eq!(file.fields["risk.since"], "2026-11-21".into());
    assert_eq!(file.fields["charge.staff"], "S0001".into());
    assert_eq!(file.staff["S0001"], "李主任");
    assert_eq!(file.categories[0].fields["since"], "2026-11-21".into());
    assert_eq!(file.phones[0].number, "13800000001");
    assert!(!serde_json::to_string(&file).unwrap().contains(&number));
    assert!(file.may_amend.contains(&"contact".to_owned()) && !file.may_amend.contains(&"status".to_owned()));
    assert_eq!(file.visit_form.as_deref(), Some("child-visit@s2"));
    assert_eq!(device.ask(RevealIdNumber { id }), number);
    let logged = device.core.transact(client::store::Durability::Batch, |w| {
        Ok(w.db.query_row("SELECT what FROM access_log WHERE record = ?1", [id.bytes()], |r| r.get::<_, String>(0))?)
    });
    assert_eq!(logged.unwrap().0, "id_number");
}

#[test]
fn only_what_differs_is_written_one_change_a_section() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[("contact.address", "桥头巷七号")]);
    device.ask(EditPerson { id, edits: vec![edit("contact.address", "桥头巷七号")] });
    assert_eq!(device.ask(Status {}).pending, 1);
    let edits = vec![edit("contact.address", "桥头巷八号"), edit("contact.phone", "13800000001"), edit("situation.schooling", "二年级")];
    let response = device.core.handle(EditPerson { id, edits }.into()).unwrap();
    assert_eq!(response.changed, [id]);
    assert_eq!(device.ask(Status {}).pending, 3);
    assert!(device.ask(Person { id }).item.pending);
}

#[test]
fn bad_values_are_named_and_nothing_is_written() {
    let mut device = Device::of(li());
    let good = number("20170512", "002");
    let id = device.new_file("陈小满", &[("identity.id_number", &good)]);
    let mistyped = good.replacen("2017", "2018", 1);
    let cases = [
        (vec![edit("identity.birth", "2016-05-12")], Code::IdNumberMismatch, "identity.birth"),
        (vec![edit("identity.sex", "1")], Code::IdNumberMismatch, "identity.sex"),
        (vec![edit("identity.id_number", &mistyped)], Code::BadIdNumber, "identity.id_number"),
        (vec![edit("contact.phone", "12")], Code::BadPhone, "contact.phone"),
        (vec![edit("risk.since", "2026-11-22")], Code::BadDate, "risk.since"),
        (vec![edit("identity.name", " ")], Code::Required, "identity.name"),
        (vec![edit("contact.phone", "13800000002"), edit("contact.nowhere", "x")], Code::UnknownField, "contact.nowhere"),
        (vec![edit("categories.0192f0c1-2b3c-7def-8123-000000000000.reason", "x")], Code::Required, "categories.code"),
    ];
    for (edits, code, field) in cases {
        assert_eq!(device.call(EditPerson { id, edits }), Err(Failure::of(code, field)));
    }
    assert_eq!(device.ask(Status {}).pending, 1);
    assert_eq!(device.refuses(new_person("陈小满二", &[("identity.id_number", &good)])), Code::AlreadyOnFile);
    assert_eq!(device.refuses(NewPerson { edits: vec![], ..new_person("", &[]) }), Code::Required);
}

#[test]
fn a_record_can_be_exported_as_it_is() {
    let mut device = Device::of(li());
    let id = device.new_file("陈小满", &[]);
    let bytes = data_encoding::BASE64.decode(device.ask(ExportRecord { id }).as_bytes()).unwrap();
    let record = records::Record::load(&bytes).unwrap();
    assert_eq!(record.file().text("identity.name"), Some("陈小满"));
}
