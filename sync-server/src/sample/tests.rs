use super::*;
use domain::PersonRow;
use domain::due::{DueRules, DueState, Past, due};
use domain::roles::{Action, Caller, Kind, Role, Section};
use std::collections::BTreeMap;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

struct County {
    areas: Vec<AreaEntry>,
    staff: Vec<StaffEntry>,
    records: Vec<(Record, AreaCode, StaffId)>,
}

fn county(seed: u64, persons: usize, visits: usize) -> County {
    let mut county = County { areas: vec![], staff: vec![], records: vec![] };
    generate(seed, today(), persons, visits, &mut |item| {
        match item {
            SampleItem::Area(a) => county.areas.push(a),
            SampleItem::Staff(s) => county.staff.push(s),
            SampleItem::Record { record, area, author } => county.records.push((*record, area, author)),
        }
        Ok(())
    })
    .unwrap();
    county
}

#[test]
fn the_county_has_its_areas_and_named_staff_of_every_role() {
    let county = county(1, 0, 0);
    assert_eq!((county.areas.len(), county.staff.len()), (3 + 3 + 24, 60));
    for role in Role::ALL {
        assert!(county.staff.iter().any(|s| s.staff.role == *role), "{role}");
    }
    let li = &county.staff[0].staff;
    assert_eq!((li.id.as_str(), li.name.as_str(), li.areas[0].as_str()), ("S001", "李秀梅", "990101001201"));
    assert_eq!(county.staff[1].staff.name, "王建平");
    let ids: std::collections::BTreeSet<_> = county.staff.iter().map(|s| &s.staff.id).collect();
    assert_eq!(ids.len(), 60);
}

#[test]
fn the_same_seed_makes_the_same_county_and_another_seed_another() {
    let ids = |seed| county(seed, 20, 60).records.iter().flat_map(|r| r.0.heads()).collect::<Vec<_>>();
    assert_eq!(ids(7), ids(7));
    assert_ne!(ids(7), ids(8));
}

#[test]
fn every_record_is_valid_and_its_author_may_make_it() {
    let (county, forms) = (county(3, 120, 700), forms::Forms::shipped());
    let callers: BTreeMap<&StaffId, Caller> =
        county.staff.iter().map(|s| (&s.staff.id, Caller { staff: s.staff.id.clone(), role: s.staff.role, areas: s.staff.areas.clone() })).collect();
    let mut seen = std::collections::BTreeSet::new();
    for (record, area, author) in &county.records {
        let (row, caller) = (record.row().unwrap(), &callers[author]);
        assert!(caller.sees(area, &row.programmes), "{author}");
        assert!(caller.role.may(Action::Create, record.kind(), Section::Meta));
        assert!(record.kind() == Kind::Person || seen.contains(&record.person()));
        seen.insert(record.id());
        if let Some(visit) = record.visit() {
            let form = forms.find(&visit.form).unwrap();
            assert_eq!(form.filled(&visit.answers, visit.at.day()).check(), vec![], "{:?}", visit.answers);
            assert!(visit.at.day() <= today());
        }
        if let Some(person) = PersonRow::of(&row) {
            assert!(person.id_number.as_ref().is_none_or(|n| n.parse::<domain::IdNumber>().unwrap().birth() == person.birth.unwrap()));
        }
    }
    assert_eq!(county.records.iter().filter(|r| r.0.kind() == Kind::Person).count(), 120);
    assert_eq!(county.records.iter().filter(|r| r.0.kind() == Kind::Visit).count(), 700);
}

#[test]
fn a_directors_morning_has_a_few_late_and_a_few_due_this_week() {
    let mut chance = chance::Chance::new(1);
    let people = people::people(&mut chance, 2000, today());
    let days = calendar::calendar(&mut chance, &people, 12_000, today());
    assert_eq!(days.iter().map(|d| d.visits.len()).sum::<usize>(), 12_000);
    let rules = DueRules::shipped();
    let mut villages: BTreeMap<&AreaCode, (u32, u32)> = BTreeMap::new();
    for (person, days) in people.iter().zip(&days).filter(|(p, _)| p.programme == domain::Programme::Child) {
        let row = PersonRow {
            categories: person.categories.clone(),
            risk: Some(person.risk),
            risk_since: days.risk_since,
            opened: days.opened,
            ..blank(person)
        };
        let visits = days.visits.iter().map(|day| (*day, "home".to_owned())).collect();
        let due = due(&rules, &row, &Past { visits, agreed: days.agreed }, today()).unwrap();
        let (late, soon) = villages.entry(&person.area).or_default();
        match due.state(today(), rules.soon_days) {
            DueState::Overdue(by) => {
                assert!(by <= 14, "{by}");
                *late += 1
            }
            DueState::Later(_) => {}
            _ => *soon += 1,
        }
    }
    assert_eq!(villages.len(), 24);
    for (village, (late, soon)) in villages {
        assert!((1..=3).contains(&late) && (2..=6).contains(&soon), "{village}: {late} late, {soon} soon");
    }
}

fn blank(person: &people::Person) -> PersonRow {
    PersonRow {
        id: domain::RecordId::new(0, [0; 10]),
        name: String::new(),
        sex: domain::Sex::Unknown,
        birth: None,
        id_number: None,
        relatives: vec![],
        phones: vec![],
        address: String::new(),
        area: person.area.clone(),
        categories: vec![],
        ending: vec![],
        programmes: vec![person.programme],
        risk: None,
        risk_since: None,
        opened: today(),
        status: domain::person::FileStatus::Open,
        charge: None,
        conflicts: 0,
    }
}
