//! Steps that several journeys take, whatever window they are in.
use crate::window::Window;

impl Window {
    /// Answers whatever the form still asks for, with the first option, and goes to its end.
    pub async fn finish_form(&self, note: &str) {
        let mut noted = false;
        for _ in 0..60 {
            let open = self
                .run(
                    "return ([...document.querySelectorAll('[data-test^=question-]')].filter(s => s.getBoundingClientRect().width > 0 \
                && s.querySelector('input[type=radio], input[type=checkbox]') && !s.querySelector('input:checked'))\
                .map(s => (s.querySelector('input[data-test$=\":none\"]') || s.querySelector('input')).dataset.test)[0]) || ''",
                )
                .await;
            let open = open.as_str().unwrap_or_default().to_owned();
            if !noted && self.there("note").await {
                self.fill("note", note).await;
                noted = true;
            } else if !open.is_empty() {
                self.choose(&open).await;
            } else if self.there("next").await {
                self.click("next").await;
            } else if self.there("finish").await {
                self.click("finish").await;
                if self.there("visit-finished").await {
                    return;
                }
            }
            if self.there("visit-finished").await {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        }
        self.shot("failed").await;
        panic!("the form does not end: {}", self.text().await);
    }

    /// Goes to a tab, back through whatever is open on a phone.
    pub async fn go_to(&self, tab: &str) {
        while !self.there(tab).await {
            self.click("back").await;
        }
        self.click(tab).await;
    }

    /// Types the PIN twice, as a device that is just enrolled asks for it.
    pub async fn choose_pin(&self, pin: &str) {
        self.read("设置六位").await;
        self.pin(pin).await;
        self.read("再").await;
        self.pin(pin).await;
    }
}
