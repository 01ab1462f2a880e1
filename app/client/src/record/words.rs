//! Values of a file in words, for people to choose between.
use crate::store::View;
use domain::fields::{FieldKind, Path};
use domain::form::{Label, UNASKED};
use domain::{AreaCode, StaffId, Value, idnumber};
use forms::Form;
use std::sync::{Arc, OnceLock};
use text::{Lang, Text};

fn chinese() -> &'static Text {
    static TEXT: OnceLock<Text> = OnceLock::new();
    TEXT.get_or_init(|| Text::new(Lang::ZhCn))
}

/// A field's value as people read it: an option's label, a masked ID number, a name instead of an id.
pub fn show(view: &View<'_>, path: &Path, value: &Value) -> String {
    let text = value.text().unwrap_or_default();
    match (path.field().map(|f| f.kind), value) {
        (_, Value::Null) => String::new(),
        (_, Value::Bool(yes)) => {
            if *yes {
                chinese().state_yes()
            } else {
                chinese().state_no()
            }
        }
        (Some(FieldKind::IdNumber), _) => idnumber::mask(text),
        (Some(FieldKind::Words), _) => text.split_once(':').map_or(text, |(_, words)| words).to_owned(),
        (Some(FieldKind::Choice(_)), _) => chinese().option(&path.to_string(), text).unwrap_or_else(|| text.to_owned()),
        (Some(FieldKind::Area), _) => text.parse::<AreaCode>().map_or_else(|_| text.to_owned(), |a| view.book.area_name(&a)),
        (Some(FieldKind::Staff), _) => text.parse::<StaffId>().map_or_else(|_| text.to_owned(), |s| view.book.staff_name(&s)),
        _ => text.to_owned(),
    }
}

/// What a visit's question is called, by `answers.mood`; none of other fields, and where the form does not know it.
pub fn question_label(form: Option<&Arc<Form>>, path: &str) -> Option<Label> {
    let (form, question) = (form?, path.strip_prefix("answers.")?);
    // Also of why it could not be asked.
    let of = form.question(question).or_else(|| form.question(question.strip_prefix(UNASKED)?));
    Some(of?.short_label().clone())
}

/// The value as it may leave the core: the ID number masked.
pub fn masked(path: &Path, value: &Value) -> Value {
    match (path.field().map(|f| f.kind), value.text()) {
        (Some(FieldKind::IdNumber), Some(text)) => idnumber::mask(text).into(),
        _ => value.clone(),
    }
}

/// A value of a form that this program does not know: as it is.
pub fn raw(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => {
            if *yes {
                chinese().state_yes()
            } else {
                chinese().state_no()
            }
        }
        Value::Int(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        Value::Text(text) => text.clone(),
        Value::Many(ids) => ids.iter().map(String::as_str).collect::<Vec<_>>().join("、"),
    }
}
