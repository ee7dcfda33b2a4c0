//! The whole program: reads the settings, then runs the command.
//!
//! The `oxeye-agent` binary only calls [`main`]. So does a second binary that cargo builds for the
//! tests.

use std::process::ExitCode;

use oxeye_process::logging::{InvalidLogFilter, LogFilter, LogFormat, Logging, Quiet};
use oxeye_process::{clock, settings};

use crate::cli::{self, Action};
use crate::run;
use crate::settings::{EXIT_BAD_SETTINGS, Settings};

/// The exit code when the backend no longer knows the key (`EX_NOPERM` in sysexits.h).
const EXIT_NOT_LINKED: u8 = 77;

/// The exit code after a panic (`EX_SOFTWARE` in sysexits.h). Without the part that panicked, the
/// others would go on reporting outdated facts.
const EXIT_BROKEN: i32 = 70;

/// How the agent logs. Below `info` the WebSocket library prints frames, which contain the names of
/// players and a secret, so no filter can set a lower level for it.
const LOGGING: Logging = Logging {
    format: LogFormat::Text,
    with_module: false,
    quiet: &[Quiet {
        library: "tungstenite",
        directives: "tungstenite=info",
        unless_named: false,
    }],
    program: "the agent",
    exit_after_panic: Some(EXIT_BROKEN),
};

/// Runs the command on the command line, and returns the exit code of the process.
#[must_use]
pub fn main() -> ExitCode {
    let (line, given) = match cli::read() {
        Ok(read) => read,
        Err(error) => return fail(EXIT_BAD_SETTINGS, &error.to_string()),
    };
    let settings = match Settings::check(&given) {
        Ok(settings) => settings,
        Err(error) => return fail(EXIT_BAD_SETTINGS, &format!("{error:#}")),
    };
    match log_filter() {
        Ok(filter) => LOGGING.start(&filter),
        Err(error) => return fail(EXIT_BAD_SETTINGS, &error),
    }
    let result = match line.action {
        Action::Connect { code, server } => cli::connect::run(&settings, &code, server),
        Action::Run => run::run(given, settings, clock::now),
        Action::Doctor => cli::doctor::run(&settings, clock::now()),
        Action::Parse { files } => cli::parse::run(&files, &settings.log_options),
        Action::Status { json } => cli::status::run(&settings, json, clock::now()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<run::NotLinked>() => fail(EXIT_NOT_LINKED, &error.to_string()),
        Err(error) => fail(1, &format!("{error:#}")),
    }
}

/// Returns the filter in `RUST_LOG`, which is not one of the agent's own settings, or `info`.
fn log_filter() -> Result<LogFilter, String> {
    let text = settings::variable("RUST_LOG").map_err(|_| "RUST_LOG is not UTF-8 text")?;
    match text.filter(|text| !text.trim().is_empty()) {
        None => Ok(LogFilter::default()),
        Some(text) => text.trim().parse().map_err(|expected: InvalidLogFilter| {
            format!("RUST_LOG is {text:?}, but {expected} is expected")
        }),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a command-line program reports its errors here"
)]
fn fail(code: u8, sentence: &str) -> ExitCode {
    eprintln!("oxeye-agent: {sentence}");
    ExitCode::from(code)
}
