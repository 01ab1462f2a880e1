//! Where photos lie.
use crate::settings::{PhotoSettings, Settings};
use crate::store::at_rest::{Key, open_photo};
use crate::store::private;
use anyhow::Context;
use bytes::Bytes;
use domain::{Hash, Timestamp};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, RetryConfig};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// In the data folder.
const FOLDER: &str = "blobs";

/// The place: opened when it is first needed.
pub struct Photos {
    folder: PathBuf,
    settings: PhotoSettings,
    /// Each opens.
    keys: Vec<Key>,
    /// Whether the first of them seals.
    seals: bool,
    opened: OnceLock<(Arc<dyn ObjectStore>, Path)>,
}

impl Photos {
    /// The place that settings name.
    pub fn of(settings: &Settings) -> Photos {
        Photos { folder: settings.data.join(FOLDER), settings: settings.photos.clone(), keys: Vec::new(), seals: true, opened: OnceLock::new() }
    }

    /// The same, sealing with the first of these keys; what any of them sealed, or nobody, is read.
    pub fn with_keys(self, keys: Vec<Key>) -> Photos {
        Photos { keys, ..self }
    }

    /// The same, sealing no more: what one of these keys sealed is still read.
    pub fn reading(self, keys: Vec<Key>) -> Photos {
        Photos { keys, seals: false, ..self }
    }

    /// Opens it, to tell mistaken settings at once. A folder is made when there is something to put in it.
    ///
    /// # Errors
    /// When the address is none, or the environment lacks what S3 needs.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.settings.url.is_some() { self.open().map(|_| ()) } else { Ok(()) }
    }

    fn open(&self) -> anyhow::Result<&(Arc<dyn ObjectStore>, Path)> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let opened: (Arc<dyn ObjectStore>, Path) = match &self.settings.url {
            Some(url) => s3(url, self.settings.endpoint.as_deref())?,
            None => {
                private::folder(&self.folder)?;
                (Arc::new(LocalFileSystem::new_with_prefix(&self.folder)?.with_fsync(true)), Path::default())
            }
        };
        Ok(self.opened.get_or_init(|| opened))
    }

    fn place(&self, hash: &Hash) -> anyhow::Result<(&Arc<dyn ObjectStore>, Path)> {
        let (store, prefix) = self.open()?;
        let name = hash.to_string();
        let shelf = name.get(..2).unwrap_or_default().to_owned();
        Ok((store, prefix.clone().join(shelf).join(format!("{name}.jpg"))))
    }

    /// Whether it is there.
    ///
    /// # Errors
    /// When that cannot be found out.
    pub async fn has(&self, hash: &Hash) -> anyhow::Result<bool> {
        let (store, place) = self.place(hash)?;
        Ok(there(store.head(&place).await)?.is_some())
    }

    /// Its bytes; none when it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get(&self, hash: &Hash) -> anyhow::Result<Option<Bytes>> {
        let (store, place) = self.place(hash)?;
        match there(store.get(&place).await)? {
            Some(found) => open_photo(&self.keys, hash, found.bytes().await?).map(Some),
            None => Ok(None),
        }
    }

    /// Puts it there, durably.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, hash: &Hash, bytes: Vec<u8>) -> anyhow::Result<()> {
        let (store, place) = self.place(hash)?;
        let bytes = match self.keys.first().filter(|_| self.seals) {
            Some(key) => key.seal(hash, &bytes)?,
            None => bytes,
        };
        store.put(&place, bytes.into()).await?;
        Ok(())
    }

    /// Stores each photo anew as it is stored from now on. How many.
    ///
    /// # Errors
    /// When one cannot be read by any key, or not be written: those before it are done.
    pub async fn rewrite(&self) -> anyhow::Result<u64> {
        let names: Vec<Hash> = self.all().map_ok(|(hash, _)| hash).try_collect().await?;
        let mut done = 0;
        for hash in names {
            if let Some(bytes) = self.get(&hash).await? {
                self.put(&hash, bytes.to_vec()).await?;
                done += 1;
            }
        }
        Ok(done)
    }

    /// Removes it.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub async fn remove(&self, hash: &Hash) -> anyhow::Result<()> {
        let (store, place) = self.place(hash)?;
        there(store.delete(&place).await)?;
        Ok(())
    }

    /// All photos, with the moment each was stored. What is not named like one is somebody else's and left out.
    pub fn all(&self) -> impl Stream<Item = anyhow::Result<(Hash, Timestamp)>> + '_ {
        let nothing_yet = self.settings.url.is_none() && !self.folder.exists();
        let opened = if nothing_yet { None } else { Some(self.open()) };
        stream::iter(opened).flat_map(|opened| match opened {
            Err(e) => stream::iter([Err(e)]).boxed(),
            Ok((store, prefix)) => store
                .list(Some(prefix))
                .filter_map(|found| async {
                    match found {
                        Ok(meta) => {
                            let hash = meta.location.filename()?.strip_suffix(".jpg")?.parse().ok()?;
                            Some(Ok((hash, Timestamp(meta.last_modified.timestamp_millis()))))
                        }
                        Err(e) => Some(Err(e.into())),
                    }
                })
                .boxed(),
        })
    }
}

fn there<T>(found: object_store::Result<T>) -> anyhow::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// `s3://bucket/prefix`; keys and region from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`.
fn s3(url: &str, endpoint: Option<&str>) -> anyhow::Result<(Arc<dyn ObjectStore>, Path)> {
    let rest = url.strip_prefix("s3://").context("[photos] url 应为 s3://桶/目录 / should be s3://bucket/prefix")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    // Whoever was first chose the same.
    _ = rustls::crypto::ring::default_provider().install_default();
    // A device tries again by itself: it is not to wait for longer than a request may take.
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(15), ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    let store = builder.build().context("[photos] 的 S3 设置不完整 / the settings for S3 are not complete")?;
    Ok((Arc::new(store), Path::parse(prefix)?))
}
