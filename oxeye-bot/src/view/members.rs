//! Answers about members and their players. Only the question whether a member is a player, and what became of it,
//! are for everybody.

use oxeye_db::{Forgotten, LinkedMember, PlayerName};
use oxeye_text::{Text, escape_markdown};

use super::message::Message;
use super::{mention, rows};
use crate::custom_id::MemberRequest;

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

/// Says that a member is linked to a player.
pub(crate) fn linked(text: Text, request: &MemberRequest, moderator: u64) -> Message {
    let (member, player) = (mention(request.user), shown_name(&request.player));
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

/// Says that a member is no longer linked to their player.
pub(crate) fn unlinked(text: Text, member: &LinkedMember) -> Message {
    let player = shown_name(&member.player);
    Message::private(match member.hidden_since {
        Some(_) => text.member_unlinked_shown(&player),
        None => text.member_unlinked(&player),
    })
}

/// Says that a member's player hides.
pub(crate) fn hidden(text: Text, member: &LinkedMember) -> Message {
    Message::private(text.member_hidden(&shown_name(&member.player)))
}

/// Says that a member's player is shown.
pub(crate) fn shown(text: Text, member: &LinkedMember) -> Message {
    Message::private(text.member_shown(&shown_name(&member.player)))
}

/// Asks before a member's player is forgotten.
pub(crate) fn ask_forget(text: Text, member: &LinkedMember) -> Message {
    let mut question = Message::private(text.ask_forget_member(&shown_name(&member.player)));
    question.rows = vec![rows::confirm_forget(text)];
    question
}

/// Says that a member's player is forgotten.
pub(crate) fn forgotten(text: Text, member: &LinkedMember, forgotten: &Forgotten) -> Message {
    let player = shown_name(&member.player);
    let mut message = Message::private(text.member_forgotten(&player, forgotten.sessions));
    if !forgotten.is_wiped {
        message.add_paragraphs(&[text.member_forgotten_later()]);
    }
    message
}

fn shown_name(player: &PlayerName) -> String {
    escape_markdown(player.as_str())
}

#[cfg(test)]
mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::testing::player;
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
            linked_at: UnixSeconds(0),
            confirmed_by: None,
            hidden_since: Some(UnixSeconds(0)),
        };
        for locale in Locale::ALL {
            let text = Text::of(locale);
            for message in [
                unlinked(text, &member),
                hidden(text, &member),
                shown(text, &member),
                ask_forget(text, &member),
                forgotten(text, &member, &Forgotten::default()),
            ] {
                assert!(message.ephemeral);
                assert!(oxeye_text::width(&message.content) <= 2_000);
            }
        }
    }
}
