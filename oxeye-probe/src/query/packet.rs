//! The packets of the Query protocol (GameSpy 4 as Minecraft speaks it), as pure functions.

use std::collections::HashMap;

use crate::{ListedPlayer, Listing, profile_name, query::QueryAnswer};

const MAGIC: [u8; 2] = [0xfe, 0xfd];
const HANDSHAKE: u8 = 9;
const STATUS: u8 = 0;

/// The bytes before the settings, left over from a protocol with answers of several packets.
const SETTINGS_START: &[u8] = b"splitnum\0\x80\0";

/// The bytes before the players.
const PLAYERS_START: &[u8] = b"\x01player_\0\0";

/// The id of a request and its answers. Minecraft keeps only these bits of each byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session(u32);

impl Session {
    pub(super) fn new(number: u32) -> Self {
        Self(number & 0x0f0f_0f0f)
    }
}

/// Makes the request for a token, without which a server does not answer.
pub(super) fn handshake_request(session: Session) -> Vec<u8> {
    request(HANDSHAKE, session, &[])
}

/// Makes the request for the full status, which has four more bytes than that for the short form.
pub(super) fn status_request(session: Session, token: i32) -> Vec<u8> {
    let mut payload = token.to_be_bytes().to_vec();
    payload.extend_from_slice(&[0; 4]);
    request(STATUS, session, &payload)
}

fn request(kind: u8, session: Session, payload: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(kind);
    bytes.extend_from_slice(&session.0.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// Returns the token if the packet is the answer to the handshake: a decimal number as text.
pub(super) fn token(packet: &[u8], session: Session) -> Option<i32> {
    let payload = payload(packet, HANDSHAKE, session)?;
    let text = payload.split(|byte| *byte == 0).next()?;
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// A packet that was received after a request for the full status.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The answer.
    Answer(QueryAnswer),
    /// The answer to another request.
    Foreign,
    /// An answer that is truncated or cannot be read.
    Broken,
}

pub(super) fn status(packet: &[u8], session: Session) -> Status {
    match payload(packet, STATUS, session) {
        None => Status::Foreign,
        Some(payload) => read(payload).map_or(Status::Broken, Status::Answer),
    }
}

/// Returns the bytes after the kind and the session, if these are as expected.
fn payload(packet: &[u8], kind: u8, session: Session) -> Option<&[u8]> {
    let (head, payload) = packet.split_at_checked(5)?;
    let expected = head[0] == kind && head[1..] == session.0.to_be_bytes();
    expected.then_some(payload)
}

fn read(payload: &[u8]) -> Option<QueryAnswer> {
    let mut rest = payload.strip_prefix(SETTINGS_START)?;
    let mut settings = HashMap::new();
    loop {
        let key = text(&mut rest)?;
        if key.is_empty() {
            break;
        }
        settings.insert(key, text(&mut rest)?);
    }
    let count: u32 = number(settings.get(b"numplayers".as_slice())?)?;
    let max: u32 = number(settings.get(b"maxplayers".as_slice())?)?;
    let shown = |key: &[u8]| settings.get(key).map(|value| latin(value));
    Some(QueryAnswer {
        listing: match names(rest) {
            Some(present) => Listing::proven(count, present),
            None => Listing::Count(count),
        },
        max,
        version: shown(b"version").unwrap_or_default(),
        software: shown(b"plugins").unwrap_or_default(),
    })
}

/// Returns all players, if the list is complete and every name can be that of an account. Minecraft
/// writes only the lower eight bits of each character, so other names arrive garbled.
fn names(players: &[u8]) -> Option<Vec<ListedPlayer>> {
    let mut rest = players.strip_prefix(PLAYERS_START)?;
    let mut present = Vec::new();
    loop {
        let name = text(&mut rest)?;
        if name.is_empty() {
            return Some(present);
        }
        let name = profile_name::plausible(std::str::from_utf8(name).ok()?)?;
        present.push(ListedPlayer::named(name));
    }
}

/// Takes the bytes before the next zero. Returns `None` if there is none.
fn text<'packet>(rest: &mut &'packet [u8]) -> Option<&'packet [u8]> {
    let end = memchr::memchr(0, rest)?;
    let text = &rest[..end];
    *rest = &rest[end + 1..];
    Some(text)
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// Decodes Latin-1 without control characters, which could affect a terminal.
fn latin(bytes: &[u8]) -> String {
    let chars = bytes.iter().copied().map(char::from);
    chars.filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
pub(super) mod tests;
