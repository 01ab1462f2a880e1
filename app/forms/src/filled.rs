//! A form with answers: which questions are asked, which answers count, what is wrong, what calls for action.
use crate::form::Form;
use crate::problem::problem_of;
use crate::sheet::instance::{Around, Instance, MOST_INSTANCES, Node, counted_id, ordinal};
use crate::sheet::model::{Answer, Choices, Item, Kind, Words};
use crate::sheet::play::{Filling, Shown};
use crate::values::{east, held_text, option_key, options, to_value};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone};
use domain::Value;
use domain::form::{
    Answers, KIND, LEVEL, Label, MET, Problem, ProblemKind, ScreenPart, ScreenQuestion, ScreenRepeat, ScreenSpan, SheetQuestion, UNASKED, unasked_key,
};
use domain::gather::gathered;
use expressions::{Host, TooMuch};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Noon of the day of a visit, seconds: what a form that asks for the moment is told.
const NOON: u32 = 12 * 3600;

/// Something that somebody does.
#[derive(Clone, Copy, Debug)]
pub enum Change<'c> {
    /// Answers a question; an empty value takes the answer away.
    Answer(&'c str, &'c Value),
    /// One instance more of a repeat, by [`ScreenRepeat::id`].
    Add(&'c str),
    /// An instance less, by [`ScreenSpan::id`].
    Remove(&'c str),
}

/// A form with answers.
pub struct Filled<'f> {
    form: &'f Form,
    answers: Answers,
    day: NaiveDate,
    play: Filling<'f>,
    /// The questions and what is worked out, as they are asked: node and key, in order.
    asked: Vec<(usize, String)>,
    /// Where each of them stands.
    places: HashMap<String, usize>,
    whole: bool,
}

impl<'f> Filled<'f> {
    /// `everything`: also what would not be asked counts.
    pub(crate) fn of(form: &'f Form, answers: &Answers, day: NaiveDate, everything: bool) -> Filled<'f> {
        let zone = noon(day);
        let mut instance = Instance::bare(&form.blank, Around { now: zone, language: form.main_language(), ..Around::default() });
        let mut keys: HashMap<usize, String> = HashMap::new();
        let all_laid = lay_out(form, &mut instance, answers, 0, "", &mut keys);
        // Who chooses among answers comes after those.
        let place = |(node, key): (usize, String)| {
            let n = instance.nodes.get(node)?.item;
            let item = form.blank.items.get(n)?;
            Some((item.choices.as_ref().is_some_and(|choices| choices.answers.is_some()), n, node, key))
        };
        let mut order: Vec<(bool, usize, usize, String)> = keys.into_iter().filter_map(place).collect();
        order.sort_unstable();
        for (_, n, node, key) in order {
            let text = form.blank.items.get(n).zip(answers.get(&key)).map(|(item, value)| raw(&instance, item, value));
            let Some(held) = instance.nodes.get_mut(node) else { continue };
            held.begun = true;
            held.goes_on = text.is_some();
            held.raw = text.unwrap_or(std::mem::take(&mut held.raw));
        }
        let (play, whole) = Filling::go_on(instance, everything);
        let mut asked = Vec::new();
        walk(form, play.instance(), (0, ""), false, &mut asked);
        let places = asked.iter().zip(0..).map(|((_, id), place)| (id.clone(), place)).collect();
        Filled { form, answers: answers.clone(), day, play, asked, places, whole: whole && all_laid }
    }

    pub(crate) fn begun(form: &'f Form, around: Around) -> Result<Answers, TooMuch> {
        let around = Around { language: form.main_language(), ..around };
        let day = around.now.date_naive();
        let play = Filling::begin(&form.blank, around)?;
        let filled = Filled { form, answers: Answers::new(), day, play, asked: Vec::new(), places: HashMap::new(), whole: true };
        let mut answers = Answers::new();
        for (id, (node, _)) in filled.standing() {
            let value = match filled.item(node).map(|item| &item.kind) {
                Some(Kind::Repeat(None)) => Value::Bool(true),
                Some(Kind::Repeat(Some(_))) | None => Value::Null,
                Some(_) => filled.raw_value(node),
            };
            if !value.is_empty() {
                answers.insert(id, value);
            }
        }
        Ok(answers)
    }

    /// The key of the answer at a path, `/group/rep[1]/q`; of a repeat, by which an instance is added or taken away.
    pub fn id_at(&self, path: &str) -> Option<String> {
        if let Some(node) = self.play.instance().find(path) {
            let is_repeat = matches!(self.item(node).map(|item| &item.kind), Some(Kind::Repeat(_)));
            if !is_repeat || path.ends_with(']') {
                return self.standing().into_iter().find(|(_, (at, _))| *at == node).map(|(id, _)| id);
            }
        }
        let (lies_in, name) = path.rsplit_once('/')?;
        let node = self.play.instance().find(lies_in)?;
        let repeat = self.item(node)?.children.iter().find(|n| self.form.blank.items.get(**n).is_some_and(|item| item.name == name))?;
        let above = self.play.instance().nearest_repeat(node).and_then(|node| self.standing().into_iter().find(|(_, (at, _))| *at == node));
        Some(above.map_or_else(String::new, |(id, _)| format!("{id}-")) + self.form.key(*repeat))
    }

    /// Whether a key is that of something which is there now, asked or not.
    pub fn stands(&self, id: &str) -> bool {
        self.standing().contains_key(id)
    }

    /// Everything that is asked and worked out, as `form play` says it.
    ///
    /// # Errors
    /// When it takes too much.
    pub fn shown(&self) -> Result<Vec<Shown>, TooMuch> {
        self.play.shown()
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

    /// What a question is called where its answer is read: with the answers that its words speak of, in a repeat with which instance it is of.
    pub fn called(&self, id: &str) -> Option<Label> {
        let (node, _) = self.asked.get(*self.places.get(id)?)?;
        let label = self.speaking(*node, &self.item(*node)?.label).or_else(|| self.form.question(id).map(|q| q.label.clone()))?;
        let instance = self.play.instance();
        let Some((repeat, of)) = instance.nearest_repeat(*node).and_then(|repeat| Some((repeat, self.item(repeat)?))) else { return Some(label) };
        let (title, nth) = (self.form.words(&of.label), instance.place(Node::Form(repeat)));
        let within = |title: &str, label: &str| if title.is_empty() { format!("{nth} · {label}") } else { format!("{title} {nth} · {label}") };
        Some(Label { zh: within(&title.zh, &label.zh), en: within(&title.en, &label.en) })
    }

    /// Ids of those that must be answered.
    pub fn required(&self) -> BTreeSet<&str> {
        self.play.refill();
        // What no device can put down yet keeps no visit open, nor what nobody answers.
        let can = |node: usize| self.item(node).is_none_or(|item| item.kind != Kind::Ask(Answer::File) && !item.is_heading());
        let must = |(node, ..): &(usize, &str, &SheetQuestion)| can(*node) && self.holds(*node, |item| item.required.as_ref());
        gathered(self.questions().filter(must).map(|(_, id, _)| id))
    }

    /// Ids of the questions whose answers call for action at once, in order.
    pub fn alarms(&self) -> Vec<&str> {
        self.play.refill();
        let calls = |(node, ..): &(usize, &str, &SheetQuestion)| self.holds(*node, |item| item.alarm.as_ref().map(|(when, _)| when));
        self.questions().filter(calls).map(|(_, id, _)| id).collect()
    }

    /// The answers without empty ones and without those to questions that are not asked, with what was worked out. What the form does not
    /// know at all is kept: it is not this form's to throw away.
    pub fn prune(&self) -> Answers {
        let stands = |id: &str| self.unasked_of(id).is_none_or(|question| self.is_open(question));
        let unknown = self.answers.iter().filter(|(id, value)| self.form.item(id).is_none() && !value.is_empty() && stands(id));
        let mut kept: Answers = gathered(unknown.map(|(id, value)| (id.clone(), value.clone())));
        for (node, id) in &self.asked {
            let value = match self.answers.get(id).filter(|_| !self.is_the_engines(*node)) {
                Some(said) => said.clone(),
                None => self.value(*node),
            };
            if !value.is_empty() {
                kept.insert(id.clone(), value);
            }
        }
        kept
    }

    /// The question of which a key says why it could not be asked.
    fn unasked_of<'k>(&self, key: &'k str) -> Option<&'k str> {
        key.strip_prefix(UNASKED).filter(|question| self.form.item(key).is_none() && self.form.item(question).is_some())
    }

    /// Whether a question is asked and has no answer.
    fn is_open(&self, id: &str) -> bool {
        let node = self.places.get(id).and_then(|place| self.asked.get(*place)).map(|(node, _)| *node);
        node.is_some_and(|node| self.answers.get(id).is_none_or(Value::is_empty) && self.value(node).is_empty())
    }

    /// Whether it is said why a question could not be asked, and may be.
    fn is_unasked(&self, node: usize, id: &str) -> bool {
        self.item(node).is_some_and(may_be_unasked) && self.answers.get(&unasked_key(id)).is_some_and(|why| !why.is_empty())
    }

    /// Whether what counts is what the engine has of an answer: of what is worked out, of choices of which not all are offered, of what is
    /// put in order, of a whole number that was said with a fraction.
    fn is_the_engines(&self, node: usize) -> bool {
        let Some(item) = self.item(node) else { return false };
        match &item.kind {
            Kind::Calculate | Kind::Ask(Answer::Integer | Answer::Rank) => true,
            _ if item.is_only_shown() => true,
            _ => item.choices.as_ref().is_some_and(Choices::vary),
        }
    }

    /// What a node holds now, as a record's value.
    fn value(&self, node: usize) -> Value {
        let held = self.play.instance().nodes.get(node);
        let text = held.map(|held| if held.asked { held.shown.as_str() } else { held.raw.as_str() });
        let answer = self.item(node).and_then(|item| if let Kind::Ask(answer) = &item.kind { Some(answer) } else { None });
        to_value(answer, text.unwrap_or_default())
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
        self.play.refill();
        let mut found = Vec::new();
        for (node, id, question) in self.questions() {
            let value = self.answers.get(id).filter(|value| !value.is_empty() && !self.is_filtered_out(node));
            let kind = match value {
                Some(value) => {
                    let day = Some(self.day).filter(|_| before.is_some_and(|before| before.get(id) != Some(value)));
                    problem_of(question, value, day).or_else(|| self.problem_at(node, question.dates.is_some()))
                }
                // It was worked out, and nobody has said otherwise.
                None if !self.is_filtered_out(node) && self.play.instance().nodes.get(node).is_some_and(|held| !held.shown.is_empty()) => {
                    self.problem_at(node, false)
                }
                None => (required.contains(id) && !self.is_unasked(node, id)).then_some(ProblemKind::Required),
            };
            found.extend(kind.map(|kind| Problem { question: id.to_owned(), kind }));
        }
        let unknown = self.answers.keys().filter(|id| self.form.item(id).is_none() && !self.form.is_instance(id) && self.unasked_of(id).is_none());
        found.extend(unknown.map(|id| Problem { question: id.clone(), kind: ProblemKind::UnknownQuestion }));
        found
    }

    /// The answers after a change, with what follows from it: what is worked out, what instances of repeats there are. `seed` makes the names of
    /// new instances. Nothing that was answered goes because a number counts less of it now: it is not asked, and there when it is again.
    ///
    /// # Errors
    /// When it takes too much.
    pub fn after(mut self, change: &Change<'_>, seed: [u8; 32]) -> Result<Answers, TooMuch> {
        if !self.whole {
            return Err(TooMuch);
        }
        let before = self.standing();
        let find = |id: &str| before.get(id).map(|(node, _)| *node);
        match *change {
            Change::Answer(id, value) => {
                let node = find(id);
                // One of an instance that somebody took away meanwhile.
                if node.is_none() && self.form.item(id).is_some_and(|item| !self.form.blank.repeats_above(item).is_empty()) {
                    return Ok(self.answers);
                }
                // Of what is worked out it is kept that somebody wants nothing there.
                let worked_out = node.and_then(|node| self.item(node)).is_some_and(|item| item.calculation.is_some());
                match value.is_empty() {
                    true if worked_out => self.answers.insert(id.to_owned(), Value::Null),
                    true => self.answers.remove(id),
                    false => {
                        self.answers.remove(&unasked_key(id));
                        self.answers.insert(id.to_owned(), value.clone())
                    }
                };
                if let Some((node, item)) = node.and_then(|node| Some((node, self.item(node)?))) {
                    self.play.set_at(node, &raw(self.play.instance(), item, value))?;
                }
            }
            Change::Add(id) => {
                let (lies_in, key) = id.rsplit_once('-').unwrap_or(("", id));
                let items = self.form.blank.items.iter().enumerate();
                let repeat = items.filter(|(_, item)| item.kind == Kind::Repeat(None)).find(|(n, _)| self.form.key(*n) == key);
                let Some((item, parent)) = repeat.map(|(n, item)| (n, item.parent)) else { return Ok(self.answers) };
                let inside = if lies_in.is_empty() { Some(0) } else { find(lies_in) };
                let instance = self.play.instance();
                let node = inside.and_then(|inside| instance.all(parent).into_iter().find(|node| instance.lies_in(*node, inside)));
                let Some(node) = node else { return Ok(self.answers) };
                self.play.add_at(node, item, seed)?;
            }
            Change::Remove(id) => {
                let Some(node) = find(id) else { return Ok(self.answers) };
                self.play.remove_at(node)?;
                let below = format!("{id}-");
                self.answers.retain(|key, _| key != id && !key.starts_with(&below));
            }
        }
        let own = if let Change::Answer(own, _) = *change { own } else { "" };
        Ok(self.with_what_follows(&before, own))
    }

    /// The answers with what is worked out of them.
    ///
    /// # Errors
    /// When it takes too much.
    pub fn settled(self) -> Result<Answers, TooMuch> {
        let before = self.standing();
        if self.whole { Ok(self.with_what_follows(&before, "")) } else { Err(TooMuch) }
    }

    /// The answers with what became different of what stood `before`, but for that to a question that somebody answers herself.
    fn with_what_follows(mut self, before: &BTreeMap<String, (usize, String)>, own: &str) -> Answers {
        let mut answers = std::mem::take(&mut self.answers);
        for (id, (node, raw)) in self.standing() {
            let was = before.get(&id).map(|(_, was)| was.as_str());
            match self.item(node).map(|item| &item.kind) {
                // An instance is there, even with nothing in it; of one that is counted the number says so.
                Some(Kind::Repeat(None)) => _ = answers.insert(id, Value::Bool(true)),
                Some(Kind::Repeat(Some(_))) | None => {}
                // What comes back keeps what was answered.
                Some(_) if id == own || (was.is_none() && answers.contains_key(&id)) => {}
                Some(_) if was != Some(raw.as_str()) || !answers.contains_key(&id) => match self.raw_value(node) {
                    Value::Null => _ = answers.remove(&id),
                    value => _ = answers.insert(id, value),
                },
                Some(_) => {}
            }
        }
        answers
    }

    /// What a node keeps, asked or not, as a record's value.
    fn raw_value(&self, node: usize) -> Value {
        let answer = self.item(node).and_then(|item| if let Kind::Ask(answer) = &item.kind { Some(answer) } else { None });
        to_value(answer, self.play.instance().nodes.get(node).map(|held| held.raw.as_str()).unwrap_or_default())
    }

    /// All nodes that hold something, and instances of repeats, by their keys.
    fn standing(&self) -> BTreeMap<String, (usize, String)> {
        let mut all = Vec::new();
        walk(self.form, self.play.instance(), (0, ""), true, &mut all);
        let raw = |node: usize| self.play.instance().nodes.get(node).map(|held| held.raw.clone()).unwrap_or_default();
        gathered(all.into_iter().map(|(node, id)| (id, (node, raw(node)))))
    }

    /// The parts of which something is asked.
    pub(crate) fn parts(&self, problems: &BTreeMap<String, ProblemKind>) -> Vec<ScreenPart> {
        let (required, alarms) = (self.required(), self.alarms());
        let mut parts: Vec<ScreenPart> = Vec::new();
        let draw = Draw { filled: self, problems, required: &required, alarms: &alarms.into_iter().collect() };
        let form = self.form;
        for child in form.blank.items.first().map(|item| item.children.as_slice()).unwrap_or_default() {
            let key = form.key(*child);
            let is_own = matches!(form.blank.items.get(*child).map(|item| &item.kind), Some(Kind::Group | Kind::Repeat(_)));
            let section = form.sheet().sections.iter().find(|s| if is_own { s.id == key } else { s.questions.iter().any(|q| q.id == key) });
            let Some(section) = section else { continue };
            let part = match parts.iter().position(|part| part.id == section.id) {
                Some(known) => known,
                None => {
                    parts.push(ScreenPart { id: section.id.clone(), ..ScreenPart::default() });
                    parts.len() - 1
                }
            };
            if let Some(part) = parts.get_mut(part) {
                draw.child(part, (0, None), *child, "", true);
            }
        }
        parts
    }

    /// Words with the answers that they speak of; none where they speak of none.
    fn speaking(&self, node: usize, words: &Words) -> Option<Label> {
        let said = |text: &str| {
            let mut parts = text.split("${");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |said, part| {
                let (name, rest) = part.split_once('}').unwrap_or((part, ""));
                let instance = self.play.instance();
                let answer = instance.named(name.trim(), Node::Form(node)).first().map(|node| instance.text(*node));
                said + &answer.unwrap_or_default() + rest
            })
        };
        words.values().any(|text| text.contains("${")).then(|| {
            let Label { zh, en } = self.form.words(words);
            Label { zh: said(&zh), en: said(&en) }
        })
    }

    /// Whether none of what was chosen is offered now: it counts as not answered.
    fn is_filtered_out(&self, node: usize) -> bool {
        let varies = self.item(node).and_then(|item| item.choices.as_ref()).is_some_and(Choices::vary);
        varies && self.play.instance().nodes.get(node).is_some_and(|held| held.shown.is_empty())
    }

    /// What is wrong with an answer of the right kind; `bounded`: what its question demands was looked at already.
    fn problem_at(&self, node: usize, bounded: bool) -> Option<ProblemKind> {
        let (item, held) = (self.item(node)?, self.play.instance().nodes.get(node)?);
        let Kind::Ask(answer) = &item.kind else { return None };
        if held.shown.is_empty() && *answer != Answer::Text {
            // It is none of this question's answers, or not now.
            return Some(if item.choices.is_some() { ProblemKind::NotAnOption } else { ProblemKind::WrongType });
        }
        let constraint = item.constraint.as_ref().filter(|_| !bounded)?;
        (!self.play.is_true(Some(constraint), node).unwrap_or(true)).then_some(ProblemKind::OutOfRange)
    }
}

/// Draws the parts of a form.
struct Draw<'d, 'f> {
    filled: &'d Filled<'f>,
    problems: &'d BTreeMap<String, ProblemKind>,
    required: &'d BTreeSet<&'d str>,
    alarms: &'d BTreeSet<&'d str>,
}

impl Draw<'_, '_> {
    /// What a node has of one item: a question, a group, a repeat. A group at the top is the part itself.
    fn child(&self, part: &mut ScreenPart, (node, within): (usize, Option<u32>), child: usize, prefix: &str, at_top: bool) {
        let (form, instance) = (self.filled.form, self.filled.play.instance());
        let Some(item) = form.blank.items.get(child) else { return };
        let place = |part: &ScreenPart| u32::try_from(part.questions.len()).unwrap_or(u32::MAX);
        let id = format!("{prefix}{}", form.key(child));
        let title = |node| self.filled.speaking(node, &item.label).unwrap_or_else(|| form.words(&item.label));
        let kids = instance.kids_of(node, child);
        let asked = |kid: &usize| instance.nodes.get(*kid).is_some_and(|held| held.asked);
        for (nth, kid) in (1..).zip(&kids).filter(|(_, kid)| asked(kid)) {
            let inside = |draw: &Self, part: &mut ScreenPart, prefix: &str, within: Option<u32>| {
                item.children.iter().for_each(|child| draw.child(part, (*kid, within), *child, prefix, false));
            };
            let span = |part: &mut ScreenPart, span: ScreenSpan, prefix: &str| {
                let (from, at) = (place(part), part.spans.len());
                part.spans.push(span);
                inside(self, part, prefix, u32::try_from(at).ok());
                let to = place(part);
                part.spans.get_mut(at).into_iter().for_each(|span| span.range = (from, to));
            };
            match &item.kind {
                Kind::Group if at_top => inside(self, part, prefix, within),
                Kind::Group => span(part, ScreenSpan { title: title(*kid), ..ScreenSpan::default() }, prefix),
                Kind::Repeat(count) => {
                    let own = instance.nodes.get(*kid).map(|held| held.id.as_str()).unwrap_or_default();
                    let id = format!("{id}-{own}");
                    let prefix = format!("{id}-");
                    span(part, ScreenSpan { id, title: title(*kid), nth, may_go: count.is_none(), ..ScreenSpan::default() }, &prefix);
                }
                Kind::Ask(_) | Kind::Note => part.questions.push(self.question(*kid, item, &id)),
                Kind::Calculate | Kind::Meta(_) => {}
            }
        }
        let around = instance.nodes.get(node).is_some_and(|held| held.asked);
        let open = kids.is_empty() || kids.iter().any(asked);
        if item.kind == Kind::Repeat(None) && around && open && kids.len() < MOST_INSTANCES {
            part.repeats.push(ScreenRepeat { id, title: title(node), after: place(part), within });
        }
    }

    fn question(&self, node: usize, item: &Item, id: &str) -> ScreenQuestion {
        let filled = self.filled;
        let problem = self.problems.get(id).copied();
        let message = match problem {
            Some(ProblemKind::Required) => &item.required_message,
            _ => &item.constraint_message,
        };
        let own = problem.filter(|_| !message.is_empty());
        let choices = item.choices.as_ref();
        let ordered = choices.is_some_and(|choices| choices.answers.is_none() && (choices.filter.is_some() || choices.seed.is_some()));
        let answers = choices.is_some_and(|choices| choices.answers.is_some());
        ScreenQuestion {
            id: id.to_owned(),
            label: filled.speaking(node, &item.label),
            readonly: item.kind == Kind::Note || item.is_heading() || filled.holds(node, |item| item.readonly.as_ref()),
            offered: ordered.then(|| filled.play.offered(node).iter().map(|name| option_key(name)).collect()),
            options: if answers { options(filled.play.offered(node)) } else { Vec::new() },
            say: own.map(|_| filled.speaking(node, message).unwrap_or_else(|| filled.form.words(message))),
            required: self.required.contains(id),
            may_be_unasked: self.required.contains(id) && may_be_unasked(item),
            problem,
            alarm: self.alarms.contains(id),
        }
    }
}

/// How the visit was made, whether somebody was met and what was decided is never left open.
fn may_be_unasked(item: &Item) -> bool {
    !matches!(item.means.as_deref(), Some(KIND | MET | LEVEL))
}

/// Noon of a day in China.
fn noon(day: NaiveDate) -> DateTime<FixedOffset> {
    let noon = NaiveTime::from_num_seconds_from_midnight_opt(NOON, 0).unwrap_or_default();
    east().from_local_datetime(&day.and_time(noon)).single().unwrap_or_default()
}

/// A record's value as what a node holds.
fn raw(instance: &Instance<'_>, item: &Item, value: &Value) -> String {
    held_text(item, value, &item.choices.as_ref().map(|choices| instance.names(choices)).unwrap_or_default())
}

/// Makes the instances of repeats that answers are there for, and says under which key each node's answer stands; whether all found room.
fn lay_out(form: &Form, instance: &mut Instance<'_>, answers: &Answers, node: usize, prefix: &str, keys: &mut HashMap<usize, String>) -> bool {
    let Some(item) = instance.nodes.get(node).map(|held| held.item) else { return false };
    let mut all = true;
    for child in form.blank.items.get(item).map(|item| item.children.clone()).unwrap_or_default() {
        match form.blank.items.get(child).map(|item| &item.kind) {
            Some(Kind::Repeat(count)) => {
                let begin = format!("{prefix}{}-", form.key(child));
                let below = answers.range(begin.clone()..).map_while(|(key, _)| key.strip_prefix(&begin));
                let mut ids: Vec<String> = below.map(|rest| rest.split('-').next().unwrap_or_default().to_owned()).collect();
                ids.dedup();
                if count.is_some() {
                    // Those before one that has an answer are there, too.
                    let last = ids.iter().filter_map(|id| ordinal(id)).max();
                    ids = last.map(|last| (0..=last).map(counted_id).collect()).unwrap_or_default();
                }
                all &= ids.len() <= MOST_INSTANCES;
                for id in ids.into_iter().take(MOST_INSTANCES) {
                    let Some(made) = instance.make(node, child, false) else { return false };
                    let prefix = format!("{begin}{id}-");
                    if let Some(held) = instance.nodes.get_mut(made) {
                        held.id = id;
                    }
                    all &= lay_out(form, instance, answers, made, &prefix, keys);
                }
            }
            Some(Kind::Group) => {
                for kid in instance.kids_of(node, child) {
                    all &= lay_out(form, instance, answers, kid, prefix, keys);
                }
            }
            Some(_) => keys.extend(instance.kids_of(node, child).into_iter().map(|kid| (kid, format!("{prefix}{}", form.key(child))))),
            None => {}
        }
    }
    all
}

/// What is asked below a node, and what is worked out there, with its key; or all of it. With all, instances of repeats as well.
fn walk(form: &Form, instance: &Instance<'_>, (node, prefix): (usize, &str), all: bool, found: &mut Vec<(usize, String)>) {
    for kid in instance.nodes.get(node).map(|held| held.kids.clone()).unwrap_or_default() {
        let Some(held) = instance.nodes.get(kid).filter(|held| all || held.asked) else { continue };
        match form.blank.items.get(held.item).map(|item| &item.kind) {
            Some(Kind::Repeat(_)) => {
                let id = format!("{prefix}{}-{}", form.key(held.item), held.id);
                walk(form, instance, (kid, &format!("{id}-")), all, found);
                if all {
                    found.push((kid, id));
                }
            }
            Some(Kind::Group) => walk(form, instance, (kid, prefix), all, found),
            Some(_) => found.push((kid, format!("{prefix}{}", form.key(held.item)))),
            None => {}
        }
    }
}
