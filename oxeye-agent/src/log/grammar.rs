//! What a message means, one file per family of servers. Nothing here keeps state.

pub(crate) mod bedrock;
pub(crate) mod bungeecord;
pub(crate) mod geyser;
pub(crate) mod java;
pub(crate) mod pocketmine;
pub(crate) mod pumpkin;
pub(crate) mod velocity;

use memchr::memmem;
use oxeye_plugin_proto::{PlayerName, ServerName};
use uuid::Uuid;

use super::address::{Trace, is_address};
use super::family::Family;
use super::head::{Head, Level, Shape};
use super::{formatting, name};

/// What a line states, before it is compared with who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Statement {
    /// The server begins to start.
    Boot,
    /// The server lets players in.
    Start,
    /// BungeeCord: a listener is open, at the start or after a reload, during which players stay.
    Listening,
    /// The server begins to stop.
    Stop,
    /// Java: the console announces a stop, or a player with such a nickname chats.
    StopAnnounced,
    /// Java: Forge unloads the overworld, which completes an announced stop.
    OverworldUnloaded,
    /// The server crashed.
    Crash,
    /// Java: the account of a player who is about to log in.
    Announced(PlayerName, Uuid),
    /// Java: the line with the entity id, which contains the profile name.
    LoggedIn(PlayerName),
    /// The same with a name that counts only if it was announced, because so much else looks like it.
    LoggedInIfAnnounced(PlayerName),
    /// The same for a player without an address, created by a mod.
    LoggedInLocally(PlayerName),
    /// Java: the join message shown to players. It contains the display name, and a plugin can print it
    /// for anybody.
    JoinShown(PlayerName),
    /// Java: the line with the reason, which contains the profile name.
    LostConnection(PlayerName),
    /// Java: the leave message shown to players.
    LeaveShown(PlayerName),
    /// PocketMine-MP and Nukkit: the line with the reason, which contains the account name.
    LoggedOut(PlayerName),
    /// Families with only one kind of line: a player joined or moved to another server.
    Connected {
        player: PlayerName,
        uuid: Option<Uuid>,
        server: Option<ServerName>,
    },
    /// Families with only one kind of line: a player left.
    Disconnected(PlayerName),
    /// Velocity: a connection of a player began.
    ConnectedFrom(PlayerName, Option<Trace>),
    /// Velocity: a connection of a player ended.
    DisconnectedFrom(PlayerName, Option<Trace>),
    /// Velocity: a second connection of a player was refused; the first remains.
    Refused,
    /// BungeeCord: a client gave its player name.
    Greeted(PlayerName),
    /// BungeeCord: the connection of a player is about to end because they have connected again.
    Reconnects(PlayerName),
    /// BungeeCord: a server accepted a player.
    Bridged {
        player: PlayerName,
        trace: Option<Trace>,
        server: Option<ServerName>,
    },
    /// BungeeCord: the connection of a player ended.
    Unbridged(PlayerName, Option<Trace>),
    /// BungeeCord: a server dropped a player it was about to accept.
    Dropped(PlayerName, ServerName),
}

impl Statement {
    /// Whether the name in the statement may be the start of a sentence about what a player did, because it
    /// has spaces: `x was slain by lost connection: y`, by a creature that somebody named.
    pub(crate) fn is_uncertain(&self) -> bool {
        match self {
            Self::LoggedInIfAnnounced(_) => true,
            Self::LostConnection(player) | Self::LeaveShown(player) => {
                player.as_str().contains(' ')
            }
            _ => false,
        }
    }

    fn connected(player: PlayerName) -> Self {
        Self::Connected {
            player,
            uuid: None,
            server: None,
        }
    }
}

/// The main thread of Java servers, whose name PocketMine-MP adopted.
const SERVER_THREAD: &[u8] = b"Server thread";

/// Reads a line with the grammar of a family.
pub(crate) fn read(family: Family, head: &Head<'_>) -> Option<Statement> {
    match family {
        Family::Java => java::read(head),
        Family::Velocity => velocity::read(head),
        Family::Bungeecord => bungeecord::read(head),
        Family::Bedrock => bedrock::read(head),
        Family::Pocketmine => pocketmine::read(head).filter(|_| head.is_native(family)),
        Family::Geyser => geyser::read(head),
        Family::Pumpkin => pumpkin::read(head),
    }
}

/// Returns the families that print heads of this shape, in the order in which to try them. Those that
/// run on Java print whatever layout their administrators choose for log4j.
fn families(shape: Shape) -> &'static [Family] {
    use Family::{Bedrock, Bungeecord, Geyser, Java, Pocketmine, Pumpkin, Velocity};
    match shape {
        Shape::Thread | Shape::Console => &[Java, Pocketmine, Velocity, Bungeecord, Bedrock],
        Shape::Plain | Shape::Level => &[Java, Pocketmine, Bungeecord, Velocity, Pumpkin],
        Shape::Bare => &[
            Bedrock, Geyser, Java, Pocketmine, Velocity, Bungeecord, Pumpkin,
        ],
        Shape::Split => &[Java, Pocketmine, Velocity, Bungeecord],
        Shape::Dashed => &[Geyser, Java, Pocketmine, Velocity, Bungeecord],
        Shape::Titled => &[Pumpkin, Bedrock],
        Shape::Tracing => &[Pumpkin],
    }
}

/// Whether a server of this family may have printed the head.
pub(crate) fn may_print(family: Family, head: &Head<'_>) -> bool {
    let has_thread = match family {
        Family::Java | Family::Pocketmine => true,
        Family::Bedrock => bedrock::has_layout(head),
        _ => head.thread != SERVER_THREAD,
    };
    families(head.shape).contains(&family) && has_thread && head.is_native(family)
}

/// Whether the title in the head may be the start of the message, because it is not one of a server.
pub(crate) fn may_begin_with_title(head: &Head<'_>) -> bool {
    let is_servers = |family: &Family| may_print(*family, head);
    head.titled_message.is_some() && !families(head.shape).iter().any(is_servers)
}

/// Whether the family may have been mistaken because of something an operator of a Java server said in
/// chat: the consoles of Paper and Endstone have the same heads, and so may log4j and early Endstone.
pub(crate) fn may_be_mistaken(family: Family, head: &Head<'_>) -> bool {
    family == Family::Bedrock && matches!(head.shape, Shape::Console | Shape::Bare)
}

/// Reads a line with the grammar of the first family that understands it with certainty, or else of the
/// first that understands it.
pub(crate) fn read_any(head: &Head<'_>) -> Option<(Family, Statement)> {
    let families = families(head.shape).iter().copied();
    let mut read = families
        .filter(|family| may_print(*family, head))
        .filter_map(|family| Some((family, read(family, head)?)));
    let first = read.next()?;
    if first.1.is_uncertain() {
        return read
            .find(|(_, statement)| !statement.is_uncertain())
            .or(Some(first));
    }
    Some(first)
}

/// Returns the family whose server begins to start with this line. `known` is the family of the lines
/// before.
pub(crate) fn booting_family(head: &Head<'_>, known: Option<Family>) -> Option<Family> {
    let begins = head.message.first()?;
    let family = match begins {
        b'S' if java::boots(head) => Family::Java,
        b'S' if pocketmine::boots(head) => Family::Pocketmine,
        b'S' | b'[' if bedrock::boots(head) => Family::Bedrock,
        b'S' | b'(' if pumpkin::boots(head) => Family::Pumpkin,
        b'[' if java::boots(head) => Family::Java,
        b'B' if velocity::boots(head, known) => Family::Velocity,
        b'E' if bungeecord::boots(head) => Family::Bungeecord,
        b'L' if head.message.starts_with(b"Loading Geyser version ") => Family::Geyser,
        _ => return None,
    };
    // On a server of another family, an operator can say this in chat.
    let may_be_said = begins == &b'['
        && family == Family::Bedrock
        && matches!(head.shape, Shape::Console | Shape::Bare);
    let may_boot = known.is_none_or(|known| known == family) || !may_be_said;
    (may_boot && may_print(family, head) && head.level == Level::Usual).then_some(family)
}

/// Whether a server of the family that the user named begins to start with this line.
pub(crate) fn boots(family: Family, head: &Head<'_>) -> bool {
    let boots = match family {
        Family::Java => java::boots(head),
        Family::Velocity => velocity::boots(head, Some(family)),
        Family::Bungeecord => bungeecord::boots(head),
        Family::Bedrock => bedrock::boots(head),
        Family::Pocketmine => pocketmine::boots(head),
        Family::Geyser => head.message.starts_with(b"Loading Geyser version "),
        Family::Pumpkin => pumpkin::boots(head),
    };
    boots && head.level == Level::Usual && head.is_native(family)
}

/// Whether no other family prints such a line, so that one reveals the family of a log.
pub(crate) fn is_distinctive(family: Family, statement: &Statement, head: &Head<'_>) -> bool {
    match statement {
        Statement::JoinShown(_) | Statement::LeaveShown(_) | Statement::LostConnection(_) => false,
        // Chat can look like these under some names.
        Statement::LoggedInIfAnnounced(_) | Statement::StopAnnounced => false,
        Statement::OverworldUnloaded => false,
        // Servers before 1.13, PocketMine-MP and Nukkit go on with `or "?"`.
        Statement::Start if family == Family::Java => {
            head.message.trim_ascii_end().ends_with(b"\"help\"")
        }
        Statement::Start => family != Family::Pocketmine,
        Statement::Stop if family == Family::Bungeecord => bungeecord::is_last(head.message),
        Statement::Stop => !matches!(family, Family::Java | Family::Pocketmine | Family::Pumpkin),
        _ => true,
    }
}

/// Returns the family that a line without an event reveals. The layout of a head is never enough,
/// because several kinds of servers use each.
pub(crate) fn revealed_family(head: &Head<'_>) -> Option<Family> {
    let shape = head.shape;
    if pumpkin::names_module(head) {
        Some(Family::Pumpkin)
    } else if shape == Shape::Thread && head.logger.starts_with(velocity::LOGGER) {
        Some(Family::Velocity)
    } else if shape == Shape::Thread && java::is_thread_of_java(head.thread, head.logger) {
        Some(Family::Java)
    } else if may_print(Family::Bedrock, head) && bedrock::is_known(head) {
        Some(Family::Bedrock)
    } else if may_print(Family::Pocketmine, head) && pocketmine::is_known(head) {
        Some(Family::Pocketmine)
    } else {
        None
    }
}

/// Whether the thread in the head is that of a known kind of server, of whichever family. PocketMine-MP
/// adopted its name from Java servers.
pub(crate) fn is_familiar(head: &Head<'_>) -> bool {
    matches!(head.shape, Shape::Thread | Shape::Split | Shape::Dashed)
        && head.thread == SERVER_THREAD
}

/// Whether the layout of the head is so unusual that it shows the family that the user gave.
pub(crate) fn has_unusual_layout(family: Family, head: &Head<'_>) -> bool {
    family == Family::Bedrock && bedrock::has_own_time(head)
}

/// Whether a line that no family understands begins with a player's name and address, as their logins
/// do. What is printed there about players is not what is expected, however familiar the head is.
pub(crate) fn is_unread_login(head: &Head<'_>) -> bool {
    let message = head.message.trim_ascii_start();
    let Some(bracket) = memmem::find(message, b"[/") else {
        return false;
    };
    let rest = &message[bracket + 1..];
    let address = rest.iter().take_while(|byte| !b"] ".contains(byte)).count();
    let ends = rest[address..].starts_with(b"] ") && is_address(&rest[..address]);
    let name = std::str::from_utf8(&message[..bracket]);
    ends && head.level == Level::Usual && name.is_ok_and(|name| name::is_plain(name.trim()))
}

/// Whether a login or a loss of a connection on a Java server stands in the message behind words of the
/// layout, such as a sign or a logger in brackets. In such a layout, nothing else about players is read
/// either. Chat under a nickname may look like this, too.
pub(crate) fn hides_player(head: &Head<'_>) -> bool {
    head.level == Level::Usual && java::before_player(head.message).is_some_and(are_of_layout)
}

/// Whether a join or leave message of a Java server has words before the name that are no name, such as
/// `[VIP] ★`. It is never read, because chat under a nickname may look like this. `*` precedes what a
/// player says with `/me`, and `[Server]` what the console says.
pub(crate) fn hides_shown_player(head: &Head<'_>) -> bool {
    if head.level != Level::Usual || !may_print(Family::Java, head) {
        return false;
    }
    let message = formatting::strip_codes(java::shown_message(head));
    java::before_shown_player(message.trim_ascii_end())
        .is_some_and(|words| are_of_layout(words) && !begins_chat(words))
}

/// Whether chat of the server itself begins with these words.
fn begins_chat(words: &[u8]) -> bool {
    let words = String::from_utf8_lossy(words);
    let mut words = words.split_whitespace();
    words.any(|word| word == "*" || name::is_of_console(word))
}

/// Whether a boot of a Java server stands in the message behind words of the layout.
pub(crate) fn hides_boot(head: &Head<'_>) -> bool {
    head.level == Level::Usual && java::before_boot(head.message).is_some_and(are_of_layout)
}

/// Whether the text is one or more words that no player chose.
fn are_of_layout(words: &[u8]) -> bool {
    std::str::from_utf8(words).is_ok_and(|words| {
        let mut words = words.split_whitespace().peekable();
        words.peek().is_some() && words.all(is_of_layout)
    })
}

/// Whether the word is a sign, is in brackets, or is a level or the name of a class.
fn is_of_layout(word: &str) -> bool {
    let is_in_brackets = |open, close| word.starts_with(open) && word.ends_with(close);
    !word.contains(char::is_alphanumeric)
        || is_in_brackets('[', ']')
        || is_in_brackets('(', ')')
        || matches!(word, "INFO" | "DEBUG")
        || is_class(word.trim_end_matches(':'))
}

/// Whether the word is the name of a class in a package, such as `minecraft/PlayerList`. That of a Bedrock
/// player may begin with a period.
fn is_class(word: &str) -> bool {
    let in_class = |sign: &u8| sign.is_ascii_alphanumeric() || b"._$/".contains(sign);
    let joins_letters = |part: &[u8]| {
        matches!(part, [before, b'.' | b'/', after]
            if before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
    };
    let word = word.as_bytes();
    word.iter().all(in_class) && word.windows(3).any(joins_letters)
}

/// Returns the family that prints the line in a language that is not supported, if it is a login or the
/// end of the start.
pub(crate) fn translated(head: &Head<'_>) -> Option<Family> {
    if may_print(Family::Pocketmine, head) && pocketmine::is_translated(head) {
        return Some(Family::Pocketmine);
    }
    let is_geysers = may_print(Family::Geyser, head) && geyser::is_translated(head);
    is_geysers.then_some(Family::Geyser)
}

impl Head<'_> {
    /// Whether the line comes from the server itself and not from a plugin's logger.
    fn is_native(&self, family: Family) -> bool {
        let logger = self.logger;
        match family {
            Family::Java => java::is_native(logger) || java::unloads_overworld(self),
            Family::Velocity => logger.is_empty() || logger.starts_with(velocity::LOGGER),
            Family::Bungeecord => logger.is_empty() || logger.starts_with(b"net.md_5."),
            Family::Bedrock => logger.is_empty() || self.shape == Shape::Titled,
            Family::Pocketmine => logger.is_empty() || logger.starts_with(b"cn.nukkit."),
            Family::Geyser => logger.is_empty(),
            Family::Pumpkin => pumpkin::is_native(self),
        }
    }
}

/// Whether the message is `Done (7.692s)! For help, type "help"`. Geyser prints a different `Done`,
/// without the part about help.
fn is_done(message: &[u8]) -> bool {
    let Some(rest) = message.strip_prefix(b"Done") else {
        return false;
    };
    let rest = match rest.strip_prefix(b" (") {
        Some(seconds) => {
            let digits = seconds.iter().take_while(|byte| **byte != b')').count();
            seconds.get(digits.min(32) + 1..).unwrap_or_default()
        }
        // Before 1.0 there was no number.
        None => rest,
    };
    rest.starts_with(b"! For help, type ")
}

/// Whether the text after an entity id is a world and three numbers, which PocketMine-MP and Nukkit
/// print. Java servers print the numbers alone, or the world in brackets.
fn is_world_and_place(text: &[u8]) -> bool {
    let inner = text
        .strip_prefix(b" at (")
        .and_then(|text| text.strip_suffix(b")"));
    inner.is_some_and(|inner| {
        !inner.starts_with(b"[") && memmem::find_iter(inner, b", ").count() >= 3
    })
}
