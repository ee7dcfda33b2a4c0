//! What the program prints at the terminal: answers on standard output, and on standard error the reason why it
//! failed.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use anyhow::bail;
use oxeye_text::{Text, without_error_numbers};
use serde::Serialize;

use crate::config::OperatorTokenError;

/// Returns an error and its causes as one sentence, without repeating a cause, in the language of the person at the
/// terminal where we have it in that.
pub(crate) fn sentence(text: Text, error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain() {
        let plain = without_error_numbers(&cause.to_string());
        if sentence.is_empty() {
            sentence = in_words(text, cause, plain);
        } else if !sentence.contains(&plain) {
            sentence = format!("{sentence}: {}", in_words(text, cause, plain));
        }
    }
    sentence
}

fn in_words(text: Text, cause: &(dyn Error + 'static), plain: String) -> String {
    if let Some(error) = cause.downcast_ref::<OperatorTokenError>() {
        return error.in_words(text);
    }
    let of_system = cause.downcast_ref::<io::Error>();
    of_system.map_or(plain, |error| text.system_error(error))
}

/// Prints to standard error why the program failed, and returns the exit code.
pub(crate) fn fail(code: u8, why: &dyn Display) -> ExitCode {
    // If even that cannot be written, there is still the exit code.
    let _ = writeln!(io::stderr(), "oxeye: {why}");
    ExitCode::from(code)
}

/// Returns an answer as JSON, or as the page that people read.
pub(crate) fn shown<T: Serialize>(
    answer: &T,
    as_json: bool,
    page: impl FnOnce() -> String,
) -> anyhow::Result<String> {
    if as_json {
        return Ok(serde_json::to_string_pretty(answer)?);
    }
    Ok(page())
}

/// Prints a line to standard output. It is not an error if the reader, such as `head`, closes the pipe early.
pub(crate) fn print_line(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints a line to standard error, where it does not mix with what a command writes to standard output.
pub(crate) fn print_beside(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{text}")
}

/// Asks the person at the terminal to confirm what cannot be undone. A script must use `--yes` instead.
pub(crate) fn confirm(text: Text, question: &str) -> anyhow::Result<bool> {
    if !stdin().is_terminal() {
        let question = question
            .rsplit_once(" [")
            .map_or(question, |(asked, _)| asked);
        bail!(text.needs_yes(question));
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

/// Aligns the cells of each column, to the right in the columns listed in `right` and to the left in all others.
/// Characters that a terminal shows wider than others can still shift a line.
pub(crate) fn columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let cell = |(column, text): (usize, &String)| {
        let width = widths[column];
        if right.contains(&column) {
            format!("{text:>width$}")
        } else {
            format!("{text:<width$}")
        }
    };
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use oxeye_db::OpenError;
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    #[test]
    fn yes_is_understood_in_the_language_of_the_question() {
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
    fn an_error_of_the_system_is_said_in_words_and_without_its_number() {
        let refused = || anyhow::Error::from(io::Error::from_raw_os_error(111));
        let german = Text::of(Locale::German);
        assert_eq!(
            sentence(ENGLISH, &refused().context("no store")),
            "no store: the connection was refused"
        );
        assert_eq!(
            sentence(german, &refused().context("nichts")),
            "nichts: die Verbindung wurde abgelehnt"
        );
        let told = OpenError::Io {
            path: "oxeye.db".into(),
            source: io::Error::from_raw_os_error(13),
        };
        let told = sentence(ENGLISH, &told.into());
        assert_eq!(told.matches("ermission denied").count(), 1, "{told}");
        assert!(!told.contains("os error"), "{told}");
    }

    #[test]
    fn a_cause_is_not_repeated() {
        let cause = || io::Error::other("the disk is full");
        let repeating = OpenError::Io {
            path: "oxeye.db".into(),
            source: cause(),
        };

        let shown = sentence(ENGLISH, &anyhow::Error::from(repeating).context("no store"));
        assert_eq!(shown.matches("the disk is full").count(), 1, "{shown}");
        assert!(
            shown.starts_with("no store: cannot open oxeye.db"),
            "{shown}"
        );
        let shown = sentence(ENGLISH, &anyhow::Error::from(cause()).context("no store"));
        assert_eq!(shown, "no store: the disk is full");
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [
            vec!["1.".to_owned(), "Alex".to_owned(), "10h".to_owned()],
            vec!["10.".to_owned(), "ÅÄ".to_owned(), "5m".to_owned()],
            vec!["11.".to_owned()],
        ];

        assert_eq!(
            columns(&rows, &[0, 2]),
            " 1.  Alex  10h\n10.  ÅÄ     5m\n11."
        );
    }
}
