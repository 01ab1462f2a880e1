//! What a form shows while it is filled in.
use super::Form;
use chrono::NaiveDate;
use domain::Value;
use domain::form::{ANEW, Answers, Screen, ScreenPart, ScreenQuestion, Taken, unasked_key};
use std::collections::BTreeMap;

/// A form with what was answered so far.
#[derive(Clone, Copy)]
pub struct Filling<'a> {
    /// The form.
    pub form: &'a Form,
    /// The answers so far.
    pub answers: &'a Answers,
    /// What the last visit proposes, by [`Form::carry_over`].
    pub last: &'a Answers,
    /// The visit goes as last time: what is left is asked on one page.
    pub same: bool,
    /// What the visit said before, where it is corrected.
    pub before: Option<&'a Answers>,
    /// The day of the visit.
    pub day: NaiveDate,
}

impl Filling<'_> {
    /// What is shown now.
    pub fn screen(&self) -> Screen {
        let Filling { form, answers, last, same, before, day } = *self;
        let none = Answers::new();
        let filled = form.filled(answers, day);
        let asked = filled.visible();
        let problems: BTreeMap<String, _> = filled.problems(Some(before.unwrap_or(&none))).into_iter().map(|p| (p.question, p.kind)).collect();
        let alarms = filled.alarms();
        let as_last = form.as_last_time(last, day);
        let sections = filled.parts(&problems);
        let anew = same.then(|| {
            let taken = |q: &&ScreenQuestion| !as_last.contains_key(&q.id);
            let questions = sections.iter().flat_map(|part| &part.questions).filter(taken).cloned().collect();
            ScreenPart { id: ANEW.to_owned(), questions, ..ScreenPart::default() }
        });
        let mut parts: Vec<ScreenPart> =
            anew.into_iter().chain(sections).filter(|part| !part.questions.is_empty() || !part.repeats.is_empty()).collect();
        let routine = !form.took_place(answers) || alarms.is_empty();
        let way: Vec<Option<String>> = (0..parts.len()).map(|n| self.next(&parts, n, routine)).collect();
        parts.iter_mut().zip(way).for_each(|(part, next)| part.next = next);
        let open: Vec<&String> = as_last.keys().filter(|id| !answers.contains_key(*id)).collect();
        let is_asked = open.iter().any(|id| asked.contains(&id.as_str()));
        // Also those that an open answer may call for.
        let to_come = before.is_none() && problems.values().any(|kind| *kind == domain::form::ProblemKind::Required);
        Screen {
            given: Answers::new(),
            worked_out: Answers::new(),
            // Of instances of before it is asked anew: which they are today nobody knows.
            to_take: if !form.has_repeats() && (is_asked || to_come) { open.into_iter().cloned().collect() } else { Vec::new() },
            taken: if same { self.taken(&parts, &as_last) } else { Vec::new() },
            routine,
            day,
            asks_day: false,
            parts,
        }
    }

    /// The part after one. In a new visit, parts in which every question has its answer are passed over, so that a routine visit is a few
    /// touches; the last is always stopped at. As last time, a part that was looked at beside the one page leads back to it and after it comes
    /// nothing, until an answer calls for the whole form.
    fn next(&self, parts: &[ScreenPart], place: usize, routine: bool) -> Option<String> {
        if self.same && routine {
            return parts.first().filter(|_| place > 0).map(|part| part.id.clone());
        }
        let rest = parts.get(place + 1..)?;
        let skip = self.before.is_none() && !self.same;
        let open = |part: &&ScreenPart| !skip || part.questions.iter().any(|q| !answered(self.answers, &q.id));
        rest.iter().find(open).or(rest.last()).map(|part| part.id.clone())
    }

    fn taken(&self, parts: &[ScreenPart], as_last: &Answers) -> Vec<Taken> {
        let of = |part: &ScreenPart| {
            let questions: Vec<String> = part.questions.iter().map(|q| &q.id).filter(|id| as_last.contains_key(*id)).cloned().collect();
            let differs = questions.iter().any(|id| self.answers.get(id) != self.last.get(id));
            (!questions.is_empty()).then(|| Taken { part: part.id.clone(), questions, differs })
        };
        parts.iter().filter(|part| part.id != ANEW).filter_map(of).collect()
    }
}

/// Whether something was said, or why nothing could be.
pub fn answered(answers: &Answers, question: &str) -> bool {
    [question, &unasked_key(question)].iter().any(|key| answers.get(*key).is_some_and(|value| !Value::is_empty(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Forms;
    use domain::form::ProblemKind;

    fn answers(given: &[(&str, Value)]) -> Answers {
        given.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect()
    }

    fn screen(answers: &Answers, last: &Answers, same: bool, before: Option<&Answers>) -> Screen {
        let forms = Forms::shipped();
        let form = forms.find("child-visit@1").unwrap();
        Filling { form, answers, last, same, before, day: "2026-11-21".parse().unwrap() }.screen()
    }
    fn new(given: &Answers) -> Screen {
        screen(given, &Answers::new(), false, None)
    }
    fn ids(screen: &Screen) -> Vec<&str> {
        screen.parts.iter().map(|part| part.id.as_str()).collect()
    }
    fn next<'s>(screen: &'s Screen, part: &str) -> Option<&'s str> {
        screen.part(part).unwrap().next.as_deref()
    }
    fn none() -> Value {
        Value::Many(["none".to_owned()].into())
    }

    #[test]
    fn parts_follow_the_answers_at_once() {
        assert_eq!(ids(&new(&answers(&[]))), ["visit", "next"]);
        assert_eq!(ids(&new(&answers(&[("met", "refused".into())]))), ["visit", "next"]);
        assert_eq!(ids(&new(&answers(&[("met", "met".into())]))), ["visit", "care", "child", "safety", "help", "next"]);
    }

    #[test]
    fn what_is_required_wrong_and_worrying_stands_at_its_question() {
        let shown = new(&answers(&[("kind", "boat".into()), ("met", "met".into()), ("care", "improper".into())]));
        let at = |id: &str| shown.parts.iter().flat_map(|p| &p.questions).find(|q| q.id == id).unwrap().clone();
        assert_eq!((at("kind").problem, at("kind").required), (Some(ProblemKind::NotAnOption), true));
        assert_eq!((at("alone").problem, at("note").problem), (Some(ProblemKind::Required), None));
        assert!(at("care").alarm && !at("mood").alarm && !at("note").required);
        let first = shown.problems().next().map(|(q, kind)| (q.id.as_str(), kind));
        assert_eq!(first, Some(("kind", ProblemKind::NotAnOption)));
    }

    #[test]
    fn a_new_visit_passes_over_parts_that_are_answered_and_a_correction_does_not() {
        let a = answers(&[
            ("kind", "home".into()),
            ("met", "met".into()),
            ("school", "regular".into()),
            ("health", "good".into()),
            ("mood", "steady".into()),
        ]);
        let shown = new(&a);
        assert_eq!((next(&shown, "care"), next(&shown, "help"), next(&shown, "next")), (Some("safety"), Some("next"), None));
        assert_eq!(next(&screen(&a, &Answers::new(), false, Some(&a)), "care"), Some("child"));
    }

    #[test]
    fn a_visit_as_last_time_is_one_page_until_an_answer_calls_for_the_whole_form() {
        let last = answers(&[("kind", "home".into()), ("care_by", "grandparents".into()), ("mood", "steady".into()), ("home", none())]);
        let mut a = last.clone();
        a.extend(answers(&[("met", "met".into()), ("alone", "yes".into()), ("signs", none())]));
        let shown = screen(&a, &last, true, None);
        assert_eq!((ids(&shown)[0], next(&shown, ANEW), next(&shown, "child"), shown.routine), (ANEW, None, Some(ANEW), true));
        let page = shown.part(ANEW).unwrap();
        assert!(page.questions.iter().all(|q| !last.contains_key(&q.id)) && page.questions.iter().any(|q| q.id == "signs"));
        assert_eq!(
            shown.taken.iter().map(|t| (t.part.as_str(), t.differs)).collect::<Vec<_>>(),
            [("visit", false), ("care", false), ("child", false), ("safety", false)]
        );
        a.insert("mood".to_owned(), "low".into());
        a.insert("signs".to_owned(), Value::Many(["injuries".to_owned()].into()));
        let shown = screen(&a, &last, true, None);
        assert_eq!((next(&shown, ANEW), next(&shown, "visit"), next(&shown, "next"), shown.routine), (Some("visit"), Some("care"), None, false));
        assert_eq!(shown.taken.iter().find(|t| t.differs).map(|t| t.part.as_str()), Some("child"));
    }

    #[test]
    fn as_last_time_is_offered_as_long_as_it_is_of_use() {
        let last = answers(&[("kind", "home".into()), ("care_by", "nobody".into()), ("mood", "steady".into())]);
        let offered = |now: &[(&str, Value)]| screen(&answers(now), &last, false, None).to_take;
        assert_eq!(offered(&[]), ["kind", "mood"], "what called for action is never taken");
        assert_eq!(offered(&[("kind", "home".into()), ("met", "met".into())]), ["mood"]);
        assert!(offered(&[("kind", "home".into()), ("mood", "low".into())]).is_empty());
        let corrected = answers(&[("kind", "home".into()), ("met", "refused".into()), ("refused_why", "忙".into())]);
        assert!(screen(&corrected, &last, false, Some(&corrected)).to_take.is_empty(), "no answer of a correction calls for it");
    }
}
