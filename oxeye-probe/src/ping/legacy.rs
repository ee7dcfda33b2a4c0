//! The ping of Minecraft 1.4 to 1.6: a short request, and a text with six fields as the answer.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Address, Listing, PingAnswer, ProbeError, ping::PROTOCOL, wire::Wire};

/// The ping and its version, which is all that servers up to 1.5 read, and the start of the plugin
/// message that 1.6 waits for.
const REQUEST: [u8; 3] = [0xfe, 0x01, 0xfa];

/// The channel of that message.
const CHANNEL: &str = "MC|PingHost";

/// The number of the protocol of 1.6.2.
const PROTOCOL_NUMBER: u8 = 74;

/// The packet that ends a connection. The answer is sent as the reason for it.
const KICK: u8 = 0xff;

/// The first field of the text.
const MARK: &str = "§1";

/// Longest text that we read. Six short fields need less.
const MAX_CHARS: u16 = 1024;

pub(super) async fn ask(wire: &mut dyn Wire, address: &Address) -> Result<PingAnswer, ProbeError> {
    let text = exchange(wire, &request(address))
        .await
        .map_err(|error| ProbeError::network(address, error))?;
    text.and_then(|text| read(&text))
        .ok_or_else(|| ProbeError::not_understood(address, PROTOCOL))
}

/// Makes the request. It contains the server's address, which Minecraft ignores.
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

/// Writes the length of a text and the text as UTF-16. A host name has at most 255 characters.
fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let chars: Vec<u16> = text.encode_utf16().take(255).collect();
    bytes.extend_from_slice(&(chars.len() as u16).to_be_bytes());
    bytes.extend(chars.iter().flat_map(|c| c.to_be_bytes()));
}

/// Sends the request and reads the text of the answer, which is UTF-16 with its length before it.
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

/// Reads the six fields: mark, protocol, version, message of the day, players online, players allowed.
fn read(text: &str) -> Option<PingAnswer> {
    let fields: Vec<_> = text.split('\0').collect();
    let [MARK, _, version, motd, online, max] = fields[..] else {
        return None;
    };
    Some(PingAnswer {
        listing: match online.parse().ok()? {
            0 => Listing::Names(Vec::new()),
            online => Listing::Count(online),
        },
        max: max.parse().unwrap_or(0),
        version: version.chars().filter(|c| !c.is_control()).collect(),
        motd: motd.to_owned(),
        icon: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_six_fields_says_how_many_players_are_online() {
        let answer = read("§1\x0074\x001.6.2\0A Minecraft Server\x003\x0020").unwrap();

        assert_eq!(answer.listing, Listing::Count(3));
        assert_eq!((answer.max, answer.version.as_str()), (20, "1.6.2"));
        assert_eq!(answer.motd, "A Minecraft Server");
        assert_eq!(read("§1\x0074\x001.6.2\0A Minecraft Server\x003"), None);
        assert_eq!(read("A Minecraft Server§3§20"), None);
    }
}
