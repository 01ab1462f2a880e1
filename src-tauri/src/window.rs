//! The main window and its size.
use anyhow::Context;
use tauri::{AppHandle, WebviewWindowBuilder};

/// Names the window's size in logical pixels, as `1366x768`; for desks and tests. Phones ignore it.
#[cfg(desktop)]
const SIZE_VARIABLE: &str = "NUANFANG_WINDOW";

/// Opens the main window as the configuration describes it, in the size asked for, if any.
///
/// # Errors
/// When the configuration names no window, or the window system refuses it.
pub(crate) fn open(app: &AppHandle) -> anyhow::Result<()> {
    let config = app.config().app.windows.first().context("no window is configured")?;
    let builder = WebviewWindowBuilder::from_config(app, config)?;
    #[cfg(desktop)]
    let builder = match std::env::var(SIZE_VARIABLE).ok().as_deref().and_then(size) {
        Some((width, height)) => builder.inner_size(width, height),
        None => builder,
    };
    builder.build()?;
    Ok(())
}

/// Reads `WIDTHxHEIGHT`; `None` for anything else.
#[cfg(desktop)]
fn size(text: &str) -> Option<(f64, f64)> {
    let (width, height) = text.split_once('x')?;
    Some((f64::from(width.parse::<u16>().ok()?), f64::from(height.parse::<u16>().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_size_is_two_numbers_with_an_x_between() {
        assert_eq!(size("1366x768"), Some((1366.0, 768.0)));
        assert_eq!(size("1366"), None);
        assert_eq!(size("ax768"), None);
        assert_eq!(size("-1x768"), None);
    }
}
