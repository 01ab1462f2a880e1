//! A request's body, waited for as its limits say.
use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::limits::{BodySlot, Pace, Room};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use domain::Code;
use std::future::poll_fn;
use std::pin::Pin;
use tokio::time::{Instant, timeout_at};

/// The least room that is taken at once, bytes.
const LEAST: usize = 16 << 10;

/// A request's whole body, of at most `MOST` bytes, from a caller who keeps sending. Where the caller is a device, it has a place.
pub struct LimitedBody<const MOST: usize>(pub Bytes);

impl<const MOST: usize> FromRequest<App> for LimitedBody<MOST> {
    type Rejection = AppError;
    async fn from_request(request: Request, app: &App) -> AppResult<Self> {
        let place = request.extensions().get().map(|device| app.guard.bodies.place(*device)).transpose()?;
        Ok(LimitedBody(whole(request.into_body(), MOST, app, place).await?))
    }
}

/// A body with the room it takes.
struct Held {
    bytes: Vec<u8>,
    _room: Room,
    _place: Option<BodySlot>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// `TooLarge` as early as it can be known; `Offline` (408) for a line that brings too little.
async fn whole(mut body: Body, most: usize, app: &App, place: Option<BodySlot>) -> Result<Bytes, AppError> {
    if body.size_hint().lower() > most as u64 {
        return Err(Code::TooLarge.into());
    }
    let largest = body.size_hint().upper().and_then(|n| usize::try_from(n).ok()).unwrap_or(most);
    let mut pace = Pace::new(&app.settings.limits, Instant::now());
    let (mut bytes, mut room) = (Vec::new(), Room::default());
    loop {
        let frame = timeout_at(pace.due(), poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await.map_err(|_| Code::Offline)?;
        let Some(frame) = frame else { return Ok(Bytes::from_owner(Held { bytes, _room: room, _place: place })) };
        let Ok(data) = frame.map_err(|_| Code::Offline)?.into_data() else { continue };
        let wanted = bytes.len() + data.len();
        if wanted > most {
            return Err(Code::TooLarge.into());
        }
        if wanted > bytes.capacity() {
            let size = (2 * bytes.capacity()).max(LEAST).min(largest).max(wanted);
            app.guard.bodies.grow(&mut room, size - bytes.capacity(), pace.due()).await?;
            bytes.reserve_exact(size - bytes.len());
        }
        bytes.extend_from_slice(&data);
        pace.came(data.len(), Instant::now());
    }
}
