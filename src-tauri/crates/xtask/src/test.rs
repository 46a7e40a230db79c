//! `cargo xtask test`: all set-up, then every test of the project, or one suite by its name, or those
//! of a suite whose names hold a word. With `--long` the tests run as many rounds as the rows of
//! docs/reliability.md ask for, one test at a time, so that none disturbs another's figures. The last
//! line is the sum over all runners. Not for the checks without tests: see `ci`.

use std::{
    env,
    io::{self, IsTerminal},
    process::Command,
};

use crate::{
    args::Args,
    error::{Outcome, Stop},
    process,
    setup::{self, Purpose},
    summary::{self, Summary},
    workspace::Workspace,
};

/// The suites that are a package of their own; its tests run alone, and build alone.
const PACKAGES: &[&str] = &[
    "domain",
    "ocpp",
    "store",
    "bus",
    "payments",
    "receipts",
    "updates",
    "gateway",
    "simulator",
    "testkit",
    "xtask",
];

/// What is asked of the runner of cargo's suites.
struct Wish {
    long: bool,
    filter: Option<String>,
    /// How many random days the suite `money` plays.
    seeds: Option<String>,
}

/// The tests of the suite `money`: those of the gateway whose names hold this.
const MONEY: &str = "money::";

/// `test [--long] [SUITE [WORD]]`, `test money [--seeds N]`
pub fn verb(ws: &mut Workspace, mut args: Args) -> Outcome {
    let long = args.flag("--long");
    let seeds = args.value("--seeds")?;
    let suite = args.name();
    let filter = args.name();
    args.finish()?;
    if filter.is_some() && suite.as_deref() == Some("ui") {
        return Err(Stop::Refused(
            "the suite `ui` runs whole: no word is taken after it".to_owned(),
        ));
    }
    let is_money = suite.as_deref() == Some("money");
    let is_number = |text: &String| text.parse::<u64>().is_ok_and(|seeds| seeds > 0);
    if seeds
        .as_ref()
        .is_some_and(|seeds| !is_money || !is_number(seeds))
    {
        return Err(Stop::Refused(
            "--seeds takes a number above zero, with the suite `money`".to_owned(),
        ));
    }
    let filter = filter.or_else(|| is_money.then(|| MONEY.to_owned()));
    let wish = Wish {
        long,
        filter,
        seeds,
    };
    let cargo_words = suite
        .as_deref()
        .map_or_else(|| Ok(words_for_all()), words_for)?;
    setup::ensure(ws, Purpose::Test)?;
    let mut total = Summary::default();
    if suite.is_none() || suite.as_deref() == Some("ui") {
        let (ok, output) = process::tee(&mut ws.npm(&["test", "--silent"]))?;
        total += verdict("ui", ok, summary::of_node(&output));
    }
    if !cargo_words.is_empty() {
        total += cargo_suites(ws, &cargo_words, &wish)?;
    }
    // The last line of all: nothing may follow it, not even our own complaint.
    println!("{total}");
    if total.failed == 0 {
        Ok(())
    } else {
        Err(Stop::Told)
    }
}

/// Every name that `test NAME` takes.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["ui"]
        .into_iter()
        .chain(PACKAGES.iter().copied())
        .chain(["forecourt", "system", "money"])
}

fn words_for_all() -> Vec<String> {
    ["--workspace", "--features", "desktop"]
        .map(str::to_owned)
        .to_vec()
}

/// Cargo's words for one suite; none for the one that is not cargo's.
fn words_for(name: &str) -> Outcome<Vec<String>> {
    let words: &[&str] = match name {
        "ui" => &[],
        "forecourt" => &[
            "-p",
            "forecourt",
            "--features",
            "desktop",
            "--lib",
            "--bins",
        ],
        "system" => &[
            "-p",
            "forecourt",
            "--features",
            "desktop",
            "--test",
            "system",
        ],
        "money" => &["-p", "gateway", "--test", "gateway"],
        name if PACKAGES.contains(&name) => &["-p", name],
        other => {
            let known = names().collect::<Vec<_>>().join(" ");
            return Err(Stop::Refused(format!(
                "no suite `{other}`; there are: {known}"
            )));
        }
    };
    Ok(words.iter().map(|word| (*word).to_owned()).collect())
}

fn cargo_suites(ws: &Workspace, words: &[String], wish: &Wish) -> Outcome<Summary> {
    let nextest = process::succeeds(&mut ws.cargo(&["nextest", "--version"]));
    let mut command = if nextest {
        ws.cargo(&["nextest", "run", "--no-fail-fast"])
    } else {
        ws.cargo(&["test", "--no-fail-fast"])
    };
    command.args(words);
    // Without a target named, `cargo test` would also build and run doctests: the project has none.
    if !nextest
        && !words
            .iter()
            .any(|word| ["--test", "--lib"].contains(&word.as_str()))
    {
        command.arg("--tests");
    }
    command.args(&wish.filter);
    if wish.long {
        command.env("TESTKIT_LONG", "1");
        command.args(if nextest {
            ["--profile", "long"].as_slice()
        } else {
            &["--", "--test-threads", "1"]
        });
    }
    command.env("TESTKIT_TOOLS", ws.tools());
    if let Some(seeds) = &wish.seeds {
        command.env("MONEY_SEEDS", seeds);
    }
    keep_colours(&mut command);
    let (ok, output) = process::tee(&mut command)?;
    let read = if nextest {
        summary::of_nextest
    } else {
        summary::of_cargo_test
    };
    Ok(verdict("cargo", ok, read(&output)))
}

/// The runners see our pipe, not the terminal behind it.
fn keep_colours(command: &mut Command) {
    if io::stderr().is_terminal() && env::var_os("CARGO_TERM_COLOR").is_none() {
        command.env("CARGO_TERM_COLOR", "always");
    }
}

/// What a runner's end means: one that failed without a failed test, or ran none, failed as a whole.
fn verdict(runner: &str, ok: bool, read: Option<Summary>) -> Summary {
    let mut sum = read.unwrap_or_default();
    if sum.is_empty() {
        eprintln!("xtask: {runner}: no test ran; that counts as one failure");
        sum.failed = 1;
    } else if !ok && sum.failed == 0 {
        eprintln!("xtask: {runner}: the runner itself failed; that counts as one failure");
        sum.failed = 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_suite_is_refused_with_the_names_there_are() {
        let stop = words_for("stroe").expect_err("no such suite");
        assert_eq!(stop.code(), 2, "bad usage");
        for name in names() {
            assert!(
                stop.to_string().contains(name),
                "`{name}` is listed: {stop}"
            );
        }
    }

    #[test]
    fn every_suite_that_is_listed_has_its_words() {
        for name in names() {
            let words = words_for(name).expect("a listed suite is known");
            assert_eq!(
                words.is_empty(),
                name == "ui",
                "only the front end is not cargo's: {name}"
            );
        }
    }

    #[test]
    fn a_run_without_tests_or_with_a_broken_runner_fails() {
        let check =
            |ok, read, failed| assert_eq!(verdict("t", ok, read).failed, failed, "{read:?}");
        let two = Summary {
            passed: 2,
            failed: 0,
            skipped: 0,
        };
        check(true, Some(two), 0);
        check(false, Some(two), 1);
        check(false, Some(Summary { failed: 3, ..two }), 3);
        check(true, Some(Summary::default()), 1);
        check(false, None, 1);
    }
}
