//! The messages of notices, and the answers about them.

use oxeye_db::{Notice, PlayerName, ServerName};
use oxeye_text::{Text, escape_markdown, width};
use serde_json::json;

use super::message::Message;
use super::{channel_link, mention, rows};
use crate::rest::Payload;

/// The most characters of a list, so that Discord accepts it.
const LIST_LIMIT: usize = 1_900;

/// Where a member is told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ToldIn<'a> {
    /// In a direct message, which names the guild if its name is known.
    Direct(Option<&'a str>),
    /// In a channel of the guild, where the member is mentioned.
    Channel,
}

/// Returns what a member is told. Nobody else is notified.
pub(crate) fn posted(notice: &Notice, server: &ServerName, told_in: ToldIn<'_>) -> Payload {
    let text = Text::of_tag(&notice.locale);
    let (player, server) = (shown(&notice.player), escape_markdown(server.as_str()));
    let (content, users) = match told_in {
        ToldIn::Channel => {
            let says = text.notice_came_on(&player, &server);
            let mentioned = vec![notice.user.to_string()];
            (format!("{} {says}", mention(notice.user)), mentioned)
        }
        ToldIn::Direct(None) => (text.notice_came_on(&player, &server), Vec::new()),
        ToldIn::Direct(Some(guild)) => {
            let says = text.notice_came_on_in(&player, &server, &escape_markdown(guild));
            (says, Vec::new())
        }
    };
    Payload {
        json: json!({
            "content": content,
            "components": [rows::end_notice(text, notice.id)],
            "allowed_mentions": {"parse": [], "users": users},
        }),
        files: Vec::new(),
    }
}

/// Says that a member will be told.
pub(crate) fn added(text: Text, player: &PlayerName, channel: Option<u64>) -> Message {
    let player = shown(player);
    Message::private(match channel {
        Some(channel) => text.notice_added_with_channel(&player, &channel_link(channel)),
        None => text.notice_added(&player),
    })
}

/// Says that a member will be told no longer.
pub(crate) fn removed(text: Text, player: &PlayerName) -> Message {
    Message::private(text.notice_removed(&shown(player)))
}

/// Says the same in place of the message with the button.
pub(crate) fn ended(text: Text, player: Option<&PlayerName>) -> Message {
    let content = match player {
        Some(player) => text.notice_removed(&shown(player)),
        None => text.notice_was_removed(),
    };
    Message {
        content,
        ..Message::default()
    }
}

/// Lists the notices of a member.
pub(crate) fn list(text: Text, notices: &[Notice]) -> Message {
    if notices.is_empty() {
        return Message::private(text.notice_list_empty());
    }
    let is_ended = |notice: &Notice| notice.is_ended();
    let is_refused = |notice: &Notice| notice.refused_at.is_some() && !notice.is_ended();
    let advice = [
        notices
            .iter()
            .any(is_refused)
            .then(|| text.notices_refused()),
        notices.iter().any(is_ended).then(|| text.notices_ended()),
    ];
    let advice: Vec<_> = advice.into_iter().flatten().collect();
    let heading = text.notice_list();
    let around: usize = advice.iter().map(|sentence| width(sentence) + 2).sum();
    let room = LIST_LIMIT - around - width(&heading) - 1;
    let entries = notices.iter().map(|notice| entry(text, notice));
    let list = text.bullets(entries, notices.len(), room);
    let mut message = Message::private(format!("{heading}\n{}", list.text));
    message.add_paragraphs(&advice);
    message
}

fn entry(text: Text, notice: &Notice) -> String {
    let player = shown(&notice.player);
    let entry = match notice.channel {
        Some(channel) => format!("• **{player}** ({})", channel_link(channel)),
        None => format!("• **{player}**"),
    };
    match notice.refused_at {
        _ if notice.is_ended() => text.notice_entry_ended(&entry),
        Some(_) => text.notice_entry_refused(&entry),
        None => entry,
    }
}

fn shown(player: &PlayerName) -> String {
    escape_markdown(player.as_str())
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::{player, server_name};
    use oxeye_db::{GuildId, NoticeId, UnixSeconds};
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    fn notice(locale: &str, name: &str) -> Notice {
        Notice {
            id: NoticeId(9),
            guild: GuildId(7),
            user: 5,
            player: player(name),
            account: None,
            channel: Some(3),
            locale: locale.to_owned(),
            created_at: UnixSeconds(0),
            sent_at: None,
            pending: None,
            refused_at: None,
            refusals: 0,
        }
    }

    fn content(payload: &Payload) -> &str {
        payload.json["content"].as_str().unwrap()
    }

    #[test]
    fn a_member_is_told_in_their_language_with_a_button_that_ends_it() {
        let server = server_name("survival");
        let told_in = ToldIn::Direct(Some("My *Guild*"));
        let english = posted(&notice("en", "jeb_"), &server, told_in);
        let german = posted(&notice("de", "jeb_"), &server, ToldIn::Direct(None));

        assert_eq!(
            content(&english),
            "**jeb\\_** is now on **survival** (My \\*Guild\\*)."
        );
        assert_eq!(content(&german), "**jeb\\_** ist jetzt auf **survival**.");
        let button = &english.json["components"][0]["components"][0];
        assert_eq!(button["custom_id"], "ox1:w:9");
        assert_eq!(button["label"], "Turn off");
    }

    #[test]
    fn nobody_is_mentioned_but_the_member_whatever_the_player_is_called() {
        let server = server_name("@here");
        for name in ["<@1>", "@everyone", "||x||", "`a`", "<@&2>", "*_*"] {
            let payload = posted(&notice("en", name), &server, ToldIn::Channel);
            let allowed = json!({"parse": [], "users": ["5"]});
            assert_eq!(payload.json["allowed_mentions"], allowed);
            let says = content(&payload);
            assert_eq!(says.matches("<@").count(), 1, "{says}");
            let direct = posted(
                &notice("en", name),
                &server,
                ToldIn::Direct(Some("@everyone")),
            );
            let nobody = json!({"parse": [], "users": []});
            assert_eq!(direct.json["allowed_mentions"], nobody);
        }
    }

    #[test]
    fn the_list_names_what_cannot_be_delivered_and_fits_into_a_message() {
        let mut refused = notice("en", "Alex");
        refused.refused_at = Some(UnixSeconds(1));
        let mut ended = refused.clone();
        ended.refusals = 3;
        let all = [refused.clone(), ended.clone(), notice("en", "jeb_")];
        let message = list(ENGLISH, &all);
        let heading = ENGLISH.notice_list();
        let (first, second) = (ENGLISH.notices_refused(), ENGLISH.notices_ended());
        assert_eq!(
            message.content,
            format!(
                "{heading}\n• **Alex** (<#3>) – not delivered\n• **Alex** (<#3>) – turned off\n\
                 • **jeb\\_** (<#3>)\n\n{first}\n\n{second}"
            )
        );
        assert!(message.ephemeral);
        assert!(list(ENGLISH, &[]).content.contains("/oxeye notify add"));
    }

    #[test]
    fn a_long_list_ends_with_a_whole_line_and_the_advice() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let refused = |name: &str, refusals| Notice {
                refused_at: Some(UnixSeconds(1)),
                refusals,
                ..notice("en", name)
            };
            let names = ["🦀".repeat(32), "_".repeat(32)];
            let mut long: Vec<_> = names.iter().map(|name| refused(name, 1)).collect();
            long = vec![long; 12].concat();
            long.push(refused("Alex", 3));

            let says = list(text, &long).content;

            assert!(width(&says) <= LIST_LIMIT, "{says}");
            assert!(says.ends_with(&text.notices_ended()), "{says}");
            let shown = says.lines().filter(|line| line.starts_with("• **"));
            let shown = shown.filter(|line| line.contains(" – ")).count();
            assert!((10..25).contains(&shown), "{shown}");
            assert!(says.contains(&text.and_more(25 - shown)), "{says}");
            assert_eq!(says.matches("**").count(), 2 * shown, "{says}");
        }
    }
}
