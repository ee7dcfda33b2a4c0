//! Linking a server and letting it go: only whoever asked sees these.

use oxeye_db::{IssuedCode, ServerName, ServerSummary};

use super::markdown::{cut, escape_markdown};
use super::message::Message;
use super::rows;

/// A name that somebody typed is repeated up to here.
const TYPED_NAME_LIMIT: usize = 64;

/// The link code and what to do with it.
pub(crate) fn link_code(name: &ServerName, issued: &IssuedCode) -> Message {
    let name = escape_markdown(name.as_str());
    let code = issued.code.expose();
    let expires = issued.expires_at.0;
    Message::private(format!(
        "Link code for **{name}**: `{code}`\n\
         Type this on the Minecraft server, in the game as an operator or in its console:\n\
         ```\n/oxeye connect {code}\n```\n\
         It works once and expires <t:{expires}:R>. Whoever has it can report as this server, so \
         keep it to yourself."
    ))
}

/// What to do where nothing is linked yet.
pub(crate) fn how_to() -> Message {
    Message::private(
        "No Minecraft server is linked here yet.\n\
         1. Put the Oxeye mod on the Minecraft server.\n\
         2. Here, someone with the **Manage Server** permission runs `/oxeye connect` with a name \
         for the server and gets a link code.\n\
         3. On the Minecraft server, an operator types `/oxeye connect CODE`.\n\
         Then `/oxeye status` shows who is online.",
    )
}

/// Asks before a server is disconnected.
pub(crate) fn ask_disconnect(server: &ServerSummary) -> Message {
    let name = escape_markdown(server.name.as_str());
    let mut message = Message::private(format!(
        "Disconnect **{name}**? Its key stops working at once. Who was on it stays visible until \
         they age out, and linking the same name again continues the same server."
    ));
    message.rows = vec![rows::confirm_disconnect(server.id)];
    message
}

/// It was done.
pub(crate) fn disconnected(server: &ServerSummary) -> Message {
    let name = escape_markdown(server.name.as_str());
    Message::private(format!(
        "**{name}** is disconnected. `/oxeye connect` links it again."
    ))
}

/// It was not done.
pub(crate) fn kept() -> Message {
    Message::private("Nothing was changed.")
}

/// The name is taken by a server that is linked now.
pub(crate) fn name_taken(name: &ServerName) -> String {
    let name = escape_markdown(name.as_str());
    format!(
        "A server called **{name}** is already linked here. Choose another name, or disconnect that one first with `/oxeye disconnect`."
    )
}

/// It has another name now.
pub(crate) fn renamed(server: &ServerSummary, name: &ServerName) -> Message {
    let old = escape_markdown(server.name.as_str());
    let name = escape_markdown(name.as_str());
    Message::private(format!(
        "**{old}** is called **{name}** now. Its key and its history are as they were."
    ))
}

/// The new name is that of another server, linked or not.
pub(crate) fn name_in_use(name: &ServerName) -> String {
    let name = escape_markdown(name.as_str());
    format!(
        "Another server here is called **{name}**, linked or not. Choose another name, or rename that one first."
    )
}

/// Somebody asked for a server that this guild does not have.
pub(crate) fn unknown_server(typed: &str) -> String {
    let typed = escape_markdown(&cut(typed, TYPED_NAME_LIMIT));
    format!("No server called **{typed}** is linked here. `/oxeye list` shows those that are.")
}

/// A button or menu is about a server that is gone.
pub(crate) const GONE: &str =
    "That server is not linked here any more. `/oxeye list` shows those that are.";

#[cfg(test)]
mod tests {
    use super::*;
    use oxeye_db::{LinkCode, UnixSeconds};

    #[test]
    fn a_link_code_comes_with_the_command_to_type_and_its_end() {
        let code = LinkCode::generate();
        let text = code.expose().to_owned();
        let name = ServerName::try_from("my_server").unwrap();

        let message = link_code(
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

    #[test]
    fn a_typed_name_is_repeated_harmlessly() {
        let text = unknown_server(&"@everyone `x` ".repeat(500));
        assert!(text.contains(r"\@everyone \`x\`"));
        assert!(text.len() < 500);
    }
}
