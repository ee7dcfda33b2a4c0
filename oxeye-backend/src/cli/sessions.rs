//! `oxeye sessions PLAYER`: prints a player's sessions, newest first.

use std::cmp::Reverse;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use oxeye_db::{GuildId, SessionEnd, TimeZone};
use oxeye_plugin_proto::PlayerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::server_choice::{chosen, of_player, why_no_player, zone_of};
use crate::api_messages::players::{SessionLine, SessionsReport};
use crate::config::Config;
use crate::terminal::{columns, print_line};

/// The arguments of `oxeye sessions`.
#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// The name of the player
    pub(crate) player: PlayerName,
    /// Only on this server; without it, on all servers of the guild
    #[arg(long, value_name = "SERVER")]
    pub(crate) server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
    /// The number of sessions to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = super::limit)]
    pub(crate) limit: usize,
    /// The time zone of the times; the default is that of the guild
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<TimeZone>,
    /// Print JSON instead of text: a list with one entry per server
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the newest sessions on the chosen servers.
pub(crate) async fn run(config: &Config, text: Text, args: SessionsArgs) -> anyhow::Result<()> {
    let backend = Backend::of(config, text)?;
    let servers = chosen(&backend, text, args.server.as_deref(), args.guild).await?;
    let question = [("limit", args.limit.to_string())];
    let reports: Vec<SessionsReport> =
        of_player(&backend, &servers, &args.player, &["sessions"], &question).await?;
    if reports.is_empty() {
        let nobody = Text::no_session_of;
        bail!(why_no_player(&backend, text, &servers, &args.player, nobody).await?);
    }
    if args.json {
        print_line(&serde_json::to_string_pretty(&reports)?)?;
    } else {
        let zone = zone_of(&backend, &servers, args.tz).await?;
        print_line(&table(text, &reports, args.limit, zone))?;
    }
    Ok(())
}

/// Merges the newest sessions of all servers. Each report has enough of them to fill the table.
fn table(text: Text, reports: &[SessionsReport], limit: usize, zone: TimeZone) -> String {
    let mut sessions: Vec<(&SessionsReport, &SessionLine)> = reports
        .iter()
        .flat_map(|report| report.sessions.iter().map(move |session| (report, session)))
        .collect();
    sessions.sort_by_key(|(_, session)| Reverse(session.joined_at));
    let has_more = sessions.len() > limit || reports.iter().any(|report| report.next.is_some());
    sessions.truncate(limit);
    let rows: Vec<Vec<String>> = sessions
        .iter()
        .map(|(report, session)| row(text, report, session, reports.len() > 1, zone))
        .collect();
    let player = reports.first().map(|report| report.player.as_str());
    let player = neutralise(player.unwrap_or_default());
    let whose = match reports {
        [only] => text.player_on_server(&player, &neutralise(only.server.as_str())),
        _ => player,
    };
    let more = if has_more {
        format!("\n{}", text.older_sessions())
    } else {
        String::new()
    };
    let heading = text.sessions_heading(&whose, &zone.to_string());
    format!("{heading}\n{}{more}", columns(&rows, &[2]))
}

fn row(
    text: Text,
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
            .map_or_else(|| text.still_there(), |at| zone.show(at)),
        text.long_duration(Duration::from_secs(length)),
        session
            .ended
            .map_or_else(String::new, |end| end_in_words(text, end)),
    ];
    if is_one_of_several {
        row.push(neutralise(report.server.as_str()));
    }
    row
}

fn end_in_words(text: Text, end: SessionEnd) -> String {
    match end {
        SessionEnd::Left => text.end_left(),
        SessionEnd::ServerStopped => text.end_server_stopped(),
        SessionEnd::Disconnected => text.end_disconnected(),
        SessionEnd::MissingFromSync => text.end_missing_from_sync(),
        SessionEnd::Stale => text.end_stale(),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

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
            table(ENGLISH, &[report("survival", &sessions)], 3, TimeZone::UTC),
            "Alex on survival, newest first (times in UTC):\n\
             1970-01-13 09:13  still online      2h 46m\n\
             1970-01-12 13:46  1970-01-12 15:51   2h 5m  left\n\
             1970-01-11 10:00  1970-01-11 10:00     30s  server silent, end estimated"
        );
    }

    #[test]
    fn sessions_on_several_servers_are_sorted_by_time() {
        let session = |at: i64| json!([{"joined_at": at, "left_at": at, "ended": "left"}]);
        let reports = [
            report("creative", &session(0)),
            report("survival", &session(60)),
        ];

        let text = table(ENGLISH, &reports, 1, TimeZone::UTC);

        assert!(text.starts_with("Alex, newest first"), "{text}");
        assert!(
            text.contains("00:01  0s") && text.contains("survival"),
            "{text}"
        );
        assert!(!text.contains("creative") && text.ends_with("--limit shows more"));
    }
}
