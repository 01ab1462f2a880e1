//! Single HTTP requests, written by hand: what no client of ours would send.
use crate::device::Device;
use client::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::server::http::Http;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name))).map(|(_, value)| value)
    }
    /// The code of a failure.
    pub fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["failure"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Opens a connection and sends a request's head and as much of its body as there is.
pub fn begin(server: &str, method: &str, path: &str, headers: &[(&str, &str)], length: usize, body: &[u8]) -> TcpStream {
    let host = server.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n");
    line.write_all(&[head.as_bytes(), body].concat()).unwrap();
    line
}

/// One request and its reply.
pub fn ask(server: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut line = begin(server, method, path, headers, body.len(), body);
    let mut answer = Vec::new();
    // A server that has said no may close before it has read everything.
    _ = line.read_to_end(&mut answer);
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("no reply: {}", String::from_utf8_lossy(&answer)));
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let chunked = head.to_lowercase().contains("transfer-encoding: chunked");
    assert!(!chunked, "not read here");
    Reply { status, head, body: answer[end + 4..].to_vec() }
}

/// What a device shows as `Authorization`.
pub fn bearer(device: &Device) -> String {
    let (core, _) = open(device);
    let core = core.lock().unwrap();
    format!("Bearer {}", data_encoding::BASE64URL_NOPAD.encode(&core.secret().unwrap().token[..]))
}

/// The device's core and its way to the server, in this process.
pub fn open(device: &Device) -> (Mutex<Core>, Http) {
    let mut core = Core::new(Box::new(SystemEnv), Box::new(Home::open(&device.home, || {}).unwrap()));
    core.unlock(&device.pin).unwrap();
    (Mutex::new(core), Http::new(Box::new(|_| {})).unwrap())
}

/// Sends the device's records, and no photo.
pub fn push_records(device: &Device) {
    let (core, http) = open(device);
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (prepared, url, token) = {
            let core = client::server::link::hold(&core);
            let secret = core.secret().unwrap();
            let token = data_encoding::BASE64URL_NOPAD.encode(&secret.token[..]);
            (client::server::sync::prepare(&core).unwrap(), client::server::http::address(&secret.server).unwrap().join("v1/sync"), token)
        };
        let answer = http.post(url, Some(&token), &prepared.request, wire::REPLY).await.unwrap();
        let reply = domain::sync::SyncReply { newer: answer.newer, ..answer.body };
        client::server::sync::take_in(&mut client::server::link::hold(&core), &prepared, reply).unwrap();
    });
}
