//! Who may begin a matter, move it and write in it, by the version of the type that it names: the table of kinds says only who may write one
//! at all.
use crate::sync::admit::{Stop, not_allowed};
use domain::form::ProblemKind;
use domain::matter::{MatterType, Move, Party, last_moves, moves_to};
use domain::roles::{Caller, Right, Role, Section};
use domain::{Code, Failure, StaffId, Value};
use forms::{Form, Forms};
use records::{Incoming, MatterData, Record};
use std::collections::BTreeSet;

/// Whether a new matter may be begun. One of a type that nobody published here waits: a newer server has it.
///
/// # Errors
/// Why not.
pub(super) fn may_begin(record: &Record, forms: &Forms, caller: &Caller) -> Result<(), Stop> {
    let form = record.form_name().and_then(|name| forms.find(&name)).ok_or(Stop::Held)?;
    let of_person = !record.kind().stands_alone();
    let fits = |matter: &MatterType| {
        let here = matter.programmes.is_empty() || record.programme().is_some_and(|programme| matter.programmes.contains(&programme));
        here && matter.kind(of_person) == Some(record.kind()) && matter.may_open(caller)
    };
    let fits = form.matter.as_ref().is_some_and(fits);
    if fits && record.begins_as_it_should() { Ok(()) } else { Err(not_allowed(Section::Opening)) }
}

/// Whether somebody may have changed a matter so. What was put down stays, and one thing at a time is put down, by whoever says so. Where it
/// goes is judged by the record as she had it.
///
/// # Errors
/// Why not.
pub(super) fn may_write(
    before: &Record,
    after: &Record,
    (change, sections): (&Incoming, &BTreeSet<Section>),
    form: Option<&Form>,
    (staff, role): (&StaffId, Role),
) -> Result<(), Stop> {
    let new = match after.put_down_since(before) {
        Ok(new) => new,
        Err(_) => return Err(not_allowed(Section::Moves)),
    };
    if new.as_ref().is_some_and(|(_, by)| by.as_ref() != Some(staff)) {
        return Err(not_allowed(Section::Thread));
    }
    let judged = [Section::Moves, Section::Answers, Section::Assigned];
    let Some(of) = judged.into_iter().find(|of| sections.contains(of)) else { return Ok(()) };
    let form = form.ok_or(Stop::Held)?;
    let Some(matter) = &form.matter else { return Err(not_allowed(of)) };
    let hers = before.seen_at(&change.deps())?;
    let data = hers.matter().ok_or(Code::BadChange)?;
    let party = Party { role, opened: data.by == *staff, in_charge: data.charge.as_ref() == Some(staff) };
    match of {
        Section::Moves => {
            let step = new.and_then(|(id, _)| after.moves().into_iter().find(|step| step.id == id)).ok_or_else(|| not_allowed(of))?;
            may_move((form, matter), &data, &step, party)
        }
        Section::Answers => {
            let now = after.matter().map(|data| data.answers).unwrap_or_default();
            let was = before.matter().map(|data| data.answers).unwrap_or_default();
            let differs = |question: &&String| was.get(*question).unwrap_or(&Value::Null) != now.get(*question).unwrap_or(&Value::Null);
            let part = |question: &String| form.part_of(question).map(|part| part.id.clone()).unwrap_or_default();
            let mut parts = was.keys().chain(now.keys()).filter(differs).map(part);
            if parts.all(|part| matter.may_answer(&part, &data.moves, party)) { Ok(()) } else { Err(not_allowed(of)) }
        }
        // Whoever sees to it hands it on, and those who began it or supervise.
        _ if party.opened || party.in_charge || role.has(Right::Decide) => Ok(()),
        _ => Err(not_allowed(of)),
    }
}

fn may_move((form, matter): (&Form, &MatterType), data: &MatterData, step: &Move, party: Party) -> Result<(), Stop> {
    let refused = || not_allowed(Section::Moves);
    let stage = matter.stages.iter().find(|stage| stage.id == step.stage).ok_or_else(refused)?;
    let last: BTreeSet<_> = last_moves(&data.moves).into_iter().map(|last| last.id).collect();
    if step.end != stage.end || step.after != last || !matter.may_go(stage, &data.moves, party) {
        return Err(refused());
    }
    if stage.fill.is_empty() {
        return Ok(());
    }
    // Of what is filled in again and again there is one more for each time.
    let times = moves_to(&data.moves, &step.stage) + 1;
    let missing = |question: &str| Err(Stop::Refused(Failure::of(Code::Required, format!("{}.{question}", Section::Answers))));
    if form.instances(&stage.fill, &data.answers).is_some_and(|there| there < times) {
        return missing(&stage.fill);
    }
    let filled = form.filled(&data.answers, step.at.day());
    let of_it = |question: &str| form.part_of(question).is_some_and(|part| part.id == stage.fill);
    let mut open = filled.problems(None).into_iter().filter(|problem| problem.kind == ProblemKind::Required && of_it(&problem.question));
    match open.next() {
        Some(problem) => missing(&problem.question),
        None => Ok(()),
    }
}
