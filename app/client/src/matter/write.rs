//! What people do with matters: begin one, move it, say something, hand it on.
use super::show::{may_give, next, party};
use crate::Result;
use crate::device::env::{new_id, random};
use crate::draft::fill::differing;
use crate::draft::row::{DraftRow, Of};
use crate::record::permission;
use crate::store::intent::Intent;
use crate::store::{Tx, View};
use domain::api::{self, LinkTo};
use domain::form::{Answers, UNASKED};
use domain::matter::{Move, Stage, last_moves, moves_to};
use domain::roles::{Action, Caller, Kind, Section};
use domain::{AreaCode, Code, Failure, Programme, RecordId, StaffId};
use forms::{Filled, Form, form_id};
use records::{Change, Link, MatterData, NewMatter, Record};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A type by which matters may be begun.
///
/// # Errors
/// `UnknownForm`.
pub(crate) fn offered(view: &View<'_>, kind: &str) -> Result<Arc<Form>> {
    let form = view.book.named_form(kind)?;
    let is_one = form.matter.is_some() && form.offered;
    if is_one { Ok(form) } else { Err(Failure::of(Code::UnknownForm, kind).into()) }
}

/// What a matter is begun as.
pub(crate) struct Beginning {
    pub(crate) caller: Caller,
    kind: Kind,
    area: AreaCode,
    programme: Programme,
}

/// Whether the caller may begin a matter of this person, or of this village.
///
/// # Errors
/// `UnknownForm`, `NotAllowed`, `Required` where nobody and no village is named.
pub(crate) fn may_begin(view: &View<'_>, form: &Form, person: Option<RecordId>, area: Option<&AreaCode>) -> Result<Beginning> {
    let matter = form.matter.as_ref().ok_or_else(|| Failure::of(Code::UnknownForm, form.name()))?;
    let kind = matter.kind(person.is_some()).ok_or_else(|| Failure::of(Code::Required, if person.is_some() { "area" } else { "person" }))?;
    let mut caller = view.book.caller()?;
    let (area, theirs) = match (person, area) {
        (Some(person), _) => {
            let row = view.person(person)?;
            caller = permission::caller_for(view, &row)?;
            (row.area, row.programmes)
        }
        (None, Some(area)) if caller.covers(area) => (area.clone(), caller.role.programmes().to_vec()),
        (None, Some(_)) => return Err(Code::NotAllowed.into()),
        (None, None) => return Err(Failure::of(Code::Required, "area").into()),
    };
    permission::ask(&caller, Action::Create, kind, Section::Opening)?;
    let hers = |programme: &&Programme| {
        caller.role.programmes().contains(programme) && (matter.programmes.is_empty() || matter.programmes.contains(programme))
    };
    let programme = theirs.iter().find(hers).copied().filter(|_| matter.may_open(&caller)).ok_or(Code::NotAllowed)?;
    Ok(Beginning { caller, kind, area, programme })
}

/// Begins a matter.
///
/// # Errors
/// As [`may_begin`]; `FormIncomplete` with the first question that is open or wrong.
pub(crate) fn begin(tx: &mut Tx<'_>, call: &api::NewMatter) -> Result<RecordId> {
    let form = offered(&tx.view(), &call.kind)?;
    begin_by(tx, form, call)
}

fn begin_by(tx: &mut Tx<'_>, form: Arc<Form>, call: &api::NewMatter) -> Result<RecordId> {
    let Beginning { kind, area, programme, .. } = may_begin(&tx.view(), &form, call.person, call.area.as_ref())?;
    let at = tx.now();
    let answers = counted(&form, (&call.answers, &Answers::new()), at.day(), &|part| is_opening(&form, part))?;
    known(tx, kind, call.charge.as_ref())?;
    let id = new_id(tx.env);
    let links: Vec<Link> = call.links.iter().map(|link| linked(tx, link)).collect();
    let (person, charge) = (call.person, call.charge.clone());
    let new = NewMatter { kind, person, area: person.is_none().then(|| area.clone()), programme, form, at, answers, charge, links };
    let writer = tx.writer(id)?;
    let (record, change) = Record::new_matter(id, &new, &writer)?;
    tx.keep(&record, &area, &[(change, Intent::of_matter(new))], &writer)?;
    Ok(id)
}

/// Whether a part of the form is filled in when a matter is begun: it is on the way to no stage.
fn is_opening(form: &Form, part: &str) -> bool {
    !form.matter.iter().flat_map(|matter| &matter.stages).any(|stage| stage.fill == part)
}

/// The same of the key of an answer, or of an instance of a repeat.
pub(crate) fn is_opening_answer(form: &Form, key: &str) -> bool {
    let part = form.part_of(key).map_or_else(|| key.split('-').next().unwrap_or_default(), |part| part.id.as_str());
    is_opening(form, part)
}

/// Whether a question is asked, by its part and its id.
type Asks = Box<dyn Fn(&str, &str) -> bool>;

/// Which questions a draft asks, by their part and id: when a matter is begun what is on the way to no stage; on the way to one its part, of a
/// repeat what is new; when it is changed what was said and may be said otherwise.
pub(crate) fn asked(view: &View<'_>, form: &Form, draft: &DraftRow) -> Result<Asks> {
    let opening: BTreeSet<String> = form.sheet().sections.iter().map(|part| part.id.clone()).filter(|part| is_opening(form, part)).collect();
    Ok(match &draft.of {
        Of::Step { stage, .. } => {
            let fill = form.stage(stage).map(|stage| stage.fill.clone()).unwrap_or_default();
            let before = form.instances(&fill, &draft.last).map(|_| draft.last.clone());
            let is_new = move |question: &str| before.as_ref().is_none_or(|before| !has_instance(before, question));
            Box::new(move |part, question| part == fill && is_new(question))
        }
        Of::Answers(matter) => {
            let record = view.record(*matter)?;
            let data = record.matter().ok_or(Code::NotFound)?;
            let caller = permission::caller_of(view, &record)?;
            let said = |part: &str| opening.contains(part) || data.answers.keys().any(|key| form.part_of(key).is_some_and(|of| of.id == part));
            let may = |part: &str| form.matter.as_ref().is_some_and(|matter| matter.may_answer(part, &data.moves, party(&data, &caller)));
            let parts: BTreeSet<String> = form.sheet().sections.iter().map(|part| part.id.clone()).filter(|part| said(part) && may(part)).collect();
            Box::new(move |part, _| parts.contains(part))
        }
        _ => Box::new(move |part, _| opening.contains(part)),
    })
}

/// Whether the instance of a repeat in which a question stands was there.
fn has_instance(answers: &Answers, question: &str) -> bool {
    let mut parts = question.splitn(3, '-');
    let (Some(repeat), Some(instance)) = (parts.next(), parts.next()) else { return false };
    let own = format!("{repeat}-{instance}");
    answers.keys().any(|key| key.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// Makes what a draft is of.
///
/// # Errors
/// As [`begin`], [`go`], [`edit`].
pub(crate) fn finish(tx: &mut Tx<'_>, draft: &DraftRow) -> Result<RecordId> {
    let (view, form) = (tx.view(), tx.book().form(&draft.form)?);
    let asks = asked(&view, &form, draft)?;
    let of = |key: &str| form.part_of(key.strip_prefix(UNASKED).unwrap_or(key)).is_some_and(|part| asks(&part.id, key));
    // What was said since the draft was begun: what others said meanwhile stays.
    let answers = differing(&draft.last, &draft.answers, of);
    match &draft.of {
        Of::Step { matter: id, stage } => {
            go(tx, &api::MoveMatter { id: *id, stage: stage.clone(), answers, note: String::new() })?;
            Ok(*id)
        }
        Of::Answers(id) => edit(tx, *id, &answers).map(|()| *id),
        Of::Matter { area, source } => {
            // What is done anew follows the one before.
            let follows = |id: RecordId| tx.view().row(id).is_ok_and(|row| row.kind.is_matter() && form_id(row.text("form")) == form.id);
            let link = |to: RecordId| LinkTo { to, as_what: if follows(to) { "follows" } else { "from" }.to_owned() };
            let links = source.iter().map(|source| link(*source)).collect();
            let person = (!draft.person.0.is_nil()).then_some(draft.person);
            let call = api::NewMatter { kind: draft.form.clone(), person, area: area.clone(), answers, charge: None, links };
            begin_by(tx, form.clone(), &call)
        }
        Of::Visit | Of::Correction(_) => Err(Code::NotFound.into()),
    }
}

/// Moves a matter to another stage. What is to be filled in on the way is written first.
///
/// # Errors
/// `UnknownForm`, `NotAllowed`, `BadValue` where no move leads there, `FormIncomplete`.
pub(crate) fn go(tx: &mut Tx<'_>, call: &api::MoveMatter) -> Result<()> {
    let mut open = Open::of(tx, call.id)?;
    let (form, data) = (open.form()?, open.data.clone());
    let stage = open.way_to(&form, &call.stage)?;
    let on_the_way = |part: &str| !stage.fill.is_empty() && part == stage.fill;
    let counted = counted(&form, (&call.answers, &data.answers), tx.now().day(), &on_the_way)?;
    if form.instances(&stage.fill, &counted).is_some_and(|there| there <= moves_to(&data.moves, &stage.id)) {
        return Err(Failure::of(Code::FormIncomplete, &stage.fill).into());
    }
    open.answer(tx, &form, counted.into_iter().filter(|(question, _)| is_of(&form, question, &on_the_way)).collect())?;
    let step = Move {
        id: Uuid::from_bytes(*new_id(tx.env).bytes()),
        stage: stage.id.clone(),
        at: tx.now(),
        by: open.caller.staff.clone(),
        after: last_moves(&data.moves).into_iter().map(|step| step.id).collect(),
        end: stage.end,
        note: call.note.trim().to_owned(),
    };
    open.write(tx, Intent::Move { step: step.clone() }, |record, writer| record.add_move(&step, writer))
}

/// Changes answers of a matter.
///
/// # Errors
/// `UnknownForm`, `NotAllowed`, `FormIncomplete` with the first of these questions whose answer is wrong.
pub(crate) fn edit(tx: &mut Tx<'_>, id: RecordId, changed: &Answers) -> Result<()> {
    let mut open = Open::of(tx, id)?;
    let (form, before) = (open.form()?, open.data.answers.clone());
    let mut answers = before.clone();
    answers.extend(changed.iter().map(|(question, value)| (question.clone(), value.clone())));
    let filled = form.filled(&answers, tx.now().day());
    let wrong = problems(&filled, Some(&before)).find(|question| changed.contains_key(question));
    if let Some(question) = wrong.or_else(|| changed.keys().find(|question| form.question(question).is_none()).cloned()) {
        return Err(Failure::of(Code::FormIncomplete, question).into());
    }
    let may = |question: &String| {
        let part = form.part_of(question).map(|part| part.id.as_str()).unwrap_or_default();
        form.matter.as_ref().is_some_and(|matter| matter.may_answer(part, &open.data.moves, party(&open.data, &open.caller)))
    };
    if let Some(question) = changed.keys().find(|question| !may(question)) {
        return Err(Failure::of(Code::NotAllowed, question).into());
    }
    // With what is worked out from it, as far as it stands in the same parts.
    let now = filled.prune();
    let differs = |question: &&String| before.get(*question) != now.get(*question) && may(question);
    let told = before.keys().chain(now.keys()).filter(differs).map(|q| (q.clone(), now.get(q).cloned().unwrap_or_default()));
    let told = told.chain(changed.iter().filter(|(_, value)| value.is_empty()).map(|(q, v)| (q.clone(), v.clone()))).collect();
    open.answer(tx, &form, told)
}

/// Says something about it.
///
/// # Errors
/// `NotAllowed`, `Required` where nothing is said.
pub(crate) fn say(tx: &mut Tx<'_>, id: RecordId, text: &str) -> Result<()> {
    let (mut open, text) = (Open::of(tx, id)?, text.trim());
    if text.is_empty() {
        return Err(Failure::of(Code::Required, "text").into());
    }
    let (said, at) = (Uuid::from_bytes(*new_id(tx.env).bytes()), tx.now());
    open.write(tx, Intent::Say { id: said, at, text: text.to_owned() }, |record, writer| record.add_said(said, at, text, writer))
}

/// Gives it to somebody to see to.
///
/// # Errors
/// `NotAllowed`, `NotFound` for somebody who is not known here.
pub(crate) fn assign(tx: &mut Tx<'_>, id: RecordId, staff: Option<&StaffId>) -> Result<()> {
    let mut open = Open::of(tx, id)?;
    known(tx, open.record.kind(), staff)?;
    if !may_give(party(&open.data, &open.caller)) {
        return Err(Failure::of(Code::NotAllowed, "staff").into());
    }
    open.write(tx, Intent::Assign { staff: staff.cloned() }, |record, writer| record.assign(staff, writer))
}

/// As what a matter names another record.
const LINKS: [&str; 4] = ["from", "follows", "part_of", "person"];

/// Names another record, or names it no more.
///
/// # Errors
/// `NotAllowed`.
pub(crate) fn link(tx: &mut Tx<'_>, call: &api::LinkMatter) -> Result<()> {
    let mut open = Open::of(tx, call.id)?;
    if let Some(add) = &call.add {
        // What is not here cannot be looked at; and nothing comes from itself.
        if add.to == call.id || !LINKS.contains(&add.as_what.as_str()) {
            return Err(Failure::of(Code::BadValue, "link").into());
        }
        tx.view().row(add.to)?;
        let link = linked(tx, add);
        let known = open.data.links.iter().any(|known| (known.to, &known.as_what) == (link.to, &link.as_what));
        if !known {
            let intent = Intent::Link { id: link.id, to: link.to, as_what: link.as_what.clone() };
            open.write(tx, intent, |record, writer| record.add_link(&link, writer))?;
        }
    }
    match call.remove {
        Some(id) => open.write(tx, Intent::Unlink { id }, |record, writer| record.remove_link(id, writer)),
        None => Ok(()),
    }
}

/// Whether somebody is known here, and sees what she is to see to.
fn known(tx: &Tx<'_>, kind: Kind, staff: Option<&StaffId>) -> Result<()> {
    let Some(staff) = staff else { return Ok(()) };
    let reference = tx.book().reference();
    let all = reference.into_iter().flat_map(|r| r.staff.iter().chain([&r.me]));
    let role = all.into_iter().find(|one| one.id == *staff).map(|one| one.role).ok_or_else(|| Failure::of(Code::NotFound, "staff"))?;
    if role.sees(kind) { Ok(()) } else { Err(Failure::of(Code::NotAllowed, "staff").into()) }
}

fn linked(tx: &Tx<'_>, to: &LinkTo) -> Link {
    Link { id: uuid::Builder::from_random_bytes(random(tx.env)).into_uuid(), to: to.to, as_what: to.as_what.clone() }
}

/// The answers that count beside those of `before`, when in these parts of the form nothing is open or wrong, and nothing is said of others.
fn counted(form: &Form, (said, before): (&Answers, &Answers), day: chrono::NaiveDate, asked: &dyn Fn(&str) -> bool) -> Result<Answers> {
    let mut answers = before.clone();
    answers.extend(said.iter().map(|(question, value)| (question.clone(), value.clone())));
    let filled = form.filled(&answers, day);
    if !filled.is_whole() {
        return Err(Code::TooLarge.into());
    }
    if let Some(other) = said.keys().find(|question| !is_of(form, question, asked)) {
        return Err(Failure::of(Code::UnknownField, other).into());
    }
    match problems(&filled, Some(before)).find(|question| is_of(form, question, asked)) {
        Some(question) => Err(Failure::of(Code::FormIncomplete, question).into()),
        None => Ok(filled.prune()),
    }
}

/// Whether a question stands in one of these parts.
fn is_of(form: &Form, question: &str, asked: &dyn Fn(&str) -> bool) -> bool {
    let of = question.strip_prefix(UNASKED).filter(|_| form.question(question).is_none()).unwrap_or(question);
    form.part_of(of).is_some_and(|part| asked(&part.id))
}

fn problems(filled: &Filled<'_>, before: Option<&Answers>) -> impl Iterator<Item = String> {
    filled.problems(before).into_iter().map(|problem| problem.question)
}

/// A matter in which somebody writes.
pub(crate) struct Open {
    pub(crate) record: Record,
    pub(crate) data: MatterData,
    pub(crate) caller: Caller,
    form: Option<Arc<Form>>,
}

impl Open {
    pub(crate) fn of(tx: &Tx<'_>, id: RecordId) -> Result<Open> {
        let view = tx.view();
        let record = view.record(id)?;
        let data = record.matter().ok_or(Code::NotFound)?;
        let caller = permission::caller_of(&view, &record)?;
        if !permission::may_write(&caller, record.kind()) {
            return Err(Code::NotAllowed.into());
        }
        let form = view.book.forms.find(&data.form).cloned();
        Ok(Open { record, data, caller, form })
    }

    pub(crate) fn form(&self) -> Result<Arc<Form>> {
        self.form.clone().ok_or_else(|| Failure::of(Code::UnknownForm, &self.data.form).into())
    }

    /// The stage of this name or these words, where she may move it there now.
    pub(crate) fn way_to<'f>(&self, form: &'f Form, stage: &str) -> Result<&'f Stage> {
        let matter = form.matter.as_ref().ok_or_else(|| Failure::of(Code::UnknownForm, &self.data.form))?;
        let stage = form.stage(stage).ok_or_else(|| Failure::of(Code::BadValue, "stage"))?;
        if !matter.may_move(stage, party(&self.data, &self.caller)) {
            return Err(Failure::of(Code::NotAllowed, "stage").into());
        }
        let leads = next(matter, &self.data, &self.caller).iter().any(|next| next.id == stage.id);
        if leads { Ok(stage) } else { Err(Failure::of(Code::BadValue, "stage").into()) }
    }

    fn answer(&mut self, tx: &mut Tx<'_>, form: &Form, answers: Answers) -> Result<()> {
        self.write(tx, Intent::Amend { answers: answers.clone() }, |record, writer| record.answer(&answers, form, writer))
    }

    fn write(
        &mut self,
        tx: &mut Tx<'_>,
        intent: Intent,
        write: impl FnOnce(&mut Record, &records::Writer) -> std::result::Result<Option<Change>, records::RecordError>,
    ) -> Result<()> {
        let id = self.record.id();
        let writer = tx.writer(id)?;
        let Some(change) = write(&mut self.record, &writer)? else { return Ok(()) };
        let area = tx.area_of(id)?;
        tx.keep(&self.record, &area, &[(change, intent)], &writer)
    }
}
