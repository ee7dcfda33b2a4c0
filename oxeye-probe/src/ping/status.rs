//! The ping of Minecraft 1.7 and later: a handshake, a request, and JSON.

use std::{collections::BTreeMap, io};

use serde_json::{Value, value::RawValue};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

use crate::{
    Address, ListedPlayer, Listing, PingAnswer, ProbeError,
    ping::{Appearance, LargeAnswers, PROTOCOL, Status, description, packet},
    profile_name,
    wire::Wire,
};

/// Largest number of names that Minecraft puts into an answer (`MAX_STATUS_PLAYER_SAMPLE`).
const MAX_SAMPLE: usize = 12;

/// The protocol version of a client that only wants to know the server's version.
const ANY_VERSION: i32 = -1;

/// The kind of packet that is the answer.
const STATUS: u8 = 0;

pub(super) async fn ask(
    wire: &mut dyn Wire,
    address: &Address,
    large_answers: Option<&LargeAnswers>,
) -> Result<Status, ProbeError> {
    let packet = exchange(wire, address, large_answers)
        .await
        .map_err(|error| ProbeError::network(address, error))?;
    let not_understood = || ProbeError::not_understood(address, PROTOCOL);
    let content = packet.ok_or_else(not_understood)?;
    let json = text(&content).await.ok_or_else(not_understood)?;
    read(json).ok_or_else(not_understood)
}

/// Sends the request and returns the content of the answer, or `None` if this is not an answer.
async fn exchange(
    wire: &mut dyn Wire,
    address: &Address,
    large_answers: Option<&LargeAnswers>,
) -> io::Result<Option<Vec<u8>>> {
    wire.write_all(&request(address)).await?;
    wire.flush().await?;
    let Some(length) = varint(wire).await? else {
        return Ok(None);
    };
    if !(1..=packet::MAX_BYTES).contains(&length) || wire.read_u8().await? != STATUS {
        return Ok(None);
    }
    packet::read(wire, length - 1, large_answers)
        .await
        .map(Some)
}

/// Returns the text, which has its length before it.
async fn text(mut content: &[u8]) -> Option<&[u8]> {
    let length = varint(&mut content).await.ok()??;
    content.get(..length)
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

/// The fields of a status. A server may leave out any of them.
const FIELDS: [&str; 3] = ["players", "version", "description"];

/// Longest field that is taken apart. One with text needs a few kilobytes; a hostile one could need a
/// hundred bytes of memory for each of its own. What else a status contains is skipped.
const MAX_FIELD_BYTES: usize = 64 * 1024;

/// The fields of an answer, each still as JSON.
type Fields<'json> = BTreeMap<String, &'json RawValue>;

/// Reads an answer. A server that hides its players sends no `players`, or an empty object. Returns
/// `None` if this is not a status.
fn read(json: &[u8]) -> Option<Status> {
    let fields: Fields<'_> = serde_json::from_slice(json).ok()?;
    if FIELDS.iter().all(|name| !fields.contains_key(*name)) {
        return None;
    }
    let appearance = Appearance {
        version: version(&field(&fields, "version")),
        motd: description::plain(&field(&fields, "description")),
        icon: icon(&fields),
    };
    Some(match counted(&field(&fields, "players"), &appearance) {
        Some(answer) => Status::Counted(answer),
        None => Status::WithoutCount(appearance),
    })
}

/// Returns a field, or `null` if it is missing or longer than any server's.
fn field(fields: &Fields<'_>, name: &str) -> Value {
    fields
        .get(name)
        .filter(|json| json.get().len() <= MAX_FIELD_BYTES)
        .and_then(|json| serde_json::from_str(json.get()).ok())
        .unwrap_or_default()
}

fn version(version: &Value) -> String {
    let name = version.get("name").and_then(Value::as_str);
    let chars = name.unwrap_or_default().chars();
    chars.filter(|c| !c.is_control()).collect()
}

fn counted(players: &Value, appearance: &Appearance) -> Option<PingAnswer> {
    let number = |name| players.get(name).and_then(Value::as_i64);
    let online = u32::try_from(number("online")?).ok()?;
    let Appearance {
        version,
        motd,
        icon,
    } = appearance.clone();
    Some(PingAnswer {
        listing: match sample(players.get("sample")) {
            Some(present) => Listing::proven(online, present),
            None => Listing::Count(online),
        },
        // Some servers send -1 for "no limit".
        max: number("max").map_or(0, |max| u32::try_from(max).unwrap_or(0)),
        version,
        motd,
        icon,
    })
}

/// Returns the base64 in `data:image/png;base64,...`. Servers up to 1.12 break it into lines.
fn icon(fields: &Fields<'_>) -> Option<String> {
    let favicon: String = serde_json::from_str(fields.get("favicon")?.get()).ok()?;
    let base64 = favicon.strip_prefix("data:image/png;base64,")?;
    let base64: String = base64.split_ascii_whitespace().collect();
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
