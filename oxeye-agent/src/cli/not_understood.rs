//! Why no line of a log means anything to us, as a sentence for the one who named the log.

/// How a text in UTF-16 begins, in either order of bytes.
const UTF_16_MARKS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];

/// What keeps a log that has lines from being understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotUnderstood {
    /// It is UTF-16, as the `>` of Windows PowerShell writes it.
    Utf16,
    /// It is of a server that we do not know, or no log.
    Foreign,
}

impl NotUnderstood {
    /// `beginning` is what the log begins with; two bytes are enough.
    pub(super) fn by_beginning(beginning: &[u8]) -> Self {
        let is_utf16 = UTF_16_MARKS.iter().any(|mark| beginning.starts_with(mark));
        if is_utf16 { Self::Utf16 } else { Self::Foreign }
    }

    /// The sentence about the log of this name.
    pub(super) fn in_words(self, log: &str) -> String {
        match self {
            Self::Utf16 => format!(
                "{log} is UTF-16, such as PowerShell's > writes; it must be written as UTF-8 to be understood"
            ),
            Self::Foreign => format!(
                "no line of {log} is understood; --family says whose log it is, --join-pattern and --leave-pattern teach another one"
            ),
        }
    }
}
