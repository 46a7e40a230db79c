//! `forecourt-gateway`: the gateway without a window, and its admin commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    gateway::cli::main()
}
