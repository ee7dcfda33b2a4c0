//! What members do in Discord, as text.

use std::time::Duration;

use oxeye_db::{Range, TimeZone, UnixSeconds};
use oxeye_text::{Text, cut, neutralise};

use crate::api_messages::presence::{
    FigureLine, GuildPresence, MemberReport, PresenceLine, PresenceTopReport, SubjectLine, TopLine,
    VoiceReport,
};
use crate::cli::top::range_in_words;
use crate::terminal::columns;

/// The longest name that is shown whole, in columns of the terminal.
const NAME_WIDTH: usize = 50;

/// Shows what guilds keep.
pub(super) fn guilds(text: Text, guilds: &[GuildPresence], skipped: u64) -> String {
    if guilds.is_empty() {
        return text.members_none_kept();
    }
    let rows = guilds.iter().map(|guild| {
        let kinds = guild.kinds.iter().map(|kind| text.members_what(kind));
        vec![
            guild.guild_id.to_string(),
            text.members_count(guild.member_count),
            text.members_in_voice(guild.in_voice_count),
            text.members_kept(&text.list(&kinds.collect::<Vec<_>>()), guild.day_count),
        ]
    });
    let rows = columns(&rows.collect::<Vec<_>>(), &[1, 2]);
    match skipped {
        0 => rows,
        _ => format!("{rows}\n{}", text.members_skipped_activities(skipped)),
    }
}

/// Shows who is in voice.
pub(super) fn in_voice(text: Text, voice: &VoiceReport, now: UnixSeconds) -> String {
    if voice.members.is_empty() {
        return text.members_nobody_in_voice();
    }
    let rows = voice.members.iter().map(|member| {
        let mut extras = Vec::new();
        if member.shares_screen {
            extras.push(text.members_shares_screen());
        }
        if member.has_camera {
            extras.push(text.members_has_camera());
        }
        vec![
            channel(&member.channel, &member.channel_id),
            member.user_id.clone(),
            text.time_since(member.since_at, now),
            text.list(&extras),
        ]
    });
    columns(&rows.collect::<Vec<_>>(), &[2])
}

/// Shows what most time went into.
pub(super) fn top(text: Text, report: &PresenceTopReport, range: Range) -> String {
    let what = text.members_what(&report.top.kind);
    let heading = text.top_heading(&what, &range_in_words(text, range), &report.time_zone);
    if report.top.figures.is_empty() {
        return text.counter_top_empty(&heading);
    }
    format!("{heading}\n{}", figures(text, &report.top))
}

/// Shows what one member did.
pub(super) fn member(text: Text, report: &MemberReport, range: Range) -> String {
    let whose = text.members_user(&report.user_id, &report.guild_id.to_string());
    let heading = text.top_heading(&whose, &range_in_words(text, range), &report.time_zone);
    if report.sessions.is_empty() {
        return text.counter_top_empty(&heading);
    }
    let mut parts = vec![heading];
    for top in &report.tops {
        let total = long(text, top.total_secs);
        let what = text.members_what(&top.kind);
        parts.push(format!(
            "{}\n{}",
            text.members_total(&what, &total),
            figures(text, top)
        ));
    }
    if !report.played_together.is_empty() {
        let others = report.played_together.iter();
        let others =
            others.map(|other| format!("{} {}", other.user_id, long(text, other.total_secs)));
        parts.push(text.members_together(&text.list(&others.collect::<Vec<_>>())));
    }
    let zone = report.time_zone.parse().unwrap_or(TimeZone::UTC);
    let rows = report.sessions.iter().map(|line| session(text, line, zone));
    let rows = columns(&rows.collect::<Vec<_>>(), &[2]);
    let mut sessions = format!("{}\n{rows}", text.members_newest_sessions());
    if report.session_count > report.sessions.len() {
        sessions = format!("{sessions}\n{}", text.older_sessions());
    }
    parts.push(sessions);
    parts.join("\n")
}

fn figures(text: Text, top: &TopLine) -> String {
    let rows = (1..).zip(&top.figures).map(|(rank, figure)| {
        vec![
            format!("{rank}."),
            subject(figure),
            long(text, figure.total_secs),
            text.members_count(figure.member_count),
        ]
    });
    columns(&rows.collect::<Vec<_>>(), &[0, 2, 3])
}

fn subject(figure: &FigureLine) -> String {
    match &figure.subject {
        SubjectLine::Game { game: name, .. } | SubjectLine::Artist { artist: name } => shown(name),
        SubjectLine::Channel {
            channel: name,
            channel_id,
        } => channel(name, channel_id),
        SubjectLine::Member { user_id } => user_id.clone(),
    }
}

fn session(text: Text, line: &PresenceLine, zone: TimeZone) -> Vec<String> {
    let end = match (line.ended_at, line.is_estimated) {
        (None, _) => text.members_lasts(),
        (Some(_), true) => text.members_end_estimated(),
        (Some(_), false) => String::new(),
    };
    vec![
        zone.show(line.started_at),
        text.members_what(&line.kind),
        long(text, line.total_secs),
        shown(&line.title),
        end,
    ]
}

fn channel(name: &str, id: &str) -> String {
    match name {
        "" => neutralise(id),
        name => shown(name),
    }
}

fn shown(name: &str) -> String {
    cut(&neutralise(name), NAME_WIDTH)
}

fn long(text: Text, secs: u64) -> String {
    text.long_duration(Duration::from_secs(secs))
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::{Value, json};

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn read<T: serde::de::DeserializeOwned>(json: Value) -> T {
        serde_json::from_value(json).unwrap()
    }

    fn kept() -> Vec<GuildPresence> {
        read(json!([
            {"guild_id": "7", "kinds": ["voice", "game"], "member_count": 1, "in_voice_count": 0, "day_count": 30},
            {"guild_id": "123456789012345678", "kinds": ["spotify"], "member_count": 12, "in_voice_count": 3,
                "day_count": 30},
        ]))
    }

    #[test]
    fn each_guild_is_shown_with_what_it_keeps() {
        assert_eq!(
            guilds(ENGLISH, &kept(), 0),
            "7                     1 member  0 in voice  voice channels and games, for 30 days\n\
             123456789012345678  12 members  3 in voice  artists on Spotify, for 30 days"
        );
        assert_eq!(
            guilds(GERMAN, &kept()[..1], 1),
            "7  1 Mitglied  0 im Sprachkanal  Sprachkanäle und Spiele, 30 Tage lang\n\
             1 Aktivität, die Discord seit dem Start gesendet hat, war nicht lesbar und wurde übergangen"
        );
    }

    #[test]
    fn who_is_in_voice_is_shown_with_screen_and_camera() {
        let voice: VoiceReport = read(json!({"guild_id": "7", "members": [
            {"user_id": "501", "channel_id": "70", "channel": "Lo\u{202e}unge", "since_at": 940, "shares_screen": true,
                "has_camera": true},
            {"user_id": "502", "channel_id": "71", "channel": "", "since_at": 400, "shares_screen": false,
                "has_camera": false},
        ]}));

        let shown = in_voice(ENGLISH, &voice, UnixSeconds(1000));

        let lines: Vec<_> = shown.lines().collect();
        assert!(
            lines[0].ends_with("501   1m  shares the screen and has the camera on"),
            "{shown}"
        );
        assert!(!shown.contains('\u{202e}'));
        assert!(
            lines[1].starts_with("71") && lines[1].ends_with("502  10m"),
            "{shown}"
        );
    }

    #[test]
    fn games_are_ranked_by_the_time_of_all_members() {
        let report: PresenceTopReport = read(
            json!({"guild_id": "7", "range": "week", "time_zone": "UTC",
            "kind": "game", "total_secs": 90_300, "member_count": 2, "figures": [
                {"game": "Factorio", "application_id": null, "total_secs": 90_000, "member_count": 2},
                {"game": "chess", "application_id": "9", "total_secs": 300, "member_count": 1}]}),
        );

        assert_eq!(
            top(ENGLISH, &report, Range::Week),
            "games, this week since Monday (days in UTC):\n\
             1.  Factorio  1d 1h  2 members\n\
             2.  chess        5m   1 member"
        );
        let mut empty = report.clone();
        empty.top.figures.clear();
        assert_eq!(
            top(GERMAN, &empty, Range::Days(30)),
            "Spiele, in den letzten 30 Tagen (Tage in UTC): bisher nichts."
        );
    }

    #[test]
    fn one_member_is_shown_with_the_newest_sessions() {
        let report: MemberReport = read(
            json!({"guild_id": "7", "user_id": "501", "joined_at": 0, "range": "all",
            "time_zone": "UTC", "tops": [{"kind": "game", "total_secs": 300, "member_count": 1, "figures": [
                {"game": "chess", "application_id": null, "total_secs": 300, "member_count": 1}]}],
            "played_together": [{"user_id": "502", "total_secs": 60, "games": ["chess"]}],
            "sessions": [{"kind": "game", "title": "chess", "artists": [], "started_at": 0, "ended_at": 300,
                "is_estimated": true, "seen_at": 300, "total_secs": 300, "gap_secs": 0}],
            "session_count": 3}),
        );

        assert_eq!(
            member(ENGLISH, &report, Range::All),
            "501 in guild 7, all time (days in UTC):\n\
             games: 5m\n\
             1.  chess  5m  1 member\n\
             Played together with: 502 1m\n\
             Newest sessions:\n\
             1970-01-01 00:00  games  5m  chess  end estimated\n\
             ...and older ones; --limit shows more"
        );
    }
}
