//! The user's own patterns for unknown servers, and for servers whose messages a plugin changes.

use std::str::FromStr;

use oxeye_plugin_proto::ServerName;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use uuid::Uuid;

use super::grammar::Statement;
use super::{codes, name};

/// The most memory a compiled pattern may take, in bytes.
const LARGEST_BYTES: usize = 1 << 20;

/// The patterns that the user gave. A pattern replaces everything we would have read as the same
/// kind of event, and is looked for in the message, which is the line without prefix, time, thread,
/// level and logger. It is never looked for in a message that is chat by its thread or by its
/// `<name>`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patterns {
    /// A join.
    pub join: Option<PlayerPattern>,
    /// A leave.
    pub leave: Option<PlayerPattern>,
    /// The server lets players in.
    pub start: Option<LinePattern>,
    /// The server stops.
    pub stop: Option<LinePattern>,
    /// The server begins to start.
    pub boot: Option<LinePattern>,
}

/// A pattern with the group `player`, and perhaps `uuid` and `server`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct PlayerPattern(Regex);

/// A pattern that only has to match.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct LinePattern(Regex);

/// Why a text is not a pattern.
#[derive(Debug, Clone, thiserror::Error)]
pub enum InvalidPattern {
    /// It does not compile.
    #[error("it cannot be used as a regular expression: {}", in_one_line(.0))]
    NotRegular(#[from] regex::Error),
    /// It does not say who joined.
    #[error("a pattern for joins or leaves must say where the name is, with (?<player>...)")]
    NoPlayer,
}

/// Returns the parser's error without its drawing of the pattern: the last line says what is wrong.
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
    /// Whether the user gave any.
    pub(crate) fn any(&self) -> bool {
        self.join.is_some()
            || self.leave.is_some()
            || self.start.is_some()
            || self.stop.is_some()
            || self.boot.is_some()
    }

    /// Reads the message by the user's patterns. A match without a name means nothing.
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
            player: name::any(&codes::strip(groups.name("player")?.as_bytes()))?,
            uuid: text("uuid").and_then(|uuid| Uuid::try_parse(uuid).ok()),
            server: text("server").and_then(|server| ServerName::try_from(server).ok()),
        })
    }

    fn read_leave(&self, message: &[u8]) -> Option<Statement> {
        let groups = self.leave.as_ref()?.0.captures(message)?;
        let player = name::any(&codes::strip(groups.name("player")?.as_bytes()))?;
        Some(Statement::Disconnected(player))
    }

    /// Whether a pattern replaces what the grammar has read.
    pub(crate) fn replace(&self, statement: &Statement) -> bool {
        match statement {
            Statement::LoggedIn(_)
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
            | Statement::LetGo(..) => self.leave.is_some(),
            Statement::Boot => self.boot.is_some(),
            Statement::Start | Statement::Listening => self.start.is_some(),
            Statement::Stop => self.stop.is_some(),
            Statement::Crash
            | Statement::Announced(..)
            | Statement::Greeted(_)
            | Statement::Refused => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_checked_when_it_is_given() {
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
    fn a_pattern_that_names_nobody_says_nothing() {
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
