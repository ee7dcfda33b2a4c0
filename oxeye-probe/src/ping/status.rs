//! The ping of Minecraft 1.7 and later: a handshake, a request, and JSON.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

use crate::{
    Address, ListedPlayer, Listing, PingAnswer, ProbeError,
    ping::{PROTOCOL, description},
    profile_name,
    wire::Wire,
};

/// Largest answer that we read. Most of an answer is the icon; one with a list of mods may have 200
/// KiB.
const MAX_ANSWER_BYTES: usize = 512 * 1024;

/// Largest number of names that Minecraft puts into an answer (`MAX_STATUS_PLAYER_SAMPLE`).
const MAX_SAMPLE: usize = 12;

/// The protocol version of a client that only wants to know the server's version.
const ANY_VERSION: i32 = -1;

pub(super) async fn ask(wire: &mut dyn Wire, address: &Address) -> Result<PingAnswer, ProbeError> {
    let json = exchange(wire, address)
        .await
        .map_err(|error| ProbeError::network(address, error))?;
    match json.map_or(Status::Other, |json| read(&json)) {
        Status::Counted(answer) => Ok(answer),
        Status::WithoutCount => Err(ProbeError::NoCount {
            address: address.clone(),
        }),
        Status::Other => Err(ProbeError::not_understood(address, PROTOCOL)),
    }
}

/// Sends the request and returns the JSON of the answer, or `None` if this is not an answer.
async fn exchange(wire: &mut dyn Wire, address: &Address) -> io::Result<Option<Vec<u8>>> {
    wire.write_all(&request(address)).await?;
    wire.flush().await?;
    let Some(length) = varint(wire).await? else {
        return Ok(None);
    };
    if !(1..=MAX_ANSWER_BYTES).contains(&length) {
        return Ok(None);
    }
    let mut packet = vec![0; length];
    wire.read_exact(&mut packet).await?;
    Ok(text(&packet).await.map(<[u8]>::to_vec))
}

/// Returns the text of a packet if it is the answer to the request.
async fn text(mut packet: &[u8]) -> Option<&[u8]> {
    let kind = varint(&mut packet).await.ok()??;
    let length = varint(&mut packet).await.ok()??;
    (kind == 0).then(|| packet.get(..length))?
}

/// Makes the handshake and the request for the status, each with its length before it.
fn request(address: &Address) -> Vec<u8> {
    let mut handshake = vec![0];
    push_varint(&mut handshake, ANY_VERSION.cast_unsigned());
    // Proxies may use the host name; Minecraft itself ignores it.
    let host = address.host().as_bytes();
    push_varint(&mut handshake, host.len() as u32);
    handshake.extend_from_slice(host);
    handshake.extend_from_slice(&address.port().to_be_bytes());
    handshake.push(1);

    let mut request = Vec::new();
    push_varint(&mut request, handshake.len() as u32);
    request.append(&mut handshake);
    request.extend_from_slice(&[1, 0]);
    request
}

/// Writes a number with seven bits in each byte, the lowest first. The eighth bit says that more bytes
/// follow.
fn push_varint(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number of at most 28 bits. Returns `None` if it is longer.
async fn varint(
    wire: &mut (impl tokio::io::AsyncRead + Unpin + ?Sized),
) -> io::Result<Option<usize>> {
    let mut number = 0;
    for shift in [0, 7, 14, 21] {
        let byte = wire.read_u8().await?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// What an answer contains.
#[derive(Debug)]
enum Status {
    /// A status with the number of players, and perhaps their names.
    Counted(PingAnswer),
    /// A status of a server that hides the number of players.
    WithoutCount,
    /// Something other than a status.
    Other,
}

/// The fields of a status. A server may leave out any of them.
const FIELDS: [&str; 3] = ["players", "version", "description"];

/// Reads an answer. A server that hides its players sends no `players`, or an empty object.
fn read(json: &[u8]) -> Status {
    let Ok(answer @ Value::Object(_)) = serde_json::from_slice(json) else {
        return Status::Other;
    };
    if FIELDS.iter().all(|field| answer.get(field).is_none()) {
        return Status::Other;
    }
    match counted(&answer) {
        Some(answer) => Status::Counted(answer),
        None => Status::WithoutCount,
    }
}

fn counted(answer: &Value) -> Option<PingAnswer> {
    let players = answer.get("players")?;
    let number = |name| players.get(name).and_then(Value::as_i64);
    let online = u32::try_from(number("online")?).ok()?;
    let version = answer.get("version").and_then(|version| {
        let name = version.get("name")?.as_str()?;
        Some(name.chars().filter(|c| !c.is_control()).collect())
    });
    Some(PingAnswer {
        listing: match sample(players.get("sample")) {
            Some(present) => Listing::proven(online, present),
            None => Listing::Count(online),
        },
        // Some servers send -1 for "no limit".
        max: number("max").map_or(0, |max| u32::try_from(max).unwrap_or(0)),
        version: version.unwrap_or_default(),
        motd: answer
            .get("description")
            .map_or_else(String::new, description::plain),
        icon: answer.get("favicon").and_then(icon),
    })
}

/// Returns the base64 in `data:image/png;base64,...`. Servers up to 1.12 break it into lines.
fn icon(favicon: &Value) -> Option<String> {
    let base64 = favicon.as_str()?.strip_prefix("data:image/png;base64,")?;
    let base64: String = base64.chars().filter(|c| !c.is_whitespace()).collect();
    (!base64.is_empty()).then_some(base64)
}

/// Returns the players of a sample, if every entry is a real player.
fn sample(sample: Option<&Value>) -> Option<Vec<ListedPlayer>> {
    let entries = match sample {
        None | Some(Value::Null) => return Some(Vec::new()),
        Some(sample) => sample.as_array()?,
    };
    if entries.len() > MAX_SAMPLE {
        return None;
    }
    entries.iter().map(person).collect()
}

/// Returns the player of an entry. A player who does not want to be listed is "Anonymous Player" with
/// a UUID of zeros, and a line of advertising is not the name of an account.
fn person(entry: &Value) -> Option<ListedPlayer> {
    let name = profile_name::plausible(entry.get("name")?.as_str()?)?;
    let uuid = Uuid::try_parse(entry.get("id")?.as_str()?).ok()?;
    is_account(uuid).then(|| ListedPlayer {
        uuid: Some(uuid),
        ..ListedPlayer::named(name)
    })
}

/// Returns whether a UUID belongs to an account. Mojang's accounts have random UUIDs, names without an
/// account have a hash of the name, and Floodgate's Bedrock players have their Xbox number in the lower
/// half. Lines of advertising have zeros or consecutive numbers.
fn is_account(uuid: Uuid) -> bool {
    let (upper, lower) = uuid.as_u64_pair();
    matches!(uuid.get_version_num(), 3 | 4) || (upper == 0 && lower >> 32 != 0)
}

#[cfg(test)]
mod tests;
