//! The executable form: what a workbook says, checked and in order.
use super::order::Order;
use expressions::{Expr, Function};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// Words by language; under the empty name those of no language.
pub type Words = BTreeMap<String, String>;

/// A form that can be filled in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Blank {
    /// Its name without version.
    pub id: String,
    /// Its version, as its writer counts.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The language of words where none is asked for.
    pub language: String,
    /// Whether paths leave groups out.
    pub flat: bool,
    /// Everything in it; the first is the form itself, what lies in something comes after it.
    pub items: Vec<Item>,
    /// Lists of choices.
    pub lists: BTreeMap<String, Vec<Choice>>,
    /// Where each name stands; nowhere, where it stands twice.
    pub by_name: HashMap<String, Option<usize>>,
    /// What is worked out, in an order in which each needs only what comes before.
    pub order: Order,
}

/// A choice of a list.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choice {
    /// As it is written down.
    pub name: String,
    /// As it is shown.
    pub label: Words,
    /// "None of these", which excludes all others.
    pub none: bool,
    /// Other columns of the list.
    pub columns: BTreeMap<String, String>,
}

/// A row of the form: a question, a group, a repeat.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// Its row in the workbook, for who mends it.
    pub row: u32,
    /// What it lies in.
    pub parent: usize,
    /// What lies in it, in order.
    pub children: Vec<usize>,
    /// What it is.
    pub kind: Kind,
    /// Its words.
    pub label: Words,
    /// What is said beside it.
    pub hint: Words,
    /// More of it, for those who ask.
    pub guide: Words,
    /// When it is asked at all.
    pub relevant: Option<Expr>,
    /// When it must be answered.
    pub required: Option<Expr>,
    /// When it cannot be changed.
    pub readonly: Option<Expr>,
    /// What an answer must fulfil.
    pub constraint: Option<Expr>,
    /// What is said of one that does not.
    pub constraint_message: Words,
    /// What is said where one is missing.
    pub required_message: Words,
    /// How its value is worked out.
    pub calculation: Option<Expr>,
    /// Instead of whenever something changes: when one of these does.
    pub triggers: Vec<usize>,
    /// What it begins with.
    pub default: Option<Expr>,
    /// The list of a select, and which of its choices are offered.
    pub choices: Option<Choices>,
    /// How it is shown.
    pub appearance: String,
    /// Under which name its answer is kept, where a visit has one for it: `next_date`.
    pub means: Option<String>,
    /// Whether the answer of the last visit is proposed at the next.
    pub carry: bool,
    /// Which answers call for action at once, and what is said then.
    pub alarm: Option<(Expr, Words)>,
    /// The same as its words in two to six characters, for tables.
    pub short: Words,
    /// Of a moment: whom a touch calls, a number or `county`.
    pub call: Option<String>,
}

impl Item {
    /// Whether it is worked out and nobody can ever write over that.
    pub fn is_only_shown(&self) -> bool {
        self.calculation.is_some() && matches!(self.readonly, Some(Expr::Call(Function::True, _)))
    }
    /// Whether a word stands in its appearance.
    pub fn looks(&self, word: &str) -> bool {
        self.appearance.split_whitespace().any(|one| one == word)
    }
    /// Whether it is the head of a table, whose options are said again in each of its rows: nobody answers it.
    pub fn is_heading(&self) -> bool {
        self.choices.is_some() && self.looks("label")
    }
}

/// What a select offers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choices {
    /// The list.
    pub list: String,
    /// Instead of a list: the question whose answers are offered, those in all instances of its repeat.
    pub answers: Option<usize>,
    /// Which of them; absent: all.
    pub filter: Option<Expr>,
    /// The seed of the order of chance in which they are offered; absent: in that of the list.
    pub seed: Option<Expr>,
}

impl Choices {
    /// Whether what is offered depends on what is answered.
    pub fn vary(&self) -> bool {
        self.answers.is_some() || self.filter.is_some()
    }
}

/// What an item is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Kind {
    /// Several under one heading.
    #[default]
    Group,
    /// Several, as often as needed, or as a number says.
    Repeat(Option<Expr>),
    /// A question.
    Ask(Answer),
    /// Worked out and not shown.
    Calculate,
    /// Something to be read.
    Note,
    /// What the device puts down by itself.
    Meta(Meta),
}

/// What the device puts down by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meta {
    /// When filling in began.
    Start,
    /// When it ended.
    End,
    /// The day it began on.
    Today,
    /// Who fills in.
    User,
    /// By which device.
    Device,
    /// A number of chance: the order of choices that say no seed.
    Chance,
    /// Nothing: what this device does not put down.
    Nothing,
}

/// What a question is answered by.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs, reason = "the names are XLSForm's")]
pub enum Answer {
    Text,
    /// Yes or no; of forms of the first kind.
    YesNo,
    Integer,
    Decimal,
    Date,
    Time,
    DateTime,
    SelectOne,
    SelectMultiple,
    Rank,
    Acknowledge,
    /// From, to, in steps of.
    Range(f64, f64, f64),
    GeoPoint,
    /// A line: points parted by semicolons.
    GeoTrace,
    /// An area: the same, the last point being the first.
    GeoShape,
    /// A photo or a signature: its name among the visit's photos.
    Image,
    /// A sound, a film, any other file.
    File,
}

/// Something that is worked out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Task {
    /// How many instances a repeat has.
    Count(usize),
    /// Whether an item is asked.
    Relevance(usize),
    /// What it holds.
    Value(usize),
}

impl Blank {
    /// The repeats that an item lies in, the outermost first; not itself.
    pub fn repeats_above(&self, item: usize) -> Vec<usize> {
        let mut above = self.above(item);
        above.retain(|n| matches!(self.items.get(*n), Some(Item { kind: Kind::Repeat(_), .. })));
        above
    }
    /// What an item lies in, the form first; not itself.
    pub fn above(&self, item: usize) -> Vec<usize> {
        let mut above = Vec::new();
        let mut at = item;
        while at != 0 {
            let Some(Item { parent, .. }) = self.items.get(at) else { break };
            at = *parent;
            above.push(at);
        }
        above.reverse();
        above
    }
    /// The names of the choices of a list.
    pub(crate) fn names(&self, choices: &Choices) -> Vec<Cow<'_, str>> {
        self.lists.get(&choices.list).into_iter().flatten().map(|choice| choice.name.as_str().into()).collect()
    }
    /// The item of this name, where there is just one.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied().flatten()
    }
    /// Puts the names in order, once all items are there.
    pub fn index(&mut self) {
        self.by_name.clear();
        for (n, item) in self.items.iter().enumerate().skip(1) {
            self.by_name.entry(item.name.clone()).and_modify(|there| *there = None).or_insert(Some(n));
        }
    }
}
