//! Sums of members' sessions, and who is in voice.

use std::time::Duration;

use oxeye_db::{
    InVoice, PlayedTogether, PresenceFigure, PresenceKind, PresenceKinds, PresenceSession,
    PresenceSubject, PresenceSummary, PresenceTop, Span, UnixSeconds, UserId,
};
use oxeye_text::{Text, cut, escape_markdown};

use super::super::channel_link;
use super::super::message::Message;

/// Longest name that is shown, in UTF-16 units.
const NAME_LIMIT: usize = 60;
/// Length of a list, in UTF-16 units, of the 2,000 that a message may have.
const LIST_BUDGET: usize = 1_700;
/// Length of a list of names in one line, in UTF-16 units.
const LINE_BUDGET: usize = 300;

/// What a member has done.
pub(crate) struct Mine {
    pub(crate) summary: PresenceSummary,
    pub(crate) sessions: Vec<(PresenceSession, Span)>,
    pub(crate) together: Vec<PlayedTogether>,
}

/// Shows members what they have done, and do now.
pub(crate) fn mine(text: Text, found: &Mine, days: usize, now: UnixSeconds) -> Message {
    let range = text.presence_range(days);
    let kinds = found.summary.by_kind.iter();
    let mut lines: Vec<_> = kinds.map(|(kind, top)| of_kind(text, *kind, top)).collect();
    let sessions = found.sessions.iter().map(|(session, _)| session);
    let open: Vec<_> = sessions.filter(|session| session.is_open()).collect();
    if !open.is_empty() {
        let open = open.iter().map(|session| {
            let channel = session.key.place.map(|place| channel_link(place.channel));
            let name = match (&*session.about.name, channel) {
                ("", Some(channel)) => channel,
                (name, _) => shown(name),
            };
            let kind = session.key.kind.as_str();
            text.presence_session_now(kind, &name, &text.time_since(session.started_at, now))
        });
        lines.push(text.presence_mine_now(&text.in_one_line(open, LINE_BUDGET)));
    }
    if !found.together.is_empty() {
        let others = found
            .together
            .iter()
            .map(|other| text.presence_part(&member(other.user), &duration(text, other.secs)));
        lines.push(text.presence_mine_together(&text.in_one_line(others, LINE_BUDGET)));
    }
    if lines.is_empty() {
        return Message::private(text.presence_mine_nothing(&range));
    }
    let total = lines.len();
    let list = text.bullets(lines, total, LIST_BUDGET).text;
    Message::private(format!("{}\n{list}", text.presence_mine(&range)))
}

/// Returns a line about all sessions of one kind.
fn of_kind(text: Text, kind: PresenceKind, top: &PresenceTop) -> String {
    let parts = top.figures.iter().map(|figure| {
        let name = match &figure.subject {
            // The member has been there, so they may read its name.
            PresenceSubject::Channel { name, .. } if !name.is_empty() => shown(name),
            subject => self::subject(subject),
        };
        text.presence_part(&name, &duration(text, figure.secs))
    });
    let parts = text.in_one_line(parts, LINE_BUDGET);
    let kind = text.presence_what(kind.as_str());
    text.presence_mine_kind(&kind, &duration(text, top.total_secs), &parts)
}

/// Shows to everybody what members do most, where these kinds are kept.
pub(crate) fn top(
    text: Text,
    kind: PresenceKind,
    top: &PresenceTop,
    days: usize,
    kept: PresenceKinds,
) -> Message {
    let (what, range) = (text.presence_what(kind.as_str()), text.presence_range(days));
    if top.figures.is_empty() {
        return public(match (kept.is_empty(), kept.contains(kind)) {
            (true, _) => text.presence_not_set_up(),
            (false, true) => text.presence_top_nothing(&what, &range),
            (false, false) => text.presence_top_not_kept(&what, &super::list(text, kept)),
        });
    }
    let time = duration(text, top.total_secs);
    let heading = text.presence_top(&what, &range, &time, top.members);
    let figures = top.figures.iter().enumerate();
    let lines = figures.map(|(at, figure)| format!("{}\\. {}", at + 1, line(text, figure)));
    let list = text.bullets(lines, top.figures.len(), LIST_BUDGET).text;
    public(format!("{heading}\n{list}"))
}

fn line(text: Text, figure: &PresenceFigure) -> String {
    let name = subject(&figure.subject);
    text.presence_top_figure(&name, &duration(text, figure.secs), figure.members)
}

/// Shows to everybody who is in voice.
pub(crate) fn in_voice(text: Text, all: &[InVoice], now: UnixSeconds) -> Message {
    if all.is_empty() {
        return public(text.presence_in_voice_nobody());
    }
    let lines = all.iter().map(|one| {
        let (member, channel) = (member(one.user), channel_link(one.channel));
        let since = text.time_since(one.since, now);
        format!(
            "• {}",
            text.presence_in_voice_member(&member, &channel, &since)
        )
    });
    let list = text.bullets(lines, all.len(), LIST_BUDGET).text;
    public(format!("{}\n{list}", text.presence_in_voice(all.len())))
}

/// Returns what stands for a subject where everybody reads it. Of a channel, Discord shows the name only to those who
/// may see the channel.
fn subject(subject: &PresenceSubject) -> String {
    match subject {
        PresenceSubject::Game { name, .. } => shown(name),
        PresenceSubject::Channel { id, .. } => channel_link(*id),
        PresenceSubject::Artist(name) => shown(name),
        PresenceSubject::Member(user) => member(*user),
    }
}

/// Returns what Discord shows as a member's name. Our messages ping nobody.
fn member(user: UserId) -> String {
    format!("<@{}>", user.0)
}

fn shown(name: &str) -> String {
    escape_markdown(&cut(name, NAME_LIMIT))
}

fn duration(text: Text, secs: u64) -> String {
    text.long_duration(Duration::from_secs(secs))
}

fn public(content: String) -> Message {
    Message {
        content,
        ..Message::default()
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    fn all() -> PresenceKinds {
        PresenceKinds::all()
    }

    fn games(names: &[&str]) -> PresenceTop {
        let figures = names.iter().map(|name| PresenceFigure {
            subject: PresenceSubject::Game {
                name: (*name).to_owned(),
                application: None,
            },
            secs: 3_660,
            members: 2,
        });
        PresenceTop {
            figures: figures.collect(),
            total_secs: 7_200,
            members: 2,
        }
    }

    #[test]
    fn a_ranking_names_what_members_do_most() {
        let message = top(
            ENGLISH,
            PresenceKind::Game,
            &games(&["Chess", "*Go*"]),
            7,
            all(),
        );

        assert!(!message.ephemeral);
        assert_eq!(
            message.content,
            "**Games in the last 7 days**: 2h by 2 members\n1\\. Chess: 1h 1m, 2 members\n2\\. \\*Go\\*: 1h 1m, 2 members"
        );
        let nothing = top(
            ENGLISH,
            PresenceKind::Spotify,
            &PresenceTop::default(),
            1,
            all(),
        );
        assert!(
            nothing
                .content
                .starts_with("Artists on Spotify: nothing in the last 24 hours.")
        );
    }

    #[test]
    fn what_is_not_kept_is_not_called_empty() {
        let nothing = |kind, kept| top(ENGLISH, kind, &PresenceTop::default(), 7, kept).content;
        let voice = PresenceKinds::in_voice();
        let games = nothing(PresenceKind::Game, voice);
        assert!(
            games.starts_with("Games: not kept here. These are kept")
                && games.ends_with(": voice, screen share and camera."),
            "{games}"
        );
        let none = nothing(PresenceKind::Voice, voice);
        assert!(none.starts_with("Voice channels: nothing"), "{none}");
        let none = nothing(PresenceKind::Game, PresenceKinds::NONE);
        assert_eq!(none, ENGLISH.presence_not_set_up());
    }

    #[test]
    fn the_longest_names_fit_into_a_message() {
        let long = "*".repeat(10_000);
        let ten = games(&[&*long; 10]);
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let message = top(text, PresenceKind::Game, &ten, 30, all());
            assert!(oxeye_text::width(&message.content) <= 2_000);
            let found = Mine {
                summary: PresenceSummary {
                    by_kind: PresenceKind::ALL.map(|kind| (kind, ten.clone())).into(),
                },
                sessions: Vec::new(),
                together: Vec::new(),
            };
            let message = mine(text, &found, 30, UnixSeconds(0));
            assert!(message.ephemeral && oxeye_text::width(&message.content) <= 2_000);
        }
    }

    #[test]
    fn a_channel_is_named_to_those_who_may_see_it() {
        let channel = PresenceSubject::Channel {
            id: 7,
            name: "Secret".to_owned(),
        };
        let figures = vec![PresenceFigure {
            subject: channel,
            secs: 60,
            members: 1,
        }];
        let found = PresenceTop {
            figures,
            total_secs: 60,
            members: 1,
        };

        let message = top(ENGLISH, PresenceKind::Voice, &found, 7, all());

        assert!(
            message.content.contains("<#7>: 1m, 1 member"),
            "{}",
            message.content
        );
        assert!(!message.content.contains("Secret"));
    }
}
