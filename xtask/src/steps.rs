//! Progress: which step of how many, and how long each took.
use anyhow::Result;
use std::time::Instant;

/// The steps of one command.
pub(crate) struct Steps {
    done: usize,
    all: usize,
}

impl Steps {
    /// A command of `all` steps.
    pub(crate) fn new(all: usize) -> Self {
        Steps { done: 0, all }
    }

    /// Says what comes next, does it, and says how long it took.
    ///
    /// # Errors
    /// Those of the work.
    #[allow(clippy::disallowed_methods)] // how long a step took is for people to read; nothing depends on it
    pub(crate) fn step<T>(&mut self, chinese: &str, english: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.done += 1;
        eprintln!("[{}/{}] {chinese} … / {english} …", self.done, self.all);
        let start = Instant::now();
        let result = work();
        let seconds = start.elapsed().as_secs_f32();
        let end = if result.is_ok() { "完成 / done" } else { "失败 / failed" };
        eprintln!("[{}/{}] {end}, {seconds:.1} s", self.done, self.all);
        result
    }
}
