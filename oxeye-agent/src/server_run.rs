//! Whether the game server runs, worked out from events.

use oxeye_plugin_proto::{GameServerState, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::game_event::GameEvent;

/// The state of the game server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ServerRun {
    pub(crate) state: GameServerState,
    /// Since when it has been in this state, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<UnixSeconds>,
}

impl ServerRun {
    /// Returns the state since this time.
    #[must_use]
    pub(crate) fn since(state: GameServerState, since: UnixSeconds) -> Self {
        Self {
            state,
            since: Some(since),
        }
    }

    /// Returns the state after a sign of life: the server is up, and who knows since when if it was
    /// not known to be anything else.
    #[must_use]
    pub(crate) fn after_life(before: Option<Self>, at: UnixSeconds) -> Self {
        match before {
            Some(run) if run.state == GameServerState::Up => run,
            Some(_) => Self::since(GameServerState::Up, at),
            None => Self {
                state: GameServerState::Up,
                since: None,
            },
        }
    }

    /// Returns the state after an event. A server that is down or up stays so since the same time,
    /// whatever else says it. A player who left was there while it was up, which says nothing about a
    /// server that has stopped since.
    #[must_use]
    pub(crate) fn after(before: Option<Self>, event: &GameEvent, at: UnixSeconds) -> Option<Self> {
        match event {
            GameEvent::Boot => Some(Self::since(GameServerState::Starting, at)),
            GameEvent::Start => match before {
                Some(run) if run.state == GameServerState::Up => before,
                _ => Some(Self::since(GameServerState::Up, at)),
            },
            GameEvent::Join { .. } => Some(Self::after_life(before, at)),
            GameEvent::Leave { .. } | GameEvent::Switch { .. } | GameEvent::Activity(_) => {
                before.or_else(|| Some(Self::after_life(None, at)))
            }
            GameEvent::Stop | GameEvent::Crash => match before {
                Some(run) if run.state == GameServerState::Down => before,
                _ => Some(Self::since(GameServerState::Down, at)),
            },
        }
    }

    /// Returns the state with no time in the future, after the clock was set back.
    #[must_use]
    pub(crate) fn not_after(self, now: UnixSeconds) -> Self {
        Self {
            since: self.since.map(|since| since.min(now)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use GameServerState::{Down, Starting, Up};

    use super::*;

    fn leave() -> GameEvent {
        let player = "Alex".parse().expect("a name");
        GameEvent::Leave { player }
    }

    fn join() -> GameEvent {
        GameEvent::Join {
            player: "Alex".parse().expect("a name"),
            uuid: None,
            server: None,
        }
    }

    #[track_caller]
    fn check(events: &[GameEvent], state: GameServerState, since: Option<i64>) {
        let run = events.iter().zip(1..).fold(None, |run, (event, at)| {
            ServerRun::after(run, event, UnixSeconds(at))
        });
        let since = since.map(UnixSeconds);
        assert_eq!(run, Some(ServerRun { state, since }));
    }

    #[test]
    fn a_server_is_starting_until_it_is_up_and_up_until_it_is_down() {
        use GameEvent::{Boot, Crash, Start, Stop};
        check(&[Boot], Starting, Some(1));
        check(&[Boot, Start], Up, Some(2));
        check(&[Boot, join()], Up, Some(2));
        check(&[Boot, Start, Stop], Down, Some(3));
        check(&[Boot, Crash], Down, Some(2));
        check(&[Boot, Start, Stop, Boot], Starting, Some(4));
    }

    #[test]
    fn a_state_that_is_confirmed_has_lasted_since_before() {
        use GameEvent::{Boot, Crash, Start, Stop};
        check(&[Boot, Start, Start], Up, Some(2));
        check(&[Boot, Start, join()], Up, Some(2));
        check(&[Boot, Start, Crash, Stop], Down, Some(3));
    }

    #[test]
    fn the_leaves_after_a_stop_are_no_sign_of_life() {
        use GameEvent::{Boot, Stop};
        check(&[Boot, Stop, leave()], Down, Some(2));
        check(&[Boot, Stop, join()], Up, Some(3));
    }

    #[test]
    fn nobody_knows_how_long_a_server_has_been_up_whose_start_was_not_seen() {
        check(&[join()], Up, None);
        check(&[leave(), GameEvent::Start], Up, None);
        check(&[leave(), GameEvent::Stop], Down, Some(2));
    }
}
