//! The ping of Minecraft 1.7 and later: a handshake, a request, and JSON.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

use crate::{
    Address, ListedPlayer, Listing, PingAnswer, ProbeError, ping::PROTOCOL, profile_name,
    wire::Wire,
};

/// An icon makes most of an answer; one with a list of mods may have 200 KiB.
const MAX_ANSWER_BYTES: usize = 512 * 1024;

/// The most names that Minecraft puts into an answer (`MAX_STATUS_PLAYER_SAMPLE`).
const MAX_SAMPLE: usize = 12;

/// Not any version: "what have you got?"
const ANY_VERSION: i32 = -1;

pub(super) async fn ask(wire: &mut dyn Wire, address: &Address) -> Result<PingAnswer, ProbeError> {
    let json = exchange(wire, address)
        .await
        .map_err(|error| ProbeError::network(address, error))?;
    match json.map_or(Status::Foreign, |json| read(&json)) {
        Status::Told(answer) => Ok(answer),
        Status::WithoutCount => Err(ProbeError::NoCount {
            address: address.clone(),
        }),
        Status::Foreign => Err(ProbeError::not_understood(address, PROTOCOL)),
    }
}

/// The JSON of the answer; `None` if it is not an answer.
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

/// The packet's text, if it is the answer to the request.
async fn text(mut packet: &[u8]) -> Option<&[u8]> {
    let kind = varint(&mut packet).await.ok()??;
    let length = varint(&mut packet).await.ok()??;
    (kind == 0).then(|| packet.get(..length))?
}

/// "I want to know your status" and "tell it", each with its length before it.
fn request(address: &Address) -> Vec<u8> {
    let mut handshake = vec![0];
    push_varint(&mut handshake, ANY_VERSION.cast_unsigned());
    // Proxies may look at the name; Minecraft itself does not.
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

/// Seven bits in each byte, the lowest first; the eighth says that more follow.
fn push_varint(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A length or kind of at most 28 bits; what is longer is none.
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

/// What an answer tells.
#[derive(Debug)]
enum Status {
    /// How many are on, and perhaps who.
    Told(PingAnswer),
    /// It is a status, of a server that hides how many are on.
    WithoutCount,
    /// It is no status.
    Foreign,
}

/// What a status has, of which each server leaves out what it likes.
const FIELDS: [&str; 3] = ["players", "version", "description"];

/// A server that hides its players sends no `players`, or nothing in them.
fn read(json: &[u8]) -> Status {
    let Ok(answer @ Value::Object(_)) = serde_json::from_slice(json) else {
        return Status::Foreign;
    };
    if FIELDS.iter().all(|field| answer.get(field).is_none()) {
        return Status::Foreign;
    }
    match counted(&answer) {
        Some(told) => Status::Told(told),
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
        // Some send -1 for "no limit".
        max: number("max").map_or(0, |max| u32::try_from(max).unwrap_or(0)),
        version: version.unwrap_or_default(),
    })
}

/// The people of a sample, if it is made of nobody but people who show themselves.
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

/// Who does not want to be listed is "Anonymous Player" with a UUID of zeros, and advertising is no
/// name.
fn person(entry: &Value) -> Option<ListedPlayer> {
    let name = profile_name::plausible(entry.get("name")?.as_str()?)?;
    let uuid = Uuid::try_parse(entry.get("id")?.as_str()?).ok()?;
    is_account(uuid).then(|| ListedPlayer {
        uuid: Some(uuid),
        ..ListedPlayer::named(name)
    })
}

/// Mojang's accounts have random UUIDs, names without an account a hash of the name, and Floodgate's
/// Bedrock players their Xbox number in the lower half. Lines of advertising have zeros or count up.
fn is_account(uuid: Uuid) -> bool {
    let (upper, lower) = uuid.as_u64_pair();
    matches!(uuid.get_version_num(), 3 | 4) || (upper == 0 && lower >> 32 != 0)
}

#[cfg(test)]
mod tests;
