use super::*;

fn open() -> Db<'static> {
    crate::store::db::in_memory()
}

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn put_area(conn: &Db<'_>, at: &str, name: &str) -> Outcome {
    upsert_area(conn, &AreaEntry { code: code(at), name: name.into(), valid_from: String::new(), valid_to: String::new() }).unwrap()
}

fn li() -> StaffEntry {
    let staff = Staff { id: "S001".parse().unwrap(), name: "李秀梅".into(), role: Role::ChildDirector, areas: vec![code("990101001201")] };
    StaffEntry { staff, phone: "19900000001".into(), active: true }
}

fn request(typed: &str, device: u8, token: u8) -> EnrolRequest {
    let device = DeviceId::new(0, [device; 10]);
    EnrolRequest { v: 1, code: typed.into(), device, token_hash: Hash([token; 32]), label: "Android 手机".into(), replaces: None }
}

const NOW: Timestamp = Timestamp(1_790_000_000_000);

#[test]
fn an_area_is_written_once_and_renamed_once() {
    let conn = open();
    assert_eq!(put_area(&conn, "990101001201", "桃源村"), Outcome::Added);
    assert_eq!(put_area(&conn, "990101001201", "桃源村"), Outcome::Unchanged);
    assert_eq!(put_area(&conn, "990101001201", "桃源村村民委员会"), Outcome::Updated);
    let abolished =
        AreaEntry { code: code("990101001201"), name: "桃源村村民委员会".into(), valid_from: String::new(), valid_to: "2026-01-01".into() };
    assert_eq!(upsert_area(&conn, &abolished).unwrap(), Outcome::Updated);
    assert_eq!(put_area(&conn, "990101001201", "桃源村村民委员会"), Outcome::Unchanged);
    assert_eq!(area(&conn, &code("990101001201")).unwrap().unwrap().name, "桃源村村民委员会");
}

#[test]
fn a_town_brings_its_villages_and_what_is_above_but_no_neighbours() {
    let conn = open();
    for (at, name) in [
        ("99", "省"),
        ("9901", "市"),
        ("990101", "安和县"),
        ("990101001", "清溪镇"),
        ("990101001201", "桃源村"),
        ("990101002", "石桥镇"),
        ("990101002201", "柳林村"),
    ] {
        put_area(&conn, at, name);
    }
    let codes: Vec<String> = areas_within(&conn, &[code("990101001")]).unwrap().into_iter().map(|a| a.code.into()).collect();
    assert_eq!(codes, ["99", "9901", "990101", "990101001", "990101001201"]);
}

#[test]
fn an_area_is_found_by_the_name_people_use() {
    let conn = open();
    put_area(&conn, "990101001201", "桃源村村民委员会");
    put_area(&conn, "990101001001", "铜都社区居委会");
    put_area(&conn, "990101001202", "新村村委会");
    for (name, wanted) in [("桃源", 1), ("桃源村", 1), (" 桃源村委会", 1), ("铜都社区", 1), ("铜都", 1), ("新村", 1), ("柳林村", 0)]
    {
        assert_eq!(areas_named(&conn, name, Level::Village).unwrap().len(), wanted, "{name}");
    }
}

#[test]
fn staff_keep_their_areas_and_the_same_again_changes_nothing() {
    let conn = open();
    assert_eq!(upsert_staff(&conn, &li(), NOW).unwrap(), Outcome::Added);
    assert_eq!(upsert_staff(&conn, &li(), NOW).unwrap(), Outcome::Unchanged);
    let mut moved = li();
    moved.staff.areas = vec![code("990101001202"), code("990101001201"), code("990101001202")];
    assert_eq!(upsert_staff(&conn, &moved, NOW).unwrap(), Outcome::Updated);
    assert_eq!(upsert_staff(&conn, &moved, NOW).unwrap(), Outcome::Unchanged);
    assert_eq!(staff(&conn, &moved.staff.id).unwrap().unwrap().areas.len(), 2);
    assert_eq!(all_staff(&conn).unwrap(), vec![staff_entry(&conn, &moved.staff.id).unwrap().unwrap()]);
    assert_eq!(counties_at_work(&conn).unwrap(), vec![code("990101")]);
}

#[test]
fn a_code_lets_one_device_in_and_a_lost_reply_is_repaired_by_asking_again() {
    let conn = open();
    upsert_staff(&conn, &li(), NOW).unwrap();
    let shown = new_code(&conn, &li().staff.id, NOW, *b"0123456789abcdef").unwrap().code;
    assert_eq!((shown.len(), shown.find('-')), (9, Some(4)));
    assert!(!shown.contains(['0', 'O', '1', 'I', 'L', 'U']));
    assert_eq!(redeem(&conn, &request("AAAA-AAAA", 1, 1), NOW), Err(Code::WrongCode));
    let typed = format!(" {} ", shown.to_lowercase().replace('-', "－"));
    assert_eq!(redeem(&conn, &request(&typed, 1, 1), NOW).unwrap().name, "李秀梅");
    let late = Timestamp(NOW.0 + 2 * CODE_LIFE);
    assert!(redeem(&conn, &request(&shown, 1, 1), late).is_ok(), "the same device may ask again");
    assert_eq!(redeem(&conn, &request(&shown, 1, 9), NOW), Err(Code::UsedCode), "not with another token");
    assert_eq!(redeem(&conn, &request(&shown, 2, 2), NOW), Err(Code::UsedCode));
    assert_eq!(list_devices(&conn).unwrap().len(), 1);
}

#[test]
fn codes_grow_old_and_a_second_one_does_not_void_the_first() {
    let conn = open();
    upsert_staff(&conn, &li(), NOW).unwrap();
    let first = new_code(&conn, &li().staff.id, NOW, [1; 16]).unwrap();
    let second = new_code(&conn, &li().staff.id, NOW, [2; 16]).unwrap();
    assert!(redeem(&conn, &request(&first.code, 1, 1), first.expires).is_ok());
    assert_eq!(redeem(&conn, &request(&second.code, 2, 2), Timestamp(second.expires.0 + 1)), Err(Code::ExpiredCode));
}

#[test]
fn nobody_takes_over_a_device_by_its_id_and_those_who_left_get_no_code() {
    let conn = open();
    upsert_staff(&conn, &li(), NOW).unwrap();
    let mut other = li();
    other.staff.id = "S002".parse().unwrap();
    upsert_staff(&conn, &other, NOW).unwrap();
    let hers = new_code(&conn, &li().staff.id, NOW, [1; 16]).unwrap();
    let his = new_code(&conn, &other.staff.id, NOW, [2; 16]).unwrap();
    redeem(&conn, &request(&hers.code, 1, 1), NOW).unwrap();
    assert_eq!(redeem(&conn, &request(&his.code, 1, 2), NOW), Err(Code::NotAllowed));
    other.active = false;
    upsert_staff(&conn, &other, NOW).unwrap();
    assert_eq!(redeem(&conn, &request(&his.code, 2, 2), NOW), Err(Code::NotAllowed));
    assert_eq!(new_code(&conn, &other.staff.id, NOW, [3; 16]).unwrap_err().code, Code::NotFound);
}

#[test]
fn a_device_speaks_for_its_owner_until_it_is_stopped() {
    let conn = open();
    upsert_staff(&conn, &li(), NOW).unwrap();
    let shown = new_code(&conn, &li().staff.id, NOW, [1; 16]).unwrap();
    let asked = request(&shown.code, 1, 1);
    redeem(&conn, &asked, NOW).unwrap();
    assert_eq!(device_by_token_hash(&conn, &Hash([9; 32])).unwrap(), None);
    let auth = device_by_token_hash(&conn, &asked.token_hash).unwrap().unwrap();
    assert_eq!((auth.id, auth.caller.role, auth.revoked, auth.active), (asked.device, Role::ChildDirector, None, true));
    touch_device(&conn, &asked.device, Timestamp(NOW.0 + 5)).unwrap();
    assert!(revoke(&conn, &asked.device, Timestamp(NOW.0 + 10)).unwrap());
    assert!(revoke(&conn, &asked.device, Timestamp(NOW.0 + 20)).unwrap());
    assert!(!revoke(&conn, &DeviceId::new(0, [7; 10]), NOW).unwrap());
    let line = list_devices(&conn).unwrap().remove(0);
    assert_eq!((line.seen, line.revoked), (Some(Timestamp(NOW.0 + 5)), Some(Timestamp(NOW.0 + 10))));
    assert!(device_by_token_hash(&conn, &asked.token_hash).unwrap().unwrap().revoked.is_some());
    assert_eq!(redeem(&conn, &asked, NOW), Err(Code::DeviceRevoked));
}

proptest::proptest! {
    #[test]
    fn any_random_number_spells_a_code_that_is_easy_to_read(random: [u8; 16]) {
        let code = spell(random);
        proptest::prop_assert!(code.len() == CODE_LENGTH && code.bytes().all(|b| ALPHABET.contains(&b)));
    }
}
