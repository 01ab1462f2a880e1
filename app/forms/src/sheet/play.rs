//! Filling a form in, step by step: what is set, added and taken away, and what follows from it.
mod offer;

use super::answer::{is_exact, normal};
use super::instance::{Around, Held, Instance, MOST_INSTANCES, Node};
use super::model::{Answer, Blank, Kind, Task};
use expressions::{Evaluation, Expr, Function, Host, TooMuch, Value, number_text};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;

/// How much work one step may take.
const BUDGET: u64 = 20_000_000;

/// Something that somebody does.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// Answers a question; an empty text clears it.
    Set(String, String),
    /// One instance more of a repeat.
    Add(String),
    /// One instance less.
    Remove(String),
}

/// A question or calculation as it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Where: `/group/rep[1]/q`.
    pub path: String,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether it cannot be changed.
    pub readonly: bool,
    /// What it holds.
    pub value: String,
    /// Of a select: what is offered.
    pub options: Option<Vec<String>>,
    /// Whether its constraint fails.
    pub violated: bool,
}

/// A form that is being filled in.
pub struct Filling<'b> {
    form: Instance<'b>,
    budget: Cell<u64>,
    /// Everything is asked, whatever its conditions.
    everything: bool,
    /// What was filled in before is taken up: defaults were set then.
    goes_on: bool,
}

impl<'b> Filling<'b> {
    /// Begins.
    ///
    /// # Errors
    /// When working it out takes too much.
    pub fn begin(blank: &'b Blank, around: Around) -> Result<Self, TooMuch> {
        let mut filling = Filling { form: Instance::new(blank, around), budget: Cell::new(0), everything: false, goes_on: false };
        filling.work_all_out()?;
        Ok(filling)
    }

    /// Goes on with what was filled in before, which lies in this instance.
    pub(crate) fn go_on(form: Instance<'b>, everything: bool) -> (Self, bool) {
        let mut filling = Filling { form, budget: Cell::new(0), everything, goes_on: true };
        let whole = filling.work_all_out().is_ok();
        filling.goes_on = false;
        filling.form.nodes.iter_mut().for_each(|held| held.goes_on = false);
        (filling, whole)
    }

    /// Work for another round of questions.
    pub(crate) fn refill(&self) {
        self.budget.set(BUDGET);
    }

    /// What is filled in.
    pub(crate) fn instance(&self) -> &Instance<'b> {
        &self.form
    }

    /// Takes a step. One that nobody could take changes nothing.
    ///
    /// # Errors
    /// When working out what follows takes too much.
    pub fn step(&mut self, step: &Step) -> Result<(), TooMuch> {
        self.budget.set(BUDGET);
        match step {
            Step::Set(path, value) => {
                let place = self.set(path, value)?.and_then(|item| self.form.blank.order.place(Task::Value(item)));
                self.settle_from(&place.into_iter().collect::<Vec<_>>())
            }
            Step::Add(path) => self.add(path).map_or(Ok(()), |item| self.settle_after(item)),
            Step::Remove(path) => self.remove(path).map_or(Ok(()), |item| self.settle_after(item)),
        }
    }

    /// Answers the question of a node. One that is not asked is answered all the same: its answer counts when it is.
    pub(crate) fn set_at(&mut self, node: usize, text: &str) -> Result<(), TooMuch> {
        let Some(item) = self.form.nodes.get(node).map(|held| held.item) else { return Ok(()) };
        let raw = self.normal(node, text);
        self.change(node, |held| held.raw = raw);
        let place = self.form.blank.order.place(Task::Value(item));
        self.settle_from(&place.into_iter().collect::<Vec<_>>())
    }

    /// One instance more of a repeat in this node.
    pub(crate) fn add_at(&mut self, parent: usize, item: usize, seed: [u8; 32]) -> Result<(), TooMuch> {
        self.form.around.seed = seed;
        if self.form.kids_of(parent, item).len() < MOST_INSTANCES && self.form.make(parent, item, false).is_some() {
            return self.settle_after(item);
        }
        Ok(())
    }

    /// An instance less.
    pub(crate) fn remove_at(&mut self, node: usize) -> Result<(), TooMuch> {
        let Some(item) = self.form.nodes.get(node).map(|held| held.item) else { return Ok(()) };
        self.form.take_out(node);
        self.settle_after(item)
    }

    /// Works out what looks at how many instances of a repeat there are.
    fn settle_after(&mut self, repeat: usize) -> Result<(), TooMuch> {
        let order = &self.form.blank.order;
        let looking = order.place(Task::Count(repeat)).and_then(|place| order.needed_by.get(place)).map(Vec::as_slice);
        self.settle_from(looking.unwrap_or_default())
    }

    fn settle_from(&mut self, places: &[usize]) -> Result<(), TooMuch> {
        let mut open = vec![false; self.form.blank.order.tasks.len()];
        mark(&mut open, places);
        self.settle(open)
    }

    /// Works everything out anew. After a step only what it changed is, and what looks at that: the same comes of it.
    ///
    /// # Errors
    /// When it takes too much.
    pub fn work_all_out(&mut self) -> Result<(), TooMuch> {
        self.budget.set(BUDGET);
        self.settle(vec![true; self.form.blank.order.tasks.len()])
    }

    fn item(&self, node: usize) -> Option<&'b super::model::Item> {
        self.form.blank.items.get(self.form.nodes.get(node)?.item)
    }

    /// The item of what was set.
    fn set(&mut self, path: &str, value: &str) -> Result<Option<usize>, TooMuch> {
        let Some(node) = self.form.find(path) else { return Ok(None) };
        let (Some(item), Some(held)) = (self.item(node), self.form.nodes.get(node)) else { return Ok(None) };
        let Kind::Ask(answer) = &item.kind else { return Ok(None) };
        if !held.asked || self.is_true(item.readonly.as_ref(), node)? {
            return Ok(None);
        }
        let place = held.item;
        let offered = self.offered(node);
        let said: HashSet<&str> = value.split_whitespace().collect();
        let in_order = || offered.iter().map(Cow::as_ref).filter(|choice| said.contains(choice)).collect::<Vec<_>>().join(" ");
        let value = match answer {
            Answer::Rank if !said.is_empty() && offered.iter().any(|choice| !said.contains(choice.as_ref())) => return Ok(None),
            // A control of several choices gives them in the order in which they stand.
            Answer::SelectMultiple => &in_order(),
            _ if is_exact(answer, value) => value,
            _ => "",
        };
        let raw = match answer {
            // What is not offered now has its place when it is.
            Answer::Rank => value.to_owned(),
            _ => normal(answer, value, &offered, *self.form.around.now.offset()),
        };
        self.change(node, |held| held.raw = raw);
        Ok(Some(place))
    }

    /// The repeat of which there is one more.
    fn add(&mut self, path: &str) -> Option<usize> {
        let (lies_in, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.form.find(lies_in)?;
        let inside = self.item(parent)?;
        let is = |n: &&usize| self.form.blank.items.get(**n).is_some_and(|item| item.name == name && item.kind == Kind::Repeat(None));
        let item = inside.children.iter().find(is)?;
        let (asked, many) = (self.is_repeat_asked(parent, *item), self.form.kids_of(parent, *item).len());
        (asked && many < MOST_INSTANCES).then(|| self.form.make(parent, *item, false)).flatten().map(|_| *item)
    }

    fn is_repeat_asked(&self, parent: usize, item: usize) -> bool {
        let kids = self.form.kids_of(parent, item);
        let one = kids.first().and_then(|kid| self.form.nodes.get(*kid)).map(|held| held.asked);
        one.or_else(|| self.form.nodes.get(parent).map(|held| held.asked)).unwrap_or(false)
    }

    /// The repeat of which there is one less.
    fn remove(&mut self, path: &str) -> Option<usize> {
        let node = self.form.find(path).filter(|_| path.ends_with(']'))?;
        let held = self.form.nodes.get(node).filter(|held| held.asked)?;
        let item = held.item;
        self.item(node).filter(|item| item.kind == Kind::Repeat(None))?;
        self.form.take_out(node);
        Some(item)
    }

    fn change(&mut self, node: usize, change: impl FnOnce(&mut Held)) {
        if let Some(held) = self.form.nodes.get_mut(node) {
            change(held);
        }
    }

    fn asking(&self, node: usize) -> Evaluation<'_, Instance<'b>> {
        Evaluation::of(&self.form, Node::Form(node), &self.budget)
    }

    /// False where there is no expression.
    pub(crate) fn is_true(&self, expr: Option<&Expr>, node: usize) -> Result<bool, TooMuch> {
        expr.map_or(Ok(false), |expr| self.asking(node).is_true(expr))
    }

    /// Works out what is open, in order, and then what looks at what became different.
    fn settle(&mut self, mut open: Vec<bool>) -> Result<(), TooMuch> {
        self.budget.set(BUDGET);
        let order = &self.form.blank.order;
        for (place, (task, needed_by)) in order.tasks.iter().zip(&order.needed_by).enumerate() {
            if !open.get(place).is_some_and(|open| *open) {
                continue;
            }
            let changed = match *task {
                Task::Count(item) => self.count(item)?,
                Task::Relevance(item) => self.relevance(item)?,
                Task::Value(item) => self.value(item)?,
            };
            if changed {
                mark(&mut open, needed_by);
            }
        }
        Ok(())
    }

    fn count(&mut self, item: usize) -> Result<bool, TooMuch> {
        let Some(Kind::Repeat(Some(count))) = self.form.blank.items.get(item).map(|item| &item.kind) else { return Ok(false) };
        let parent = self.form.blank.items.get(item).map_or(0, |item| item.parent);
        let mut changed = false;
        for node in self.form.all(parent) {
            let value = self.asking(node).value(count)?;
            let text = match &value {
                Value::Number(number) => number_text(*number),
                Value::Nodes(nodes) => nodes.first().map(|node| self.form.text(*node)).unwrap_or_default(),
                Value::Text(text) => text.clone(),
                Value::Bool(yes) => u8::from(*yes).to_string(),
                Value::Moment(_) => String::new(),
            };
            let wanted = expressions::read_number(&text);
            if wanted.is_nan() {
                continue;
            }
            let wanted = wanted.trunc().clamp(0.0, MOST_INSTANCES as f64) as usize;
            let there = self.form.kids_of(node, item);
            changed |= wanted != there.len();
            there.iter().skip(wanted).for_each(|kid| self.form.take_out(*kid));
            for n in there.len()..wanted {
                // The first is the one that the form itself has.
                self.form.make(node, item, n == 0).ok_or(TooMuch)?;
            }
        }
        Ok(changed)
    }

    fn relevance(&mut self, item: usize) -> Result<bool, TooMuch> {
        let relevant = self.form.blank.items.get(item).and_then(|item| item.relevant.as_ref());
        let mut changed = false;
        for node in self.form.all(item) {
            let parent = self.form.nodes.get(node).map_or(0, |held| held.parent);
            let around = node == 0 || self.form.nodes.get(parent).is_some_and(|held| held.asked);
            let asked = self.everything || around && relevant.map_or(Ok(true), |expr| self.asking(node).is_true(expr))?;
            self.change(node, |held| changed |= std::mem::replace(&mut held.asked, asked) != asked);
        }
        Ok(changed)
    }

    fn value(&mut self, item: usize) -> Result<bool, TooMuch> {
        let mut changed = false;
        for node in self.form.all(item) {
            self.offer(node)?;
            self.begin_with(node)?;
            self.calculate(node)?;
            changed |= self.show(node);
        }
        Ok(changed)
    }

    fn begin_with(&mut self, node: usize) -> Result<(), TooMuch> {
        if self.form.nodes.get(node).is_none_or(|held| held.begun) {
            return Ok(());
        }
        self.change(node, |held| held.begun = true);
        let Some(default) = self.item(node).and_then(|item| item.default.as_ref()).filter(|_| !self.goes_on) else { return Ok(()) };
        let text = self.asking(node).text(default)?;
        let raw = self.exact(node, &text);
        self.change(node, |held| held.raw = raw);
        Ok(())
    }

    /// What comes of an expression, as what this node holds: a choice that is not offered now is there when it is.
    fn exact(&self, node: usize, text: &str) -> String {
        let Some(item) = self.item(node) else { return String::new() };
        let names = item.choices.as_ref().map(|choices| self.form.names(choices)).unwrap_or_default();
        match &item.kind {
            // One that nobody has answered yet may be.
            Kind::Ask(_) if item.choices.as_ref().is_some_and(|choices| choices.answers.is_some()) => text.to_owned(),
            Kind::Ask(answer) if !is_exact(answer, text) => String::new(),
            Kind::Ask(answer) => normal(answer, text, &names, *self.form.around.now.offset()),
            _ => text.to_owned(),
        }
    }

    /// A text as what this node holds.
    fn normal(&self, node: usize, text: &str) -> String {
        match self.item(node).map(|item| &item.kind) {
            Some(Kind::Ask(answer)) => normal(answer, text, &self.offered(node), *self.form.around.now.offset()),
            _ => text.to_owned(),
        }
    }

    fn calculate(&mut self, node: usize) -> Result<(), TooMuch> {
        let Some(item) = self.item(node) else { return Ok(()) };
        let (Some(calculation), Some(held)) = (&item.calculation, self.form.nodes.get(node)) else { return Ok(()) };
        if !item.triggers.is_empty() {
            let now = self.triggers(node, &item.triggers);
            // A new instance is no change of what is there.
            let is_other = |(node, text): &(usize, String)| now.iter().any(|(n, is)| n == node && is != text);
            let changed = held.triggered.as_ref().is_some_and(|before| before.iter().any(is_other));
            let asked = held.asked;
            self.change(node, |held| held.triggered = Some(now));
            if !changed || !asked {
                return Ok(());
            }
        } else if !held.asked {
            self.change(node, |held| held.gave = None);
            return Ok(());
        }
        let text = self.asking(node).text(calculation)?;
        // What was written over it by hand stays until it gives something else, or is asked anew.
        let held = self.form.nodes.get(node);
        if item.triggers.is_empty() && held.is_some_and(|held| held.gave.as_ref() == Some(&text)) {
            return Ok(());
        }
        let may_be_said = matches!(item.kind, Kind::Ask(_)) && !item.is_only_shown();
        if held.is_some_and(|held| held.goes_on && (may_be_said || is_of_chance(calculation))) {
            self.change(node, |held| held.gave = Some(text));
            return Ok(());
        }
        let raw = self.exact(node, &text);
        self.change(node, |held| {
            held.raw = raw;
            held.gave = Some(text);
        });
        Ok(())
    }

    /// What the triggers of a node hold, each by its node.
    fn triggers(&self, node: usize, triggers: &[usize]) -> Vec<(usize, String)> {
        let names = triggers.iter().filter_map(|trigger| self.form.blank.items.get(*trigger)).map(|item| item.name.as_str());
        let nodes = names.flat_map(|name| self.form.named(name, Node::Form(node)));
        nodes.filter_map(|node| if let Node::Form(n) = node { Some((n, self.form.text(node))) } else { None }).collect()
    }

    /// What others read; whether it is something else now.
    fn show(&mut self, node: usize) -> bool {
        let Some(held) = self.form.nodes.get(node) else { return false };
        let shown = match self.item(node).map(|item| (&item.kind, &item.choices)) {
            _ if !held.asked => String::new(),
            Some((Kind::Ask(answer), Some(_))) => normal(answer, &held.raw, &self.offered(node), *self.form.around.now.offset()),
            _ => held.raw.clone(),
        };
        let changed = held.shown != shown;
        self.change(node, |held| held.shown = shown);
        changed
    }

    /// Everything that is asked now and every calculation in force, in order.
    ///
    /// # Errors
    /// When it takes too much.
    pub fn shown(&self) -> Result<Vec<Shown>, TooMuch> {
        self.budget.set(BUDGET);
        let mut all = Vec::new();
        self.show_below(0, &mut all)?;
        Ok(all)
    }

    fn show_below(&self, node: usize, all: &mut Vec<Shown>) -> Result<(), TooMuch> {
        let Some(held) = self.form.nodes.get(node) else { return Ok(()) };
        for kid in &held.kids {
            let (Some(item), Some(held)) = (self.item(*kid), self.form.nodes.get(*kid)) else { continue };
            if !held.asked {
                continue;
            }
            match item.kind {
                Kind::Group | Kind::Repeat(_) => self.show_below(*kid, all)?,
                Kind::Meta(_) => {}
                // It has no name of its own.
                Kind::Note if item.name.is_empty() => {}
                Kind::Ask(_) | Kind::Calculate | Kind::Note => all.push(self.one(*kid, item, held)?),
            }
        }
        Ok(())
    }

    fn one(&self, node: usize, item: &super::model::Item, held: &Held) -> Result<Shown, TooMuch> {
        let asked = matches!(item.kind, Kind::Ask(_));
        let violated = !held.shown.is_empty() && !item.constraint.as_ref().map_or(Ok(true), |expr| self.asking(node).is_true(expr))?;
        let options = item.choices.as_ref().filter(|_| asked).map(|_| self.offered(node).into_iter().map(Cow::into_owned).collect());
        Ok(Shown {
            path: self.form.path(node),
            required: self.is_true(item.required.as_ref(), node)?,
            readonly: !asked || self.is_true(item.readonly.as_ref(), node)?,
            value: held.shown.clone(),
            options,
            violated,
        })
    }
}

/// Whether an expression gives something else each time it is asked.
fn is_of_chance(expr: &Expr) -> bool {
    let mut found = false;
    expr.each(&mut |part| found |= matches!(part, Expr::Call(Function::Uuid | Function::Random, _)));
    found
}

fn mark(open: &mut [bool], places: &[usize]) {
    places.iter().for_each(|place| open.get_mut(*place).into_iter().for_each(|open| *open = true));
}
