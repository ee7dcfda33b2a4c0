//! Private answers about boards, and the words for the permissions that they need.

use oxeye_db::UnixSeconds;
use oxeye_text::Text;
use serenity::all::Permissions;

use super::channel_link;
use super::message::Message;

/// The permissions that we name, in the order of Discord's settings, with their words in the catalogue.
const NAMED: [(Permissions, &str); 9] = [
    (Permissions::VIEW_CHANNEL, "view_channel"),
    (Permissions::MANAGE_CHANNELS, "manage_channels"),
    (Permissions::SEND_MESSAGES, "send_messages"),
    (
        Permissions::SEND_MESSAGES_IN_THREADS,
        "send_messages_in_threads",
    ),
    (Permissions::EMBED_LINKS, "embed_links"),
    (Permissions::ATTACH_FILES, "attach_files"),
    (Permissions::READ_MESSAGE_HISTORY, "read_message_history"),
    (Permissions::CONNECT, "connect"),
    (
        Permissions::SET_VOICE_CHANNEL_STATUS,
        "set_voice_channel_status",
    ),
];

/// Says where a board was posted.
pub(crate) fn posted(text: Text, guild: u64, channel: u64, message: u64) -> Message {
    Message::private(text.board_posted(&jump_to(guild, channel, message)))
}

/// Says that a board was there already.
pub(crate) fn renewed(text: Text, guild: u64, channel: u64, message: u64) -> Message {
    Message::private(text.board_renewed(&jump_to(guild, channel, message)))
}

/// Says that Discord does not answer right now.
pub(crate) fn on_its_way(text: Text, channel: u64) -> Message {
    Message::private(text.board_on_its_way(&channel_link(channel)))
}

/// Says when a board will be posted.
pub(crate) fn posted_later(text: Text, channel: u64, at: UnixSeconds) -> Message {
    Message::private(text.board_posted_later(&channel_link(channel), &relative(at)))
}

/// Says when a board that was there already gets its options.
pub(crate) fn renewed_later(
    text: Text,
    guild: u64,
    (channel, message): (u64, u64),
    at: UnixSeconds,
) -> Message {
    let link = jump_to(guild, channel, message);
    Message::private(text.board_renewed_later(&link, &relative(at)))
}

/// Says how many boards of a channel were removed, and how many of their messages Discord keeps.
pub(crate) fn removed(text: Text, (count, left): (usize, usize), channel: u64) -> Message {
    let mut message = Message::private(text.boards_removed(count, &channel_link(channel)));
    if left > 0 {
        message.add_paragraphs(&[text.board_messages_left(left)]);
    }
    message
}

/// Says which permissions the bot lacks in a channel.
pub(crate) fn missing_permissions(text: Text, channel: u64, missing: Permissions) -> String {
    let names = names(text, missing);
    text.missing_permissions(names.len(), &channel_link(channel), &text.list(&names))
}

/// Says which permissions the bot needs in a channel where Discord misses one and none seems to be missing.
pub(crate) fn refused_despite_permissions(text: Text, channel: u64, needed: Permissions) -> String {
    let names = text.list(&names(text, needed));
    text.refused_despite_permissions(&channel_link(channel), &names)
}

fn names(text: Text, permissions: Permissions) -> Vec<String> {
    let named = NAMED
        .iter()
        .filter(|(permission, _)| permissions.contains(*permission));
    named
        .map(|(_, name)| format!("**{}**", text.permission_name(name)))
        .collect()
}

/// Returns a moment as Discord shows it as "in 40 seconds".
fn relative(moment: UnixSeconds) -> String {
    format!("<t:{}:R>", moment.0)
}

fn jump_to(guild: u64, channel: u64, message: u64) -> String {
    format!("https://discord.com/channels/{guild}/{channel}/{message}")
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;
    use crate::access::INVITED_WITH;

    #[test]
    fn each_permission_that_we_may_lack_has_a_name_in_each_language() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            for permission in INVITED_WITH.iter() {
                let words = missing_permissions(text, 5, permission);
                assert!(words.contains("**"), "{permission:?}: {words}");
                assert!(!words.contains('_'), "{permission:?}: {words}");
            }
        }
    }

    #[test]
    fn options_that_apply_later_say_when() {
        let link = jump_to(5, 6, 7);
        for (locale, words) in [
            (
                Locale::English,
                "The options that you chose apply there <t:40:R>.",
            ),
            (
                Locale::German,
                "Die Optionen, die du gewählt hast, gelten dort <t:40:R>.",
            ),
        ] {
            let sentence = Text::of(locale).board_renewed_later(&link, &relative(UnixSeconds(40)));
            assert!(sentence.contains(words), "{sentence}");
        }
    }

    #[test]
    fn missing_permissions_are_listed_with_their_channel() {
        let missing = Permissions::VIEW_CHANNEL | Permissions::EMBED_LINKS;
        assert_eq!(
            missing_permissions(Text::of(Locale::English), 5, missing),
            "I lack permissions in <#5>: **View Channel** and **Embed Links**. Give them to me there, \
             and run the command again."
        );
        assert_eq!(
            missing_permissions(Text::of(Locale::German), 5, Permissions::ATTACH_FILES),
            "Mir fehlt in <#5> eine Berechtigung: **Dateien anhängen**. Gib sie mir dort und ruf den \
             Befehl noch einmal auf."
        );
    }
}
