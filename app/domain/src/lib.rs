//! The types and rules of field visits: areas, people, roles, forms, due dates, the sync wire and
//! the commands between interface and core. Pure: no IO, no clock, no randomness; native and wasm.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod api;
pub mod area;
pub mod audit;
pub mod codes;
pub mod due;
pub mod failure;
pub mod fields;
pub mod form;
pub mod gather;
pub mod idnumber;
pub mod ids;
pub mod kinds;
pub mod lists;
pub mod matter;
pub mod names;
pub mod narrow;
pub mod person;
pub mod photo;
pub mod pin;
pub mod policy;
pub mod roles;
pub mod rows;
pub mod shape;
pub mod staff;
pub mod stays;
pub mod sync;
pub mod time;
pub mod value;
pub mod visit;

pub use area::AreaCode;
pub use failure::{Code, Failure};
pub use idnumber::IdNumber;
pub use ids::{DeviceId, Hash, RecordId, StaffId};
pub use person::{Category, Programme, Risk, Sex};
pub use roles::Role;
pub use rows::{MatterRow, PersonRow, ReviewRow, Row, VisitRow};
pub use time::Timestamp;
pub use value::Value;
