//! The people who do the work, as lists and screens name them.
use crate::{AreaCode, Role, StaffId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One member of staff with what she is responsible for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Staff {
    /// Her id in the county's staff list.
    pub id: StaffId,
    /// Her name.
    pub name: String,
    /// Her role.
    pub role: Role,
    /// The areas she works in; each covers everything below it.
    pub areas: Vec<AreaCode>,
}
