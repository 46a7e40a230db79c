//! The words after the verb: flags, options with a value, one name. Anything left over is an error.
//! Not a command-line library: seven verbs with a handful of flags need no more.

use crate::error::{Outcome, Stop};

/// The words not taken yet.
pub struct Args(Vec<String>);

impl Args {
    /// Starts from the words after the verb.
    pub const fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Takes `name` when it is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|word| word == name);
        found.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes `name VALUE` or `name=VALUE` when it is there.
    pub fn value(&mut self, name: &str) -> Outcome<Option<String>> {
        let joined = format!("{name}=");
        if let Some(at) = self.0.iter().position(|word| word.starts_with(&joined)) {
            return Ok(Some(self.0.remove(at)[joined.len()..].to_owned()));
        }
        let Some(at) = self.0.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        if at < self.0.len() && !self.0[at].starts_with("--") {
            return Ok(Some(self.0.remove(at)));
        }
        Err(Stop::Refused(format!("{name} needs a value after it")))
    }

    /// Takes the first word that is no option.
    pub fn name(&mut self) -> Option<String> {
        let at = self.0.iter().position(|word| !word.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Outcome {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(Stop::Refused(format!(
                "unknown argument `{word}`; see `cargo xtask help`"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args::new(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn an_option_takes_its_value_in_both_spellings() {
        for line in ["--broker-url amqp://h/v", "--broker-url=amqp://h/v"] {
            let mut args = args(line);
            let value = args.value("--broker-url").expect("the value is there");
            assert_eq!(
                value.as_deref(),
                Some("amqp://h/v"),
                "the value of `{line}`"
            );
            args.finish().expect("nothing is left over");
        }
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        for line in ["--broker-url", "--broker-url --headless"] {
            let refused = args(line)
                .value("--broker-url")
                .expect_err("no value was given");
            assert_eq!(refused.code(), 2, "bad usage of `{line}` is code 2");
        }
    }

    #[test]
    fn a_word_nobody_knows_is_refused() {
        let mut args = args("--release --relase");
        assert!(args.flag("--release"), "the known flag is taken");
        assert!(!args.flag("--release"), "a flag is taken once");
        let refused = args.finish().expect_err("one word is left");
        assert!(
            refused.to_string().contains("--relase"),
            "the message names it: {refused}"
        );
    }
}
