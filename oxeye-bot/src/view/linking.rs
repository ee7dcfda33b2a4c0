//! Messages about linking, unlinking and renaming a server, and about its key. Only the member who asked sees them.

use oxeye_db::{IssuedCode, ServerName, ServerSummary, WatchedAs};
use oxeye_text::{Facts, Text, escape_markdown};

use super::message::Message;
use super::rows;

/// Shows the link code and what to do with it.
pub(crate) fn link_code(text: Text, name: &ServerName, issued: &IssuedCode) -> Message {
    let expires = format!("<t:{}:R>", issued.expires_at.0);
    Message::private(text.link_code(&shown(name), issued.code.expose(), &expires))
}

/// Asks before a code for a new key is issued.
pub(crate) fn ask_rotate_key(text: Text, server: &ServerSummary) -> Message {
    let mut message = Message::private(text.ask_rotate_key(&shown(&server.name)));
    message.rows = vec![rows::confirm_rotate_key(text, server.id)];
    message
}

/// Shows the code for a new key and what to do with it.
pub(crate) fn rotation_code(text: Text, server: &ServerSummary, issued: &IssuedCode) -> Message {
    let expires = format!("<t:{}:R>", issued.expires_at.0);
    let (name, code) = (shown(&server.name), issued.code.expose());
    Message::private(text.rotation_code(&name, code, &expires))
}

/// Explains how to link a server, where none is linked yet, and how to have an address watched, if that is on.
pub(crate) fn how_to(text: Text, can_watch: bool) -> Message {
    let code = "CODE";
    let link = text.how_to_link(&text.link_with_mod(code), &text.link_with_agent(code));
    Message::private(match can_watch {
        true => format!("{link}\n{}", text.how_to_watch()),
        false => link,
    })
}

/// Says who can link a server, to a member who cannot.
pub(crate) fn ask_managers(text: Text, can_watch: bool) -> Message {
    Message::private(match can_watch {
        true => text.nothing_linked_nor_watched(),
        false => text.nothing_linked(),
    })
}

/// Asks before a server is disconnected.
pub(crate) fn ask_disconnect(text: Text, server: &ServerSummary) -> Message {
    let name = shown(&server.name);
    let mut message = Message::private(match is_watched_alone(server) {
        true => text.ask_unwatch(&name),
        false => text.ask_disconnect(&name),
    });
    message.rows = vec![rows::confirm_disconnect(text, server.id)];
    message
}

/// Confirms that the server was disconnected.
pub(crate) fn disconnected(text: Text, server: &ServerSummary) -> Message {
    match is_watched_alone(server) {
        true => Message::private(Facts::in_discord(text).unwatched(&server.name, false)),
        false => Message::private(text.is_disconnected(&shown(&server.name))),
    }
}

/// Returns whether the server has no plugin, and so no key.
fn is_watched_alone(server: &ServerSummary) -> bool {
    server.watched == Some(WatchedAs::Alone)
}

/// Confirms that the server was not disconnected.
pub(crate) fn kept(text: Text) -> Message {
    Message::private(text.is_kept())
}

/// Confirms that the server has another name now.
pub(crate) fn renamed(text: Text, server: &ServerSummary, name: &ServerName) -> Message {
    Message::private(match server.name == *name {
        true => text.is_named_already(&shown(name)),
        false => text.is_renamed(&shown(&server.name), &shown(name)),
    })
}

fn shown(name: &ServerName) -> String {
    escape_markdown(name.as_str())
}

#[cfg(test)]
mod tests {
    use oxeye_db::{LinkCode, UnixSeconds};
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn a_link_code_is_shown_with_the_command_to_type_and_its_expiry() {
        let code = LinkCode::generate();
        let text = code.expose().to_owned();
        let name = ServerName::try_from("my_server").unwrap();

        let message = link_code(
            Text::of(Locale::English),
            &name,
            &IssuedCode {
                code,
                expires_at: UnixSeconds(700),
            },
        );

        assert!(message.ephemeral);
        assert!(
            message
                .content
                .contains(&format!("/oxeye connect {text}\n")),
            "{}",
            message.content
        );
        let with_agent = format!("\noxeye-agent connect {text} --backend URL\n");
        assert!(message.content.contains(&with_agent), "{}", message.content);
        assert!(message.content.contains("**my\\_server**"));
        assert!(message.content.contains("<t:700:R>"));
    }

    #[test]
    fn the_first_answer_of_an_empty_guild_shows_both_ways_to_link_a_server() {
        for (locale, connect, watch) in [
            (Locale::English, "`/oxeye connect`", "`/oxeye watch`"),
            (Locale::German, "`/oxeye verbinden`", "`/oxeye beobachten`"),
        ] {
            let shown = how_to(Text::of(locale), true).content;
            for way in [
                connect,
                "`/oxeye connect CODE`",
                "`oxeye-agent connect CODE --backend URL`",
                watch,
            ] {
                assert!(shown.contains(way), "{way} in {shown}");
            }
        }
    }

    #[test]
    fn the_longest_answers_stay_within_discords_limit_for_content() {
        let name = ServerName::try_from("_".repeat(64)).unwrap();
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let issued = IssuedCode {
                code: LinkCode::generate(),
                expires_at: UnixSeconds(1_764_000_000),
            };
            for message in [link_code(text, &name, &issued), how_to(text, true)] {
                assert!(oxeye_text::width(&message.content) <= 2_000);
            }
        }
    }
}
