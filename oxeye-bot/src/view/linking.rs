//! Messages about linking, unlinking and renaming a server. Only the member who asked sees them.

use oxeye_db::{IssuedCode, ServerName, ServerSummary};
use oxeye_text::{Text, escape_markdown};

use super::message::Message;
use super::rows;

/// Shows the link code and what to do with it.
pub(crate) fn link_code(text: Text, name: &ServerName, issued: &IssuedCode) -> Message {
    let expires = format!("<t:{}:R>", issued.expires_at.0);
    Message::private(text.link_code(&shown(name), issued.code.expose(), &expires))
}

/// Explains how to link a server, where none is linked yet.
pub(crate) fn how_to(text: Text) -> Message {
    Message::private(text.how_to_link())
}

/// Asks before a server is disconnected.
pub(crate) fn ask_disconnect(text: Text, server: &ServerSummary) -> Message {
    let mut message = Message::private(text.ask_disconnect(&shown(&server.name)));
    message.rows = vec![rows::confirm_disconnect(text, server.id)];
    message
}

/// Confirms that the server was disconnected.
pub(crate) fn disconnected(text: Text, server: &ServerSummary) -> Message {
    Message::private(text.is_disconnected(&shown(&server.name)))
}

/// Confirms that the server was not disconnected.
pub(crate) fn kept(text: Text) -> Message {
    Message::private(text.is_kept())
}

/// Confirms that the server has another name now.
pub(crate) fn renamed(text: Text, server: &ServerSummary, name: &ServerName) -> Message {
    Message::private(text.is_renamed(&shown(&server.name), &shown(name)))
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
        assert!(message.content.contains("**my\\_server**"));
        assert!(message.content.contains("<t:700:R>"));
    }
}
