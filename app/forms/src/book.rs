//! The forms that a program has: those that ship with it.
use crate::{Form, Purpose};
use domain::Programme;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Forms that ship, each with its name without version.
const ASSETS: [(&str, &str); 3] = [
    ("child-visit", include_str!("../../../assets/forms/child-visit@1.json")),
    ("elder-visit", include_str!("../../../assets/forms/elder-visit@1.json")),
    ("social-visit", include_str!("../../../assets/forms/social-visit@1.json")),
];

/// Assessments that ship: rows as a workbook has them, so that a county can change one and publish its own version.
const WRITTEN: [(&str, &str); 8] = [
    ("gbt-42195", include_str!("../../../assets/forms/gbt-42195@1.json")),
    ("barthel", include_str!("../../../assets/forms/barthel@1.json")),
    ("gds-15", include_str!("../../../assets/forms/gds-15@1.json")),
    ("morse", include_str!("../../../assets/forms/morse@1.json")),
    ("tekun-self-care", include_str!("../../../assets/forms/tekun-self-care@1.json")),
    ("child-risk", include_str!("../../../assets/forms/child-risk@1.json")),
    ("child-difficulty", include_str!("../../../assets/forms/child-difficulty@1.json")),
    ("guardianship", include_str!("../../../assets/forms/guardianship@1.json")),
];
/// All that ship are the first of their name.
const FIRST: u64 = 1;

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
        let visits = ASSETS.iter().filter_map(|(_, json)| Form::from_json(json).ok());
        visits.chain(WRITTEN.iter().filter_map(|(_, json)| Form::from_kept(json, FIRST).ok())).collect()
    }
    /// The rows of a form that ships, as JSON, for a county that begins its own version with them: `barthel@1`.
    pub fn rows_of(name: &str) -> Option<&'static str> {
        WRITTEN.iter().find(|(id, _)| name.strip_prefix(id) == Some("@1")).map(|(_, json)| *json)
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
    /// Others beside these.
    pub fn with(&self, more: impl IntoIterator<Item = Form>) -> Forms {
        let known = self.0.iter().map(|(name, form)| (name.clone(), form.clone()));
        Forms(Arc::new(more.into_iter().map(|form| (form.name(), Arc::new(form))).chain(known).collect()))
    }
    /// What is filled in for a programme and a purpose: the newest version of the form that ships for it, or of a county's own where none does.
    pub fn current_for(&self, programme: Programme, purpose: Purpose) -> Option<&Arc<Form>> {
        self.offered_for(programme, purpose).max_by_key(|f| (ASSETS.iter().any(|(id, _)| *id == f.id), f.order))
    }
    /// Everything that is filled in for a programme and a purpose.
    pub fn offered_for(&self, programme: Programme, purpose: Purpose) -> impl Iterator<Item = &Arc<Form>> {
        self.all().filter(move |f| f.offered && f.programme == programme && f.purpose == purpose)
    }
    /// Whether a form knows this answer to a question of this id.
    pub fn offers(&self, question: &str, option: &str) -> bool {
        self.all().filter_map(|f| f.question(question)).any(|q| q.option(option).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::file::workbook;
    use crate::sheet::rows::read;

    #[test]
    fn every_shipped_form_is_well_formed() {
        let forms = Forms::shipped();
        for (id, json) in ASSETS {
            let form = Form::from_json(json).unwrap();
            assert_eq!((id, forms.find(&form.name()).map(|f| &**f)), (form.id.as_str(), Some(&form)));
        }
        for (id, json) in WRITTEN {
            assert_eq!(read(&workbook(json).unwrap(), id).mistakes, [], "{id}");
            let form = Form::from_kept(json, FIRST).unwrap();
            assert_eq!((id, forms.find(&form.name()).map(|f| &**f)), (form.id.as_str(), Some(&form)));
            assert!(form.fits_records(), "{id}");
            assert_eq!(Forms::rows_of(&form.name()), Some(json));
        }
        assert_eq!(forms.all().count(), ASSETS.len() + WRITTEN.len());
        assert!(forms.find("child-visit@9").is_none());
    }
}
