//! Who may begin a matter and move it, by the version of the type that it names: the table of kinds says only who may write one at all.
use crate::sync::admit::{Stop, not_allowed};
use domain::form::ProblemKind;
use domain::matter::{MatterType, Move, Party};
use domain::roles::{Caller, Role, Section};
use domain::{Code, Failure, StaffId};
use forms::{Form, Forms};
use records::{Incoming, Record};

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
    if !form.matter.as_ref().is_some_and(fits) {
        return Err(not_allowed(Section::Opening));
    }
    // It begins where its type begins.
    if record.moves().is_empty() { Ok(()) } else { Err(not_allowed(Section::Moves)) }
}

/// Whether somebody may have changed a matter so. Judged by the record as she had it.
///
/// # Errors
/// Why not.
pub(super) fn may_write(
    before: &Record,
    after: &Record,
    change: &Incoming,
    form: Option<&Form>,
    (staff, role): (&StaffId, Role),
) -> Result<(), Stop> {
    if after.said_by_others(before, staff) {
        return Err(not_allowed(Section::Thread));
    }
    let known: Vec<Move> = before.moves();
    let moves = after.moves();
    let new: Vec<&Move> = moves.iter().filter(|step| !known.iter().any(|known| known.id == step.id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let form = form.ok_or(Stop::Held)?;
    let (Some(matter), Ok(hers)) = (&form.matter, before.at(&change.deps())) else { return Err(not_allowed(Section::Moves)) };
    let Some(data) = hers.matter() else { return Err(Code::BadChange.into()) };
    let party = Party { staff, role, opened: data.by == *staff, in_charge: data.charge.as_ref() == Some(staff) };
    for step in new {
        let refused = || not_allowed(Section::Moves);
        let stage = matter.stages.iter().find(|stage| stage.id == step.stage).ok_or_else(refused)?;
        if step.by != *staff || step.end != stage.end || !leads(matter, &data.moves, step) || !matter.may_move(stage, party) {
            return Err(refused());
        }
        let filled = form.filled(&data.answers, step.at.day());
        let missing = |question: &str| !stage.fill.is_empty() && form.part_of(question).is_some_and(|part| part.id == stage.fill);
        let problems = filled.problems(None).into_iter().filter(|problem| problem.kind == ProblemKind::Required);
        if let Some(problem) = problems.into_iter().find(|problem| missing(&problem.question)) {
            return Err(Stop::Refused(Failure::of(Code::Required, format!("{}.{}", Section::Answers, problem.question))));
        }
    }
    Ok(())
}

/// Whether a move goes on from where its mover says the matter was: from the beginning, from what the last moves left, or, where those said
/// different things, to one of them.
fn leads(matter: &MatterType, known: &[Move], step: &Move) -> bool {
    let last: Option<Vec<&Move>> = step.after.iter().map(|id| known.iter().find(|known| known.id == *id)).collect();
    match last.as_deref() {
        None => false,
        Some([]) => known.is_empty() && matter.next("").any(|stage| stage.id == step.stage),
        Some(last) => {
            let decides = last.len() > 1 && last.iter().any(|known| known.stage == step.stage);
            decides || last.iter().any(|known| matter.next(&known.stage).any(|stage| stage.id == step.stage))
        }
    }
}
