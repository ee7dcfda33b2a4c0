//! How many blanks a log has between head and message, beyond the one that belongs to the head.
//!
//! Some layouts of log4j end in more than one. A message may begin with blanks as well, and somebody
//! may have chosen it, so only as many belong to the head as all lines have.

use serde::{Deserialize, Serialize};

/// How many lines in a row with more blanks show that the layout has changed.
const LINES: u8 = 16;

/// The blanks of the lines so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Margin {
    /// None before the first line.
    blanks: Option<u8>,
    /// The lines since the last that had no more, and the fewest blanks among them.
    #[serde(skip_serializing_if = "is_zero")]
    wider_lines: u8,
    #[serde(skip_serializing_if = "is_zero")]
    wider: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

impl Margin {
    /// Returns the message without the blanks that belong to the head.
    pub(super) fn take_off<'a>(&mut self, message: &'a [u8]) -> &'a [u8] {
        // Nearly all.
        if message.first() != Some(&b' ') {
            if !message.is_empty() {
                self.narrow_to(0);
            }
            return message;
        }
        let blanks = message.iter().take_while(|byte| **byte == b' ').count();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_blanks_that_all_lines_have_belong_to_the_head() {
        let mut margin = Margin::default();
        assert_eq!(margin.take_off(b"  two"), b"two");
        assert_eq!(margin.take_off(b"   three"), b" three");
        assert_eq!(margin.take_off(b""), b"");
        assert_eq!(margin.take_off(b" one"), b"one");
        assert_eq!(margin.take_off(b"  two"), b" two");
        assert_eq!(margin.take_off(b"none"), b"none");
        assert_eq!(margin.take_off(b" one"), b" one");
    }

    #[test]
    fn a_layout_that_has_changed_is_noticed() {
        let mut margin = Margin::default();
        assert_eq!(margin.take_off(b"none"), b"none");
        for _ in 1..LINES {
            assert_eq!(margin.take_off(b" one"), b" one");
        }
        assert_eq!(margin.take_off(b" one"), b"one");
        assert_eq!(margin.take_off(b" one"), b"one");
    }
}
