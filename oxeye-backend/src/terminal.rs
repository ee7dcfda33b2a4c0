//! What the program tells the person at the terminal: answers on standard output, and on standard error why it ended.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

/// An error and its causes as one sentence. A cause that was told already is not told again.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}

/// Says why the program ends, on standard error.
pub(crate) fn fail(code: u8, why: &dyn Display) -> ExitCode {
    // If even that cannot be written, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "oxeye: {why}");
    ExitCode::from(code)
}

/// Prints to standard output. A reader that has gone, such as `head`, is no failure.
pub(crate) fn say(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::OpenError;

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let cause = || std::io::Error::other("the disk is full");
        let repeating = OpenError::Io {
            path: "oxeye.db".into(),
            source: cause(),
        };

        let told = sentence(&anyhow::Error::from(repeating).context("no store"));
        assert_eq!(told.matches("the disk is full").count(), 1, "{told}");
        assert!(told.starts_with("no store: cannot open oxeye.db"), "{told}");
        let silent = sentence(&anyhow::Error::from(cause()).context("no store"));
        assert_eq!(silent, "no store: the disk is full");
    }
}
