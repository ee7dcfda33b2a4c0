//! What is printed: tables, spans of time, sizes, and why the program failed.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use oxeye_plugin_proto::is_disruptive;
use oxeye_process::clock;

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
    heading: [&str; N],
    rows: &[[String; N]],
) -> std::io::Result<()> {
    let mut widths = heading.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    print_line(&line(&heading, widths))?;
    for row in rows {
        print_line(&line(&row.each_ref().map(String::as_str), widths))?;
    }
    Ok(())
}

fn line<const N: usize>(cells: &[&str; N], widths: [usize; N]) -> String {
    let padded = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// Returns a span of time in its largest unit: `9 s`, `12 min`, `3 h`, `2 d`.
pub(super) fn span(millis: u64) -> String {
    let seconds = millis / 1000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Returns a number of bytes in its largest unit: `900 B`, `12 kB`, `3 MB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{} kB", bytes / 1_000),
        1_000_000..=999_999_999 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
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
    use super::*;

    #[test]
    fn a_span_and_a_size_are_short() {
        assert_eq!(span(9_999), "9 s");
        assert_eq!(span(7_140_000), "119 min");
        assert_eq!(span(172_800_000), "2 d");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(2_500_000), "2 MB");
    }

    #[test]
    fn columns_line_up() {
        let widths = [6, 3];
        assert_eq!(line(&["ab", "c"], widths), "ab      c");
    }

    #[test]
    fn a_name_cannot_control_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31m\u{202e}b"), "a[31mb");
    }
}
