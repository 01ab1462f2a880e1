//! How large and how fast the browser edition is: what is downloaded, from the cache to the PIN, each screen over 20,000
//! persons, a visit saved. In a real headless Chromium, measured by the page's own clock.
use crate::figure;
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use village::programs::asset;
use village::server::{Server, admin};
use village::window::{DESK, PHONE, Window};

const PIN: &str = "280716";
const PERSONS: &str = "20000";

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    sizes()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(speed())
}

/// What a first visit downloads, as it travels.
fn sizes() -> anyhow::Result<()> {
    let bytes_of = |stem: &str| -> anyhow::Result<f64> {
        let mut sum = 0;
        for file in std::fs::read_dir(asset("../sync-server/web"))? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with(stem) && name.ends_with(".br") {
                sum += file.metadata()?.len();
            }
        }
        anyhow::ensure!(sum > 0, "{stem}: run `make web`");
        Ok(sum as f64 / 1000.0)
    };
    figure("interface_wasm", bytes_of("ui_bg.")?, "kB, brotli", 700.0);
    figure("worker_wasm", bytes_of("browser_bg.")?, "kB, brotli", 2800.0);
    Ok(())
}

pub async fn enrol(profile: &Path, server: &Server, size: &str, staff: &str) -> Window {
    let window = Window::browser(profile, &server.address, size, "bench").await;
    window.fill("code", &server.code(staff)).await;
    window.click("enrol-next").await;
    window.choose_pin(PIN).await;
    window
}

async fn speed() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    let made = admin(&data, &["sample", "--seed", "1", "--persons", PERSONS, "--visits", "40000"]);
    anyhow::ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = Server::start(&data);

    let profile = dir.path().join("officer");
    let officer = enrol(&profile, &server, DESK, "S006").await;
    let began = Instant::now();
    officer.read("全部已上传").await;
    eprintln!("{:>8.1} s  first download of {PERSONS} persons and 40,000 visits in a browser", began.elapsed().as_secs_f64());
    officer.find_cached().await;
    officer.close().await;

    // From the cache, with the PIN still to be typed: the server is not needed.
    let officer = Window::browser(&profile, "about:blank", DESK, "bench").await;
    let mut starts = Vec::new();
    for _ in 0..5 {
        starts.push(start(&officer, &server.address).await);
    }
    figure("browser_start_cached", median(&starts), "ms from the address to the PIN, median of 5", 1500.0);
    officer.slow_down(6).await;
    eprintln!("{:>8.1} ms the same with a processor six times slower", start(&officer, &server.address).await);
    officer.slow_down(1).await;
    officer.pin(PIN).await;
    officer.see("tab-files").await;
    screens(&officer).await;
    officer.close().await;

    let li = enrol(&dir.path().join("li"), &server, PHONE, "S001").await;
    saving(&li).await;
    li.close().await;
    Ok(())
}

/// Loads the page and asks its clock when the PIN could be typed.
async fn start(window: &Window, address: &str) -> f64 {
    let watch = "new MutationObserver((_, watcher) => { if (document.querySelector('[data-test=key-1]')) {
        window.pinShown = performance.now(); watcher.disconnect(); } }).observe(document, { childList: true, subtree: true })";
    window.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch })).await;
    window.goto(address).await;
    window.see("key-1").await;
    window.run("return window.pinShown").await.as_f64().unwrap_or(f64::INFINITY)
}

/// Clicks and asks the page's clock when what was asked for had been drawn.
pub async fn drawn(window: &Window, act: &str, shows: &str) -> f64 {
    let script = "const [act, shows, done] = arguments;
        const there = () => [...document.querySelectorAll(shows)].some(e => e.getBoundingClientRect().width > 0);
        const began = performance.now();
        const look = () => there() ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))) : setTimeout(look);
        (0, eval)(act);
        setTimeout(look);";
    window.run_async(script, vec![json!(act), json!(shows)]).await.as_f64().unwrap_or(f64::INFINITY)
}

async fn screens(window: &Window) {
    let click =
        |hook: &str| format!("[...document.querySelectorAll('[data-test=\"{hook}\"]')].find(e => e.getBoundingClientRect().width > 0).click()");
    let search = |text: &str| {
        format!(
            "(e => {{ e.focus(); e.value = '{text}'; e.dispatchEvent(new InputEvent('input', {{ bubbles: true }})) }})(document.querySelector('[data-test=search]'))"
        )
    };
    let steps = [
        ("files", click("tab-files"), "[data-test=person]"),
        ("a file", click("person"), "[data-test=person-page]"),
        ("area", click("tab-area"), "[data-test=village]"),
        ("reviews", click("tab-review"), "[data-test=review-item], [data-test=empty]"),
        ("inbox", click("tab-inbox"), "[data-test^=message-], [data-test=empty]"),
        ("me", click("tab-me"), "[data-test=sync-card]"),
        ("files again", click("tab-files"), "[data-test=person]"),
        ("search", search("zzzzzz"), "[data-test=empty]"),
        ("search cleared", search(""), "[data-test=person]"),
    ];
    let mut slowest: f64 = 0.0;
    for (what, act, shows) in &steps {
        let mut times = Vec::new();
        for _ in 0..5 {
            // From another screen each time: here the way there, there the way back.
            times.push(drawn(window, act, shows).await);
            if *what != "search" && *what != "search cleared" && *what != "a file" {
                let away = if *what == "me" { click("tab-inbox") } else { click("tab-me") };
                drawn(window, &away, "[data-test=sync-card], [data-test^=message-], [data-test=empty]").await;
            }
        }
        drawn(window, act, shows).await;
        eprintln!("{:>8.1} ms  {what}", median(&times));
        slowest = slowest.max(median(&times));
    }
    figure("browser_screen_20000", slowest, "ms to the slowest screen drawn, median of 5", 100.0);
}

async fn saving(window: &Window) {
    window.see("due-person").await;
    window.go_to("tab-files").await;
    let mut times = Vec::new();
    for n in 0..5 {
        window.see("person").await;
        window.click("person").await;
        window.click("visit").await;
        window.fill_form(&format!("第{n}次")).await;
        times.push(
            drawn(
                window,
                "[...document.querySelectorAll('[data-test=finish]')].find(e => e.getBoundingClientRect().width > 0).click()",
                "[data-test=visit-finished]",
            )
            .await,
        );
        window.click("finished-back").await;
        window.go_to("tab-files").await;
    }
    figure("browser_save_visit", median(&times), "ms from the tap to “saved on this phone”, median of 5", 40.0);
}

pub fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::INFINITY)
}
