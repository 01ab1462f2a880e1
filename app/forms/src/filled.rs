//! A form with answers: which questions are asked, which answers count, what is wrong, what calls for action.
use crate::form::Form;
use crate::problem::problem_of;
use crate::sheet::instance::{Around, Instance};
use crate::sheet::model::{Item, Kind};
use crate::sheet::play::Filling;
use crate::values::{to_text, to_value};
use chrono::{FixedOffset, NaiveDate, NaiveTime, TimeZone};
use domain::Value;
use domain::form::{Answers, Problem, ProblemKind, SheetQuestion};
use domain::gather::gathered;
use std::collections::{BTreeSet, HashMap};

/// Noon of the day of a visit, seconds: what a form that asks for the moment is told.
const NOON: u32 = 12 * 3600;
/// China's clock, seconds east.
const EAST: i32 = 8 * 3600;

/// A form with answers.
pub struct Filled<'f> {
    form: &'f Form,
    answers: Answers,
    day: NaiveDate,
    play: Filling<'f>,
    /// The questions and what is worked out, as they are asked: node and key, in order.
    asked: Vec<(usize, String)>,
    whole: bool,
}

impl<'f> Filled<'f> {
    /// `everything`: also what would not be asked counts.
    pub(crate) fn of(form: &'f Form, answers: &Answers, day: NaiveDate, everything: bool) -> Filled<'f> {
        let noon = NaiveTime::from_num_seconds_from_midnight_opt(NOON, 0).unwrap_or_default();
        let now = FixedOffset::east_opt(EAST).and_then(|zone| zone.from_local_datetime(&day.and_time(noon)).single()).unwrap_or_default();
        let mut instance = Instance::bare(&form.blank, Around { now, ..Around::default() });
        let mut keys: HashMap<usize, String> = HashMap::new();
        lay_out(form, &mut instance, answers, 0, "", &mut keys);
        for (node, key) in &keys {
            let Some(held) = instance.nodes.get_mut(*node) else { continue };
            held.begun = true;
            held.goes_on = true;
            let item = form.blank.items.get(held.item);
            if let (Some(item), Some(value)) = (item, answers.get(key)) {
                held.raw = raw(form, item, value);
            }
        }
        let (play, whole) = Filling::go_on(instance, everything);
        let mut asked = Vec::new();
        walk(form, play.instance(), 0, "", &mut asked);
        Filled { form, answers: answers.clone(), day, play, asked, whole }
    }

    /// Whether all of it could be worked out; what a form asks for may be too much.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    fn item(&self, node: usize) -> Option<&'f Item> {
        self.form.blank.items.get(self.play.instance().nodes.get(node)?.item)
    }

    /// Questions that are asked: node, id and words.
    fn questions(&self) -> impl Iterator<Item = (usize, &str, &'f SheetQuestion)> {
        let question = |(node, id): &(usize, String)| {
            let item = self.item(*node).filter(|item| matches!(item.kind, Kind::Ask(_) | Kind::Note));
            item.and_then(|_| self.form.question(id)).map(|question| (*node, question))
        };
        self.asked.iter().filter_map(move |asked| question(asked).map(|(node, question)| (node, asked.1.as_str(), question)))
    }

    fn holds(&self, node: usize, of: impl Fn(&'f Item) -> Option<&'f expressions::Expr>) -> bool {
        self.item(node).and_then(of).is_some_and(|expr| self.play.is_true(Some(expr), node).unwrap_or(false))
    }

    /// Ids of the questions that are asked, in order.
    pub fn visible(&self) -> Vec<&str> {
        self.questions().map(|(_, id, _)| id).collect()
    }

    /// Ids of those that must be answered.
    pub fn required(&self) -> BTreeSet<&str> {
        gathered(self.questions().filter(|(node, ..)| self.holds(*node, |item| item.required.as_ref())).map(|(_, id, _)| id))
    }

    /// Ids of the questions whose answers call for action at once, in order.
    pub fn alarms(&self) -> Vec<&str> {
        let calls = |(node, ..): &(usize, &str, &SheetQuestion)| self.holds(*node, |item| item.alarm.as_ref().map(|(when, _)| when));
        self.questions().filter(calls).map(|(_, id, _)| id).collect()
    }

    /// The answers without empty ones and without those to questions that are not asked, with what was worked out. What the form does not
    /// know at all is kept: it is not this form's to throw away.
    pub fn prune(&self) -> Answers {
        let unknown = self.answers.iter().filter(|(id, value)| self.form.item(id).is_none() && !value.is_empty());
        let mut kept: Answers = gathered(unknown.map(|(id, value)| (id.clone(), value.clone())));
        for (node, id) in &self.asked {
            let worked_out = self.item(*node).is_some_and(|item| matches!(item.kind, Kind::Calculate));
            let value = if worked_out { self.value(*node) } else { self.answers.get(id).cloned().unwrap_or_default() };
            if !value.is_empty() {
                kept.insert(id.clone(), value);
            }
        }
        kept
    }

    /// What a node holds, as a record's value.
    fn value(&self, node: usize) -> Value {
        let answer = self.item(node).and_then(|item| if let Kind::Ask(answer) = &item.kind { Some(answer) } else { None });
        to_value(answer, self.play.instance().nodes.get(node).map(|held| held.raw.as_str()).unwrap_or_default())
    }

    /// Everything that keeps these answers from being a finished visit, in the order of the form. Answers to questions that are not asked are
    /// no problem: they do not count.
    pub fn check(&self) -> Vec<Problem> {
        self.problems(Some(&Answers::new()))
    }

    /// The same of a visit that is corrected: a date that it said `before` is not held against its day again. Without that, no date is held
    /// against it.
    pub fn problems(&self, before: Option<&Answers>) -> Vec<Problem> {
        let required = self.required();
        let mut found = Vec::new();
        for (node, id, question) in self.questions() {
            let value = self.answers.get(id).filter(|value| !value.is_empty());
            let kind = match value {
                Some(value) => {
                    let day = Some(self.day).filter(|_| before.is_some_and(|before| before.get(id) != Some(value)));
                    problem_of(question, value, day).or_else(|| self.is_violated(node).then_some(ProblemKind::OutOfRange))
                }
                None => required.contains(id).then_some(ProblemKind::Required),
            };
            found.extend(kind.map(|kind| Problem { question: id.to_owned(), kind }));
        }
        let unknown = self.answers.keys().filter(|id| self.form.item(id).is_none());
        found.extend(unknown.map(|id| Problem { question: id.clone(), kind: ProblemKind::UnknownQuestion }));
        found
    }

    fn is_violated(&self, node: usize) -> bool {
        let constraint = self.item(node).and_then(|item| item.constraint.as_ref());
        constraint.is_some_and(|constraint| !self.play.is_true(Some(constraint), node).unwrap_or(true))
    }
}

/// A record's value as what a node holds.
fn raw(form: &Form, item: &Item, value: &Value) -> String {
    let list = item.choices.as_ref().and_then(|choices| form.blank.lists.get(&choices.list)).map(Vec::as_slice).unwrap_or_default();
    match &item.kind {
        Kind::Ask(answer) => to_text(answer, value, list),
        _ => crate::values::text_of(value),
    }
}

/// Makes the instances of repeats that answers are there for, and says under which key each node's answer stands.
fn lay_out(form: &Form, instance: &mut Instance<'_>, answers: &Answers, node: usize, prefix: &str, keys: &mut HashMap<usize, String>) {
    let Some(item) = instance.nodes.get(node).map(|held| held.item) else { return };
    for child in form.blank.items.get(item).map(|item| item.children.clone()).unwrap_or_default() {
        match form.blank.items.get(child).map(|item| &item.kind) {
            Some(Kind::Repeat(_)) => {
                let begin = format!("{prefix}{}-", form.key(child));
                let ids: BTreeSet<String> = answers
                    .range(begin.clone()..)
                    .map_while(|(key, _)| key.strip_prefix(&begin))
                    .map(|rest| rest.split('-').next().unwrap_or_default().to_owned())
                    .collect();
                for id in ids {
                    let Some(made) = instance.make(node, child, false) else { return };
                    let prefix = format!("{begin}{id}-");
                    if let Some(held) = instance.nodes.get_mut(made) {
                        held.id = id;
                    }
                    lay_out(form, instance, answers, made, &prefix, keys);
                }
            }
            Some(Kind::Group) => {
                for kid in instance.kids_of(node, child) {
                    lay_out(form, instance, answers, kid, prefix, keys);
                }
            }
            Some(_) => keys.extend(instance.kids_of(node, child).into_iter().map(|kid| (kid, format!("{prefix}{}", form.key(child))))),
            None => {}
        }
    }
}

/// What is asked below a node, and what is worked out there, with its key.
fn walk(form: &Form, instance: &Instance<'_>, node: usize, prefix: &str, asked: &mut Vec<(usize, String)>) {
    for kid in instance.nodes.get(node).map(|held| held.kids.clone()).unwrap_or_default() {
        let Some(held) = instance.nodes.get(kid).filter(|held| held.asked) else { continue };
        match form.blank.items.get(held.item).map(|item| &item.kind) {
            Some(Kind::Repeat(_)) => walk(form, instance, kid, &format!("{prefix}{}-{}-", form.key(held.item), held.id), asked),
            Some(Kind::Group) => walk(form, instance, kid, prefix, asked),
            Some(_) => asked.push((kid, format!("{prefix}{}", form.key(held.item)))),
            None => {}
        }
    }
}
