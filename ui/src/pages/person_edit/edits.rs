//! What the worker has typed, beside what is on file.

use std::collections::BTreeMap;
use std::rc::Rc;

use domain::api::{Edit, Entry, PersonFile};
use domain::fields::{FieldKind, Path};
use domain::gather::gathered;
use domain::roles::Section;
use domain::{Failure, Value};
use uuid::Uuid;
use yew::prelude::*;

/// The file's own values by path, those of household members and categories too.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Before(BTreeMap<Path, Value>);

impl Before {
    /// The values of a file; of a new one there are none.
    pub fn of(file: Option<&PersonFile>) -> Self {
        let Some(file) = file else { return Self::default() };
        let own = file.fields.iter().filter_map(|(path, value)| Some((path.parse::<Path>().ok()?, value.clone())));
        let of_entries = |section: Section, entries: &[Entry]| -> Vec<(Path, Value)> {
            let values = |e: &Entry| e.fields.iter().map(|(key, v)| (Path::of_entry(section, e.id, key), v.clone())).collect::<Vec<_>>();
            entries.iter().flat_map(values).collect()
        };
        let members = of_entries(Section::Household, &file.household);
        let categories = of_entries(Section::Categories, &file.categories);
        Self(gathered(own.chain(members).chain(categories)))
    }

    /// The value on file; null when there is none.
    pub fn value(&self, path: &Path) -> Value {
        self.0.get(path).cloned().unwrap_or_default()
    }
}

/// What was typed and not saved.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Edits {
    typed: BTreeMap<Path, Value>,
    added: Vec<(Section, Uuid)>,
    /// What is wrong, by path; goes away where the worker types.
    pub faults: BTreeMap<Path, Failure>,
}

/// What may happen to it.
pub enum Step {
    /// A field has this value now.
    Type(Path, Value),
    /// A field is as on file again.
    Forget(Path),
    /// A household member or a category more.
    Add(Section, Uuid),
    /// The added one is not wanted after all.
    Drop(Uuid),
    /// This is wrong.
    Faults(BTreeMap<Path, Failure>),
    /// Everything is as on file again.
    Clear,
}

impl Reducible for Edits {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut next = (*self).clone();
        match step {
            Step::Type(path, value) => {
                next.faults.remove(&path);
                next.typed.insert(path, value);
            }
            Step::Forget(path) => {
                next.faults.remove(&path);
                next.typed.remove(&path);
            }
            Step::Add(section, entry) => next.added.push((section, entry)),
            Step::Drop(entry) => {
                next.added.retain(|(_, id)| *id != entry);
                next.typed.retain(|path, _| path.entry != Some(entry));
                next.faults.retain(|path, _| path.entry != Some(entry));
            }
            Step::Faults(faults) => next.faults = faults,
            Step::Clear => next = Edits::default(),
        }
        Rc::new(next)
    }
}

/// Nothing, no and blank are one: none of them says anything that is worth a change.
fn silent(value: &Value) -> bool {
    value.is_empty() || *value == Value::Bool(false)
}

fn same(a: &Value, b: &Value) -> bool {
    let trimmed = |v: &Value| v.text().map(|t| t.trim().to_owned());
    (silent(a) && silent(b)) || a == b || (trimmed(a).is_some() && trimmed(a) == trimmed(b))
}

impl Edits {
    /// The same without what is wrong with it.
    pub fn without_faults(&self) -> Edits {
        Edits { faults: BTreeMap::new(), ..self.clone() }
    }

    /// What was typed at a field, if anything.
    pub fn typed(&self, path: &Path) -> Option<&Value> {
        self.typed.get(path)
    }

    /// Whether anything of this entry was typed or is wrong.
    pub fn touches(&self, entry: Uuid) -> bool {
        self.typed.keys().chain(self.faults.keys()).any(|path| path.entry == Some(entry))
    }

    /// Entries added to a section, in the order of adding.
    pub fn added(&self, section: Section) -> Vec<Uuid> {
        self.added.iter().filter(|(s, _)| *s == section).map(|(_, id)| *id).collect()
    }

    /// The fields that differ from the file.
    pub fn edits(&self, before: &Before) -> Vec<Edit> {
        let changed = |(path, value): (&Path, &Value)| {
            let differs = !same(value, &before.value(path));
            differs.then(|| Edit { path: path.clone(), value: stored(path, value) })
        };
        self.typed.iter().filter_map(changed).collect()
    }
}

/// Blank is null; spaces around a text are nobody's intention.
fn stored(path: &Path, value: &Value) -> Value {
    let yes_no = path.field().is_some_and(|f| f.kind == FieldKind::YesNo);
    match value {
        value if value.is_empty() => Value::Null,
        Value::Text(text) if !yes_no => text.trim().into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(steps: Vec<Step>) -> Rc<Edits> {
        steps.into_iter().fold(Rc::new(Edits::default()), Edits::reduce)
    }

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    fn before() -> Before {
        Before(BTreeMap::from([(path("contact.address"), "3组8号".into()), (path("identity.id_number"), "420204••••0028".into())]))
    }

    #[test]
    fn only_what_differs_from_the_file_is_written() {
        let work = typed(vec![
            Step::Type(path("contact.address"), " 3组8号 ".into()),
            Step::Type(path("contact.phone"), "".into()),
            Step::Type(path("plan.text"), " 每周走访 ".into()),
        ]);
        assert_eq!(work.edits(&before()), [Edit { path: path("plan.text"), value: "每周走访".into() }]);
    }

    #[test]
    fn an_emptied_field_is_written_as_null() {
        let work = typed(vec![Step::Type(path("contact.address"), "  ".into())]);
        assert_eq!(work.edits(&before()), [Edit { path: path("contact.address"), value: Value::Null }]);
    }

    #[test]
    fn the_mask_of_an_id_number_is_never_written() {
        let work = typed(vec![Step::Type(path("identity.id_number"), "1".into()), Step::Forget(path("identity.id_number"))]);
        assert!(work.edits(&before()).is_empty());
    }

    #[test]
    fn an_entry_that_is_not_wanted_after_all_leaves_nothing() {
        let entry = Uuid::from_u128(7);
        let name = Path::of_entry(Section::Household, entry, "name");
        let work = typed(vec![Step::Add(Section::Household, entry), Step::Type(name, "周桂芳".into()), Step::Drop(entry)]);
        assert!(work.edits(&before()).is_empty() && work.added(Section::Household).is_empty());
    }

    #[test]
    fn no_where_nothing_was_said_is_no_change() {
        let entry = Uuid::from_u128(7);
        let gone = Path::of_entry(Section::Household, entry, "gone");
        assert!(typed(vec![Step::Type(gone, Value::Bool(false))]).edits(&Before::default()).is_empty());
    }
}
