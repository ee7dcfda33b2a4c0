//! The user's own patterns for activity, for servers in other languages and for messages that a plugin
//! has changed.

use regex::bytes::Captures;

use super::Online;
use crate::game_event::{Activity, AdvancementKind, Participant};
use crate::log::pattern::PlayerPattern;

/// The patterns that the user gave, which are read besides the sentences of the game. A pattern has to match
/// from the start of the message, and the player has to be online.
#[derive(Debug, Clone, Default)]
pub(crate) struct ActivityPatterns {
    /// The message when a player dies, optionally with the group `killer`.
    pub(crate) death: Option<PlayerPattern>,
    /// The message when a player kills somebody, optionally with the group `victim`.
    pub(crate) kill: Option<PlayerPattern>,
    /// The message about an advancement, optionally with the group `title`.
    pub(crate) advancement: Option<PlayerPattern>,
    /// The same about a goal.
    pub(crate) goal: Option<PlayerPattern>,
    /// The same about a challenge.
    pub(crate) challenge: Option<PlayerPattern>,
}

impl ActivityPatterns {
    /// Matches a message against the patterns.
    pub(super) fn read(&self, message: &str, online: &impl Online) -> Option<Activity> {
        let matched = |pattern: &Option<PlayerPattern>| {
            let groups = pattern.as_ref()?.groups_at_start(message.as_bytes())?;
            let player = participant(&groups, "player", online)?;
            Some((player, groups))
        };
        if let Some((player, groups)) = matched(&self.kill) {
            let victim = participant(&groups, "victim", online);
            return Some(Activity::Kill { player, victim });
        }
        if let Some((player, groups)) = matched(&self.death) {
            return Some(Activity::Death {
                player,
                cause: None,
                killer: participant(&groups, "killer", online),
            });
        }
        let advancements = [
            (&self.advancement, AdvancementKind::Advancement),
            (&self.goal, AdvancementKind::Goal),
            (&self.challenge, AdvancementKind::Challenge),
        ];
        advancements.into_iter().find_map(|(pattern, kind)| {
            let (player, groups) = matched(pattern)?;
            let title = text(&groups, "title").map(str::to_owned);
            Some(Activity::Advancement {
                player,
                kind,
                title,
            })
        })
    }
}

fn participant(groups: &Captures<'_>, name: &str, online: &impl Online) -> Option<Participant> {
    online.find(text(groups, name)?)
}

fn text<'m>(groups: &Captures<'m>, name: &str) -> Option<&'m str> {
    std::str::from_utf8(groups.name(name)?.as_bytes()).ok()
}
