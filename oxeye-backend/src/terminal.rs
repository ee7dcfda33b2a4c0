//! What the program tells the person at the terminal: answers on standard output, and on standard error why it ended.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use anyhow::bail;
use oxeye_text::Text;

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

/// Asks the person at the terminal whether they mean what cannot be undone; a script must say so
/// with `--yes`.
pub(crate) fn is_meant(text: Text, question: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        bail!(text.needs_yes());
    }
    write!(stdout(), "{question} ")?;
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(is_yes(text, &answer))
}

fn is_yes(text: Text, answer: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    text.yes_words().split_whitespace().any(|yes| yes == answer)
}

#[cfg(test)]
mod tests {
    use oxeye_db::OpenError;
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn yes_is_said_in_the_language_of_the_question() {
        let (english, german) = (Text::of(Locale::English), Text::of(Locale::German));
        for yes in ["y\n", "Yes", " Y "] {
            assert!(is_yes(english, yes) && is_yes(german, yes), "{yes:?}");
        }
        assert!(is_yes(german, "Ja\n") && is_yes(german, "j"));
        for no in ["", "\n", "n", "no", "nein", "yes please"] {
            assert!(!is_yes(english, no) && !is_yes(german, no), "{no:?}");
        }
    }

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
