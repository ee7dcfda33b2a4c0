//! The arguments of the measuring programs.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "for programs that people run"
)]

use std::process::ExitCode;

use anyhow::{Error, Result, anyhow};

/// How a program ends that was given arguments it cannot use.
const MISUSED: u8 = 2;

/// Reads the arguments of this program. With `--help` among them, it prints how the program is used; if one cannot be
/// used, a sentence that says why.
///
/// # Errors
/// With the code to end with, if there is nothing else to do.
pub fn read<P>(
    usage: &str,
    parse: impl FnOnce(std::vec::IntoIter<String>) -> Result<P>,
) -> Result<P, ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| ["--help", "-h"].contains(&argument.as_str()))
    {
        println!("{usage}");
        return Err(ExitCode::SUCCESS);
    }
    parse(arguments.into_iter()).map_err(|error| {
        eprintln!("{error:#}");
        ExitCode::from(MISUSED)
    })
}

/// The error about an argument that a program does not know.
#[must_use]
pub fn unknown(argument: &str) -> Error {
    anyhow!("there is no argument {argument}; --help lists those that there are")
}
