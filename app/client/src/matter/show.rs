//! One matter as a page reads it: what was said, what happened to it, where it may go.
use super::{list, write};
use crate::Result;
use crate::draft::fill;
use crate::record::{conflicts, permission, person_item, visit_item};
use crate::store::{View, changes, id_at, index, terms};
use domain::api::{LinkItem, MatterDetail, MatterLine, StoryItem};
use domain::form::{Label, QuestionKind};
use domain::matter::{MatterType, Party, standing};
use domain::roles::{Caller, Kind, Right};
use domain::staff::Staff;
use domain::{Code, MatterRow, RecordId, StaffId};
use forms::Form;
use records::{MatterData, Record};

/// One matter.
pub(crate) fn show(view: &View<'_>, id: RecordId) -> Result<MatterDetail> {
    let row = terms::row(view.db, id)?.ok_or(Code::NotFound)?;
    let record = view.record(id)?;
    let data = record.matter().ok_or(Code::NotFound)?;
    let form = view.book.forms.find(&data.form).map(|form| &**form);
    let matter = form.and_then(|form| form.matter.as_ref());
    let caller = permission::caller_of(view, &record).ok();
    let may_edit = caller.as_ref().is_some_and(|caller| permission::may_write(caller, record.kind())) && matter.is_some();
    let next = match (matter, &caller) {
        (Some(matter), Some(caller)) if may_edit => next(matter, &data, caller),
        _ => Vec::new(),
    };
    let item = list::item(view, id)?;
    let renews = form.filter(|form| form.offered && !item.open && item.due.is_some());
    let again = renews.is_some_and(|form| write::may_begin(view, form, item.person, Some(&item.area)).is_ok());
    Ok(MatterDetail {
        again,
        item,
        lines: form.map_or_else(|| raw_lines(&data), |form| lines(form, &data)),
        story: story(view, matter, &data),
        next: next.into_iter().map(list::stage).collect(),
        links: links(view, &row, &data)?,
        may_answer: may_edit && caller.as_ref().zip(matter).is_some_and(|(caller, matter)| matter.may_answer("", &data.moves, party(&data, caller))),
        hands: caller.filter(|_| may_edit).map(|caller| hands(view, &record, party(&data, &caller))).unwrap_or_default(),
        drafts: fill::of_matter(view, id)?,
        conflicts: conflicts::of_record(view, &record)?,
        refusal: changes::refusal_of(view.db, id)?,
        answers: data.answers,
        may_edit,
    })
}

/// The stages to which somebody may move a matter now.
pub(crate) fn next<'t>(matter: &'t MatterType, data: &MatterData, caller: &Caller) -> Vec<&'t domain::matter::Stage> {
    matter.stages.iter().filter(|stage| matter.may_go(stage, &data.moves, party(data, caller))).collect()
}

pub(crate) fn party(data: &MatterData, caller: &Caller) -> Party {
    Party { role: caller.role, opened: data.by == caller.staff, in_charge: data.charge.as_ref() == Some(&caller.staff) }
}

/// Whether somebody may give it to another.
pub(crate) fn may_give(party: Party) -> bool {
    party.opened || party.in_charge || party.role.has(Right::Decide)
}

/// Who may be given it: those around who see it.
fn hands(view: &View<'_>, record: &Record, party: Party) -> Vec<(StaffId, String)> {
    let Some(reference) = view.book.reference().filter(|_| may_give(party)) else { return Vec::new() };
    let (area, programme) = (record.area(), record.programme());
    let theirs = |staff: &&Staff| {
        staff.role.sees(record.kind())
            && area.as_ref().is_none_or(|area| staff.areas.iter().any(|one| one.contains(area)))
            && programme.is_none_or(|programme| staff.role.programmes().contains(&programme))
    };
    let me = std::iter::once(&reference.me);
    let others = reference.staff.iter().filter(|staff| staff.id != reference.me.id);
    me.chain(others).filter(theirs).map(|staff| (staff.id.clone(), staff.name.clone())).collect()
}

fn lines(form: &Form, data: &MatterData) -> Vec<MatterLine> {
    let filled = form.filled(&data.answers, data.at.day());
    let line = |id: &str| {
        let question = form.question(id).filter(|question| question.kind != QuestionKind::Note)?;
        let value = data.answers.get(id)?;
        Some(MatterLine {
            part: form.part_of(id).map(|part| part.title.clone()).unwrap_or_default(),
            question: id.to_owned(),
            label: filled.called(id).unwrap_or_else(|| question.label.clone()),
            shown: question.words(value),
        })
    };
    filled.visible().into_iter().filter_map(line).collect()
}

/// A type that this program does not know is readable all the same, without its wording.
fn raw_lines(data: &MatterData) -> Vec<MatterLine> {
    let line = |(question, value): (&String, &domain::Value)| MatterLine {
        part: Label::default(),
        question: question.clone(),
        label: Label::same(question.clone()),
        shown: Label::same(crate::record::words::raw(value)),
    };
    data.answers.iter().map(line).collect()
}

fn story(view: &View<'_>, matter: Option<&MatterType>, data: &MatterData) -> Vec<StoryItem> {
    let stands = standing(&data.moves);
    let label =
        |stage: &str| matter.and_then(|matter| matter.stage(stage)).map_or_else(|| Label::same(stage.to_owned()), |stage| stage.label.clone());
    let began = StoryItem {
        at: data.at,
        by: view.book.staff_name(&data.by),
        stage: Some(label("")),
        end: false,
        text: String::new(),
        stands: stands.by.is_none(),
        against: false,
    };
    let moves = data.moves.iter().map(|step| StoryItem {
        at: step.at,
        by: view.book.staff_name(&step.by),
        stage: Some(label(&step.stage)),
        end: step.end,
        text: step.note.clone(),
        stands: stands.by.is_some_and(|by| by.id == step.id),
        against: stands.against.iter().any(|other| other.id == step.id),
    });
    let said = data.thread.iter().map(|said| StoryItem {
        at: said.at,
        by: view.book.staff_name(&said.by),
        stage: None,
        end: false,
        text: said.text.clone(),
        stands: false,
        against: false,
    });
    let mut story: Vec<StoryItem> = moves.chain(said).collect();
    story.sort_by_key(|item| item.at);
    story.insert(0, began);
    story
}

/// What it names, and what names it.
fn links(view: &View<'_>, row: &MatterRow, data: &MatterData) -> Result<Vec<LinkItem>> {
    let mut found = Vec::new();
    for link in &data.links {
        found.push(named(view, Some(link.id), link.to, &link.as_what)?);
    }
    let sql = "SELECT record FROM facts WHERE name = 'links' AND value = ?1 AND record <> ?2";
    let mut statement = view.db.prepare_cached(sql)?;
    let back = statement.query_map(rusqlite::params![row.id.to_string(), row.id.bytes()], |r| id_at(r, 0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for to in back {
        let as_what = view.record(to)?.matter().and_then(|of| of.links.into_iter().find(|link| link.to == row.id)).map(|link| link.as_what);
        found.push(named(view, None, to, &as_what.unwrap_or_default())?);
    }
    Ok(found)
}

/// A record in words, as far as it is here.
fn named(view: &View<'_>, id: Option<uuid::Uuid>, to: RecordId, as_what: &str) -> Result<LinkItem> {
    let none = LinkItem { id, to, as_what: as_what.to_owned(), kind: None, day: None, name: Label::default() };
    let Some(row) = index::row(view.db, to)? else { return Ok(none) };
    let kind = Some(row.kind);
    Ok(match row.kind {
        matter if matter.is_matter() => {
            let item = list::item(view, to)?;
            LinkItem { kind, day: Some(item.at.day()), name: item.title, ..none }
        }
        Kind::Visit => {
            let item = visit_item::item(view, to)?;
            LinkItem { kind, day: Some(item.day), name: item.title.unwrap_or_else(|| Label::same(item.kind_label)), ..none }
        }
        _ => LinkItem { kind, name: Label::same(person_item::name(view, row.person)?), ..none },
    })
}
