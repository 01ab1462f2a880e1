//! A form as far as it is filled in: its parts that are asked, what is open, where to go next. No drawing here.

use domain::Value;
use domain::form::{Answers, Dates, Form, FormSection, Problem, ProblemKind, Question, QuestionKind};
use text::Text;

/// The id of the one page of a visit as last time; no section is called so.
pub const ANEW: &str = "*";

/// A section of which something is asked, with the questions that are asked.
#[derive(Clone, PartialEq)]
pub struct Part {
    /// The section; none: the one page on which a visit as last time asks what must be asked anew.
    pub section: Option<&'static FormSection>,
    /// Its questions that are asked; at least one.
    pub questions: Vec<&'static Question>,
}

impl Part {
    /// The section's id, or [`ANEW`].
    pub fn id(&self) -> &'static str {
        self.section.map_or(ANEW, |section| &section.id)
    }

    /// Its heading.
    pub fn title(&self, text: &Text) -> String {
        self.section.map_or_else(|| text.form_anew(), |section| section.title.get(text.lang().code()).to_owned())
    }

    /// Whether every question has an answer, also those that may stay open.
    pub fn answered(&self, answers: &Answers) -> bool {
        self.questions.iter().all(|q| is_answered(q, answers))
    }

    /// Whether no question has one.
    pub fn untouched(&self, answers: &Answers) -> bool {
        !self.questions.iter().any(|q| is_answered(q, answers))
    }

    /// The problems of its questions, in order.
    pub fn problems<'p>(&self, problems: &'p [Problem]) -> Vec<&'p Problem> {
        problems.iter().filter(|p| self.questions.iter().any(|q| q.id == p.question)).collect()
    }
}

/// Whether something was said.
pub fn is_answered(question: &Question, answers: &Answers) -> bool {
    answers.get(&question.id).is_some_and(|value| !value.is_empty())
}

/// The parts that are asked, given these answers; before them, in a visit as `last` time, the one page.
pub fn parts(form: &'static Form, answers: &Answers, last: Option<&Answers>) -> Vec<Part> {
    let anew = last.map(|last| Part { section: None, questions: form.asked_anew(last, answers) });
    let asked = form.visible(answers);
    let in_section = |section: &'static FormSection| {
        let questions = section.questions.iter().filter(|q| asked.iter().any(|a| a.id == q.id)).collect();
        Part { section: Some(section), questions }
    };
    anew.into_iter().chain(form.sections.iter().map(in_section)).filter(|part| !part.questions.is_empty()).collect()
}

/// Where the worker is: `第 5 题，共 11 题`, and how many are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The first open question of the part, counted over the whole form from 1; its last one when none is open.
    pub n: usize,
    /// Questions asked.
    pub total: usize,
    /// Of those, answered.
    pub answered: usize,
}

/// How far the form is, seen from one part. The one page is counted by itself.
pub fn progress(parts: &[Part], here: &str, answers: &Answers) -> Progress {
    let whole = parts.partition_point(|p| p.section.is_none());
    let (anew, sections) = parts.split_at(whole);
    let parts = if here == ANEW { anew } else { sections };
    let before: usize = parts.iter().take_while(|p| p.id() != here).map(|p| p.questions.len()).sum();
    let part = parts.iter().find(|p| p.id() == here);
    let open = part.and_then(|p| p.questions.iter().position(|q| !is_answered(q, answers)));
    let last = part.map_or(0, |p| p.questions.len().saturating_sub(1));
    let all = || parts.iter().flat_map(|p| &p.questions);
    Progress { n: before + open.unwrap_or(last) + 1, total: all().count(), answered: all().filter(|q| is_answered(q, answers)).count() }
}

/// The part after this one. With `skip`, parts in which every question has its answer are passed over, so that a
/// routine visit is a few touches; the last part is always stopped at.
pub fn next<'p>(parts: &'p [Part], here: &str, answers: &Answers, skip: bool) -> Option<&'p Part> {
    let place = parts.iter().position(|p| p.id() == here)?;
    let rest = parts.get(place + 1..)?;
    rest.iter().find(|p| !skip || !p.answered(answers)).or(rest.last())
}

/// The same in a visit as last time: a part that was looked at beside the one page leads back to it, and after it comes nothing.
/// When the visit is none of routine any more, the whole form comes after it.
pub fn next_as_last_time<'p>(form: &Form, parts: &'p [Part], here: &str, answers: &Answers) -> Option<&'p Part> {
    match form.is_routine(answers) {
        true => parts.first().filter(|_| here != ANEW),
        false => next(parts, here, answers, false),
    }
}

/// The part before this one.
pub fn previous<'p>(parts: &'p [Part], here: &str) -> Option<&'p Part> {
    let place = parts.iter().position(|p| p.id() == here)?;
    parts.get(place.checked_sub(1)?)
}

/// Where to begin: at the first comment, else at the first part that is not answered, else at the beginning.
pub fn begin(parts: &[Part], answers: &Answers, commented: impl Fn(&str) -> bool) -> &'static str {
    let remark = parts.iter().find(|p| p.questions.iter().any(|q| commented(&q.id)));
    let open = parts.iter().find(|p| !p.answered(answers));
    remark.or(open).or(parts.first()).map_or("", Part::id)
}

/// What a text in an input means for a question of this kind. Full-width digits count; what is no number stays text,
/// is kept, and told to be none.
pub fn typed(kind: QuestionKind, text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    if kind != QuestionKind::Number {
        return text.into();
    }
    let plain: String = text.trim().chars().map(half_width).collect();
    match (plain.parse::<i64>(), plain.parse::<f64>()) {
        (Ok(whole), _) => Value::Int(whole),
        (_, Ok(real)) if real.is_finite() => Value::Real(real),
        _ => text.into(),
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        '．' => '.',
        '－' => '-',
        other => other,
    }
}

/// An answer as it stands in an input.
pub fn as_typed(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        _ => String::new(),
    }
}

/// What is wrong with an answer, and what to do.
pub fn words(text: &Text, question: &Question, kind: ProblemKind) -> String {
    match kind {
        ProblemKind::Required => text.form_problem_required(),
        ProblemKind::NotAnOption => text.form_problem_not_an_option(),
        ProblemKind::NoneAndOthers => text.form_problem_none_and_others(),
        ProblemKind::OutOfRange => range(text, question),
        ProblemKind::BadDate => match question.dates {
            Some(Dates::NotPast) => text.form_problem_date_past(),
            Some(Dates::NotFuture) => text.form_problem_date_future(),
            None => text.form_problem_bad_date(),
        },
        ProblemKind::WrongType if question.kind == QuestionKind::Number => text.form_problem_not_a_number(),
        ProblemKind::WrongType => text.form_problem_wrong_type(),
        ProblemKind::TooLong => text.form_problem_too_long(),
        ProblemKind::UnknownQuestion => text.form_problem_unknown_question(),
    }
}

fn range(text: &Text, question: &Question) -> String {
    // Bounds in forms are small whole numbers; a fraction is only rounded in these words.
    let bound = |n: f64| n as i64;
    let bounds = [question.min.map(|n| text.visit_from(bound(n))), question.max.map(|n| text.visit_to(bound(n)))];
    let words: Vec<String> = std::iter::once(text.form_problem_out_of_range()).chain(bounds.into_iter().flatten()).collect();
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child() -> &'static Form {
        domain::form::find("child-visit@1").unwrap()
    }

    fn answers(given: &[(&str, Value)]) -> Answers {
        given.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect()
    }

    #[test]
    fn parts_follow_the_answers_at_once() {
        let ids = |a: &Answers| parts(child(), a, None).iter().map(Part::id).collect::<Vec<_>>();
        assert_eq!(ids(&answers(&[])), ["visit", "next"]);
        assert_eq!(ids(&answers(&[("met", "refused".into())])), ["visit", "next"]);
        assert_eq!(ids(&answers(&[("met", "met".into())])), ["visit", "care", "child", "safety", "help", "next"]);
    }

    #[test]
    fn next_passes_over_parts_that_are_as_last_time() {
        let a = answers(&[
            ("kind", "home".into()),
            ("met", "met".into()),
            ("school", "regular".into()),
            ("health", "good".into()),
            ("mood", "steady".into()),
        ]);
        let parts = parts(child(), &a, None);
        assert_eq!(next(&parts, "care", &a, true).map(Part::id), Some("safety"));
        assert_eq!(next(&parts, "care", &a, false).map(Part::id), Some("child"));
        assert_eq!(next(&parts, "help", &a, true).map(Part::id), Some("next"));
        assert_eq!(next(&parts, "next", &a, true).map(Part::id), None);
        assert_eq!(previous(&parts, "care").map(Part::id), Some("visit"));
        assert_eq!(previous(&parts, "visit").map(Part::id), None);
    }

    #[test]
    fn a_visit_as_last_time_is_one_page_until_an_answer_calls_for_the_whole_form() {
        let none = || Value::Many(["none".to_owned()].into());
        let last = answers(&[("kind", "home".into()), ("care_by", "grandparents".into()), ("mood", "steady".into()), ("home", none())]);
        let mut a = last.clone();
        a.extend(answers(&[("met", "met".into()), ("alone", "yes".into()), ("signs", none())]));
        let way = |a: &Answers, here: &str| {
            let parts = parts(child(), a, Some(&last));
            assert_eq!((parts[0].id(), begin(&parts, a, |_| false)), (ANEW, ANEW));
            next_as_last_time(child(), &parts, here, a).map(Part::id)
        };
        assert_eq!((way(&a, ANEW), way(&a, "child")), (None, Some(ANEW)));
        let page = parts(child(), &a, Some(&last)).remove(0);
        assert_eq!(progress(std::slice::from_ref(&page), ANEW, &a).total, page.questions.len());
        assert_eq!(progress(&parts(child(), &a, Some(&last)), "care", &a), progress(&parts(child(), &a, None), "care", &a));
        a.insert("signs".to_owned(), Value::Many(["injuries".to_owned()].into()));
        assert_eq!((way(&a, ANEW), way(&a, "visit"), way(&a, "next")), (Some("visit"), Some("care"), None));
    }

    #[test]
    fn progress_counts_the_questions_that_are_asked() {
        let a = answers(&[("kind", "home".into()), ("met", "met".into()), ("alone", "yes".into())]);
        let parts = parts(child(), &a, None);
        let seen = progress(&parts, "care", &a);
        assert_eq!((seen.n, seen.answered), (3, 3));
        assert_eq!(seen.total, parts.iter().map(|p| p.questions.len()).sum::<usize>());
        assert_eq!(progress(&parts, "visit", &a).n, 2);
    }

    #[test]
    fn a_correction_begins_at_the_comment() {
        let a = answers(&[("kind", "home".into()), ("met", "met".into())]);
        let parts = parts(child(), &a, None);
        assert_eq!(begin(&parts, &a, |_| false), "care");
        assert_eq!(begin(&parts, &a, |id| id == "mood"), "child");
    }

    #[test]
    fn numbers_are_read_as_people_type_them_and_nothing_is_lost() {
        assert_eq!(typed(QuestionKind::Number, " １２ "), Value::Int(12));
        assert_eq!(typed(QuestionKind::Number, "1.5"), Value::Real(1.5));
        assert_eq!(typed(QuestionKind::Number, "三"), "三".into());
        assert_eq!(typed(QuestionKind::Number, "NaN"), "NaN".into());
        assert_eq!(typed(QuestionKind::Prose, "  "), Value::Null);
        assert_eq!(typed(QuestionKind::Text, "12"), "12".into());
        assert_eq!(as_typed(&Value::Int(12)), "12");
    }
}
