//! `cargo xtask …`: the project's chores. This file reads the verb and says the exit code; each verb
//! has a file of its own. Nothing here is part of the product.
#![allow(
    clippy::disallowed_methods,
    reason = "chores read the developer's environment; the bans protect the product"
)]

mod args;
mod bench;
mod bundle;
mod ci;
mod contract;
mod error;
mod process;
mod run;
mod setup;
mod stamp;
mod summary;
mod test;
mod tidy;
mod workspace;

use std::{env, process::ExitCode};

use args::Args;
use error::{Outcome, Stop};
use workspace::Workspace;

const HELP: &str = "\
cargo xtask VERB

  run        set up, build and open the kiosk with a demo site; without a display it runs headless
               --headless            no window, even with a display
               --release             an optimised build
               --no-demo             no simulated chargers; data is kept between runs
               --broker-url URL      a RabbitMQ instead of the in-process bus (amqp://…)
               --database-url URL    a PostgreSQL instead of the SQLite file (postgres://…)
  test       set up, then every test with its real parts; `test NAME` for one suite,
               `test NAME WORD` for its tests with WORD in their names;
               --long        as many rounds as the rows of docs/reliability.md ask for
               ui domain ocpp payments receipts updates store bus gateway simulator testkit xtask forecourt
               system money
               --seeds N     with `money`: so many random days against a model of the books
  ci         all checks but the tests: format, lints, docs, contract, house rules, front end
  contract   write OpenAPI, AsyncAPI, the event list and the pages' types from the code
               --check               only say what has drifted
  tidy       the house rules: layers, names with one home, file shapes, supply chain
               DIR                   another tree than this checkout
  bench      the benchmarks, as a table and as bench.json in the build folder
  bundle     the packages that admins install, .deb and .rpm, in packages/ of the build folder
               --keys FILE   the public keys whose signature their updates will need
               --feed URL    sign them, and write the feed (latest.json) of packages that will be there
               --debug               of the development build, whose programs must be there
               --version V           as another version than the workspace's
               --kind KINDS          deb, rpm, or both with a comma
               --into DIR            elsewhere; the folder is made anew
  setup      only install what is missing on this machine
               --for run|test        what for; both when not said

Exit codes: 0 done, 1 a check or a step failed, 2 wrong usage or missing rights.";

fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    match dispatch(words.next().as_deref(), Args::new(words.collect())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            if stop != Stop::Told {
                eprintln!("xtask: {stop}");
            }
            ExitCode::from(stop.code())
        }
    }
}

fn dispatch(verb: Option<&str>, args: Args) -> Outcome {
    if matches!(verb, Some("help" | "--help" | "-h")) {
        println!("{HELP}");
        return Ok(());
    }
    let mut ws = Workspace::here()?;
    match verb {
        Some("setup") => setup::verb(&mut ws, args),
        Some("run") => run::verb(&mut ws, args),
        Some("test") => test::verb(&mut ws, args),
        Some("ci") => ci::verb(&mut ws, args),
        Some("contract") => contract::verb(&mut ws, args),
        Some("tidy") => tidy::verb(&ws, args),
        Some("bundle") => bundle::verb(&mut ws, args),
        Some("bench") => bench::verb(&mut ws, args),
        Some(other) => Err(Stop::Refused(format!(
            "no verb `{other}`; see `cargo xtask help`"
        ))),
        None => Err(Stop::Refused(format!("say what to do\n\n{HELP}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_verb_is_bad_usage() {
        let stop = dispatch(Some("bungle"), Args::new(vec![])).expect_err("there is no such verb");
        assert_eq!(stop.code(), 2, "bad usage: {stop}");
    }

    #[test]
    fn the_help_names_every_suite() {
        for name in test::names() {
            assert!(HELP.contains(name), "`{name}` stands in the help");
        }
    }
}
