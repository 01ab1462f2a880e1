//! The device a command works on: its home, opened with the PIN.
use client::Env;
use client::core::Core;
use client::device::env::SystemEnv;
use client::device::home::Home;
use client::server::http::Http;
use client::server::online;
use domain::api::{Call, Status, Unlock};
use domain::{Code, Failure, Timestamp};
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use text::{Lang, Text};
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// Before a lost connection is tried again.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);
/// Where the PIN is read from before it is asked for.
pub const PIN: &str = "NUANFANG_PIN";
/// The same for the PIN of a former device.
const OLD_PIN: &str = "NUANFANG_OLD_PIN";

/// One device.
pub struct Device {
    core: Mutex<Core>,
    http: Http,
    runtime: Runtime,
}

impl Device {
    /// The device in a folder, still locked.
    pub fn in_folder(folder: &Path) -> Result<Device, Failure> {
        let home = Home::open(folder, || eprintln!("nuanfang: {} …", folder.display()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| Failure::from(Code::Internal))?;
        Ok(Device { core: Mutex::new(Core::new(Box::new(SystemEnv), Box::new(home))), http: Http::new(Box::new(|_| {}))?, runtime })
    }

    /// Sends a request and reads its reply.
    pub fn call<C: Call>(&self, call: C) -> Result<C::Reply, Failure> {
        let response = self.runtime.block_on(online::handle(&self.core, &self.http, call.into()))?;
        serde_json::from_value(response.value).map_err(|_| Code::Internal.into())
    }

    /// Waits until the server has something new, or the connection to it is lost and some seconds have passed.
    pub fn wait_for_news(&self) {
        let news = Notify::new();
        self.runtime.block_on(async {
            tokio::select! {
                _ = online::listen(&self.core, &self.http, || news.notify_one()) => tokio::time::sleep(LISTEN_AGAIN).await,
                () = news.notified() => {}
            }
        });
    }

    /// Opens the database with the PIN from the environment, or asked for.
    pub fn unlock(&self) -> Result<(), Failure> {
        let pin = match given_pin() {
            Some(pin) => pin,
            None => ask("PIN: ")?,
        };
        let known = self.call(Status {})?.moved_aside;
        let status = self.call(Unlock { pin })?;
        if let Some(aside) = status.moved_aside.filter(|aside| known.as_ref() != Some(aside)) {
            eprintln!("{} ({aside})", Text::new(Lang::ZhCn).failure(&Code::DatabaseDamaged.into()));
        }
        Ok(())
    }
}

/// The PIN of the file descriptor.
static GIVEN: OnceLock<Zeroizing<String>> = OnceLock::new();

/// Reads the PIN from a file descriptor: its first line.
///
/// # Errors
/// `BadPin` when there is none to be read.
pub fn take_pin(from: Option<u32>) -> Result<(), Failure> {
    let Some(fd) = from else { return Ok(()) };
    let read = std::fs::read_to_string(format!("/dev/fd/{fd}")).map(Zeroizing::new).map_err(|_| Failure::from(Code::BadPin))?;
    _ = GIVEN.set(read.lines().next().unwrap_or_default().to_owned().into());
    Ok(())
}

/// The PIN of the file descriptor or in the environment.
pub fn given_pin() -> Option<String> {
    GIVEN.get().map(|pin| pin.to_string()).or_else(|| std::env::var(PIN).ok()).filter(|pin| !pin.is_empty())
}

/// The PIN that a former device had: from the environment, or asked for.
pub fn old_pin() -> Result<String, Failure> {
    match std::env::var(OLD_PIN) {
        Ok(pin) if !pin.is_empty() => Ok(pin),
        _ => ask("PIN: "),
    }
}

/// A new PIN: from the environment, or asked for twice.
pub fn new_pin() -> Result<String, Failure> {
    if let Some(pin) = given_pin() {
        return Ok(pin);
    }
    let (first, second) = (ask("PIN: ")?, ask("PIN (2): ")?);
    if first == second { Ok(first) } else { Err(Code::BadPin.into()) }
}

fn ask(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|_| Code::Locked.into())
}

/// The clock.
pub fn now() -> Timestamp {
    SystemEnv.now()
}
