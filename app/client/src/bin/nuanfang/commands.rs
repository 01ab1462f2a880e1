//! One function a command: ask the core, print the answer.
use crate::args::{self, Arguments, Command};
use crate::device::{Device, given_pin, new_pin, now, old_pin, take_pin};
use crate::show::Show;
use crate::{from_file, out};
use client::device::env::SystemEnv;
use data_encoding::BASE64;
use domain::api::*;
use domain::form::WHEN;
use domain::person::unlikely_age;
use domain::visit::Decision;
use domain::{Category, Code, Failure, RecordId};
use serde::Serialize;
use serde_json::json;
use text::Text;

/// Most files asked for at once.
const PAGE: usize = 500;

pub(crate) struct Printer {
    pub(crate) json: bool,
    pub(crate) show: Show,
}

impl Printer {
    /// The reply as JSON, or in words.
    pub(crate) fn print<T: Serialize>(&self, value: &T, words: impl FnOnce(&Show, &T)) -> Result<(), Failure> {
        if !self.json {
            words(&self.show, value);
            return Ok(());
        }
        out!("{}", serde_json::to_string(value).map_err(|_| Failure::from(Code::Internal))?);
        Ok(())
    }
    pub(crate) fn id(&self, id: RecordId) -> Result<(), Failure> {
        self.print(&json!({ "id": id }), |_, _| out!("{id}"))
    }
}

/// Runs one command.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let printer = Printer { json: arguments.json, show: Show { text: Text::new(arguments.lang), now: now() } };
    take_pin(arguments.pin_fd)?;
    let device = Device::in_folder(&arguments.home)?;
    match arguments.command {
        Command::Enrol { server, code, label } => {
            device.call(Enrol { server, code, pin: new_pin()?, label })?;
            // It has joined; what the road does to the rest of the first download is no failure of that.
            device.call(Sync {})?;
            printer.print(&device.call(Status {})?, Show::status)
        }
        Command::StartOver { code, label } => {
            device.call(StartOver { code, pin: new_pin()?, label })?;
            device.call(Sync {})?;
            printer.print(&device.call(Status {})?, Show::status)
        }
        Command::Status => {
            if given_pin().is_some() && device.call(Status {})?.phase == Phase::Locked {
                device.unlock()?;
            }
            printer.print(&device.call(Status {})?, Show::status)
        }
        other => {
            device.unlock()?;
            run_open(other, &device, &printer)
        }
    }
}

fn run_open(command: Command, device: &Device, printer: &Printer) -> Result<(), Failure> {
    match command {
        Command::Enrol { .. } | Command::StartOver { .. } | Command::Status => Err(Code::Internal.into()),
        Command::Left { name: None } => printer.print(&device.call(Status {})?.left, |show, left| show.left(left)),
        Command::Left { name: Some(name) } => {
            device.call(BringBack { name, pin: old_pin()? })?;
            sync(device, printer)
        }
        Command::Sync => sync(device, printer),
        Command::Follow => loop {
            // Without a network it goes on trying.
            _ = sync(device, printer);
            device.wait_for_news();
        },
        Command::Persons(which) => persons(device, printer, which),
        Command::Show { id, reason } => {
            if let Some(reason) = reason {
                device.call(OpenFile { id, reason })?;
            }
            show(device, printer, id)
        }
        Command::Edit { id, yes, fields } => {
            match device.call(Visit { id }) {
                Ok(visit) => {
                    let form = device.call(FormWords { name: visit.item.form })?;
                    device.call(AmendVisit { visit: id, answers: from_file::corrections(&form, &fields)? })?
                }
                Err(failure) if failure.code != Code::NotFound => return Err(failure),
                Err(_) => {
                    // Neither a visit nor a file.
                    device.call(PersonLine { id })?;
                    let edits = from_file::edits(&fields, &SystemEnv)?;
                    let file = device.call(domain::api::Person { id }).ok().filter(|_| !yes);
                    file.map_or(Ok(()), |file| ask_age(&edits, file.fields.get(BIRTH).and_then(|v| v.text()), &file.item.categories))?;
                    device.call(EditPerson { id, edits })?;
                }
            }
            printer.id(id)
        }
        Command::Person { command: args::Person::New { from, yes } } => {
            let call = from_file::person(&from_file::json(&from)?, yes, &SystemEnv)?;
            if !yes {
                ask_age(&call.edits, None, &[])?;
            }
            printer.id(device.call(call)?)
        }
        Command::Visit { command: args::Visit::New { person, form, at, yes, from } } => {
            let mut answers = from_file::answers(from_file::json(&from)?)?;
            answers.extend(at.map(|day| (WHEN.to_owned(), day.to_string().into())));
            let form = device.call(FormWords { name: form.clone() }).map_or(form, |form| form.name);
            printer.id(device.call(NewVisit { person, form, answers, sure: yes })?)
        }
        Command::Visit { command: args::Visit::Photo(photo) } => self::photo(device, printer, &photo),
        Command::Visits { person, limit } => printer.print(&device.call(Visits { person, limit })?, |s, v| s.visits(v)),
        Command::Form { name } => printer.print(&device.call(FormWords { name })?, Show::form),
        Command::Matter { command } => crate::matters::act(device, printer, command),
        Command::Matters(which) => crate::matters::list(device, printer, which),
        Command::Older { id } => printer.print(&device.call(OlderVisits { person: id })?, |_, count| out!("{count}")),
        Command::Duplicates => printer.print(&device.call(Duplicates {})?, |s, v| s.duplicates(v)),
        Command::Two { one, other } => device.call(SayTwo { one, other }),
        Command::Conflicts => printer.print(&device.call(Conflicts {})?, |s, c| s.conflicts(c)),
        Command::Resolve { id, field, take } => {
            device.call(Resolve { id, path: field, take })?;
            printer.id(id)
        }
        Command::Review(review) => self::review(device, printer, review),
        Command::Refused { hash: Some(hash), accept, dismiss: _ } => {
            device.call(SettleRefusal { hash, accept })?;
            // What was let in comes back by the feed.
            sync(device, printer)
        }
        Command::Refused { hash: None, .. } => printer.print(&device.call(Refusals {})?, |show, rows| show.refusals(rows)),
        Command::Rejoin { code } => printer.print(&device.call(Rejoin { code })?, Show::status),
        Command::Import { automerge } => {
            let document = std::fs::read(automerge).map_err(|_| Failure::from(Code::BadFile))?;
            printer.id(device.call(ImportRecord { content: BASE64.encode(&document) })?)
        }
        Command::Export { id, automerge } => {
            let document = BASE64.decode(device.call(ExportRecord { id })?.as_bytes()).map_err(|_| Failure::from(Code::Internal))?;
            std::fs::write(automerge, document).map_err(|e| client::device::vault::storage(&e))?;
            printer.id(id)
        }
    }
}

/// Where a file has the day of birth.
const BIRTH: &str = "identity.birth";

/// A category that somebody of this age is hardly in is asked about.
fn ask_age(edits: &[Edit], birth: Option<&str>, in_force: &[Category]) -> Result<(), Failure> {
    match unlikely_age(edits, birth, in_force, now().day()) {
        Some(path) => Err(Failure::of(Code::UnlikelyAge, path.to_string())),
        None => Ok(()),
    }
}

/// A sync that could not be is told and makes the command fail; nothing is lost by it.
fn sync(device: &Device, printer: &Printer) -> Result<(), Failure> {
    let report = device.call(Sync {})?;
    printer.print(&report, Show::sync)?;
    if let Ok(StatusReply { clock_off: Some(seconds), .. }) = device.call(Status {}) {
        eprintln!("{}", printer.show.text.me_clock_minutes(seconds.saturating_abs() / 60));
    }
    match report.state {
        SyncState::Offline => Err(Code::Offline.into()),
        SyncState::Busy { .. } => Err(Code::Busy.into()),
        SyncState::Failed(failure) => Err(failure),
        SyncState::Idle | SyncState::Running { .. } | SyncState::Done => Ok(()),
    }
}

/// Photos of a visit.
fn photo(device: &Device, printer: &Printer, what: &args::Photo) -> Result<(), Failure> {
    let of = what.visit.0;
    let list = || device.call(Photos { of, fetch: false, whole: None });
    let nth = |n: usize| list()?.get(n).map(|photo| photo.id).ok_or(Failure::from(Code::NotFound));
    if let Some(file) = &what.add {
        let content = BASE64.encode(&std::fs::read(file).map_err(|_| Failure::from(Code::BadPhoto))?);
        let before = list()?;
        device.call(EditPhotos { of, add: Some(content), remove: None })?;
        if let Some(question) = &what.question {
            let added = list()?.into_iter().find(|photo| before.iter().all(|known| known.id != photo.id)).ok_or(Failure::from(Code::NotFound))?;
            device.call(AmendVisit { visit: what.visit, answers: [(question.clone(), added.name.into())].into() })?;
        }
    }
    if let Some(n) = what.remove {
        device.call(EditPhotos { of, add: None, remove: Some(nth(n)?) })?;
    }
    if let Some((n, out)) = what.get.zip(what.out.as_ref()) {
        let photos = device.call(Photos { of, fetch: true, whole: Some(nth(n)?) })?;
        let jpeg = photos.get(n).map(|photo| BASE64.decode(photo.jpeg.as_bytes()));
        let jpeg = jpeg.ok_or(Code::NotFound)?.map_err(|_| Failure::from(Code::Internal))?;
        std::fs::write(out, jpeg).map_err(|e| client::device::vault::storage(&e))?;
    }
    let photos = list()?;
    if !printer.json {
        printer.show.photos(&photos);
        return Ok(());
    }
    let narrow = |p: &PhotoItem| {
        let here = !p.jpeg.is_empty();
        json!({ "id": p.id, "name": p.name, "width": p.width, "height": p.height, "size": p.size, "here": here, "uploaded": p.uploaded })
    };
    printer.print(&photos.iter().map(narrow).collect::<Vec<_>>(), |_, _| {})
}

fn persons(device: &Device, printer: &Printer, which: args::Persons) -> Result<(), Failure> {
    let most = which.limit.unwrap_or(usize::MAX);
    let mut query = PersonQuery {
        search: which.search,
        category: which.category,
        risk: which.risk,
        area: which.area,
        due: which.due,
        closed: which.closed,
        offset: 0,
        limit: most.clamp(1, PAGE),
    };
    let mut rows = Vec::new();
    loop {
        let page = device.call(Persons { query: query.clone() })?;
        let last = page.rows.len() < query.limit;
        rows.extend(page.rows);
        if last || rows.len() >= most {
            break;
        }
        query.offset = rows.len();
    }
    rows.truncate(most);
    if !printer.json {
        printer.show.persons(&rows);
        return Ok(());
    }
    let narrow = |p: &PersonItem| {
        let due = p.due.as_ref().map(|d| d.date);
        json!({ "id": p.id, "name": p.name, "area": p.area, "categories": p.categories, "risk": p.risk, "due": due })
    };
    printer.print(&rows.iter().map(narrow).collect::<Vec<_>>(), |_, _| {})
}

/// A file, or else a visit.
fn show(device: &Device, printer: &Printer, id: RecordId) -> Result<(), Failure> {
    match device.call(Person { id }) {
        Ok(file) => printer.print(&file, Show::file),
        Err(f) if f.code == Code::NotFound => printer.print(&device.call(Visit { id })?, Show::visit),
        Err(f) => Err(f),
    }
}

fn review(device: &Device, printer: &Printer, review: args::Review) -> Result<(), Failure> {
    let Some(visit) = review.id else {
        let mut queue = device.call(ReviewQueue {})?;
        while queue.iter().any(|item| !item.compared) {
            queue = device.call(ReviewQueue {})?;
        }
        return printer.print(&queue, |s, q| s.queue(q));
    };
    let decision = match (review.approve, review.return_) {
        (true, _) => Decision::Approved,
        (_, true) => Decision::Returned,
        _ => return printer.print(&device.call(Visit { id: visit })?, Show::visit),
    };
    let heads = device.call(Visit { id: visit })?.heads;
    let comment = review.comment.unwrap_or_default();
    printer.id(device.call(domain::api::Review { visit, heads, decision, comment, fields: Default::default() })?)
}
