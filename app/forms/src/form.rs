//! A form as a program has it: what runs, and the words to draw it by.
use crate::Filled;
use crate::old::{self, FormError};
use crate::sheet::file::Unreadable;
use crate::sheet::instance::Around;
use crate::sheet::model::{Answer, Blank, Kind, Meta, Words};
use crate::sheet::rows::MEANINGS;
use crate::values::{held_text, made_key, option_key, options, to_value};
use crate::written;
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::form::{Answers, FormSheet, LEVEL, Label, MET, MET_YES, PHOTOS, SCORE, SheetQuestion, SheetSection, TITLE, UNASKED, WHEN};
use domain::gather::gathered;
use domain::matter::{MatterType, Stage};
use domain::shape::MAX_NAME;
use domain::{Programme, Value};
use expressions::{Moment, TooMuch};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// What a form is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A visit; also that of a form which does not say.
    #[default]
    Visit,
    /// Judging how somebody is, by a scale: never the form of a visit, however new it is.
    Assessment,
    /// A matter: what is said of it when it begins, and at its stages.
    Matter,
}

/// One version of a form. A change of questions or options is a new version; wording may be corrected in place.
#[derive(Clone, PartialEq, Debug)]
pub struct Form {
    /// Its name without version, for example `child-visit`.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The programme whose persons it is about.
    pub programme: Programme,
    /// What it is for.
    pub purpose: Purpose,
    /// The type of matter whose form it is, where it is one.
    pub matter: Option<MatterType>,
    /// Which of several versions is the newest: the greatest.
    pub order: u64,
    /// Whether something new is filled in by it.
    pub offered: bool,
    pub(crate) blank: Blank,
    /// The key of each item in a record; of one in a repeat without the repeat's.
    keys: Vec<String>,
    items: HashMap<String, usize>,
    sheet: FormSheet,
    /// Where each question stands in the sheet: section and place.
    questions: HashMap<String, (usize, usize)>,
    /// The language of words that say none, by its name in the workbook.
    language: String,
    /// The language that somebody chose instead, by the same.
    spoken: Option<String>,
}

/// What a form is beside its blank.
pub(crate) struct Made {
    pub programme: Programme,
    pub purpose: Purpose,
    pub title: Label,
    pub sections: Vec<SheetSection>,
    pub order: u64,
    pub language: String,
}

/// What the names of Chinese and English have in them.
const LANGUAGES: [&str; 7] = ["zh", "中文", "汉语", "chinese", "english", "(en", "en-"];
/// Letters of an instance's name.
const INSTANCE: usize = 7;
/// Longest name of an item that is its key in a record.
const MOST_KEY: usize = 24;

impl Form {
    pub(crate) fn new(blank: Blank, made: Made) -> Form {
        let keys: Vec<String> = (0..blank.items.len()).map(|n| key(&blank, n)).collect();
        let asks = |(n, _): &(usize, &String)| !matches!(blank.items.get(*n).map(|item| &item.kind), None | Some(Kind::Group | Kind::Repeat(_)));
        let items = keys.iter().enumerate().filter(asks).map(|(n, key)| (key.clone(), n)).collect();
        let Made { programme, purpose, title, sections, order, language } = made;
        let language = if language.is_empty() { chinese(&blank) } else { language };
        let (id, version) = (blank.id.clone(), blank.version.clone());
        let sheet = FormSheet { name: format!("{id}@{version}"), title, sections };
        let mut form = Form {
            id,
            version,
            programme,
            purpose,
            matter: None,
            order,
            offered: true,
            blank,
            keys,
            items,
            sheet,
            questions: HashMap::new(),
            language,
            spoken: None,
        };
        form.place_questions();
        form
    }
    /// Reads a form of the first kind and checks that it is well-formed.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub fn from_json(json: &str) -> Result<Form, FormError> {
        old::read(json)
    }
    /// Reads a form that was written in a workbook and is kept as JSON; a greater `order` is newer.
    ///
    /// # Errors
    /// Of a later format; and what is no form.
    pub fn from_kept(json: &str, order: u64) -> Result<Form, Unreadable> {
        written::read_kept(json, order)
    }
    pub(crate) fn set_title(&mut self, title: Label) {
        self.sheet.title = title;
    }
    pub(crate) fn set_sections(&mut self, sections: Vec<SheetSection>) {
        self.sheet.sections = sections;
        self.place_questions();
    }
    fn place_questions(&mut self) {
        let places =
            self.sheet.sections.iter().zip(0..).flat_map(|(section, s)| section.questions.iter().zip(0..).map(move |(q, n)| (q.id.clone(), (s, n))));
        self.questions = places.collect();
    }
    /// Words of a workbook in the two languages of this program: in the language that is named so, in the form's own, in any.
    pub(crate) fn words(&self, words: &Words) -> Label {
        if let Some(chosen) = self.spoken.as_ref().and_then(|language| words.get(language)).filter(|words| !words.is_empty()) {
            return Label::same(chosen.clone());
        }
        let named = |names: &[&str]| words.iter().find(|(language, _)| names.iter().any(|name| language.to_lowercase().contains(name)));
        let own = || words.get(&self.language).or_else(|| words.get("")).or_else(|| words.values().next()).cloned().unwrap_or_default();
        let zh = named(LANGUAGES.get(..4).unwrap_or_default()).map_or_else(own, |(_, words)| words.clone());
        let en = named(LANGUAGES.get(4..).unwrap_or_default())
            .or_else(|| words.get_key_value("en"))
            .map_or_else(|| zh.clone(), |(_, words)| words.clone());
        Label { zh, en }
    }
    /// The languages that it has beside Chinese and English, by their names in the workbook.
    pub fn languages(&self) -> BTreeSet<String> {
        let ours = |name: &str| name.is_empty() || LANGUAGES.iter().any(|known| name.to_lowercase().contains(known));
        let items = self.blank.items.iter().flat_map(|item| [&item.label, &item.hint]);
        let choices = self.blank.lists.values().flatten().map(|choice| &choice.label);
        gathered(items.chain(choices).flat_map(Words::keys).filter(|name| !ours(name)).cloned())
    }
    /// The language in which names of choices are worked out: the chosen one, its own, Chinese.
    pub(crate) fn main_language(&self) -> String {
        self.spoken.clone().unwrap_or_else(|| self.language.clone())
    }
    /// The language that it is shown in, where that is none of the program's.
    pub fn spoken(&self) -> Option<&str> {
        self.spoken.as_deref()
    }
    /// The form in one of its languages; what has no words in it keeps its own.
    pub(crate) fn speaking(&self, language: &str) -> Form {
        let mut form = Form { spoken: Some(language.to_owned()), ..self.clone() };
        let sections = written::sections(&form);
        form.set_sections(sections);
        form
    }
    /// `child-visit@1`: how a record names its form.
    pub fn name(&self) -> String {
        self.sheet.name.clone()
    }
    /// Its title.
    pub fn title(&self) -> &Label {
        &self.sheet.title
    }
    /// Its words, for a page to draw.
    pub fn sheet(&self) -> &FormSheet {
        &self.sheet
    }
    /// All questions in order; those of a repeat once.
    pub fn questions(&self) -> impl Iterator<Item = &SheetQuestion> {
        self.sheet.sections.iter().flat_map(|s| &s.questions)
    }
    /// The question of this id; of one in a repeat, that of every instance.
    pub fn question(&self, id: &str) -> Option<&SheetQuestion> {
        let place = self.questions.get(id).or_else(|| self.questions.get(self.key(self.item(id)?)))?;
        self.sheet.sections.get(place.0)?.questions.get(place.1)
    }
    /// The question of this id, for who reads what was answered to it: where its choices are answers themselves, with those.
    pub fn question_in(&self, id: &str, answers: &Answers) -> Option<Cow<'_, SheetQuestion>> {
        let question = self.question(id)?;
        let choices = self.item(id).and_then(|n| self.blank.items.get(n)?.choices.as_ref());
        let Some((of, item)) = choices.and_then(|choices| Some((choices.answers?, self.blank.items.get(choices.answers?)?))) else {
            return Some(Cow::Borrowed(question));
        };
        let names = item.choices.as_ref().map(|choices| self.blank.names(choices)).unwrap_or_default();
        let said = answers.iter().filter(|(key, _)| self.item(key) == Some(of)).map(|(_, value)| held_text(item, value, &names).into());
        Some(Cow::Owned(SheetQuestion { options: options(said), ..question.clone() }))
    }
    /// The stage of its matters that somebody means: by its name in the record or in the workbook, or by its words.
    pub fn stage(&self, said: &str) -> Option<&Stage> {
        let key = option_key(said);
        self.matter.as_ref()?.stages.iter().find(|stage| stage.id == key || [&stage.label.zh, &stage.label.en].contains(&&said.to_owned()))
    }
    /// How often a part of the form was filled in: of a repeat, how many instances there are; none of what is no repeat.
    pub fn instances(&self, part: &str, answers: &Answers) -> Option<usize> {
        let is_repeat = |n: &usize| self.key(*n) == part && matches!(self.blank.items.get(*n).map(|item| &item.kind), Some(Kind::Repeat(_)));
        (0..self.blank.items.len()).find(is_repeat)?;
        let begin = format!("{part}-");
        let ids: BTreeSet<&str> =
            gathered(answers.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(key, _)| key.strip_prefix(&begin)?.split('-').next()));
        Some(ids.len())
    }
    /// The part that a question stands in.
    pub fn part_of(&self, id: &str) -> Option<&SheetSection> {
        let place = self.questions.get(id).or_else(|| self.questions.get(self.key(self.item(id)?)))?;
        self.sheet.sections.get(place.0)
    }
    pub(crate) fn key(&self, item: usize) -> &str {
        self.keys.get(item).map(String::as_str).unwrap_or_default()
    }
    /// The item whose answers stand under this id: `question`, or `repeat-instance-question`.
    pub(crate) fn item(&self, id: &str) -> Option<usize> {
        if let Some(item) = self.items.get(id).filter(|item| self.blank.repeats_above(**item).is_empty()) {
            return Some(*item);
        }
        let parts: Vec<&str> = id.split('-').collect();
        let item = *self.items.get(*parts.last()?)?;
        let repeats = self.blank.repeats_above(item);
        let fits = repeats.iter().zip(parts.chunks(2)).all(|(repeat, part)| part.first() == Some(&self.key(*repeat)));
        (!repeats.is_empty() && fits && parts.len() == 2 * repeats.len() + 1).then_some(item)
    }
    /// Whether every key of an answer is one that a record may have: repeats in repeats in repeats are too deep.
    pub fn fits_records(&self) -> bool {
        let longest = (0..self.blank.items.len()).map(|n| {
            let above: usize = self.blank.repeats_above(n).into_iter().map(|repeat| self.key(repeat).len() + INSTANCE + 2).sum();
            above + self.key(n).len()
        });
        longest.max().unwrap_or(0) <= MAX_NAME
    }
    /// Puts down when filling in ended, where the form asks for it.
    pub fn end(&self, answers: &mut Answers, now: DateTime<FixedOffset>) {
        let ends = |n: &usize| self.blank.items.get(*n).is_some_and(|item| item.kind == Kind::Meta(Meta::End));
        for end in (0..self.blank.items.len()).filter(ends).filter(|n| self.blank.repeats_above(*n).is_empty()) {
            answers.insert(self.key(end).to_owned(), Moment { at: now, is_day: false }.text().into());
        }
    }
    /// Whether something in it may be answered several times.
    pub fn has_repeats(&self) -> bool {
        self.blank.items.iter().any(|item| matches!(item.kind, Kind::Repeat(_)))
    }
    /// A text as ODK writes it as the value of an answer.
    pub fn value(&self, id: &str, text: &str) -> Value {
        let item = self.item(id).and_then(|item| self.blank.items.get(item));
        to_value(item.and_then(|item| if let Kind::Ask(answer) = &item.kind { Some(answer) } else { None }), text)
    }
    /// Whether a key says that an instance of a repeat is there.
    pub(crate) fn is_instance(&self, id: &str) -> bool {
        let key = id.rsplit_once('-').and_then(|(above, _)| above.rsplit('-').next()).unwrap_or_default();
        let mut repeats = self.blank.items.iter().enumerate().filter(|(_, item)| matches!(item.kind, Kind::Repeat(_)));
        repeats.any(|(n, _)| self.key(n) == key)
    }
    /// The form with these answers, on the day of the visit.
    pub fn filled(&self, answers: &Answers, day: NaiveDate) -> Filled<'_> {
        Filled::of(self, answers, day, false)
    }
    /// What a new visit begins with: defaults, and the first instance of each repeat.
    ///
    /// # Errors
    /// When working it out takes too much.
    pub fn begun(&self, around: Around) -> Result<Answers, TooMuch> {
        Filled::begun(self, around)
    }
    /// Whether the visit took place: the person was met, or the form does not ask.
    pub fn took_place(&self, answers: &Answers) -> bool {
        self.question(MET).is_none() || answers.get(MET).and_then(Value::text) == Some(MET_YES)
    }

    /// What a new visit starts with: answers of the last one, of this day, that are marked for it and still acceptable.
    pub fn carry_over(&self, last: &Answers, day: NaiveDate) -> Answers {
        let filled = self.filled(last, day);
        if !filled.is_whole() {
            return Answers::new();
        }
        let counted = filled.prune();
        let wrong: BTreeSet<String> = filled.problems(None).into_iter().map(|problem| problem.question).collect();
        let carried = |id: &str| {
            let item = self.item(id).and_then(|item| self.blank.items.get(item)).filter(|item| item.carry);
            // What was answered elsewhere last time is no choice of this time.
            item.is_some_and(|item| item.kind != Kind::Ask(Answer::Image) && item.choices.as_ref().is_none_or(|of| of.answers.is_none()))
        };
        gathered(counted.into_iter().filter(|(id, _)| carried(id) && !wrong.contains(id)))
    }

    /// What "as last time" takes over of what [`Form::carry_over`] gives. An answer that called for action at once is not taken: how
    /// that is now must be asked.
    pub fn as_last_time(&self, last: &Answers, day: NaiveDate) -> Answers {
        let filled = Filled::of(self, last, day, true);
        let worries: BTreeSet<&str> = gathered(filled.alarms());
        gathered(last.iter().filter(|(id, _)| !worries.contains(id.as_str())).map(|(id, value)| (id.clone(), value.clone())))
    }

    /// Ids of the questions that are answered differently, in order. Answers that do not count are left out of both sides.
    pub fn changes(&self, last: (&Answers, NaiveDate), now: (&Answers, NaiveDate)) -> Vec<String> {
        let (last, now) = (self.filled(last.0, last.1).prune(), self.filled(now.0, now.1).prune());
        let differs = |id: &str| match (last.get(id), now.get(id)) {
            (Some(a), Some(b)) => !same(a, b),
            (a, b) => a.is_some() != b.is_some(),
        };
        let known: BTreeSet<&str> = gathered(self.questions().map(|q| q.id.as_str()));
        // What a device puts down by itself is no answer.
        let is_said = |id: &&str| !matches!(self.item(id).and_then(|n| self.blank.items.get(n)).map(|item| &item.kind), Some(Kind::Meta(_)));
        let unknown: BTreeSet<&str> = gathered(last.keys().chain(now.keys()).map(String::as_str).filter(|id| !known.contains(id)).filter(is_said));
        // That it could not be asked is said of the question.
        let of = |id: &str| id.strip_prefix(UNASKED).filter(|of| self.item(id).is_none() && self.item(of).is_some()).unwrap_or(id).to_owned();
        let mut found: Vec<String> = self.questions().map(|q| q.id.as_str()).chain(unknown).filter(|id| differs(id)).map(of).collect();
        let mut told = BTreeSet::new();
        found.retain(|id| told.insert(id.clone()));
        found
    }
}

/// What a form that does not say its language calls Chinese; empty where it has none.
fn chinese(blank: &Blank) -> String {
    let labels = blank.items.iter().map(|item| &item.label).chain(blank.lists.values().flatten().map(|choice| &choice.label));
    let is_chinese = |name: &&String| LANGUAGES.iter().take(4).any(|known| name.to_lowercase().contains(known));
    labels.flat_map(Words::keys).find(is_chinese).cloned().unwrap_or_default()
}

/// The key of an item's answers: what it means, else its name where that is one of a record and stands once, else one made of its path.
fn key(blank: &Blank, n: usize) -> String {
    let Some(item) = blank.items.get(n) else { return String::new() };
    if let Some(means) = &item.means {
        return means.clone();
    }
    let repeats = blank.repeats_above(n).len();
    let is_repeat = |n: usize| matches!(blank.items.get(n).map(|item| &item.kind), Some(Kind::Repeat(_)));
    // Of repeats in repeats, and what lies in those, keys are short.
    let holds_one = is_repeat(n) && (n + 1..blank.items.len()).any(|inner| is_repeat(inner) && blank.above(inner).contains(&n));
    let deep = repeats > 1 || (is_repeat(n) && repeats > 0) || holds_one;
    // What an assessment comes to may be called so by a form that means something else by it, as long as nothing in it means that.
    let is_meant = |name: &str| ![SCORE, LEVEL, TITLE].contains(&name) || blank.items.iter().any(|item| item.means.as_deref() == Some(name));
    let taken = [PHOTOS, WHEN].contains(&item.name.as_str()) || (MEANINGS.contains(&item.name.as_str()) && is_meant(&item.name));
    let plain = !taken && !item.name.is_empty() && item.name.len() <= MOST_KEY && item.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && !deep && blank.named(&item.name) == Some(n) && !(item.name.starts_with('x') && item.name.len() >= 8) {
        return item.name.clone();
    }
    let above = blank.above(n).into_iter().skip(1).filter_map(|n| blank.items.get(n)).map(|item| item.name.as_str());
    let mut path = above.chain([item.name.as_str()]).collect::<Vec<_>>().join("/");
    if item.name.is_empty() {
        // A note, of which there may be others.
        path.push_str(&n.to_string());
    }
    made_key(&path, if deep { 8 } else { 12 })
}

/// Equality of answers: `1` and `1.0` are the same number.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a.number(), b.number()) {
        (Some(x), Some(y)) => x == y,
        _ => a == b,
    }
}
