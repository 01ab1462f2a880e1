//! A screen for windows: the one that is there, or an invisible one for as long as the test runs.
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

static INVISIBLE: OnceLock<(Child, String)> = OnceLock::new();

/// What to set DISPLAY to.
pub fn display() -> String {
    if let Ok(there) = std::env::var("DISPLAY")
        && !there.is_empty()
    {
        return there;
    }
    INVISIBLE
        .get_or_init(|| {
            let mut xvfb = Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1440x1024x24", "-nolisten", "tcp"])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("Xvfb is installed");
            let mut number = String::new();
            BufReader::new(xvfb.stdout.take().unwrap()).read_line(&mut number).unwrap();
            (xvfb, format!(":{}", number.trim()))
        })
        .1
        .clone()
}
