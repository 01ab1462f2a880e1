//! The server's own TLS: a certificate and its key from PEM files, read again when they change.
use crate::settings::Certificate;
use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use std::fs;
use std::future::pending;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// The certificate in use. New connections get the newest; those that are open keep theirs.
pub struct Tls {
    files: Certificate,
    now: RwLock<Loaded>,
}

#[derive(Clone)]
struct Loaded {
    config: Arc<ServerConfig>,
    /// Of both files.
    digest: [u8; 32],
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// Says which file cannot be read or holds nothing of use, and when they do not belong together.
    pub fn load(files: &Certificate) -> anyhow::Result<Tls> {
        Ok(Tls { files: files.clone(), now: RwLock::new(load(files)?) })
    }

    /// What a new connection speaks.
    pub fn config(&self) -> Arc<ServerConfig> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).config.clone()
    }

    /// Looks at the files now and then, and at once on SIGHUP. Ends never.
    pub async fn watch(&self) {
        #[cfg(unix)]
        let mut hang_up = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok();
        loop {
            #[cfg(unix)]
            let told = async { if let Some(h) = &mut hang_up { h.recv().await } else { pending().await } };
            #[cfg(not(unix))]
            let told = pending::<()>();
            _ = timeout(LOOK, told).await;
            match load(&self.files) {
                Ok(new) => self.take(new),
                // Perhaps half of the pair is written: looked at again soon. The old certificate serves meanwhile.
                Err(e) => tracing::error!(error = format!("{e:#}"), "the certificate was not read again"),
            }
        }
    }

    fn take(&self, new: Loaded) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.digest != new.digest {
            *now = new;
            tracing::info!("new certificate");
        }
    }
}

fn load(files: &Certificate) -> anyhow::Result<Loaded> {
    let (certificate, key) = (read(&files.certificate)?, read(&files.key)?);
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&certificate).collect::<Result<_, _>>().with_context(|| broken(&files.certificate))?;
    ensure!(!chain.is_empty(), "{} 里没有证书 / holds no certificate", files.certificate.display());
    let secret =
        PrivateKeyDer::from_pem_slice(&key).with_context(|| format!("{} 里没有能用的私钥 / holds no usable private key", files.key.display()))?;
    let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| format!("{} 和 {} 不配对 / do not belong together", files.certificate.display(), files.key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Phones come back often: they need not begin from nothing, and the server remembers none of them.
    config.ticketer = ring::Ticketer::new()?;
    let digest = Sha256::new().chain_update(&certificate).chain_update(&key).finalize().into();
    Ok(Loaded { config: Arc::new(config), digest })
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("读不到 / cannot read {}", file.display()))
}

fn broken(file: &Path) -> String {
    format!("{} 不是 PEM / is no PEM", file.display())
}
