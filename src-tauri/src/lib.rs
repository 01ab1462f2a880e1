//! The shell: one command, `call`, hands the interface's requests to the client core; `background` keeps it in step with
//! the server while the app is open.

mod background;
mod device;
mod keystore;
#[cfg(target_os = "android")]
mod share;
mod window;

use device::Device;
use domain::Failure;
use domain::api::{Request, Response};
use std::sync::Arc;
use tauri::{Manager, State};

/// Carries one request of the interface to the core and its reply back. On a phone an exported document also opens the share sheet.
///
/// # Errors
/// A failure as the interface reads it: `{"code": …}`, with `field` where one is at fault.
#[tauri::command]
async fn call(device: State<'_, Arc<Device>>, request: Request) -> Result<Response, Failure> {
    let device = device.inner().clone();
    #[cfg(target_os = "android")]
    let exported = share::exported(&request);
    // A device that joined has only begun its first download.
    let joined = matches!(request, Request::Enrol(_) | Request::StartOver(_));
    device.touch();
    let response = device.clone().handle(request).await?;
    if joined || !response.changed.is_empty() {
        device.wake.notify_one();
    }
    #[cfg(target_os = "android")]
    if let Some(id) = exported {
        device.share.record(id, &response).await?;
    }
    Ok(response)
}

/// Opens the window and returns when it is closed. The interface is in the context.
///
/// # Errors
/// When the window system cannot be reached or the configuration does not fit it.
pub fn run(context: tauri::Context) -> anyhow::Result<()> {
    let builder = tauri::Builder::default();
    #[cfg(mobile)]
    let builder = builder.on_window_event(background::follow);
    #[cfg(target_os = "android")]
    let builder = builder.plugin(share::plugin());
    builder
        .invoke_handler(tauri::generate_handler![call])
        .setup(|app| {
            let device = Arc::new(Device::open(app.handle())?);
            app.manage(device.clone());
            tauri::async_runtime::spawn(background::listen(device.clone()));
            tauri::async_runtime::spawn(background::lock_when_idle(device.clone()));
            tauri::async_runtime::spawn(background::keep_in_step(device));
            Ok(window::open(app.handle())?)
        })
        .run(context)?;
    Ok(())
}

/// The phone's entry point: there is nobody to return an error to, so it ends the program with the reason.
#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn start() {
    if let Err(error) = run(tauri::generate_context!()) {
        eprintln!("nuanfang: {error:#}");
        std::process::exit(1);
    }
}
