//! The frames of WebSocket (RFC 6455, section 5), as far as a server that only sends needs them.

use axum::body::Bytes;

/// The largest frame that we accept, in bytes of its content.
const MAX_RECEIVED: u64 = 4 * 1024;

/// The largest content of a control frame, by the standard.
const MAX_CONTROL: u64 = 125;

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// What a client can send.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// A message, which we ignore.
    Data,
    /// A ping, with the content that the pong has to repeat.
    Ping(Vec<u8>),
    /// The answer to a ping of ours.
    Pong,
    /// A close frame.
    Close,
}

/// Why we close a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The client has closed it.
    Normal = 1000,
    /// We are stopping.
    Stopping = 1001,
    /// The client breaks the protocol.
    Protocol = 1002,
    /// The client sends more than one that only listens needs to.
    TooMuch = 1008,
    /// A message is too large.
    TooLarge = 1009,
}

/// Makes a message out of the parts of its text.
pub(super) fn text(parts: &[&[u8]]) -> Bytes {
    frame(TEXT, parts)
}

pub(super) fn ping() -> Bytes {
    frame(PING, &[])
}

pub(super) fn pong(content: &[u8]) -> Bytes {
    frame(PONG, &[content])
}

pub(super) fn close(reason: Reason) -> Bytes {
    frame(CLOSE, &[&(reason as u16).to_be_bytes()])
}

/// Returns where the content of a frame of ours begins.
pub(super) fn content_of(frame: &[u8]) -> &[u8] {
    let header = match frame[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    &frame[header..]
}

fn frame(opcode: u8, parts: &[&[u8]]) -> Bytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut frame = Vec::with_capacity(length + 10);
    frame.push(FINAL | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => frame.push(short),
        (_, Ok(middle)) => {
            frame.push(126);
            frame.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    for part in parts {
        frame.extend_from_slice(part);
    }
    frame.into()
}

/// Takes one whole frame from the beginning of what has arrived; `None` if some of it is still missing.
pub(super) fn take(arrived: &mut Vec<u8>) -> Result<Option<Received>, Reason> {
    let Some((&[first, second], rest)) = arrived.split_first_chunk::<2>() else {
        return Ok(None);
    };
    let (length, rest) = match second & !MASKED {
        126 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
            None => return Ok(None),
        },
        127 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from_be_bytes(*length), rest),
            None => return Ok(None),
        },
        short => (u64::from(short), rest),
    };
    check(first, second, length)?;
    let Some((mask, rest)) = rest.split_first_chunk::<4>() else {
        return Ok(None);
    };
    // The length has been checked.
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let Some(content) = rest.get(..length) else {
        return Ok(None);
    };
    let received = match first & 0xF {
        CLOSE => Received::Close,
        PONG => Received::Pong,
        PING => {
            let unmasked = content.iter().zip(mask.iter().cycle());
            Received::Ping(unmasked.map(|(byte, mask)| byte ^ mask).collect())
        }
        _ => Received::Data,
    };
    let left = rest.len() - length;
    arrived.drain(..arrived.len() - left);
    Ok(Some(received))
}

/// Checks the head of a frame. Clients must mask what they send, and no extension was negotiated.
fn check(first: u8, second: u8, length: u64) -> Result<(), Reason> {
    let (opcode, is_final) = (first & 0xF, first & FINAL != 0);
    let is_control = opcode >= CLOSE;
    let is_known = matches!(opcode, 0..=2 | CLOSE..=PONG);
    let is_whole = !is_control || (is_final && length <= MAX_CONTROL);
    if second & MASKED == 0 || first & 0x70 != 0 || !is_known || !is_whole {
        return Err(Reason::Protocol);
    }
    if length > MAX_RECEIVED {
        return Err(Reason::TooLarge);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a frame as a client does.
    fn masked(first: u8, content: &[u8]) -> Vec<u8> {
        let mask = [0x37, 0xFA, 0x21, 0x3D];
        let mut frame = vec![first];
        match u8::try_from(content.len()) {
            Ok(short @ ..126) => frame.push(MASKED | short),
            _ => {
                frame.push(MASKED | 126);
                frame.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend(mask);
        frame.extend(content.iter().zip(mask.iter().cycle()).map(|(a, b)| a ^ b));
        frame
    }

    #[test]
    fn frames_are_taken_one_by_one_however_they_arrive() {
        let frames = [
            masked(FINAL | PING, b"here?"),
            masked(FINAL | TEXT, &[b'x'; 4096]),
            masked(FINAL | PONG, b""),
            masked(FINAL | CLOSE, &1000_u16.to_be_bytes()),
        ];
        let mut arrived = Vec::new();
        let mut received = Vec::new();

        for byte in frames.concat() {
            arrived.push(byte);
            received.extend(take(&mut arrived).unwrap());
        }

        let ping = Received::Ping(b"here?".to_vec());
        let expected = [ping, Received::Data, Received::Pong, Received::Close];
        assert_eq!(received, expected);
        assert!(arrived.is_empty());
    }

    #[track_caller]
    fn check_refused(mut frame: Vec<u8>, reason: Reason) {
        assert_eq!(take(&mut frame), Err(reason));
    }

    #[test]
    fn what_breaks_the_protocol_is_refused_by_its_head() {
        check_refused(vec![FINAL | PING, 0], Reason::Protocol);
        check_refused(masked(PING, b""), Reason::Protocol);
        check_refused(masked(FINAL | 0x40 | TEXT, b""), Reason::Protocol);
        check_refused(masked(FINAL | 0x3, b""), Reason::Protocol);
        check_refused(masked(FINAL | PING, &[0; 126]), Reason::Protocol);
        check_refused(masked(FINAL | TEXT, &[0; 4097]), Reason::TooLarge);
        let huge = [&[FINAL | TEXT, MASKED | 127][..], &[0xFF; 8]].concat();
        check_refused(huge, Reason::TooLarge);
    }

    #[test]
    fn the_length_of_a_message_is_written_in_the_shortest_way() {
        for (length, header) in [(125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let content = vec![b'x'; length];
            let frame = text(&[&content]);
            assert_eq!(frame.len(), length + header);
            assert_eq!(content_of(&frame), content);
        }
    }
}
