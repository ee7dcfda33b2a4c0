//! Answers about members and their players. Only the question whether a member is a player, and what became of it,
//! are for everybody.

use oxeye_db::{Hiding, IssuedMemberCode, LinkedMember, PlayerName, ServerName};
use oxeye_text::{Text, escape_markdown};

use super::message::Message;
use super::{mention, rows};
use crate::custom_id::MemberRequest;
use crate::members::{Kept, MemberForgotten};

/// The most servers that are named as places to type a code.
const MOST_SERVERS: usize = 5;

/// Asks those who may manage the guild whether a member is a player.
pub(crate) fn request(text: Text, request: MemberRequest) -> Message {
    let expires = format!("<t:{}:R>", request.expires_at.0);
    Message {
        content: text.member_asks(
            &mention(request.user),
            &shown_name(&request.player),
            &expires,
        ),
        rows: vec![rows::confirm_member(text, request)],
        ..Message::default()
    }
}

/// Shows a member the code that they can type on these servers.
pub(crate) fn code(
    text: Text,
    player: &PlayerName,
    issued: &IssuedMemberCode,
    servers: &[ServerName],
) -> Message {
    let servers: Vec<_> = servers
        .iter()
        .take(MOST_SERVERS)
        .map(|server| format!("**{}**", escape_markdown(server.as_str())))
        .collect();
    let servers = text.list(&servers);
    let expires = format!("<t:{}:R>", issued.expires_at.0);
    let (name, code) = (shown_name(player), issued.code.to_type());
    let content = text.member_code(&name, &servers, &code, &expires);
    with_ask_button(text, Message::private(content), player)
}

/// Says that a code has proven which player a member is.
pub(crate) fn proven(text: Text, player: &PlayerName) -> Message {
    Message::private(text.member_proven(&shown_name(player)))
}

/// Says that a code has proven nothing, because somebody else may be using the player's name.
pub(crate) fn unauthenticated(text: Text, player: &PlayerName) -> Message {
    let content = text.member_unauthenticated(&shown_name(player));
    with_ask_button(text, Message::private(content), player)
}

fn with_ask_button(text: Text, message: Message, player: &PlayerName) -> Message {
    Message {
        rows: vec![rows::ask_moderators(text, player.clone())],
        ..message
    }
}

/// Says that a member is linked to a player.
pub(crate) fn linked(text: Text, user: u64, player: &PlayerName, moderator: u64) -> Message {
    let (member, player) = (mention(user), shown_name(player));
    Message {
        content: text.member_is_linked(&member, &player, &mention(moderator)),
        ..Message::default()
    }
}

/// Says that a member was not linked.
pub(crate) fn rejected(text: Text, user: u64) -> Message {
    Message {
        content: text.member_rejected(&mention(user)),
        ..Message::default()
    }
}

/// Says for everybody why a question can no longer be answered.
pub(crate) fn closed(sentence: String) -> Message {
    Message {
        content: sentence,
        ..Message::default()
    }
}

/// Says that a member is no longer linked to their player, and whether their sessions in Discord still hide.
pub(crate) fn unlinked(text: Text, member: &LinkedMember, still_hides: bool) -> Message {
    let player = shown_name(&member.player);
    let mut message = Message::private(match member.hidden_since {
        Some(_) => text.member_unlinked_shown(&player),
        None => text.member_unlinked(&player),
    });
    if still_hides {
        message.add_paragraphs(&[text.presence_still_hidden()]);
    }
    message
}

/// Says what of a member hides.
pub(crate) fn hidden(text: Text, hiding: &Hiding) -> Message {
    let player = hiding.linked.as_ref();
    let player = player.map(|member| text.member_hidden(&shown_name(&member.player)));
    let presence = hiding.is_joined.then(|| text.presence_hidden());
    let said = player.into_iter().chain(presence);
    let said: Vec<_> = said.chain([text.hidden_until_shown()]).collect();
    Message::private(said.join("\n\n"))
}

/// Says what of a member is shown again.
pub(crate) fn shown(text: Text, hiding: &Hiding) -> Message {
    let player = hiding.linked.as_ref();
    let player = player.map(|member| text.member_shown(&shown_name(&member.player)));
    let presence = hiding.is_joined.then(|| text.presence_shown());
    let said: Vec<_> = player.into_iter().chain(presence).collect();
    Message::private(said.join("\n\n"))
}

/// Asks whether to forget everything that is kept about a member.
pub(crate) fn ask_forget(text: Text, kept: &Kept) -> Message {
    let player = kept.member.as_ref().map(|member| {
        let player = shown_name(&member.player);
        text.ask_forget_member(&player)
    });
    let presence = kept.joined_at.map(|_| text.ask_forget_presence());
    let notices = (!kept.notices.is_empty()).then(|| text.ask_forget_notices(kept.notices.len()));
    let paragraphs = player.into_iter().chain(presence).chain(notices);
    let paragraphs: Vec<_> = paragraphs.collect();
    let mut question = Message::private(text.ask_forget_me());
    question.add_paragraphs(&paragraphs);
    let player = kept.member.as_ref().map(|member| member.player.clone());
    question.rows = vec![rows::confirm_forget(text, player)];
    question
}

/// Says what is forgotten about a member.
pub(crate) fn forgotten(text: Text, forgotten: &MemberForgotten) -> Message {
    let mut done = Vec::new();
    if let Some((member, player)) = &forgotten.player {
        done.push(text.member_forgotten(&shown_name(&member.player), player.sessions));
    }
    if forgotten.presence.is_some() {
        done.push(text.presence_forgotten());
    }
    if forgotten.notices > 0 {
        done.push(text.notices_forgotten(forgotten.notices));
    }
    done.push(text.member_forgotten_elsewhere());
    if matches!(&forgotten.player, Some((_, player)) if !player.is_wiped) {
        done.push(text.member_forgotten_later());
    }
    if matches!(&forgotten.presence, Some(presence) if !presence.is_wiped) {
        done.push(text.presence_wiped_later());
    }
    Message::private(done.join("\n\n"))
}

fn shown_name(player: &PlayerName) -> String {
    escape_markdown(player.as_str())
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::player;
    use oxeye_db::{Forgotten, UnixSeconds, Withdrawn};
    use oxeye_plugin_proto::MemberCode;
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_names_the_member_and_the_player_and_notifies_nobody() {
        let asked = MemberRequest {
            user: 1_300_000_000_000_000_001,
            player: player("jeb_"),
            expires_at: UnixSeconds(1_764_000_000),
        };

        let message = request(Text::of(Locale::English), asked).to_new();

        let json = serde_json::to_value(message).unwrap();
        let content = json["content"].as_str().unwrap();
        assert!(
            content.starts_with("<@1300000000000000001> says"),
            "{content}"
        );
        assert!(content.contains(r"**jeb\_**") && content.contains("<t:1764000000:R>"));
        assert_eq!(json["flags"], 0);
        assert_eq!(json["allowed_mentions"]["users"], json!([]));
        let buttons = &json["components"][0]["components"];
        assert_eq!(
            buttons[0]["custom_id"],
            "ox1:m:120a871cc0020001:69248100:jeb_"
        );
        assert_eq!(buttons[1]["custom_id"], "ox1:n:120a871cc0020001");
    }

    #[test]
    fn the_longest_answers_stay_within_discords_limit_for_content() {
        let member = LinkedMember {
            guild: oxeye_db::GuildId(7),
            user: u64::MAX,
            player: player(&"_".repeat(32)),
            account: None,
            linked_at: UnixSeconds(0),
            confirmed_by: None,
            hidden_since: Some(UnixSeconds(0)),
        };
        let hiding = Hiding {
            linked: Some(member.clone()),
            is_joined: true,
        };
        let kept = Kept {
            member: Some(member.clone()),
            joined_at: Some(UnixSeconds(0)),
            notices: Vec::new(),
        };
        let all_forgotten = MemberForgotten {
            player: Some((member.clone(), Forgotten::default())),
            presence: Some(Withdrawn::default()),
            notices: 2,
        };
        let (_, outcome) = tokio::sync::oneshot::channel();
        let issued = IssuedMemberCode {
            code: MemberCode::generate(),
            expires_at: UnixSeconds(i64::MAX),
            outcome,
        };
        let servers = vec![ServerName::try_from("_".repeat(64)).unwrap(); 100];
        for locale in Locale::ALL {
            let text = Text::of(locale);
            for message in [
                code(text, &member.player, &issued, &servers),
                proven(text, &member.player),
                unauthenticated(text, &member.player),
                unlinked(text, &member, true),
                hidden(text, &hiding),
                shown(text, &hiding),
                ask_forget(text, &kept),
                forgotten(text, &all_forgotten),
            ] {
                assert!(message.ephemeral);
                assert!(oxeye_text::width(&message.content) <= 2_000);
            }
        }
    }
}
