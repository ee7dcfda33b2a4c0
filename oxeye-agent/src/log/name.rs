//! Decides which words of a message can be a player's name.
//!
//! The name of a Mojang account has 3 to 16 letters, digits and underscores. A server in offline mode
//! accepts any 16 characters from `!` to `~`, so `<x>` and `[abc]` are names there. Floodgate puts a
//! prefix before the names of Bedrock players, which have letters of any alphabet and may contain
//! spaces.

use oxeye_plugin_proto::PlayerName;

/// The longest name on a server of the Java family, in characters, including Floodgate's prefix.
pub(super) const MOST_CHARS: usize = 16;
/// The prefixes that an administrator can choose for the names of Bedrock players. Brackets and slashes
/// are not among them, because the messages of plugins and chat begin with these.
const PREFIXES: &str = ".*-+!~#$&^=@%";

/// Accepts any name a player can have, for text of which only the start and end are known. No name
/// contains a colour code.
pub(crate) fn any(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    if has_codes(name) {
        None
    } else {
        PlayerName::try_from(name).ok()
    }
}

/// Accepts a name on PocketMine-MP and Nukkit: letters, digits, underscores, and spaces between them.
pub(crate) fn on_pocketmine(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    let in_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | ' ');
    let fits = name.chars().all(in_name) && !name.contains("  ") && has_at_most(name, MOST_CHARS);
    if fits {
        PlayerName::try_from(name).ok()
    } else {
        None
    }
}

/// Accepts a name that is printed in brackets by a proxy in front of Java servers. It is too short to
/// contain ` executed command: /` and the command that somebody typed.
pub(crate) fn in_brackets(name: &[u8]) -> Option<PlayerName> {
    let text = std::str::from_utf8(name).ok()?;
    let fits =
        !text.starts_with('/') && !text.contains(['[', ']']) && has_at_most(text, MOST_CHARS);
    if fits { any(name) } else { None }
}

/// Accepts a word that could be a name on some server of the Java family.
pub(crate) fn word(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    let fits = !name.starts_with('/')
        && has_at_most(name, MOST_CHARS)
        && !name.contains(char::is_whitespace)
        && !has_codes(name);
    if fits {
        PlayerName::try_from(name).ok()
    } else {
        None
    }
}

/// Accepts a word that can only be a name, for lines that could also be something else.
pub(crate) fn plain(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    if is_plain(name) {
        PlayerName::try_from(name).ok()
    } else {
        None
    }
}

/// Whether the word can only be a name.
pub(crate) fn is_plain(name: &str) -> bool {
    let bare = name.strip_prefix(is_prefix).unwrap_or(name);
    let in_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    bare.starts_with(|first: char| first != '.' && in_name(first))
        && bare.chars().all(in_name)
        && has_at_most(name, MOST_CHARS)
}

/// Accepts the name of a Bedrock player on a server of the Java family, which may contain spaces.
pub(crate) fn with_blanks(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    let bare = name.strip_prefix(is_prefix)?;
    let in_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | ' ');
    let fits = bare.starts_with(char::is_alphanumeric)
        && bare.chars().all(in_name)
        && !bare.contains("  ")
        && has_at_most(name, MOST_CHARS);
    if fits {
        PlayerName::try_from(name).ok()
    } else {
        None
    }
}

/// Accepts a name with spaces after any prefix, or after none, as Floodgate allows. So many other words
/// look like one that it counts only for a player who was announced under it.
pub(crate) fn spaced(name: &[u8]) -> Option<PlayerName> {
    let text = std::str::from_utf8(name).ok()?;
    let fits = text.contains(' ')
        && !text.contains("  ")
        && !text.starts_with('/')
        && has_at_most(text, MOST_CHARS);
    if fits { any(name) } else { None }
}

/// Whether the name is what the server itself prints before the words of its console, of RCON and of
/// command blocks, such as `[Server]`.
pub(crate) fn is_of_console(name: &str) -> bool {
    let is_sign = |sign: char| !sign.is_alphanumeric() && sign != '@';
    let speaker = name.trim_matches(is_sign);
    let speakers = ["Server", "Rcon", "Console", "System", "@"];
    speakers
        .iter()
        .any(|known| known.eq_ignore_ascii_case(speaker))
}

/// How much a name looks like the start of a chat message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// No chat message begins like this.
    Name,
    /// Chat by somebody whose name is part of it may begin like this: `-x-`.
    Decorated,
    /// Chat begins like this: `<x>`, `[x]`, `x:`, `*`.
    Chat,
}

/// Returns how much the name looks like the start of chat.
pub(crate) fn likeness(name: &str) -> Likeness {
    /// Characters that surround or follow the speaker's name in chat.
    const AROUND: &str = "<>[](){}:|/\\*,;«»›‹";
    if is_plain(name) || with_blanks(name.as_bytes()).is_some() {
        return Likeness::Name;
    }
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    let bare = name.strip_prefix(is_prefix).unwrap_or(name);
    if name.contains(|character| AROUND.contains(character)) || !name.contains(in_name) {
        Likeness::Chat
    } else if bare.starts_with(in_name) && bare.ends_with(in_name) && !name.contains(' ') {
        Likeness::Name
    } else {
        Likeness::Decorated
    }
}

fn is_prefix(character: char) -> bool {
    PREFIXES.contains(character)
}

fn has_codes(name: &str) -> bool {
    name.contains('§')
}

fn has_at_most(name: &str, most: usize) -> bool {
    name.len() <= most || name.chars().nth(most).is_none()
}

#[cfg(test)]
mod tests;
