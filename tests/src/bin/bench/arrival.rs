//! A first download in a browser, while somebody uses it: tabs and files are opened all the time, and the slowest answer counts. In
//! a real headless Chromium, measured by the page's own clock.
use crate::figure;
use serde_json::{Value, json};
use std::time::Duration;
use village::device::Device;
use village::server::{Server, admin};
use village::window::{DESK, PHONE, Window};

const PIN: &str = "280716";
/// The county officer: she sees every file.
const OFFICER: &str = "S006";

/// What was measured: from the PIN's last digit on, milliseconds.
struct Arrival {
    /// Until the list of files was there.
    list: f64,
    /// Until all was.
    all: f64,
    /// The slowest tap, until what is known was shown, and what it was.
    tap: f64,
    what: String,
    taps: usize,
}

/// Runs the benches.
pub fn run() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let county = arrival("2000", "12000", DESK, 1).await?;
        let what = format!("ms to the slowest of {} taps while 2,000 files arrive ({})", county.taps, county.what);
        figure("first_download_tap", county.tap, &what, 200.0);
        figure("first_download_list", county.list / 1000.0, "s from the PIN to the list in a browser, 2,000 files", 2.0);
        figure("first_download_browser_seconds", county.all / 1000.0, "s from the PIN until all is there in a browser, 2,000 files", 20.0);
        let phone = arrival("208", "1248", PHONE, 6).await?;
        let what = format!("ms to the slowest of {} taps while 208 files arrive, processor 6 times slower ({})", phone.taps, phone.what);
        figure("first_download_tap_slow", phone.tap, &what, 300.0);
        figure("first_download_list_slow", phone.list / 1000.0, "s from the PIN to the list in a browser, processor 6 times slower", 4.0);
        Ok(())
    })
}

/// A county officer's first download, with the processor so many times slower.
async fn arrival(persons: &str, visits: &str, size: &str, slower: u32) -> anyhow::Result<Arrival> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("server");
    let made = admin(&data, &["sample", "--seed", "1", "--persons", persons, "--visits", visits]);
    anyhow::ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = Server::start(&data);
    // Packs are made once; then they are there.
    Device::enrolled(dir.path(), "made", &server, &server.address, OFFICER);
    let window = Window::browser(&dir.path().join("officer"), &server.address, size, "bench").await;
    window.find_cached().await;
    window.fill("code", &server.code(OFFICER)).await;
    window.click("enrol-next").await;
    window.see("key-1").await;
    window.run(USE).await;
    let slow = (slower > 1).then(|| window.slow_down_all(slower));
    window.choose_pin(PIN).await;
    let measured = measured(&window).await;
    drop(slow);
    window.close().await;
    measured
}

/// Goes from tab to tab and into a file, three times a second, from the moment there are tabs until all is uploaded and downloaded.
const USE: &str = r#"
    const seen = css => [...document.querySelectorAll(css)].find(e => e.getBoundingClientRect().width > 0);
    const drawn = css => new Promise(done => {
        const look = () => seen(css) ? requestAnimationFrame(() => setTimeout(done)) : setTimeout(look);
        look();
    });
    const rest = millis => new Promise(done => setTimeout(done, Math.max(0, millis)));
    const ways = [
        ['files', '[data-test=tab-files]', '[data-test=person], [data-test=not-known]'],
        ['a file', '[data-test=person]', '[data-test=person-page]'],
        ['area', '[data-test=tab-area]', '[data-test=village]'],
        ['messages', '[data-test=tab-inbox]', '[data-test^=message-], [data-test=empty], [data-test=not-known]'],
        ['reviews', '[data-test=tab-review]', '[data-test=review-item], [data-test=empty], [data-test=not-known]'],
        ['me', '[data-test=tab-me]', '[data-test=sync-card]'],
    ];
    const arrival = window.arrival = { taps: [], errors: [] };
    let typed = 0;
    document.addEventListener('click', e => { if (e.target.closest('[data-test^=key-]')) typed = performance.now(); }, true);
    const listed = async () => {
        await drawn('[data-test=person]');
        arrival.list = performance.now() - typed;
    };
    (async () => {
        await drawn('[data-test=tab-files]');
        listed();
        const joined = performance.now();
        const tap = async (what, act, shows) => {
            await drawn(act);
            const began = performance.now();
            seen(act).click();
            await drawn(shows);
            const now = performance.now();
            arrival.taps.push([what, now - began, began - typed]);
            await rest(300 - (now - began));
        };
        for (let n = 0; !(arrival.list && /全部已上传/.test(seen('[data-test=sync]')?.innerText)); n++) {
            const [what, act, shows] = ways[n % ways.length];
            // A phone shows a file alone.
            if (!seen(act) && seen('[data-test=back]')) await tap('back', '[data-test=back]', act);
            await tap(what, act, shows);
        }
        arrival.joined = joined - typed;
        arrival.all = performance.now() - typed;
    })().catch(e => arrival.errors.push(String(e)));
"#;

async fn measured(window: &Window) -> anyhow::Result<Arrival> {
    let arrival = loop {
        let arrival = window.run("return window.arrival").await;
        anyhow::ensure!(arrival["errors"] == json!([]), "{}", arrival["errors"]);
        if arrival["all"].is_number() {
            break arrival;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let number = |value: &Value| value.as_f64().unwrap_or(f64::INFINITY);
    let mut taps: Vec<(f64, String)> =
        arrival["taps"].as_array().into_iter().flatten().map(|tap| (number(&tap[1]), tap[0].as_str().unwrap_or_default().to_owned())).collect();
    taps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let slowest: Vec<String> = taps.iter().take(6).map(|(millis, what)| format!("{what} {millis:.0}")).collect();
    let median = taps.get(taps.len() / 2).map_or(0.0, |tap| tap.0);
    eprintln!(
        "{:>8.1} ms  the median of {} taps; the slowest: {}; joined after {:.1} s",
        median,
        taps.len(),
        slowest.join(", "),
        number(&arrival["joined"]) / 1000.0
    );
    let (tap, what) = taps.first().cloned().unwrap_or((f64::INFINITY, String::new()));
    Ok(Arrival { list: number(&arrival["list"]), all: number(&arrival["all"]), tap, what, taps: taps.len() })
}
