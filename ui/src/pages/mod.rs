//! One file per page. A page asks the core by `use_query` and `use_command`, is drawn by `kit` and `record`, and says
//! everything by `text`.

pub mod admin;
pub mod area;
pub mod elsewhere;
pub mod enrol;
pub mod files;
pub mod inbox;
pub mod matter;
pub mod matters;
pub mod me;
pub mod oversight;
pub mod person;
pub mod person_edit;
pub mod review;
pub mod today;
pub mod unlock;
pub mod visit;
pub mod visit_form;
