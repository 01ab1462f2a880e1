//! Photos on their way to the server and back. Up by tus 1.0 (<https://tus.io/protocols/resumable-upload>): whatever arrived before
//! the line broke need not be sent again. Down by their hash, through a record that the reader may read.
use crate::Core;
use crate::device::token::bearer;
use crate::server::http::{Http, Server, address};
use crate::server::link::{hold, tell};
use crate::store::blobs::Waiting;
use crate::store::{Durability, blobs, changes};
use crate::visit::photos;
use data_encoding::BASE64;
use domain::api::SyncReport;
use domain::photo::{MAX_BYTES, Photo, is_bare_jpeg};
use domain::{Code, Failure, RecordId};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Url};
use std::sync::Mutex;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes in one request: some twenty seconds over a bad line, so that neither records nor a proxy are kept waiting for long.
const PIECE: usize = 64 << 10;
/// How often one photo is begun again when the server has another part of it than we thought.
const TRIES: u32 = 3;
/// What each request of tus says.
const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Sends photos whose visits the server has, one after another, until none waits. True when records wait meanwhile: they go first.
pub async fn send(core: &Mutex<Core>, http: &Http, report: &mut SyncReport) -> Result<bool, Failure> {
    for n in 0_u64.. {
        let (next, records, road) = {
            let core = hold(core);
            let view = core.view()?;
            (blobs::next_waiting(view.db)?, changes::count_pending(view.db)?, Road::of(&core)?)
        };
        let Some(photo) = next else { return Ok(false) };
        if records > 0 {
            return Ok(n > 0);
        }
        let uploaded = match road.send(http, &photo, report).await {
            Ok(()) => true,
            // The visit was refused, or somebody took the photo away meanwhile; or it is nothing that this server keeps.
            Err(f) if matches!(f.code, Code::NotFound | Code::BadPhoto | Code::TooLarge) => false,
            Err(f) => return Err(f),
        };
        report.photos += u64::from(uploaded);
        let kept = {
            let mut core = hold(core);
            let kept = core.transact(Durability::Batch, |tx| {
                tx.mark_changed(photo.visit);
                blobs::settle_for(tx.db, &photo.hash, photo.visit, uploaded)
            });
            core.settle(kept)?.1
        };
        tell(core, http, kept.into_iter().collect());
    }
    Ok(false)
}

/// Brings the photos of a visit from the server that are not here. Where there is no network they stay away, which is an error only of
/// the one that is `wanted`.
///
/// # Errors
/// `NotFound`, `Offline` and the server's own.
pub async fn fetch(core: &Mutex<Core>, http: &Http, of: Uuid, wanted: Option<Uuid>) -> Result<(), Failure> {
    let (away, road) = {
        let core = hold(core);
        (photos::away(&core.view()?, of)?, Road::of(&core)?)
    };
    for (photo, visit) in away {
        match road.fetch(core, http, &photo, visit).await {
            Err(f) if wanted == Some(photo.id) => return Err(f),
            Err(f) if f.code == Code::Offline => break,
            _ => {}
        }
    }
    Ok(())
}

/// The way to the server.
struct Road {
    server: Server,
    token: Zeroizing<String>,
}

impl Road {
    fn of(core: &Core) -> Result<Road, Failure> {
        let secret = core.secret()?;
        Ok(Road { server: address(&secret.server)?, token: bearer(&secret.token) })
    }

    async fn fetch(&self, core: &Mutex<Core>, http: &Http, photo: &Photo, visit: RecordId) -> Result<(), Failure> {
        let mut url = self.server.join(&format!("v1/photos/{}", photo.hash));
        url.set_query(Some(&format!("record={visit}")));
        let (_, bytes) = http.raw(Method::GET, url, &self.token, &[], Vec::new()).await?.body;
        if bytes.len() as u64 > MAX_BYTES || picture::hash(&bytes) != photo.hash || !is_bare_jpeg(&bytes) {
            return Err(Code::BadPhoto.into());
        }
        let thumb = picture::thumb_of(&bytes)?;
        let mut core = hold(core);
        let now = core.env().now();
        let kept = core.transact(Durability::Batch, |tx| blobs::fetched(tx.db, photo, &bytes, &thumb, now));
        core.settle(kept).map(|_| ())
    }

    async fn send(&self, http: &Http, photo: &Waiting, report: &mut SyncReport) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let (place, offset) = self.begin(http, photo, report).await?;
            match self.go_on(http, &place, photo, offset, report).await {
                // Another request of ours is still being taken in, or was, or the upload was cleared away: what is there now?
                Err(f) if matches!(f.code, Code::Changed | Code::NotFound) => {}
                done => return done,
            }
        }
        Err(Code::ServerTrouble.into())
    }

    /// Announces the photo. The server says where to send it, and how much of it is there already, perhaps all.
    async fn begin(&self, http: &Http, photo: &Waiting, report: &mut SyncReport) -> Result<(Url, usize), Failure> {
        let word = |value: String| BASE64.encode(value.as_bytes());
        let about = format!("hash {},record {}", word(photo.hash.to_string()), word(photo.visit.to_string()));
        let headers = [TUS, ("upload-length", &photo.bytes.len().to_string()), ("upload-metadata", &about)];
        let url = self.server.join("v1/photos");
        let said = self.step(http, Method::POST, url.clone(), &headers, Vec::new(), report).await?;
        let place = said.get(LOCATION).and_then(|at| url.join(at.to_str().ok()?).ok());
        // The token is for this server alone.
        let place = place.filter(|place| place.origin() == url.origin()).ok_or(Code::NotOurServer)?;
        Ok((place, offset(&said)?))
    }

    async fn go_on(&self, http: &Http, place: &Url, photo: &Waiting, mut at: usize, report: &mut SyncReport) -> Result<(), Failure> {
        while let Some(piece) = photo.bytes.get(at..).filter(|rest| !rest.is_empty()).and_then(|rest| rest.chunks(PIECE).next()) {
            let headers = [TUS, ("upload-offset", &at.to_string()), ("content-type", "application/offset+octet-stream")];
            let said = self.step(http, Method::PATCH, place.clone(), &headers, piece.to_vec(), report).await?;
            let next = offset(&said)?;
            if next <= at {
                return Err(Code::NotOurServer.into());
            }
            at = next;
        }
        Ok(())
    }

    async fn step(
        &self,
        http: &Http,
        method: Method,
        url: Url,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
        report: &mut SyncReport,
    ) -> Result<HeaderMap, Failure> {
        report.requests += 1;
        let answered = http.raw(method, url, &self.token, headers, body).await?;
        report.up_bytes += answered.up_bytes;
        report.down_bytes += answered.down_bytes;
        Ok(answered.body.0)
    }
}

fn offset(said: &HeaderMap) -> Result<usize, Failure> {
    let number = said.get("upload-offset").and_then(|n| n.to_str().ok()?.parse().ok());
    number.ok_or(Code::NotOurServer.into())
}
