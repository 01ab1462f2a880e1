//! Categories that end, come back, or were written by two sides; and those whose time is over by age.
use crate::village::*;
use client::store::{Durability, meta};
use domain::api::*;
use domain::{Category, Code, RecordId, Row};

const FIRST: &str = "categories.0192f0c1-2b3c-7def-8123-456789abcdef";
const SECOND: &str = "categories.0192f0c1-2b3c-7def-8123-456789abcdf0";

fn write(device: &mut Device, id: RecordId, fields: &[(&str, &str, &str)]) {
    let edits = fields.iter().map(|(entry, key, value)| edit(&format!("{entry}.{key}"), value)).collect();
    device.ask(EditPerson { id, edits });
}

/// How many children are in the list of a category, and how many have a due day.
fn listed(device: &mut Device, category: Category) -> (usize, usize) {
    let list = device.ask(Persons { query: PersonQuery { category: Some(category), ..Default::default() } });
    (list.total, list.rows.iter().filter(|p| p.due.is_some()).count())
}

#[test]
fn a_category_that_ends_in_nine_months_is_in_force_and_due_until_then() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[]);
    write(&mut li, child, &[(FIRST, "until", "2027-08-21"), (FIRST, "reason_out", "父母返乡")]);
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (1, 1));
    li.clock.pass(60 * DAY);
    let due = PersonQuery { due: true, ..Default::default() };
    assert_eq!(li.ask(Persons { query: due.clone() }).total, 1, "nobody went, and everybody sees it");
    // The day comes by itself, without anybody writing; and goes again when a clock is put right.
    li.clock.pass(300 * DAY);
    assert_eq!((listed(&mut li, Category::LeftBehindChild), li.ask(Persons { query: due.clone() }).total), ((0, 0), 0));
    let item = li.ask(Person { id: child }).item;
    assert!(item.categories.is_empty() && item.due.is_none());
    li.clock.pass(-300 * DAY);
    assert_eq!((listed(&mut li, Category::LeftBehindChild), li.ask(Persons { query: due }).total), ((1, 1), 1));
    // Ended today it is over today.
    write(&mut li, child, &[(FIRST, "until", "2027-01-20")]);
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (0, 0));
}

#[test]
fn a_category_written_by_two_sides_is_one_and_ends_as_one() {
    for ended in [FIRST, SECOND] {
        let (mut li, mut wang) = (Device::of(li()), Device::of(wang()));
        let child = li.new_file("陈小满", &[]);
        li.send_to(&mut wang);
        // Neither knows of the other.
        write(&mut li, child, &[("categories.0192f0c1-2b3c-7def-8123-456789abcd01", "code", "orphan")]);
        write(&mut wang, child, &[(SECOND, "code", "orphan"), (SECOND, "since", "2026-11-01"), (SECOND, "reason", "父母去世")]);
        wang.send_to(&mut li);
        let orphan = |device: &mut Device| {
            let mut entries = device.ask(Person { id: child }).categories;
            entries.retain(|e| e.fields["code"].text() == Some("orphan"));
            entries
        };
        let one = orphan(&mut li);
        assert_eq!((one.len(), one[0].fields["since"].text(), one[0].fields["reason"].text()), (1, Some("2026-11-01"), Some("父母去世")));
        let id = if ended == FIRST { "categories.0192f0c1-2b3c-7def-8123-456789abcd01" } else { SECOND };
        write(&mut li, child, &[(id, "until", "2026-11-21"), (id, "reason_out", "收养")]);
        li.send_to(&mut wang);
        for device in [&mut li, &mut wang] {
            assert_eq!((listed(device, Category::Orphan), listed(device, Category::LeftBehindChild)), ((0, 0), (1, 1)));
            assert_eq!(orphan(device).len(), 1);
        }
        // Taken back, it is in force again as one.
        write(&mut li, child, &[(id, "until", "")]);
        assert_eq!(listed(&mut li, Category::Orphan), (1, 1));
    }
}

#[test]
fn a_category_that_came_back_is_in_force_beside_its_earlier_time() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[("categories.0192f0c1-2b3c-7def-8123-456789abcdef.since", "2025-03-01")]);
    write(&mut li, child, &[(FIRST, "until", "2026-10-20")]);
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (0, 0));
    write(&mut li, child, &[(SECOND, "code", "left_behind_child"), (SECOND, "since", "2026-11-18")]);
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (1, 1));
    let entries = li.ask(Person { id: child }).categories;
    assert_eq!(entries.iter().map(|e| e.fields.contains_key("until")).collect::<Vec<_>>(), [true, false]);
    write(&mut li, child, &[(SECOND, "until", "2026-11-21")]);
    assert_eq!(li.ask(Person { id: child }).categories[0].fields["until"].text(), Some("2026-10-20"), "what was, stays as it was");
}

#[test]
fn rows_of_before_learn_when_categories_end() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[]);
    write(&mut li, child, &[(FIRST, "until", "2027-08-21")]);
    li.core
        .transact(Durability::Full, |w| {
            let mut row = w.view().person(child)?;
            row.ending.clear();
            let packed = rmp_serde::to_vec_named(&Row::from(row))?;
            w.db.execute("UPDATE records SET row = ?2 WHERE id = ?1", rusqlite::params![child.bytes(), packed])?;
            w.renew(child);
            meta::remove(w.db, meta::ROWS)
        })
        .unwrap();
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (0, 0));
    let mut li = li.killed();
    li.ask(Unlock { pin: PIN.into() });
    assert_eq!(listed(&mut li, Category::LeftBehindChild), (1, 1));
}

#[test]
fn a_child_who_comes_of_age_is_told_in_time_until_her_category_ends() {
    let mut li = Device::of(li());
    let child = li.new_file("陈小满", &[("identity.birth", "2009-01-10")]);
    li.new_file("周小树", &[("identity.birth", "2015-05-05")]);
    assert!(li.ask(Inbox {}).is_empty() && li.ask(Today {}).grown.is_empty(), "fifty days ahead");
    li.clock.pass(25 * DAY);
    assert_eq!(li.ask(Status {}).messages, 1);
    let told = li.ask(Inbox {});
    assert!(
        matches!(&told[..], [Message { about: About::ComesOfAge { on }, name, .. }] if on.to_string() == "2027-01-10" && name == "陈小满"),
        "{told:?}"
    );
    let today = |li: &mut Device| li.ask(Today {}).grown.iter().map(|(p, on)| (p.name.clone(), on.to_string())).collect::<Vec<_>>();
    assert_eq!(today(&mut li), [("陈小满".to_owned(), "2027-01-10".to_owned())]);
    li.clock.pass(40 * DAY);
    assert_eq!(li.ask(Inbox {}).len(), 1, "still so when the day has passed");
    write(&mut li, child, &[(FIRST, "until", "2027-01-10")]);
    assert!(li.ask(Inbox {}).is_empty() && today(&mut li).is_empty());
    // An end agreed for the birthday is what the message asks for.
    let next = li.new_file("李小禾", &[("identity.birth", "2009-02-20"), (&format!("{FIRST}.until"), "2027-02-20")]);
    assert_eq!(li.ask(Person { id: next }).item.categories, [Category::LeftBehindChild]);
    assert!(li.ask(Inbox {}).is_empty());
    assert_eq!(li.refuses(EditPerson { id: next, edits: vec![edit("identity.birth", "2028-01-01")] }), Code::BadDate);
}
