//! A real browser on the browser edition: headless Chromium by ChromeDriver, and what only a browser can be asked for: to
//! go offline, to be slow, to be looked at by axe in every language, colour and size.
use crate::programs::asset;
use crate::window::{Window, patiently};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use http::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use url::{ParseError, Url};

/// Where Debian, and where others, have the browser.
const BROWSERS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/opt/google/chrome/chrome"];
/// Quiet: nothing but the page's own requests, and none to its maker.
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
    "--hide-scrollbars",
];

/// Whatever belongs to WCAG 2.2 at level AA.
const RULES: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']";
/// Each pair of values of language, colours and size comes up: theme, language, size, whether axe looks.
const LOOKS: [(&str, &str, &str, bool); 8] = [
    ("light", "zh-CN", "normal", true),
    ("dark", "zh-CN", "normal", true),
    ("light", "zh-CN", "huge", true),
    ("dark", "zh-CN", "huge", false),
    ("light", "en", "normal", true),
    ("dark", "en", "normal", false),
    ("light", "en", "huge", true),
    ("dark", "en", "huge", false),
];

impl Window {
    /// Opens the browser edition in a profile of its own. At phone size the browser takes touches and says it is a phone.
    pub async fn browser(profile: &Path, address: &str, size: &str, name: &str) -> Window {
        Window::browser_with(profile, address, size, name, &[]).await
    }

    /// The same with more arguments for the browser.
    pub async fn browser_with(profile: &Path, address: &str, size: &str, name: &str, more: &[&str]) -> Window {
        let phone = size == crate::window::PHONE;
        let (width, height) = size.split_once('x').expect("a size");
        let mut args: Vec<String> = ARGUMENTS.map(str::to_owned).to_vec();
        args.push(format!("--user-data-dir={}", profile.display()));
        args.push(format!("--window-size={width},{height}"));
        args.extend(more.iter().map(|a| (*a).to_owned()));
        let binary = BROWSERS.iter().find(|b| Path::new(b).exists()).expect("Chromium is installed; xtask/setup.sh does that");
        let mut options = json!({ "binary": binary, "args": args });
        if phone {
            let (width, height): (u32, u32) = (width.parse().unwrap(), height.parse().unwrap());
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 1.0, "touch": true, "mobile": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("browserName".to_owned(), json!("chrome"));
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL", "performance": "ALL" }));
        let mut driver = Command::new("chromedriver");
        // Dates as the workers see them.
        driver.env("LANGUAGE", "zh_CN").env("LANG", "zh_CN.UTF-8").env("LC_ALL", "zh_CN.UTF-8");
        let window = Window::start(driver, capabilities, phone, name).await;
        window.goto(address).await;
        window
    }

    /// Loads a page.
    pub async fn goto(&self, address: &str) {
        patiently(self.client.goto(address)).await.expect("a page that loads");
    }

    /// A command of the browser's own protocol.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        let call = Post { path: "goog/cdp/execute", body: json!({ "cmd": command, "params": params }) };
        patiently(self.client.issue_cmd(call)).await.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// The tab we are in.
    pub async fn tab(&self) -> WindowHandle {
        patiently(self.client.window()).await.expect("a tab")
    }

    /// Opens another tab and goes there.
    pub async fn open_tab(&self, address: &str) {
        let tab = patiently(self.client.new_window(true)).await.expect("a new tab");
        self.go_to_tab(tab.handle).await;
        self.goto(address).await;
    }

    /// Goes to a tab that is open.
    pub async fn go_to_tab(&self, tab: WindowHandle) {
        patiently(self.client.switch_to_window(tab)).await.expect("an open tab");
    }

    /// Tells the page that there is no network, or that it is back. The worker notices when its road is cut.
    pub async fn set_offline(&self, offline: bool) {
        self.devtools("Network.enable", json!({})).await;
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", conditions).await;
    }

    /// Makes the processor this many times slower for everything of the page, its worker included, until what it gives is dropped.
    pub fn slow_down_all(&self, times: u32) -> Slow {
        let pages = below(self.driver.id()).into_iter().filter(|id| {
            let arguments = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
            arguments.contains("--type=renderer")
        });
        let pages: Vec<String> = pages.map(|id| id.to_string()).collect();
        assert!(!pages.is_empty(), "the page has a process");
        // Two milliseconds of work, the rest of the time it is stopped. Reading what never comes is the shell's own way to wait.
        let script = "exec 3<> <(:); pause=$1; shift; while kill -STOP $@; do read -t $pause -u 3; kill -CONT $@; read -t 0.002 -u 3; done";
        let pause = format!("{:.3}", 0.002 * f64::from(times.saturating_sub(1)));
        let clock = Command::new("bash").args(["-c", script, "slow", &pause]).args(&pages).stderr(std::process::Stdio::null()).spawn();
        Slow { clock: clock.expect("bash"), pages }
    }

    /// Makes the page's processor this many times slower; not its worker's.
    pub async fn slow_down(&self, times: u32) {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
    }

    /// Looks at a screen in all languages, colours and sizes: axe finds nothing, nothing is wider than the screen, and a
    /// picture is left of each. The first look is restored.
    pub async fn look(&self, what: &str) {
        self.settle().await;
        for (theme, lang, size, axe) in LOOKS {
            self.wear(theme, lang, size).await;
            self.fits(what).await;
            if axe {
                self.axe(&format!("{what} {theme} {lang} {size}")).await;
            }
            self.shot(&format!("{what}-{lang}-{theme}-{size}")).await;
        }
        self.look_as_first().await;
    }

    /// Restores the first look; a killed browser may come back with one it wore a moment before, for it writes settings late.
    pub async fn look_as_first(&self) {
        self.wear("light", "zh-CN", "normal").await;
    }

    async fn wear(&self, theme: &str, lang: &str, size: &str) {
        // What another tab does when its worker changes a setting.
        let script = "const [theme, lang, size] = arguments;
            for (const [key, value] of [['theme', theme], ['lang', lang], ['size', size]]) localStorage.setItem('nuanfang.' + key, value);
            window.dispatchEvent(new StorageEvent('storage', { key: 'nuanfang.lang' }));";
        self.run_with(script, vec![json!(theme), json!(lang), json!(size)]).await;
        self.find(&format!("html[lang='{lang}'][data-theme={theme}][data-size={size}]")).await;
        self.settle().await;
    }

    /// Waits until nothing moves any more and pictures and letters are there.
    async fn settle(&self) {
        let script = "const done = arguments[0];
            const still = () => document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity);
            const look = () => still() ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
            look();";
        self.run_async(script, Vec::new()).await;
    }

    async fn fits(&self, what: &str) {
        // A row of jumps scrolls sideways on purpose, a shortened line says so by its dots, and what is only read aloud is tiny.
        let script = "const cut = [document.documentElement, ...document.querySelectorAll('body *')].filter(e => {
                const s = getComputedStyle(e);
                return e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && (s.overflowX !== 'visible' || e === document.documentElement)
                    && s.textOverflow !== 'ellipsis' && !e.matches('.jumps, input, textarea, select'); });
            return cut.slice(0, 3).map(e => e.outerHTML.slice(0, 200));";
        let cut = self.run(script).await;
        if cut != json!([]) {
            self.shot("failed").await;
        }
        assert_eq!(cut, json!([]), "{what}: wider than its place");
    }

    async fn axe(&self, what: &str) {
        let ready = self.run("return typeof axe !== 'undefined'").await;
        if ready != json!(true) {
            let file = asset("../target/tools/axe-core/axe.min.js");
            let source = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh fetches it", file.display()));
            self.run(&source).await;
        }
        let script = format!(
            "const done = arguments[0];
            axe.run(document, {{ runOnly: {RULES}, resultTypes: ['violations'] }}).then(
                r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + (n.any[0] || n.all[0] || n.none[0] || {{}}).message))),
                e => done([String(e)]));"
        );
        let found = self.run_async(&script, Vec::new()).await;
        if found != json!([]) {
            self.shot("failed").await;
        }
        assert_eq!(found, json!([]), "{what}: axe");
    }

    /// The caches of the service worker, one a version.
    pub async fn cache_names(&self) -> Vec<String> {
        let script = "const done = arguments[0]; caches.keys().then(done)";
        serde_json::from_value(self.run_async(script, Vec::new()).await).expect("their names")
    }

    /// Waits until the whole program lies in the cache.
    pub async fn find_cached(&self) {
        let script = "const done = arguments[0]; navigator.serviceWorker.ready.then(() => done(true));
            if (nuanfangUnkept()) done(false); else addEventListener('nuanfang-unkept', () => done(!nuanfangUnkept()))";
        let kept = self.run_async(script, Vec::new()).await;
        assert_eq!(kept, json!(true), "the browser gave up keeping the program; it does so where the disk has less than a hundredth free");
    }

    /// Checks that a script has nothing newer than ECMAScript 5 in it.
    pub async fn reads_as_ecmascript_5(&self, script: &str) {
        let file = asset("../target/tools/acorn/dist/acorn.js");
        let acorn = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh fetches it", file.display()));
        // A page's script and its policy: the parser is run by the driver.
        let check = format!(
            "{acorn}; try {{ (globalThis.acorn || this.acorn).parse(arguments[0], {{ ecmaVersion: 5 }}); return '' }} catch (e) {{ return String(e) }}"
        );
        assert_eq!(self.run_with(&check, vec![json!(script)]).await, json!(""));
    }

    /// Every address the browser asked since the last time, as the browser itself recorded them.
    pub async fn asked(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let messages = entries.iter().filter_map(|e| serde_json::from_str::<Value>(e["message"].as_str()?).ok());
        let requests = messages.filter(|m| m["message"]["method"] == "Network.requestWillBeSent");
        requests.filter_map(|m| m["message"]["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }

    /// What the page's console says is wrong, such as something that the content policy forbids.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        entries.iter().filter(|e| e["level"] == "SEVERE").filter_map(|e| e["message"].as_str().map(str::to_owned)).collect()
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        let call = Post { path: "se/log", body: json!({ "type": kind }) };
        let entries = patiently(self.client.issue_cmd(call)).await.expect("a log");
        entries.as_array().cloned().unwrap_or_default()
    }
}

/// A slow processor; as it was before when dropped.
pub struct Slow {
    clock: std::process::Child,
    pages: Vec<String>,
}

impl Drop for Slow {
    fn drop(&mut self) {
        _ = self.clock.kill();
        _ = self.clock.wait();
        _ = Command::new("kill").arg("-CONT").args(&self.pages).status();
    }
}

/// The processes below this one.
fn below(process: u32) -> Vec<u32> {
    let parent = |id: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let ids = std::fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let all: Vec<(u32, u32)> = ids.filter_map(|id| Some((id, parent(id)?))).collect();
    let mut found = vec![process];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(all.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    found.split_off(1)
}

/// A call of ChromeDriver beyond the standard.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }
    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
