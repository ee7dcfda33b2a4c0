//! The ping of Minecraft 1.4 to 1.6: three bytes out, and a text of six fields in.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Address, Listing, PingAnswer, ProbeError, ping::PROTOCOL, wire::Wire};

/// The ping and its version, which is enough up to 1.5, and a plugin message for 1.6, which waits
/// for it.
const REQUEST: [u8; 3] = [0xfe, 0x01, 0xfa];

/// The channel of that message.
const CHANNEL: &str = "MC|PingHost";

/// The protocol of 1.6.2.
const PROTOCOL_NUMBER: u8 = 74;

/// The packet with which a server ends a connection; the answer comes as its reason.
const KICK: u8 = 0xff;

/// What the text begins with.
const MARK: &str = "§1";

/// Six short fields.
const MAX_CHARS: u16 = 1024;

pub(super) async fn ask(wire: &mut dyn Wire, address: &Address) -> Result<PingAnswer, ProbeError> {
    let text = exchange(wire, &request(address))
        .await
        .map_err(|error| ProbeError::network(address, error))?;
    text.and_then(|text| read(&text))
        .ok_or_else(|| ProbeError::not_understood(address, PROTOCOL))
}

/// Where we think the server is comes with the question; Minecraft does not look at it.
fn request(address: &Address) -> Vec<u8> {
    let mut message = vec![PROTOCOL_NUMBER];
    push_text(&mut message, address.host());
    message.extend_from_slice(&u32::from(address.port()).to_be_bytes());

    let mut request = REQUEST.to_vec();
    push_text(&mut request, CHANNEL);
    request.extend_from_slice(&(message.len() as u16).to_be_bytes());
    request.append(&mut message);
    request
}

/// The number of characters, and the characters as UTF-16. A host name has 255 at most.
fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let chars: Vec<u16> = text.encode_utf16().take(255).collect();
    bytes.extend_from_slice(&(chars.len() as u16).to_be_bytes());
    bytes.extend(chars.iter().flat_map(|c| c.to_be_bytes()));
}

/// The text, which comes as UTF-16 with its length before it.
async fn exchange(wire: &mut dyn Wire, request: &[u8]) -> io::Result<Option<String>> {
    wire.write_all(request).await?;
    wire.flush().await?;
    if wire.read_u8().await? != KICK {
        return Ok(None);
    }
    let length = wire.read_u16().await?;
    if length > MAX_CHARS {
        return Ok(None);
    }
    let mut text = Vec::with_capacity(usize::from(length));
    for _ in 0..length {
        text.push(wire.read_u16().await?);
    }
    Ok(String::from_utf16(&text).ok())
}

/// Mark, protocol, version, title, how many are on, how many could be.
fn read(text: &str) -> Option<PingAnswer> {
    let fields: Vec<_> = text.split('\0').collect();
    let [MARK, _, version, _, online, max] = fields[..] else {
        return None;
    };
    Some(PingAnswer {
        listing: match online.parse().ok()? {
            0 => Listing::Names(Vec::new()),
            online => Listing::Count(online),
        },
        max: max.parse().unwrap_or(0),
        version: version.chars().filter(|c| !c.is_control()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_six_fields_tells_how_many_are_on() {
        let answer = read("§1\x0074\x001.6.2\0A Minecraft Server\x003\x0020").unwrap();

        assert_eq!(answer.listing, Listing::Count(3));
        assert_eq!((answer.max, answer.version.as_str()), (20, "1.6.2"));
        assert_eq!(read("§1\x0074\x001.6.2\0A Minecraft Server\x003"), None);
        assert_eq!(read("A Minecraft Server§3§20"), None);
    }
}
