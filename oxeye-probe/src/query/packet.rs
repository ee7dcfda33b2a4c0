//! The packets of the query protocol (GameSpy 4 as Minecraft speaks it): pure, bytes in and out.

use std::collections::HashMap;

use crate::{ListedPlayer, Listing, profile_name, query::QueryAnswer};

const MAGIC: [u8; 2] = [0xfe, 0xfd];
const HANDSHAKE: u8 = 9;
const STATUS: u8 = 0;

/// What comes before the settings: the remains of a protocol in which an answer had several packets.
const SETTINGS_START: &[u8] = b"splitnum\0\x80\0";

/// What comes before the players.
const PLAYERS_START: &[u8] = b"\x01player_\0\0";

/// Names the question and its answers. Minecraft keeps only these bits of each byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Session(u32);

impl Session {
    pub(super) fn new(number: u32) -> Self {
        Self(number & 0x0f0f_0f0f)
    }
}

/// The request for a token, without which a server answers nothing.
pub(super) fn handshake_request(session: Session) -> Vec<u8> {
    request(HANDSHAKE, session, &[])
}

/// The request for everything; four more bytes than that for the short form.
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

/// The token, if the packet is the answer to the handshake: a decimal number as text.
pub(super) fn token(packet: &[u8], session: Session) -> Option<i32> {
    let payload = payload(packet, HANDSHAKE, session)?;
    let text = payload.split(|byte| *byte == 0).next()?;
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// What the packet is to somebody who asked for everything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// The answer.
    Answer(QueryAnswer),
    /// For another question.
    Foreign,
    /// An answer that breaks off or makes no sense.
    Broken,
}

pub(super) fn status(packet: &[u8], session: Session) -> Status {
    match payload(packet, STATUS, session) {
        None => Status::Foreign,
        Some(payload) => read(payload).map_or(Status::Broken, Status::Answer),
    }
}

/// What follows the kind and the session, if they are as expected.
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

/// Everybody, if the list is whole and every name can be a player's. Minecraft writes only the lower
/// eight bits of each character, so a name with others comes garbled.
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

/// The bytes before the next zero; `None` if there is none.
fn text<'packet>(rest: &mut &'packet [u8]) -> Option<&'packet [u8]> {
    let end = memchr::memchr(0, rest)?;
    let text = &rest[..end];
    *rest = &rest[end + 1..];
    Some(text)
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// One character for each byte, without those that would move a terminal's cursor.
fn latin(bytes: &[u8]) -> String {
    let chars = bytes.iter().copied().map(char::from);
    chars.filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
pub(super) mod tests;
