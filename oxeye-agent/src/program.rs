//! The whole program: reads the settings, then runs the command.
//!
//! The `oxeye-agent` binary only calls [`main`], so that another binary can be the same program:
//! cargo builds one beside the tests.

use std::process::ExitCode;

use crate::cli::{self, Order};
use crate::settings::{EXIT_BAD_SETTINGS, Settings};
use crate::{clock, logging, run};

/// The exit code when the backend does not know the key any more (`EX_NOPERM` of sysexits.h).
const EXIT_NOT_LINKED: u8 = 77;

/// Runs what the command line asks for; the exit code is the process's.
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
    if let Err(error) = logging::start() {
        return fail(EXIT_BAD_SETTINGS, &error);
    }
    let done = match line.order {
        Order::Connect { code, server } => {
            cli::connect::run(&settings, &code, server, clock::now())
        }
        Order::Run => run::run(given, settings, clock::now),
        Order::Doctor => cli::doctor::run(&settings, clock::now()),
        Order::Parse { files } => cli::parse::run(&files, &settings.log_options),
        Order::Status { json } => cli::status::run(&settings, json, clock::now()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<run::NotLinked>() => fail(EXIT_NOT_LINKED, &error.to_string()),
        Err(error) => fail(1, &format!("{error:#}")),
    }
}

#[expect(clippy::print_stderr, reason = "the command line speaks to people")]
fn fail(code: u8, sentence: &str) -> ExitCode {
    eprintln!("oxeye-agent: {sentence}");
    ExitCode::from(code)
}
