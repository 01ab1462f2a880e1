//! HTTP by hand, byte for byte: what no well-behaved client would send.
use std::io::{Read, Write};
use std::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// `200`; 0 when the connection was closed without a word.
    pub status: u16,
    /// Everything before the body.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value))
    }
}

/// Opens a connection and sends these bytes.
pub fn send(host: &str, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

/// Reads until the server closes the connection.
pub fn read(mut stream: TcpStream) -> Answer {
    let mut said = Vec::new();
    _ = stream.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said).into_owned();
    let (head, body) = said.split_once("\r\n\r\n").unwrap_or((&said, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// One request without a body: `ask(host, "GET /health", "")`; `headers` are whole lines.
pub fn ask(host: &str, what: &str, headers: &str) -> Answer {
    read(send(host, &format!("{what} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n")))
}
