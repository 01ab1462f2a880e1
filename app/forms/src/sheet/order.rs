//! In which order everything is worked out: each after what it looks at, wherever that stands in the workbook.
use super::model::{Blank, Item, Kind, Task};
use expressions::{Axis, Expr, Path, Start};
use std::collections::{BTreeMap, BTreeSet};

/// Items that look at each other in a circle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Circle(pub Vec<usize>);

/// Tasks, each after what it needs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Order {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Of each, the places of those that need it.
    pub needed_by: Vec<Vec<usize>>,
    places: BTreeMap<Task, usize>,
}

impl Order {
    /// The place of a task.
    pub fn place(&self, task: Task) -> Option<usize> {
        self.places.get(&task).copied()
    }
}

/// Puts a form's tasks in order.
///
/// # Errors
/// Those of a circle.
pub fn ordered(blank: &Blank) -> Result<Order, Circle> {
    // What is triggered comes after what it looks at, unless that looks at it: a counter counts on from itself.
    let triggered = |(_, item): &(usize, &Item)| item.calculation.is_some() && !item.triggers.is_empty();
    let mut waiting: BTreeSet<usize> = blank.items.iter().enumerate().filter(triggered).map(|(n, _)| n).collect();
    loop {
        match sorted(needs(blank, &waiting)) {
            Err(circle) if circle.0.iter().any(|n| waiting.contains(n)) => waiting.retain(|n| !circle.0.contains(n)),
            done => return done,
        }
    }
}

/// What each task needs; `waiting` are triggered items that wait for what they look at.
fn needs(blank: &Blank, waiting: &BTreeSet<usize>) -> BTreeMap<Task, BTreeSet<Task>> {
    let mut needs: BTreeMap<Task, BTreeSet<Task>> = BTreeMap::new();
    for (n, item) in blank.items.iter().enumerate() {
        let own: BTreeSet<Task> = if n == 0 { BTreeSet::new() } else { [Task::Relevance(item.parent)].into() };
        let mut relevance = own;
        relevance.extend(item.relevant.iter().flat_map(|expr| looks_at(blank, expr, n)));
        // What lies in a repeat is there when the repeat's instances are.
        relevance.extend(blank.repeats_above(n).into_iter().map(Task::Count));
        if let Kind::Repeat(count) = &item.kind {
            let mut counts: BTreeSet<Task> = blank.repeats_above(n).into_iter().map(Task::Count).collect();
            counts.insert(Task::Relevance(item.parent));
            counts.extend(count.iter().flat_map(|expr| looks_at(blank, expr, n)));
            needs.insert(Task::Count(n), counts);
            relevance.insert(Task::Count(n));
        }
        needs.insert(Task::Relevance(n), relevance);
        if !matches!(item.kind, Kind::Group | Kind::Repeat(_)) {
            needs.insert(Task::Value(n), value_needs(blank, n, item, item.triggers.is_empty() || waiting.contains(&n)));
        }
    }
    needs
}

fn value_needs(blank: &Blank, n: usize, item: &Item, waits: bool) -> BTreeSet<Task> {
    let mut needs: BTreeSet<Task> = [Task::Relevance(n)].into();
    needs.extend(blank.repeats_above(n).into_iter().map(Task::Count));
    if let Some(choices) = &item.choices {
        // A filter looks from what it keeps: of a list, a row of it; of answers, what each lies in.
        let here = choices.answers.and_then(|of| blank.items.get(of)).map_or(n, |of| of.parent);
        needs.extend(choices.answers.iter().flat_map(|of| of_value(blank, *of)));
        needs.extend(choices.filter.iter().flat_map(|filter| looks_from(blank, filter, here, n)));
        needs.extend(choices.seed.iter().flat_map(|seed| looks_at(blank, seed, n)));
    }
    let calculation = item.calculation.iter().filter(|_| waits);
    needs.extend(calculation.chain(&item.default).flat_map(|expr| looks_at(blank, expr, n)));
    needs.extend(item.triggers.iter().flat_map(|trigger| of_value(blank, *trigger)));
    needs.remove(&Task::Value(n));
    needs
}

/// What is to be known before an item is read.
fn of_value(blank: &Blank, item: usize) -> Vec<Task> {
    let counts = blank.repeats_above(item).into_iter().map(Task::Count);
    let own = match blank.items.get(item).map(|item| &item.kind) {
        Some(Kind::Repeat(_)) => vec![Task::Count(item)],
        Some(Kind::Group) => vec![Task::Relevance(item)],
        _ => vec![Task::Value(item)],
    };
    counts.chain(own).collect()
}

/// The tasks that an expression of an item looks at.
fn looks_at(blank: &Blank, expr: &Expr, of: usize) -> Vec<Task> {
    looks_from(blank, expr, of, of)
}

fn looks_from(blank: &Blank, expr: &Expr, here: usize, of: usize) -> Vec<Task> {
    let mut found = BTreeSet::new();
    walk(blank, expr, Some(here), of, &mut found);
    found.into_iter().flat_map(|item| of_value(blank, item)).collect()
}

/// Collects the items that an expression reads; `here` is where its paths begin, none in a list of choices.
fn walk(blank: &Blank, expr: &Expr, here: Option<usize>, of: usize, found: &mut BTreeSet<usize>) {
    match expr {
        Expr::Number(_) | Expr::Text(_) => {}
        Expr::Negate(inner) => walk(blank, inner, here, of, found),
        Expr::Binary(_, left, right) => {
            walk(blank, left, here, of, found);
            walk(blank, right, here, of, found);
        }
        Expr::Call(_, parts) | Expr::Logic(_, parts) => parts.iter().for_each(|part| walk(blank, part, here, of, found)),
        Expr::Path(path) => walk_path(blank, path, here, of, found),
    }
}

fn walk_path(blank: &Blank, path: &Path, here: Option<usize>, of: usize, found: &mut BTreeSet<usize>) {
    let mut at: Vec<usize> = match &path.start {
        Start::Here => here.into_iter().collect(),
        Start::Current => vec![of],
        Start::Top => vec![usize::MAX],
        Start::Name(name) => blank.named(name).into_iter().collect(),
        Start::List(_) => Vec::new(),
        Start::Of(inner) => {
            walk(blank, inner, here, of, found);
            Vec::new()
        }
    };
    let filters = |filters: &[Expr], at: &[usize], found: &mut BTreeSet<usize>| {
        let places: Vec<Option<usize>> = if at.is_empty() { vec![None] } else { at.iter().copied().map(Some).collect() };
        filters.iter().for_each(|filter| places.iter().for_each(|place| walk(blank, filter, *place, of, found)));
    };
    filters(&path.filters, &at, found);
    for step in &path.steps {
        at = at.into_iter().flat_map(|item| stepped(blank, item, &step.axis)).collect();
        filters(&step.filters, &at, found);
    }
    // Itself is known as it is.
    found.extend(at.into_iter().filter(|item| *item != usize::MAX && *item != of));
}

/// Where a step leads; the place above the form stands as `usize::MAX`.
fn stepped(blank: &Blank, item: usize, axis: &Axis) -> Vec<usize> {
    let children = || if item == usize::MAX { vec![0] } else { blank.items.get(item).map(|item| item.children.clone()).unwrap_or_default() };
    match axis {
        Axis::Own => vec![item],
        Axis::Parent if item == 0 || item == usize::MAX => Vec::new(),
        Axis::Parent => blank.items.get(item).map(|item| item.parent).into_iter().collect(),
        Axis::Children => children(),
        Axis::Child(name) => {
            children().into_iter().filter(|child| *child == 0 || blank.items.get(*child).is_some_and(|item| item.name == *name)).collect()
        }
    }
}

fn sorted(mut needs: BTreeMap<Task, BTreeSet<Task>>) -> Result<Order, Circle> {
    let all: BTreeSet<Task> = needs.keys().copied().collect();
    needs.values_mut().for_each(|of| of.retain(|task| all.contains(task)));
    let mut needed_by: BTreeMap<Task, Vec<Task>> = BTreeMap::new();
    for (task, of) in &needs {
        of.iter().for_each(|need| needed_by.entry(*need).or_default().push(*task));
    }
    let mut open: BTreeMap<Task, usize> = needs.iter().map(|(task, of)| (*task, of.len())).collect();
    let mut free: Vec<Task> = open.iter().filter(|(_, n)| **n == 0).map(|(task, _)| *task).collect();
    let mut order = Vec::new();
    while let Some(task) = free.pop() {
        order.push(task);
        for next in needed_by.get(&task).into_iter().flatten() {
            if let Some(n) = open.get_mut(next) {
                *n -= 1;
                if *n == 0 {
                    free.push(*next);
                }
            }
        }
    }
    if order.len() == needs.len() {
        let places: BTreeMap<Task, usize> = order.iter().copied().zip(0..).collect();
        let place = |task: &Task| places.get(task).copied();
        let needed_by = order.iter().map(|task| needed_by.get(task).into_iter().flatten().filter_map(place).collect()).collect();
        return Ok(Order { tasks: order, needed_by, places });
    }
    let done: BTreeSet<Task> = order.into_iter().collect();
    let item = |task: &Task| match task {
        Task::Count(n) | Task::Relevance(n) | Task::Value(n) => *n,
    };
    Err(Circle(needs.keys().filter(|task| !done.contains(task)).map(item).collect::<BTreeSet<_>>().into_iter().collect()))
}
