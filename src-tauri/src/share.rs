//! Takes a document out of a phone's app: a page can save no file there, so the system's share sheet is offered it.
use data_encoding::BASE64;
use domain::api::{ExportRecord, Request, Response};
use domain::{Code, Failure, RecordId};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::{fs, io};
use tauri::plugin::{Builder, PluginHandle, TauriPlugin};
use tauri::{Manager, Wry};

/// The one folder other apps may read from, see `file_paths.xml`.
const FOLDER: &str = "shared";

/// The share sheet, and what is offered by it.
#[derive(Clone)]
pub struct Share {
    sheet: PluginHandle<Wry>,
    folder: PathBuf,
}

/// As `SharePlugin.kt` reads it.
#[derive(Serialize)]
struct Document<'a> {
    path: &'a Path,
    mime: &'a str,
}

/// Connects with `SharePlugin.kt`, and removes what an earlier run shared: it is not encrypted.
pub fn plugin() -> TauriPlugin<Wry> {
    Builder::new("share")
        .setup(|app, api| {
            let sheet = api.register_android_plugin("cn.nuanfang.app", "SharePlugin")?;
            let share = Share { sheet, folder: app.path().app_cache_dir()?.join(FOLDER) };
            share.clear()?;
            app.manage(share);
            Ok(())
        })
        .build()
}

/// The record whose document a request asks for.
pub fn exported(request: &Request) -> Option<RecordId> {
    match request {
        Request::ExportRecord(ExportRecord { id }) => Some(*id),
        _ => None,
    }
}

impl Share {
    /// Offers a record's document to other apps. Only the last one shared is kept, until the app is opened again. Its name is the
    /// record's id: names of files are seen by many.
    ///
    /// # Errors
    /// `Storage` when it cannot be written, `Internal` when it is no document or there is no share sheet.
    pub async fn record(&self, id: RecordId, document: &Response) -> Result<(), Failure> {
        let text = document.value.as_str().ok_or(Code::Internal)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| Code::Internal)?;
        let path = self.folder.join(format!("{id}.automerge"));
        let write = || {
            self.clear()?;
            fs::create_dir_all(&self.folder)?;
            fs::write(&path, bytes)
        };
        write().map_err(|_| Code::Storage)?;
        let document = Document { path: &path, mime: "application/octet-stream" };
        self.sheet.run_mobile_plugin_async::<()>("share", document).await.map_err(|_| Code::Internal.into())
    }

    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}
