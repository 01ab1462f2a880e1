//! A display for the window where the machine has none.
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Whether windows can be seen here.
pub(crate) fn is_there() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// An invisible screen; gone when dropped.
pub(crate) struct Invisible {
    xvfb: Child,
    /// What to set DISPLAY to.
    pub(crate) name: String,
}

impl Invisible {
    /// Starts one, large enough for a desk. The X server finds a free number itself.
    ///
    /// # Errors
    /// When Xvfb is not installed or does not start.
    pub(crate) fn start() -> Result<Self> {
        let mut xvfb = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x1024x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb: run xtask/setup.sh")?;
        let mut number = String::new();
        let stdout = xvfb.stdout.take().context("Xvfb has no output")?;
        let read = BufReader::new(stdout).read_line(&mut number);
        let screen = Invisible { xvfb, name: format!(":{}", number.trim()) };
        anyhow::ensure!(read.context("Xvfb")? > 0, "Xvfb did not start");
        Ok(screen)
    }
}

impl Drop for Invisible {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.xvfb.kill();
        let _ = self.xvfb.wait();
    }
}
