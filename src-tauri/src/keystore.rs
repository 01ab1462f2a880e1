//! What the system keeps for this app: 32 bytes in the phone's keystore, or in that of a desk (Secret Service, Credential Manager,
//! Keychain). They seal the database's key beside the PIN, so that a copy of the app's folder is worth nothing.
use client::device::env::{SystemEnv, random};
use keyring_core::{CredentialStore, Entry, Error};
use std::sync::Arc;

/// The secret, made at the first start. None where the system has no keystore, or its owner keeps it closed: the PIN, or the passphrase
/// the county then wants, is alone.
pub fn secret() -> Option<[u8; 32]> {
    let entry = Entry::new_in_store(&store()?, "cn.nuanfang.app", "database").ok()?;
    if matches!(entry.get_secret(), Err(Error::NoEntry)) {
        entry.set_secret(&random::<32>(&SystemEnv)).ok()?;
    }
    // Read again also when it was just made: what cannot be read must not seal anything.
    entry.get_secret().ok()?.try_into().ok()
}

fn store() -> Option<Arc<CredentialStore>> {
    #[cfg(target_os = "android")]
    let store = android_native_keyring_store::Store::new();
    #[cfg(target_os = "linux")]
    let store = dbus_secret_service_keyring_store::Store::new();
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new();
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new();
    Some(store.ok()?)
}
