//! Failures and codes of `domain`, in words.

use domain::{Category, Code, Failure, Risk, Role, Sex};

use crate::Text;

impl Text {
    /// A sentence that says what went wrong and what to do. It never repeats what was typed.
    pub fn failure(&self, failure: &Failure) -> String {
        let seconds = failure.field.as_deref().and_then(|f| f.parse::<i64>().ok());
        match (failure.code, seconds) {
            (Code::PinWait, Some(seconds)) if seconds < 120 => self.unlock_wait(seconds),
            (Code::PinWait, Some(seconds)) => self.unlock_wait_minutes((seconds + 59) / 60),
            (Code::BadChange, _) if failure.field.as_deref() == Some("lost") => self.failure_lost_in_restore(),
            (code, _) => {
                // A file that is another kind than it should be is told what to do.
                let kind = failure.field.as_deref().filter(|_| code == Code::BadFile);
                if let Some(message) = kind.and_then(|kind| self.code("failure-bad-file", kind)) {
                    return message;
                }
                let message = self.code("failure", code.code()).unwrap_or_else(|| self.failure_newer());
                match failure.field.as_deref().and_then(|f| self.field(f)) {
                    Some(field) => self.failure_with_field(&field, &message),
                    None => message,
                }
            }
        }
    }

    /// 儿童主任, 督导员…
    pub fn role(&self, role: Role) -> String {
        self.code("role", role.code()).unwrap_or_else(|| self.newer_word())
    }

    /// 留守儿童, 独居…
    pub fn category(&self, category: Category) -> String {
        self.code("category", category.code()).unwrap_or_else(|| self.newer_word())
    }

    /// 高风险…
    pub fn risk(&self, risk: Risk) -> String {
        self.code("risk", risk.code()).unwrap_or_else(|| self.newer_word())
    }

    /// 男, 女…
    pub fn sex(&self, sex: Sex) -> String {
        self.code_or_raw("sex", sex.code())
    }
}
