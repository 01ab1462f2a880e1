//! Where the worker is: a tab, and perhaps a page opened on top of it. The address is kept in the hash, so the
//! phone's back button and the browser's work. On wide screens the tab's list stays beside the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::str::FromStr;

use domain::roles::Right;
use domain::{AreaCode, RecordId, Role};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use yew::prelude::*;

use crate::core::listen::Listener;

/// A tab of the main navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Who is due.
    Today,
    /// All files.
    Files,
    /// What asks for attention.
    Inbox,
    /// Myself, this device, settings.
    Me,
    /// A supervisor's list of visits to review.
    Review,
    /// A supervisor's overview.
    Area,
    /// Areas, staff, devices.
    Admin,
}

const TABS: [(Tab, &str); 7] = [
    (Tab::Today, "today"),
    (Tab::Files, "files"),
    (Tab::Inbox, "inbox"),
    (Tab::Me, "me"),
    (Tab::Review, "review"),
    (Tab::Area, "area"),
    (Tab::Admin, "admin"),
];

impl Tab {
    /// The tabs of a role, in their order; the first is where work begins.
    pub fn of(role: Role) -> &'static [Tab] {
        use Tab::{Admin, Area, Files, Inbox, Me, Review, Today};
        match role {
            _ if role.has(Right::Office) => &[Admin, Me],
            _ if role.has(Right::Review) => &[Review, Area, Files, Inbox, Me],
            _ if role.has(Right::Visit) => &[Today, Files, Inbox, Me],
            // What a post of next year may do is not known; what is here can be read.
            Role::Other(_) => &[Files, Inbox, Me],
            _ => &[Me],
        }
    }

    /// Its word in addresses and test hooks.
    pub fn code(self) -> &'static str {
        TABS.iter().find(|(tab, _)| *tab == self).map_or("today", |(_, code)| code)
    }

    /// Whether its page is a list that stays beside what is opened from it.
    pub fn is_list(self) -> bool {
        matches!(self, Tab::Today | Tab::Files | Tab::Inbox | Tab::Review)
    }
}

/// A page on top of a tab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Page {
    /// The tab's own page.
    Root,
    /// One file.
    Person(RecordId),
    /// Editing a file.
    PersonEdit(RecordId),
    /// Making a file.
    PersonNew,
    /// Recording a visit of this person, or correcting one.
    VisitForm(RecordId, Option<RecordId>),
    /// Going on with an unfinished visit of this person.
    Draft(RecordId, Uuid),
    /// Filling in a matter or a step of one.
    MatterDraft(Uuid),
    /// One matter.
    Matter(RecordId),
    /// All matters.
    Matters,
    /// Reading a visit.
    Visit(RecordId),
    /// Reviewing a visit.
    Review(RecordId),
    /// One-time codes that wait for a second person.
    Codes,
    /// The county's forms.
    Forms,
    /// The log of acts and access.
    Log,
}

/// An address inside the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    /// The tab below.
    pub tab: Tab,
    /// What is open on it.
    pub page: Page,
}

impl Route {
    /// The page that "back" leads to when there is no history, as after a reload.
    fn parent(self) -> Route {
        let page = match self.page {
            Page::PersonEdit(id) | Page::VisitForm(id, _) | Page::Draft(id, _) => Page::Person(id),
            _ => Page::Root,
        };
        Route { page, ..self }
    }

    /// `#/files/person/0192…`.
    pub fn hash(self) -> String {
        let tab = self.tab.code();
        match self.page {
            Page::Root => format!("#/{tab}"),
            Page::Person(id) => format!("#/{tab}/person/{id}"),
            Page::PersonEdit(id) => format!("#/{tab}/edit/{id}"),
            Page::PersonNew => format!("#/{tab}/new"),
            Page::VisitForm(person, None) => format!("#/{tab}/form/{person}"),
            Page::VisitForm(person, Some(visit)) => format!("#/{tab}/form/{person}/{visit}"),
            Page::Draft(person, draft) => format!("#/{tab}/draft/{person}/{draft}"),
            Page::MatterDraft(draft) => format!("#/{tab}/fill/{draft}"),
            Page::Matter(id) => format!("#/{tab}/matter/{id}"),
            Page::Matters => format!("#/{tab}/matters"),
            Page::Visit(id) => format!("#/{tab}/visit/{id}"),
            Page::Review(id) => format!("#/{tab}/check/{id}"),
            Page::Codes => format!("#/{tab}/codes"),
            Page::Forms => format!("#/{tab}/forms"),
            Page::Log => format!("#/{tab}/log"),
        }
    }
}

/// The address is not one of this app.
#[derive(Debug, PartialEq, Eq)]
pub struct NoRoute;

impl FromStr for Route {
    type Err = NoRoute;

    fn from_str(hash: &str) -> Result<Self, NoRoute> {
        let mut parts = hash.strip_prefix("#/").ok_or(NoRoute)?.split('/');
        let code = parts.next().unwrap_or_default();
        let tab = TABS.iter().find(|(_, known)| *known == code).map(|(tab, _)| *tab).ok_or(NoRoute)?;
        let id = |text: Option<&str>| text.and_then(|t| t.parse::<RecordId>().ok()).ok_or(NoRoute);
        let page = match parts.next() {
            None | Some("") => Page::Root,
            Some("new") => Page::PersonNew,
            Some("person") => Page::Person(id(parts.next())?),
            Some("edit") => Page::PersonEdit(id(parts.next())?),
            Some("visit") => Page::Visit(id(parts.next())?),
            Some("fill") => Page::MatterDraft(parts.next().and_then(|t| t.parse().ok()).ok_or(NoRoute)?),
            Some("matter") => Page::Matter(id(parts.next())?),
            Some("matters") => Page::Matters,
            Some("codes") => Page::Codes,
            Some("forms") => Page::Forms,
            Some("log") => Page::Log,
            Some("check") => Page::Review(id(parts.next())?),
            Some("draft") => {
                let person = id(parts.next())?;
                Page::Draft(person, parts.next().and_then(|t| t.parse().ok()).ok_or(NoRoute)?)
            }
            Some("form") => {
                let person = id(parts.next())?;
                let visit = parts.next().map(|t| id(Some(t))).transpose()?;
                Page::VisitForm(person, visit)
            }
            Some(_) => return Err(NoRoute),
        };
        Ok(Route { tab, page })
    }
}

/// Something that "back" closes before it leaves the page: a sheet, or a guard for changes not saved.
type Layers = Rc<RefCell<Vec<(u32, Callback<()>)>>>;

/// The way around, from [`use_nav`].
#[derive(Clone)]
pub struct Nav {
    /// Where we are.
    pub route: Route,
    set: Callback<Route>,
    /// How many pages of ours lie below in the browser's history.
    depth: Rc<Cell<u32>>,
    layers: Layers,
    files_area: Rc<RefCell<Option<AreaCode>>>,
}

impl PartialEq for Nav {
    fn eq(&self, other: &Self) -> bool {
        self.route == other.route
    }
}

impl Nav {
    /// Opens a page on top of the current one.
    pub fn open(&self, page: Page) {
        self.push(Route { page, ..self.route });
    }

    /// Opens a page from the tab's list: on a wide screen it takes the place of the page beside the list.
    pub fn select(&self, page: Page) {
        if self.route.page == Page::Root { self.open(page) } else { self.replace(page) }
    }

    /// Puts a page in place of the current one: the form after its visit is finished, say.
    pub fn replace(&self, page: Page) {
        self.replace_route(Route { page, ..self.route });
    }

    /// Goes to a tab; to its list when we are on that tab already.
    pub fn switch(&self, tab: Tab) {
        self.push(Route { tab, page: Page::Root });
    }

    /// Goes to the files of one area.
    pub fn files_of(&self, area: AreaCode) {
        *self.files_area.borrow_mut() = Some(area);
        self.switch(Tab::Files);
    }

    /// The area that [`Nav::files_of`] asked for, once: the list of files begins with it as its filter.
    pub fn take_files_area(&self) -> Option<AreaCode> {
        self.files_area.borrow_mut().take()
    }

    /// Back: closes the topmost sheet, else leaves the page.
    pub fn back(&self) {
        let top = self.layers.borrow().last().map(|(_, close)| close.clone());
        match top {
            Some(close) => close.emit(()),
            None => self.leave(),
        }
    }

    /// Whether there is anything to go back from; at a tab with nothing below, the phone's button leaves the app.
    fn can_go_back(&self) -> bool {
        self.depth.get() > 0 || self.route.page != Page::Root || !self.layers.borrow().is_empty()
    }

    /// Leaves the page without asking a guard.
    pub fn leave(&self) {
        match history() {
            Some(history) if self.depth.get() > 0 => {
                let _ = history.back();
            }
            _ => self.replace_route(self.route.parent()),
        }
    }

    fn push(&self, route: Route) {
        if route != self.route {
            self.depth.set(self.depth.get() + 1);
            write(route, self.depth.get(), true);
            self.set.emit(route);
        }
    }

    fn replace_route(&self, route: Route) {
        write(route, self.depth.get(), false);
        self.set.emit(route);
    }
}

fn history() -> Option<web_sys::History> {
    web_sys::window()?.history().ok()
}

fn write(route: Route, depth: u32, push: bool) {
    let Some(history) = history() else { return };
    let (state, hash) = (JsValue::from(depth), route.hash());
    let _ = if push { history.push_state_with_url(&state, "", Some(&hash)) } else { history.replace_state_with_url(&state, "", Some(&hash)) };
}

fn current() -> Option<Route> {
    web_sys::window()?.location().hash().ok()?.parse().ok()
}

/// Properties of [`NavProvider`].
#[derive(Properties, PartialEq)]
pub struct NavProps {
    /// Tabs that may be shown; the first is home.
    pub tabs: &'static [Tab],
    /// The frame.
    pub children: Children,
}

/// Keeps the route and the browser's history in step, and gives [`Nav`] to everything inside.
#[component]
pub fn NavProvider(props: &NavProps) -> Html {
    let home = Route { tab: props.tabs.first().copied().unwrap_or(Tab::Me), page: Page::Root };
    let allowed = props.tabs;
    let route = use_state(|| current().filter(|r| allowed.contains(&r.tab)).unwrap_or(home));
    let here = use_mut_ref(|| *route);
    let depth = use_memo((), |()| Cell::new(0));
    let layers = use_memo((), |()| RefCell::new(Vec::new()));
    let files_area = use_memo((), |()| RefCell::new(None));
    *here.borrow_mut() = *route;
    {
        let (route, here, depth, layers) = (route.setter(), here.clone(), depth.clone(), layers.clone());
        use_effect_with((), move |()| {
            write(*here.borrow(), 0, false);
            let listener = Listener::window("popstate", move |event| {
                let top: Option<Callback<()>> = layers.borrow().last().map(|(_, close): &(u32, Callback<()>)| close.clone());
                if let Some(close) = top {
                    // The sheet takes the "back" for itself, and the page stays: put its entry back.
                    write(*here.borrow(), depth.get(), true);
                    close.emit(());
                    return;
                }
                let state = event.dyn_ref::<web_sys::PopStateEvent>().and_then(|e| e.state().as_f64());
                // Depths are small whole numbers that we wrote ourselves.
                depth.set(state.map_or(0, |d| d as u32));
                route.set(current().filter(|r| allowed.contains(&r.tab)).unwrap_or(home));
            });
            move || drop(listener)
        });
    }
    let nav = Nav { route: *route, set: callback_of(&route, &here), depth, layers, files_area };
    use_phone_back(&nav);
    html! { <ContextProvider<Nav> context={nav}>{ props.children.clone() }</ContextProvider<Nav>> }
}

/// The phone's back button, as the shell passes it on: an event that is taken when there is something to go back from.
#[hook]
fn use_phone_back(nav: &Nav) {
    use_effect_with(nav.clone(), |nav| {
        let nav = nav.clone();
        let listener = Listener::window("nuanfang-back", move |event| {
            if nav.can_go_back() {
                event.prevent_default();
                nav.back();
            }
        });
        move || drop(listener)
    });
}

/// Sets state and the mirror that the history listener reads.
fn callback_of(route: &UseStateHandle<Route>, here: &Rc<RefCell<Route>>) -> Callback<Route> {
    let (set, here) = (route.setter(), here.clone());
    Callback::from(move |to: Route| {
        *here.borrow_mut() = to;
        set.set(to);
    })
}

/// The way around. Only inside [`NavProvider`], that is when the app is open.
#[hook]
pub fn use_nav() -> Nav {
    use_context::<Nav>().unwrap_or_else(|| Nav {
        route: Route { tab: Tab::Me, page: Page::Root },
        set: Callback::noop(),
        depth: Rc::default(),
        layers: Rc::default(),
        files_area: Rc::default(),
    })
}

/// While `active`, "back" (button, phone, browser) calls `close` and does not leave the page.
#[hook]
pub fn use_back_layer(active: bool, close: Callback<()>) {
    let nav = use_nav();
    let latest = use_mut_ref(|| close.clone());
    *latest.borrow_mut() = close;
    use_effect_with(active, move |active| {
        let key = next_key();
        let layers = nav.layers;
        if *active {
            let close = Callback::from(move |()| {
                let close = latest.borrow().clone();
                close.emit(());
            });
            layers.borrow_mut().push((key, close));
        }
        move || layers.borrow_mut().retain(|(other, _)| *other != key)
    });
}

fn next_key() -> u32 {
    thread_local!(static NEXT: Cell<u32> = const { Cell::new(0) });
    NEXT.with(|next| {
        next.set(next.get().wrapping_add(1));
        next.get()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_what_it_prints() {
        let id = RecordId::new(1, [7; 10]);
        let pages = [
            Page::Root,
            Page::Person(id),
            Page::PersonEdit(id),
            Page::PersonNew,
            Page::VisitForm(id, None),
            Page::VisitForm(id, Some(id)),
            Page::Draft(id, id.0),
            Page::MatterDraft(id.0),
            Page::Matter(id),
            Page::Matters,
            Page::Visit(id),
            Page::Review(id),
            Page::Codes,
            Page::Forms,
            Page::Log,
        ];
        for (tab, _) in TABS {
            for page in pages {
                let route = Route { tab, page };
                assert_eq!(route.hash().parse(), Ok(route));
            }
        }
        for bad in ["", "#", "#/", "#/nowhere", "#/files/person", "#/files/person/x", "#/files/zzz"] {
            assert_eq!(bad.parse::<Route>(), Err(NoRoute), "{bad}");
        }
    }

    #[test]
    fn every_role_begins_with_its_own_work() {
        assert_eq!(Tab::of(Role::ChildDirector).first(), Some(&Tab::Today));
        assert_eq!(Tab::of(Role::ChildSupervisor).first(), Some(&Tab::Review));
        assert_eq!(Tab::of(Role::Administrator), [Tab::Admin, Tab::Me]);
        assert!(Role::ALL.iter().all(|role| Tab::of(*role).contains(&Tab::Me)));
    }
}
