//! The shape of what a change writes.
use super::{ChangeCheck, numbered};
use crate::error::RecordError;
use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};
use domain::roles::Section;
use domain::shape::{self, Written};
use domain::{Code, Failure, Timestamp};
use forms::Form;
use std::collections::HashMap;

impl ChangeCheck<'_> {
    /// Asks of every value written, where a text in pieces counts as one, whether it has the shape of what its place holds.
    pub(super) fn check_shape(&self, change: &ExpandedChange, form: Option<&Form>, latest: Timestamp) -> Result<(), RecordError> {
        let mut texts: HashMap<ObjectId, String> = HashMap::new();
        for (id, op) in numbered(change) {
            let written = match &op.action {
                OpType::Make(ObjType::Text) => {
                    texts.entry(ObjectId::Id(id)).or_default();
                    continue;
                }
                OpType::Put(ScalarValue::Str(letter)) if matches!(op.key, Key::Seq(_)) => {
                    texts.entry(op.obj.clone()).or_default().push_str(letter);
                    continue;
                }
                OpType::Put(value) => match value {
                    ScalarValue::Str(text) => Written::Text(text),
                    ScalarValue::Bytes(bytes) => Written::Bytes(bytes),
                    ScalarValue::Int(n) => Written::Int(*n),
                    ScalarValue::Boolean(_) => Written::Bool,
                    ScalarValue::F64(_) => Written::Real,
                    _ => Written::Null,
                },
                OpType::Make(_) => Written::Map,
                _ => continue,
            };
            let Key::Map(key) = &op.key else { continue };
            self.shaped(&op.obj, key, written, form, latest)?;
        }
        for (text, letters) in texts {
            let ObjectId::Id(id) = &text else { continue };
            let made = self.known(id)?;
            let Key::Map(key) = &made.key else { continue };
            self.shaped(&made.obj, key, Written::Prose(&letters), form, latest)?;
        }
        Ok(())
    }

    fn shaped(&self, obj: &ObjectId, key: &str, written: Written<'_>, form: Option<&Form>, latest: Timestamp) -> Result<(), RecordError> {
        // From the value up to its section.
        let (mut keys, mut obj) = (vec![key], obj);
        let mut names: Vec<&str> = Vec::new();
        while let ObjectId::Id(id) = obj {
            let made = self.known(id)?;
            let Key::Map(name) = &made.key else { break };
            names.push(name);
            obj = &made.obj;
        }
        // A section itself says nothing.
        let Some(section) = names.pop() else { return Ok(()) };
        keys.extend(names);
        keys.reverse();
        let asks = |question: &str| Some(form?.question(question)?.kind);
        let code = section.parse::<Section>();
        let code = code.map_err(|_| Code::BadValue).and_then(|section| shape::check(section, &keys, written, &asks, latest));
        // Of keys that are no names nothing is repeated.
        let place = || if keys.iter().all(|key| shape::is_name(key)) { format!("{section}.{}", keys.join(".")) } else { section.to_owned() };
        code.map_err(|code| Failure::of(code, place()).into())
    }
}
