//! Writes replies, in version 2 or 3 of the protocol.

/// The version of the protocol that a client has chosen with `HELLO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Protocol {
    #[default]
    Resp2,
    Resp3,
}

/// Replies that have not been sent.
#[derive(Debug, Default)]
pub(super) struct Replies {
    bytes: Vec<u8>,
    pub(super) protocol: Protocol,
}

impl Replies {
    /// Returns how many bytes wait to be sent.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what waits to be sent.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// A word such as `OK`.
    pub(super) fn status(&mut self, word: &str) {
        self.line(b'+', word);
    }

    /// An error. It begins with a code such as `ERR`.
    pub(super) fn error(&mut self, sentence: &str) {
        self.line(b'-', sentence);
    }

    pub(super) fn integer(&mut self, number: i64) {
        self.line(b':', &number.to_string());
    }

    pub(super) fn count(&mut self, number: usize) {
        self.integer(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// A text.
    pub(super) fn bulk(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.head(b'$', bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// A text that a client shows as it is.
    pub(super) fn verbatim(&mut self, text: &str) {
        if self.protocol == Protocol::Resp2 {
            return self.bulk(text);
        }
        self.head(b'=', text.len() + 4);
        self.bytes.extend_from_slice(b"txt:");
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// Nothing, in place of a text.
    pub(super) fn null(&mut self) {
        match self.protocol {
            Protocol::Resp2 => self.line(b'$', "-1"),
            Protocol::Resp3 => self.line(b'_', ""),
        }
    }

    /// The head of a list; its elements follow.
    pub(super) fn array(&mut self, length: usize) {
        self.head(b'*', length);
    }

    /// The head of a set; its elements follow.
    pub(super) fn set(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.head(b'*', length),
            Protocol::Resp3 => self.head(b'~', length),
        }
    }

    /// The head of a map; keys and values follow in turn.
    pub(super) fn map(&mut self, length: usize) {
        match self.protocol {
            Protocol::Resp2 => self.head(b'*', length * 2),
            Protocol::Resp3 => self.head(b'%', length),
        }
    }

    fn head(&mut self, kind: u8, length: usize) {
        self.line(kind, &length.to_string());
    }

    /// A line break in the text would end the reply, so it becomes a blank.
    fn line(&mut self, kind: u8, text: &str) {
        self.bytes.push(kind);
        let bytes = text.bytes();
        self.bytes.extend(bytes.map(|byte| match byte {
            b'\r' | b'\n' => b' ',
            byte => byte,
        }));
        self.bytes.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(write: impl Fn(&mut Replies), resp2: &str, resp3: &str) {
        for (protocol, expected) in [(Protocol::Resp2, resp2), (Protocol::Resp3, resp3)] {
            let mut replies = Replies {
                protocol,
                ..Replies::default()
            };
            write(&mut replies);
            assert_eq!(String::from_utf8(replies.take()).unwrap(), expected);
        }
    }

    #[test]
    fn both_versions_write_texts_numbers_and_lists_alike() {
        let same = |write: fn(&mut Replies), expected| check(write, expected, expected);

        same(|replies| replies.status("OK"), "+OK\r\n");
        same(|replies| replies.integer(-2), ":-2\r\n");
        same(|replies| replies.bulk("é"), "$2\r\né\r\n");
        same(|replies| replies.array(2), "*2\r\n");
    }

    #[test]
    fn the_versions_write_nothing_sets_maps_and_verbatim_texts_differently() {
        check(Replies::null, "$-1\r\n", "_\r\n");
        check(|replies| replies.set(2), "*2\r\n", "~2\r\n");
        check(|replies| replies.map(2), "*4\r\n", "%2\r\n");
        check(
            |replies| replies.verbatim("a"),
            "$1\r\na\r\n",
            "=5\r\ntxt:a\r\n",
        );
    }

    #[test]
    fn an_error_is_one_line_whatever_it_quotes() {
        let write = |replies: &mut Replies| replies.error("ERR 'a\r\n+OK\r\n'");
        check(write, "-ERR 'a  +OK  '\r\n", "-ERR 'a  +OK  '\r\n");
    }
}
