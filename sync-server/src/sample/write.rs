//! Writes one person's records: the file, visits, reviews, each by the member of staff whose work it is.
use super::answers::Occasion;
use super::calendar::PersonDays;
use super::chance::Chance;
use super::people::Person;
use super::{SampleItem, answers, county};
use chrono::{NaiveDate, NaiveTime};
use domain::api::Edit;
use domain::fields::Path;
use domain::form::Answers;
use domain::roles::{Role, Section};
use domain::visit::Decision;
use domain::{AreaCode, DeviceId, Hash, Programme, RecordId, StaffId, Timestamp};
use forms::{Forms, Purpose};
use records::{Actor, NewReview, NewVisit, Record, Writer};
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// One device for each member of staff, who reviews where, and by which forms visits are made.
pub struct Devices {
    of: BTreeMap<StaffId, DeviceId>,
    reviewers: Vec<(StaffId, Role, Vec<AreaCode>)>,
    forms: Forms,
}

impl Devices {
    /// Gives everybody a device.
    pub fn new(chance: &mut Chance) -> Self {
        let staff = county::staff();
        let of = staff.iter().map(|e| (e.staff.id.clone(), DeviceId::new(1_700_000_000_000, chance.bytes()))).collect();
        let reviewers = staff.into_iter().filter(|e| matches!(e.staff.role, Role::ChildSupervisor | Role::Reviewer));
        let reviewers = reviewers.map(|e| (e.staff.id, e.staff.role, e.staff.areas)).collect();
        Self { of, reviewers, forms: Forms::shipped() }
    }
    fn writer(&self, staff: &StaffId, at: Timestamp, actor: Actor) -> Writer {
        let device = self.of.get(staff).copied().unwrap_or_else(|| DeviceId::new(0, [0; 10]));
        Writer { staff: staff.clone(), device, at, actor }
    }
    /// The town's supervisor for children, one of the county's reviewers for others.
    fn reviewer(&self, person: &Person) -> Option<&StaffId> {
        let role = if person.programme == Programme::Child { Role::ChildSupervisor } else { Role::Reviewer };
        self.reviewers.iter().find(|(_, r, areas)| *r == role && areas.iter().any(|a| a.contains(&person.area))).map(|(id, ..)| id)
    }
}

/// One person's records in order.
pub fn person(
    chance: &mut Chance,
    devices: &Devices,
    person: &Person,
    days: &PersonDays,
    today: NaiveDate,
    sink: &mut dyn FnMut(SampleItem) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let id = file(chance, devices, person, days, today, sink)?;
    let Some(form) = devices.forms.current_for(person.programme, Purpose::Visit) else { return Ok(()) };
    let mut last = Answers::new();
    for (at, day) in days.visits.iter().enumerate() {
        let newest = at + 1 == days.visits.len();
        let met = newest || !chance.percent(4);
        let next = if newest { days.agreed } else { None };
        let answers = answers::answers(chance, form, person, &last, &Occasion { day: *day, met, next });
        if met {
            last = answers.clone();
        }
        let new = NewVisit { person: id, form: form.clone(), at: moment(chance, *day), answers };
        visit(chance, devices, person, &new, today, sink)?;
    }
    Ok(())
}

/// A moment of a working day, and sometimes of an evening.
fn moment(chance: &mut Chance, day: NaiveDate) -> Timestamp {
    let minutes = if chance.percent(12) { chance.between(18 * 60, 20 * 60) } else { chance.between(8 * 60, 17 * 60 + 30) };
    Timestamp(Timestamp::from_local(day, NaiveTime::MIN).0 + minutes * MINUTE)
}

fn file(
    chance: &mut Chance,
    devices: &Devices,
    person: &Person,
    days: &PersonDays,
    today: NaiveDate,
    sink: &mut dyn FnMut(SampleItem) -> anyhow::Result<()>,
) -> anyhow::Result<RecordId> {
    // In the morning, so that a first visit on the same day comes after it.
    let at = Timestamp(Timestamp::from_local(days.opened, NaiveTime::MIN).0 + chance.between(6 * 60, 7 * 60 + 50) * MINUTE);
    let id = RecordId::new(at.0, chance.bytes());
    let actor = Actor(chance.bytes());
    let mut edits = person.edits.clone();
    if let Some(since) = days.risk_since {
        edits.push(Edit { path: Path::new(Section::Risk, "since"), value: since.to_string().into() });
    }
    let (mut record, _) = Record::new_person(id, person.programme, days.opened, &edits, &devices.writer(&person.worker, at, actor))?;
    // Telephone numbers change.
    let later = Timestamp(at.0 + chance.between(1, 40) * DAY);
    if chance.percent(8) && later.day() < today {
        let phone = format!("1990000{:04}", chance.below(10_000));
        record.edit(&[Edit { path: Path::new(Section::Contact, "phone"), value: phone.into() }], &devices.writer(&person.worker, later, actor))?;
    }
    sink(SampleItem::Record { record: Box::new(record), area: person.area.clone(), author: person.worker.clone() })?;
    Ok(id)
}

fn visit(
    chance: &mut Chance,
    devices: &Devices,
    person: &Person,
    visit: &NewVisit,
    today: NaiveDate,
    sink: &mut dyn FnMut(SampleItem) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let written = Timestamp(visit.at.0 + chance.between(2, 20) * MINUTE);
    let actor = Actor(chance.bytes());
    let writer = devices.writer(&person.worker, written, actor);
    let (mut record, _) = Record::new_visit(RecordId::new(written.0, chance.bytes()), visit, &writer)?;
    let mut reviews = Vec::new();
    let days_ago = today.signed_duration_since(visit.at.day()).num_days();
    let share = match (person.programme, days_ago) {
        (_, ..3) => 0,
        (Programme::Child, 3..10) => 35,
        (Programme::Child, 10..32) => 85,
        (Programme::Child, _) => 45,
        _ => 8,
    };
    if chance.percent(share)
        && let Some(reviewer) = devices.reviewer(person)
    {
        let at = Timestamp(visit.at.0 + chance.between(20, 40) * 60 * MINUTE);
        let returned = chance.percent(5);
        reviews.push(review(chance, devices, reviewer, person, &record, record.heads(), returned, at)?);
        // Older ones that came back were corrected and then approved.
        if returned && days_ago > 8 {
            let more: Answers = [(domain::form::NOTE.to_owned(), "补记：当时孩子和照看的人都在场，情况属实。".into())].into();
            record.amend(&more, &visit.form, &devices.writer(&person.worker, Timestamp(at.0 + DAY), actor))?;
            reviews.push(review(chance, devices, reviewer, person, &record, record.heads(), false, Timestamp(at.0 + 2 * DAY))?);
        }
    }
    sink(SampleItem::Record { record: Box::new(record), area: person.area.clone(), author: person.worker.clone() })?;
    for (record, author) in reviews {
        sink(SampleItem::Record { record: Box::new(record), area: person.area.clone(), author })?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments)] // one call, all of them needed
fn review(
    chance: &mut Chance,
    devices: &Devices,
    reviewer: &StaffId,
    person: &Person,
    of: &Record,
    heads: Vec<Hash>,
    returned: bool,
    at: Timestamp,
) -> anyhow::Result<(Record, StaffId)> {
    let comment = match returned {
        true => chance.pick(&["请写明当时谁在场。", "记事太简单，请补充孩子的近况。", "照看情况与上次差别大，请核实后说明。"]),
        false if chance.percent(20) => chance.pick(&["写得清楚，辛苦了。", "请继续关注学习情况。", "下次留意家中用电。"]),
        false => "",
    };
    let decision = if returned { Decision::Returned } else { Decision::Approved };
    let review = NewReview {
        person: of.person(),
        target: of.id(),
        heads,
        decision,
        comment: comment.to_owned(),
        fields: BTreeMap::new(),
        programme: person.programme,
    };
    let writer = devices.writer(reviewer, at, Actor(chance.bytes()));
    let (record, _) = Record::new_review(RecordId::new(at.0, chance.bytes()), &review, &writer)?;
    Ok((record, reviewer.clone()))
}
