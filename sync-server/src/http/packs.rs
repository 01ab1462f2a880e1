//! The first download, pack after pack.
use crate::app::App;
use crate::audit;
use crate::error::{AppError, AppResult};
use crate::http::body::LimitedBody;
use crate::store::db::Db;
use crate::sync::exchange::Auth;
use crate::sync::message;
use crate::sync::packs::{part, size, villages};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use domain::Code;
use domain::sync::{MAX_BODY, MAX_PACK_REQUESTS, PackRequest};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::sync::Arc;

/// `POST /v1/packs`: the bytes of each pack wished for, from a byte on, one after the other.
pub(super) async fn fetch(State(app): State<App>, auth: Auth, body: LimitedBody<MAX_BODY>) -> AppResult<Response> {
    let mut wishes: Vec<PackRequest> = message::decode(&body.0)?;
    // Who asked for more asks again.
    wishes.truncate(MAX_PACK_REQUESTS);
    let (checked, device) = (wishes.clone(), auth.device);
    let sizes = app
        .run_for(device, move |app| {
            let of_all = |db: &Db<'_>| checked.iter().map(|wish| size(db, &auth.caller, wish)).collect::<anyhow::Result<Vec<_>>>();
            let sizes = app.store.read(of_all)?;
            if sizes.iter().all(Option::is_some) {
                let now = app.env.now();
                app.store.write_shared(|db| Ok(audit::fetched(db, now, &auth.caller, auth.device, &villages(db, &checked)?)?))?;
            }
            Ok(sizes)
        })
        .await?;
    // All or none: the device knows the lengths.
    let length = sizes.into_iter().sum::<Option<u64>>().ok_or_else(|| AppError::from(Code::NotFound))?;
    // A pack is in memory while it is sent: a device that takes nothing has few such replies.
    let place = Arc::new(app.guard.bodies.place(device)?);
    let parts = stream::iter(wishes).then(move |wish| {
        let (app, place) = (app.clone(), place.clone());
        async move {
            let _place = place;
            app.run_for(device, move |app| Ok(app.store.read(|db| part(db, &wish))?)).await
        }
    });
    let parts = parts.map_err(|_| std::io::Error::other("a pack could not be read"));
    let response = Response::builder().header("content-type", "application/octet-stream").header("content-length", length);
    Ok(response.body(Body::from_stream(parts)).map_err(anyhow::Error::from)?)
}
