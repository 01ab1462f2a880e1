//! Sorting a screen's lists.

/// Sorts by a key, leaving equal items in their order. The library's own is 4 kB of program for each type it sorts; nobody waits for this
/// one on the few hundred lines that a screen has at most.
pub fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..items.len() {
        let mut at = end;
        while let Some([before, here]) = items.get(at.saturating_sub(1)..=at)
            && key(before) > key(here)
        {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn equal_items_stay_in_their_order() {
        let mut items = [(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        super::by_key(&mut items, |(n, _)| *n);
        assert_eq!(items, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
        super::by_key(&mut [] as &mut [u8], |n| *n);
    }
}
