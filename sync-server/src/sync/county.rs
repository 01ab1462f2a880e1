//! What a device needs besides records: the names of areas and staff around its owner, the county's policy.
use crate::office::{forms, registry};
use crate::store;
use crate::store::db::Db;
use crate::sync::{feed, tokens};
use domain::policy::Policy;
use domain::roles::Caller;
use domain::staff::Staff;
use domain::sync::Reference;
use domain::{AreaCode, Code, Failure, StaffId, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The county's policy: the stored one, else the shipped.
pub fn policy(db: &Db<'_>) -> anyhow::Result<Policy> {
    Ok(match store::meta(db, "policy")? {
        Some(t) => serde_json::from_str(&t)?,
        None => Policy::shipped(),
    })
}

/// Sets the county's policy.
pub fn set_policy(db: &Db<'_>, policy: &Policy, now: Timestamp) -> anyhow::Result<()> {
    store::set_meta(db, "policy", &serde_json::to_string(policy)?)?;
    tokens::set_days(db, policy.token_days, now)?;
    Ok(registry::count_change(db)?)
}

/// The versions of reference data that were made, so that a device that has the last one costs no reading of the whole staff list. Correct
/// beside other servers on the same database: what they change counts there.
#[derive(Default)]
pub struct Versions(Mutex<HashMap<(StaffId, u64), Made>>);

/// Of which epoch, after how many changes, which version.
type Made = (u64, i64, u64);
/// So many are remembered.
const MOST_VERSIONS: usize = 20_000;

impl Versions {
    /// The reference data for a caller, when those that her device has are others.
    pub fn newer(&self, db: &Db<'_>, caller: &Caller, epoch: u64, has: u64) -> anyhow::Result<Option<Reference>> {
        let changes = db.one("SELECT n FROM reference_changes WHERE one = 1", &[], |r| r.int(0))?.unwrap_or(0);
        let key = (caller.staff.clone(), feed::scope(caller));
        if self.all().get(&key) == Some(&(epoch, changes, has)) {
            return Ok(None);
        }
        let reference = reference(db, caller)?;
        let mut all = self.all();
        if all.len() >= MOST_VERSIONS {
            all.clear();
        }
        all.insert(key, (epoch, changes, reference.version));
        Ok((reference.version != has).then_some(reference))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<(StaffId, u64), Made>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reference data for a caller. Its version is a fingerprint of the content.
pub fn reference(db: &Db<'_>, caller: &Caller) -> anyhow::Result<Reference> {
    let me = registry::staff(db, &caller.staff)?.ok_or_else(|| Failure::from(Code::NotAllowed))?;
    let around = |other: &Staff| other.areas.iter().any(|a| caller.areas.iter().any(|b| a.contains(b) || b.contains(a)));
    // Who sees no files meets nobody's name in them.
    let staff = match caller.role.rights() {
        [] => vec![me.clone()],
        _ => registry::all_staff(db)?.into_iter().map(|e| e.staff).filter(|s| around(s)).collect(),
    };
    let areas = registry::areas_within(db, &caller.areas)?;
    let county_code = caller.areas.first().and_then(AreaCode::county);
    let county = areas.iter().find(|a| Some(&a.code) == county_code.as_ref()).or(areas.first()).map(|a| a.name.clone()).unwrap_or_default();
    // Who sees no files fills no forms in.
    let forms = if caller.role.rights().is_empty() { Vec::new() } else { forms::published(db, &caller.areas)? };
    let devices = registry::devices_of(db, &caller.staff)?;
    let mut reference = Reference { version: 0, me, county, areas, staff, policy: policy(db)?, devices, forms };
    let digest: [u8; 32] = Sha256::digest(rmp_serde::to_vec_named(&reference)?).into();
    reference.version = digest.iter().take(7).fold(1u64, |n, b| n << 8 | u64::from(*b));
    Ok(reference)
}
