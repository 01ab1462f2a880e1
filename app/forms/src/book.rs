//! The forms that a program has: those that ship with it.
use crate::{Form, Purpose};
use domain::Programme;
use domain::gather::gathered;
use domain::matter::MatterType;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Forms of the first kind that ship, each with its name without version.
const ASSETS: [(&str, &str); 3] = [
    ("child-visit", include_str!("../../../assets/forms/child-visit@1.json")),
    ("elder-visit", include_str!("../../../assets/forms/elder-visit@1.json")),
    ("social-visit", include_str!("../../../assets/forms/social-visit@1.json")),
];

/// Forms written as workbooks that ship: name, order, and their rows as JSON. The second version of a form of the first kind is `s2`: numbers
/// are the county's.
const WRITTEN: [(&str, u64, &str); 11] = [
    ("child-visit@s2", 2, include_str!("../../../assets/forms/child-visit@s2.json")),
    ("elder-visit@s2", 2, include_str!("../../../assets/forms/elder-visit@s2.json")),
    ("school-visit@1", 1, include_str!("../../../assets/forms/school-visit@1.json")),
    ("gbt-42195@1", 1, include_str!("../../../assets/forms/gbt-42195@1.json")),
    ("barthel@1", 1, include_str!("../../../assets/forms/barthel@1.json")),
    ("gds-15@1", 1, include_str!("../../../assets/forms/gds-15@1.json")),
    ("morse@1", 1, include_str!("../../../assets/forms/morse@1.json")),
    ("tekun-self-care@1", 1, include_str!("../../../assets/forms/tekun-self-care@1.json")),
    ("child-risk@1", 1, include_str!("../../../assets/forms/child-risk@1.json")),
    ("child-difficulty@1", 1, include_str!("../../../assets/forms/child-difficulty@1.json")),
    ("guardianship@1", 1, include_str!("../../../assets/forms/guardianship@1.json")),
];

/// Types of matter that ship.
const MATTERS: [(&str, u64, &str); 21] = [
    ("lead@1", 1, include_str!("../../../assets/matters/lead@1.json")),
    ("alert@1", 1, include_str!("../../../assets/matters/alert@1.json")),
    ("report@1", 1, include_str!("../../../assets/matters/report@1.json")),
    ("report-source@1", 1, include_str!("../../../assets/matters/report-source@1.json")),
    ("referral@1", 1, include_str!("../../../assets/matters/referral@1.json")),
    ("emergency-aid@1", 1, include_str!("../../../assets/matters/emergency-aid@1.json")),
    ("plan@1", 1, include_str!("../../../assets/matters/plan@1.json")),
    ("service@1", 1, include_str!("../../../assets/matters/service@1.json")),
    ("conference@1", 1, include_str!("../../../assets/matters/conference@1.json")),
    ("case@1", 1, include_str!("../../../assets/matters/case@1.json")),
    ("wish@1", 1, include_str!("../../../assets/matters/wish@1.json")),
    ("warning@1", 1, include_str!("../../../assets/matters/warning@1.json")),
    ("declaration@1", 1, include_str!("../../../assets/matters/declaration@1.json")),
    ("home-safety@1", 1, include_str!("../../../assets/matters/home-safety@1.json")),
    ("entrusted-care@1", 1, include_str!("../../../assets/matters/entrusted-care@1.json")),
    ("orphan-evidence@1", 1, include_str!("../../../assets/matters/orphan-evidence@1.json")),
    ("guardianship-due@1", 1, include_str!("../../../assets/matters/guardianship-due@1.json")),
    ("ability-due@1", 1, include_str!("../../../assets/matters/ability-due@1.json")),
    ("risk-due@1", 1, include_str!("../../../assets/matters/risk-due@1.json")),
    ("policy-session@1", 1, include_str!("../../../assets/matters/policy-session@1.json")),
    ("training@1", 1, include_str!("../../../assets/matters/training@1.json")),
];

/// Everything that is written as a workbook and ships.
fn workbooks() -> impl Iterator<Item = &'static (&'static str, u64, &'static str)> {
    WRITTEN.iter().chain(&MATTERS)
}

/// A form's name without its version: `child-visit` of `child-visit@s2`.
pub fn form_id(name: &str) -> &str {
    name.split('@').next().unwrap_or_default()
}

/// Where a form stands among those that ship. The first of a programme is the programme's own; others are offered beside it.
fn place(id: &str) -> Option<usize> {
    ASSETS.iter().map(|(id, _)| *id).chain(WRITTEN.iter().map(|(name, ..)| form_id(name))).position(|shipped| shipped == id)
}

/// What ships, read once.
static SHIPPED: LazyLock<Forms> = LazyLock::new(|| {
    let first = ASSETS.iter().filter_map(|(id, json)| {
        let mut form = Form::from_json(json).ok()?;
        form.offered = !WRITTEN.iter().any(|(written, ..)| form_id(written) == *id);
        Some(form)
    });
    first.chain(workbooks().filter_map(|(_, order, json)| Form::from_kept(json, *order).ok())).collect()
});

/// Forms by their names, all versions. Whoever works with records has one and is asked for forms; there is none for everybody.
#[derive(Clone, Default, Debug)]
pub struct Forms(Arc<BTreeMap<String, Arc<Form>>>);

impl FromIterator<Form> for Forms {
    fn from_iter<I: IntoIterator<Item = Form>>(forms: I) -> Forms {
        Forms(Arc::new(forms.into_iter().map(|form| (form.name(), Arc::new(form))).collect()))
    }
}

impl Forms {
    /// Those that ship with the program. A damaged asset is left out here and found by a test. Nothing new is filled in by a version of the first
    /// kind that has one after it.
    pub fn shipped() -> Forms {
        SHIPPED.clone()
    }
    /// The rows of a form that ships, as JSON, for a county that begins its own version with them: `barthel@1`.
    pub fn rows_of(name: &str) -> Option<&'static str> {
        workbooks().find(|(written, ..)| *written == name).map(|(.., json)| *json)
    }
    /// All, by name.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.0.values()
    }
    /// The form of this name, for example `child-visit@1`.
    pub fn find(&self, name: &str) -> Option<&Arc<Form>> {
        self.0.get(name)
    }
    /// The form of this name, or where the name says no version, `elder-visit`, the newest that is filled in, else the newest.
    pub fn named(&self, name: &str) -> Option<&Arc<Form>> {
        self.find(name).or_else(|| self.all().filter(|f| f.id == name).max_by_key(|f| (f.offered, f.order)))
    }
    /// Others beside these. Of two of one name the other stands: it was published before this program's came to be, and records name it.
    pub fn with(&self, more: impl IntoIterator<Item = Form>) -> Forms {
        let known = self.0.iter().map(|(name, form)| (name.clone(), form.clone()));
        Forms(Arc::new(known.chain(more.into_iter().map(|form| (form.name(), Arc::new(form)))).collect()))
    }
    /// Those that have this language in it.
    pub fn speaking(&self, language: &str) -> Forms {
        let spoken = |form: &Arc<Form>| if form.languages().contains(language) { Arc::new(form.speaking(language)) } else { form.clone() };
        Forms(Arc::new(self.0.iter().map(|(name, form)| (name.clone(), spoken(form))).collect()))
    }
    /// What is filled in for a programme and a purpose: the newest version of the first form that ships for it, or of a county's own where none
    /// does.
    pub fn current_for(&self, programme: Programme, purpose: Purpose) -> Option<&Arc<Form>> {
        self.offered_for(programme, purpose).max_by_key(|f| (place(&f.id).map(Reverse), f.order))
    }
    /// Everything that is filled in for a programme and a purpose.
    pub fn offered_for(&self, programme: Programme, purpose: Purpose) -> impl Iterator<Item = &Arc<Form>> {
        self.all().filter(move |f| f.offered && f.programme == programme && f.purpose == purpose)
    }
    /// The newest version of each form that is filled in for a programme.
    pub fn newest_for(&self, programme: Programme) -> impl Iterator<Item = &Arc<Form>> {
        let mut newest: BTreeMap<&str, &Arc<Form>> = BTreeMap::new();
        for form in self.all().filter(|f| f.offered && f.programme == programme && f.matter.is_none()) {
            let known = newest.entry(&form.id).or_insert(form);
            if form.order > known.order {
                *known = form;
            }
        }
        newest.into_values()
    }
    /// The newest version of each type of matter that is begun anew, by name.
    pub fn matter_types(&self) -> impl Iterator<Item = (&Arc<Form>, &MatterType)> {
        let mut newest: BTreeMap<&str, &Arc<Form>> = BTreeMap::new();
        for form in self.all().filter(|form| form.offered && form.matter.is_some()) {
            let known = newest.entry(&form.id).or_insert(form);
            if form.order > known.order {
                *known = form;
            }
        }
        newest.into_values().filter_map(|form| Some((form, form.matter.as_ref()?)))
    }
    /// The types of matter that go to the server before anything else, by name, all versions.
    pub fn urgent(&self) -> BTreeSet<&str> {
        gathered(self.all().filter(|form| form.matter.as_ref().is_some_and(|matter| matter.urgent)).map(|form| form.id.as_str()))
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
        let first = ASSETS.iter().map(|(id, json)| (*id, Form::from_json(json).unwrap()));
        let written = workbooks().map(|(name, order, json)| (form_id(name), Form::from_kept(json, *order).unwrap()));
        for (id, mut form) in first.chain(written) {
            let found = forms.find(&form.name()).map(|f| &**f);
            form.offered = !["child-visit@1", "elder-visit@1"].contains(&form.name().as_str());
            assert_eq!((id, found), (form.id.as_str(), Some(&form)));
            assert!(form.fits_records());
        }
        for (name, order, json) in workbooks().copied() {
            assert_eq!(read(&workbook(json).unwrap(), name).mistakes, [], "{name}");
            assert_eq!((Form::from_kept(json, order).unwrap().name().as_str(), Forms::rows_of(name)), (name, Some(json)));
        }
        assert_eq!(forms.all().count(), ASSETS.len() + workbooks().count());
        assert!(forms.find("child-visit@9").is_none());
    }

    #[test]
    fn the_first_form_of_a_programme_is_its_own_however_new_others_are() {
        let visit = |forms: &Forms, programme| forms.current_for(programme, Purpose::Visit).map(|form| form.name());
        let shipped = Forms::shipped();
        for (programme, own) in [(Programme::Child, "child-visit@s2"), (Programme::Elder, "elder-visit@s2"), (Programme::Social, "social-visit@1")] {
            assert_eq!(visit(&shipped, programme).as_deref(), Some(own));
        }
        let offered: Vec<String> = shipped.offered_for(Programme::Child, Purpose::Visit).map(|form| form.name()).collect();
        assert_eq!(offered, ["child-visit@s2", "school-visit@1"]);
        assert!(shipped.find("child-visit@1").is_some() && shipped.named("child-visit") == shipped.find("child-visit@s2"));
        // A county's own forms: one for schools stands beside, one for visits takes the place of what ships.
        let county = |id: &str| {
            let json = WRITTEN[2].2.replace("school-visit", id).replace(r#""version": "1""#, r#""version": "9""#);
            Form::from_kept(&json, 1 << 32).unwrap()
        };
        assert_eq!(visit(&shipped.with([county("school-visit"), county("census")]), Programme::Child).as_deref(), Some("child-visit@s2"));
        assert_eq!(visit(&shipped.with([county("child-visit")]), Programme::Child).as_deref(), Some("child-visit@9"));
    }
}
