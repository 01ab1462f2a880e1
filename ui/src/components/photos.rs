//! The photos of a visit, finished or not: small ones that open, and a large button for more where one may add some. Never required.

use domain::api::{EditPhotos, Photo, PhotoItem, Photos as PhotosCall};
use domain::photo::MOST;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileList, HtmlInputElement};
use yew::prelude::*;

use super::{Button, FailureBanner, Glyph, Icon, Look, Sheet};
use crate::api;
use crate::query::use_query;
use crate::state::use_text;

/// Properties of [`Photos`].
#[derive(Properties, PartialEq)]
pub struct PhotosProps {
    /// The visit, or the draft.
    pub of: Uuid,
    /// Whether photos may be added and taken away.
    pub may: bool,
}

/// The photos.
#[component]
pub fn Photos(props: &PhotosProps) -> Html {
    let text = use_text();
    let (of, may) = (props.of, props.may);
    let fetch = use_state(|| false);
    let photos = use_query(PhotosCall { of, fetch: *fetch });
    let open = use_state(|| None::<usize>);
    let (busy, failure) = (use_state(|| false), use_state(|| None));
    let edit = {
        let (busy, failure) = (busy.setter(), failure.setter());
        Callback::from(move |act: Act| {
            let (busy, failure) = (busy.clone(), failure.clone());
            busy.set(true);
            spawn_local(async move {
                failure.set(act.run(of).await.err());
                busy.set(false);
            });
        })
    };
    let items: &[PhotoItem] = photos.data.as_ref().map_or(&[], |data| data.as_slice());
    if !*fetch && items.iter().any(|p| p.thumb.is_empty()) {
        fetch.set(true);
    }
    if items.is_empty() && !may {
        return Html::default();
    }
    let onchange = {
        let edit = edit.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                edit.emit(Act::Add(input));
            }
        })
    };
    let name = |n: usize| text.photo_nth(i64::try_from(n + 1).unwrap_or(i64::MAX));
    let set = |to: Option<usize>| {
        let open = open.setter();
        Callback::from(move |()| open.set(to))
    };
    let onremove = |id: Uuid| {
        let (edit, close) = (edit.clone(), set(None));
        Callback::from(move |()| {
            close.emit(());
            edit.emit(Act::Remove(id));
        })
    };
    let shot = |(n, photo): (usize, &PhotoItem)| {
        let onclick = set(Some(n)).reform(|_: MouseEvent| ());
        let state = if photo.uploaded { text.photo_uploaded() } else { text.photo_saved() };
        html! {
            <li key={n}><button type="button" class="shot" aria-label={format!("{} · {state}", name(n))} data-test={format!("photo-{n}")} {onclick}>
                if photo.thumb.is_empty() { <span class="muted">{ text.photo_away() }</span> } else { <img src={jpeg(&photo.thumb)} alt="" /> }
                <small>{ state }</small>
            </button></li>
        }
    };
    html! {
        <section class="card stack few photos" data-test="photos">
            <h3>{ text.photo_title() }</h3>
            if !items.is_empty() { <ul>{ for items.iter().enumerate().map(shot) }</ul> }
            if let Some(failure) = &*failure { <FailureBanner failure={failure.clone()} /> }
            if may && items.len() < MOST {
                <div class="file-pick"><label class="btn soft">
                    <Icon glyph={Glyph::Plus} />{ if *busy { text.photo_working() } else { text.photo_add() } }
                    <input type="file" accept="image/*" multiple={true} disabled={*busy} data-test="photo-add" {onchange} />
                </label></div>
            }
            if let Some((n, photo)) = (*open).and_then(|n| Some((n, items.get(n)?.clone()))) {
                <Sheet title={name(n)} test="photo-sheet" onclose={set(None)}>
                    <Whole {of} id={photo.id} thumb={photo.thumb.clone()} name={name(n)} />
                    if may { <Button text={text.photo_remove()} look={Look::Danger} test="photo-remove" onclick={onremove(photo.id)} /> }
                </Sheet>
            }
        </section>
    }
}

/// What somebody did.
enum Act {
    Add(HtmlInputElement),
    Remove(Uuid),
}

impl Act {
    async fn run(self, of: Uuid) -> Result<(), domain::Failure> {
        match self {
            Act::Remove(id) => api::call(EditPhotos { of, add: None, remove: Some(id) }).await,
            Act::Add(input) => {
                let done = add(of, input.files()).await;
                // The same file can be chosen again.
                input.set_value("");
                done
            }
        }
    }
}

/// One after another: each is saved before the next is read.
async fn add(of: Uuid, files: Option<FileList>) -> Result<(), domain::Failure> {
    for n in 0..files.as_ref().map_or(0, FileList::length) {
        let file = files.as_ref().and_then(|files| files.get(n));
        let content = small(&file.into()).await.and_then(|content| content.as_string());
        api::call(EditPhotos { of, add: Some(content.unwrap_or_default()), remove: None }).await?;
    }
    Ok(())
}

/// `nuanfangPhoto` of `start.js`.
async fn small(file: &JsValue) -> Option<JsValue> {
    let shrink = js_sys::Reflect::get(&js_sys::global(), &"nuanfangPhoto".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    let content = shrink.call1(&JsValue::UNDEFINED, file).ok()?.dyn_into::<js_sys::Promise>().ok()?;
    JsFuture::from(content).await.ok()
}

fn jpeg(base64: &str) -> String {
    format!("data:image/jpeg;base64,{base64}")
}

#[derive(Properties, PartialEq)]
struct WholeProps {
    of: Uuid,
    id: Uuid,
    thumb: String,
    name: String,
}

/// The whole photo; its thumbnail until it is there.
#[component]
fn Whole(props: &WholeProps) -> Html {
    let photo = use_query(Photo { of: props.of, photo: props.id });
    let seen = photo.data.as_ref().map_or(&props.thumb, |data| data);
    html! {
        <>
            if !seen.is_empty() { <img class="whole" src={jpeg(seen)} alt={props.name.clone()} /> }
            if let Some(failure) = photo.failure.clone() { <FailureBanner {failure} /> }
        </>
    }
}
