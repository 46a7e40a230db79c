//! What was measured: a table for people and a file for programs. Each figure carries its unit and
//! the circumstances without which it says nothing.

use std::path::Path;

use serde::Serialize;

use crate::Outcome;
use crate::site::Ground;

/// The circumstances of a run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Run {
    /// Cores the gateway, the load and the machine's other work share.
    cores: usize,
    /// How the binaries were built.
    profile: &'static str,
    /// How long everything was measured.
    mode: &'static str,
}

impl Run {
    /// The circumstances of this one.
    pub fn of_this(mode: &'static str) -> Self {
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            profile: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            mode,
        }
    }
}

/// One figure of one ground.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured, for programs.
    pub name: &'static str,
    /// The figure, in `unit`.
    pub value: f64,
    /// ms, MB, messages/s, …
    pub unit: &'static str,
    /// What was measured, for people.
    pub what: String,
}

impl Figure {
    /// A figure that counts as exact to a hundredth.
    pub fn new(
        name: &'static str,
        value: f64,
        unit: &'static str,
        what: impl Into<String>,
    ) -> Self {
        Self {
            name,
            value: (value * 100.0).round() / 100.0,
            unit,
            what: what.into(),
        }
    }
}

/// A figure with its circumstances, as the file has it.
#[derive(Serialize)]
struct Entry<'a> {
    ground: &'static str,
    #[serde(flatten)]
    figure: &'a Figure,
    #[serde(flatten)]
    run: Run,
}

/// The figures of one run.
pub struct Figures {
    run: Run,
    /// What is measured now.
    ground: Ground,
    all: Vec<(Ground, Figure)>,
}

impl Figures {
    pub fn new(run: Run) -> Self {
        Self {
            run,
            ground: Ground::Sqlite,
            all: Vec::new(),
        }
    }

    /// What comes from now on is of this ground.
    pub const fn on(&mut self, ground: Ground) {
        self.ground = ground;
    }

    pub fn push(&mut self, figure: Figure) {
        self.all.push((self.ground, figure));
    }

    pub fn extend(&mut self, figures: impl IntoIterator<Item = Figure>) {
        for figure in figures {
            self.push(figure);
        }
    }

    /// Says what is measured now: some of it takes a minute.
    pub fn say(&self, what: &str) {
        eprintln!(
            "bench: {what} ({}, {} build, {})",
            self.ground.name(),
            self.run.profile,
            self.run.mode
        );
    }

    /// The table, on standard output.
    pub fn print(&self) {
        let Run {
            cores,
            profile,
            mode,
        } = self.run;
        println!("{cores} cores, {profile} build, {mode}");
        let mut last = None;
        for (ground, figure) in &self.all {
            if last.replace(*ground) != Some(*ground) {
                println!("{}", ground.name());
            }
            println!("{:>10.2} {:<11} {}", figure.value, figure.unit, figure.what);
        }
    }

    /// The file.
    pub fn write(&self, file: &Path) -> Outcome {
        let entries: Vec<Entry<'_>> = self
            .all
            .iter()
            .map(|(ground, figure)| Entry {
                ground: ground.name(),
                figure,
                run: self.run,
            })
            .collect();
        let text = serde_json::to_string_pretty(&entries)?;
        std::fs::write(file, text + "\n")
            .map_err(|error| format!("{} cannot be written: {error}", file.display()).into())
    }
}

/// The value that `share` of all are not above. `None` where there are none.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a count of messages is far below 2^52 and never negative"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}
