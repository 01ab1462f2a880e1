//! What is filled in and not made yet: a visit, a matter, a step of one. Every answer is on the disk before the next question is shown.
pub(crate) mod fill;
pub(crate) mod finish;
pub(crate) mod row;
pub(crate) mod start;
