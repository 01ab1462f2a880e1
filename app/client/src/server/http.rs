//! The way to a server: HTTP, and what bytes it cost.
use domain::api::CoreEvent;
use domain::narrow::narrow;
use domain::sync::{ErrorReply, MAX_PLAIN, MEDIA};
use domain::{AreaCode, Code, Failure};
use futures_util::StreamExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use wire::{Lists, Sifted, Unreadable};
use zeroize::Zeroizing;

/// Longest line of news: every county of the nation.
const MAX_NEWS: usize = 128 << 10;

/// The connection to servers, and whom to tell of progress.
pub struct Http {
    client: Client,
    /// Called with every change of state.
    pub tell: Box<dyn Fn(CoreEvent) + Send + Sync>,
    rest: Box<dyn Fn() -> Rest + Send + Sync>,
}

/// A turn for others: done when whatever waited for the core had it.
pub type Rest = Pin<Box<dyn Future<Output = ()>>>;

/// A reply with its cost in bytes on the wire: first line, headers and body.
pub struct Answered<T> {
    /// The reply.
    pub body: T,
    /// How many items of its lists only a newer program can read.
    pub newer: u64,
    /// Sent.
    pub up_bytes: u64,
    /// Received.
    pub down_bytes: u64,
}

/// A server's address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server(Url);

impl Server {
    /// An address under the server's.
    pub fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        url
    }
    /// Host and port, as people know it.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |p| format!("{host}:{p}"))
    }
    /// With scheme.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Reads an address as people type it: a bare host means https, a bare loopback address http. Plain http goes nowhere else.
///
/// # Errors
/// `BadAddress`, `HttpsNeeded`.
pub fn address(typed: &str) -> Result<Server, Failure> {
    let narrow = |c: char| if c == '。' { '.' } else { narrow(c) };
    let typed: String = typed.trim().chars().map(narrow).collect();
    let read = |text: &str| Url::parse(text).map_err(|_| Failure::from(Code::BadAddress));
    let url = match typed.contains("://") {
        true => read(&typed)?,
        false => match read(&format!("https://{typed}"))? {
            url if is_loopback(&url) => read(&format!("http://{typed}"))?,
            url => url,
        },
    };
    let fine = matches!(url.scheme(), "https" | "http")
        && url.host_str().is_some_and(|h| !h.is_empty())
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none();
    match fine {
        false => Err(Code::BadAddress.into()),
        true if url.scheme() == "http" && !is_loopback(&url) => Err(Code::HttpsNeeded.into()),
        true => Ok(Server(url)),
    }
}

/// Whether this address can only mean the machine itself: asked of the host as it will be used, never of its spelling.
fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    // A browser looks up no name under localhost; elsewhere the system might.
    let named = host == "localhost" || (cfg!(target_arch = "wasm32") && host.ends_with(".localhost"));
    named || number.is_ok_and(|ip| ip.is_loopback())
}

impl Http {
    /// A connection. `tell` hears of every change of state.
    pub fn new(tell: Box<dyn Fn(CoreEvent) + Send + Sync>) -> Result<Http, Failure> {
        Ok(Http { client: build().map_err(|_| Failure::from(Code::Internal))?, tell, rest: Box::new(|| Box::pin(std::future::ready(()))) })
    }

    /// The same with the shell's way of giving others their turn; a shell that has nobody waiting needs none.
    pub fn with_rest(self, rest: Box<dyn Fn() -> Rest + Send + Sync>) -> Http {
        Http { rest, ..self }
    }

    /// Long work waits here between its slices.
    pub(crate) fn rest(&self) -> Rest {
        (self.rest)()
    }

    /// Sends a message of the wire and reads the reply; in these lists of it there may be items that only a newer program can read.
    pub async fn post<T: DeserializeOwned>(
        &self,
        url: Url,
        token: Option<&str>,
        message: &impl Serialize,
        lists: Lists,
    ) -> Result<Answered<T>, Failure> {
        let body = pack(message)?;
        let request = self.client.request(Method::POST, url).body(body.clone());
        let (up, down, headers, bytes) = self.send(with_token(request, token), body.len()).await?;
        if headers.get(CONTENT_TYPE).is_none_or(|t| t != MEDIA) {
            return Err(Code::NotOurServer.into());
        }
        let Sifted { body, newer } = unpack_known(&bytes, lists)?;
        Ok(Answered { body, newer, up_bytes: up, down_bytes: down })
    }

    /// A JSON call of the administrator.
    pub async fn json<T: DeserializeOwned>(&self, method: Method, url: Url, token: &str, body: Vec<u8>) -> Result<T, Failure> {
        let length = body.len();
        let request = self.client.request(method, url).body(body);
        let (_, _, _, bytes) = self.send(with_token(request, Some(token)), length).await?;
        serde_json::from_slice(&bytes).map_err(|_| Code::NotOurServer.into())
    }

    /// A question with a JSON answer.
    pub async fn get<T: DeserializeOwned>(&self, url: Url, token: &str) -> Result<T, Failure> {
        self.json(Method::GET, url, token, Vec::new()).await
    }

    /// One request of another protocol on the same server: its own headers, its body as it is. Gives headers and body of the reply.
    pub async fn raw(
        &self,
        method: Method,
        url: Url,
        token: &str,
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answered<(HeaderMap, Vec<u8>)>, Failure> {
        let length = body.len();
        let request = headers.iter().fold(self.client.request(method, url).body(body), |request, (name, value)| request.header(*name, *value));
        let (up_bytes, down_bytes, headers, bytes) = self.send(with_token(request, Some(token)), length).await?;
        Ok(Answered { body: (headers, bytes), newer: 0, up_bytes, down_bytes })
    }

    /// Hears how far the server's feed has come, `{county: seq}`, at once and whenever it moved, until the connection ends.
    pub async fn listen(&self, url: Url, token: &str, mut heard: impl FnMut(BTreeMap<AreaCode, u64>)) -> Result<(), Failure> {
        let request = with_token(self.client.request(Method::GET, url), Some(token)).build().map_err(|_| Failure::from(Code::BadAddress))?;
        let response = self.client.execute(request).await.map_err(|e| no_answer(&e))?;
        if !response.status().is_success() {
            return Err(strange(response.status().as_u16(), &[]).into());
        }
        let mut parts = pin!(response.bytes_stream());
        let mut line = Vec::new();
        while let Some(part) = parts.next().await {
            for byte in part.map_err(|e| no_answer(&e))? {
                if byte != b'\n' {
                    line.push(byte);
                } else if let Some(seqs) = std::mem::take(&mut line).strip_prefix(b"data:").and_then(|json| serde_json::from_slice(json).ok()) {
                    heard(seqs);
                }
            }
            if line.len() > MAX_NEWS {
                return Err(Code::NotOurServer.into());
            }
        }
        Ok(())
    }

    /// Sends a message and hands on the reply as it comes, part by part, until `take` says no; `cost` counts what went up and came down.
    pub async fn stream(
        &self,
        url: Url,
        token: &str,
        message: &impl Serialize,
        cost: &mut (u64, u64),
        mut take: impl AsyncFnMut(&[u8]) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let body = pack(message)?;
        let request = with_token(self.client.request(Method::POST, url).body(body.clone()), Some(token));
        let request = request.build().map_err(|_| Failure::from(Code::BadAddress))?;
        cost.0 += sent_bytes(&request, body.len());
        let response = self.client.execute(request).await.map_err(|e| no_answer(&e))?;
        let status = response.status();
        cost.1 += (format!("HTTP/1.1 {status}\r\n").len() + header_bytes(response.headers())) as u64;
        if !status.is_success() {
            let bytes = response.bytes().await.map_err(|e| no_answer(&e))?;
            return Err(said(status, &bytes));
        }
        let mut parts = pin!(response.bytes_stream());
        while let Some(part) = parts.next().await {
            let part = part.map_err(|e| no_answer(&e))?;
            cost.1 += part.len() as u64;
            if !take(&part).await? {
                break;
            }
        }
        Ok(())
    }

    async fn send(&self, request: RequestBuilder, body: usize) -> Result<(u64, u64, HeaderMap, Vec<u8>), Failure> {
        let request = request.build().map_err(|_| Failure::from(Code::BadAddress))?;
        let up = sent_bytes(&request, body);
        let response = self.client.execute(request).await.map_err(|e| no_answer(&e))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.map_err(|e| no_answer(&e))?.to_vec();
        if !status.is_success() {
            return Err(said(status, &bytes));
        }
        let first_line = format!("HTTP/1.1 {status}\r\n").len();
        Ok((up, (first_line + header_bytes(&headers) + bytes.len()) as u64, headers, bytes))
    }
}

fn with_token(request: RequestBuilder, token: Option<&str>) -> RequestBuilder {
    // A browser's own cache is not encrypted.
    #[cfg(target_arch = "wasm32")]
    let request = request.fetch_cache_no_store();
    match token {
        // What our own memory holds of it is wiped; what the connection sends is its own.
        Some(t) => match HeaderValue::from_str(&Zeroizing::new(format!("Bearer {t}"))) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(AUTHORIZATION, value)
            }
            Err(_) => request,
        },
        None => request,
    }
}

/// What a refusing server said. That a device was stopped is said by one status only.
fn said(status: StatusCode, body: &[u8]) -> Failure {
    let Ok(reply) = serde_json::from_slice::<ErrorReply>(body) else { return strange(status.as_u16(), body).into() };
    let failure = reply.word.and_then(|word| word.parse::<Code>().ok()).map_or(reply.failure, Failure::from);
    if failure.code == Code::DeviceRevoked && status != StatusCode::GONE { Code::NotOurServer.into() } else { failure }
}

/// A busy proxy is the server's trouble, and so is an error of ours that says it in no way this program can read; anything else is not our
/// server.
fn strange(status: u16, body: &[u8]) -> Code {
    let ours = serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|v| v.get("nuanfang").is_some());
    match status {
        429 => Code::SlowDown,
        500.. => Code::ServerTrouble,
        _ if ours => Code::ServerTrouble,
        _ => Code::NotOurServer,
    }
}

fn no_answer(e: &reqwest::Error) -> Failure {
    if e.is_builder() { Code::BadAddress.into() } else { Code::Offline.into() }
}

/// Makes the body of a request.
///
/// # Errors
/// `Internal` for what cannot be written, which no message is.
pub fn pack(message: &impl Serialize) -> Result<Vec<u8>, Failure> {
    wire::pack(message, 9).map_err(|_| Code::Internal.into())
}

/// Reads the body of a reply.
///
/// # Errors
/// `NotOurServer` for anything that is none, `TooLarge`.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    unpack_known(bytes, &[]).map(|read| read.body)
}

/// Reads the body of a reply, but for the items of lists that only a newer program can read.
fn unpack_known<T: DeserializeOwned>(bytes: &[u8], lists: Lists) -> Result<Sifted<T>, Failure> {
    wire::unpack(bytes, MAX_PLAIN).and_then(|plain| wire::read_known(&plain, lists)).map_err(|e| match e {
        Unreadable::Broken => Code::NotOurServer.into(),
        Unreadable::TooLarge => Code::TooLarge.into(),
    })
}

/// What the request costs: its line, our headers, those that HTTP/1.1 adds (`host`, `content-length`, `accept`), the body.
fn sent_bytes(request: &reqwest::Request, body: usize) -> u64 {
    let url = request.url();
    let host = url.host_str().map_or(0, str::len) + url.port().map_or(0, |p| p.to_string().len() + 1);
    let line = format!("{} {} HTTP/1.1\r\n", request.method(), url.path()).len();
    let added = "host: \r\n".len() + host + format!("content-length: {body}\r\n").len() + "accept: */*\r\n".len();
    (line + header_bytes(request.headers()) + added + body) as u64
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>() + 2
}

#[cfg(not(target_arch = "wasm32"))]
fn build() -> reqwest::Result<Client> {
    use std::time::Duration;
    // It fails where it is installed already, which is as good.
    _ = rustls::crypto::ring::default_provider().install_default();
    // Codes, tokens and files go where they are sent and nowhere else. (In a browser the content policy says so.)
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    let builder = builder.connect_timeout(Duration::from_secs(15)).read_timeout(Duration::from_secs(60)).no_proxy();
    #[cfg(target_os = "android")]
    let builder = builder.tls_certs_only(mozilla()?);
    builder.build()
}

/// Mozilla's certificate authorities, as compiled in. Android's own list is reached through Java only; and on an old phone it is
/// as old as the phone: below 7.1.1 it lacks Let's Encrypt.
#[cfg(target_os = "android")]
fn mozilla() -> reqwest::Result<Vec<reqwest::Certificate>> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|der| reqwest::Certificate::from_der(der)).collect()
}

#[cfg(target_arch = "wasm32")]
fn build() -> reqwest::Result<Client> {
    Client::builder().build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        for (typed, wanted) in [
            ("nuanfang.example.cn", "https://nuanfang.example.cn/"),
            (" https://a.cn ", "https://a.cn/"),
            ("127.0.0.1:8420", "http://127.0.0.1:8420/"),
            ("ａ。ｃｎ", "https://a.cn/"),
        ] {
            assert_eq!(address(typed).unwrap().as_str(), wanted);
        }
        for bad in ["", "ftp://a.cn", "http://", "https://user:pw@a.cn", "https://:pw@a.cn", "a b"] {
            assert_eq!(address(bad), Err(Code::BadAddress.into()), "{bad}");
        }
        assert_eq!(address("a.cn/nf").unwrap().join("v1/sync").as_str(), "https://a.cn/nf/v1/sync");
    }

    #[test]
    fn plain_http_goes_to_this_machine_only_however_the_address_is_spelt() {
        for (typed, wanted) in [
            ("localhost", "http://localhost/"),
            ("LocalHost:8420", "http://localhost:8420/"),
            ("HTTP://LOCALHOST:8420", "http://localhost:8420/"),
            ("127.1", "http://127.0.0.1/"),
            ("0x7f000001:8420", "http://127.0.0.1:8420/"),
            ("[::1]:8420", "http://[::1]:8420/"),
            ("[0:0:0:0:0:0:0:1]", "http://[::1]/"),
            ("https://127.0.0.1", "https://127.0.0.1/"),
            // Whatever only looks like it is asked by https.
            ("localhost.evil.cn", "https://localhost.evil.cn/"),
            ("127.0.0.1.evil.cn", "https://127.0.0.1.evil.cn/"),
            ("127.0.0.1。evil。cn", "https://127.0.0.1.evil.cn/"),
            ("localhost.", "https://localhost./"),
            ("[::ffff:10.0.0.1]", "https://[::ffff:a00:1]/"),
            ("0.0.0.0", "https://0.0.0.0/"),
        ] {
            assert_eq!(address(typed).unwrap().as_str(), wanted, "{typed}");
        }
        for typed in [
            "http://a.cn",
            "HTTP://A.CN:8420",
            "http://localhost.evil.cn",
            "http://127.0.0.1.evil.cn",
            "http://localhost.",
            "http://192.168.1.5:8420",
            "http://0.0.0.0:8420",
        ] {
            assert_eq!(address(typed), Err(Code::HttpsNeeded.into()), "{typed}");
        }
        for typed in ["localhost@evil.cn", "localhost:80@evil.cn", "http://127.0.0.1@evil.cn", "http://localhost:x@evil.cn"] {
            assert_eq!(address(typed), Err(Code::BadAddress.into()), "{typed}");
        }
    }

    #[test]
    fn only_one_status_says_that_a_device_was_stopped() {
        let body = br#"{"nuanfang":1,"failure":{"code":"device_revoked"}}"#;
        assert_eq!(said(StatusCode::GONE, body).code, Code::DeviceRevoked);
        for status in [StatusCode::IM_A_TEAPOT, StatusCode::UNAUTHORIZED, StatusCode::INTERNAL_SERVER_ERROR] {
            assert_eq!(said(status, body).code, Code::NotOurServer, "{status}");
        }
        let newer = br#"{"nuanfang":1,"failure":{"code":"not_allowed"},"word":"device_revoked"}"#;
        assert_eq!(said(StatusCode::FORBIDDEN, newer).code, Code::NotOurServer, "nor in the words that newer programs read");
    }
}
