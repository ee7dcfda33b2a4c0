//! Counts the bytes of white space that a log has between head and message, beyond the one space that
//! belongs to every head.
//!
//! Some layouts of log4j end with more than one, or with a tab or a non-breaking space. A message, which somebody may have chosen, can begin
//! with spaces too, so only as many belong to the head as all lines have.

use serde::{Deserialize, Serialize};

/// The number of consecutive lines with more spaces that show that the layout has changed.
const LINES: u8 = 16;

/// The spaces in the lines so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Margin {
    /// The fewest spaces, or `None` before the first line.
    blanks: Option<u8>,
    /// The number of consecutive lines that have had more spaces than that.
    #[serde(skip_serializing_if = "is_zero")]
    wider_lines: u8,
    /// The fewest spaces in those lines.
    #[serde(skip_serializing_if = "is_zero")]
    wider: u8,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde requires this signature"
)]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

impl Margin {
    /// Returns the message without the spaces that belong to the head.
    pub(super) fn strip<'a>(&mut self, message: &'a [u8]) -> &'a [u8] {
        let blanks = blanks(message);
        // Nearly all messages begin without a space.
        if blanks == 0 {
            if !message.is_empty() {
                self.narrow_to(0);
            }
            return message;
        }
        if blanks == message.len() {
            return message;
        }
        let blanks = u8::try_from(blanks).unwrap_or(u8::MAX);
        let margin = self.blanks.unwrap_or(blanks);
        if blanks <= margin {
            self.narrow_to(blanks);
        } else {
            self.widen_to(blanks);
        }
        let margin = self.blanks.unwrap_or(margin).min(blanks);
        &message[usize::from(margin)..]
    }

    fn narrow_to(&mut self, blanks: u8) {
        *self = Self {
            blanks: Some(blanks),
            ..Self::default()
        };
    }

    fn widen_to(&mut self, blanks: u8) {
        self.wider = match self.wider_lines {
            0 => blanks,
            _ => self.wider.min(blanks),
        };
        self.wider_lines += 1;
        if self.wider_lines >= LINES {
            self.narrow_to(self.wider);
        }
    }
}

/// Returns the number of bytes of white space at the start of a message.
fn blanks(message: &[u8]) -> usize {
    let mut rest = message;
    while let [b' ' | b'\t', after @ ..] | [0xc2, 0xa0, after @ ..] = rest {
        rest = after;
    }
    message.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spaces_that_all_lines_have_belong_to_the_head() {
        let mut margin = Margin::default();
        assert_eq!(margin.strip(b"  two"), b"two");
        assert_eq!(margin.strip(b"   three"), b" three");
        assert_eq!(margin.strip(b""), b"");
        assert_eq!(margin.strip(b" one"), b"one");
        assert_eq!(margin.strip(b"  two"), b" two");
        assert_eq!(margin.strip(b"none"), b"none");
        assert_eq!(margin.strip(b" one"), b" one");
    }

    #[test]
    fn a_layout_that_has_changed_is_noticed() {
        let mut margin = Margin::default();
        assert_eq!(margin.strip(b"none"), b"none");
        for _ in 1..LINES {
            assert_eq!(margin.strip(b" one"), b" one");
        }
        assert_eq!(margin.strip(b" one"), b"one");
        assert_eq!(margin.strip(b" one"), b"one");
    }
}
