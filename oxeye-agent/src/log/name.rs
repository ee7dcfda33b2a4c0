//! Which words of a message can be a player's name.
//!
//! An account of Mojang's has 3 to 16 letters, digits and underscores. A server in offline mode takes
//! any 16 characters from `!` to `~`, so that `<x>` and `[abc]` are names there, and Floodgate puts a
//! prefix before the names of Bedrock players, which have letters of any alphabet and may keep
//! their blanks.

use oxeye_plugin_proto::PlayerName;

/// No server of the Java family takes a longer name, Floodgate's prefix included.
const MOST_CHARS: usize = 16;
/// Prefixes that an administrator can choose for the names of Bedrock players. Brackets and slashes are
/// not among them: plugins and chat begin with these.
const PREFIXES: &str = ".*-+!~#$&^=@%";

/// Any name a player can have, when only its start and end are known. None contains a
/// colour code.
pub(crate) fn any(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    if has_codes(name) {
        None
    } else {
        PlayerName::try_from(name).ok()
    }
}

/// A name on PocketMine-MP and Nukkit: letters, digits, underscores, and blanks between them.
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

/// Any name that a proxy before servers of the Java family lets in, where brackets stand around it.
/// It has no room for ` executed command: /` and what follows, which somebody typed.
pub(crate) fn in_brackets(name: &[u8]) -> Option<PlayerName> {
    let text = std::str::from_utf8(name).ok()?;
    let fits =
        !text.starts_with('/') && !text.contains(['[', ']']) && has_at_most(text, MOST_CHARS);
    if fits { any(name) } else { None }
}

/// One word that could be a name on some server of the Java family.
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

/// One word that could be nothing but a name: for lines that could be something else as well.
pub(crate) fn plain(name: &[u8]) -> Option<PlayerName> {
    let name = std::str::from_utf8(name).ok()?;
    if is_plain(name) {
        PlayerName::try_from(name).ok()
    } else {
        None
    }
}

/// Whether the name is such a word.
pub(crate) fn is_plain(name: &str) -> bool {
    let bare = name.strip_prefix(is_prefix).unwrap_or(name);
    let in_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
    bare.starts_with(|first: char| first != '.' && in_name(first))
        && bare.chars().all(in_name)
        && has_at_most(name, MOST_CHARS)
}

/// Whether a text begins like the name of a Bedrock player with blanks.
pub(crate) fn may_have_blanks(text: &[u8]) -> bool {
    match text {
        [first, second, ..] => {
            is_prefix(char::from(*first)) && (second.is_ascii_alphanumeric() || !second.is_ascii())
        }
        _ => false,
    }
}

/// The name of a Bedrock player on a server of the Java family, blanks included.
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

/// How much a name looks like the start of a chat message by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// No chat message begins like it.
    Name,
    /// Chat by somebody whose name is part of it may: `-x-`.
    Decorated,
    /// Chat does: `<x>`, `[x]`, `x:`, `*`.
    Chat,
}

/// Returns how much the name looks like the start of chat.
pub(crate) fn likeness(name: &str) -> Likeness {
    /// These surround or follow the speaker's name.
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: bool) {
        assert_eq!(is_plain(name), expected, "{name}");
        assert_eq!(plain(name.as_bytes()).is_some(), expected, "{name}");
    }

    #[test]
    fn names_are_plain_and_decoration_is_not() {
        for name in [
            "Steve",
            "x",
            "_",
            "a.b",
            ".Crossplay",
            "*Bedrock",
            "Zoë",
            "小明",
            "1234567890123456",
        ] {
            check(name, true);
        }
        for name in [
            "",
            "*",
            ".",
            "..",
            "<Steve>",
            "[Steve]",
            "Steve:",
            "Ste ve",
            "a-b",
            "/steve",
            "12345678901234567",
            "**x",
            "»Steve",
            "~~",
            "Steve\u{a0}",
        ] {
            check(name, false);
        }
    }

    #[test]
    fn a_word_may_be_odd_but_is_one_word() {
        assert!(word(b"<x>").is_some() && word(b"[abc]").is_some() && word(b"@everyone").is_some());
        assert!(
            word(b"/192.0.2.7:5").is_none() && word(b"a b").is_none() && word(b"\xff").is_none()
        );
    }

    #[test]
    fn in_brackets_is_a_name_and_nothing_that_was_typed() {
        assert!(in_brackets(b"Steve").is_some() && in_brackets(b".Some Body").is_some());
        for typed in [
            &b""[..],
            b"a]",
            b"[a",
            b"/a",
            b"a executed command: /x",
            b"<ip address withheld>",
        ] {
            assert!(in_brackets(typed).is_none());
        }
    }

    #[test]
    fn names_are_told_from_what_chat_begins_with() {
        let check = |names: &[&str], expected| {
            for name in names {
                assert_eq!(likeness(name), expected, "{name}");
            }
        };
        let usual = [
            "Steve",
            ".Some Body",
            "@everyone",
            "Player-1",
            "x!y-7",
            "a'b",
            "~a~b",
        ];
        check(&usual, Likeness::Name);
        check(
            &["-x-", "x!", "\"x\"", "Some Body", "~x~"],
            Likeness::Decorated,
        );
        let chat = [
            "<x>", "[Server]", "*", "»", "x:", "x:y", "(x)", "x>", "--", "*x*",
        ];
        check(&chat, Likeness::Chat);
    }

    #[test]
    fn no_name_has_a_code_for_colours() {
        assert!(any("§bFern".as_bytes()).is_none() && word("Fern§f".as_bytes()).is_none());
        assert!(plain("§bFern".as_bytes()).is_none());
    }

    #[test]
    fn a_name_on_pocketmine_may_have_blanks_but_is_nothing_that_was_typed() {
        for name in ["Fern", "Some Body 7", "Zoë"] {
            assert!(on_pocketmine(name.as_bytes()).is_some(), "{name}");
        }
        for other in [
            "",
            " Fern",
            "Fern ",
            "a  b",
            "<Fern> Moss",
            "Fern: Moss",
            "Fern > Moss",
            "* x",
        ] {
            assert!(on_pocketmine(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn blanks_need_a_prefix() {
        assert!(may_have_blanks(b".Some Body") && with_blanks(b".Some Body").is_some());
        assert!(with_blanks(b"Some Body").is_none() && with_blanks(b"* Some Body").is_none());
        assert!(
            !may_have_blanks(b"* Some")
                && !may_have_blanks(b"<Some Body")
                && !may_have_blanks(b".")
        );
        assert!(
            with_blanks(b".Some Body Statement Hello").is_none()
                && with_blanks(b".Some: hi").is_none()
        );
    }
}
