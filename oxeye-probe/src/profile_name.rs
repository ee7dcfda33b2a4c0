//! Decides which texts can be the name of an account.
//!
//! Some servers decorate names with a scoreboard or a plugin (`[VIP]Alex`, `Alex[AFK]`), garble them,
//! or show advertising in their place. We accept only what looks like the name of a Minecraft account,
//! perhaps with the dot that Floodgate puts before Bedrock players.

/// Length of the longest name of an account. Floodgate cuts names to this length, dot included.
const MAX_CHARS: usize = 16;

/// Returns the name if it can be that of an account.
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
    fn decorated_garbled_and_invented_names_are_not_plausible() {
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
