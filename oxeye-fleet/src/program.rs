//! The whole program: reads the settings, then runs the command.

use std::process::ExitCode;

/// Runs the command on the command line, and returns the exit code of the process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
