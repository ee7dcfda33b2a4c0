//! The words, dots and colours of a server's state.

use oxeye_db::LinkState;

/// The state in words, as everywhere in Oxeye.
pub(crate) fn words(state: LinkState) -> &'static str {
    match state {
        LinkState::Online => "online",
        LinkState::Quiet => "quiet",
        LinkState::Stale => "stale",
        LinkState::AwaitingSync => "awaiting sync",
        LinkState::Disconnected => "disconnected",
    }
}

/// What the state means for who reads it, where the words alone do not say it.
pub(crate) fn meaning(state: LinkState) -> Option<&'static str> {
    match state {
        LinkState::Online | LinkState::Stale => None,
        LinkState::Quiet => Some("the Minecraft server has stopped reporting"),
        LinkState::AwaitingSync => {
            Some("the Minecraft server has not told its whole player list yet")
        }
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
pub(crate) fn count(state: LinkState, online: usize) -> Option<String> {
    match (state, online) {
        (LinkState::Online, 0) => Some("nobody online".to_owned()),
        (LinkState::Online, _) => Some(format!("{} online", players(online))),
        (LinkState::Quiet | LinkState::AwaitingSync, 1..) => {
            Some(format!("{} last known", players(online)))
        }
        (LinkState::Quiet | LinkState::AwaitingSync, 0)
        | (LinkState::Stale | LinkState::Disconnected, _) => None,
    }
}

/// What stands above the names of those who are on, or were when we last knew.
pub(crate) fn roster_heading(state: LinkState) -> &'static str {
    match state {
        LinkState::Quiet => "Online (last known, no word since):",
        LinkState::AwaitingSync => "Online (last known, awaiting sync):",
        LinkState::Online | LinkState::Stale | LinkState::Disconnected => "Online:",
    }
}

/// "1 player", "3 players".
pub(crate) fn players(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} player{plural}")
}
