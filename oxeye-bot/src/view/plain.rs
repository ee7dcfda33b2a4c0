//! One server as plain text, for the command line. The same facts as the embed.

use oxeye_db::{LinkState, ServerStatus, UnixSeconds};

use super::markdown::neutralise;
use super::{duration, state};

/// A server's status as lines of plain text, without a line break at the end.
#[must_use]
pub fn status_text(status: &ServerStatus, now: UnixSeconds) -> String {
    let mut lines = vec![summary(status, now)];
    if !status.online.is_empty() {
        lines.push("Online:".to_owned());
    }
    for online in &status.online {
        let name = neutralise(online.player.as_str());
        lines.push(format!(
            "• {name} (for {})",
            duration::since(online.joined_at, now)
        ));
    }
    if !status.last_seen.is_empty() {
        lines.push(format!(
            "Last seen (within {}):",
            duration::window(status.window)
        ));
    }
    for offline in &status.last_seen {
        let name = neutralise(offline.player_name.as_str());
        lines.push(format!(
            "• {name} ({} ago)",
            duration::since(offline.last_seen, now)
        ));
    }
    let more = status
        .last_seen_total
        .saturating_sub(status.last_seen.len());
    if more > 0 {
        lines.push(format!("...and {more} more"));
    }
    lines.join("\n")
}

fn summary(status: &ServerStatus, now: UnixSeconds) -> String {
    let name = neutralise(status.name.as_str());
    let mut parts = vec![state::words(status.state).to_owned()];
    parts.extend(state::count(status.state, status.online.len()));
    if status.state != LinkState::Online {
        parts.extend(
            status
                .heard_at
                .map(|at| format!("no word for {}", duration::since(at, now))),
        );
    }
    parts.extend(state::meaning(status.state).map(str::to_owned));
    format!("{name}: {}", parts.join(", "))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use oxeye_db::{GuildId, OfflinePlayerInfo, OnlinePlayer, PlayerName, ServerId, ServerName};
    use std::time::Duration;

    pub(crate) fn player(name: &str) -> PlayerName {
        PlayerName::try_from(name).unwrap()
    }

    /// An online server "survival" of guild 7 with these players.
    pub(crate) fn a_status(online: &[(&str, i64)], last_seen: &[(&str, i64)]) -> ServerStatus {
        let on = |(name, at): &(&str, i64)| OnlinePlayer {
            player: player(name),
            joined_at: UnixSeconds(*at),
        };
        let off = |(name, at): &(&str, i64)| OfflinePlayerInfo {
            player_name: player(name),
            last_seen: UnixSeconds(*at),
        };
        ServerStatus {
            id: ServerId(1),
            guild: GuildId(7),
            name: ServerName::try_from("survival").unwrap(),
            state: LinkState::Online,
            heard_at: None,
            window: Duration::from_secs(86_400),
            online: online.iter().map(on).collect(),
            last_seen: last_seen.iter().map(off).collect(),
            last_seen_total: last_seen.len(),
        }
    }

    #[test]
    fn the_command_line_shows_the_same_facts_unescaped() {
        let mut status = a_status(&[("Alex", 92_800)], &[("jeb_", 98_200)]);
        status.last_seen_total = 4;

        assert_eq!(
            status_text(&status, UnixSeconds(100_000)),
            "survival: online, 1 player online\nOnline:\n• Alex (for 2h)\n\
             Last seen (within 24h):\n• jeb_ (30m ago)\n...and 3 more"
        );
    }

    #[test]
    fn a_server_that_has_not_reported_is_not_called_empty() {
        let mut status = a_status(&[], &[]);
        status.state = LinkState::AwaitingSync;
        status.heard_at = Some(UnixSeconds(40));

        let text = status_text(&status, UnixSeconds(100));

        assert!(
            text.starts_with("survival: awaiting sync, no word for 1m, "),
            "{text}"
        );
        assert!(!text.contains("nobody"), "{text}");
    }

    #[test]
    fn an_empty_server_says_so() {
        assert_eq!(
            status_text(&a_status(&[], &[]), UnixSeconds(0)),
            "survival: online, nobody online"
        );
    }

    #[test]
    fn names_cannot_break_the_terminal() {
        let text = status_text(&a_status(&[("a\u{202E}b", 0)], &[]), UnixSeconds(0));
        assert!(text.ends_with("• a\u{FFFD}b (for 0s)"), "{text}");
    }
}
