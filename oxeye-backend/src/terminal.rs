//! What the program prints at the terminal: answers on standard output, and on standard error the reason why it
//! failed.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use anyhow::bail;
use oxeye_text::Text;
use serde::Serialize;

/// Returns an error and its causes as one sentence, without repeating a cause.
pub(crate) fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if sentence.is_empty() {
            sentence = cause;
        } else if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

/// Prints to standard error why the program failed, and returns the exit code.
pub(crate) fn fail(code: u8, why: &dyn Display) -> ExitCode {
    // If even that cannot be written, there is still the exit code.
    let _ = writeln!(std::io::stderr(), "oxeye: {why}");
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
pub(crate) fn print_line(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints a line to standard error, where it does not mix with what a command writes to standard output.
pub(crate) fn print_beside(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stderr(), "{text}")
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
    fn a_cause_is_not_repeated() {
        let cause = || std::io::Error::other("the disk is full");
        let repeating = OpenError::Io {
            path: "oxeye.db".into(),
            source: cause(),
        };

        let shown = sentence(&anyhow::Error::from(repeating).context("no store"));
        assert_eq!(shown.matches("the disk is full").count(), 1, "{shown}");
        assert!(
            shown.starts_with("no store: cannot open oxeye.db"),
            "{shown}"
        );
        let shown = sentence(&anyhow::Error::from(cause()).context("no store"));
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
