//! How it is printed: lines, tables, questions, and why the program failed.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::bail;
use oxeye_plugin_proto::is_disruptive;
use oxeye_process::clock;

use crate::text::Text;

/// Prints to standard error why the program failed, and returns the exit code.
pub(crate) fn fail(code: u8, why: &dyn Display) -> ExitCode {
    // If even that cannot be written, there is still the exit code.
    let _ = writeln!(std::io::stderr(), "oxeye-fleet: {why}");
    ExitCode::from(code)
}

/// Prints a line. It is not an error if the reader, such as `head`, closes the pipe early.
pub(super) fn print_line(text: &str) -> std::io::Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// Prints rows under a heading, in columns as wide as their widest cell.
pub(super) fn print_table<const N: usize>(
    heading: &[String; N],
    rows: &[[String; N]],
) -> std::io::Result<()> {
    let mut widths = heading.each_ref().map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    print_line(&line(heading, widths))?;
    for row in rows {
        print_line(&line(row, widths))?;
    }
    Ok(())
}

fn line<const N: usize>(cells: &[String; N], widths: [usize; N]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// Asks the person at the terminal to confirm what cannot be undone. A script must use `--yes` instead.
pub(super) fn confirm(text: Text, question: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!(text.needs_yes());
    }
    print_line(question)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(is_yes(text, &answer))
}

fn is_yes(text: Text, answer: &str) -> bool {
    let answer = answer.trim().to_lowercase();
    text.yes_words().split_whitespace().any(|yes| yes == answer)
}

/// Returns a text without anything that could control the terminal, because players choose their own
/// names. Zero-width joiners are removed as well, because columns are counted in characters.
pub(super) fn harmless(text: &str) -> String {
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    text.chars()
        .filter(|c| !is_disruptive(*c) && !is_joiner(*c))
        .collect()
}

/// Returns the present in milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(clock::now().0).unwrap_or_default() * 1000
}

#[cfg(test)]
mod tests {
    use oxeye_catalogue::Locale;

    use super::*;

    #[test]
    fn yes_is_understood_in_the_language_of_the_question() {
        let (english, german) = (Text::of(Locale::English), Text::of(Locale::German));
        for yes in ["y\n", "Yes"] {
            assert!(is_yes(english, yes) && is_yes(german, yes), "{yes:?}");
        }
        assert!(is_yes(german, "Ja\n") && is_yes(german, "j"));
        for no in ["", "n", "nein", "yes please"] {
            assert!(!is_yes(english, no) && !is_yes(german, no), "{no:?}");
        }
    }

    #[test]
    fn columns_line_up() {
        let widths = [6, 3];
        assert_eq!(
            line(&["ab".to_owned(), "c".to_owned()], widths),
            "ab      c"
        );
    }

    #[test]
    fn a_name_cannot_control_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31m\u{202e}b"), "a[31mb");
    }
}
