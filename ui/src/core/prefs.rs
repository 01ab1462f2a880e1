//! Language, colours and type size: chosen on this device, kept in its local storage. Nothing personal is kept there.

use text::Lang;

/// Colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Size of the type: 18, 21 or 24 px.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Size {
    /// 18 px.
    #[default]
    Normal,
    /// 21 px.
    Large,
    /// 24 px.
    Huge,
}

impl Theme {
    /// In the order they are offered.
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// As in `data-theme`.
    pub fn code(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl Size {
    /// In the order they are offered.
    pub const ALL: [Size; 3] = [Size::Normal, Size::Large, Size::Huge];

    /// As in `data-size`.
    pub fn code(self) -> &'static str {
        match self {
            Size::Normal => "normal",
            Size::Large => "large",
            Size::Huge => "huge",
        }
    }
}

/// What the worker chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Prefs {
    /// Language.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
    /// Type size.
    pub size: Size,
}

const KEYS: [&str; 3] = ["nuanfang.lang", "nuanfang.theme", "nuanfang.size"];

impl Prefs {
    /// As kept. Chinese until someone chooses otherwise: the workers' phones are not always set to their language.
    pub fn load() -> Self {
        let read = |key: &str| storage().and_then(|s| s.get_item(key).ok().flatten()).unwrap_or_default();
        let [lang, theme, size] = KEYS.map(read);
        Self {
            lang: lang.parse().unwrap_or_default(),
            theme: Theme::ALL.into_iter().find(|t| t.code() == theme).unwrap_or_default(),
            size: Size::ALL.into_iter().find(|s| s.code() == size).unwrap_or_default(),
        }
    }

    fn values(&self) -> [&'static str; 3] {
        [self.lang.code(), self.theme.code(), self.size.code()]
    }

    /// Shows them.
    pub fn apply(&self) {
        if let Some(root) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
            for (name, value) in ["lang", "data-theme", "data-size"].iter().zip(self.values()) {
                let _ = root.set_attribute(name, value);
            }
        }
    }

    /// Keeps them, as the worker chose them; other tabs hear of it.
    pub fn keep(&self) {
        if let Some(storage) = storage() {
            for (key, value) in KEYS.iter().zip(self.values()) {
                // A full storage must not stop the work; the choice then lasts until the app is closed.
                let _ = storage.set_item(key, value);
            }
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
