//! Visits: what was recorded, its day, how it is corrected, photos, reviews.
pub(crate) mod amend;
pub(crate) mod day;
pub(crate) mod filled;
pub(crate) mod photos;
pub(crate) mod reviews;
pub(crate) mod trial;
pub(crate) mod visits;
