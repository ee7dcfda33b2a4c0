//! Who typed wrong codes. After several of them without an hour's pause, whatever the player types is ignored
//! for an hour; after many of them on one server, whatever anybody types there.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::ids::ServerId;

/// Wrong codes of one player on one server after which that player is ignored there.
const MOST_OF_PLAYER: u32 = 5;

/// Wrong codes on one server after which everybody there is ignored.
const MOST_OF_SERVER: u32 = 100;

/// How long codes are ignored, and the pause after which earlier wrong ones are forgotten.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// The wrong codes of all servers.
#[derive(Debug, Default)]
pub(super) struct Guesses(HashMap<ServerId, OnServer>);

#[derive(Debug, Default)]
struct OnServer {
    all: Count,
    /// There are never more of them than wrong codes within the time that counts.
    of_player: HashMap<PlayerName, Count>,
}

/// How often wrong codes were typed without a pause.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    wrong: u32,
    latest: UnixSeconds,
}

impl Guesses {
    /// Whether what a player types on a server is ignored.
    pub(super) fn are_ignored(
        &self,
        server: ServerId,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> bool {
        let Some(on_server) = self.0.get(&server) else {
            return false;
        };
        let of_player = on_server.of_player.get(player);
        on_server.all.is_reached(MOST_OF_SERVER, now)
            || of_player.is_some_and(|count| count.is_reached(MOST_OF_PLAYER, now))
    }

    /// Notes a wrong code that was not ignored.
    pub(super) fn note(&mut self, server: ServerId, player: &PlayerName, now: UnixSeconds) {
        self.0.retain(|_, on_server| on_server.all.counts(now));
        let on_server = self.0.entry(server).or_default();
        on_server.all.note(now);
        on_server.of_player.retain(|_, count| count.counts(now));
        let of_player = on_server.of_player.entry(player.clone());
        of_player.or_default().note(now);
    }
}

impl Count {
    fn counts(self, now: UnixSeconds) -> bool {
        self.wrong > 0 && now.saturating_since(self.latest) < PAUSE
    }

    fn is_reached(self, most: u32, now: UnixSeconds) -> bool {
        self.wrong >= most && self.counts(now)
    }

    fn note(&mut self, now: UnixSeconds) {
        let wrong = if self.counts(now) { self.wrong } else { 0 };
        *self = Self {
            wrong: wrong.saturating_add(1),
            latest: now,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::player;

    const SERVER: ServerId = ServerId(1);

    #[test]
    fn a_player_who_guesses_is_ignored_for_an_hour_on_that_server_only() {
        let mut guesses = Guesses::default();
        let (alex, steve) = (player("Alex"), player("Steve"));
        for at in 0..5 {
            assert!(!guesses.are_ignored(SERVER, &alex, UnixSeconds(at)));
            guesses.note(SERVER, &alex, UnixSeconds(at));
        }
        assert!(guesses.are_ignored(SERVER, &alex, UnixSeconds(5)));
        assert!(guesses.are_ignored(SERVER, &alex, UnixSeconds(3_603)));
        assert!(!guesses.are_ignored(SERVER, &alex, UnixSeconds(3_604)));
        assert!(!guesses.are_ignored(SERVER, &steve, UnixSeconds(5)));
        assert!(!guesses.are_ignored(ServerId(2), &alex, UnixSeconds(5)));
    }

    #[test]
    fn many_players_who_guess_are_ignored_together_and_take_no_more_room() {
        let mut guesses = Guesses::default();
        for number in 0..100 {
            let guesser = player(&format!("bot{number}"));
            assert!(!guesses.are_ignored(SERVER, &guesser, UnixSeconds(0)));
            guesses.note(SERVER, &guesser, UnixSeconds(0));
        }
        assert!(guesses.are_ignored(SERVER, &player("Alex"), UnixSeconds(1)));
        guesses.note(ServerId(2), &player("Alex"), UnixSeconds(3_600));
        assert_eq!(guesses.0.len(), 1);
    }

    /// Returns whether a list of times ends with so many of them, each less than an hour after the one
    /// before, less than an hour ago.
    fn ends_with_run(times: &[i64], most: usize, now: i64) -> bool {
        let mut next = now;
        let run = times.iter().rev().take_while(|at| {
            let is_near = next - **at < 3_600;
            next = **at;
            is_near
        });
        run.count() >= most
    }

    proptest! {
        #[test]
        fn guesses_agree_with_a_list_of_all_that_were_not_ignored(
            steps in vec((0..3_u64, prop_oneof![0..60_i64, 3_500..3_700_i64]), 1..400),
        ) {
            let mut guesses = Guesses::default();
            let mut all: Vec<(u64, i64)> = Vec::new();
            let mut now = 0;
            for (who, after) in steps {
                now += after;
                let name = player(&format!("player{who}"));
                let times: Vec<_> = all.iter().map(|(_, at)| *at).collect();
                let own: Vec<_> = all.iter().filter(|(by, _)| *by == who).map(|(_, at)| *at).collect();
                let expected = ends_with_run(&own, 5, now) || ends_with_run(&times, 100, now);
                let ignored = guesses.are_ignored(SERVER, &name, UnixSeconds(now));
                prop_assert_eq!(ignored, expected);
                if !ignored {
                    guesses.note(SERVER, &name, UnixSeconds(now));
                    all.push((who, now));
                }
            }
        }
    }
}
