use crate::village::*;
use domain::api::*;
use domain::due::{DueState, DueWhy};
use domain::policy::Policy;

#[test]
fn who_is_due_follows_risk_visits_and_the_county() {
    let mut li = Device::of(li());
    let quiet = li.new_file("陈小满", &[]);
    let high = li.new_file("周小树", &[("risk.level", "high")]);
    let today = li.ask(Today {});
    assert!(today.overdue.is_empty() && today.soon.iter().map(|p| p.id).eq([high]), "{today:?}");
    assert_eq!(today.soon[0].due.as_ref().map(|d| d.why), Some(DueWhy::RiskChange));
    li.clock.pass(3 * DAY);
    assert_eq!(li.ask(Today {}).overdue.iter().map(|p| p.due_state).collect::<Vec<_>>(), [Some(DueState::Overdue(2))]);
    li.ask(NewVisit { person: high, form: "child-visit@s2".into(), answers: answers("child-visit@s2"), sure: false });
    let file = li.ask(Person { id: high }).item;
    assert_eq!((file.due.map(|d| d.why), file.due_state), (Some(DueWhy::Rule), Some(DueState::Soon(7))));
    assert_eq!(file.last.map(|l| l.day.to_string()).as_deref(), Some("2026-11-24"));
    li.clock.pass(40 * DAY);
    let due = li.ask(Persons { query: PersonQuery { due: true, ..Default::default() } });
    assert_eq!(due.rows.iter().map(|p| p.id).collect::<Vec<_>>(), [high, quiet], "the longest due first");

    let mut policy = Policy::shipped();
    policy.due.first_visit_days = 365;
    for rule in &mut policy.due.rules {
        rule.every_days = 365;
    }
    let mut reference = reference(crate::village::li());
    reference.policy = policy;
    li.core.transact(client::store::Durability::Batch, |w| w.put_reference(reference)).unwrap();
    let today = li.ask(Today {});
    assert!(today.overdue.is_empty() && today.soon.is_empty() && today.next.is_some(), "the county's table holds at once");
}
