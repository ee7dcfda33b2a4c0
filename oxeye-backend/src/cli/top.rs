//! `oxeye top [SERVER]`: who played most.

use std::time::Duration;

use crate::cli::words::{counted, long_duration};
use anyhow::Context;
use clap::Args;
use oxeye_db::{GuildId, Range, TimeZone};
use oxeye_text::neutralise;

use super::backend::Backend;
use super::columns::columns;
use super::server_choice::{chosen, place};
use crate::api_messages::leaderboard::{LeaderboardReport, StandingLine};
use crate::api_messages::servers::ServerLine;
use crate::config::Config;
use crate::terminal::say;

/// `oxeye top`.
#[derive(Debug, Args)]
pub struct TopArgs {
    /// The server's name; without it, all servers of the guild together
    pub server: Option<String>,
    /// today, week, month, all, or a number of days such as 30d
    #[arg(long, default_value = "week")]
    pub range: Range,
    /// How many players
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub guild: Option<GuildId>,
    /// The time zone whose midnight ends a day; without it, TIME_ZONE
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<TimeZone>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Prints one leaderboard.
pub async fn run(config: &Config, args: TopArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config)?;
    let servers = chosen(&backend, args.server.as_deref(), args.guild).await?;
    let guild = servers
        .first()
        .map(|server| server.guild_id.to_string())
        .unwrap_or_default();
    let mut path = match &servers[..] {
        [only] => place(&guild, only).to_vec(),
        _ => vec!["api", "guilds", &guild],
    };
    path.push("leaderboard");
    let question = [
        ("range", args.range.to_string()),
        ("limit", args.limit.to_string()),
        ("tz", args.tz.unwrap_or(config.time_zone).to_string()),
    ];
    let answer = backend.find(&path, &question).await?;
    let answer = answer.context("the server is gone")?;
    let report: LeaderboardReport = answer.json().await?;
    if args.json {
        say(&serde_json::to_string_pretty(&report)?)?;
    } else {
        say(&text(&report, args.range, &servers))?;
    }
    Ok(())
}

fn text(report: &LeaderboardReport, range: Range, servers: &[ServerLine]) -> String {
    let place = match &report.server {
        Some(server) => neutralise(server.as_str()),
        None => all(servers),
    };
    let range = match range {
        Range::Today => "today".to_owned(),
        Range::Week => "this week".to_owned(),
        Range::Month => "this month".to_owned(),
        Range::Days(1) => "the last day".to_owned(),
        Range::Days(days) => format!("the last {days} days"),
        Range::All => "all that is known".to_owned(),
    };
    let heading = format!("{place}, {range} (days of {}):", report.time_zone);
    if report.players.is_empty() {
        return format!("{heading} nobody played.");
    }
    let lines: Vec<Vec<String>> = report.players.iter().zip(1..).map(row).collect();
    let more = report.player_count.saturating_sub(report.players.len());
    let more = if more > 0 {
        format!("\n...and {more} more")
    } else {
        String::new()
    };
    format!("{heading}\n{}{more}", columns(&lines, &[0, 2, 3]))
}

fn row((standing, rank): (&StandingLine, usize)) -> Vec<String> {
    vec![
        format!("{rank}."),
        neutralise(standing.player.as_str()),
        long_duration(Duration::from_secs(standing.playtime_secs)),
        counted(standing.session_count, "session", "sessions"),
    ]
}

fn all(servers: &[ServerLine]) -> String {
    let names: Vec<String> = servers
        .iter()
        .map(|server| neutralise(server.server.as_str()))
        .collect();
    format!("{} together", names.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
    fn who_played_most_comes_first() {
        let report = report(Some("survival"), &[("Alex", 90_000, 12), ("jeb_", 300, 1)]);

        assert_eq!(
            text(&report, Range::Week, &[]),
            "survival, this week (days of UTC):\n\
             1.  Alex  1d 1h  12 sessions\n\
             2.  jeb_     5m    1 session\n\
             ...and 1 more"
        );
    }

    #[test]
    fn an_empty_leaderboard_says_so() {
        assert_eq!(
            text(&report(Some("survival"), &[]), Range::Days(7), &[]),
            "survival, the last 7 days (days of UTC): nobody played."
        );
    }
}
