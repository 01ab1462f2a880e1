//! The server's settings: one struct, filled from the command line, the environment and a config file, in this order.
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
    /// PostgreSQL in place of the folder: `postgres://user:password@host/name`. Several servers may share it.
    pub database: Option<String>,
    /// Most connections to PostgreSQL.
    pub database_connections: u32,
    /// Address to listen on; port 0 takes a free one and prints it.
    pub listen: SocketAddr,
    /// Wrong one-time codes taken in a minute before everybody has to wait.
    pub wrong_codes_per_minute: u32,
    /// Seconds a request may take.
    pub request_seconds: u64,
    /// Where photos lie.
    pub photos: PhotoSettings,
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
            database: None,
            database_connections: 8,
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            wrong_codes_per_minute: 20,
            request_seconds: 120,
            photos: PhotoSettings::default(),
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
