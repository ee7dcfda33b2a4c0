//! Which kinds of activity to read.

use std::str::FromStr;

use crate::game_event::Activity;

/// The kinds of activity that a user wants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActivityKinds {
    /// Deaths of players.
    pub death: bool,
    /// Players who killed another player.
    pub kill: bool,
    /// Advancements, goals and challenges.
    pub advancement: bool,
    /// That a player wrote in the chat, but not what.
    pub chat: bool,
}

/// A text that does not list kinds of activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be off, or a list of death, kill, advancement and chat, separated by commas")]
pub struct UnknownActivity;

impl ActivityKinds {
    /// Everything except chat.
    pub const USUAL: Self = Self {
        death: true,
        kill: true,
        advancement: true,
        chat: false,
    };

    /// Whether there is anything to read.
    pub(crate) fn any(self) -> bool {
        self != Self::default()
    }

    /// Returns the activity if it is of one of the kinds. A death by another player is also a kill, and it becomes one
    /// where deaths are not wanted.
    pub(super) fn choose(self, activity: Activity) -> Option<Activity> {
        let is_wanted = match activity {
            Activity::Death { .. } if self.kill && !self.death => return activity.kill(),
            Activity::Death { .. } => self.death,
            Activity::Kill { .. } => self.kill,
            Activity::Advancement { .. } => self.advancement,
            Activity::Chat { .. } => self.chat,
            Activity::MemberCode { .. } => false,
        };
        is_wanted.then_some(activity)
    }
}

impl FromStr for ActivityKinds {
    type Err = UnknownActivity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self::default();
        if text.trim() == "off" {
            return Ok(kinds);
        }
        for name in text.split(',').map(str::trim) {
            match name {
                "death" => kinds.death = true,
                "kill" => kinds.kill = true,
                "advancement" => kinds.advancement = true,
                "chat" => kinds.chat = true,
                _ => return Err(UnknownActivity),
            }
        }
        Ok(kinds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed_by_name() {
        let chat = ActivityKinds {
            chat: true,
            ..ActivityKinds::USUAL
        };
        assert_eq!("death, kill,advancement,chat".parse(), Ok(chat));
        assert_eq!("off".parse(), Ok(ActivityKinds::default()));
        for wrong in ["", "deaths", "death,off", "all"] {
            assert_eq!(wrong.parse::<ActivityKinds>(), Err(UnknownActivity));
        }
    }
}
