//! Every request that needs no server, and who answers it.
use super::Core;
use crate::Result;
use crate::desk::{areas, import, inbox, status, today};
use crate::device::left;
use crate::draft::{fill, finish, start};
use crate::matter;
use crate::person::{edit as person_edit, file as person_file, list as persons, same};
use crate::record::{access, conflicts, export, person_item};
use crate::store::{Durability, Tx, View};
use crate::visit::{amend, filled, photos, reviews, trial, visits};
use domain::api::{Call, Request, Response};
use domain::{Code, Failure, RecordId};
use std::collections::BTreeSet;

impl Core {
    /// Answers a request that needs no server.
    pub fn handle(&mut self, request: Request) -> std::result::Result<Response, Failure> {
        let puts_down = access::puts_down(&request);
        let answer = self.answer(request);
        if puts_down {
            access::keep_aside(self);
        }
        self.settle(answer)
    }

    /// Brings what depends on the day up to today, at the first request of each day. On a full disk yesterday's list is better than none.
    fn turn_day(&mut self) -> Result<()> {
        let today = self.env.now().day();
        if self.open.as_ref().is_none_or(|open| open.store.is_of(today)) {
            return Ok(());
        }
        match self.transact(Durability::Batch, |_| Ok(())) {
            Err(trouble) if trouble.is_damage() => Err(trouble),
            _ => Ok(()),
        }
    }

    fn answer(&mut self, request: Request) -> Result<Response> {
        self.turn_day()?;
        match request {
            Request::Status(c) => reply(&c, status::status(self)?, BTreeSet::new()),
            Request::Unlock(c) => reply(&c, self.unlock(&c.pin)?, BTreeSet::new()),
            Request::Lock(c) => reply(&c, self.lock()?, BTreeSet::new()),
            Request::BringBack(c) => {
                let changed = left::by_pin(self, &c.name, &c.pin)?;
                reply(&c, status::status(self)?, changed)
            }
            Request::ChangePin(c) => reply(&c, self.change_pin(&c.old, &c.new)?, BTreeSet::new()),
            Request::Today(c) => self.read(c, |v, _| today::today(v)),
            Request::Persons(c) => self.read(c, |v, c| persons::persons(v, &c.query)),
            Request::PersonLine(c) => self.read(c, |v, c| person_item::item(v, c.id)),
            Request::Person(c) => {
                access::look(self, c.id)?;
                self.read(c, |v, c| person_file::show(v, c.id))
            }
            Request::OpenFile(c) => self.write(c, |w, c| access::open(w, c.id, c.reason)),
            Request::EditPerson(c) => self.write(c, |w, c| person_edit::edit(w, c.id, &c.edits)),
            Request::NewPerson(c) => self.write(c, |w, c| person_edit::open_file(w, &c.area, &c.edits, c.another)),
            Request::Duplicates(c) => self.read(c, |v, _| same::pairs(v)),
            Request::SayTwo(c) => self.write(c, |w, c| same::say_two(w, c.one, c.other)),
            Request::RevealIdNumber(c) => self.write(c, |w, c| person_file::reveal(w, c.id)),
            Request::Conflicts(c) => self.read(c, |v, _| conflicts::all(v)),
            Request::Resolve(c) => self.write(c, |w, c| conflicts::resolve(w, c.id, &c.path, c.take)),
            Request::Visits(c) => self.read(c, |v, c| visits::list(v, c.person, c.limit)),
            Request::Visit(c) => {
                self.look_through(c.id)?;
                self.read(c, |v, c| visits::show(v, c.id))
            }
            Request::NewVisit(c) => self.write(c, |w, c| visits::record(w, c.person, &c.form, &c.answers, c.sure)),
            Request::ShippedForms(c) => self.read(c, |v, _| Ok(filled::shipped(v))),
            Request::TryForm(c) => reply(&c, trial::run(self, &c)?, BTreeSet::new()),
            Request::FormWords(c) => self.read(c, |v, c| v.book.named_form(&c.name).map(|form| form.sheet().clone())),
            Request::StartVisit(c) => self.write(c, |w, c| start::visit(w, c.person, c.form.as_deref(), c.correct)),
            Request::FilledForms(c) => self.read(c, |v, c| filled::of(v, c.person, &c.form)),
            Request::Drafts(c) => self.read(c, |v, _| fill::list(v, None)),
            Request::SpeakForms(c) => self.write(c, |w, c| w.speak(c.language.as_deref())),
            Request::OpenDraft(c) => self.read(c, |v, c| fill::open(v, c.draft)),
            Request::Answer(c) => self.write(c, |w, c| fill::answer(w, c.draft, &c.question, &c.value)),
            Request::AnswerPhoto(c) => {
                let made = picture::from_base64(&c.content)?;
                self.write(c, |w, c| fill::answer_photo(w, c.draft, &c.question, &made))
            }
            Request::Instance(c) => self.write(c, |w, c| fill::instance(w, c.draft, &c.id, c.add)),
            Request::SameAsLast(c) => self.write(c, |w, c| fill::same_as_last(w, c.draft)),
            Request::AmendVisit(c) => self.write(c, |w, c| amend::amend_with(w, c.visit, &c.answers)),
            Request::FinishDraft(c) => self.write(c, |w, c| finish::finish(w, c.draft, c.sure)),
            Request::Photos(c) => {
                self.look_through(RecordId(c.of))?;
                match c.whole {
                    None => self.read(c, |v, c| photos::list(v, c.of, None)),
                    Some(_) => self.write(c, |w, c| photos::look(w, c.of, c.whole)),
                }
            }
            Request::EditPhotos(c) => {
                // Before the transaction: it takes a while.
                let made = c.add.as_deref().map(picture::from_base64).transpose()?;
                self.write(c, |w, c| photos::edit(w, c.of, made.as_ref(), c.remove))
            }
            Request::DiscardDraft(c) => self.write(c, |w, c| finish::discard(w, c.draft)),
            Request::MatterTypes(c) => self.read(c, |v, c| matter::list::types(v, c.person)),
            Request::Matters(c) => self.read(c, |v, c| matter::list::list(v, &c.query)),
            Request::Matter(c) => {
                self.look_through(c.id)?;
                self.read(c, |v, c| matter::show::show(v, c.id))
            }
            Request::NewMatter(c) => self.write(c, matter::write::begin),
            Request::StartMatter(c) => self.write(c, start::matter),
            Request::StartStep(c) => {
                self.look_through(c.id)?;
                self.write(c, |w, c| start::step(w, c.id, c.stage.as_deref()))
            }
            Request::MoveMatter(c) => self.write(c, matter::write::go),
            Request::EditMatter(c) => self.write(c, |w, c| matter::write::edit(w, c.id, &c.answers)),
            Request::SayOfMatter(c) => self.write(c, |w, c| matter::write::say(w, c.id, &c.text)),
            Request::AssignMatter(c) => self.write(c, |w, c| matter::write::assign(w, c.id, c.staff.as_ref())),
            Request::LinkMatter(c) => self.write(c, matter::write::link),
            Request::ReviewQueue(c) => self.write(c, |w, _| reviews::queue(w)),
            Request::Review(c) => self.write(c, reviews::review),
            Request::Inbox(c) => self.write(c, |w, _| inbox::read(w)),
            Request::KnowDevice(c) => self.write(c, |w, c| inbox::know(w, c.device)),
            Request::AreaSummary(c) => self.read(c, |v, _| areas::summary(v)),
            Request::Areas(c) => self.read(c, |v, _| areas::mine(v)),
            Request::AreaNames(c) => self.read(c, |v, _| Ok(areas::all(v).to_vec())),
            Request::ExportRecord(c) => self.write(c, |w, c| export::document(w, c.id)),
            Request::ImportRecord(c) => self.write(c, |w, c| import::document(w, &c.content)),
            Request::Enrol(_)
            | Request::StartOver(_)
            | Request::Rejoin(_)
            | Request::Sync(_)
            | Request::OlderVisits(_)
            | Request::Refusals(_)
            | Request::SettleRefusal(_)
            | Request::AdminStaff(_)
            | Request::AdminCode(_)
            | Request::AdminDevices(_)
            | Request::AdminRevoke(_)
            | Request::AdminImport(_)
            | Request::AdminForms(_)
            | Request::AdminFormImport(_)
            | Request::AdminFormPublish(_)
            | Request::AdminFormRows(_)
            | Request::AdminFormBook(_)
            | Request::AdminCodes(_)
            | Request::ConfirmCode(_)
            | Request::WithdrawCode(_)
            | Request::Audit(_) => Err(Code::Offline.into()),
        }
    }

    /// Before a visit or a matter, if it is one, is read.
    fn look_through(&mut self, id: RecordId) -> Result<()> {
        let person = self.view()?.row(id).map(|row| row.person);
        if let Ok(person) = person { access::look(self, person) } else { Ok(()) }
    }

    fn read<C: Call>(&self, call: C, f: impl FnOnce(&View<'_>, &C) -> Result<C::Reply>) -> Result<Response> {
        let view = self.view()?;
        let value = f(&view, &call)?;
        reply(&call, value, BTreeSet::new())
    }

    fn write<C: Call>(&mut self, call: C, f: impl FnOnce(&mut Tx<'_>, &C) -> Result<C::Reply>) -> Result<Response> {
        let (value, changed) = self.transact(Durability::Full, |w| f(w, &call))?;
        reply(&call, value, changed)
    }
}

fn reply<C: Call>(_: &C, value: C::Reply, changed: BTreeSet<RecordId>) -> Result<Response> {
    Ok(Response { value: serde_json::to_value(value)?, changed: changed.into_iter().collect() })
}
