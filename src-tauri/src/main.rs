//! The desktop program: everything but the interface is in the library, which a phone loads directly.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    nuanfang_shell::run(tauri::generate_context!())
}
