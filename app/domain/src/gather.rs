//! Collections, item by item.

/// As `collect`, but into sorted collections item by item: the library sorts all items first, which is 4 kB of program for each type,
/// much for the interface.
pub fn gathered<T, C: Default + Extend<T>>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}
