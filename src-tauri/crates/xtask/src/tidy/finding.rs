//! One broken rule: where, which, and what to do about it.

use std::fmt;

/// Printed as `path:line: rule: what to do`; sorted by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// From the root, with forward slashes.
    pub path: String,
    /// From 1; 1 also for a fault of the file as a whole.
    pub line: usize,
    /// The rule's short name.
    pub rule: &'static str,
    /// What to do, not only what is wrong.
    pub advice: String,
}

impl Finding {
    /// A finding at one line.
    pub fn at(path: &str, line: usize, rule: &'static str, advice: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}:{}: {}: {}",
            self.path, self.line, self.rule, self.advice
        )
    }
}
