//! What is sealed under the key that a device shares with its server: XChaCha20-Poly1305, with one key a purpose.
use crate::device::env::random;
use crate::{Env, Result};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::sync::{DeviceKey, REVOCATION};
use domain::{Code, DeviceId, Failure, Hash};
use zeroize::Zeroizing;

/// The key of the device's database.
pub const DATABASE: &str = "nuanfang 2026-11 key of a device's database";
/// The tokens that a device shows, under the key of its database.
pub const TOKENS: &str = "nuanfang 2026-11 tokens of a device";
/// What a device had not uploaded when it was stopped.
pub const UNSENT: &str = "nuanfang 2026-11 what a device had not uploaded";

/// Bytes of a nonce, before what it sealed.
const NONCE: usize = 24;

fn cipher(key: &DeviceKey, purpose: &str) -> XChaCha20Poly1305 {
    let derived = Zeroizing::new(blake3::derive_key(purpose, &key.0.0));
    XChaCha20Poly1305::new(&(*derived).into())
}

/// Seals bytes: a nonce, then what is sealed.
pub fn seal(key: &DeviceKey, purpose: &str, plain: &[u8], env: &dyn Env) -> Result<Vec<u8>> {
    let nonce: [u8; NONCE] = random(env);
    let sealed = cipher(key, purpose).encrypt(&XNonce::from(nonce), plain).map_err(|_| Failure::from(Code::Internal))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens them.
///
/// # Errors
/// `WrongPin` for another key, another purpose and altered bytes.
pub fn open(key: &DeviceKey, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let wrong = || Failure::from(Code::WrongPin);
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
    Ok(Zeroizing::new(cipher(key, purpose).decrypt(&XNonce::from(*nonce), sealed).map_err(|_| wrong())?))
}

/// Whether this is the word of the server that shares the key: this device was stopped. Compares in constant time.
pub fn is_proof(key: &DeviceKey, device: &DeviceId, nonce: &Hash, proof: &Hash) -> bool {
    let derived = Zeroizing::new(blake3::derive_key(REVOCATION, &key.0.0));
    let said = blake3::Hasher::new_keyed(&derived).update(device.bytes()).update(&nonce.0).finalize();
    said == proof.0
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::device::env::SystemEnv;

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_purpose_only() {
        let (key, other) = (DeviceKey(Hash([1; 32])), DeviceKey(Hash([2; 32])));
        let mut sealed = seal(&key, UNSENT, b"secret", &SystemEnv).unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
        assert_eq!(open(&key, UNSENT, &sealed).unwrap().as_slice(), b"secret");
        assert!(open(&other, UNSENT, &sealed).is_err() && open(&key, DATABASE, &sealed).is_err() && open(&key, UNSENT, b"").is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(open(&key, UNSENT, &sealed).is_err());
    }
}
