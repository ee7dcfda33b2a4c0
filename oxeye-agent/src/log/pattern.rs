//! The user's own patterns, for unknown servers and for servers whose messages are changed by a plugin.

use std::str::FromStr;

use oxeye_plugin_proto::ServerName;
use regex::bytes::{Captures, Regex, RegexBuilder};
use serde::Deserialize;
use uuid::Uuid;

use super::grammar::Statement;
use super::{formatting, name};

/// The largest size of a compiled pattern in bytes.
const LARGEST_BYTES: usize = 1 << 20;

/// The patterns that the user gave. A pattern replaces everything that would otherwise be read as the
/// same kind of event. It is matched against the message, which is the line without prefix, time,
/// thread, level and logger, but never against chat, which is recognised by its thread or by its
/// `<name>`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Patterns {
    /// The message when a player joins.
    pub(crate) join: Option<PlayerPattern>,
    /// The message when a player leaves.
    pub(crate) leave: Option<PlayerPattern>,
    /// The message when the server begins to accept players.
    pub(crate) start: Option<LinePattern>,
    /// The message when the server begins to stop.
    pub(crate) stop: Option<LinePattern>,
    /// The message when the server begins to start.
    pub(crate) boot: Option<LinePattern>,
}

/// A pattern with the group `player`, and optionally `uuid` and `server`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PlayerPattern(Regex);

/// A pattern without groups.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct LinePattern(Regex);

/// Why a text is not a pattern.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum InvalidPattern {
    /// It does not compile.
    #[error("it cannot be used as a regular expression: {}", in_one_line(.0))]
    NotRegular(#[from] regex::Error),
    /// It has no group for the player.
    #[error("a pattern about a player must mark the name with (?<player>...)")]
    NoPlayer,
}

/// Returns the last line of the parser's error, which says what is wrong. The lines before show the
/// pattern.
fn in_one_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    let last = last.strip_prefix("error: ").unwrap_or(last);
    last.trim_end_matches('.').to_owned()
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(LARGEST_BYTES).build()
}

impl FromStr for PlayerPattern {
    type Err = InvalidPattern;

    fn from_str(pattern: &str) -> Result<Self, Self::Err> {
        let regex = compile(pattern)?;
        let named = regex.capture_names().flatten().any(|name| name == "player");
        if named {
            Ok(Self(regex))
        } else {
            Err(InvalidPattern::NoPlayer)
        }
    }
}

impl PlayerPattern {
    /// Matches the start of a message.
    pub(super) fn groups_at_start<'m>(&self, message: &'m [u8]) -> Option<Captures<'m>> {
        let groups = self.0.captures(message)?;
        let is_at_start = groups.get(0).is_some_and(|whole| whole.start() == 0);
        is_at_start.then_some(groups)
    }
}

impl FromStr for LinePattern {
    type Err = InvalidPattern;

    fn from_str(pattern: &str) -> Result<Self, Self::Err> {
        Ok(Self(compile(pattern)?))
    }
}

impl TryFrom<String> for PlayerPattern {
    type Error = InvalidPattern;

    fn try_from(pattern: String) -> Result<Self, Self::Error> {
        pattern.parse()
    }
}

impl TryFrom<String> for LinePattern {
    type Error = InvalidPattern;

    fn try_from(pattern: String) -> Result<Self, Self::Error> {
        pattern.parse()
    }
}

impl Patterns {
    /// Whether the user gave any pattern.
    pub(crate) fn any(&self) -> bool {
        self.join.is_some()
            || self.leave.is_some()
            || self.start.is_some()
            || self.stop.is_some()
            || self.boot.is_some()
    }

    /// Matches the message against the user's patterns. A match without a valid name does not count.
    pub(crate) fn read(&self, message: &[u8]) -> Option<Statement> {
        if message.starts_with(b"<") || message.starts_with(b"[Not Secure] <") {
            return None;
        }
        let found = |pattern: &Option<LinePattern>| {
            pattern
                .as_ref()
                .is_some_and(|pattern| pattern.0.is_match(message))
        };
        if found(&self.boot) {
            return Some(Statement::Boot);
        }
        if found(&self.start) {
            return Some(Statement::Start);
        }
        if found(&self.stop) {
            return Some(Statement::Stop);
        }
        self.read_join(message).or_else(|| self.read_leave(message))
    }

    fn read_join(&self, message: &[u8]) -> Option<Statement> {
        let groups = self.join.as_ref()?.0.captures(message)?;
        let text = |group| std::str::from_utf8(groups.name(group)?.as_bytes()).ok();
        Some(Statement::Connected {
            player: name::any(&formatting::strip_codes(groups.name("player")?.as_bytes()))?,
            uuid: text("uuid").and_then(|uuid| Uuid::try_parse(uuid).ok()),
            server: text("server").and_then(|server| ServerName::try_from(server).ok()),
        })
    }

    fn read_leave(&self, message: &[u8]) -> Option<Statement> {
        let groups = self.leave.as_ref()?.0.captures(message)?;
        let player = name::any(&formatting::strip_codes(groups.name("player")?.as_bytes()))?;
        Some(Statement::Disconnected(player))
    }

    /// Whether a pattern replaces this statement, which the grammar has read.
    pub(crate) fn replaces(&self, statement: &Statement) -> bool {
        match statement {
            Statement::LoggedIn(_)
            | Statement::LoggedInIfAnnounced(_)
            | Statement::LoggedInLocally(_)
            | Statement::JoinShown(_)
            | Statement::Connected { .. }
            | Statement::ConnectedFrom(..)
            | Statement::Bridged { .. } => self.join.is_some(),
            Statement::LostConnection(_)
            | Statement::LeaveShown(_)
            | Statement::LoggedOut(_)
            | Statement::Disconnected(_)
            | Statement::DisconnectedFrom(..)
            | Statement::Unbridged(..)
            | Statement::Dropped(..) => self.leave.is_some(),
            Statement::Boot => self.boot.is_some(),
            Statement::Start | Statement::Listening => self.start.is_some(),
            Statement::Stop | Statement::StopAnnounced | Statement::OverworldUnloaded => {
                self.stop.is_some()
            }
            Statement::Crash
            | Statement::Announced(..)
            | Statement::Greeted(_)
            | Statement::Reconnects(_)
            | Statement::Refused => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_checked_when_it_is_parsed() {
        let refused = |pattern: &str| pattern.parse::<PlayerPattern>().unwrap_err().to_string();
        let not_regular = "it cannot be used as a regular expression: ";
        assert_eq!(refused("("), format!("{not_regular}unclosed group"));
        assert_eq!(refused("a\nb)"), format!("{not_regular}unopened group"));
        assert!(refused("(?<player>x{1000}){1000}").contains("size limit"));
        assert!(refused("^(\\w+) came$").contains("(?<player>...)"));
        assert!("^up$".parse::<LinePattern>().is_ok());
        assert!("(?<player>\\w+)".parse::<PlayerPattern>().is_ok());
    }

    #[test]
    fn a_match_without_a_valid_name_does_not_count() {
        let patterns = Patterns {
            join: Some("^(?<player>.*) came$".parse().unwrap()),
            ..Patterns::default()
        };
        assert!(patterns.read(b"Steve came").is_some());
        assert!(patterns.read(b" came").is_none() && patterns.read(b"\xff came").is_none());
        assert!(patterns.read(b"<Steve> Alex came").is_none());
        let coloured = patterns.read("§bSteve§f came".as_bytes());
        assert_eq!(coloured, patterns.read(b"Steve came"));
    }
}
