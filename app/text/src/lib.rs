//! Every sentence people read, as typed functions.
//!
//! The messages live in `assets/strings/<language>/*.ftl` (Project Fluent). `build.rs` makes one method of [`Text`] per
//! message, with its variables as arguments: `text.today_overdue(3)`. The build fails when a language lacks a message.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod dates;
mod due;
mod failures;
mod fields;

use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::langid;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Simplified Chinese, the first language of everything.
    #[default]
    ZhCn,
    /// English, the twin.
    En,
}

impl Lang {
    /// All languages, in the order they are offered.
    pub const ALL: [Lang; 2] = [Lang::ZhCn, Lang::En];

    /// The BCP 47 tag, as in `<html lang>`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The name of the language in itself, which is how people find theirs.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::ZhCn => "中文",
            Lang::En => "English",
        }
    }
}

/// The tag names no language that this program speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownLang;

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the language must be zh-CN or en")
    }
}

impl std::error::Error for UnknownLang {}

impl std::str::FromStr for Lang {
    type Err = UnknownLang;

    /// Reads `zh-CN`, `zh`, `zh_CN.UTF-8`, `en`, `en-GB`…: what browsers and `LANG` give.
    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Ok(Lang::ZhCn),
            "en" => Ok(Lang::En),
            _ => Err(UnknownLang),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The messages of one language. Cheap to clone; two are equal when their language is.
#[derive(Clone)]
pub struct Text {
    lang: Lang,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl Text {
    /// Loads the messages of `lang`; they are part of the program, nothing is read from disk.
    pub fn new(lang: Lang) -> Self {
        let (id, sources): (_, &[&str]) = match lang {
            Lang::ZhCn => (langid!("zh-CN"), &CHINESE),
            Lang::En => (langid!("en"), &ENGLISH),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Chinese and English are both written left to right: isolating marks would only show up in copied text.
        bundle.set_use_isolating(false);
        for source in sources {
            // The build has parsed these very files without errors.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(partial, _)| partial);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle: Arc::new(bundle) }
    }

    /// Its language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The word for a code of the program: `code("role", "child_director")` reads the message `role-child-director`.
    /// None when there is no such message or when it needs arguments.
    pub fn code(&self, prefix: &str, code: &str) -> Option<String> {
        let id = format!("{prefix}-{}", code.replace(['_', '.', ' '], "-"));
        self.try_format(&id, None)
    }

    /// Like [`Text::code`], but an unknown code (from a newer server, say) is shown as it is rather than not at all.
    pub fn code_or_raw(&self, prefix: &str, code: &str) -> String {
        self.code(prefix, code).unwrap_or_else(|| code.to_owned())
    }

    fn try_format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let line = self.bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| line.into_owned())
    }

    /// The generated methods only name messages that exist, so the fallback is never seen.
    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        self.try_format(id, args).unwrap_or_else(|| id.to_owned())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.lang == other.lang
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.lang).finish()
    }
}

#[cfg(test)]
mod tests;
