//! The role table asked before a worker writes, so that she is told at once. The server asks it again.
use crate::Result;
use crate::store::View;
use domain::roles::{Action, Caller, Kind, Right, Section};
use domain::{Code, Failure, PersonRow, Programme, VisitRow};
use records::Record;

/// The caller, if the person's file is her business.
pub fn caller_for(view: &View<'_>, person: &PersonRow) -> Result<Caller> {
    let caller = view.book.caller()?;
    if caller.sees(&person.area, &person.programmes) { Ok(caller) } else { Err(Code::NotAllowed.into()) }
}

/// The caller, if what the record is about is her business: a person's file, or a village. Whoever wrote down what only supervisors see has it on
/// her own device, and reads it there.
pub fn caller_of(view: &View<'_>, record: &Record) -> Result<Caller> {
    match record.area().filter(|_| record.kind() != Kind::Person) {
        None => caller_for(view, &view.person(record.person())?),
        Some(area) => {
            let caller = view.book.caller()?;
            let programme = record.programme();
            if caller.sees(&area, programme.as_slice()) { Ok(caller) } else { Err(Code::NotAllowed.into()) }
        }
    }
}

/// Whether the caller writes in records of this kind at all.
pub fn may_write(caller: &Caller, kind: Kind) -> bool {
    kind.filled().any(|spec| caller.role.may(Action::Amend, kind, spec.section))
}

/// Whether the caller may do this to a section. Where only a supervisor may, it says so.
pub fn ask(caller: &Caller, action: Action, kind: Kind, section: Section) -> Result<()> {
    if caller.role.may(action, kind, section) {
        return Ok(());
    }
    let transfers = kind.section(section).is_some_and(|spec| spec.amend == Some(Right::Transfer));
    let supervisors = action == Action::Amend && transfers && caller.role.has(Right::Amend);
    let code = if supervisors { Code::NeedsSupervisor } else { Code::NotAllowed };
    Err(Failure::of(code, section.code()).into())
}

/// Sections of a file that the caller may amend.
pub fn may_amend(caller: &Caller) -> Vec<String> {
    let may = |s: &&Section| caller.role.may(Action::Amend, Kind::Person, **s);
    Section::ALL.iter().filter(may).map(|s| s.code().to_owned()).collect()
}

/// Whether the caller may correct this visit: the author may, and a colleague after a handover, but not who reviews it.
pub fn may_correct(caller: &Caller, visit: &VisitRow) -> bool {
    let allowed = caller.role.may(Action::Amend, Kind::Visit, Section::Answers) && caller.role.programmes().contains(&visit.programme);
    allowed && (visit.by == caller.staff || !caller.role.has(Right::Review))
}

/// Whether the caller decides on visits like this one: a supervisor of its programme, and never on her own.
pub fn reviews(caller: &Caller, visit: &VisitRow) -> bool {
    let allowed = caller.role.may(Action::Create, Kind::Review, Section::Decision);
    allowed && caller.role.programmes().contains(&visit.programme) && visit.by != caller.staff
}

/// Whether the caller may record visits of this programme.
pub fn visits(caller: &Caller, programme: Programme) -> bool {
    caller.role.may(Action::Create, Kind::Visit, Section::Answers) && caller.role.programmes().contains(&programme)
}
