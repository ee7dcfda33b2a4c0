//! Where log lines go: standard error, as text or as JSON, so that standard output stays the command line's own.
//!
//! No line may hold a key, a link code, a token, a request body or a player's address.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Config, LogFormat};

/// Starts logging. A second call changes nothing.
pub fn start(config: &Config) {
    // The filter was checked when the settings were read.
    let filter = EnvFilter::new(without_payloads(&config.log_filter));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Text => lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    if started.is_ok() {
        log_panics();
    }
}

/// At `warn`, serenity prints whole gateway payloads that it could not read, and they may hold
/// interaction tokens: only somebody who names it gets to see that.
fn without_payloads(filter: &str) -> String {
    if filter.contains("serenity") {
        filter.to_owned()
    } else {
        format!("{filter},serenity=error")
    }
}

/// A panic becomes one log line like any other; its text may quote data, so only its place is told.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(%place, "a part of Oxeye panicked; please report this");
    }));
}
