//! Why a name is not accepted, for the people who typed it.

use oxeye_plugin_proto::limits::{MAX_PLAYER_NAME_CHARS, MAX_SERVER_NAME_CHARS};
use oxeye_plugin_proto::{InvalidPlayerName, InvalidServerName};

use crate::Text;

impl Text {
    /// Says why a text is not a server name.
    #[must_use]
    pub fn invalid_server_name(self, error: &InvalidServerName) -> String {
        match error {
            InvalidServerName::NothingVisible => self.server_name_nothing_visible(),
            InvalidServerName::TooLong => self.server_name_too_long(MAX_SERVER_NAME_CHARS),
            InvalidServerName::Invisible => self.server_name_invisible(),
        }
    }

    /// Says why a text is not a player name.
    #[must_use]
    pub fn invalid_player_name(self, error: &InvalidPlayerName) -> String {
        match error {
            InvalidPlayerName::Empty => self.player_name_empty(),
            InvalidPlayerName::TooLong => self.player_name_too_long(MAX_PLAYER_NAME_CHARS),
            InvalidPlayerName::ControlCharacter => self.player_name_control_character(),
            InvalidPlayerName::OuterWhiteSpace => self.player_name_spaces_at_ends(),
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{PlayerName, ServerName};

    use super::*;
    use crate::Locale;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[track_caller]
    fn check_server(name: &str, english: &str, german: &str) {
        let error = ServerName::try_from(name).unwrap_err();
        assert_eq!(ENGLISH.invalid_server_name(&error), english);
        assert_eq!(GERMAN.invalid_server_name(&error), german);
    }

    #[track_caller]
    fn check_player(name: &str, english: &str, german: &str) {
        let error = PlayerName::try_from(name).unwrap_err();
        assert_eq!(ENGLISH.invalid_player_name(&error), english);
        assert_eq!(GERMAN.invalid_player_name(&error), german);
    }

    #[test]
    fn an_invalid_server_name_is_explained_in_both_languages() {
        check_server(
            " ",
            "A server name needs at least one visible character.",
            "Ein Servername braucht mindestens ein sichtbares Zeichen.",
        );
        check_server(
            &"x".repeat(65),
            "A server name can have at most 64 characters, but this one has more.",
            "Ein Servername darf höchstens 64 Zeichen haben, dieser hat mehr.",
        );
        check_server(
            "a\nb",
            "A server name cannot contain line breaks, control characters or invisible characters.",
            "Ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten.",
        );
    }

    #[test]
    fn an_invalid_player_name_is_explained_in_both_languages() {
        check_player(
            "",
            "A player name cannot be empty.",
            "Ein Spielername darf nicht leer sein.",
        );
        check_player(
            &"x".repeat(33),
            "A player name can have at most 32 characters, but this one has more.",
            "Ein Spielername darf höchstens 32 Zeichen haben, dieser hat mehr.",
        );
        check_player(
            "a\nb",
            "A player name cannot contain line breaks or other control characters.",
            "Ein Spielername darf keine Zeilenumbrüche oder anderen Steuerzeichen enthalten.",
        );
        check_player(
            " Alex",
            "A player name cannot start or end with a space.",
            "Ein Spielername darf nicht mit einem Leerzeichen beginnen oder enden.",
        );
    }
}
