//! The people around a person: guardian, carer, head of the household, parents, grandparents.
use super::columns::Col;
use super::line::Words;
use super::relative::{Direction, Of, Who};
use crate::import::day::When;
use crate::import::row::entry_id;
use crate::import::{cell, names, words};
use domain::fields::Path;
use domain::idnumber::normalise_phone;
use domain::roles::Section;

/// The person on file.
#[derive(Clone, Copy)]
pub struct Ward<'a> {
    /// Her name.
    pub name: &'a str,
    /// Whether she is a child.
    pub child: bool,
}

/// Everybody of a row; one person named twice becomes one entry. `person` is what ids of entries are made of.
pub fn household(w: &mut Words<'_, '_, '_>, person: &str, ward: Ward<'_>) {
    let mut away = Vec::new();
    for who in Who::ALL {
        let col = if w.has(Col::Kin(who, Of::Name)) { Col::Kin(who, Of::Name) } else { Col::Kin(who, Of::Both) };
        let written = w.text(col);
        let (mut named, beside) = split(&written);
        named.retain(|name| match names::nobody(name) {
            None => true,
            Some(_) => {
                w.odd(col, "", "姓名里有说明或记号，这个人没有存；请核对");
                false
            }
        });
        let phone_col = Col::Kin(who, Of::Phone);
        let phone = w.phone(phone_col).or(beside);
        let Some(first) = named.first() else {
            if phone.is_some() {
                w.odd(phone_col, "", format!("有{}的电话，没有姓名，电话没有导入", who.word()));
            }
            continue;
        };
        let place = w.text(Col::Kin(who, Of::Place));
        if first == ward.name {
            herself(w, who, col, phone.as_deref(), &place);
        }
        let parent = matches!(who, Who::Father | Who::Mother);
        if parent && !place.is_empty() {
            away.push(format!("{}在{place}", who.word()));
        }
        let (relation, note) = relation(w, who, ward);
        for (nth, name) in named.iter().enumerate().filter(|(_, name)| *name != ward.name) {
            let entry = entry_id(&[person, "household", name]);
            let path = |key| Path::of_entry(Section::Household, entry, key);
            w.say_once(col, path("name"), name.as_str());
            if matches!(who, Who::Guardian | Who::Entrusted) {
                w.say_once(col, path("guardian"), true);
            }
            w.say_once(relation_col(w, who).unwrap_or(col), path("relation"), relation);
            if nth > 0 {
                continue;
            }
            if let Some(phone) = &phone {
                let from = if w.has(phone_col) { phone_col } else { col };
                w.say_once(from, path("phone"), phone.as_str());
            }
            if let Some(birth) = birth(w, who) {
                w.say_once(Col::Kin(who, Of::Birth), path("birth"), birth);
            }
            let address = w.text(Col::Kin(who, Of::Address));
            let lives = if address.is_empty() { String::new() } else { format!("住{address}") };
            let works = if parent || place.is_empty() { String::new() } else { format!("在{place}") };
            let notes: Vec<&str> = [note.as_str(), &lives, &works].into_iter().filter(|n| !n.is_empty()).collect();
            w.say_once(relation_col(w, who).unwrap_or(col), path("note"), notes.join("；"));
        }
    }
    if !away.is_empty() {
        let col = if w.has(Col::Kin(Who::Father, Of::Place)) { Who::Father } else { Who::Mother };
        w.say(Col::Kin(col, Of::Place), Path::new(Section::Guardianship, "parents"), away.join("；"));
    }
}

/// What columns of the household's head, or of whom to call, say where that is the person herself. What she says of herself goes before.
fn herself(w: &mut Words<'_, '_, '_>, who: Who, named: Col, phone: Option<&str>, place: &str) {
    let of = |of| Col::Kin(who, of);
    let address = w.text(of(Of::Address));
    let phone_col = if w.has(of(Of::Phone)) { of(Of::Phone) } else { named };
    for (col, key, value) in [(phone_col, "phone", phone.unwrap_or_default()), (of(Of::Address), "address", &address)] {
        let path = Path::new(Section::Contact, key);
        let said = w.edits.iter().find(|e| e.path == path).and_then(|e| e.value.text().map(str::to_owned));
        match said {
            Some(said) if !said.contains(value) => w.odd(col, "", format!("{}是本人，与本人的另一列不一样，没有存；请核对", who.word())),
            _ => w.say_once(col, path, value),
        }
    }
    if !place.is_empty() {
        w.odd(of(Of::Place), "", format!("{}是本人，外出地点没有存；请在设备上填", who.word()));
    }
}

fn relation_col(w: &Words<'_, '_, '_>, who: Who) -> Option<Col> {
    [Direction::ToPerson, Direction::FromPerson].map(|d| Col::Kin(who, Of::Relation(d))).into_iter().find(|col| w.has(*col))
}

/// The names of a cell, and a telephone number beside them: 张桂兰 13800000001.
fn split(written: &str) -> (Vec<String>, Option<String>) {
    let digit = |c: char| c.is_ascii_digit();
    let (name, phone) = match written.find(digit) {
        Some(at) => {
            let (name, rest) = written.split_at(at);
            let number = rest.split(['、', ',', '，', ';', '；', '/', '）', ')']).find_map(normalise_phone);
            // Digits that are no telephone number stay with the name.
            if number.is_some() { (name, number) } else { (written, None) }
        }
        None => (written, None),
    };
    let name = name.trim_end_matches(['(', '（', ':', '：', '、', ',', '，', '-', ' ']);
    let several = name.contains(' ') && name.chars().filter(|c| !c.is_whitespace()).count() >= 6 && !name.contains(|c: char| c.is_ascii_alphabetic());
    let parts = cell::parts(name).flat_map(|part| if several { part.split(' ').collect() } else { vec![part] });
    (parts.map(names::of).filter(|n| !n.is_empty()).collect(), phone)
}

/// The birth as written, or from her number.
fn birth(w: &mut Words<'_, '_, '_>, who: Who) -> Option<String> {
    if let When::Day(day) = w.side_day(Col::Kin(who, Of::Birth)) {
        return Some(day.to_string());
    }
    let col = Col::Kin(who, Of::IdNumber);
    match w.id_number(col) {
        Ok(number) => number.map(|n| n.birth().to_string()),
        Err(reason) => {
            w.odd(col, "", reason);
            None
        }
    }
}

/// What the relative is to the person, and words to be kept beside it.
fn relation(w: &mut Words<'_, '_, '_>, who: Who, ward: Ward<'_>) -> (&'static str, String) {
    if let Some((code, note)) = who.relation() {
        return (code, note.to_owned());
    }
    for direction in [Direction::ToPerson, Direction::FromPerson] {
        let col = Col::Kin(who, Of::Relation(direction));
        let written = w.text(col);
        if written.is_empty() {
            continue;
        }
        let (code, note, told) = turned(&written, direction, ward.child);
        if let Some(reason) = told {
            w.odd(col, "", reason);
        }
        return (code, note);
    }
    ("", String::new())
}

/// A relation as the file keeps it: what the relative is to the person. A child's guardian is never her grandchild, whatever the head says.
fn turned(written: &str, direction: Direction, child: bool) -> (&'static str, String, Option<&'static str>) {
    let Some(code) = words::relation(written) else { return ("other", written.to_owned(), None) };
    let pair = matches!(written, "父子" | "父女" | "母子" | "母女" | "祖孙" | "爷孙" | "婆孙");
    let parent = "只知道是父亲或母亲，没有存关系；请在设备上选";
    let guessed = (direction == Direction::ToPerson).then_some("写的像是本人对她的关系，已反过来存；请核对");
    match (child, code) {
        (true, "grandchild") => ("grandparent", String::new(), guessed),
        (true, "son" | "daughter") => ("", "父亲或母亲".into(), Some(parent)),
        (false, "father" | "mother" | "grandparent") if pair => match written.chars().last() {
            Some('女') => ("daughter", String::new(), None),
            Some('孙') => ("grandchild", String::new(), None),
            _ => ("son", String::new(), None),
        },
        (false, "grandparent") if direction == Direction::FromPerson => ("grandchild", String::new(), None),
        (false, "father" | "mother") if direction == Direction::FromPerson => {
            ("", "儿子或女儿".into(), Some("只知道是儿子或女儿，没有存关系；请在设备上选"))
        }
        _ => (code, String::new(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_is_stored_as_what_the_relative_is() {
        use Direction::*;
        for (written, direction, child, code, told) in [
            ("孙女", FromPerson, true, "grandparent", false),
            ("儿子", FromPerson, true, "", true),
            ("祖母", ToPerson, true, "grandparent", false),
            ("祖母", FromPerson, true, "grandparent", false),
            ("孙女", ToPerson, true, "grandparent", true),
            ("祖孙", FromPerson, true, "grandparent", false),
            ("父子", ToPerson, true, "father", false),
            ("儿子", ToPerson, false, "son", false),
            ("父亲", FromPerson, false, "", true),
            ("父子", FromPerson, false, "son", false),
            ("母女", ToPerson, false, "daughter", false),
            ("侄子", ToPerson, false, "relative", false),
            ("干妈", ToPerson, true, "other", false),
        ] {
            let got = turned(written, direction, child);
            assert_eq!((got.0, got.2.is_some()), (code, told), "{written} {direction:?}");
        }
    }

    #[test]
    fn a_name_and_a_telephone_in_one_cell_are_two_things() {
        let one = |written: &str| split(written);
        assert_eq!(one("张桂兰 13800000001"), (vec!["张桂兰".into()], Some("13800000001".into())));
        assert_eq!(one("张桂兰（13800000001）"), (vec!["张桂兰".into()], Some("13800000001".into())));
        assert_eq!(one("张 桂兰"), (vec!["张桂兰".into()], None));
        assert_eq!(one("欧阳 娜娜"), (vec!["欧阳娜娜".into()], None));
        assert_eq!(one("张桂兰、李大山"), (vec!["张桂兰".into(), "李大山".into()], None));
        assert_eq!(one("张桂兰 李大山"), (vec!["张桂兰".into(), "李大山".into()], None));
        assert_eq!(one(""), (vec![], None));
    }
}
