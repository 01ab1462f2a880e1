//! The forms that a program has: those that ship with it.
use crate::{Form, Purpose};
use domain::Programme;
use std::collections::BTreeMap;
use std::sync::Arc;

const ASSETS: [&str; 3] = [
    include_str!("../../../assets/forms/child-visit@1.json"),
    include_str!("../../../assets/forms/elder-visit@1.json"),
    include_str!("../../../assets/forms/social-visit@1.json"),
];

/// Forms by their names, all versions. Whoever works with records has one and is asked for forms; there is none for everybody.
#[derive(Clone, Default, Debug)]
pub struct Forms(Arc<BTreeMap<String, Arc<Form>>>);

impl FromIterator<Form> for Forms {
    fn from_iter<I: IntoIterator<Item = Form>>(forms: I) -> Forms {
        Forms(Arc::new(forms.into_iter().map(|form| (form.name(), Arc::new(form))).collect()))
    }
}

impl Forms {
    /// Those that ship with the program. A damaged asset is left out here and found by a test.
    pub fn shipped() -> Forms {
        ASSETS.iter().filter_map(|json| Form::from_json(json).ok()).collect()
    }
    /// All, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.0.values()
    }
    /// The form of this name, for example `child-visit@1`.
    pub fn find(&self, name: &str) -> Option<&Arc<Form>> {
        self.0.get(name)
    }
    /// The form of this name, or the newest version where the name says none: `elder-visit`.
    pub fn named(&self, name: &str) -> Option<&Arc<Form>> {
        self.find(name).or_else(|| self.all().filter(|f| f.id == name).max_by_key(|f| f.order))
    }
    /// The newest form of a programme for a purpose.
    pub fn current_for(&self, programme: Programme, purpose: Purpose) -> Option<&Arc<Form>> {
        self.all().filter(|f| f.programme == programme && f.purpose == purpose).max_by_key(|f| f.order)
    }
    /// Whether a form knows this answer to a question of this id.
    pub fn offers(&self, question: &str, option: &str) -> bool {
        self.all().filter_map(|f| f.question(question)).any(|q| q.option(option).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_form_is_well_formed() {
        let forms = Forms::shipped();
        for json in ASSETS {
            let form = Form::from_json(json).unwrap();
            assert_eq!(forms.find(&form.name()).map(|f| &**f), Some(&form));
        }
        assert_eq!(forms.all().count(), ASSETS.len());
        assert!(forms.find("child-visit@9").is_none());
    }
}
