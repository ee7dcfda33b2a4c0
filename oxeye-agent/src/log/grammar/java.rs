//! Mojang's server and everything built on it.
//!
//! The reliable pair of lines is `NAME[address] logged in with entity id` and `NAME lost connection: `,
//! which both contain the profile name. The message shown to players, `NAME joined the game`, contains
//! the display name, comes before the login on Paper and after it elsewhere, and may be changed or
//! suppressed by plugins.

mod threads;

use memchr::memmem;
use oxeye_plugin_proto::PlayerName;
use uuid::Uuid;

use super::{SERVER_THREAD, Statement, is_done, is_world_and_place};
use crate::log::family::Family;
use crate::log::head::{Head, Level, Shape};
use crate::log::{formatting, name};

const LOGIN: &[u8] = b"logged in with entity id ";
const LOSS: &[u8] = b"lost connection:";
const BOOT: &[u8] = b"Starting minecraft server version ";
/// The logger of Bukkit's console on Forge for 1.7.
const ROOT_LOGGER: &[u8] = b"/";
/// The text before messages shown to players, since Minecraft 26.3.
const SHOWN: &[u8] = b"System chat: ";

pub(super) fn read(head: &Head<'_>) -> Option<Statement> {
    let message = minecraft_message(head).trim_ascii_end();
    let statement = match message.first()? {
        b'T' | b'W' if is_crash(message) => Some(Statement::Crash),
        _ if head.level == Level::Warning => None,
        b'S' if matches!(message, b"Stopping server" | b"Stopping the server") => {
            Some(Statement::Stop)
        }
        b'C' | b'R' if may_announce_stop(head, message) => Some(Statement::StopAnnounced),
        b'D' if is_done(message) => Some(Statement::Start),
        b'U' if unloads_overworld(head) => Some(Statement::OverworldUnloaded),
        b'U' if message.starts_with(b"UUID of player ") => announced(message),
        _ => None,
    };
    let statement = match statement {
        None if head.level == Level::Usual => about_or_shown_to_player(head.shape, message),
        statement => statement,
    };
    statement.filter(|_| head.is_native(Family::Java))
}

/// Whether the server begins to start.
pub(super) fn boots(head: &Head<'_>) -> bool {
    minecraft_message(head).starts_with(BOOT)
}

/// Returns the text before a boot.
pub(super) fn before_boot(message: &[u8]) -> Option<&[u8]> {
    let boot = memmem::find(message, BOOT)?;
    Some(&message[..boot])
}

/// Returns the text before the name in a login with an address, or in the loss of a connection.
pub(super) fn before_player(message: &[u8]) -> Option<&[u8]> {
    let player = match memmem::find(message, b"] logged in with entity id ") {
        Some(end) => before_address(&message[..=end])?,
        None => &message[..memmem::find(message, b" lost connection: ")?],
    };
    let name = memchr::memrchr(b' ', player)? + 1;
    name::plain(&player[name..])?;
    Some(&player[..name])
}

/// Returns the text before the name in a join or leave message.
pub(super) fn before_shown_player(message: &[u8]) -> Option<&[u8]> {
    let sentence = message.strip_suffix(b".").unwrap_or(message);
    let player = sentence
        .strip_suffix(b" joined the game")
        .or_else(|| sentence.strip_suffix(b" left the game"))?;
    let name = memchr::memrchr(b' ', player)? + 1;
    name::plain(&player[name..])?;
    Some(&player[..name])
}

/// Returns the message without what some versions print before messages shown to players.
pub(crate) fn shown_message<'a>(head: &Head<'a>) -> &'a [u8] {
    let message = minecraft_message(head);
    message.strip_prefix(SHOWN).unwrap_or(message)
}

/// Returns the message without the logger that Forge for 1.6 prints after the head.
fn minecraft_message<'a>(head: &Head<'a>) -> &'a [u8] {
    let rest = match head.shape {
        Shape::Plain => head.message.strip_prefix(b"[Minecraft-Server] "),
        _ => None,
    };
    rest.unwrap_or(head.message)
}

/// Whether only servers of this family have such a thread, or such a logger on their main thread.
pub(super) fn is_thread_of_java(thread: &[u8], logger: &[u8]) -> bool {
    threads::runs_part_of_game(thread)
        || thread.starts_with(b"User Authenticator")
        || (thread == SERVER_THREAD && logger.len() > 1 && is_native(logger))
}

/// Whether the game itself runs on the thread, as a whole or a part of it.
pub(crate) fn runs_game(thread: &[u8]) -> bool {
    thread == SERVER_THREAD || threads::runs_part_of_game(thread)
}

/// Whether a logger is Minecraft's own, in any of the forms that mod loaders print: in full,
/// abbreviated, as the last part of the class or as an intermediary name. Unknown loggers are not
/// trusted, because a chat bridge logs "joined the game" for people who are not on this server.
pub(crate) fn is_native(logger: &[u8]) -> bool {
    const STARTS: [&[u8]; 7] = [
        b"net.minecraft.",
        b"minecraft/",
        b"mojang/",
        b"net.mi.",
        b"ne.mi.",
        b"n.m.",
        b"class_",
    ];
    const CLASSES: [&[u8]; 22] = [
        b"",
        b"minecraft",
        b"Minecraft",
        b"Minecraft-Server",
        b"MinecraftServer",
        b"MinecraftDedicatedServer",
        b"DedicatedServer",
        b"PlayerList",
        b"PlayerManager",
        b"ServerConfigurationManager",
        b"NetHandlerPlayServer",
        b"NetHandlerLoginServer",
        b"ServerGamePacketListenerImpl",
        b"ServerLoginPacketListenerImpl",
        b"ServerCommonPacketListenerImpl",
        b"ServerPlayNetworkHandler",
        b"ServerLoginNetworkHandler",
        b"ServerCommonNetworkHandler",
        b"DedicatedPlayerList",
        b"DedicatedPlayerManager",
        b"DedicatedServerPlayerList",
        b"Server",
    ];
    let class = match memchr::memchr(b'/', logger) {
        Some(slash) => &logger[..slash],
        None => logger,
    };
    CLASSES.contains(&class) || STARTS.iter().any(|start| logger.starts_with(start))
}

/// Whether the message is `CONSOLE: Stopping the server..`, the first line of a stop on Thermos. A player
/// with the nickname `CONSOLE` can chat in this form, so it is not enough.
fn may_announce_stop(head: &Head<'_>, message: &[u8]) -> bool {
    let is_said = matches!(
        message,
        b"CONSOLE: Stopping the server.." | b"Rcon: Stopping the server.."
    );
    is_said && head.logger == ROOT_LOGGER && head.thread == SERVER_THREAD
}

/// Whether Forge unloads the overworld, which it does only when the server stops. Nobody can type a line
/// with its logger.
pub(super) fn unloads_overworld(head: &Head<'_>) -> bool {
    matches!(head.logger, b"FML" | b"FML/")
        && head.thread == SERVER_THREAD
        && head.message.trim_ascii_end() == b"Unloading dimension 0"
}

fn is_crash(message: &[u8]) -> bool {
    message.starts_with(b"This crash report has been saved to: ")
        || message == b"We were unable to save this crash report to disk."
}

/// Reads `UUID of player NAME is UUID`. Minecraft 1.7 printed it without dashes.
fn announced(message: &[u8]) -> Option<Statement> {
    let rest = message.strip_prefix(b"UUID of player ")?;
    let end = memmem::rfind(rest, b" is ")?;
    let player = name::word(&rest[..end]).or_else(|| name::spaced(&rest[..end]))?;
    let uuid = Uuid::try_parse_ascii(&rest[end + b" is ".len()..]).ok()?;
    Some(Statement::Announced(player, uuid))
}

/// Reads a statement about a player, or a message shown to players, in which plugins may leave colour
/// codes.
fn about_or_shown_to_player(shape: Shape, message: &[u8]) -> Option<Statement> {
    let is_shown = |statement: &Statement| {
        matches!(
            statement,
            Statement::JoinShown(_) | Statement::LeaveShown(_)
        )
    };
    if let Some(shown) = message.strip_prefix(SHOWN) {
        return about_player(shape, &formatting::strip_codes(shown)).filter(is_shown);
    }
    if message.starts_with(formatting::CODE_SIGN) {
        let shown = formatting::strip_codes(message);
        return about_player(shape, shown.trim_ascii_end()).filter(is_shown);
    }
    about_player(shape, message)
}

/// Reads a message that begins with a player's name. It is read from its start, because anything in the
/// middle may have been typed by somebody.
fn about_player(shape: Shape, message: &[u8]) -> Option<Statement> {
    let blank = memchr::memchr(b' ', message)?;
    let (subject, rest) = (&message[..blank], &message[blank + 1..]);
    let statement = match rest.first()? {
        b'l' if rest.starts_with(LOSS) => {
            return name::word(subject).map(Statement::LostConnection);
        }
        b'l' if rest.starts_with(LOGIN) => return logged_in(subject, &rest[LOGIN.len()..]),
        b'l' if is_sentence(rest, b"left the game") => {
            name::word(subject).map(Statement::LeaveShown)
        }
        b'j' if is_sentence(rest, b"joined the game") => {
            name::plain(subject).map(Statement::JoinShown)
        }
        b'(' => renamed(subject, rest),
        b'h' | b'i' => withheld(subject, rest),
        b'[' if shape == Shape::Plain => logged_in_2011(subject, rest),
        _ => None,
    };
    match statement {
        None => about_player_with_blanks(message),
        statement => statement,
    }
}

/// Compares the text with a sentence, which Bukkit up to 1.8 ended with a period.
fn is_sentence(rest: &[u8], sentence: &[u8]) -> bool {
    rest.strip_suffix(b".").unwrap_or(rest) == sentence
}

/// Reads `NEW (formerly known as OLD) joined the game`, after a change of name.
fn renamed(subject: &[u8], rest: &[u8]) -> Option<Statement> {
    let old = rest.strip_prefix(b"(formerly known as ")?;
    let end = memchr::memchr(b')', old)?;
    name::plain(&old[..end])?;
    let rest = old[end + 1..].strip_prefix(b" ")?;
    let shown = is_sentence(rest, b"joined the game");
    name::plain(subject)
        .filter(|_| shown)
        .map(Statement::JoinShown)
}

/// Reads `NAME[address]`, which precedes the entity id.
fn logged_in(subject: &[u8], id: &[u8]) -> Option<Statement> {
    is_id(id).then_some(())?;
    let statement = if subject.ends_with(b"[local]") {
        Statement::LoggedInLocally
    } else {
        Statement::LoggedIn
    };
    name::word(before_address(subject)?).map(statement)
}

/// Whether the text is a number, with a place after it or nothing.
fn is_id(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let place = &text[digits..];
    let is_place = place.starts_with(b" at (") && !is_world_and_place(place);
    digits > 0 && (place.is_empty() || is_place)
}

/// Returns the text before `[/192.0.2.7:5]`, `[/[::1]:5]`, `[local]` or `[name/192.0.2.7:5]`. The name
/// may contain brackets, so the last one that begins an address counts.
fn before_address(subject: &[u8]) -> Option<&[u8]> {
    let subject = subject.strip_suffix(b"]")?;
    let start = match memmem::rfind(subject, b"[/") {
        Some(start) => start,
        None => {
            let last = memchr::memrchr(b'[', subject)?;
            // This is `[name/[::1]:5]`.
            match subject[..last].strip_suffix(b"/") {
                Some(before) => memchr::memrchr(b'[', before)?,
                // This is chat by a player called `[x]`.
                None if subject.ends_with(b"]") => return None,
                None => last,
            }
        }
    };
    Some(&subject[..start])
}

/// Reads `NAME[IP hidden]` and `NAME[<ip address withheld>]`, in which the first space is in the
/// brackets.
fn withheld(subject: &[u8], rest: &[u8]) -> Option<Statement> {
    let (player, rest) = match subject.strip_suffix(b"[IP") {
        Some(player) => (player, rest.strip_prefix(b"hidden] ")?),
        None => (
            subject.strip_suffix(b"[<ip")?,
            rest.strip_prefix(b"address withheld>] ")?,
        ),
    };
    is_id(rest.strip_prefix(LOGIN)?).then_some(())?;
    name::word(player).map(Statement::LoggedIn)
}

/// Reads `NAME [/192.0.2.7:5]`, which the servers of 2010 and 2011 printed.
fn logged_in_2011(subject: &[u8], rest: &[u8]) -> Option<Statement> {
    let end = memchr::memchr(b' ', rest)?;
    rest[..end].strip_suffix(b"]")?;
    is_id(rest[end + 1..].strip_prefix(LOGIN)?).then_some(())?;
    name::plain(subject).map(Statement::LoggedIn)
}

/// Reads a line about a Bedrock player whose name contains spaces, as Floodgate allows, with whatever
/// prefix. Shown join messages do not count here, because too much else could look like them; the other
/// lines count only for players who were announced or are online.
fn about_player_with_blanks(message: &[u8]) -> Option<Statement> {
    // This is enough for sixteen characters of up to four bytes, an address, and the words after it.
    let start = &message[..message.len().min(192)];
    if let Some(at) = memmem::find(start, b"] logged in with entity id ") {
        is_id(&message[at + 2 + LOGIN.len()..]).then_some(())?;
        let subject = &message[..=at];
        let player = match subject.strip_suffix(b"[IP hidden]") {
            Some(player) => player,
            None => before_address(subject)?,
        };
        return name::spaced(player).map(logged_in_with_blanks);
    }
    if let Some(at) = memmem::find(start, b" lost connection:") {
        return name::spaced(&message[..at]).map(Statement::LostConnection);
    }
    let player = message
        .strip_suffix(b".")
        .unwrap_or(message)
        .strip_suffix(b" left the game")?;
    name::spaced(player).map(Statement::LeaveShown)
}

fn logged_in_with_blanks(player: PlayerName) -> Statement {
    if name::with_blanks(player.as_str().as_bytes()).is_some() {
        Statement::LoggedIn(player)
    } else {
        Statement::LoggedInIfAnnounced(player)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_loggers_are_recognised_under_every_mapping() {
        for logger in [
            "",
            "net.minecraft.server.players.PlayerList/",
            "ne.mi.se.MinecraftServer/",
            "minecraft/PlayerList",
            "mojang/ServerLoginNetworkHandler",
            "class_3324",
            "Minecraft",
            "Server",
            "PlayerManager",
            "DedicatedPlayerManager",
            "DedicatedPlayerList",
            "ServerLoginNetworkHandler",
            "ServerCommonNetworkHandler",
            "ServerPlayNetworkHandler",
            "ServerCommonPacketListenerImpl",
            "ServerGamePacketListenerImpl/",
        ] {
            assert!(is_native(logger.as_bytes()), "{logger}");
        }
        for logger in ["DiscordBridge", "com.example.Mod/", "Servers", "somemod"] {
            assert!(!is_native(logger.as_bytes()), "{logger}");
        }
    }
}
