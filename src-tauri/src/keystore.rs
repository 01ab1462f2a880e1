//! What Android keeps for this app: 32 bytes, encrypted by a key that does not leave the phone's keystore. They seal the
//! database's key beside the PIN, so that a copy of the app's folder is worth nothing.
use client::env::{SystemEnv, random};
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::Arc;

/// The secret, made at the first start. None where the phone's keystore does not work: the PIN, or the passphrase the county
/// then wants, is alone.
pub fn secret() -> Option<[u8; 32]> {
    let store: Arc<CredentialStore> = android_native_keyring_store::Store::new().ok()?;
    let entry = Entry::new_in_store(&store, "cn.nuanfang.app", "database").ok()?;
    if matches!(entry.get_secret(), Err(Error::NoEntry)) {
        entry.set_secret(&random::<32>(&SystemEnv)).ok()?;
    }
    // Read again also when it was just made: what cannot be read must not seal anything.
    entry.get_secret().ok()?.try_into().ok()
}
