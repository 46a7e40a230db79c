//! Logs on stderr, for people or for programs.

use tracing_subscriber::EnvFilter;

use crate::settings::{Log, LogFormat, LogLevel};

/// Begins to log. A second call changes nothing: the first one of a process decides.
pub(crate) fn start(log: Log) {
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
}
