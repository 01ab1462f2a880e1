//! The photos of a visit, finished or not: small ones that open, and a large button for more where one may add some. Never required.

use domain::api::{EditPhotos, PhotoItem, Photos as PhotosCall, SyncState};
use domain::photo::MOST;
use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::core::api;
use crate::core::query::use_query;
use crate::core::state::{use_status, use_text};
use crate::kit::{Button, FailureBanner, Glyph, Icon, Look, Sheet};
use crate::record::photo::{small, source};

/// Properties of [`Photos`].
#[derive(Properties, PartialEq)]
pub struct PhotosProps {
    /// The visit, or the draft.
    pub of: Uuid,
    /// Whether photos may be added and taken away.
    pub may: bool,
    /// Told when photos begin to be saved, and when they are.
    #[prop_or_default]
    pub onbusy: Callback<bool>,
}

/// What is shown beside the photos.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    fetch: bool,
    open: Option<Uuid>,
    /// Whether to ask before the open one is taken away.
    asking: bool,
    busy: bool,
    failure: Option<domain::Failure>,
}

/// The photos.
#[component]
pub fn Photos(props: &PhotosProps) -> Html {
    let (text, status) = (use_text(), use_status());
    let (of, may) = (props.of, props.may);
    let seen = use_state(Seen::default);
    let photos = use_query(PhotosCall { of, fetch: seen.fetch, whole: seen.open });
    let items: &[PhotoItem] = photos.data.as_ref().map_or(&[], |data| data.as_slice());
    // What is not here is fetched, and asked for again after a sync: then there is a network.
    let (reload, away) = (photos.reload.clone(), seen.fetch);
    use_effect_with(status.sync == SyncState::Done, move |synced| {
        if away && *synced {
            reload.emit(());
        }
    });
    let fetch = items.iter().any(|p| p.jpeg.is_empty()) && status.sync != SyncState::Offline;
    if seen.fetch != fetch {
        seen.set(Seen { fetch, ..(*seen).clone() });
    }
    if items.is_empty() && !may {
        return Html::default();
    }
    let open = {
        let seen = seen.clone();
        Callback::from(move |(open, asking)| seen.set(Seen { open, asking, ..(*seen).clone() }))
    };
    let edit = {
        let (seen, onbusy) = (seen.setter(), props.onbusy.clone());
        move |act: Act| {
            let (seen, onbusy) = (seen.clone(), onbusy.clone());
            seen.set(Seen { busy: true, ..Seen::default() });
            onbusy.emit(true);
            spawn_local(async move {
                let failure = act.run(of).await.err();
                onbusy.emit(false);
                seen.set(Seen { failure, ..Seen::default() });
            });
        }
    };
    let onchange = {
        let edit = edit.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                edit(Act::Add(input));
            }
        })
    };
    let shot = |(n, photo): (usize, &PhotoItem)| {
        let (open, id) = (open.clone(), photo.id);
        let name = text.photo_nth(i64::try_from(n + 1).unwrap_or(i64::MAX));
        let state = match (photo.jpeg.is_empty(), photo.uploaded) {
            (true, _) => text.photo_away(),
            (_, true) => text.photo_uploaded(),
            _ => text.photo_saved(),
        };
        html! {
            <li key={n}><button type="button" class="shot" aria-label={format!("{name} · {state}")} data-test={format!("photo-{n}")} onclick={move |_| open.emit((Some(id), false))}>
                if !photo.jpeg.is_empty() { <img src={source(photo)} alt="" /> }
                <small>{ state }</small>
            </button></li>
        }
    };
    html! {
        <section class="card stack few photos" data-test="photos">
            <h3>{ text.photo_title() }</h3>
            if !items.is_empty() { <ul>{ for items.iter().enumerate().map(shot) }</ul> }
            if let Some(failure) = seen.failure.clone().or(photos.failure.clone()) { <FailureBanner {failure} /> }
            if may && items.len() < MOST {
                <div class="file-pick"><label class="btn soft">
                    <Icon glyph={Glyph::Plus} />{ if seen.busy { text.photo_working() } else { text.photo_add() } }
                    <input type="file" accept="image/*" multiple={true} disabled={seen.busy} data-test="photo-add" {onchange} />
                </label></div>
            }
            if let Some(photo) = items.iter().find(|p| Some(p.id) == seen.open) {
                <Sheet title={text.photo_title()} test="photo-sheet" onclose={open.reform(|()| (None, false))}>
                    <img class="whole" src={source(photo)} alt={text.photo_title()} />
                    if seen.asking {
                        <p>{ text.photo_remove_note() }</p>
                        <div class="sheet-foot">
                            <Button text={text.photo_keep()} look={Look::Line} test="photo-keep" onclick={ask(&open, photo.id, false)} />
                            <Button text={text.photo_remove()} look={Look::Danger} test="photo-remove-yes" onclick={remove(photo.id, edit)} />
                        </div>
                    } else if may && !seen.busy {
                        <Button text={text.photo_remove()} look={Look::Line} test="photo-remove" onclick={ask(&open, photo.id, true)} />
                    }
                </Sheet>
            }
        </section>
    }
}

fn ask(open: &Callback<(Option<Uuid>, bool)>, id: Uuid, asking: bool) -> Callback<()> {
    open.reform(move |()| (Some(id), asking))
}

fn remove(id: Uuid, edit: impl Fn(Act) + 'static) -> Callback<()> {
    Callback::from(move |()| edit(Act::Remove(id)))
}

/// What somebody did.
enum Act {
    Add(HtmlInputElement),
    Remove(Uuid),
}

impl Act {
    /// Of several files one after another: each is saved before the next is read.
    async fn run(self, of: Uuid) -> Result<(), domain::Failure> {
        let input = match self {
            Act::Remove(id) => return api::call(EditPhotos { of, add: None, remove: Some(id) }).await,
            Act::Add(input) => input,
        };
        let mut done = Ok(());
        for n in 0.. {
            let Some(file) = input.files().and_then(|files| files.get(n)).filter(|_| done.is_ok()) else { break };
            let content = small(&file).await.and_then(|content| content.as_string());
            done = api::call(EditPhotos { of, add: Some(content.unwrap_or_default()), remove: None }).await;
        }
        // The same file can be chosen again.
        input.set_value("");
        done
    }
}
