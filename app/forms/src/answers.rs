//! Which questions are asked, which answers count, what the last visit gives to the next.
use super::expr::same;
use super::live::Live;
use super::problem::problem_of;
use super::{Form, Question};
use domain::Value;
use domain::form::{Answers, Label};
use domain::gather::gathered;
use std::collections::BTreeSet;

impl Form {
    /// The questions that are asked, given these answers, in order.
    pub fn visible(&self, answers: &Answers) -> Vec<&Question> {
        self.walk(answers).0
    }

    /// The questions that are asked and must be answered, given these answers.
    pub fn required(&self, answers: &Answers) -> BTreeSet<&str> {
        let (asked, live) = self.walk(answers);
        gathered(asked.into_iter().filter(|q| q.must(&live)).map(|q| q.id.as_str()))
    }

    /// The warnings these answers call for, with the question that each belongs to.
    pub fn alarms(&self, answers: &Answers) -> Vec<(&Question, &Label)> {
        let (asked, live) = self.walk(answers);
        let calls = asked.into_iter().filter_map(|q| q.alarm.as_ref().map(|alarm| (q, alarm)));
        calls.filter(|(_, alarm)| alarm.when.holds(&live)).map(|(q, alarm)| (q, &alarm.say)).collect()
    }

    /// The answers without empty ones and without those to questions that are not asked. What the form does not know at all
    /// is kept: it is not this form's to throw away.
    pub fn prune(&self, answers: &Answers) -> Answers {
        let live = self.walk(answers).1;
        let keep = |id: &str, value: &Value| live.get(id).is_some() || (self.question(id).is_none() && !value.is_empty());
        gathered(answers.iter().filter(|(id, value)| keep(id, value)).map(|(id, value)| (id.clone(), value.clone())))
    }

    /// What a new visit starts with: answers of the last one that are marked for it and still acceptable.
    pub fn carry_over(&self, last: &Answers) -> Answers {
        let counted = self.prune(last);
        let still_good = |q: &&Question| q.carry && counted.get(&q.id).is_some_and(|v| problem_of(q, v, None).is_none());
        gathered(self.questions().filter(still_good).filter_map(|q| Some((q.id.clone(), counted.get(&q.id)?.clone()))))
    }

    /// What "as last time" takes over of what [`Form::carry_over`] gives. An answer that called for action at once is not taken: how
    /// that is now must be asked.
    pub fn as_last_time(&self, last: &Answers) -> Answers {
        let live = last.iter().map(|(id, value)| (id.as_str(), value)).collect::<Live<'_>>();
        let worries = |id: &str| self.question(id).and_then(|q| q.alarm.as_ref()).is_some_and(|alarm| alarm.when.holds(&live));
        gathered(last.iter().filter(|(id, _)| !worries(id)).map(|(id, value)| (id.clone(), value.clone())))
    }

    /// The questions that a visit as last time asks all the same, in order: those that "as last time" does not answer, and what
    /// these answers call for.
    pub fn asked_anew(&self, last: &Answers, answers: &Answers) -> Vec<&Question> {
        let taken = self.as_last_time(last);
        self.visible(answers).into_iter().filter(|q| !taken.contains_key(&q.id)).collect()
    }

    /// Whether those questions are enough for a visit as last time. Where an answer calls for action the whole form is gone
    /// through, unless there was no visit.
    pub fn is_routine(&self, answers: &Answers) -> bool {
        !self.took_place(answers) || self.alarms(answers).is_empty()
    }

    /// Ids of the questions that are answered differently, in order. Answers that do not count are left out of both sides.
    pub fn changes(&self, last: &Answers, now: &Answers) -> Vec<String> {
        let (last, now) = (self.prune(last), self.prune(now));
        let differs = |id: &str| match (last.get(id), now.get(id)) {
            (Some(a), Some(b)) => !same(a, b),
            (a, b) => a.is_some() != b.is_some(),
        };
        let known: BTreeSet<&str> = gathered(self.questions().map(|q| q.id.as_str()));
        let unknown: BTreeSet<&str> = gathered(last.keys().chain(now.keys()).map(String::as_str).filter(|id| !known.contains(id)));
        self.questions().map(|q| q.id.as_str()).chain(unknown).filter(|id| differs(id)).map(str::to_owned).collect()
    }

    /// One pass in order is enough: a condition only looks back.
    pub(super) fn walk<'f, 'a>(&'f self, answers: &'a Answers) -> (Vec<&'f Question>, Live<'a>)
    where
        'f: 'a,
    {
        let mut live = Live::default();
        let mut asked = Vec::new();
        for section in &self.sections {
            if section.show_if.as_ref().is_some_and(|when| !when.holds(&live)) {
                continue;
            }
            for question in section.questions.iter() {
                if question.show_if.as_ref().is_some_and(|when| !when.holds(&live)) {
                    continue;
                }
                asked.push(question);
                if let Some(value) = answers.get(&question.id).filter(|v| !v.is_empty()) {
                    live.put(&question.id, value);
                }
            }
        }
        (asked, live)
    }
}
