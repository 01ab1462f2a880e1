//! Encryption at rest: the database by SQLCipher, photos by XChaCha20-Poly1305, both under a key that the operator gives in a file or in
//! the environment and that lies nowhere else. Without a key everything is as SQLite and the folder have it.
use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::Hash;
use rusqlite::Connection;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Holds the key itself, where no file does.
const VARIABLE: &str = "NUANFANG_KEY";
/// Fewest bytes of a key as it is written: 32 random ones in hexadecimal have 64.
const LEAST: usize = 32;
/// How a file begins that anybody can read.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";
/// How a photo begins that is sealed. A JPEG begins otherwise.
const SEALED: &[u8; 8] = b"nfphoto1";

/// The operator's key; what it is used for has a key of its own, derived from it by BLAKE3.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The key in this file, else in `NUANFANG_KEY`; none where neither is.
    ///
    /// # Errors
    /// A file that cannot be read; a key that is too short.
    pub fn find(file: Option<&Path>) -> anyhow::Result<Option<Key>> {
        match (file, std::env::var(VARIABLE)) {
            (Some(file), _) => Key::read(file).map(Some),
            (None, Ok(text)) if !text.is_empty() => Key::of(text.as_bytes()).context(VARIABLE).map(Some),
            _ => Ok(None),
        }
    }

    /// The key in a file: all of it but white space at its ends.
    ///
    /// # Errors
    /// As [`Key::find`].
    pub fn read(file: &Path) -> anyhow::Result<Key> {
        let told = || format!("密钥文件 / key file {}", file.display());
        Key::of(&Zeroizing::new(fs::read(file).with_context(told)?)).with_context(told)
    }

    fn of(text: &[u8]) -> anyhow::Result<Key> {
        let text = text.trim_ascii();
        ensure!(text.len() >= LEAST, "密钥太短，请用 openssl rand -hex 32 生成 / too short; make one with: openssl rand -hex 32");
        Ok(Key(text.to_vec().into()))
    }

    fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        blake3::derive_key(purpose, &self.0).into()
    }

    /// As SQLCipher reads a raw key.
    fn spelt(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for byte in self.derived("nuanfang server 2026-11 database").iter() {
            // Writing to a string does not fail.
            _ = write!(text, "{byte:02x}");
        }
        text.push('\'');
        text
    }

    fn photos(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.derived("nuanfang server 2026-11 photos")).into())
    }

    /// Seals a photo under its name, which is its BLAKE3: put in another's place it does not open, and no nonce is used for two photos.
    ///
    /// # Errors
    /// None that happens to photos.
    pub fn seal(&self, name: &Hash, photo: &[u8]) -> anyhow::Result<Vec<u8>> {
        let sealed = self.photos().encrypt(&nonce(name), Payload { msg: photo, aad: &name.0 });
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a photo could not be sealed"))?;
        Ok([SEALED.as_slice(), &sealed].concat())
    }
}

fn nonce(name: &Hash) -> XNonce {
    let mut nonce = XNonce::default();
    nonce.iter_mut().zip(&name.0).for_each(|(to, from)| *to = *from);
    nonce
}

/// Opens a photo as it is stored, by whichever of these keys; one that is not sealed is itself.
///
/// # Errors
/// When none of the keys opens it.
pub fn open_photo(keys: &[Key], name: &Hash, stored: Bytes) -> anyhow::Result<Bytes> {
    let Some(sealed) = stored.strip_prefix(SEALED) else { return Ok(stored) };
    let opened = keys.iter().find_map(|key| key.photos().decrypt(&nonce(name), Payload { msg: sealed, aad: &name.0 }).ok());
    let opened = opened.map(Bytes::from);
    opened.context("照片打不开：密钥不对，或者文件被改动过 / a photo does not open: another key, or altered")
}

/// Whether a database is written for everybody to read; none where there is none yet.
pub fn is_plain(path: &Path) -> anyhow::Result<Option<bool>> {
    let mut first = [0; PLAIN.len()];
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e).with_context(|| path.display().to_string()),
    };
    match file.read_exact(&mut first) {
        Ok(()) => Ok(Some(first == *PLAIN)),
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e).with_context(|| path.display().to_string()),
    }
}

/// Opens a database by its key, and makes it where it is missing.
///
/// # Errors
/// In a sentence: it is encrypted and there is no key, it is not and there is one, or the key is another.
pub fn open(path: &Path, key: Option<&Key>) -> anyhow::Result<Connection> {
    let at = || path.display().to_string();
    match (is_plain(path)?, key) {
        (Some(true), Some(_)) => bail!(
            "{} 没有加密，现在却给了密钥：请先停下服务器，运行 nuanfang-server rekey --new-key-file / is not encrypted, yet a key is given: run rekey first",
            at()
        ),
        (Some(false), None) => bail!(
            "{} 是加密的（或者不是数据库）：请用 --key-file 或 NUANFANG_KEY 给出密钥 / is encrypted, or no database: give its key by --key-file or NUANFANG_KEY",
            at()
        ),
        _ => {}
    }
    crate::store::private::file(path)?;
    let conn = Connection::open(path).with_context(at)?;
    // SQLCipher would tell standard error about every page it cannot read.
    conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
    if let Some(key) = key {
        conn.execute_batch(&Zeroizing::new(format!("PRAGMA key = \"{}\"", key.spelt().as_str())))?;
    }
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))
        .with_context(|| format!("{} 打不开：密钥不对，或者文件坏了 / does not open: another key, or damaged", at()))?;
    Ok(conn)
}

/// Whether a database is as this key, or none, asks for; also where there is none yet.
///
/// # Errors
/// When it cannot be read.
pub fn is_done(path: &Path, key: Option<&Key>) -> anyhow::Result<bool> {
    Ok(is_plain(path)?.is_none_or(|plain| plain == key.is_none()) && (key.is_none() || open(path, key).is_ok()))
}

/// Writes a database anew beside itself under another key, or none, and puts it in its own place. Nobody may have it open.
///
/// # Errors
/// Those of [`open`]; when there is no room for a second one.
pub fn rewrite(path: &Path, from: Option<&Key>, to: Option<&Key>) -> anyhow::Result<()> {
    let next = PathBuf::from(format!("{}.rewriting", path.display()));
    if next.exists() {
        fs::remove_file(&next)?;
    }
    crate::store::private::file(&next)?;
    let conn = open(path, from)?;
    // What lies in the log goes into the file: the log is of the old key.
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    let spelt = to.map(Key::spelt);
    conn.execute("ATTACH DATABASE ?1 AS next KEY ?2", [next.to_string_lossy().as_ref(), spelt.as_ref().map_or("", |s| s.as_str())])?;
    conn.query_row("SELECT sqlcipher_export('next')", [], |_| Ok(()))?;
    conn.execute_batch(&format!("PRAGMA next.user_version = {version}; DETACH DATABASE next"))?;
    drop(conn);
    File::open(&next)?.sync_all()?;
    let answer: String = open(&next, to)?.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    ensure!(answer == "ok", "{answer}");
    Ok(fs::rename(&next, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: &str) -> Key {
        Key::of(letter.repeat(LEAST).as_bytes()).unwrap()
    }

    #[test]
    fn a_photo_opens_with_its_key_under_its_name_only() {
        let (one, two) = (key("1"), key("2"));
        let (name, other) = (Hash([1; 32]), Hash([2; 32]));
        let sealed = Bytes::from(one.seal(&name, b"\xff\xd8 a picture").unwrap());
        assert!(!sealed.windows(9).any(|w| w == b"a picture"));
        assert_eq!(open_photo(&[two.clone(), one.clone()], &name, sealed.clone()).unwrap(), b"\xff\xd8 a picture".as_slice());
        assert!(open_photo(&[two], &name, sealed.clone()).is_err());
        assert!(open_photo(&[one], &other, sealed).is_err(), "put in another's place");
        assert_eq!(open_photo(&[], &name, Bytes::from_static(b"\xff\xd8 as before")).unwrap(), b"\xff\xd8 as before".as_slice());
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(Key::of(b"secret\n").is_err());
        assert_eq!(*key("a").0, *Key::of(format!("{}\n", "a".repeat(LEAST)).as_bytes()).unwrap().0);
    }
}
