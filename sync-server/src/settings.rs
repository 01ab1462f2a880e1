//! The server's settings: one struct, filled from the command line, the environment and a config file, in this order.
use crate::limits::Limits;
use anyhow::Context;
use domain::audit::KEEP_DAYS;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Settings of `serve`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the database.
    pub data: PathBuf,
    /// File of the key that encrypts the database and photos; without it, and without `NUANFANG_KEY` in the environment, nothing is.
    pub key_file: Option<PathBuf>,
    /// PostgreSQL in place of the folder: `postgres://user:password@host/name`. Several servers may share it.
    pub database: Option<String>,
    /// Most connections to PostgreSQL.
    pub database_connections: u32,
    /// Address to listen on; port 0 takes a free one and prints it.
    pub listen: SocketAddr,
    /// Wrong one-time codes taken from all together in a minute before everybody has to wait: so that codes cannot be guessed.
    pub wrong_codes_per_minute: u32,
    /// Wrong one-time codes taken from one address in a minute: people mistype.
    pub wrong_codes_per_address: u32,
    /// Seconds a request may be worked on, such as an office's list; then it ends, and what it wrote is undone. For devices see
    /// `work_seconds` in `[limits]`.
    pub request_seconds: u64,
    /// Seconds in which the server, told to stop, still takes requests while `/ready` says no: for a balancer to look elsewhere.
    pub drain_seconds: u64,
    /// Seconds running requests have to finish when the server stops.
    pub stop_seconds: u64,
    /// Proxies whose `X-Forwarded-For` names the caller's address.
    pub trusted_proxies: Vec<Proxy>,
    /// Whether a proxy with HTTPS stands before it: browsers are then told to come by nothing else. With `[tls]` they are anyway.
    pub behind_https: bool,
    /// Where Prometheus may read figures; nowhere unless set. Not an address for everybody.
    pub metrics_listen: Option<SocketAddr>,
    /// The server's own TLS; without it, plain HTTP for a proxy that has it.
    pub tls: Option<Certificate>,
    /// What callers may ask at once.
    pub limits: Limits,
    /// Where photos lie.
    pub photos: PhotoSettings,
    /// Days for which the log of acts and of reading is kept; never fewer than 180.
    pub audit_days: u32,
}

/// The section `[tls]`: PEM files, read again when they change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The certificate, then those between it and the authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where photos lie, and how long those stay that no visit names. Keys are never settings: S3's come from `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY` and `AWS_REGION` in the environment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhotoSettings {
    /// `s3://bucket/prefix`; without it the folder `blobs` in the data folder.
    pub url: Option<String>,
    /// Address of a storage that speaks S3 but is not Amazon's.
    pub endpoint: Option<String>,
    /// Days after which a photo goes that no visit names.
    pub keep_days: u32,
}

impl Default for PhotoSettings {
    fn default() -> Self {
        PhotoSettings { url: None, endpoint: None, keep_days: 30 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            data: "data".into(),
            key_file: None,
            database: None,
            database_connections: 8,
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            wrong_codes_per_minute: 600,
            wrong_codes_per_address: 5,
            request_seconds: 120,
            drain_seconds: 0,
            stop_seconds: 30,
            trusted_proxies: Vec::new(),
            behind_https: false,
            metrics_listen: None,
            tls: None,
            limits: Limits::default(),
            photos: PhotoSettings::default(),
            audit_days: 400,
        }
    }
}

impl Settings {
    /// The file's settings, or the defaults where there is no file.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Settings> {
        let Some(file) = file else { return Ok(Settings::default()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read the config file {}", file.display()))?;
        let settings: Settings = toml::from_str(&text).with_context(|| format!("the config file {} is not as expected", file.display()))?;
        anyhow::ensure!(
            settings.audit_days >= KEEP_DAYS,
            "{}: audit_days 不能少于 {KEEP_DAYS} 天 / must be {KEEP_DAYS} days or more",
            file.display()
        );
        Ok(settings)
    }
}

/// A proxy, or a network of them, whose word for the caller's address is taken: `10.0.0.7` or `10.0.0.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Proxy(IpNet);

impl TryFrom<String> for Proxy {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        net.map(Proxy).map_err(|_| format!("trusted_proxies: {text:?} 不是地址或网段 / is no address or network"))
    }
}

impl Proxy {
    /// Whether this is an address of it.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../deploy/nuanfang.toml");

    #[test]
    fn the_sample_file_says_what_holds_without_it() {
        assert_eq!(toml::from_str::<Settings>(SAMPLE).unwrap(), Settings::default());
        assert_eq!(toml::from_str::<Settings>(include_str!("../deploy/compose.toml")).unwrap().drain_seconds, 10);
    }

    #[test]
    fn the_sample_file_names_every_setting_also_those_that_are_off() {
        let on: String =
            SAMPLE.lines().map(|line| line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(line).to_owned() + "\n").collect();
        let given: toml::Table = toml::from_str(&on).unwrap();
        let settings: Settings = toml::from_str(&on).unwrap();
        let said = format!("{settings:#?}");
        for name in said.lines().filter_map(|line| line.trim().split_once(": ")).map(|(name, _)| name) {
            let sections = ["limits", "photos", "tls"].map(|section| given[section].as_table().unwrap());
            assert!(given.contains_key(name) || sections.iter().any(|s| s.contains_key(name)), "{name} is not in the sample");
        }
    }

    #[test]
    fn a_mistyped_setting_is_named() {
        let said = toml::from_str::<Settings>("[limits]\ndevices_per_minute = 1").unwrap_err().to_string();
        assert!(said.contains("devices_per_minute"), "{said}");
    }
}
