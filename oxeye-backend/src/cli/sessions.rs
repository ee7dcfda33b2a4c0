//! `oxeye sessions PLAYER`: somebody's sessions, newest first.

use std::cmp::Reverse;
use std::time::Duration;

use crate::cli::words::long_duration;
use anyhow::bail;
use clap::Args;
use oxeye_db::{GuildId, SessionEnd, TimeZone};
use oxeye_plugin_proto::PlayerName;
use oxeye_text::neutralise;

use super::backend::Backend;
use super::columns::columns;
use super::server_choice::{chosen, names, place};
use crate::api_messages::players::{SessionLine, SessionsReport};
use crate::config::Config;
use crate::terminal::say;

/// `oxeye sessions`.
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// The player's name
    pub player: PlayerName,
    /// Only on this server; without it, on all servers of the guild
    #[arg(long, value_name = "SERVER")]
    pub server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub guild: Option<GuildId>,
    /// How many sessions
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// The time zone of the times; without it, TIME_ZONE
    #[arg(long, value_name = "ZONE")]
    pub tz: Option<TimeZone>,
    /// Print JSON instead of text: a list, one entry per server
    #[arg(long)]
    pub json: bool,
}

/// Prints the newest sessions of all servers asked for.
pub async fn run(config: &Config, args: SessionsArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config)?;
    let servers = chosen(&backend, args.server.as_deref(), args.guild).await?;
    let mut reports: Vec<SessionsReport> = Vec::new();
    for server in &servers {
        let guild = server.guild_id.to_string();
        let player = ["players", args.player.as_str(), "sessions"];
        let path = [&place(&guild, server)[..], &player].concat();
        let question = [("limit", args.limit.to_string())];
        if let Some(answer) = backend.find(&path, &question).await? {
            reports.push(answer.json().await?);
        }
    }
    if reports.is_empty() {
        let name = neutralise(args.player.as_str());
        bail!(
            "no session of anybody called {name} is known. {}",
            names(&servers)
        );
    }
    if args.json {
        say(&serde_json::to_string_pretty(&reports)?)?;
    } else {
        let zone = args.tz.unwrap_or(config.time_zone);
        say(&text(&reports, args.limit, zone))?;
    }
    Ok(())
}

/// The newest of all servers together: each report holds as many as are shown.
fn text(reports: &[SessionsReport], limit: usize, zone: TimeZone) -> String {
    let mut sessions: Vec<(&SessionsReport, &SessionLine)> = reports
        .iter()
        .flat_map(|report| report.sessions.iter().map(move |session| (report, session)))
        .collect();
    sessions.sort_by_key(|(_, session)| Reverse(session.joined_at));
    let has_more = sessions.len() > limit || reports.iter().any(|report| report.next.is_some());
    sessions.truncate(limit);
    let rows: Vec<Vec<String>> = sessions
        .iter()
        .map(|(report, session)| row(report, session, reports.len() > 1, zone))
        .collect();
    let player = reports.first().map(|report| report.player.as_str());
    let player = neutralise(player.unwrap_or_default());
    let place = match reports {
        [only] => format!(" on {}", neutralise(only.server.as_str())),
        _ => String::new(),
    };
    let more = if has_more {
        "\n...and older ones; --limit shows more"
    } else {
        ""
    };
    format!(
        "{player}{place}, newest first (times of {zone}):\n{}{more}",
        columns(&rows, &[2])
    )
}

fn row(
    report: &SessionsReport,
    session: &SessionLine,
    is_one_of_several: bool,
    zone: TimeZone,
) -> Vec<String> {
    let until = session.left_at.unwrap_or(report.known_until_at);
    let length = until.saturating_since(session.joined_at).as_secs();
    let mut row = vec![
        zone.show(session.joined_at),
        session
            .left_at
            .map_or("still there".to_owned(), |at| zone.show(at)),
        long_duration(Duration::from_secs(length)),
        session.ended.map_or("", end_in_words).to_owned(),
    ];
    if is_one_of_several {
        row.push(neutralise(report.server.as_str()));
    }
    row
}

fn end_in_words(end: SessionEnd) -> &'static str {
    match end {
        SessionEnd::Left => "left",
        SessionEnd::ServerStopped => "server stopped",
        SessionEnd::Disconnected => "server unlinked",
        SessionEnd::MissingFromSync => "gone by the next sync",
        SessionEnd::Stale => "server silent, end estimated",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(server: &str, sessions: &serde_json::Value) -> SessionsReport {
        let report = json!({"guild_id": "0", "server": server, "player": "Alex", "sessions": sessions,
            "next": null, "known_until_at": 1_080_000});
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn sessions_say_how_their_end_is_known() {
        let sessions = json!([
            {"joined_at": 1_070_000, "left_at": null, "ended": null},
            {"joined_at": 1_000_000, "left_at": 1_007_500, "ended": "left"},
            {"joined_at": 900_000, "left_at": 900_030, "ended": "stale"},
        ]);

        assert_eq!(
            text(&[report("survival", &sessions)], 3, TimeZone::UTC),
            "Alex on survival, newest first (times of UTC):\n\
             1970-01-13 09:13  still there       2h 46m\n\
             1970-01-12 13:46  1970-01-12 15:51   2h 5m  left\n\
             1970-01-11 10:00  1970-01-11 10:00     30s  server silent, end estimated"
        );
    }

    #[test]
    fn those_of_several_servers_are_mixed_by_time() {
        let session = |at: i64| json!([{"joined_at": at, "left_at": at, "ended": "left"}]);
        let reports = [
            report("creative", &session(0)),
            report("survival", &session(60)),
        ];

        let text = text(&reports, 1, TimeZone::UTC);

        assert!(text.starts_with("Alex, newest first"), "{text}");
        assert!(
            text.contains("00:01  0s") && text.contains("survival"),
            "{text}"
        );
        assert!(!text.contains("creative") && text.ends_with("--limit shows more"));
    }
}
