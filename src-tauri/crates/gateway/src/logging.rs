//! Logs on stderr, for people or for programs. What a request logs carries its trace id, which an error
//! answer names: the span is made in `api/guard.rs`.

use std::sync::OnceLock;

use tracing_subscriber::EnvFilter;

use crate::settings::{Log, LogFormat, LogLevel};

/// How this process logs: the first call decides.
static FORMAT: OnceLock<LogFormat> = OnceLock::new();

/// Begins to log. A second call changes nothing: the first one of a process decides.
pub(crate) fn start(log: Log) {
    if FORMAT.set(log.format).is_err() {
        return;
    }
    let level = match log.level {
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
    };
    // The libraries' own chatter helps nobody below a warning.
    let filter = EnvFilter::new(format!(
        "warn,gateway={level},store={level},bus={level},simulator={level},forecourt={level}"
    ));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Refused only where a subscriber stands already.
    let _ = match log.format {
        LogFormat::Text => subscriber.with_ansi(false).try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    std::panic::set_hook(Box::new(log_panic));
}

/// Whether every line on stderr is to be one JSON object.
pub(crate) fn is_json() -> bool {
    FORMAT.get() == Some(&LogFormat::Json)
}

/// A panic is a log line like any other: of the request it happened in, and readable by programs.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let words = panic.payload_as_str().unwrap_or("a value that is no text");
    tracing::error!(place, words, "a panic; the work it happened in has failed");
}
