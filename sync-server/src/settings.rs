//! The server's settings: one struct, filled from the command line, the environment and a config file, in this order.
use crate::access::Proxy;
use crate::limits::Limits;
use anyhow::Context;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Settings of `serve`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the database.
    pub data: PathBuf,
    /// Address to listen on; port 0 takes a free one and prints it.
    pub listen: SocketAddr,
    /// Wrong one-time codes taken in a minute before everybody has to wait.
    pub wrong_codes_per_minute: u32,
    /// Seconds a request may be worked on.
    pub request_seconds: u64,
    /// Seconds in which the server, told to stop, still takes requests while `/ready` says no: for a balancer to look elsewhere.
    pub drain_seconds: u64,
    /// Seconds running requests have to finish when the server stops.
    pub stop_seconds: u64,
    /// Proxies whose `X-Forwarded-For` names the caller's address.
    pub trusted_proxies: Vec<Proxy>,
    /// What callers may ask at once.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            data: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            wrong_codes_per_minute: 20,
            request_seconds: 120,
            drain_seconds: 0,
            stop_seconds: 30,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// The file's settings, or the defaults where there is no file.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Settings> {
        let Some(file) = file else { return Ok(Settings::default()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read the config file {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("the config file {} is not as expected", file.display()))
    }
}
