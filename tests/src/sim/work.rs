//! What people do on their devices.
use super::device::Asked;
use super::{Promise, Village};
use crate::answers::routine_visit;
use domain::api::{
    AssignMatter, Conflicts, Edit, EditMatter, EditPerson, FinishDraft, LinkMatter, LinkTo, Matter, MatterQuery, Matters, MoveMatter, NewMatter,
    NewPerson, NewVisit, OpenFile, Person, PersonQuery, Persons, Resolve, RevealIdNumber, Review, ReviewQueue, SayOfMatter, StartVisit, Visits,
};
use domain::audit::Reason;
use domain::fields::Path;
use domain::form::{Answers, WHEN};
use domain::roles::{Right, Section};
use domain::visit::Decision;
use domain::{Category, Programme, RecordId, Value};
use serde_json::json;
use uuid::Uuid;

impl Village {
    /// Somebody does something; now and then her device dies in the middle.
    pub(super) fn somebody_works(&mut self) {
        let n = self.somebody();
        let fuse = self.chance.one_in(6).then(|| self.chance.below(8));
        match self.chance.below(10) {
            0..3 => self.writes_a_member(n, fuse),
            3..5 => self.visits(n, fuse),
            5 => self.moves_house(n, fuse),
            6 => self.corrects(n, fuse),
            7 => self.opens_a_file(n, fuse),
            8 => self.reviews(n, fuse),
            _ => self.settles(n, fuse),
        }
    }

    /// What is dated, put down, or too much for a day.
    pub(super) fn somebody_works_with_care(&mut self) {
        let n = self.somebody();
        let fuse = self.chance.one_in(6).then(|| self.chance.below(8));
        match self.chance.below(4) {
            0 => self.visits_on_another_day(n, fuse),
            1 => self.puts_a_day_right(n, fuse),
            2 => self.looks_closely(n, fuse),
            _ => self.writes_very_much(n),
        }
    }

    fn some_day(&self, n: usize) -> String {
        let today = client::Env::now(&self.devices[n].env).day();
        today.checked_sub_days(chrono::Days::new(self.chance.below(70) as u64)).unwrap_or(today).to_string()
    }

    /// On a day that is longer ago than the county allows it is refused, and nothing was promised.
    fn visits_on_another_day(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(person), words, day) = (self.somebodys_file(n), self.words(), self.some_day(n)) else { return };
        let mut answers: Answers = serde_json::from_value(routine_visit("child-visit@s2", &words)).unwrap();
        answers.insert(WHEN.into(), day.into());
        let asked = self.devices[n].ask(NewVisit { person, form: "child-visit@s2".into(), answers, sure: true }, fuse);
        self.promise("visited some days ago", n, asked, |visit| *visit, &words);
    }

    fn puts_a_day_right(&mut self, n: usize, fuse: Option<usize>) {
        let Asked::Answered(Ok(visits)) = self.devices[n].ask(Visits { person: None, limit: 5 }, None) else { return };
        let Some((visit, person)) = self.chance.pick(&visits).map(|v| (v.id, v.person)) else { return };
        let Asked::Answered(Ok(draft)) = self.devices[n].ask(StartVisit { person, form: None, correct: Some(visit) }, fuse) else { return };
        let day = self.some_day(n);
        _ = self.devices[n].ask(domain::api::Answer { draft: draft.id, question: WHEN.into(), value: day.into() }, None);
        _ = self.devices[n].ask(FinishDraft { draft: draft.id, sure: true }, fuse);
        self.tell(format!("device {n} puts the day of a visit right"));
    }

    fn looks_closely(&mut self, n: usize, fuse: Option<usize>) {
        let Some(id) = self.somebodys_file(n) else { return };
        _ = self.devices[n].ask(OpenFile { id, reason: Reason::Cover }, fuse);
        _ = self.devices[n].ask(Person { id }, fuse);
        _ = self.devices[n].ask(RevealIdNumber { id }, fuse);
        self.tell(format!("device {n} looks at a file closely"));
    }

    fn writes_very_much(&mut self, n: usize) {
        let Some(id) = self.somebodys_file(n) else { return };
        for _ in 0..4 + self.chance.below(12) {
            let (words, entry) = (self.words(), Uuid::from_u128(u128::from(self.chance.next()) << 64 | u128::from(self.chance.next())));
            let edits = vec![Edit { path: Path::of_entry(Section::Household, entry, "name"), value: words.as_str().into() }];
            let asked = self.devices[n].ask(EditPerson { id, edits }, None);
            self.promise("writes much:", n, asked, |()| id, &words);
        }
    }

    /// What is no visit.
    pub(super) fn somebody_works_on_matters(&mut self) {
        let n = self.somebody();
        let fuse = self.chance.one_in(6).then(|| self.chance.below(8));
        match self.chance.below(10) {
            0..3 => self.begins_a_matter(n, fuse),
            3..6 => self.moves_a_matter(n, fuse),
            6..8 => self.speaks_of_a_matter(n, fuse),
            8 => self.hands_a_matter_on(n, fuse),
            _ => self.changes_a_matter(n, fuse),
        }
    }

    fn begins_a_matter(&mut self, n: usize, fuse: Option<usize>) {
        let words = self.words();
        let (kind, answers) = match self.chance.below(4) {
            0 => ("lead", json!({"title": "other", "where": "村口", "how": "seen", "note": words, "danger": "no"})),
            1 => ("report-source", json!({"name": "测试邻居", "told_at": "2026-11-21T10:00:00.000+08:00", "note": words})),
            _ => ("referral", json!({"title": "care", "reason": words, "to_unit": "镇社工站", "consent": "self"})),
        };
        let (person, area) = match (kind, self.devices[n].caller().areas.first().cloned()) {
            ("referral", _) => (self.somebodys_file(n), None),
            (_, area) => (None, area),
        };
        if person.is_none() && area.is_none() {
            return;
        }
        let (kind, answers) = (kind.to_owned(), serde_json::from_value(answers).unwrap());
        let call = NewMatter { kind, person, area, answers, charge: None, links: vec![] };
        let asked = self.devices[n].ask(call, fuse);
        self.promise("begins a matter", n, asked, |id| *id, &words);
    }

    fn some_matter(&mut self, n: usize) -> Option<RecordId> {
        let query = MatterQuery { limit: 20, ..MatterQuery::default() };
        let Asked::Answered(Ok(list)) = self.devices[n].ask(Matters { query }, None) else { return None };
        self.chance.pick(&list).map(|item| item.id)
    }

    /// Where it may go, with what is to be filled in on the way.
    fn moves_a_matter(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(id), words) = (self.some_matter(n), self.words()) else { return };
        let Asked::Answered(Ok(matter)) = self.devices[n].ask(Matter { id }, None) else { return };
        let Some(stage) = self.chance.pick(&matter.next).map(|stage| stage.id.clone()) else { return };
        let day = client::Env::now(&self.devices[n].env).day().to_string();
        let answers = match stage.as_str() {
            "accepted" => json!({"accepted_on": day}),
            "declined" => json!({"declined_why": "没有床位"}),
            "serving" => json!({"served_on": day}),
            "done" => json!({"outcome": "solved", "result": "好了"}),
            "checked" => json!({"checked_on": day, "result": "true", "checked_what": "看过了"}),
            "filed" => json!({"filed_note": "已建档"}),
            "nothing" => json!({"nothing_why": "问过了"}),
            "closed" => json!({"used_note": "处理了"}),
            _ => json!({}),
        };
        let call = MoveMatter { id, stage: stage.clone(), answers: serde_json::from_value(answers).unwrap(), note: words.clone() };
        let asked = self.devices[n].ask(call, fuse);
        self.promise(&format!("moves a matter to {stage}:"), n, asked, |()| id, &words);
    }

    fn speaks_of_a_matter(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(id), words) = (self.some_matter(n), self.words()) else { return };
        let asked = self.devices[n].ask(SayOfMatter { id, text: words.clone() }, fuse);
        self.promise("says of a matter", n, asked, |()| id, &words);
    }

    fn hands_a_matter_on(&mut self, n: usize, fuse: Option<usize>) {
        let Some(id) = self.some_matter(n) else { return };
        let staff = self.chance.pick(&super::STAFF).and_then(|staff| staff.parse().ok());
        _ = self.devices[n].ask(AssignMatter { id, staff }, fuse);
        let link = self.somebodys_file(n).map(|to| LinkTo { to, as_what: "person".into() });
        _ = self.devices[n].ask(LinkMatter { id, add: link, remove: None }, fuse);
        self.tell(format!("device {n} hands a matter on"));
    }

    /// The one answer everybody writes: two values meet.
    fn changes_a_matter(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(id), words) = (self.some_matter(n), self.words()) else { return };
        let answers = serde_json::from_value(json!({ "to_whom": words })).unwrap();
        _ = self.devices[n].ask(EditMatter { id, answers }, fuse);
        self.tell(format!("device {n} changes a matter"));
    }

    fn words(&mut self) -> String {
        self.count += 1;
        format!("第{}句", self.count)
    }

    fn somebodys_file(&mut self, n: usize) -> Option<RecordId> {
        let query = PersonQuery { limit: 500, ..PersonQuery::default() };
        let Asked::Answered(Ok(list)) = self.devices[n].ask(Persons { query }, None) else { return None };
        // A few files are everybody's favourites: so people meet.
        let among = if self.chance.one_in(3) { list.rows.len() } else { list.rows.len().min(3) };
        list.rows.get(self.chance.below(among)).map(|row| row.id)
    }

    /// What was called saved is remembered; what was refused or cut off by a death is not.
    fn promise<T>(&mut self, what: &str, n: usize, asked: Asked<T>, record: impl FnOnce(&T) -> RecordId, words: &str) {
        let outcome = match &asked {
            Asked::Answered(Ok(reply)) => {
                self.promises.push(Promise { record: record(reply), words: words.to_owned(), by: Some(n) });
                "saved".to_owned()
            }
            Asked::Answered(Err(failure)) => format!("refused: {failure}"),
            Asked::Killed => "killed".to_owned(),
        };
        self.tell(format!("device {n} {what} {words}: {outcome}"));
    }

    /// A new entry: nobody else ever writes it, so it stays.
    fn writes_a_member(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(id), words) = (self.somebodys_file(n), self.words()) else { return };
        let entry = Uuid::from_u128(u128::from(self.chance.next()) << 64 | u128::from(self.chance.next()));
        let edits = vec![Edit { path: Path::of_entry(Section::Household, entry, "name"), value: words.as_str().into() }];
        let asked = self.devices[n].ask(EditPerson { id, edits }, fuse);
        self.promise("writes", n, asked, |()| id, &words);
    }

    fn visits(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(person), words) = (self.somebodys_file(n), self.words()) else { return };
        let form = match self.devices[n].caller().role.programmes().first() {
            Some(Programme::Elder) => "elder-visit@s2",
            _ => "child-visit@s2",
        };
        let answers: Answers = serde_json::from_value(routine_visit(form, &words)).unwrap();
        let asked = self.devices[n].ask(NewVisit { person, form: form.into(), answers, sure: true }, fuse);
        self.promise("visits", n, asked, |visit| *visit, &words);
    }

    /// The one field everybody writes: two values meet.
    fn moves_house(&mut self, n: usize, fuse: Option<usize>) {
        let (Some(id), words) = (self.somebodys_file(n), self.words()) else { return };
        let edits = vec![Edit { path: Path::new(Section::Contact, "address"), value: words.as_str().into() }];
        _ = self.devices[n].ask(EditPerson { id, edits }, fuse);
        self.tell(format!("device {n} writes an address"));
    }

    fn corrects(&mut self, n: usize, fuse: Option<usize>) {
        let Asked::Answered(Ok(visits)) = self.devices[n].ask(Visits { person: None, limit: 5 }, None) else { return };
        let Some((visit, person)) = self.chance.pick(&visits).map(|v| (v.id, v.person)) else { return };
        let Asked::Answered(Ok(draft)) = self.devices[n].ask(StartVisit { person, form: None, correct: Some(visit) }, fuse) else { return };
        // What was written stays, and something is added.
        let longer = format!("{}{}", draft.answers.get("note").and_then(Value::text).unwrap_or_default(), self.words());
        let answer = domain::api::Answer { draft: draft.id, question: "note".into(), value: longer.as_str().into() };
        _ = self.devices[n].ask(answer, None);
        _ = self.devices[n].ask(FinishDraft { draft: draft.id, sure: false }, fuse);
        self.tell(format!("device {n} corrects a visit"));
    }

    fn opens_a_file(&mut self, n: usize, fuse: Option<usize>) {
        let words = self.words();
        let Some(area) = self.devices[n].caller().areas.first().cloned() else { return };
        let code = match self.devices[n].caller().role.programmes().first() {
            Some(Programme::Elder) => Category::LivingAlone,
            _ => Category::LeftBehindChild,
        };
        let entry = Uuid::from_u128(u128::from(self.chance.next()));
        let edits = vec![
            Edit { path: Path::new(Section::Identity, "name"), value: words.as_str().into() },
            Edit { path: Path::of_entry(Section::Categories, entry, "code"), value: code.code().into() },
        ];
        let asked = self.devices[n].ask(NewPerson { area, edits, another: true }, fuse);
        self.promise("opens a file for", n, asked, |id| *id, &words);
    }

    fn reviews(&mut self, n: usize, fuse: Option<usize>) {
        let Asked::Answered(Ok(queue)) = self.devices[n].ask(ReviewQueue {}, None) else { return };
        let Some(item) = self.chance.pick(&queue) else { return };
        let decision = if self.chance.one_in(2) { Decision::Approved } else { Decision::Returned };
        let review = Review { visit: item.visit.id, heads: item.heads.clone(), decision, comment: "请补充".into(), fields: Default::default() };
        _ = self.devices[n].ask(review, fuse);
        self.tell(format!("device {n} reviews a visit"));
    }

    fn settles(&mut self, n: usize, fuse: Option<usize>) {
        let Asked::Answered(Ok(open)) = self.devices[n].ask(Conflicts {}, None) else { return };
        let Some(conflict) = self.chance.pick(&open) else { return };
        let take = self.chance.below(conflict.values.len());
        _ = self.devices[n].ask(Resolve { id: conflict.record, path: conflict.path.clone(), take }, fuse);
        self.tell(format!("device {n} settles a conflict"));
    }

    /// A supervisor gives a file to another village of hers: it leaves one director and comes to another.
    pub(super) fn a_file_moves(&mut self) {
        let supervisors: Vec<usize> =
            (0..self.devices.len()).filter(|n| !self.devices[*n].drowned && self.devices[*n].caller().role.has(Right::Review)).collect();
        let Some(n) = self.chance.pick(&supervisors).copied() else { return };
        let Some(id) = self.somebodys_file(n) else { return };
        let Asked::Answered(Ok(file)) = self.devices[n].ask(Person { id }, None) else { return };
        let to = if file.item.area.as_str() == "990101001201" { "990101001202" } else { "990101001201" };
        let edits = vec![Edit { path: Path::new(Section::Area, "code"), value: to.into() }];
        _ = self.devices[n].ask(EditPerson { id, edits }, None);
        self.tell(format!("device {n} moves a file to {to}"));
    }
}
