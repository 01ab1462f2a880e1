//! What can be told at once, before the core is asked: each fault at its field.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::api::Edit;
use domain::fields::{self, FieldKind, Path};
use domain::gather::gathered;
use domain::lists::List;
use domain::roles::Section;
use domain::{Code, Failure, Value};

use super::edits::{Before, Edits};

/// Faults of what is to be written. A new file needs a village and a name; an added category needs to be one.
pub fn faults(work: &Edits, before: &Before, is_new: bool, today: NaiveDate) -> BTreeMap<Path, Failure> {
    let edits = work.edits(before);
    let mut faults: BTreeMap<Path, Failure> = gathered(edits.iter().filter_map(|e| Some((e.path.clone(), fault(e, today)?))));
    let mut need = |path: Path| {
        if before.value(&path).is_empty() && work.typed(&path).is_none_or(Value::is_empty) {
            faults.insert(path.clone(), Failure::of(Code::Required, path.to_string()));
        }
    };
    if is_new {
        need(Path::new(Section::Area, "code"));
        need(Path::new(Section::Identity, "name"));
    }
    for entry in work.added(Section::Categories) {
        if edits.iter().any(|e| e.path.entry == Some(entry)) {
            need(Path::of_entry(Section::Categories, entry, "code"));
        }
    }
    faults
}

fn fault(edit: &Edit, today: NaiveDate) -> Option<Failure> {
    // In the county's words perhaps: the core knows them.
    if List::of_grade(&edit.path).is_some() {
        return None;
    }
    let value = match fields::check(&edit.path, &edit.value) {
        Ok(value) => value,
        Err(failure) => return Some(failure),
    };
    // A category may be ended for a coming day, say that of a birthday; nothing else on file lies ahead.
    let past = edit.path.field().is_some_and(|f| f.kind == FieldKind::Date) && edit.path.key != "until";
    let ahead = value.text().and_then(|day| day.parse::<NaiveDate>().ok()).is_some_and(|day| day > today);
    (past && ahead).then(|| Failure::of(Code::BadDate, edit.path.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::person_edit::edits::Step;
    use std::rc::Rc;
    use uuid::Uuid;
    use yew::Reducible;

    #[test]
    fn a_grade_in_the_countys_words_is_for_the_core_to_know() {
        let said = |path: &str| found(vec![Step::Type(path.parse().unwrap(), "重点关注".into())], false);
        assert!(said("risk.level").is_empty() && said("guardianship.grade").is_empty());
        assert_eq!(said("situation.disability"), [("situation.disability".to_owned(), Code::BadValue)]);
    }

    fn found(steps: Vec<Step>, is_new: bool) -> Vec<(String, Code)> {
        let work = steps.into_iter().fold(Rc::new(Edits::default()), Edits::reduce);
        let today = "2026-11-21".parse().unwrap();
        faults(&work, &Before::default(), is_new, today).into_iter().map(|(path, f)| (path.to_string(), f.code)).collect()
    }

    #[test]
    fn a_new_file_needs_a_village_and_a_name() {
        let needs = [("identity.name".to_owned(), Code::Required), ("area.code".to_owned(), Code::Required)];
        assert_eq!(found(vec![], true), needs);
        assert_eq!(found(vec![], false), []);
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let entry = Uuid::from_u128(7);
        let since = Path::of_entry(Section::Categories, entry, "since");
        let cases = [
            ("contact.phone", "12", Code::BadPhone),
            ("identity.birth", "2026-11-22", Code::BadDate),
            ("identity.id_number", "420204201706010000", Code::BadIdNumber),
        ];
        for (path, value, code) in cases {
            assert_eq!(found(vec![Step::Type(path.parse().unwrap(), value.into())], false), [(path.to_owned(), code)]);
        }
        let bare = vec![Step::Add(Section::Categories, entry), Step::Type(since, "2026-11-01".into())];
        assert_eq!(found(bare, false), [(format!("categories.{entry}.code"), Code::Required)]);
        assert_eq!(found(vec![Step::Add(Section::Categories, entry)], false), []);
    }
}
