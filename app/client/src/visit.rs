//! Visits: drafts, what was recorded, its day, photos, reviews.
pub(crate) mod day;
pub(crate) mod draft;
pub(crate) mod drafts;
pub(crate) mod filled;
pub(crate) mod photos;
pub(crate) mod reviews;
pub(crate) mod trial;
pub(crate) mod visits;
