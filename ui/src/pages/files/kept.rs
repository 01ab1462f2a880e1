//! What the list of files remembers while the worker is elsewhere: words, filters, pages, and how far it was scrolled.
//! It lives in memory only and is gone when the app is closed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::chosen::Chosen;
use crate::core::listen::Listener;
use crate::core::nav::use_nav;
use crate::core::state::use_status;

#[derive(Clone, PartialEq, Default)]
struct Memory {
    /// Whose list it is: another person at the same device begins afresh.
    of: String,
    search: String,
    chosen: Chosen,
    pages: usize,
    scroll: i32,
}

thread_local!(static MEMORY: RefCell<Memory> = RefCell::default());

/// The list as it was left; from [`use_kept`].
#[derive(Clone)]
pub struct Kept {
    /// Words in the search box.
    pub search: String,
    /// Filters.
    pub chosen: Chosen,
    /// Pages shown, at least 1.
    pub pages: usize,
    /// Put this on an element inside the part that scrolls.
    pub node: NodeRef,
    set: UseStateSetter<Memory>,
    wanted: Rc<Cell<i32>>,
    /// Pages that have come since.
    came: Rc<Cell<usize>>,
}

impl Kept {
    /// Other words: begins at the top.
    pub fn search(&self, words: String) {
        self.afresh(|memory| memory.search = words);
    }

    /// Other filters: begins at the top.
    pub fn choose(&self, chosen: Chosen) {
        self.afresh(|memory| memory.chosen = chosen);
    }

    /// No words, no filters.
    pub fn clear(&self) {
        self.afresh(|memory| {
            memory.search.clear();
            memory.chosen = Chosen::default();
        });
    }

    /// One page more.
    pub fn more(&self) {
        self.change(|memory| memory.pages = memory.pages.saturating_add(1));
    }

    /// Goes on to where the list was left, as far as its pages have come.
    pub fn restore(&self) {
        let wanted = self.wanted.get();
        if wanted > 0
            && let Some(body) = scroller(&self.node)
        {
            body.set_scroll_top(wanted);
            self.came.set(self.came.get().saturating_add(1));
            if body.scroll_top() >= wanted.saturating_sub(2) || self.came.get() >= self.pages {
                self.wanted.set(0);
            }
        }
    }

    fn afresh(&self, change: impl FnOnce(&mut Memory)) {
        self.wanted.set(0);
        if let Some(body) = scroller(&self.node) {
            body.set_scroll_top(0);
        }
        self.change(|memory| {
            change(memory);
            memory.pages = 1;
            memory.scroll = 0;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Memory)) {
        let memory = MEMORY.with_borrow_mut(|memory| {
            change(memory);
            memory.clone()
        });
        self.set.set(memory);
    }
}

/// The part of the page that scrolls.
fn scroller(node: &NodeRef) -> Option<Element> {
    node.cast::<Element>()?.closest(".body").ok().flatten()
}

/// The list as the worker left it.
#[hook]
pub fn use_kept() -> Kept {
    let (status, nav) = (use_status(), use_nav());
    let memory = use_state(|| {
        let me = status.me.as_ref().map(|me| me.id.to_string()).unwrap_or_default();
        MEMORY.with_borrow_mut(|memory| {
            if memory.of != me {
                *memory = Memory { of: me, pages: 1, ..Memory::default() };
            }
            if let Some(area) = nav.take_files_area() {
                let chosen = Chosen { area: Some(area), ..Chosen::default() };
                *memory = Memory { of: memory.of.clone(), pages: 1, chosen, ..Memory::default() };
            }
            memory.clone()
        })
    });
    let wanted = use_memo((), |()| Cell::new(memory.scroll));
    let came = use_memo((), |()| Cell::new(0));
    let node = use_node_ref();
    {
        let (node, wanted) = (node.clone(), wanted.clone());
        use_effect_with((), move |()| {
            let listener = scroller(&node).map(|body| {
                let moved = body.clone();
                Listener::new(&body, "scroll", move |_| {
                    // Until the place was found again, the list's own growing must not be taken for the worker's finger.
                    if wanted.get() == 0 && moved.client_height() > 0 {
                        MEMORY.with_borrow_mut(|memory| memory.scroll = moved.scroll_top());
                    }
                })
            });
            move || drop(listener)
        });
    }
    let Memory { search, chosen, pages, .. } = (*memory).clone();
    Kept { search, chosen, pages: pages.max(1), node, set: memory.setter(), wanted, came }
}
