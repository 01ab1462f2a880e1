//! What an expression asks its surroundings.
use chrono::{DateTime, FixedOffset};

/// The form that an expression is asked of: its nodes, its lists, its clock.
pub trait Host {
    /// A question in one instance of its repeats, a group, an instance of a repeat; a list, an item of it, a column of an item.
    type Node: Copy + PartialEq;

    /// The top of the form.
    fn top(&self) -> Self::Node;
    /// What a node lies in.
    fn parent(&self, node: Self::Node) -> Option<Self::Node>;
    /// What lies in it, in order: of one name, or all.
    fn children(&self, node: Self::Node, name: Option<&str>) -> Vec<Self::Node>;
    /// What it holds; empty where it is not asked.
    fn text(&self, node: Self::Node) -> String;
    /// Its place among its like, from 1.
    fn place(&self, node: Self::Node) -> usize;
    /// `${name}` as seen from a node: in each repeat that both lie in, this instance; in all others, every instance.
    fn named(&self, name: &str, from: Self::Node) -> Vec<Self::Node>;
    /// The same where of these repeats the instance of this place is meant, whatever the node lies in.
    fn named_at(&self, name: &str, from: Self::Node, places: &[(&str, f64)]) -> Vec<Self::Node>;
    /// The node under which `root/item` has the choices of a list.
    fn list(&self, name: &str) -> Option<Self::Node>;
    /// What a choice of a question is called in the language of the form as it is played; empty where there is none.
    fn choice_label(&self, choice: &str, question: &str, from: Self::Node) -> String;
    /// The answer as it is before the expression is asked: `once` keeps it.
    fn kept(&self, node: Self::Node) -> String;
    /// Now, in the zone of the form.
    fn now(&self) -> DateTime<FixedOffset>;
    /// From 0 to below 1.
    fn random(&self) -> f64;
    /// A new UUID of version 4.
    fn uuid(&self) -> String;
    /// Whether a pattern is somewhere in a text.
    fn matches(&self, pattern: &str, text: &str) -> bool;
    /// The digest of a text by an algorithm; none of one that it does not know.
    fn digest(&self, text: &str, algorithm: &str) -> Option<Vec<u8>>;
}
