//! What a device needs besides records: the names of areas and staff around its owner, the county's policy.
use crate::db::Db;
use crate::{registry, store};
use domain::policy::Policy;
use domain::roles::Caller;
use domain::staff::Staff;
use domain::sync::Reference;
use domain::{AreaCode, Code, Failure};
use sha2::{Digest, Sha256};

/// The county's policy: the stored one, else the shipped.
pub fn policy(db: &Db<'_>) -> anyhow::Result<Policy> {
    Ok(match store::meta(db, "policy")? {
        Some(t) => serde_json::from_str(&t)?,
        None => Policy::shipped(),
    })
}

/// Sets the county's policy.
pub fn set_policy(db: &Db<'_>, policy: &Policy) -> anyhow::Result<()> {
    store::set_meta(db, "policy", &serde_json::to_string(policy)?)
}

/// The reference data for a caller. Its version is a fingerprint of the content.
pub fn reference(db: &Db<'_>, caller: &Caller) -> anyhow::Result<Reference> {
    let me = registry::staff(db, &caller.staff)?.ok_or_else(|| Failure::from(Code::NotAllowed))?;
    let around = |other: &Staff| other.areas.iter().any(|a| caller.areas.iter().any(|b| a.contains(b) || b.contains(a)));
    let staff = registry::all_staff(db)?.into_iter().map(|e| e.staff).filter(|s| around(s)).collect();
    let areas = registry::areas_within(db, &caller.areas)?;
    let county_code = caller.areas.first().and_then(AreaCode::county);
    let county = areas.iter().find(|a| Some(&a.code) == county_code.as_ref()).or(areas.first()).map(|a| a.name.clone()).unwrap_or_default();
    let mut reference = Reference { version: 0, me, county, areas, staff, policy: policy(db)?, devices: registry::devices_of(db, &caller.staff)? };
    let digest: [u8; 32] = Sha256::digest(rmp_serde::to_vec_named(&reference)?).into();
    reference.version = digest.iter().take(7).fold(1u64, |n, b| n << 8 | u64::from(*b));
    Ok(reference)
}
