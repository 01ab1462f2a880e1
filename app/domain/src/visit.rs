//! The life of a visit record: saved here, uploaded, reviewed.
use crate::codes::codes;
use crate::{Hash, ReviewRow};

codes!(
    /// A supervisor's decision.
    Decision {
        /// 通过
        Approved = "approved",
        /// 退回
        Returned = "returned",
    }
);

codes!(
    /// What the worker is told of her visit, always in sight.
    VisitState {
        /// 已存本机
        Saved = "saved",
        /// 已上传
        Uploaded = "uploaded",
        /// 已审核
        Approved = "approved",
        /// 已退回
        Returned = "returned",
        /// 审核后有改动
        Changed = "changed",
        /// 未被接受
        Refused = "refused",
    }
);

/// The state of a visit at `heads`, with its reviews in any order. Returned and corrected counts as uploaded again;
/// approved and changed says so.
pub fn visit_state<'a>(pending: bool, refused: bool, heads: &[Hash], reviews: impl IntoIterator<Item = &'a ReviewRow>) -> VisitState {
    if refused {
        return VisitState::Refused;
    }
    let last = reviews.into_iter().max_by_key(|r| (r.at, r.id));
    let same = last.is_some_and(|r| same_heads(&r.heads, heads));
    match last.map(|r| r.decision) {
        Some(Decision::Approved) if !same => VisitState::Changed,
        _ if pending => VisitState::Saved,
        Some(Decision::Approved) => VisitState::Approved,
        Some(Decision::Returned) if same => VisitState::Returned,
        _ => VisitState::Uploaded,
    }
}

/// Whether two sets of heads name the same version.
pub fn same_heads(a: &[Hash], b: &[Hash]) -> bool {
    let sorted = |h: &[Hash]| {
        let mut v = h.to_vec();
        v.sort_unstable();
        v
    };
    sorted(a) == sorted(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Programme, RecordId, Timestamp};

    fn review(at: i64, decision: Decision, head: u8) -> ReviewRow {
        let id = RecordId::new(at, [0; 10]);
        ReviewRow {
            id,
            person: id,
            target: id,
            heads: vec![Hash([head; 32])],
            decision,
            comment: String::new(),
            fields: Default::default(),
            by: "S1".parse().unwrap(),
            at: Timestamp(at),
            programme: Programme::Child,
        }
    }

    #[test]
    fn a_visit_tells_where_it_stands() {
        let now = [Hash([1; 32])];
        let cases: [(bool, Vec<ReviewRow>, VisitState); 8] = [
            (true, vec![], VisitState::Saved),
            (false, vec![], VisitState::Uploaded),
            (false, vec![review(1, Decision::Approved, 1)], VisitState::Approved),
            (false, vec![review(1, Decision::Approved, 9)], VisitState::Changed),
            (true, vec![review(1, Decision::Approved, 9)], VisitState::Changed),
            (false, vec![review(1, Decision::Returned, 1)], VisitState::Returned),
            (true, vec![review(1, Decision::Returned, 9)], VisitState::Saved),
            (false, vec![review(2, Decision::Approved, 1), review(1, Decision::Returned, 9)], VisitState::Approved),
        ];
        for (pending, reviews, wanted) in cases {
            assert_eq!(visit_state(pending, false, &now, &reviews), wanted);
        }
    }
}
