//! Steps that several journeys take, whatever window they are in.
use crate::window::Window;
use std::path::Path;

/// The PIN of every browser that joins by [`Window::enrolled`].
pub const PIN: &str = "280716";

impl Window {
    /// Answers whatever the form still asks for, with the first option, up to its last page.
    pub async fn fill_form(&self, note: &str) {
        // A question that can be seen and has no answer: "none of these" where there is such an option, else the first.
        let script = "const open = [...document.querySelectorAll('[data-test^=question-]')].filter(s => s.getBoundingClientRect().width > 0
                && s.querySelector('input[type=radio], input[type=checkbox]') && !s.querySelector('input:checked'))
            .map(s => (s.querySelector('input[data-test$=\":none\"]') || s.querySelector('input')).dataset.test);
            return open[0] || ''";
        let mut noted = false;
        for _ in 0..60 {
            let open = self.run(script).await.as_str().unwrap_or_default().to_owned();
            if !noted && self.there("note").await {
                self.fill("note", note).await;
                noted = true;
            } else if !open.is_empty() {
                self.choose(&open).await;
                self.find(&format!("input[data-test='{open}']:checked")).await;
            } else if self.there("next").await {
                let part = self.see("next").await.text().await.unwrap_or_default();
                self.click("next").await;
                self.part_after(&part).await;
            } else if self.there("finish").await {
                return;
            }
        }
        self.shot("failed").await;
        panic!("the form does not end: {}", self.text().await);
    }

    /// Waits until the button no longer names the part we are on.
    async fn part_after(&self, part: &str) {
        let script = "const [part, done] = arguments;
            const look = () => { const next = [...document.querySelectorAll('[data-test=next]')].find(e => e.getBoundingClientRect().width > 0);
                !next || next.innerText !== part ? done(true) : requestAnimationFrame(look) };
            look();";
        self.run_async(script, vec![serde_json::json!(part)]).await;
    }

    /// The same, and hands the visit in.
    pub async fn finish_form(&self, note: &str) {
        self.fill_form(note).await;
        self.click("finish").await;
        self.see("visit-finished").await;
    }

    /// Goes to a tab, back through whatever is open on a phone.
    pub async fn go_to(&self, tab: &str) {
        self.find(&format!("[data-test='{tab}'], [data-test=back]")).await;
        while !self.there(tab).await {
            self.click("back").await;
            self.find(&format!("[data-test='{tab}'], [data-test=back]")).await;
        }
        self.click(tab).await;
    }

    /// A browser that joins with this code, and the PIN that every test has.
    pub async fn enrolled(profile: &Path, address: &str, size: &str, name: &str, code: &str) -> Window {
        let window = Window::browser(profile, address, size, name).await;
        window.fill("code", code).await;
        window.click("enrol-next").await;
        window.choose_pin(PIN).await;
        window
    }

    /// Types the PIN twice, as a device that is just enrolled asks for it.
    pub async fn choose_pin(&self, pin: &str) {
        self.read("设置六位").await;
        self.pin(pin).await;
        self.read("再").await;
        self.pin(pin).await;
    }
}
