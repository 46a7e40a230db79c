//! `forecourt`: the desktop app. With `--headless` it is `forecourt-gateway serve`.

use std::process::ExitCode;

use clap::Parser;
use gateway::cli::{self, ServeFlags};

/// The desktop kiosk for EV charging sites.
#[derive(Parser)]
#[command(name = "forecourt", version, about)]
struct Cli {
    #[command(flatten)]
    serve: ServeFlags,
    /// Run without a window.
    #[arg(long)]
    headless: bool,
}

fn main() -> ExitCode {
    match Cli::try_parse() {
        Err(error) => cli::usage(&error),
        Ok(Cli {
            serve,
            headless: true,
        }) => forecourt::supervisor::headless(&serve),
        Ok(Cli {
            serve,
            headless: false,
        }) => with_window(serve),
    }
}

#[cfg(feature = "desktop")]
fn with_window(flags: ServeFlags) -> ExitCode {
    forecourt::desktop::run(flags)
}

#[cfg(not(feature = "desktop"))]
fn with_window(_: ServeFlags) -> ExitCode {
    eprintln!("this build has no window: add --headless, or build with --features desktop");
    ExitCode::from(2)
}
