//! Lists as offices really have them, each a file that once lost, changed or guessed something in silence. Invented people of 990101.
use super::*;
use crate::env::Env;
use crate::office::take_in::{Wish, take_in};
use crate::store::{self, Store};
use crate::sync::county;
use domain::api::{ImportKind, RowError};
use domain::policy::Policy;
use sha2::Digest;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

struct Clock {
    day: NaiveDate,
    drawn: AtomicU64,
}

impl Env for Clock {
    fn now(&self) -> Timestamp {
        Timestamp(self.day.and_hms_opt(4, 0, 0).unwrap().and_utc().timestamp_millis())
    }
    fn random(&self) -> [u8; 16] {
        let n = self.drawn.fetch_add(1, Ordering::Relaxed);
        sha2::Sha256::digest(n.to_le_bytes())[..16].try_into().unwrap()
    }
}

/// An office with its areas and staff, on 29 November 2026.
struct Office {
    _dir: TempDir,
    store: Store,
    clock: Clock,
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/src/import/tests/lists/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

impl Office {
    fn new() -> Office {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), 7).unwrap();
        let office = Office { _dir: dir, store, clock: Clock { day: day(2026, 11, 29), drawn: AtomicU64::new(1) } };
        assert_eq!(office.areas("areas.xlsx").errors, []);
        assert_eq!(office.staff("staff.xlsx").errors, []);
        office
    }
    fn wish(&self, kind: ImportKind, name: &str, bytes: &[u8], wish: &Wish) -> ImportReport {
        take_in(&self.store, &self.clock, crate::audit::Who::Operator, kind, name, bytes, wish).unwrap()
    }
    fn areas(&self, name: &str) -> ImportReport {
        self.wish(ImportKind::Areas, name, &file(name), &Wish::default())
    }
    fn staff(&self, name: &str) -> ImportReport {
        self.wish(ImportKind::Staff, name, &file(name), &Wish::default())
    }
    fn roster(&self, name: &str) -> ImportReport {
        self.wish(ImportKind::Roster, name, &file(name), &Wish::default())
    }
    fn csv(&self, content: &str) -> ImportReport {
        self.wish(ImportKind::Roster, "list.csv", content.as_bytes(), &Wish::default())
    }
    fn staff_csv(&self, content: &str, yes: bool) -> ImportReport {
        self.wish(ImportKind::Staff, "list.csv", content.as_bytes(), &Wish { yes, ..Wish::default() })
    }
    fn ids(&self) -> Vec<RecordId> {
        self.store
            .read(|db| Ok(db.rows("SELECT record FROM facts WHERE name = 'name' ORDER BY value, record", &[], |r| store::record_at(r, 0))?))
            .unwrap()
    }
    fn record(&self, id: &RecordId) -> Record {
        self.store.read(|db| store::load(db, id)).unwrap().unwrap().record
    }
    fn names(&self) -> Vec<String> {
        self.ids().iter().map(|id| self.record(id).file().text("identity.name").unwrap().to_owned()).collect()
    }
    fn of(&self, name: &str) -> FileData {
        self.ids().iter().map(|id| self.record(id).file()).find(|f| f.text("identity.name") == Some(name)).unwrap_or_else(|| panic!("no {name}"))
    }
    /// A worker's edit that was synced.
    fn edit(&self, name: &str, edits: &[(&str, &str)]) {
        let id = self.ids().into_iter().find(|id| self.record(id).file().text("identity.name") == Some(name)).unwrap();
        let [a, b, c, d, e, f, g, h, ..] = self.clock.random();
        let writer = Writer {
            staff: "S001".parse().unwrap(),
            device: domain::DeviceId::new(0, [1; 10]),
            at: self.clock.now(),
            actor: Actor([a, b, c, d, e, f, g, h]),
        };
        let edits: Vec<Edit> = edits.iter().map(|(path, value)| Edit { path: path.parse().unwrap(), value: (*value).into() }).collect();
        self.store
            .write_exclusive(|db| {
                let mut stored = store::load(db, &id)?.unwrap();
                let (area, programmes) = (stored.area.clone(), stored.programmes.clone());
                for change in stored.record.edit(&edits, &writer)? {
                    let accepted =
                        store::Accepted { hash: change.hash, bytes: &change.bytes, device: [1; 16], staff: "S001", received: self.clock.now() };
                    let state = store::RecordState::of(stored.record.clone())?;
                    let before = store::Before { area: &area, programmes: &programmes, at: 0, open: false };
                    store::commit(db, &state, &stored.record.area().unwrap(), Some(before), &accepted)?;
                }
                Ok(())
            })
            .unwrap();
    }
    fn staff_of(&self, id: &str) -> StaffEntry {
        self.store.read(|db| Ok(registry::staff_entry(db, &id.parse().unwrap())?)).unwrap().unwrap()
    }
    fn heads(&self) -> Vec<domain::Hash> {
        self.ids().iter().flat_map(|id| self.record(id).heads()).collect()
    }
}

fn spots(lines: &[RowError]) -> Vec<(u32, &str)> {
    lines.iter().map(|e| (e.row, e.column.as_str())).collect()
}
fn nothing_said(report: &ImportReport) {
    assert_eq!((&report.errors, &report.notes), (&vec![], &vec![]));
}
fn told(lines: &[RowError], row: u32, column: &str, words: &str) {
    assert!(lines.iter().any(|e| e.row == row && e.column == column && e.reason.contains(words)), "{row} {column} {words}: {lines:#?}");
}
fn household<'f>(file: &'f FileData, name: &str) -> &'f std::collections::BTreeMap<String, domain::Value> {
    &file.household.iter().find(|e| e.fields["name"] == name.into()).unwrap_or_else(|| panic!("no {name}")).fields
}

#[test]
fn a_category_that_ended_and_is_on_the_list_again_is_a_new_one_in_force() {
    let office = Office::new();
    nothing_said(&office.roster("taken-in-again-a.xlsx"));
    let entry = office.of("何小龙").categories[0].id;
    office.edit("何小龙", &[(&format!("categories.{entry}.until"), "2026-10-30")]);
    // The old list still says what it said: told, and nothing changes.
    let old = office.roster("taken-in-again-a.xlsx");
    assert_eq!((old.unchanged, spots(&old.notes)), (1, vec![(2, "类别")]));
    let report = office.roster("taken-in-again-b.xlsx");
    assert_eq!((report.updated, report.errors), (1, vec![]));
    let file = office.of("何小龙");
    assert_eq!(file.categories.len(), 2);
    let ended = file.categories.iter().find(|e| e.id == entry).unwrap();
    assert_eq!((&ended.fields["since"], &ended.fields["until"]), (&"2026-05-13".into(), &"2026-10-30".into()));
    let new = file.categories.iter().find(|e| e.id != entry).unwrap();
    assert_eq!((&new.fields["since"], new.fields.get("until")), (&"2026-11-26".into(), None));
    let heads = office.heads();
    assert_eq!((office.roster("taken-in-again-b.xlsx").unchanged, office.heads()), (1, heads), "the same list again adds nothing");
}

#[test]
fn a_risk_that_a_list_raises_holds_from_that_day_as_a_workers_would() {
    let mut office = Office::new();
    nothing_said(&office.roster("high-by-list-a.xlsx"));
    office.clock.day = day(2026, 12, 19);
    nothing_said(&office.roster("high-by-list-b.xlsx"));
    assert_eq!(office.of("王小雨").text("risk.since"), Some("2026-12-19"));
    assert_eq!(office.of("单小芳").text("risk.since"), Some("2026-11-29"));
    office.clock.day = day(2026, 12, 25);
    office.roster("high-by-list-b.xlsx");
    assert_eq!(office.of("王小雨").text("risk.since"), Some("2026-12-19"), "said again it is no news");
}

#[test]
fn october_that_became_january_is_taken_where_the_number_says_so_and_asked_alone() {
    let office = Office::new();
    let report = office.roster("october-birth.xlsx");
    assert_eq!((report.added, spots(&report.errors), spots(&report.notes)), (3, vec![], vec![]));
    assert_eq!(office.of("王小雨").text("identity.birth"), Some("2015-10-11"));
    let report = office.roster("october-since.xlsx");
    assert_eq!((report.added, spots(&report.notes)), (1, vec![(2, "纳入时间")]));
    assert_eq!(office.of("刘洋").categories[0].fields.get("since"), None);
    told(&office.csv("姓名,村,类别,出生日期\n李一,桃源村,孤儿,2015.1\n").errors, 2, "出生日期", "10 月和 1 月");
}

#[test]
fn a_sheet_without_a_header_is_told_and_a_page_of_words_is_not() {
    let office = Office::new();
    let report = office.roster("sheet-without-header.xlsx");
    assert_eq!((report.added, report.errors.len()), (1, 1));
    assert_eq!((report.errors[0].sheet.as_str(), report.errors[0].row), ("续表", 1));
}

#[test]
fn hidden_rows_and_sheets_are_left_out_and_named() {
    let office = Office::new();
    let report = office.roster("hidden.xlsx");
    assert_eq!((office.names(), report.errors), (vec!["王小雨".to_owned()], vec![]));
    let said: Vec<(&str, u32)> = report.notes.iter().map(|e| (e.sheet.as_str(), e.row)).collect();
    assert_eq!(said, [("2026", 3), ("2019旧", 1)]);
}

#[test]
fn the_ministrys_form_is_taken_as_it_is_meant_and_what_is_not_taken_is_told() {
    let office = Office::new();
    let report = office.roster("form-of-2016.xlsx");
    assert_eq!((report.added, spots(&report.errors), spots(&report.notes)), (1, vec![], vec![(1, "备注")]));
    let file = office.of("王小雨");
    assert_eq!((file.text("contact.phone"), file.text("guardianship.grade")), (None, Some("normal")));
    for (name, relation, phone) in [("王大山", "father", "13800000001"), ("李梅", "mother", "13800000002"), ("张桂兰", "grandparent", "13800000003")]
    {
        let one = household(&file, name);
        assert_eq!((&one["relation"], &one["phone"]), (&relation.into(), &phone.into()), "{name}");
    }
    let office = Office::new();
    let report = office.roster("name-and-telephone-together.xlsx");
    assert_eq!((spots(&report.errors), spots(&report.notes)), (vec![], vec![(1, "备注")]));
    assert_eq!(household(&office.of("王小雨"), "张桂兰")["phone"], "13800000001".into());
}

#[test]
fn a_relation_said_the_other_way_round_is_turned_or_told() {
    let office = Office::new();
    let report = office.roster("relation-turned-round.xlsx");
    assert_eq!((report.added, spots(&report.notes)), (2, vec![(3, "与监护人关系")]));
    assert_eq!(household(&office.of("王小雨"), "张桂兰")["relation"], "grandparent".into());
    assert_eq!(household(&office.of("赵强"), "赵大力").get("relation"), None);
}

#[test]
fn who_heads_her_own_household_loses_nothing_by_it() {
    let office = Office::new();
    // The telephone stands after the head's name, and the address says whose it is.
    nothing_said(&office.csv("姓名,户主,联系电话,户主地址,村,类别,出生日期\n李老汉,李老汉,13800000001,2组3号,桃源村,独居,1948-03-07\n"));
    let file = office.of("李老汉");
    assert_eq!((file.text("contact.phone"), file.text("contact.address"), file.household.len()), (Some("13800000001"), Some("2组3号"), 0));
    // Her own column goes before; what differs is told, and whoever is named beside her stays.
    let office = Office::new();
    let report = office.csv("姓名,本人电话,户主,户主电话,村,类别,出生日期\n李老汉,13800000002,李老汉、王秀英,13800000001,桃源村,独居,1948-03-07\n");
    told(&report.notes, 2, "户主电话", "户主是本人");
    let file = office.of("李老汉");
    assert_eq!((file.text("contact.phone"), file.household.len()), (Some("13800000002"), 1));
    assert_eq!(household(&file, "王秀英").get("phone"), None);
    // A grandfather's number on a list is not stored, and that is told.
    let report = Office::new().csv("姓名,村,类别,出生日期,祖父姓名,祖父身份证号\n李一,桃源村,孤儿,2015-03-07,李老汉,\n");
    told(&report.notes, 2, "祖父身份证号", "没有存");
}

#[test]
fn a_list_that_names_only_heads_of_households_is_of_them_and_says_so() {
    let office = Office::new();
    let report = office.csv("村,户主姓名,户主身份证号,联系电话,类别\n桃源村,李老汉,990101194803077036,13800000001,独居\n");
    assert_eq!((report.added, spots(&report.errors)), (1, vec![]), "{report:?}");
    told(&report.notes, 2, "户主姓名", "户主作为本人");
    let file = office.of("李老汉");
    assert_eq!((file.text("contact.phone"), file.text("identity.birth")), (Some("13800000001"), Some("1948-03-07")));
    // Where the persons may stand in a column that is not understood, and on a list of children, nobody is taken for another.
    for list in
        ["村,学生姓名,户主,身份证号,类别\n桃源村,李一,李老汉,,孤儿\n", "留守儿童名册,,,\n村,户主,联系电话,类别\n桃源村,李老汉,13800000001,留守儿童\n"]
    {
        let office = Office::new();
        let report = office.csv(list);
        assert!(report.added == 0 && !report.errors.is_empty() && office.names().is_empty(), "{report:?}");
    }
}

#[test]
fn a_grade_in_the_countys_own_words_is_kept_in_them_and_counts_as_the_county_says() {
    let office = Office::new();
    let list = "姓名,村,类别,出生日期,风险等级,监护情况\n李一,桃源村,孤儿,2015-03-07,重点关注,一般\n李二,桃源村,孤儿,2015-03-08,高,正常\n";
    let report = office.csv(list);
    told(&report.notes, 2, "风险等级", "县里名单上的说法");
    told(&report.notes, 2, "监护情况", "另一种分法");
    assert_eq!(office.of("李一").text("risk.level"), None);
    let lists = r#"[{"list": "risk", "name": "重点关注", "counts_as": "medium"},
        {"list": "risk", "name": "高", "counts_as": "medium", "until": "2026-01-01"},
        {"list": "guardianship", "name": "一般", "counts_as": "insufficient"}]"#;
    let policy = Policy { lists: serde_json::from_str(lists).unwrap(), ..Policy::shipped() };
    office.store.write_exclusive(|db| county::set_policy(db, &policy, office.clock.now())).unwrap();
    nothing_said(&office.csv(list));
    let file = office.of("李一");
    assert_eq!((file.text("risk.level"), file.text("risk.words")), (Some("medium"), Some("medium:重点关注")));
    assert_eq!((file.text("guardianship.grade"), file.text("guardianship.words")), (Some("insufficient"), Some("insufficient:一般")));
    // An entry whose days are over is not what a list says now.
    let file = office.of("李二");
    assert_eq!((file.text("risk.level"), file.text("risk.words")), (Some("high"), None));
    // What a worker said in other words stays, grade and words, and is told once.
    office.edit("李一", &[("risk.level", "medium"), ("risk.words", "medium:黄色")]);
    let raised = list.replace("重点关注", "高");
    let report = office.csv(&raised);
    told(&report.errors, 2, "风险等级", "已保留档案里的");
    nothing_said(&office.csv(&raised));
    let file = office.of("李一");
    assert_eq!((file.text("risk.level"), file.text("risk.words")), (Some("medium"), Some("medium:黄色")));
    // Words of a grade that a worker put down meanwhile are not written beside hers.
    office.edit("李二", &[("risk.level", "low")]);
    let lists = lists.replace(r#""name": "高", "counts_as": "medium", "until": "2026-01-01""#, r#""name": "高", "counts_as": "high""#);
    let policy = Policy { lists: serde_json::from_str(&lists).unwrap(), ..Policy::shipped() };
    office.store.write_exclusive(|db| county::set_policy(db, &policy, office.clock.now())).unwrap();
    office.csv(&list.replace("重点关注", "重点关注 "));
    let file = office.of("李二");
    assert_eq!((file.text("risk.level"), file.text("risk.words")), (Some("low"), None));
}

#[test]
fn as_above_is_what_stands_above() {
    let office = Office::new();
    nothing_said(&office.roster("as-above.xlsx"));
    for name in ["王小雨", "王小雪", "王小雷"] {
        let file = office.of(name);
        assert_eq!((file.text("contact.address"), file.text("area.code")), (Some("3组12号"), Some("990101001201")), "{name}");
        assert_eq!(household(&file, "张桂兰")["phone"], "13800000001".into());
    }
    told(&office.csv("姓名,村,类别\n李一,桃源村,孤儿\n同上,桃源村,孤儿\n").errors, 3, "姓名", "同上");
}

#[test]
fn a_second_list_that_knows_more_is_asked_about_and_never_opens_a_second_file() {
    for (first, second) in [("a1", "a2"), ("b1", "b2"), ("c1", "c2")] {
        let office = Office::new();
        nothing_said(&office.roster(&format!("second-list-{first}.xlsx")));
        let report = office.roster(&format!("second-list-{second}.xlsx"));
        assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "姓名")]), "{second}");
        assert!(report.errors[0].reason.contains("同村同名") && office.ids().len() == 1);
        nothing_said(&office.roster(&format!("second-list-{first}.xlsx")));
    }
    // Somebody decides, one way and the other.
    let office = Office::new();
    office.roster("second-list-a1.xlsx");
    let decided = |sign: &str| office.csv(&format!("姓名,身份证号,村,类别,核对\n王小雨,99010120150307002X,桃源村,留守儿童,{sign}\n"));
    assert_eq!(decided("同一人").updated, 1);
    assert_eq!((office.ids().len(), office.of("王小雨").text("identity.id_number")), (1, Some("99010120150307002X")));
    let other = office.csv("姓名,村,类别,核对\n王小雨,桃源村,留守儿童,另一人\n");
    assert_eq!((other.added, office.ids().len()), (1, 2), "two people stay two");
}

#[test]
fn namesakes_with_their_own_births_are_two_and_raise_no_word() {
    let office = Office::new();
    nothing_said(&office.csv("姓名,村,类别,出生日期\n王小雨,桃源村,孤儿,2015-03-07\n王小雨,桃源村,孤儿,2017-11-20\n王小雨,柳湾村,孤儿,2015-03-07\n"));
    assert_eq!(office.ids().len(), 3);
}

#[test]
fn a_file_that_a_worker_moved_or_renamed_is_found_by_the_list_that_knew_it() {
    let office = Office::new();
    let list = "姓名,村,类别\n王小雨,桃源村,留守儿童\n";
    nothing_said(&office.csv(list));
    office.edit("王小雨", &[("identity.name", "王晓雨"), ("identity.birth", "2015-03-07")]);
    office.edit("王晓雨", &[("area.code", "990101001202")]);
    let heads = office.heads();
    let again = office.csv(list);
    assert_eq!((again.added, again.unchanged, office.heads()), (0, 1, heads));
}

#[test]
fn one_name_with_any_dot_is_one_file_stored_with_the_one_dot() {
    let office = Office::new();
    for n in 1..=7 {
        nothing_said(&office.roster(&format!("dot-in-names-{n}.xlsx")));
    }
    assert_eq!(office.names(), ["阿依古丽·买买提"]);
}

#[test]
fn a_character_in_its_old_code_and_in_the_standards_is_one_name() {
    let office = Office::new();
    nothing_said(&office.roster("two-codes-of-a-character-1.xlsx"));
    nothing_said(&office.roster("two-codes-of-a-character-2.xlsx"));
    assert_eq!(office.names(), ["龚䶮"]);
}

#[test]
fn what_a_staff_list_does_not_say_stays_as_it_was() {
    let office = Office::new();
    office.staff("staff-again-a.xlsx");
    assert!(!office.staff_of("S001").active);
    let report = office.staff("staff-again-b.xlsx");
    told(&report.notes, 2, "姓名", "已离职");
    let entry = office.staff_of("S001");
    assert_eq!((entry.active, entry.phone.as_str()), (false, "19900000001"));
    assert_eq!(office.staff("staff-again-c.xlsx").errors, []);
    assert!(office.staff_of("S001").active);
}

#[test]
fn staff_without_a_number_are_never_joined_by_name() {
    let office = Office::new();
    assert_eq!(office.staff("staff-new-telephone-1.xlsx").added, 1);
    assert_eq!(office.staff("staff-new-telephone-1.xlsx").unchanged, 1, "the same list again changes nothing");
    for again in ["staff-new-telephone-2.xlsx", "staff-new-telephone-3.xlsx"] {
        told(&office.staff(again).errors, 2, "姓名", "S006");
    }
    assert_eq!(office.store.read(|db| Ok(registry::all_staff(db)?.len())).unwrap(), 6);
    let report = office.roster("staff-new-telephone-roster.xlsx");
    nothing_said(&report);
    // Two rows in two towns, and a row that would move somebody who is known.
    let report = office.staff_csv("姓名,岗位,负责区域\n王芳,儿童主任,990101001201\n王芳,儿童主任,990101002201\n李秀梅,儿童主任,990101002201\n", true);
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "姓名"), (3, "姓名"), (4, "姓名")]));
    assert_eq!(office.staff_of("S001").staff.areas, [code("990101001201")]);
    // With numbers of their own they are two, and one person of one telephone has both villages.
    let report = office.staff_csv("编号,姓名,岗位,负责区域\nS050,王芳,儿童主任,990101001201\nS051,王芳,儿童主任,990101002201\n", false);
    assert_eq!((report.added, report.errors), (2, vec![]));
    let report = office.staff_csv("姓名,岗位,电话,负责区域\n周丽,儿童主任,19900000031,桃源村\n周丽,儿童主任,19900000031,河口村\n", false);
    assert_eq!((report.added, report.errors), (1, vec![]));
}

#[test]
fn areas_role_and_name_of_somebody_known_change_only_with_a_yes() {
    let office = Office::new();
    let list = "编号,姓名,岗位,电话,负责区域\nS001,李秀梅,儿童督导员,19900000077,清溪镇\n";
    let report = office.staff_csv(list, false);
    assert_eq!((report.asked, spots(&report.errors)), (2, vec![(2, "岗位"), (2, "负责区域")]));
    told(&report.errors, 2, "岗位", "S001 的岗位由儿童主任改为儿童督导员");
    let kept = office.staff_of("S001");
    assert_eq!((kept.staff.role, kept.staff.areas.len(), kept.phone.as_str()), (Role::ChildDirector, 1, "19900000077"));
    let report = office.staff_csv(list, true);
    assert_eq!((report.asked, report.errors.len(), report.updated), (0, 0, 1));
    assert_eq!(office.staff_of("S001").staff.areas, [code("990101001")]);
    // A number that was another's: nothing of hers changes.
    let report = office.staff_csv("编号,姓名,岗位,电话,负责区域\nS005,别的人,儿童主任,19900000078,柳湾村\n", false);
    assert_eq!((report.asked, office.staff_of("S005").phone.as_str()), (1, "19900000005"));
}

#[test]
fn who_works_here_and_is_not_in_the_list_is_told_once() {
    let office = Office::new();
    nothing_said(&office.staff("staff.xlsx"));
    let report = office.staff_csv("编号,姓名,岗位,负责区域\nS001,李秀梅,儿童主任,桃源村\n", false);
    assert_eq!((report.notes.len(), report.errors), (1, vec![]));
    assert!(report.notes[0].reason.contains("S002、S003、S004、S005"));
    assert!(office.staff_of("S002").active);
}

#[test]
fn of_a_village_and_a_community_of_one_stem_the_exact_name_wins() {
    let office = Office::new();
    assert_eq!(office.areas("village-and-community-areas.xlsx").errors, []);
    let report = office.roster("village-and-community.xlsx");
    nothing_said(&report);
    let area = |name: &str| office.of(name).text("area.code").unwrap().to_owned();
    assert_eq!(["王小雨", "赵强", "刘洋", "周敏"].map(area), ["990101001203", "990101001001", "990101001203", "990101004201"]);
    let report = office.staff("village-and-community-staff.xlsx");
    assert_eq!(report.errors, []);
    assert_eq!(office.staff_of("S021").staff.areas, [code("990101003")]);
}

#[test]
fn several_values_in_a_cell_are_several_whatever_stands_between() {
    let office = Office::new();
    nothing_said(&office.roster("several-in-a-cell.xlsx"));
    assert!(["王小雨", "赵强"].iter().all(|name| office.of(name).categories.len() == 2));
    assert_eq!(office.staff("several-in-a-cell-staff.xlsx").errors, []);
    assert!(["S010", "S011"].iter().all(|id| office.staff_of(id).staff.areas.len() == 2));
    // A town beside one of its villages would give her the whole town.
    told(&office.staff_csv("编号,姓名,岗位,负责区域\nS012,周三,儿童主任,清溪镇、桃源村\n", true).errors, 2, "负责区域", "乡镇");
    assert_eq!(office.staff_csv("编号,姓名,岗位,负责区域\nS012,周三,儿童主任,清溪镇 桃源村\n", true).errors, []);
}

#[test]
fn lost_digits_are_told_as_lost_and_quoted_ones_are_read() {
    let office = Office::new();
    let report = office.roster("digits-lost-as-text.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "身份证号"), (3, "身份证号"), (4, "身份证号")]));
    assert!(report.errors.iter().all(|e| e.reason.contains("丢")));
    nothing_said(&office.roster("digits-lost-as-text-quoted.csv"));
    assert_eq!(office.of("王四").text("identity.id_number"), Some("99010120150307002X"));
    // One in a thousand truly ends so.
    let report = office.csv("姓名,身份证号,村,类别\n王五,990101201101011000,桃源村,留守儿童\n");
    assert_eq!((report.added, spots(&report.notes)), (1, vec![(2, "身份证号")]));
}

#[test]
fn whole_numbers_are_read_on_every_sheet() {
    let office = Office::new();
    nothing_said(&office.roster("whole-numbers-two-sheets.xlsx"));
    assert_eq!(
        (office.of("王小雨").text("identity.id_number"), office.of("赵强").text("identity.id_number")),
        (Some("990101201503070046"), Some("990101201510110018"))
    );
}

#[test]
fn an_address_that_became_a_day_is_told_and_not_stored() {
    let office = Office::new();
    for (name, column, path) in [("address", "家庭住址", "contact.address"), ("school", "就读学校班级", "situation.schooling")] {
        let report = office.roster(&format!("address-became-a-day-{name}.xlsx"));
        told(&report.notes, 2, column, "日期");
        assert_eq!((report.added, office.of(&format!("王小雨{name}")).text(path)), (1, None));
    }
}

#[test]
fn parts_that_were_dropped_are_taken_or_told() {
    let office = Office::new();
    told(&office.roster("parts-dropped-a.xlsx").notes, 2, "父亲电话", "没有姓名");
    let office = Office::new();
    let report = office.roster("parts-dropped-b.xlsx");
    assert_eq!((report.added, spots(&report.notes)), (1, vec![(2, "电话"), (2, "村")]));
    let report = office.staff("parts-dropped-c.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (1, vec![(1, "姓名")]));
    let office = Office::new();
    nothing_said(&office.roster("parts-dropped-d.xlsx"));
    let file = office.of("刘洋");
    assert_eq!((&household(&file, "刘大山")["relation"], &household(&file, "张桂兰")["phone"]), (&"father".into(), &"13800000002".into()));
    assert_eq!(office.ids().len(), 2);
    let heads = office.heads();
    assert_eq!((office.roster("parts-dropped-d.xlsx").unchanged, office.heads()), (2, heads));
}

#[test]
fn rows_that_are_nobody_are_asked_about() {
    let office = Office::new();
    let report = office.roster("rows-that-are-no-persons.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(3, "姓名"), (4, "姓名"), (5, "姓名"), (6, "姓名")]));
    told(&office.roster("lost-character.csv").errors, 2, "姓名", "问号");
    let example = office.csv("姓名,身份证号,村,类别\n示例,123456,某某村,孤儿\n");
    assert_eq!(spots(&example.errors), vec![(2, "姓名")], "of an example that is all there is to say");
    assert!(office.ids().is_empty());
}

#[test]
fn a_formula_without_a_result_is_told() {
    let office = Office::new();
    told(&office.roster("formula-without-result.xlsx").errors, 2, "身份证号", "公式");
    assert!(office.ids().is_empty());
}

#[test]
fn numbers_are_taken_as_the_office_sees_them() {
    let office = Office::new();
    let report = office.staff("numbers-as-shown.xlsx");
    assert_eq!((report.added, report.errors), (2, vec![]));
    assert_eq!((office.staff_of("S031").staff.name.as_str(), office.staff_of("032").staff.name.as_str()), ("周一", "周二"));
}

#[test]
fn one_side_field_costs_the_field_and_not_the_person() {
    let office = Office::new();
    office.staff("one-side-field-staff.xlsx");
    let phone = Some("contact.phone");
    type Case = (u32, Option<&'static str>, Option<&'static str>, Option<&'static str>);
    let cases: [Case; 12] = [
        (1, phone, Some("13800000001"), Some("联系电话")),
        (2, phone, Some("13800000001"), Some("联系电话")),
        (3, phone, Some("09318123456"), Some("联系电话")),
        (4, phone, None, None),
        (5, Some("situation.disability"), None, None),
        (6, Some("situation.disability"), None, None),
        (7, Some("guardianship.grade"), None, Some("监护情况")),
        (8, Some("guardianship.grade"), Some("normal"), None),
        (9, Some("guardianship.grade"), None, Some("监护情况")),
        (10, Some("risk.level"), None, Some("风险等级")),
        (11, Some("identity.id_number"), None, None),
        (12, Some("charge.staff"), None, Some("责任人")),
    ];
    for (n, path, value, note) in cases {
        let before = office.names();
        let report = office.roster(&format!("one-side-field-{n}.xlsx"));
        assert_eq!((report.added, spots(&report.errors)), (1, vec![]), "{n}");
        assert_eq!(report.notes.iter().map(|e| e.column.as_str()).collect::<Vec<_>>(), Vec::from_iter(note), "{n}");
        let name = office.names().into_iter().find(|name| !before.contains(name)).unwrap();
        assert_eq!(office.of(&name).text(path.unwrap()), value, "{n}");
    }
}

#[test]
fn a_village_is_read_from_the_sheets_name_and_a_group_from_the_villages() {
    let office = Office::new();
    nothing_said(&office.roster("village-elsewhere-sheets.xlsx"));
    assert_eq!((office.of("王小雨").text("area.code"), office.of("赵强").text("area.code")), (Some("990101001201"), Some("990101001202")));
    let office = Office::new();
    nothing_said(&office.roster("village-elsewhere-groups.xlsx"));
    assert_eq!((office.of("刘洋").text("contact.address"), office.of("周敏").text("contact.address")), (Some("3组"), Some("三组")));
    assert_eq!(office.of("周敏").text("area.code"), Some("990101001201"));
}

#[test]
fn the_number_says_the_birth_and_what_stands_beside_it_costs_nobody_her_place() {
    let office = Office::new();
    let report = office.roster("birth-of-elders-number.xlsx");
    assert_eq!((report.added, spots(&report.errors), spots(&report.notes)), (3, vec![], vec![(3, "出生日期")]));
    assert_eq!(office.of("王一").text("identity.birth"), Some("1945-08-06"));
    let report = office.roster("birth-of-elders-none.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (1, vec![(3, "出生日期"), (4, "出生日期")]));
    assert_eq!(office.of("王四").text("identity.birth"), Some("1945-08-06"));
    // Another's number: birth and sex both differ.
    let report = office.csv("姓名,身份证号,性别,出生日期,村,类别\n王小雨,99010120150307002X,男,2018-01-02,桃源村,孤儿\n");
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "出生日期"), (2, "性别")]));
}

#[test]
fn files_of_other_programs_are_read_or_said_what_to_do_with() {
    let office = Office::new();
    for read in ["other-programs-tabs.csv", "other-programs-semicolons.csv", "other-programs-unicode-text.csv"] {
        let report = office.roster(read);
        assert_eq!(report.added, 1, "{read}");
        nothing_said(&report);
    }
    for (name, kind) in [("other-programs-web-page.xls", "web_page"), ("other-programs-password.xlsx", "password")] {
        let failure = workbook::open(name, &file(name)).unwrap_err();
        assert_eq!((failure.code, failure.field.as_deref()), (Code::BadFile, Some(kind)), "{name}");
        let words = text::Text::new(text::Lang::ZhCn).failure(&failure);
        assert!(words.contains("另存为") || words.contains("密码"), "{words}");
    }
    let report = office.roster("other-programs-blank-lines.csv");
    assert_eq!(spots(&report.errors), [(4, "身份证号")], "as the office counts");
}

#[test]
fn a_category_from_two_sides_is_matched_and_not_doubled() {
    let office = Office::new();
    nothing_said(&office.roster("added-on-both-sides-a.xlsx"));
    let entry = uuid::Uuid::from_u128(9);
    office.edit("李秋", &[(&format!("categories.{entry}.code"), "orphan"), (&format!("categories.{entry}.since"), "2026-11-28")]);
    nothing_said(&office.roster("added-on-both-sides-b.xlsx"));
    assert_eq!(office.of("李秋").categories.len(), 2);
}

#[test]
fn a_closed_file_that_is_on_the_list_again_is_told_and_why() {
    let office = Office::new();
    nothing_said(&office.roster("child.xlsx"));
    office.edit("王小雨", &[("status.state", "closed"), ("status.reason", "死亡")]);
    let heads = office.heads();
    let report = office.roster("child.xlsx");
    assert_eq!((report.unchanged, office.heads()), (0, heads));
    told(&report.errors, 2, "姓名", "已销档（死亡）");
}

#[test]
fn categories_that_cannot_be_at_an_age_are_asked_about_and_a_birthday_is_told_in_time() {
    let office = Office::new();
    let report = office.roster("categories-that-cannot-be.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "类别"), (3, "类别"), (4, "类别")]));
    let report = office.csv("姓名,村,类别,出生日期\n周大,桃源村,留守儿童,2009-01-10\n周二,桃源村,留守儿童,2009-06-10\n周三,桃源村,孤儿,2008-03-01\n");
    assert_eq!((report.added, spots(&report.errors)), (3, vec![]));
    let said: Vec<_> = report.notes.iter().map(|e| e.row).collect();
    assert!(said.contains(&4) && !said.contains(&3), "{said:?}");
}

#[test]
fn two_posts_in_a_cell_need_two_numbers() {
    let office = Office::new();
    let report = office.staff("two-posts.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (0, vec![(2, "岗位"), (3, "岗位")]));
    assert!(report.errors.iter().all(|e| e.reason.contains("分成两行")));
}

#[test]
fn a_village_that_is_no_more_is_told() {
    let office = Office::new();
    office.areas("abolished-village-areas.xlsx");
    let report = office.roster("abolished-village.xlsx");
    assert_eq!((report.added, spots(&report.errors)), (1, vec![]));
    told(&report.notes, 2, "村", "2025-12-31");
}

#[test]
fn a_dry_run_shows_all_and_writes_nothing_and_gives_the_list_with_remarks() {
    let office = Office::new();
    let list = "姓名,身份证号,村,类别,备注,电话\n王小雨,99010120150307002X,桃源村,留守儿童,祖母腿伤,12345\n坏一,123,桃源村,孤儿,,\n";
    let wish = Wish { dry_run: true, remarks: true, ..Wish::default() };
    let tried = office.wish(ImportKind::Roster, "list.csv", list.as_bytes(), &wish);
    assert_eq!((tried.added, spots(&tried.errors), spots(&tried.notes)), (1, vec![(3, "身份证号")], vec![(1, "备注"), (2, "电话")]));
    assert!(office.ids().is_empty());
    let table = data_encoding::BASE64.decode(tried.remarks.as_bytes()).unwrap();
    let sheets = workbook::open("remarks.xlsx", &table).unwrap();
    let said = |row: u32| sheets[0].row(row).map(|(_, cell)| cell::line(cell).unwrap()).collect::<Vec<_>>();
    assert_eq!(said(1)[..2], ["王小雨", "99010120150307002X"]);
    assert!(said(1).last().unwrap().contains("电话：") && said(2).last().unwrap().contains("身份证号："));
    let done = office.wish(ImportKind::Roster, "list.csv", list.as_bytes(), &Wish { remarks: true, ..Wish::default() });
    assert_eq!((done.added, done.errors, done.notes), (tried.added, tried.errors, tried.notes));
    assert!(!done.remarks.is_empty(), "what was not taken is put right in that table");
    let good = "姓名,身份证号,村,类别\n王小雨,99010120150307002X,桃源村,留守儿童\n";
    assert_eq!(office.wish(ImportKind::Roster, "list.csv", good.as_bytes(), &wish).remarks, "", "nothing is to be said of it");
}
