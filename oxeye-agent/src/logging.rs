//! Where log lines go: standard error, so that standard output stays the command line's own.
//!
//! No line may hold a key, a code, a password, an address of a player or a line of a server's log.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;

/// The exit code after a panic (`EX_SOFTWARE` of sysexits.h).
const EXIT_BROKEN: i32 = 70;

/// Starts logging at `info`, unless `RUST_LOG` says otherwise. A second call changes nothing.
///
/// # Errors
///
/// When `RUST_LOG` cannot be parsed.
pub fn start() -> Result<(), String> {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env()
        .map_err(|error| format!("RUST_LOG cannot be understood: {error}"))?;
    // Below `info` it prints frames, and with them the names of players and a secret.
    let quiet = "tungstenite=info".parse().map_err(|_| "a directive")?;
    let lines = fmt()
        .with_env_filter(filter.add_directive(quiet))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    let _ = lines.try_init();
    std::panic::set_hook(Box::new(|panic| {
        // The message may quote data, so only the location is logged.
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_default();
        tracing::error!(%place, "a part of the agent panicked; please report this");
        // Without that part, the others would keep reporting what is no longer known.
        std::process::exit(EXIT_BROKEN);
    }));
    Ok(())
}
