//! A form as it is filled in: its nodes, one for each question in each instance of its repeats.
use super::heads::plain_quotes;
use super::model::{Blank, Choice, Choices, Kind, Meta};
use super::pattern::Pattern;
use chrono::{DateTime, FixedOffset};
use expressions::Host;
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Most nodes of a form that is filled in.
pub const MOST_NODES: usize = 100_000;
/// Most patterns that are kept.
const MOST_PATTERNS: usize = 100;
/// Most instances of one repeat.
pub const MOST_INSTANCES: usize = 1000;

/// Letters of an instance's name, in order.
const LETTERS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

fn letter(n: usize) -> char {
    char::from(LETTERS.get(n % 32).copied().unwrap_or(b'0'))
}

/// The name of an instance that a number counts, from 0.
pub(crate) fn counted_id(nth: usize) -> String {
    [letter(nth / 32), letter(nth)].into_iter().chain(['0'; 5]).collect()
}

/// The place that an instance's name begins with.
pub(crate) fn ordinal(id: &str) -> Option<usize> {
    let place = |byte: &u8| LETTERS.iter().position(|letter| letter == byte);
    let [first, second, ..] = id.as_bytes() else { return None };
    Some(place(first)? * 32 + place(second)?)
}

/// A node of the form, or a place in a list of choices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// Above the form, so that a path may begin with its name.
    Above,
    /// A question, a group, an instance of a repeat.
    Form(usize),
    /// A list, by its number; `root` below it; an item of it; a column of an item.
    List(usize),
    /// `root`
    Root(usize),
    /// An item.
    Item(usize, usize),
    /// A column, counted from the name: name, label, others.
    Cell(usize, usize, usize),
}

/// One node of the form.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Which item of the blank form.
    pub item: usize,
    /// What it lies in.
    pub parent: usize,
    /// Of an instance of a repeat: its name among its like, by which they are in order and records tell them apart.
    pub id: String,
    /// What lies in it.
    pub kids: Vec<usize>,
    /// The answer, kept also while it is not asked.
    pub raw: String,
    /// The answer as others read it.
    pub shown: String,
    /// Whether it is asked.
    pub asked: bool,
    /// Of a select: places of the choices that are offered, in their list; of answers their nodes.
    pub offered: Vec<usize>,
    /// What its calculation gave last, as long as it is asked.
    pub gave: Option<String>,
    /// What its triggers held last, each by its node.
    pub triggered: Option<Vec<(usize, String)>>,
    /// Whether its default was set.
    pub begun: bool,
    /// The answer was there before this filling: what is worked out for it now is what was worked out then.
    pub goes_on: bool,
}

/// What the outside gives.
#[derive(Clone, Default)]
pub struct Around {
    /// When it is played.
    pub now: DateTime<FixedOffset>,
    /// The language it is played in.
    pub language: String,
    /// Random bytes, from which all that is random in it comes.
    pub seed: [u8; 32],
    /// Who fills it in.
    pub user: String,
    /// By which device.
    pub device: String,
}

impl Around {
    /// What a device puts down by itself when filling in begins.
    fn meta(&self, meta: Meta) -> String {
        match meta {
            Meta::Start => expressions::Moment { at: self.now, is_day: false }.text(),
            Meta::Today => expressions::day_text(self.now.date_naive()),
            Meta::User => self.user.clone(),
            Meta::Device => self.device.clone(),
            Meta::End | Meta::Chance | Meta::Nothing => String::new(),
        }
    }
}

/// A form that is being filled in.
pub struct Instance<'b> {
    /// The blank form.
    pub blank: &'b Blank,
    /// All nodes; the first is the form.
    pub nodes: Vec<Held>,
    /// What is around it.
    pub around: Around,
    /// Patterns that were asked for.
    patterns: RefCell<HashMap<String, Option<Pattern>>>,
    /// How often something random was asked for.
    drawn: Cell<u64>,
}

impl<'b> Instance<'b> {
    /// A new one: every repeat that is not counted with one instance.
    pub fn new(blank: &'b Blank, around: Around) -> Self {
        Self::with(blank, around, true)
    }

    /// One without any instance of a repeat.
    pub fn bare(blank: &'b Blank, around: Around) -> Self {
        Self::with(blank, around, false)
    }

    fn with(blank: &'b Blank, around: Around, first: bool) -> Self {
        let mut new = Instance { blank, nodes: vec![Held::default()], around, patterns: RefCell::default(), drawn: Cell::new(0) };
        new.fill(0, first);
        new
    }

    /// A name for one more instance of a repeat: after those that are there. Two who add one at once, not knowing of each other, make two
    /// of it; those that a number counts are the same for both.
    fn new_id(&self, parent: usize, item: usize) -> String {
        let last = self.kids_of(parent, item).last().and_then(|kid| self.nodes.get(*kid)).and_then(|held| ordinal(&held.id));
        let nth = last.map_or(0, |last| last + 1);
        if matches!(self.blank.items.get(item).map(|item| &item.kind), Some(Kind::Repeat(Some(_)))) {
            return counted_id(nth);
        }
        let drawn = Sha256::new().chain_update(self.around.seed).chain_update(b"instance").chain_update(self.nodes.len().to_be_bytes()).finalize();
        [letter(nth / 32), letter(nth)].into_iter().chain(drawn.iter().take(5).map(|byte| letter(usize::from(*byte)))).collect()
    }

    /// Makes what lies in a node. `first`: repeats in it get an instance.
    fn fill(&mut self, node: usize, first: bool) {
        let item = self.nodes.get(node).map_or(0, |held| held.item);
        let children = self.blank.items.get(item).map(|item| item.children.clone()).unwrap_or_default();
        for child in children {
            match self.blank.items.get(child).map(|item| &item.kind) {
                Some(Kind::Repeat(Some(_))) | None => {}
                Some(Kind::Repeat(None)) if !first => {}
                Some(_) => _ = self.make(node, child, first),
            }
        }
    }

    /// A new node at the end of its like.
    pub fn make(&mut self, parent: usize, item: usize, first: bool) -> Option<usize> {
        if self.nodes.len() >= MOST_NODES {
            return None;
        }
        let made = self.nodes.len();
        let kind = self.blank.items.get(item).map(|item| &item.kind);
        let is_repeat = matches!(kind, Some(Kind::Repeat(_)));
        let raw = match kind {
            Some(Kind::Meta(Meta::Chance)) => (self.random() * f64::from(u32::MAX)).floor().to_string(),
            Some(Kind::Meta(meta)) => self.around.meta(*meta),
            _ => String::new(),
        };
        let id = if is_repeat { self.new_id(parent, item) } else { String::new() };
        self.nodes.push(Held { item, parent, raw, id, ..Held::default() });
        // Items are numbered in the order of the workbook.
        let kids = self.nodes.get(parent).map_or(&[][..], |held| held.kids.as_slice());
        let after = kids.partition_point(|kid| self.nodes.get(*kid).is_some_and(|held| held.item <= item));
        if let Some(held) = self.nodes.get_mut(parent) {
            held.kids.insert(after, made);
        }
        self.fill(made, first);
        Some(made)
    }

    /// Takes a node out of the form.
    pub fn take_out(&mut self, node: usize) {
        let parent = self.nodes.get(node).map_or(0, |held| held.parent);
        if let Some(held) = self.nodes.get_mut(parent) {
            held.kids.retain(|kid| *kid != node);
        }
    }

    /// All nodes of an item that are in the form, in order.
    pub fn all(&self, item: usize) -> Vec<usize> {
        self.under(0, item, &mut |_, _, _| true)
    }

    /// The instance of a repeat that a node is or lies in.
    pub fn nearest_repeat(&self, node: usize) -> Option<usize> {
        let is_repeat =
            |n: &usize| self.nodes.get(*n).and_then(|held| self.blank.items.get(held.item)).is_some_and(|item| matches!(item.kind, Kind::Repeat(_)));
        self.chain(node).into_iter().find(is_repeat)
    }

    /// Whether a node is another, or lies in it.
    pub fn lies_in(&self, node: usize, other: usize) -> bool {
        self.chain(node).contains(&other)
    }

    /// The nodes of an item below a node, going only where `goes` says of an item, a node and its place among its like.
    fn under(&self, top: usize, item: usize, goes: &mut dyn FnMut(usize, usize, usize) -> bool) -> Vec<usize> {
        let mut way = self.blank.above(item);
        way.push(item);
        let from = self.nodes.get(top).map_or(0, |held| held.item);
        let mut at = vec![top];
        for step in way.into_iter().skip_while(|n| *n != from).skip(1) {
            let kids = at.into_iter().flat_map(|node| self.kids_of(node, step).into_iter().zip(1..));
            at = kids.filter(|(node, place)| goes(step, *node, *place)).map(|(node, _)| node).collect();
        }
        at
    }

    /// What lies in a node of one item.
    pub fn kids_of(&self, node: usize, item: usize) -> Vec<usize> {
        let kids = self.nodes.get(node).map_or(&[][..], |held| held.kids.as_slice());
        kids.iter().copied().filter(|kid| self.nodes.get(*kid).is_some_and(|held| held.item == item)).collect()
    }

    /// A node and all that it lies in.
    fn chain(&self, node: usize) -> Vec<usize> {
        let mut chain = vec![node];
        let mut at = node;
        while at != 0 {
            at = self.nodes.get(at).map_or(0, |held| held.parent);
            chain.push(at);
        }
        chain
    }

    /// The nodes of an item as seen from a node: in each repeat that both lie in, this instance, but of `free` every one; in all others, every
    /// instance, or where `places` say which, that.
    fn seen(&self, item: usize, from: Node, free: usize, places: &[(&str, f64)]) -> Vec<usize> {
        let chain = if let Node::Form(n) = from { self.chain(n) } else { Vec::new() };
        let mut goes = |step: usize, node: usize, at: usize| {
            let Some(there) = self.blank.items.get(step).filter(|there| matches!(there.kind, Kind::Repeat(_))) else { return true };
            match places.iter().find(|(repeat, _)| *repeat == there.name) {
                Some((_, place)) => at as f64 == *place,
                None if step == free => true,
                None => {
                    let own = chain.iter().any(|n| self.nodes.get(*n).is_some_and(|held| held.item == step));
                    !own || chain.contains(&node)
                }
            }
        };
        self.under(0, item, &mut goes)
    }

    /// The answers to a question that a select elsewhere may offer: of the repeat that the question lies in, in every instance.
    pub(crate) fn answers(&self, of: usize, from: usize) -> Vec<usize> {
        let repeat = self.blank.repeats_above(of).last().copied();
        self.seen(of, Node::Form(from), repeat.unwrap_or(of), &[])
    }

    /// The names of all choices of a select, offered or not.
    pub(crate) fn names(&self, choices: &Choices) -> Vec<Cow<'b, str>> {
        match choices.answers {
            Some(of) => self.all(of).into_iter().filter_map(|node| self.nodes.get(node)).map(|held| held.raw.clone().into()).collect(),
            None => self.blank.names(choices),
        }
    }

    fn list(&self, n: usize) -> Option<&'b [Choice]> {
        self.blank.lists.values().nth(n).map(Vec::as_slice)
    }

    fn choice(&self, list: usize, n: usize) -> Option<&'b Choice> {
        self.list(list)?.get(n)
    }

    /// The words of a choice.
    pub fn label(&self, choice: &Choice) -> String {
        let words = &choice.label;
        let asked = if self.around.language.is_empty() { &self.blank.language } else { &self.around.language };
        words.get(asked).or_else(|| words.get("")).or_else(|| words.values().next()).cloned().unwrap_or_default()
    }

    fn random_bytes(&self) -> [u8; 16] {
        let n = self.drawn.replace(self.drawn.get() + 1);
        let mut bytes = [0; 16];
        let drawn = Sha256::new().chain_update(self.around.seed).chain_update(n.to_be_bytes()).finalize();
        bytes.iter_mut().zip(drawn).for_each(|(to, from)| *to = from);
        bytes
    }

    /// The path of a node, `/group/rep[1]/q`.
    pub fn path(&self, node: usize) -> String {
        let mut parts: Vec<String> = Vec::new();
        for n in self.chain(node) {
            let Some(held) = self.nodes.get(n).filter(|_| n != 0) else { continue };
            let Some(item) = self.blank.items.get(held.item).filter(|item| !(self.blank.flat && item.kind == Kind::Group)) else { continue };
            let place = matches!(item.kind, Kind::Repeat(_)).then(|| format!("[{}]", self.place(Node::Form(n))));
            parts.push(format!("/{}{}", item.name, place.unwrap_or_default()));
        }
        parts.reverse();
        parts.concat()
    }

    /// What lies in a node, as paths see it.
    fn visible_kids(&self, node: usize) -> Vec<usize> {
        let kids = self.nodes.get(node).map_or(&[][..], |held| held.kids.as_slice());
        let is_group = |kid: usize| self.nodes.get(kid).and_then(|held| self.blank.items.get(held.item)).is_some_and(|item| item.kind == Kind::Group);
        kids.iter().flat_map(|kid| if self.blank.flat && is_group(*kid) { self.visible_kids(*kid) } else { vec![*kid] }).collect()
    }

    /// The node of a path, or for one that ends with a repeat's name, what it lies in and the repeat.
    pub fn find(&self, path: &str) -> Option<usize> {
        let mut at = 0;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let (name, place) = match part.split_once('[') {
                Some((name, place)) => (name, place.trim_end_matches(']').parse::<usize>().ok()?),
                None => (part, 1),
            };
            let named = |kid: &usize| self.nodes.get(*kid).and_then(|held| self.blank.items.get(held.item)).is_some_and(|item| item.name == name);
            at = self.visible_kids(at).into_iter().filter(named).nth(place.checked_sub(1)?)?;
        }
        Some(at)
    }
}

impl Host for Instance<'_> {
    type Node = Node;

    fn top(&self) -> Node {
        Node::Above
    }
    fn parent(&self, node: Node) -> Option<Node> {
        match node {
            Node::Above | Node::List(_) => None,
            Node::Form(0) => Some(Node::Above),
            Node::Form(n) => self.nodes.get(n).map(|held| Node::Form(held.parent)),
            Node::Root(list) => Some(Node::List(list)),
            Node::Item(list, _) => Some(Node::Root(list)),
            Node::Cell(list, item, _) => Some(Node::Item(list, item)),
        }
    }
    fn children(&self, node: Node, name: Option<&str>) -> Vec<Node> {
        match node {
            Node::Above => vec![Node::Form(0)],
            Node::Form(n) => {
                let kids = self.nodes.get(n).map_or(&[][..], |held| held.kids.as_slice());
                let item_name = |kid: usize| self.nodes.get(kid).and_then(|held| self.blank.items.get(held.item)).map(|item| item.name.as_str());
                let there: Vec<Node> =
                    kids.iter().filter(|kid| name.is_none_or(|name| item_name(**kid) == Some(name))).map(|kid| Node::Form(*kid)).collect();
                there
            }
            Node::List(list) => {
                if name.is_none_or(|name| name == "root") {
                    vec![Node::Root(list)]
                } else {
                    Vec::new()
                }
            }
            Node::Root(list) => {
                let items = self.list(list).map_or(0, <[_]>::len);
                if name.is_none_or(|name| name == "item") { (0..items).map(|n| Node::Item(list, n)).collect() } else { Vec::new() }
            }
            Node::Item(list, item) => {
                let Some(choice) = self.choice(list, item) else { return Vec::new() };
                let names = ["name", "label"].into_iter().chain(choice.columns.keys().map(String::as_str));
                names.enumerate().filter(|(_, column)| name.is_none_or(|name| name == *column)).map(|(n, _)| Node::Cell(list, item, n)).collect()
            }
            Node::Cell(..) => Vec::new(),
        }
    }
    fn text(&self, node: Node) -> String {
        match node {
            Node::Form(n) => match self.nodes.get(n) {
                Some(held) if held.kids.is_empty() => held.shown.clone(),
                Some(held) => held.kids.iter().map(|kid| self.text(Node::Form(*kid))).collect(),
                None => String::new(),
            },
            Node::Cell(list, item, column) => match (self.choice(list, item), column) {
                (Some(choice), 0) => choice.name.clone(),
                (Some(choice), 1) => plain_quotes(&self.label(choice)),
                (Some(choice), n) => choice.columns.values().nth(n - 2).cloned().unwrap_or_default(),
                (None, _) => String::new(),
            },
            _ => String::new(),
        }
    }
    fn place(&self, node: Node) -> usize {
        match node {
            Node::Form(n) => {
                let Some(held) = self.nodes.get(n) else { return 0 };
                self.kids_of(held.parent, held.item).iter().position(|kid| *kid == n).map_or(1, |place| place + 1)
            }
            Node::Item(_, n) => n + 1,
            _ => 1,
        }
    }
    fn named(&self, name: &str, from: Node) -> Vec<Node> {
        self.named_at(name, from, &[])
    }
    fn named_at(&self, name: &str, from: Node, places: &[(&str, f64)]) -> Vec<Node> {
        // Of a repeat itself every instance is meant, of one around it hers.
        let found = self.blank.named(name).map(|item| self.seen(item, from, item, places));
        found.into_iter().flatten().map(Node::Form).collect()
    }
    fn list(&self, name: &str) -> Option<Node> {
        self.blank.lists.keys().position(|list| list == name).map(Node::List)
    }
    fn choice_label(&self, choice: &str, question: &str, _from: Node) -> String {
        let of = self.blank.named(question).and_then(|n| self.blank.items.get(n)?.choices.as_ref());
        let found = of.and_then(|of| self.blank.lists.get(&of.list)?.iter().find(|c| c.name == choice));
        let answer = of.filter(|of| of.answers.is_some() && self.names(of).iter().any(|name| name == choice));
        found.map(|choice| self.label(choice)).or(answer.map(|_| choice.to_owned())).map(|label| plain_quotes(&label)).unwrap_or_default()
    }
    fn kept(&self, node: Node) -> String {
        if let Node::Form(n) = node { self.nodes.get(n).map(|held| held.raw.clone()).unwrap_or_default() } else { String::new() }
    }
    fn now(&self) -> DateTime<FixedOffset> {
        self.around.now
    }
    fn random(&self) -> f64 {
        let [a, b, c, d, ..] = self.random_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
    fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.random_bytes()).into_uuid().to_string()
    }
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.patterns.borrow_mut();
        if known.len() >= MOST_PATTERNS {
            known.clear();
        }
        let pattern = known.entry(pattern.to_owned()).or_insert_with_key(|pattern| Pattern::new(pattern));
        pattern.as_ref().is_some_and(|pattern| pattern.is_in(text))
    }
    fn digest(&self, text: &str, algorithm: &str) -> Option<Vec<u8>> {
        let digest = match algorithm {
            "MD5" => Md5::digest(text).to_vec(),
            "SHA-1" => Sha1::digest(text).to_vec(),
            "SHA-256" => Sha256::digest(text).to_vec(),
            "SHA-384" => Sha384::digest(text).to_vec(),
            "SHA-512" => Sha512::digest(text).to_vec(),
            _ => return None,
        };
        Some(digest)
    }
}
