//! What the store knows besides records: who works here, names of areas and staff, the county's policy, forms.
use crate::Result;
use domain::policy::Policy;
use domain::roles::Caller;
use domain::staff::Staff;
use domain::sync::Reference;
use domain::{AreaCode, Code, DeviceId, Failure, StaffId};
use forms::{Form, Forms};
use records::Record;
use std::collections::HashMap;
use std::sync::Arc;

/// The reference data with its names ready to be looked up.
pub struct ReferenceData {
    /// This device.
    pub device: DeviceId,
    /// The forms.
    pub forms: Forms,
    reference: Option<Reference>,
    areas: HashMap<AreaCode, String>,
    staff: HashMap<StaffId, String>,
    shipped: Policy,
}

impl ReferenceData {
    /// Makes the look-ups. Without reference data (a refilled database before its first sync) nobody may write.
    pub fn new(device: DeviceId, forms: Forms, reference: Option<Reference>) -> ReferenceData {
        let areas = reference.iter().flat_map(|r| &r.areas).map(|a| (a.code.clone(), a.name.clone())).collect();
        let staff = reference.iter().flat_map(|r| r.staff.iter().chain([&r.me])).map(|s| (s.id.clone(), s.name.clone())).collect();
        ReferenceData { device, forms, reference, areas, staff, shipped: Policy::shipped() }
    }
    /// The data as the server sent it.
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }
    /// Who uses this device.
    pub fn me(&self) -> Result<&Staff> {
        self.reference.as_ref().map(|r| &r.me).ok_or(Code::DatabaseDamaged.into())
    }
    /// The same as a caller of the role table.
    pub fn caller(&self) -> Result<Caller> {
        let me = self.me()?;
        Ok(Caller { staff: me.id.clone(), role: me.role, areas: me.areas.clone() })
    }
    /// The county's policy.
    pub fn policy(&self) -> &Policy {
        self.reference.as_ref().map_or(&self.shipped, |r| &r.policy)
    }
    /// The form of this name.
    ///
    /// # Errors
    /// `UnknownForm`, with the name.
    pub fn form(&self, name: &str) -> Result<Arc<Form>> {
        self.forms.find(name).cloned().ok_or_else(|| Failure::of(Code::UnknownForm, name).into())
    }
    /// The form of this name, or its newest version where the name says none.
    ///
    /// # Errors
    /// As [`ReferenceData::form`].
    pub fn named_form(&self, name: &str) -> Result<Arc<Form>> {
        self.forms.named(name).cloned().ok_or_else(|| Failure::of(Code::UnknownForm, name).into())
    }
    /// The form of a visit or a matter; none of another record, or where the form is not known.
    pub fn form_of(&self, record: &Record) -> Option<&Arc<Form>> {
        self.forms.find(&record.form_name()?)
    }
    /// An area's name, or its code.
    pub fn area_name(&self, code: &AreaCode) -> String {
        self.areas.get(code).cloned().unwrap_or_else(|| code.to_string())
    }
    /// A member of staff's name, or her id.
    pub fn staff_name(&self, id: &StaffId) -> String {
        self.staff.get(id).cloned().unwrap_or_else(|| id.to_string())
    }
    /// Whether this is me.
    pub fn is_me(&self, id: &StaffId) -> bool {
        self.reference.as_ref().is_some_and(|r| r.me.id == *id)
    }
}
