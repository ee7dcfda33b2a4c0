//! Which printed texts can be taken for the name of a player's profile.
//!
//! Some sources print what a scoreboard or a plugin made of the name (`[VIP]Alex`, `Alex[AFK]`), a
//! garbled form of it, or advertising in its place. Their names are taken only if they look like
//! those of Minecraft's accounts, perhaps with the dot that Floodgate puts before Bedrock players.

/// The longest name an account can have; Floodgate cuts to the same length, dot and all.
const MAX_CHARS: usize = 16;

/// The name, if it can be one.
pub(crate) fn plausible(text: &str) -> Option<&str> {
    let account = text.strip_prefix('.').unwrap_or(text);
    let possible = !account.is_empty()
        && text.len() <= MAX_CHARS
        && account
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    possible.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_accounts_are_plausible() {
        for name in ["Alex", "jeb_", ".Bedrock_Guy", "0123456789abcdef"] {
            assert_eq!(plausible(name), Some(name));
        }
    }

    #[test]
    fn decorated_garbled_or_made_up_names_are_not() {
        for text in [
            "",
            ".",
            "[VIP]Alex",
            "~Alex",
            "Alex[AFK]",
            "A lex",
            "..Alex",
            "play.example.org",
            "Игрок",
            "0123456789abcdefg",
            "§aAlex",
            "-----",
        ] {
            assert_eq!(plausible(text), None, "{text:?}");
        }
    }
}
