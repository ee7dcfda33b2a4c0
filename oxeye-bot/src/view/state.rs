//! The words, dots and colours of a server's state.

use oxeye_db::{LinkState, ServerStatus, ServerSummary};

use super::plural::counted;

/// How many players there are, as far as that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Headcount {
    /// Those whose names are known.
    pub(crate) named: usize,
    /// How many the server says there are, while it has not told who they are.
    pub(crate) reported: Option<usize>,
}

impl From<&ServerStatus> for Headcount {
    fn from(status: &ServerStatus) -> Self {
        Self {
            named: status.online.len(),
            reported: status.reported_count,
        }
    }
}

impl From<&ServerSummary> for Headcount {
    fn from(server: &ServerSummary) -> Self {
        Self {
            named: server.online,
            reported: server.reported_count,
        }
    }
}

/// The state in words, as everywhere in Oxeye.
pub(crate) fn words(state: LinkState) -> &'static str {
    match state {
        LinkState::Online => "online",
        LinkState::Quiet => "quiet",
        LinkState::Stale => "stale",
        LinkState::AwaitingSync => "waiting for the server to report",
        LinkState::Disconnected => "disconnected",
    }
}

/// What the state means for who reads it, where the words alone do not say it.
pub(crate) fn meaning(state: LinkState, headcount: Headcount) -> Option<&'static str> {
    match state {
        LinkState::AwaitingSync if headcount.reported.is_some() => None,
        LinkState::Online | LinkState::Stale => None,
        LinkState::Quiet => Some("the Minecraft server has stopped reporting"),
        LinkState::AwaitingSync => Some("it has not sent its player list since Oxeye started"),
        LinkState::Disconnected => Some("no longer linked"),
    }
}

/// A dot beside the words, never instead of them.
pub(crate) fn dot(state: LinkState) -> &'static str {
    match state {
        LinkState::Online => "🟢",
        LinkState::Quiet => "🟠",
        LinkState::Stale => "🔴",
        LinkState::AwaitingSync => "🟡",
        LinkState::Disconnected => "⚫",
    }
}

/// The embed's edge.
pub(crate) fn colour(state: LinkState) -> u32 {
    match state {
        LinkState::Online => 0x3B_A5_5D,
        LinkState::Quiet => 0xE6_7E_22,
        LinkState::Stale => 0xED_42_45,
        LinkState::AwaitingSync => 0xFA_A6_1A,
        LinkState::Disconnected => 0x74_7F_8D,
    }
}

/// How many players, said with the certainty the state gives; nothing when there is nothing to say.
pub(crate) fn count(state: LinkState, headcount: Headcount) -> Option<String> {
    let known = match (state, headcount) {
        (LinkState::Quiet, Headcount { named: 0, reported }) => reported.unwrap_or(0),
        (_, Headcount { named, .. }) => named,
    };
    match (state, known) {
        (LinkState::Online, _) => Some(online(known)),
        (LinkState::Quiet | LinkState::AwaitingSync, 1..) => {
            Some(format!("{} last known", players(known)))
        }
        (LinkState::Quiet | LinkState::AwaitingSync, 0)
        | (LinkState::Stale | LinkState::Disconnected, _) => None,
    }
}

/// What a server says of how many are on, when it has not told who.
pub(crate) fn reported(count: usize) -> Vec<String> {
    let who = (count > 0).then(|| "the server has not told who".to_owned());
    std::iter::once(online(count)).chain(who).collect()
}

/// What stands above the names of those who are on, or were when we last knew.
pub(crate) fn roster_heading(state: LinkState) -> &'static str {
    match state {
        LinkState::Quiet => "Online (last known, no word since):",
        LinkState::AwaitingSync => "Online (last known, until the server reports):",
        LinkState::Online | LinkState::Stale | LinkState::Disconnected => "Online:",
    }
}

/// "nobody online", "3 players online".
fn online(count: usize) -> String {
    match count {
        0 => "nobody online".to_owned(),
        _ => format!("{} online", players(count)),
    }
}

/// "1 player", "3 players".
pub(crate) fn players(count: usize) -> String {
    counted(count, "player", "players")
}
