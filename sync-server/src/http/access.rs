//! Who asks, and one line in the log a request: never a name, a token, an address, or a path with an id in it.
use crate::app::App;
use crate::error::AppError;
use crate::http::connections::Peer;
use crate::measures;
use crate::settings::Proxy;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use domain::DeviceId;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};
use tokio::time::Instant;
use tracing::Instrument;

/// Names the request in the reply when it failed, as the log does.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The caller's address: the last one in the chain that no proxy of ours is.
fn caller(peer: IpAddr, headers: &HeaderMap, proxies: &[Proxy]) -> IpAddr {
    let mut caller = peer.to_canonical();
    let told = headers.get_all(FORWARDED).iter().rev().flat_map(|h| h.to_str().unwrap_or_default().rsplit(','));
    for hop in told {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        if !proxies.iter().any(|proxy| proxy.has(caller)) {
            break;
        }
        caller = hop.to_canonical();
    }
    caller
}

/// Where a request comes from.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The caller's address.
    pub address: IpAddr,
    /// The caller's device, once it is known.
    device: Arc<OnceLock<String>>,
}

impl Origin {
    /// Notes the device for the log, by the end of its id: random, and found in `device list`.
    pub(crate) fn is(&self, device: &DeviceId) {
        let id = device.to_string();
        _ = self.device.set(id.get(id.len().saturating_sub(8)..).unwrap_or_default().to_owned());
    }
}

/// The middleware around everything: limits the address, names the request, writes the line.
pub(crate) async fn log(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = HEXLOWER.encode(app.env.random().get(..4).unwrap_or_default());
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("file", MatchedPath::as_str).to_owned();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let origin = Origin { address: caller(peer, request.headers(), &app.settings.trusted_proxies), device: Arc::default() };
    request.extensions_mut().insert(origin.clone());
    let bytes_in = length(request.headers());
    let span = tracing::info_span!("request", id);
    let mut response = async {
        match app.guard.address(origin.address) {
            Err(slow_down) if !is_probe(&route) => AppError::from(slow_down).into_response(),
            _ => next.run(request).await,
        }
    }
    .instrument(span.clone())
    .await;
    let _in = span.enter();
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let bytes_out = axum::body::HttpBody::size_hint(response.body()).lower();
    measures::answered(&route, method, status, took, bytes_in, bytes_out);
    let device = origin.device.get().map_or("", String::as_str);
    if is_probe(&route) {
        tracing::debug!(method, route, status, milliseconds, "request");
    } else {
        tracing::info!(method, route, status, milliseconds, bytes_in, bytes_out, device, "request");
    }
    // A success needs no name, and a day with nothing new should cost next to nothing.
    if status >= 400
        && let Ok(id) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Asked every few seconds by whatever watches the server: not in the log, and never told to slow down.
fn is_probe(route: &str) -> bool {
    matches!(route, "/health" | "/ready")
}

fn length(headers: &HeaderMap) -> u64 {
    headers.get(axum::http::header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse().ok()).unwrap_or_default()
}

/// A caller may invent methods; the log and the metrics know these.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, HeaderValue::from_str(line).unwrap());
        }
        let proxies: Vec<_> = proxies.iter().map(|p| Proxy::try_from((*p).to_owned()).unwrap()).collect();
        caller(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_our_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", &["192.0.2.1"], &["127.0.0.1"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["192.0.2.1"], &["127.0.0.1"]), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", &[], &["127.0.0.1"]), "127.0.0.1");
    }

    #[test]
    fn what_the_caller_put_into_the_chain_counts_for_nothing() {
        let proxies = ["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(seen("::ffff:127.0.0.1", &["1.1.1.1, 192.0.2.1, 10.3.0.1"], &proxies), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", &["1.1.1.1", "192.0.2.1"], &proxies), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", &["192.0.2.1, nonsense"], &proxies), "127.0.0.1");
    }

    #[test]
    fn a_mistyped_proxy_is_named() {
        assert!(Proxy::try_from("10.0.0.0/33".to_owned()).unwrap_err().contains("10.0.0.0/33"));
    }
}
