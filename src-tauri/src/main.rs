//! The desktop program: everything is in the library, which a phone loads directly.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    nuanfang_shell::run()
}
