//! PocketMine-MP, Nukkit and their forks. Many of their lines are the same as those of Java servers.
//!
//! The reliable pair of lines is `NAME[/address] logged in with entity id` and `NAME[/address] logged
//! out due to`; newer versions end with `[NetworkSession: NAME] Session closed`. Nukkit colours the
//! names, and names may contain spaces. The messages shown to players are those of Java servers.

use memchr::memmem;
use oxeye_plugin_proto::PlayerName;

use super::{Statement, is_done, is_world_and_place};
use crate::log::address::is_address;
use crate::log::head::{Head, Level};
use crate::log::{formatting, name};

const LOGIN: &[u8] = b" logged in with entity id ";
const LOGOUT: &[u8] = b" logged out due to";

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    if head.level == Level::Warning {
        let crash = b"An unrecoverable error has occurred and the server has crashed";
        return head.message.starts_with(crash).then_some(Statement::Crash);
    }
    let message = formatting::strip_codes(head.message.trim_ascii_end());
    let message = message.trim_ascii_end();
    match message.first()? {
        b'S' if message == b"Stopping the server" => return Some(Statement::Stop),
        b'D' if is_done(message) => return Some(Statement::Start),
        b'[' => return session_closed(message),
        _ => {}
    }
    about_player(message)
}

/// Whether the message is `Starting Minecraft: Bedrock Edition server version v1.16.20`. Other versions
/// print `PE` or `BE`, and the oldest no colon.
pub(super) fn boots(head: &Head<'_>) -> bool {
    let rest = head.message.strip_prefix(b"Starting Minecraft");
    let rest = rest.map(|rest| rest.strip_prefix(b":").unwrap_or(rest));
    let rest = rest.and_then(|rest| rest.strip_prefix(b" "));
    rest.is_some_and(|rest| {
        [&b"Bedrock Edition"[..], b"PE", b"BE"]
            .iter()
            .any(|edition| {
                let rest = rest.strip_prefix(*edition);
                rest.is_some_and(|rest| rest.starts_with(b" server version "))
            })
    })
}

/// Whether only these servers print the message, which is not an event.
pub(super) fn is_known(head: &Head<'_>) -> bool {
    const SERVERS: [&[u8]; 3] = [b"PocketMine-MP", b"Nukkit", b"PowerNukkit"];
    if !head.message.starts_with(b"This server is running ") {
        return false;
    }
    let message = formatting::strip_codes(head.message);
    let rest = message.strip_prefix(b"This server is running ");
    rest.is_some_and(|rest| SERVERS.iter().any(|server| rest.starts_with(server)))
}

/// Whether the line is a login, or the end of the start, in a language other than English. Whatever
/// the language, the former begins with the name and the address and has a place in brackets somewhere
/// after them, and the latter names the same two commands.
pub(super) fn is_translated(head: &Head<'_>) -> bool {
    if head.level == Level::Warning {
        return false;
    }
    let message = formatting::strip_codes(head.message.trim_ascii_end());
    is_translated_start(&message) || is_translated_login(&message)
}

/// Whether the message is like `Fertig! (2.3s)! Für Hilfe, tippe "help" oder "?"`.
fn is_translated_start(message: &[u8]) -> bool {
    let names = |command: &[u8]| memmem::find(message, command).is_some();
    !matches!(message.first(), Some(b'<' | b'['))
        && !is_done(message)
        && message.contains(&b'(')
        && names(b"\"help\"")
        && names(b"\"?\"")
}

/// Whether the message is like `Fern[/192.0.2.7:5] loggte sich mit Entity ID 3 bei (world, 1, 2, 3) ein`.
fn is_translated_login(message: &[u8]) -> bool {
    after_address(message).is_some_and(|rest| {
        let is_foreign = !rest.starts_with(LOGIN) && !rest.starts_with(LOGOUT);
        let mut brackets = memchr::memchr_iter(b'(', rest);
        is_foreign && brackets.any(|bracket| begins_with_place(&rest[bracket + 1..]))
    })
}

/// Returns the text after `NAME[/192.0.2.7:5]`.
fn after_address(message: &[u8]) -> Option<&[u8]> {
    let end = memmem::find(message, b"] ")?;
    let (subject, rest) = (&message[..=end], &message[end + 1..]);
    let start = memchr::memrchr(b'[', subject)?;
    let fits = is_address(&subject[start + 1..end]) && with_address(subject).is_some();
    fits.then_some(rest)
}

/// Whether the text begins with `world, 1, 2, 3)`.
fn begins_with_place(text: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b')', text) else {
        return false;
    };
    let mut parts = text[..end].rsplit(|byte| *byte == b',');
    let is_number = |part: &[u8]| {
        let number = part.trim_ascii();
        let in_number = |byte: &u8| byte.is_ascii_digit() || b".-".contains(byte);
        !number.is_empty() && number.iter().all(in_number)
    };
    parts
        .by_ref()
        .take(3)
        .filter(|part| is_number(part))
        .count()
        == 3
        && parts.next().is_some()
}

/// Reads a message that begins with a player's name. Chat cannot be mistaken for one, because the name
/// of the speaker precedes it.
fn about_player(message: &[u8]) -> Option<Statement> {
    let login = memmem::find(message, LOGIN);
    let logout = memmem::find(message, LOGOUT);
    // The reason for a logout may contain any words.
    if let Some(at) = logout.filter(|logout| login.is_none_or(|login| *logout < login)) {
        return with_address(&message[..at]).map(Statement::LoggedOut);
    }
    if let Some(at) = login {
        let id = &message[at + LOGIN.len()..];
        let digits = id.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let fits = digits > 0 && is_world_and_place(&id[digits..]);
        return with_address(&message[..at])
            .filter(|_| fits)
            .map(Statement::LoggedIn);
    }
    let sentence = message.strip_suffix(b".").unwrap_or(message);
    if let Some(player) = sentence.strip_suffix(b" joined the game") {
        return name::on_pocketmine(player).map(Statement::JoinShown);
    }
    name::on_pocketmine(sentence.strip_suffix(b" left the game")?).map(Statement::LeaveShown)
}

/// Returns the player in `NAME[/192.0.2.7:5]`. Some versions print no address, and Multicraft cuts it to
/// `NAME[/192.0.2.`.
fn with_address(subject: &[u8]) -> Option<PlayerName> {
    let Some(inner) = subject.strip_suffix(b"]") else {
        let is_cut = |address: &[u8]| {
            let in_address = |byte: &u8| byte.is_ascii_hexdigit() || b".:".contains(byte);
            address.iter().all(in_address)
        };
        let start = memmem::rfind(subject, b"[/").filter(|at| is_cut(&subject[at + 2..]));
        return name::on_pocketmine(&subject[..start.unwrap_or(subject.len())]);
    };
    let start = memchr::memrchr(b'[', inner)?;
    let is_address = !inner[start..].contains(&b' ');
    name::on_pocketmine(&inner[..start]).filter(|_| is_address)
}

/// Reads `[NetworkSession: NAME] Session closed due to REASON`. Until the name is known, the address
/// takes its place.
fn session_closed(message: &[u8]) -> Option<Statement> {
    let rest = message.strip_prefix(b"[NetworkSession: ")?;
    let end = memchr::memchr(b']', rest)?;
    let closed = rest[end..].starts_with(b"] Session closed");
    name::on_pocketmine(&rest[..end])
        .filter(|_| closed)
        .map(Statement::LoggedOut)
}
