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

/// What is kept quiet unless the filter names it: at `warn`, serenity prints whole gateway payloads that it could not
/// read, and at `trace` the websocket below it prints every frame. They hold the bot's token and those of interactions.
/// Why Discord closed a connection is told all the same.
const QUIET: [(&str, &str); 3] = [
    ("serenity", "serenity=error,serenity::gateway::shard=warn"),
    ("tungstenite", "tungstenite=info"),
    ("tokio_tungstenite", "tokio_tungstenite=info"),
];

fn without_payloads(filter: &str) -> String {
    let quiet = QUIET.iter().filter(|(library, _)| !names(filter, library));
    let quiet = quiet.map(|(_, directives)| *directives);
    std::iter::once(filter)
        .chain(quiet)
        .collect::<Vec<_>>()
        .join(",")
}

/// Whether a directive of the filter is about this library or a part of it.
fn names(filter: &str, library: &str) -> bool {
    let mut directives = filter.split(',').map(str::trim);
    directives.any(|directive| {
        directive
            .strip_prefix(library)
            .is_some_and(|rest| rest.starts_with([':', '=', '[']))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_kept_quiet_unless_they_are_asked_for() {
        let quiet = without_payloads("trace");
        assert!(quiet.starts_with("trace,serenity=error,"), "{quiet}");
        assert!(
            quiet.ends_with(",tungstenite=info,tokio_tungstenite=info"),
            "{quiet}"
        );
        let asked = without_payloads("info,serenity::http=debug,tokio_tungstenite=trace");
        assert!(asked.ends_with("tokio_tungstenite=trace,tungstenite=info"));
        assert!(!asked.contains("serenity=error"), "{asked}");
    }
}
