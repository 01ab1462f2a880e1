//! What every screen knows: where the app stands, the language, the look, and that records changed.

use std::rc::Rc;

use domain::Code;
use domain::api::{CoreEvent, Phase, Status, StatusReply};
use text::Text;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::core::api::{self, News};
use crate::core::listen::Listener;
use crate::core::prefs::Prefs;

/// State of the app; read it by [`use_app`].
#[derive(Clone, PartialEq)]
pub struct AppState {
    /// The core's status; none before its first answer.
    pub status: Option<Rc<StatusReply>>,
    /// Why there is no status.
    pub failure: Option<domain::Failure>,
    /// Language, theme, size.
    pub prefs: Prefs,
    /// The messages of that language.
    pub text: Text,
    /// Grows with every change of any record, so that queries are asked again.
    pub revision: u64,
}

impl AppState {
    /// Where the app stands.
    pub fn phase(&self) -> Option<Phase> {
        self.status.as_ref().map(|s| s.phase)
    }

    /// The status once there is one; the default before.
    pub fn status(&self) -> Rc<StatusReply> {
        self.status.clone().unwrap_or_default()
    }
}

/// What may happen to the state.
pub enum Step {
    /// The core's status, or why there is none.
    Status(Result<Box<StatusReply>, domain::Failure>),
    /// Records changed; with the status where it is known already: both are drawn at once.
    Changed(Option<Box<StatusReply>>),
    /// The worker changed language or look.
    Prefs(Prefs),
}

impl Reducible for AppState {
    type Action = Step;

    fn reduce(self: Rc<Self>, step: Step) -> Rc<Self> {
        let mut next = (*self).clone();
        match step {
            Step::Status(Ok(status)) => {
                next.status = Some(Rc::new(*status));
                next.failure = None;
            }
            Step::Status(Err(failure)) => {
                // Another tab has the files: whatever is shown here is no longer ours.
                if failure.code == Code::OtherTab {
                    next.status = None;
                }
                next.failure = Some(failure);
            }
            Step::Changed(status) => {
                next.revision += 1;
                if let Some(status) = status {
                    next.status = Some(Rc::new(*status));
                    next.failure = None;
                }
            }
            Step::Prefs(prefs) => {
                if prefs.lang != next.prefs.lang {
                    next.text = Text::new(prefs.lang);
                }
                next.prefs = prefs;
            }
        }
        Rc::new(next)
    }
}

/// The handle to the state of the app.
pub type App = UseReducerHandle<AppState>;

/// Asks the core for its status and keeps it.
pub fn refresh_status(app: UseReducerDispatcher<AppState>) {
    spawn_local(async move {
        let status = api::call(Status {}).await.map(Box::new);
        app.dispatch(Step::Status(status));
    });
}

fn hear(app: &UseReducerDispatcher<AppState>, news: News) {
    match news {
        News::Event(event) => {
            let CoreEvent { changed, status } = *event;
            match (changed.is_empty(), status.map(Box::new)) {
                (false, status) => app.dispatch(Step::Changed(status)),
                (true, Some(status)) => app.dispatch(Step::Status(Ok(status))),
                (true, None) => {}
            }
        }
        News::Changed => {
            app.dispatch(Step::Changed(None));
            refresh_status(app.clone());
        }
        News::StatusIsOld => refresh_status(app.clone()),
    }
}

/// Properties of [`AppProvider`].
#[derive(Properties, PartialEq)]
pub struct AppProps {
    /// The whole interface.
    pub children: Children,
}

/// Holds the state, listens to the core, and gives [`App`] and [`Text`] to everything inside.
#[component]
pub fn AppProvider(props: &AppProps) -> Html {
    let app = use_reducer(|| {
        let prefs = Prefs::load();
        let text = Text::new(prefs.lang);
        AppState { status: None, failure: None, prefs, text, revision: 0 }
    });
    let dispatcher = app.dispatcher();
    use_effect_with((), move |()| {
        let hearer = dispatcher.clone();
        if let Err(failure) = api::on_news(Callback::from(move |news| hear(&hearer, news))) {
            dispatcher.dispatch(Step::Status(Err(failure)));
        } else {
            refresh_status(dispatcher);
        }
    });
    {
        // Chosen in another tab, it holds here too.
        let dispatcher = app.dispatcher();
        use_effect_with((), move |()| {
            let listener = Listener::window("storage", move |_| dispatcher.dispatch(Step::Prefs(Prefs::load())));
            move || drop(listener)
        });
    }
    use_effect_with(app.prefs, |prefs| prefs.apply());
    html! {
        <ContextProvider<App> context={app.clone()}>
            <ContextProvider<Text> context={app.text.clone()}>{ props.children.clone() }</ContextProvider<Text>>
        </ContextProvider<App>>
    }
}

/// The state of the app. None only outside of [`AppProvider`], where nothing is drawn.
#[hook]
pub fn use_app() -> Option<App> {
    use_context::<App>()
}

/// The core's status; the default before its first answer.
#[hook]
pub fn use_status() -> Rc<StatusReply> {
    use_context::<App>().map(|app| app.status()).unwrap_or_default()
}

/// The messages of the worker's language.
#[hook]
pub fn use_text() -> Text {
    use_context::<Text>().unwrap_or_else(|| Text::new(text::Lang::default()))
}

/// Takes the core's answer as the new status.
pub fn take_status(app: Option<App>) -> Callback<StatusReply> {
    Callback::from(move |status| {
        if let Some(app) = &app {
            app.dispatch(Step::Status(Ok(Box::new(status))));
        }
    })
}
