//! Forms as every part of the program speaks of them: answers, the words of questions, and what a form shows while it is filled in. The rules,
//! which question is asked and what is wrong with an answer, are the crate `forms`' and run in the core: a page draws what is said here.
use crate::Value;
use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Answers by question id.
pub type Answers = BTreeMap<String, Value>;

/// The key beside the answers under which a visit keeps its photos; no question is called so.
pub const PHOTOS: &str = "photos";
/// The key under which answers may say the day of their visit, `2026-11-27`, and beside which a visit keeps its corrected day; no
/// question is called so.
pub const WHEN: &str = "when";
/// Every visit form asks its kind under this id: `home`, `phone`…
pub const KIND: &str = "kind";
/// Every visit form asks under this id whether the person was met; [`MET_YES`] says so.
pub const MET: &str = "met";
/// The answer to [`MET`] when a visit took place; others are `refused` and `nobody`.
pub const MET_YES: &str = "met";
/// Why a visit was refused.
pub const REFUSED_WHY: &str = "refused_why";
/// Free notes.
pub const NOTE: &str = "note";
/// What was done at the visit.
pub const DONE: &str = "done";
/// The day agreed for the next visit.
pub const NEXT_DATE: &str = "next_date";
/// What a matter is about, in a few words or by a choice.
pub const TITLE: &str = "title";
/// What an assessment comes to: a number that is worked out.
pub const SCORE: &str = "score";
/// What the person who assesses decides: one of a few levels.
pub const LEVEL: &str = "level";
/// The part of a visit as last time that asks, on one page, what must be asked anew; no section is called so.
pub const ANEW: &str = "*";

/// Before the id of a question that must be answered: the key under which it is said why it could not be asked, by one of [`UNASKED_WHY`] or
/// in words.
pub const UNASKED: &str = "na-";
/// The usual reasons: she would not say, did not know, it was no moment to ask.
pub const UNASKED_WHY: [&str; 3] = ["unwilling", "unknown", "unfit"];

/// The key of why a question could not be asked.
pub fn unasked_key(question: &str) -> String {
    format!("{UNASKED}{question}")
}

/// Why a question could not be asked, in words.
pub fn unasked_words(why: &str) -> Label {
    let words = |zh: &str, en: &str| Label { zh: format!("没问到：{zh}"), en: format!("not asked: {en}") };
    match why {
        "unwilling" => words("不愿意说", "would not say"),
        "unknown" => words("说不清楚", "did not know"),
        "unfit" => words("当时不方便问", "it was no moment to ask"),
        other => words(other, other),
    }
}

/// Words in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The words in a language by its tag: English for `en…`, Chinese for every other.
    pub fn get(&self, lang: &str) -> &str {
        if is_english(lang) { &self.en } else { &self.zh }
    }
    /// What is the same in every language.
    pub fn same(words: impl Into<String>) -> Label {
        let words = words.into();
        Label { en: words.clone(), zh: words }
    }
}

fn is_english(lang: &str) -> bool {
    lang.starts_with("en")
}

/// What an answer looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One option: [`Value::Text`] with its id.
    Choice,
    /// Any number of options: [`Value::Many`] with their ids.
    Choices,
    /// [`Value::Bool`].
    YesNo,
    /// [`Value::Int`] or [`Value::Real`].
    Number,
    /// [`Value::Text`] such as `2026-11-28`.
    Date,
    /// [`Value::Text`], one line.
    Text,
    /// [`Value::Text`], any number of lines.
    Prose,
    /// Nothing: something to be read.
    Note,
    /// [`Value::Bool`], true.
    Acknowledge,
    /// [`Value::Text`] such as `10:20:30.000+08:00`.
    Time,
    /// [`Value::Text`] such as `2026-03-04T10:20:30.000+08:00`.
    Moment,
    /// [`Value::Text`], all options by their ids with spaces between, the first in rank first.
    Rank,
    /// [`Value::Text`], latitude, longitude, altitude, accuracy.
    Point,
    /// [`Value::Text`], points of a way parted by semicolons.
    Trace,
    /// [`Value::Text`], the same around an area; the last point is the first.
    Area,
    /// [`Value::Text`], a photo's name ([`crate::photo::file_name`]).
    Photo,
    /// The same of a name written by finger.
    Signature,
    /// [`Value::Text`], which file.
    File,
}

/// How a question is drawn where that is not the way of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A text that is typed on a keyboard of numbers.
    Digits,
    /// A text that is not shown while it is typed.
    Masked,
    /// A number with its thousands set apart.
    Thousands,
    /// A date of which a month is asked: its first day.
    Month,
    /// A date of which a year is asked: its first day.
    Year,
    /// A photo that is taken now, not one that was there.
    Camera,
    /// The same by the camera that looks at who holds the phone.
    Selfie,
}

/// One option.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the question.
    pub id: String,
    /// What it says.
    pub label: Label,
    /// In `choices`: "none of these", which excludes all others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub none: bool,
}

/// Which days a date may be, seen from the day of the visit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dates {
    /// That day or earlier.
    NotFuture,
    /// That day or later.
    NotPast,
}

/// A form as it is drawn: its words, none of its rules.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FormSheet {
    /// `child-visit@1`.
    pub name: String,
    /// Its title.
    pub title: Label,
    /// Its parts, in order.
    pub sections: Vec<SheetSection>,
}

/// A part of a form as it is drawn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SheetSection {
    /// Its name within the form.
    pub id: String,
    /// Its heading.
    pub title: Label,
    /// Its questions, in order.
    pub questions: Vec<SheetQuestion>,
}

/// A question as it is drawn.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SheetQuestion {
    /// Its id, the key of its answer.
    pub id: String,
    /// What an answer looks like.
    pub kind: QuestionKind,
    /// How it is drawn otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
    /// What is asked.
    pub label: Label,
    /// The same in two to six characters, where there is such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<Label>,
    /// A word of help under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Label>,
    /// More of it, for who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<Label>,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// Least number or fewest characters, as it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number or most characters, as it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// A number that is chosen in such steps from the least to the greatest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Which days are acceptable, as it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<Dates>,
    /// What is said when its answer calls for action at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Label>,
    /// Of a moment: the number that is called at a touch, which is then the answer; `county` for those of the county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
}

impl FormSheet {
    /// The question of this id.
    pub fn question(&self, id: &str) -> Option<&SheetQuestion> {
        self.sections.iter().flat_map(|s| &s.questions).find(|q| q.id == id)
    }
}

impl SheetQuestion {
    /// The option of this id.
    pub fn option(&self, id: &str) -> Option<&Choice> {
        self.options.iter().find(|o| o.id == id)
    }
    /// The short words, or the whole ones.
    pub fn short_label(&self) -> &Label {
        self.short.as_ref().unwrap_or(&self.label)
    }
    /// The same in a language.
    pub fn brief(&self, lang: &str) -> &str {
        self.short_label().get(lang)
    }
    /// An answer in words of every language.
    pub fn words(&self, value: &Value) -> Label {
        Label { zh: self.show(value, "zh-CN"), en: self.show(value, "en") }
    }
    /// An answer in words.
    pub fn show(&self, value: &Value, lang: &str) -> String {
        let part = |zh: &str, en: &str| date_of(value).map(|day| day.format(if is_english(lang) { en } else { zh }).to_string());
        let other = match self.look {
            Some(Look::Month) => part("%Y年%-m月", "%b %Y"),
            Some(Look::Year) => part("%Y年", "%Y"),
            Some(Look::Thousands) => value.number().map(|_| thousands(&show(self.kind, &[], value, lang))),
            _ => None,
        };
        other.unwrap_or_else(|| show(self.kind, &self.options, value, lang))
    }
    /// The answer after a tap on an option: chosen or no longer chosen; in `choices`, "none of these" excludes the others.
    pub fn toggle(&self, current: &Value, option: &str) -> Value {
        if self.kind == QuestionKind::Choice {
            return if current.text() == Some(option) { Value::Null } else { option.into() };
        }
        let mut chosen = if let Value::Many(set) = current { set.clone() } else { BTreeSet::new() };
        let is_none = |id: &str| self.options.iter().any(|o| o.id == id && o.none);
        if !chosen.remove(option) {
            chosen.retain(|id| !is_none(option) && !is_none(id));
            chosen.insert(option.to_owned());
        }
        Value::Many(chosen)
    }
}

/// What a form shows now: the reply to an answer. What is the same whatever is answered stands in the [`FormSheet`].
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Screen {
    /// The parts of which something is asked, in order; before them, in a visit as last time, the one page of what is asked anew ([`ANEW`]).
    pub parts: Vec<ScreenPart>,
    /// Answers that the core gave and the worker did not: as last time.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub given: Answers,
    /// Answers that followed from the last one: what was worked out; null where one went.
    #[serde(default, skip_serializing_if = "Answers::is_empty")]
    pub worked_out: Answers,
    /// Last visit's answers that "as last time" takes over, where that is of use still: by question, those that stand open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to_take: Vec<String>,
    /// On the one page: what was taken over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// Whether the one page is enough for a visit as last time: no answer calls for action.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub routine: bool,
    /// The day of the visit, as it stands now.
    #[serde(default)]
    pub day: NaiveDate,
    /// Whether the day must be asked: the draft was begun on another day than today.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_day: bool,
}

/// A part of which something is asked.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScreenPart {
    /// The section's id, or [`ANEW`].
    pub id: String,
    /// Its questions that are asked; at least one, or a repeat that may have some.
    pub questions: Vec<ScreenQuestion>,
    /// Groups and instances of repeats among them, those that lie in others after these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<ScreenSpan>,
    /// Repeats that may have one more instance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<ScreenRepeat>,
    /// The part that comes next; none after the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Questions that belong together: a group, or an instance of a repeat.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScreenSpan {
    /// Of an instance: its id, by which it is taken away.
    pub id: String,
    /// Its heading.
    pub title: Label,
    /// Of an instance: which it is, from 1; 0 for a group.
    pub nth: u32,
    /// The place of its first question in the part, and of the first after it.
    pub range: (u32, u32),
    /// Whether it may be taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_go: bool,
}

/// A repeat that may have one more instance.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScreenRepeat {
    /// Its id, by which an instance is added.
    pub id: String,
    /// Its heading.
    pub title: Label,
    /// The place in the part after which it stands.
    pub after: u32,
    /// The group or instance that it lies in, by its place in [`ScreenPart::spans`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<u32>,
}

/// A question that is asked.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ScreenQuestion {
    /// Its id, the key of its answer; in a repeat, with the instance before the id that the [`FormSheet`] has it under.
    pub id: String,
    /// Its words, where an answer stands in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Whether it is only shown: a note, or an answer that cannot be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub readonly: bool,
    /// The options that are offered now, in this order, where not all are or the order is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<Vec<String>>,
    /// Options that are no part of the form: answers to another question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// What is said of a wrong answer in the form's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<Label>,
    /// Whether it must be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether it may be said instead why it could not be asked ([`UNASKED`]).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_unasked: bool,
    /// What is open or wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemKind>,
    /// Whether its answer calls for action at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alarm: bool,
}

/// What a part took over from last visit.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Taken {
    /// The section's id.
    pub part: String,
    /// Its questions that were taken over, in order.
    pub questions: Vec<String>,
    /// Whether one of them is answered otherwise by now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub differs: bool,
}

impl Screen {
    /// Everything that is open or wrong, in the order of the form.
    pub fn problems(&self) -> impl Iterator<Item = (&ScreenQuestion, ProblemKind)> {
        let sections = self.parts.iter().filter(|part| part.id != ANEW);
        sections.flat_map(|part| &part.questions).filter_map(|q| q.problem.map(|problem| (q, problem)))
    }
    /// The part of this id.
    pub fn part(&self, id: &str) -> Option<&ScreenPart> {
        self.parts.iter().find(|part| part.id == id)
    }
    /// The same with nothing but the questions that are asked now, by their part and id; a repeat of which some instances are not asked has no
    /// more of them.
    pub fn only(mut self, asked: &dyn Fn(&str, &str) -> bool) -> Screen {
        for part in &mut self.parts {
            part.keep(asked);
        }
        self.parts.retain(|part| !part.questions.is_empty() || !part.repeats.is_empty());
        let next: Vec<Option<String>> = (1..=self.parts.len()).map(|n| self.parts.get(n).map(|part| part.id.clone())).collect();
        self.parts.iter_mut().zip(next).for_each(|(part, next)| part.next = next);
        self
    }
}

impl ScreenPart {
    fn keep(&mut self, asked: &dyn Fn(&str, &str) -> bool) {
        let stays: Vec<bool> = self.questions.iter().map(|question| asked(&self.id, &question.id)).collect();
        if stays.iter().all(|stays| *stays) && (!self.questions.is_empty() || asked(&self.id, &self.id)) {
            return;
        }
        // How many of those before a place stay: the place that it has then.
        let place = |place: u32| {
            let before = usize::try_from(place).unwrap_or(usize::MAX);
            u32::try_from(stays.iter().take(before).filter(|stays| **stays).count()).unwrap_or(u32::MAX)
        };
        self.spans.iter_mut().for_each(|span| span.range = (place(span.range.0), place(span.range.1)));
        self.spans.retain(|span| span.range.0 < span.range.1);
        self.repeats.clear();
        let mut stays = stays.iter();
        self.questions.retain(|_| stays.next() == Some(&true));
    }
}

/// Something wrong with the answer to one question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// The question's id.
    pub question: String,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What can be wrong with an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// It must be answered.
    Required,
    /// An option that the question does not have.
    NotAnOption,
    /// "None of these" together with others.
    NoneAndOthers,
    /// A number too small or too great, a text too short.
    OutOfRange,
    /// No day of the calendar, or one in the past or future where that cannot be.
    BadDate,
    /// Not the kind of value the question asks for.
    WrongType,
    /// More characters than fit.
    TooLong,
    /// The form has no such question.
    UnknownQuestion,
}

/// An answer in words: options by their labels, 是 and 否, `2026年11月28日`. What the question does not know is shown as it is; no answer is
/// an empty string.
pub fn show(kind: QuestionKind, options: &[Choice], value: &Value, lang: &str) -> String {
    let option = |id: &str| options.iter().find(|o| o.id == id);
    let label = |id: &str| option(id).map_or(id, |o| o.label.get(lang)).to_owned();
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => yes_no(*yes, lang).to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        Value::Text(text) if kind == QuestionKind::Choice => label(text),
        Value::Text(text) if kind == QuestionKind::Rank => text.split_whitespace().map(label).collect::<Vec<_>>().join(" › "),
        // Of a moment what a clock on the wall says.
        Value::Text(text) if kind == QuestionKind::Time => text.get(..5).unwrap_or(text).to_owned(),
        Value::Text(text) if kind == QuestionKind::Moment => text.get(..16).unwrap_or(text).replace('T', " "),
        Value::Text(_) if kind == QuestionKind::Photo => if is_english(lang) { "photo taken" } else { "已拍照" }.to_owned(),
        Value::Text(_) if kind == QuestionKind::Signature => if is_english(lang) { "signed" } else { "已签名" }.to_owned(),
        Value::Text(text) if matches!(kind, QuestionKind::Trace | QuestionKind::Area) => {
            let many = points(kind, text).len();
            if is_english(lang) { format!("points: {many}") } else { format!("{many} 个点") }
        }
        Value::Text(text) if kind == QuestionKind::Date => show_date(value, lang).unwrap_or_else(|| text.clone()),
        Value::Text(text) => text.clone(),
        Value::Many(ids) => {
            // In the order of the form; options it does not know come last.
            let known = options.iter().map(|o| o.id.as_str()).filter(|id| ids.contains(*id));
            let unknown = ids.iter().map(String::as_str).filter(|id| option(id).is_none());
            known.chain(unknown).map(label).collect::<Vec<_>>().join(if is_english(lang) { ", " } else { "、" })
        }
    }
}

/// The points of a way, or of the edge of an area without the one that closes it.
pub fn points(kind: QuestionKind, text: &str) -> Vec<&str> {
    let mut points: Vec<&str> = text.split(';').map(str::trim).filter(|point| !point.is_empty()).collect();
    if kind == QuestionKind::Area && points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    points
}

/// A number as it is written, with its thousands set apart: `1,234.5`.
fn thousands(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let apart = |(n, digit): (usize, char)| {
        let comma = n > 0 && n < whole && (whole - n).is_multiple_of(3) && !(n == 1 && number.starts_with('-'));
        comma.then_some(',').into_iter().chain([digit])
    };
    number.chars().enumerate().flat_map(apart).collect()
}

fn yes_no(yes: bool, lang: &str) -> &'static str {
    match (yes, is_english(lang)) {
        (true, true) => "Yes",
        (false, true) => "No",
        (true, false) => "是",
        (false, false) => "否",
    }
}

/// With the year, since an answer is read years later too.
fn show_date(value: &Value, lang: &str) -> Option<String> {
    let day = date_of(value)?;
    if is_english(lang) {
        return Some(day.format("%-d %b %Y").to_string());
    }
    Some(format!("{}年{}月{}日", day.year(), day.month(), day.day()))
}

/// A day as answers hold it: `2026-11-28`, in a year with four digits.
pub fn date_of(value: &Value) -> Option<NaiveDate> {
    let text = value.text().filter(|t| t.len() == 10)?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|d| d.year() >= 1000)
}

/// How much of a note a timeline shows, characters.
const SUMMARY_CHARS: usize = 60;

/// The first words of a text on one line, with an ellipsis where it goes on.
pub fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}
