//! What a select offers: of a list, or of answers elsewhere.
use super::Filling;
use crate::sheet::instance::Node;
use crate::sheet::shuffle::{seed, shuffled};
use expressions::{Host, TooMuch};
use std::borrow::Cow;

impl<'b> Filling<'b> {
    /// The names of the choices that a select offers now.
    pub(crate) fn offered(&self, node: usize) -> Vec<Cow<'b, str>> {
        let of = self.item(node).and_then(|item| item.choices.as_ref());
        let (Some(of), Some(held)) = (of, self.form.nodes.get(node)) else { return Vec::new() };
        if of.answers.is_some() {
            return held.offered.iter().map(|answer| self.form.text(Node::Form(*answer)).into()).collect();
        }
        let list = self.form.blank.lists.get(&of.list).map_or(&[][..], Vec::as_slice);
        held.offered.iter().filter_map(|n| Some(list.get(*n)?.name.as_str().into())).collect()
    }

    /// Which choices of a select are offered now.
    pub(super) fn offer(&mut self, node: usize) -> Result<(), TooMuch> {
        let Some(choices) = self.item(node).and_then(|item| item.choices.as_ref()) else { return Ok(()) };
        let all = match choices.answers {
            Some(of) => self.form.answers(of, node),
            None => (0..self.form.blank.lists.get(&choices.list).map_or(0, Vec::len)).collect(),
        };
        let list = self.form.blank.lists.keys().position(|list| *list == choices.list).unwrap_or_default();
        let (many, mut offered) = (all.len(), Vec::new());
        for (n, place) in all.into_iter().zip(1..) {
            let keeps = match (&choices.filter, choices.answers) {
                (Some(filter), Some(_)) => {
                    let inside = self.form.nodes.get(n).map_or(0, |held| held.parent);
                    self.asking(node).keeps(filter, Node::Form(inside), place, many)?
                }
                (Some(filter), None) => self.asking(node).keeps(filter, Node::Item(list, n), place, many)?,
                // What was not answered is no choice.
                (None, Some(_)) => !self.form.text(Node::Form(n)).is_empty(),
                (None, None) => true,
            };
            if keeps {
                offered.push(n);
            }
        }
        if let Some(of) = &choices.seed {
            offered = shuffled(&offered, seed(&self.asking(node).text(of)?));
        }
        self.change(node, |held| held.offered = offered);
        Ok(())
    }
}
