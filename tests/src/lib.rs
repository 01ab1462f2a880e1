//! village
