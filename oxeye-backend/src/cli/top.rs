//! `oxeye top [SERVER]`: prints who played most.

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use oxeye_db::{GuildId, Range, TimeZone};
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::player_names::named;
use super::server_choice::{chosen, common_place, guild_of};
use crate::api_messages::leaderboard::{LeaderboardReport, StandingLine};
use crate::api_messages::servers::ServerLine;
use crate::config::Config;
use crate::terminal::{columns, print_line};

/// The arguments of `oxeye top`.
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// The name of the server; without it, all servers of the guild combined
    pub(crate) server: Option<String>,
    /// today, week, month, all, or a number of days such as 30d
    #[arg(long, default_value = "week")]
    pub(crate) range: Range,
    /// The number of players to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The time zone whose midnight ends a day; the default is TIME_ZONE
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    /// Print JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the leaderboard.
pub(crate) async fn run(config: &Config, text: Text, args: TopArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let guild = guild_of(&servers);
    let mut path = common_place(&guild, &servers);
    path.push("leaderboard");
    let question = [
        ("range", args.range.to_string()),
        ("limit", args.limit.to_string()),
        ("tz", args.tz.unwrap_or(config.time_zone).to_string()),
    ];
    let answer = backend.find(&path, &question).await?;
    let answer = answer.with_context(|| text.server_vanished())?;
    let report: LeaderboardReport = answer.json().await?;
    if args.json {
        print_line(&serde_json::to_string_pretty(&report)?)?;
    } else {
        print_line(&table(text, &report, args.range, &servers))?;
    }
    Ok(())
}

fn table(text: Text, report: &LeaderboardReport, range: Range, servers: &[ServerLine]) -> String {
    let place = match &report.server {
        Some(server) => neutralise(server.as_str()),
        None => all(text, servers),
    };
    let range = match range {
        Range::Today => text.today(),
        Range::Week => text.this_week(),
        Range::Month => text.this_month(),
        Range::Days(days) => text.top_days(days),
        Range::All => text.top_all(),
    };
    let heading = text.top_heading(&place, &range, &report.time_zone.to_string());
    if report.players.is_empty() {
        return text.top_empty(&heading);
    }
    let zone = report.time_zone.parse().unwrap_or(TimeZone::UTC);
    let ranked = report.players.iter().zip(1..);
    let lines: Vec<Vec<String>> = ranked.map(|standing| row(text, standing, zone)).collect();
    let more = report.player_count.saturating_sub(report.players.len());
    let more = if more > 0 {
        format!("\n{}", text.and_more(more))
    } else {
        String::new()
    };
    format!("{heading}\n{}{more}", columns(&lines, &[0, 2, 3]))
}

fn row(text: Text, (standing, rank): (&StandingLine, usize), zone: TimeZone) -> Vec<String> {
    vec![
        format!("{rank}."),
        named(
            text,
            &standing.player,
            &standing.former_names,
            standing.until_at,
            zone,
        ),
        text.long_duration(Duration::from_secs(standing.playtime_secs)),
        text.session_count(standing.session_count),
    ]
}

fn all(text: Text, servers: &[ServerLine]) -> String {
    let names: Vec<String> = servers
        .iter()
        .map(|server| neutralise(server.server.as_str()))
        .collect();
    text.top_servers(&text.list(&names))
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::UnixSeconds;
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn report(server: Option<&str>, players: &[(&str, u64, u32)]) -> LeaderboardReport {
        let lines = players.iter().map(|(player, seconds, sessions)| {
            json!({"player": player, "playtime_secs": seconds, "session_count": sessions})
        });
        let lines: Vec<_> = lines.collect();
        let report = json!({"guild_id": "0", "server": server, "range": "week", "time_zone": "UTC",
            "from_at": 0, "players": lines, "player_count": 3});
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn the_player_who_played_most_comes_first() {
        let report = report(Some("survival"), &[("Alex", 90_000, 12), ("jeb_", 300, 1)]);

        assert_eq!(
            table(ENGLISH, &report, Range::Week, &[]),
            "survival, this week (days in UTC):\n\
             1.  Alex  1d 1h  12 sessions\n\
             2.  jeb_     5m    1 session\n\
             ...and 1 more"
        );
    }

    #[test]
    fn a_leaderboard_is_shown_in_german() {
        let report = report(None, &[("Alex", 90_000, 12), ("jeb_", 300, 1)]);

        assert_eq!(
            table(GERMAN, &report, Range::Days(30), &[]),
            " zusammen, in den letzten 30 Tagen (Tage in UTC):\n\
             1.  Alex  1 Tag 1 Std.  12 Sitzungen\n\
             2.  jeb_        5 Min.     1 Sitzung\n\
             … und 1 weiterer"
        );
    }

    #[test]
    fn a_player_with_several_names_is_shown_with_all_of_them() {
        let mut report = report(Some("survival"), &[("Bob", 120, 2), ("Alex", 60, 1)]);
        let name = |name: &str| name.parse().unwrap();
        report.players[0].former_names = vec![name("Alex"), name("Al")];
        report.players[1].until_at = Some(UnixSeconds(86_400));

        assert_eq!(
            table(ENGLISH, &report, Range::Week, &[]),
            "survival, this week (days in UTC):\n\
             1.  Bob (formerly Alex and Al)     2m  2 sessions\n\
             2.  Alex (until 1970-01-02 00:00)  1m   1 session\n\
             ...and 1 more"
        );
    }

    #[test]
    fn an_empty_leaderboard_says_so() {
        assert_eq!(
            table(ENGLISH, &report(Some("survival"), &[]), Range::Days(7), &[]),
            "survival, the last 7 days (days in UTC): nobody played."
        );
    }
}
