//! The real window, driven by WebDriver: WebKitWebDriver starts the app, ChromeDriver a browser (see `browser.rs`), and both
//! click, type and look as a person would.
use crate::programs::program;
use crate::screen::display;
use fantoccini::actions::{InputSource, PointerAction, TouchActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::future::Future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A test looks this often whether what it waits for is there: no longer than a minute.
const TRIES: usize = 400;
const ANSWER: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(150);

/// No system's services: whoever runs the tests has a keystore of her own, which is not theirs.
pub const NO_BUS: &str = "unix:path=/nonexistent";

/// A phone's window, width × height.
pub const PHONE: &str = "412x915";
/// A desk's.
pub const DESK: &str = "1366x768";

/// A running app with its driver.
pub struct Window {
    pub(crate) client: Client,
    pub(crate) driver: Child,
    pub(crate) shots: Option<PathBuf>,
    pub(crate) name: String,
    /// Clicks are touches.
    touch: bool,
    taps: AtomicUsize,
}

impl Window {
    /// Opens the app on a home folder. `name` goes before the names of its screenshots, which are taken only when the
    /// environment says where to put them (`NUANFANG_SCREENSHOTS`).
    pub async fn open(home: &Path, size: &str, name: &str) -> Window {
        Window::open_program(&program("nuanfang-app"), home, size, name, NO_BUS).await
    }

    /// Opens an app that lies elsewhere, with the system's services behind this address.
    pub async fn open_program(app: &Path, home: &Path, size: &str, name: &str, bus: &str) -> Window {
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("DISPLAY", display())
            .env("NUANFANG_HOME", home)
            .env("NUANFANG_WINDOW", size)
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut capabilities = Capabilities::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), json!({"binary": app, "args": []}));
        Window::start(driver, capabilities, false, name).await
    }

    /// Starts a driver on a free port, and by it whatever the capabilities name.
    pub(crate) async fn start(mut driver: Command, capabilities: Capabilities, touch: bool, name: &str) -> Window {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let called = driver.get_program().to_owned();
        let driver = driver.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = driver.unwrap_or_else(|e| panic!("{}: {e}; xtask/setup.sh installs it", called.display()));
        let client = connect(port, capabilities).await;
        Window {
            client,
            driver,
            shots: std::env::var_os("NUANFANG_SCREENSHOTS").map(PathBuf::from),
            name: name.to_owned(),
            touch,
            taps: AtomicUsize::new(0),
        }
    }

    /// How many clicks and touches there were.
    pub fn taps(&self) -> usize {
        self.taps.load(Ordering::Relaxed)
    }

    /// A click of the mouse or a touch of the finger, in the middle of what can be seen.
    async fn tap(&self, element: &Element) -> Result<(), CmdError> {
        self.tap_once(element).await?;
        self.taps.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn tap_once(&self, element: &Element) -> Result<(), CmdError> {
        // A driver clicks what cannot be clicked, and nothing comes of it.
        if self.try_on(element, "return arguments[0].matches(':disabled')").await != Some(json!(false)) {
            return Err(CmdError::NotW3C(json!("it is disabled, or gone")));
        }
        if !self.touch {
            return patiently(element.clone().click()).await;
        }
        let script = "const r = arguments[0].getBoundingClientRect(), e = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
            return !!e && (arguments[0].contains(e) || e.contains(arguments[0]))";
        if self.try_on(element, script).await != Some(json!(true)) {
            return Err(CmdError::NotW3C(json!("something lies on top")));
        }
        let finger = TouchActions::new("finger".to_owned())
            .then(PointerAction::MoveToElement { element: element.clone(), duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: fantoccini::actions::MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: fantoccini::actions::MOUSE_BUTTON_LEFT });
        patiently(self.client.perform_actions(finger)).await
    }

    fn hook(name: &str) -> String {
        format!("[data-test=\"{name}\"]")
    }

    /// Waits for the element a test hook names.
    pub async fn see(&self, hook: &str) -> Element {
        self.find(&Self::hook(hook)).await
    }

    /// Waits for an element that can be seen, by CSS selector. Pages below the topmost stay in the document, hidden.
    pub async fn find(&self, css: &str) -> Element {
        for _ in 0..TRIES {
            if let Some(element) = self.visible(css).await {
                return element;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("{css} did not appear; the page says: {}", self.text().await)
    }

    async fn visible(&self, css: &str) -> Option<Element> {
        let script = "return [...document.querySelectorAll(arguments[0])].find(e => {
            const r = (e.matches('input[type=radio], input[type=checkbox], input[type=file]') ? e.parentElement : e).getBoundingClientRect();
            return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== 'hidden' }) || null";
        let found = patiently(self.client.execute(script, vec![json!(css)])).await.ok()?;
        let id = found.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Whether the element can be seen now.
    pub async fn there(&self, hook: &str) -> bool {
        self.visible(&Self::hook(hook)).await.is_some()
    }

    /// Waits until the element can no longer be seen.
    pub async fn gone(&self, hook: &str) {
        for _ in 0..TRIES {
            if !self.there(hook).await {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("{hook} is still there; the page says: {}", self.text().await);
    }

    /// Waits until the page's text contains this.
    pub async fn read(&self, wanted: &str) {
        for _ in 0..TRIES {
            if self.text().await.contains(wanted) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("«{wanted}» did not appear; the page says: {}", self.text().await);
    }

    /// The visible text.
    pub async fn text(&self) -> String {
        self.run("return document.body.innerText").await.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks what a hook names, when it can be clicked.
    pub async fn click(&self, hook: &str) {
        self.click_css(&Self::hook(hook)).await;
    }

    /// Clicks by CSS selector. Scrolls there first, and tries again while something still moves.
    pub async fn click_css(&self, css: &str) {
        let mut last = String::new();
        for _ in 0..TRIES {
            let element = self.find(css).await;
            self.scroll_to(&element).await;
            match self.tap(&element).await {
                Ok(()) => return,
                Err(e) => last = e.to_string(),
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{css} cannot be clicked: {last}");
    }

    /// Clicks the button with this text.
    pub async fn press(&self, text: &str) {
        self.click_xpath(&format!("//button[normalize-space()='{text}' or @aria-label='{text}']")).await;
    }

    /// Clicks what a hook names inside the card of this name.
    pub async fn click_in(&self, card: &str, name: &str, hook: &str) {
        self.click_xpath(&format!("//*[@data-test='{card}'][.//*[normalize-space()='{name}']]//*[@data-test='{hook}']")).await;
    }

    async fn click_xpath(&self, xpath: &str) {
        for _ in 0..TRIES {
            for element in self.client.find_all(Locator::XPath(xpath)).await.unwrap_or_default() {
                self.scroll_to(&element).await;
                if self.tap(&element).await.is_ok() {
                    return;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("no {xpath}; the page says: {}", self.text().await);
    }

    /// Empties a field and types, once it can be typed in.
    pub async fn fill(&self, hook: &str, text: &str) {
        let mut last = String::new();
        for _ in 0..TRIES {
            let element = self.see(hook).await;
            self.scroll_to(&element).await;
            match patiently(element.clear()).await {
                Ok(()) => return element.send_keys(text).await.expect("a field that can be typed in"),
                Err(e) => last = e.to_string(),
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("{hook} cannot be typed in: {last}");
    }

    /// Sets a native date or select field, as its own picker would.
    pub async fn set(&self, hook: &str, value: &str) {
        let element = self.see(hook).await;
        let script = "const [e, v] = arguments; e.focus();
            Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set.call(e, v);
            e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true}));";
        self.run_with(script, vec![serde_json::to_value(&element).unwrap(), json!(value)]).await;
    }

    /// Gives a file input its file.
    pub async fn upload(&self, hook: &str, file: &Path) {
        let input = self.see(hook).await;
        patiently(input.send_keys(&file.to_string_lossy())).await.expect("a file input");
    }

    /// Waits until what a hook names says just this.
    pub async fn read_in(&self, hook: &str, words: &str) {
        self.becomes(hook, "innerText", words).await;
    }

    /// Waits until a field has this value.
    pub async fn valued(&self, hook: &str, value: &str) {
        self.becomes(hook, "value", value).await;
    }

    async fn becomes(&self, hook: &str, what: &str, wanted: &str) {
        let script = "const e = document.querySelector(arguments[0]); return e ? e[arguments[1]].trim() : null";
        let mut last = Value::Null;
        for _ in 0..TRIES {
            last = self.run_with(script, vec![json!(Self::hook(hook)), json!(what)]).await;
            if last == json!(wanted) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.shot("failed").await;
        panic!("{hook} is {last}, not {wanted}");
    }

    /// Types into the search box of a card.
    pub async fn fill_in(&self, card: &str, text: &str) {
        let element = self.find(&format!("{} input[type=search]", Self::hook(card))).await;
        self.scroll_to(&element).await;
        element.send_keys(text).await.expect("a search box");
    }

    /// Writes on a canvas with a finger.
    pub async fn draw(&self, hook: &str) {
        let element = self.see(hook).await;
        // A finger that takes its time: after a quick one a browser may take the next tap for the end of a throw.
        let while_drawing = Some(std::time::Duration::from_millis(100));
        let to = |x: f64, y: f64| PointerAction::MoveToElement { element: element.clone(), duration: while_drawing, x, y };
        let finger = TouchActions::new("finger".to_owned())
            .then(to(-60.0, -20.0))
            .then(PointerAction::Down { button: fantoccini::actions::MOUSE_BUTTON_LEFT })
            .then(to(0.0, 40.0))
            .then(to(60.0, -30.0))
            .then(PointerAction::Up { button: fantoccini::actions::MOUSE_BUTTON_LEFT });
        patiently(self.client.perform_actions(finger)).await.expect("a finger that draws");
    }

    /// Types a PIN on the pad.
    pub async fn pin(&self, pin: &str) {
        for digit in pin.chars() {
            self.click(&format!("key-{digit}")).await;
        }
    }

    /// Chooses an option: `kind:home` is the answer `home` of the question `kind`.
    pub async fn choose(&self, option: &str) {
        for _ in 0..TRIES {
            let input = self.see(option).await;
            if let Some(label) = self.label_of(&input).await
                && self.scroll_to(&label).await
                && self.tap(&label).await.is_ok()
            {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{option} cannot be chosen");
    }

    /// The label that an option lies in; none when the page has drawn another in the meantime.
    async fn label_of(&self, input: &Element) -> Option<Element> {
        let label = self.try_on(input, "return arguments[0].closest('label')").await?;
        let id = label.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), ElementRef::from(id)))
    }

    /// Brings an element into the middle; false when it is not there any more.
    async fn scroll_to(&self, element: &Element) -> bool {
        self.try_on(element, "arguments[0].scrollIntoView({block: 'center'})").await.is_some()
    }

    /// Runs a script on an element; none when it is not there any more.
    async fn try_on(&self, element: &Element, script: &str) -> Option<Value> {
        let args = vec![serde_json::to_value(element).unwrap()];
        patiently(self.client.execute(script, args)).await.ok()
    }

    /// Runs a script.
    pub async fn run(&self, script: &str) -> Value {
        self.run_with(script, Vec::new()).await
    }

    /// Runs a script with arguments.
    pub async fn run_with(&self, script: &str, args: Vec<Value>) -> Value {
        patiently(self.client.execute(script, args)).await.expect("a script that runs")
    }

    /// Runs a script that calls its last argument with the answer.
    pub async fn run_async(&self, script: &str, args: Vec<Value>) -> Value {
        patiently(self.client.execute_async(script, args)).await.expect("a script that ends")
    }

    /// Takes a picture for people to look at.
    pub async fn shot(&self, what: &str) {
        let Some(folder) = &self.shots else { return };
        std::fs::create_dir_all(folder).unwrap();
        let picture = patiently(self.client.screenshot()).await.expect("a screenshot");
        std::fs::write(folder.join(format!("{}-{what}.png", self.name)), picture).unwrap();
    }

    /// Kills the app, as a flat battery does, and waits until it is gone.
    pub fn kill(mut self) {
        self.stop();
    }

    /// Closes the app.
    pub async fn close(self) {
        _ = self.client.clone().close().await;
    }

    fn stop(&mut self) {
        let children = Command::new("pkill").args(["-KILL", "-P", &self.driver.id().to_string()]).status();
        _ = children;
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A driver that does not answer fails the test instead of holding it up for ever.
pub(crate) async fn patiently<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(ANSWER, call).await.expect("the window answers its driver")
}

async fn connect(port: u16, capabilities: Capabilities) -> Client {
    let mut last = String::new();
    for _ in 0..100 {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        match builder.capabilities(capabilities.clone()).connect(&format!("http://127.0.0.1:{port}")).await {
            Ok(client) => return client,
            Err(e) => last = e.to_string(),
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("the driver does not answer: {last}");
}
