//! Answers about members' sessions.

pub(crate) mod figures;

use oxeye_db::{PresenceKind, PresenceKinds, Withdrawn};
use oxeye_text::Text;

use super::message::Message;

/// Returns the names of kinds as a list.
pub(crate) fn list(text: Text, kinds: PresenceKinds) -> String {
    let kinds = kinds.iter().map(|kind| text.presence_kind(kind.as_str()));
    text.list(&kinds.collect::<Vec<_>>())
}

/// Says what is kept of each session besides its time.
fn details(text: Text, kinds: PresenceKinds) -> String {
    let of_kind = |kind| match kind {
        PresenceKind::Voice | PresenceKind::ScreenShare | PresenceKind::Camera => "channel",
        PresenceKind::Game => "game",
        PresenceKind::Streaming => "stream",
        PresenceKind::Spotify => "track",
    };
    let mut what: Vec<_> = kinds.iter().map(of_kind).collect();
    what.dedup();
    let what = what.into_iter().map(|what| text.presence_detail(what));
    text.either(&what.collect::<Vec<_>>())
}

/// Says what is kept, for how many days, what of that is out of sight at present, and what is not kept although it was
/// wanted.
pub(crate) fn set_up(
    text: Text,
    kept: PresenceKinds,
    days: usize,
    unseen: PresenceKinds,
    refused: PresenceKinds,
) -> Message {
    let mut message =
        Message::private(text.presence_set_up(&list(text, kept), &details(text, kept), days));
    if !unseen.is_empty() {
        message.add_paragraphs(&[text.presence_unseen(&list(text, unseen))]);
    }
    if !refused.is_empty() {
        message.add_paragraphs(&[text.presence_not_seen(&list(text, refused))]);
    }
    message
}

/// Says that nothing is kept, and what can be.
pub(crate) fn not_set_up(text: Text, seen: PresenceKinds) -> Message {
    Message::private(text.presence_choose_kinds(&list(text, seen)))
}

/// Says that everything is deleted.
pub(crate) fn switched_off(text: Text) -> Message {
    Message::private(text.presence_switched_off())
}

/// Says that nothing was kept.
pub(crate) fn was_off(text: Text) -> Message {
    Message::private(text.presence_was_off())
}

/// Tells members who have joined what that means, and whether they hide from the others.
pub(crate) fn joined(text: Text, kinds: PresenceKinds, days: usize, hides: bool) -> Message {
    let mut message =
        Message::private(text.presence_joined(&list(text, kinds), &details(text, kinds), days));
    message.add_paragraphs(&[match hides {
        true => text.presence_hidden(),
        false => text.presence_can_hide(),
    }]);
    message
}

/// Tells members who had joined before what is kept.
pub(crate) fn joined_already(text: Text, kinds: PresenceKinds, days: usize) -> Message {
    Message::private(text.presence_joined_already(&list(text, kinds), days))
}

/// Tells members who had joined before what is new, and what is kept altogether.
pub(crate) fn joined_more(
    text: Text,
    new: PresenceKinds,
    kinds: PresenceKinds,
    days: usize,
) -> Message {
    let (new, kinds) = (list(text, new), list(text, kinds));
    Message::private(text.presence_joined_more(&new, &kinds, days))
}

/// Tells members who leave what became of their sessions.
pub(crate) fn left(text: Text, withdrawn: Option<Withdrawn>) -> Message {
    let Some(withdrawn) = withdrawn else {
        return Message::private(text.presence_had_not_joined());
    };
    let mut message = Message::private(text.presence_left());
    if !withdrawn.is_wiped {
        message.add_paragraphs(&[text.presence_wiped_later()]);
    }
    message
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    #[test]
    fn only_what_is_kept_is_said_to_be_in_a_session() {
        let english = Text::of(Locale::English);
        let voice = PresenceKinds::in_voice();
        assert_eq!(details(english, voice), "the channel");
        let with_games = voice.with(PresenceKind::Game);
        assert_eq!(
            details(english, with_games),
            "the channel or the game with the text that it shows"
        );
        assert_eq!(
            details(Text::of(Locale::German), PresenceKinds::all()),
            "der Kanal, das Spiel mit seinem Text, der Stream mit seinem Text oder das Lied"
        );
        let said = set_up(english, voice, 30, PresenceKinds::NONE, PresenceKinds::NONE);
        assert!(
            said.content.contains("began and ended, and the channel. "),
            "{}",
            said.content
        );
    }

    #[test]
    fn whoever_joins_is_told_whether_they_hide() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let said = |hides| joined(text, PresenceKinds::all(), 30, hides).content;
            assert!(said(false).contains(&text.presence_can_hide()));
            assert!(said(true).contains(&text.presence_hidden()));
        }
    }

    #[test]
    fn whoever_leaves_is_told_whether_their_sessions_are_overwritten() {
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let said = |is_wiped| {
                let withdrawn = Withdrawn {
                    members: 1,
                    sessions: 1,
                    is_wiped,
                };
                left(text, Some(withdrawn)).content
            };
            assert_eq!(said(true), text.presence_left());
            assert!(said(false).contains(&text.presence_wiped_later()));
        }
    }
}
