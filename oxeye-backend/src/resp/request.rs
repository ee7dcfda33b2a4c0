//! Reads requests: arrays of bulk strings, which all clients send, and the inline commands that people type.

use std::fmt;

use super::inline;

/// The most arguments of a request, the name of the command included.
pub(super) const MAX_ARGUMENTS: usize = 64;

/// The longest argument, in bytes.
pub(super) const MAX_ARGUMENT_BYTES: usize = 1024;

/// The longest line that only announces a length, in bytes.
const MAX_LENGTH_LINE: usize = 32;

/// The longest inline command, in bytes.
const MAX_INLINE_BYTES: usize = 64 * 1024;

/// A request: the name of a command and its arguments. It is never empty.
pub(super) type Request = Vec<Vec<u8>>;

/// Why a client cannot be understood. Nothing that it sends afterwards can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProtocolError {
    TooManyArguments,
    ArgumentTooLong,
    LengthLineTooLong,
    InlineTooLong,
    UnbalancedQuotes,
    /// Something other than a bulk string in the array.
    NoBulkString(u8),
}

/// As Redis says it, with our own limits.
impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ERR Protocol error: ")?;
        match self {
            Self::TooManyArguments => write!(
                f,
                "invalid multibulk length, at most {MAX_ARGUMENTS} arguments are accepted"
            ),
            Self::ArgumentTooLong => write!(
                f,
                "invalid bulk length, at most {MAX_ARGUMENT_BYTES} bytes are accepted"
            ),
            Self::LengthLineTooLong => f.write_str("too big count string"),
            Self::InlineTooLong => f.write_str("too big inline request"),
            Self::UnbalancedQuotes => f.write_str("unbalanced quotes in request"),
            Self::NoBulkString(byte) => {
                write!(f, "expected '$', got '{}'", byte.escape_ascii())
            }
        }
    }
}

/// What has arrived of a client's requests, and how far it has been read.
#[derive(Debug, Default)]
pub(super) struct Requests {
    received: Vec<u8>,
    /// The bytes at the beginning of `received` that have been read.
    read: usize,
    /// The arguments of the array that is being read.
    arguments: Request,
    /// How many arguments of the array are missing.
    missing: usize,
    /// The length of the argument that comes next, once it has been announced.
    announced: Option<usize>,
}

impl Requests {
    /// Adds bytes that have arrived.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.received.drain(..self.read);
        self.read = 0;
        self.received.extend_from_slice(bytes);
    }

    /// Returns how many bytes have arrived and have not been read.
    pub(super) fn waiting(&self) -> usize {
        self.received.len() - self.read
    }

    /// Whether a request has begun and not ended. Only meaningful once [`Requests::next`] has returned `None`.
    pub(super) fn is_half(&self) -> bool {
        self.missing > 0 || self.waiting() > 0
    }

    /// Returns the next request that has arrived completely.
    ///
    /// # Errors
    /// When what has arrived cannot be part of any request that is accepted.
    pub(super) fn next(&mut self) -> Result<Option<Request>, ProtocolError> {
        loop {
            if self.missing > 0 {
                if !self.read_argument()? {
                    return Ok(None);
                }
                if self.missing == 0 {
                    return Ok(Some(std::mem::take(&mut self.arguments)));
                }
                continue;
            }
            match self.rest().first() {
                None => return Ok(None),
                Some(b'*') => {
                    let Some(count) = self.read_length(ProtocolError::TooManyArguments)? else {
                        return Ok(None);
                    };
                    // Redis skips empty arrays.
                    let count = usize::try_from(count).unwrap_or(0);
                    if count > MAX_ARGUMENTS {
                        return Err(ProtocolError::TooManyArguments);
                    }
                    self.missing = count;
                }
                Some(_) => match self.read_inline()? {
                    None => return Ok(None),
                    // Redis skips empty lines.
                    Some(request) if request.is_empty() => {}
                    Some(request) => return Ok(Some(request)),
                },
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.received[self.read..]
    }

    /// Reads one argument of an array. Returns whether it had arrived.
    fn read_argument(&mut self) -> Result<bool, ProtocolError> {
        let length = match self.announced {
            Some(length) => length,
            None => {
                if let Some(&byte) = self.rest().first().filter(|byte| **byte != b'$') {
                    return Err(ProtocolError::NoBulkString(byte));
                }
                let Some(length) = self.read_length(ProtocolError::ArgumentTooLong)? else {
                    return Ok(false);
                };
                let length = usize::try_from(length).ok();
                let length = length.filter(|length| *length <= MAX_ARGUMENT_BYTES);
                let length = length.ok_or(ProtocolError::ArgumentTooLong)?;
                *self.announced.insert(length)
            }
        };
        // Like Redis, we skip the two bytes after an argument, whatever they are.
        if self.waiting() < length + 2 {
            return Ok(false);
        }
        self.arguments.push(self.rest()[..length].to_vec());
        self.read += length + 2;
        self.missing -= 1;
        self.announced = None;
        Ok(true)
    }

    /// Reads a line that announces a length, such as `$12`, unless it has not arrived.
    fn read_length(&mut self, invalid: ProtocolError) -> Result<Option<i64>, ProtocolError> {
        let line = self.rest();
        let Some(end) = line.iter().position(|byte| *byte == b'\n') else {
            return match line.len() > MAX_LENGTH_LINE {
                true => Err(ProtocolError::LengthLineTooLong),
                false => Ok(None),
            };
        };
        let digits = line[1..end.max(1)].strip_suffix(b"\r");
        let length = digits.and_then(integer).ok_or(invalid)?;
        self.read += end + 1;
        Ok(Some(length))
    }

    /// Reads a line as a request, unless its end has not arrived.
    fn read_inline(&mut self) -> Result<Option<Request>, ProtocolError> {
        let line = self.rest();
        let end = line.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(line.len()) > MAX_INLINE_BYTES {
            return Err(ProtocolError::InlineTooLong);
        }
        let Some(end) = end else { return Ok(None) };
        let line = line[..end].strip_suffix(b"\r").unwrap_or(&line[..end]);
        let request = inline::split(line).ok_or(ProtocolError::UnbalancedQuotes)?;
        if request.len() > MAX_ARGUMENTS {
            return Err(ProtocolError::TooManyArguments);
        }
        if request.iter().any(|one| one.len() > MAX_ARGUMENT_BYTES) {
            return Err(ProtocolError::ArgumentTooLong);
        }
        self.read += end + 1;
        Ok(Some(request))
    }
}

/// Reads a whole number as Redis does: no sign but `-`, no blanks, no leading zeros.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let is_plain = match digits {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', more @ ..] => more.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let text = std::str::from_utf8(text).ok().filter(|_| is_plain)?;
    text.parse().ok()
}

#[cfg(test)]
mod tests;
