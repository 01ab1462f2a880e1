//! Visits: drafts, what was recorded, its day, photos, reviews.
pub(crate) mod day;
pub(crate) mod draft;
pub(crate) mod drafts;
pub(crate) mod large_picture;
pub(crate) mod photos;
pub(crate) mod picture;
pub(crate) mod reviews;
pub(crate) mod visits;
