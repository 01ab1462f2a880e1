//! How far a form is, as the page tells it: which part is where, what is answered, what an input's text means. What is asked and what is
//! wrong, the core says ([`Screen`]).

use domain::Value;
use domain::form::{
    ANEW, Answers, Dates, FormSheet, ProblemKind, QuestionKind, Screen, ScreenPart, ScreenQuestion, SheetQuestion, points, unasked_key,
};
use text::Text;

/// A part's heading.
pub fn title(sheet: &FormSheet, part: &str, text: &Text) -> String {
    let section = sheet.sections.iter().find(|section| section.id == part);
    section.map_or_else(|| text.form_anew(), |section| section.title.get(text.lang().code()).to_owned())
}

/// Whether something was said, or why nothing could be.
pub fn is_answered(question: &str, answers: &Answers) -> bool {
    [question, &unasked_key(question)].iter().any(|key| answers.get(*key).is_some_and(|value| !value.is_empty()))
}

/// The questions of a part that a person answers.
fn asked(part: &ScreenPart) -> impl Iterator<Item = &ScreenQuestion> {
    part.questions.iter().filter(|q| !q.readonly)
}

/// Whether every question of a part has an answer, also those that may stay open.
pub fn is_whole(part: &ScreenPart, answers: &Answers) -> bool {
    asked(part).all(|q| is_answered(&q.id, answers))
}

/// Whether no question of a part has one.
pub fn is_untouched(part: &ScreenPart, answers: &Answers) -> bool {
    !asked(part).any(|q| is_answered(&q.id, answers))
}

/// How many questions of a part are open or wrong.
pub fn open(part: &ScreenPart) -> usize {
    part.questions.iter().filter(|q| q.problem.is_some()).count()
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
pub fn progress(screen: &Screen, here: &str, answers: &Answers) -> Progress {
    let parts = || screen.parts.iter().filter(|part| (part.id == ANEW) == (here == ANEW));
    let before: usize = parts().take_while(|p| p.id != here).map(|p| asked(p).count()).sum();
    let part = screen.part(here);
    let open = part.and_then(|p| asked(p).position(|q| !is_answered(&q.id, answers)));
    let last = part.map_or(0, |p| asked(p).count().saturating_sub(1));
    let all = || parts().flat_map(asked);
    Progress { n: before + open.unwrap_or(last) + 1, total: all().count(), answered: all().filter(|q| is_answered(&q.id, answers)).count() }
}

/// The part before this one.
pub fn previous<'s>(screen: &'s Screen, here: &str) -> Option<&'s str> {
    let place = screen.parts.iter().position(|p| p.id == here)?;
    Some(&screen.parts.get(place.checked_sub(1)?)?.id)
}

/// Where to begin: at the first comment, else at the first part that is not answered, else at the beginning.
pub fn begin<'s>(screen: &'s Screen, answers: &Answers, commented: impl Fn(&str) -> bool) -> &'s str {
    let remark = screen.parts.iter().find(|p| p.questions.iter().any(|q| commented(&q.id)));
    let open = screen.parts.iter().find(|p| !is_whole(p, answers));
    remark.or(open).or(screen.parts.first()).map_or("", |part| &part.id)
}

/// What a text in an input means for a question of this kind. Full-width digits count; what is no number stays text,
/// is kept, and told to be none.
pub fn typed(kind: QuestionKind, text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    match kind {
        QuestionKind::Number => {}
        // A clock on the wall here: seconds are not asked.
        QuestionKind::Time | QuestionKind::Moment => return format!("{}{CLOCK}", text.trim()).into(),
        _ => return text.into(),
    }
    let plain: String = text.trim().chars().map(half_width).collect();
    match (plain.parse::<i64>(), plain.parse::<f64>()) {
        (Ok(whole), _) => Value::Int(whole),
        (_, Ok(real)) if real.is_finite() => Value::Real(real),
        _ => text.into(),
    }
}

/// A way, or the edge of an area, with one more point; one where the last is is no other. An edge of three closes.
pub fn with_point(kind: QuestionKind, value: &Value, point: &str) -> Value {
    let mut all = points(kind, value.text().unwrap_or_default());
    if all.last() != Some(&point) {
        all.push(point);
    }
    through(kind, all)
}

/// The same without its last point.
pub fn without_last(kind: QuestionKind, value: &Value) -> Value {
    let mut all = points(kind, value.text().unwrap_or_default());
    all.pop();
    through(kind, all)
}

fn through(kind: QuestionKind, mut all: Vec<&str>) -> Value {
    let first = all.first().copied().filter(|_| kind == QuestionKind::Area && all.len() > 2);
    all.extend(first);
    if all.is_empty() { Value::Null } else { all.join(";").into() }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        '．' => '.',
        '－' => '-',
        other => other,
    }
}

/// What a moment has after its minutes: no seconds, China's clock.
const CLOCK: &str = ":00.000+08:00";

/// An answer as it stands in an input.
pub fn as_typed(kind: QuestionKind, value: &Value) -> String {
    match value {
        Value::Text(text) if kind == QuestionKind::Time => text.get(..5).unwrap_or_default().to_owned(),
        Value::Text(text) if kind == QuestionKind::Moment => text.get(..16).unwrap_or_default().to_owned(),
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        _ => String::new(),
    }
}

/// What is wrong with an answer, and what to do.
pub fn words(text: &Text, question: &SheetQuestion, kind: ProblemKind) -> String {
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
        ProblemKind::WrongType if question.kind == QuestionKind::Trace => text.form_problem_no_way(),
        ProblemKind::WrongType if question.kind == QuestionKind::Area => text.form_problem_no_area(),
        ProblemKind::WrongType => text.form_problem_wrong_type(),
        ProblemKind::TooLong => text.form_problem_too_long(),
        ProblemKind::UnknownQuestion => text.form_problem_unknown_question(),
    }
}

fn range(text: &Text, question: &SheetQuestion) -> String {
    // Bounds in forms are small whole numbers; a fraction is only rounded in these words.
    let bound = |n: f64| n as i64;
    let bounds = [question.min.map(|n| text.visit_from(bound(n))), question.max.map(|n| text.visit_to(bound(n)))];
    let words: Vec<String> = std::iter::once(text.form_problem_out_of_range()).chain(bounds.into_iter().flatten()).collect();
    words.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(parts: &[(&str, &[&str])]) -> Screen {
        let question = |id: &&str| ScreenQuestion { id: (*id).to_owned(), ..ScreenQuestion::default() };
        let part = |(id, questions): &(&str, &[&str])| ScreenPart {
            id: (*id).to_owned(),
            questions: questions.iter().map(question).collect(),
            ..ScreenPart::default()
        };
        Screen { parts: parts.iter().map(part).collect(), ..Screen::default() }
    }
    fn answers(given: &[(&str, &str)]) -> Answers {
        given.iter().map(|(id, value)| ((*id).to_owned(), Value::from(*value))).collect()
    }

    #[test]
    fn progress_counts_the_questions_that_are_asked() {
        let a = answers(&[("kind", "home"), ("met", "met"), ("alone", "yes")]);
        let plain: [(&str, &[&str]); 2] = [("visit", &["kind", "met"]), ("care", &["alone", "care_by", "care"])];
        let whole = screen(&plain);
        assert_eq!(progress(&whole, "care", &a), Progress { n: 4, total: 5, answered: 3 });
        assert_eq!(progress(&whole, "visit", &a).n, 2);
        // The one page is counted by itself, and beside it the form as ever.
        let same = screen(&[(ANEW, &["met", "alone", "signs"]), plain[0], plain[1]]);
        assert_eq!(progress(&same, ANEW, &a), Progress { n: 3, total: 3, answered: 2 });
        assert_eq!(progress(&same, "care", &a), progress(&whole, "care", &a));
        assert_eq!((previous(&whole, "care"), previous(&whole, "visit")), (Some("visit"), None));
    }

    #[test]
    fn a_correction_begins_at_the_comment() {
        let shown = screen(&[("visit", &["kind", "met"]), ("care", &["alone"]), ("child", &["mood"])]);
        let a = answers(&[("kind", "home"), ("met", "met")]);
        assert_eq!(begin(&shown, &a, |_| false), "care");
        assert_eq!(begin(&shown, &a, |id| id == "mood"), "child");
    }

    #[test]
    fn numbers_are_read_as_people_type_them_and_nothing_is_lost() {
        assert_eq!(typed(QuestionKind::Number, " １２ "), Value::Int(12));
        assert_eq!(typed(QuestionKind::Number, "1.5"), Value::Real(1.5));
        assert_eq!(typed(QuestionKind::Number, "三"), "三".into());
        assert_eq!(typed(QuestionKind::Number, "NaN"), "NaN".into());
        assert_eq!(typed(QuestionKind::Prose, "  "), Value::Null);
        assert_eq!(typed(QuestionKind::Text, "12"), "12".into());
        assert_eq!(as_typed(QuestionKind::Text, &Value::Int(12)), "12");
    }

    #[test]
    fn points_are_added_and_the_last_goes() {
        let walked = |kind, said: &[&str]| said.iter().fold(Value::Null, |value, point| with_point(kind, &value, point));
        let way = walked(QuestionKind::Trace, &["1 2", "3 4", "3 4", "1 2"]);
        assert_eq!(way, "1 2;3 4;1 2".into());
        assert_eq!(without_last(QuestionKind::Trace, &way), "1 2;3 4".into());
        let two = walked(QuestionKind::Area, &["1 2", "3 4"]);
        let three = with_point(QuestionKind::Area, &two, "5 6");
        assert_eq!((&two, &three), (&"1 2;3 4".into(), &"1 2;3 4;5 6;1 2".into()));
        assert_eq!(with_point(QuestionKind::Area, &three, "7 8"), "1 2;3 4;5 6;7 8;1 2".into());
        assert_eq!(without_last(QuestionKind::Area, &three), two);
        assert_eq!(without_last(QuestionKind::Trace, &walked(QuestionKind::Trace, &["1 2"])), Value::Null);
    }
}
