//! The presence core held against a naive model: two plain lists, no order, no index.

use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;

const WINDOW: Duration = Duration::from_secs(3_600);
const PLAYERS: u8 = 6;

/// What a plugin may do, and what a clock may do to it.
#[derive(Debug, Clone)]
enum Step {
    Join(u8, Option<i64>),
    Leave(u8, Option<i64>),
    Sync(Vec<u8>),
    Heartbeat,
    Disconnect,
    ClockMoves(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Around now, around the window's edge, and beyond what is believed.
    let at = prop_oneof![
        3 => Just(None),
        2 => (-40..40_i64).prop_map(Some),
        1 => (-3_605..-3_595_i64).prop_map(Some),
        1 => prop_oneof![Just(i64::MIN / 2), Just(i64::MAX / 2)].prop_map(Some),
    ];
    let clock = prop_oneof![4 => 0..20_i64, 1 => 3_590..3_610_i64, 1 => -4_000..0_i64];
    let step = prop_oneof![
        4 => (0..PLAYERS, at.clone()).prop_map(|(player, at)| Step::Join(player, at)),
        4 => (0..PLAYERS, at).prop_map(|(player, at)| Step::Leave(player, at)),
        2 => prop::collection::vec(0..PLAYERS, 0..5).prop_map(Step::Sync),
        1 => Just(Step::Heartbeat),
        1 => Just(Step::Disconnect),
        4 => clock.prop_map(Step::ClockMoves),
    ];
    prop::collection::vec(step, 1..60)
}

/// Who is on since when, who was seen when, and when the server spoke: nothing else.
#[derive(Debug, Default)]
struct Naive {
    online: BTreeMap<u8, i64>,
    seen: BTreeMap<u8, i64>,
    heard: Option<i64>,
}

impl Naive {
    fn forget_old(&mut self, now: i64) {
        self.seen.retain(|_, at| *at >= now - 3_600);
    }

    fn leave(&mut self, player: u8, at: i64) {
        self.online.remove(&player);
        self.seen.insert(player, at);
    }

    fn step(&mut self, step: &Step, now: i64) {
        self.forget_old(now);
        let when = |at: Option<i64>| at.map_or(now, |at| (now + at).clamp(now - 86_400, now + 30));
        let believed = now + 30;
        match step {
            Step::Join(player, at) => {
                let ended = at.is_some() && self.seen.get(player).is_some_and(|s| *s > when(*at));
                if !self.online.contains_key(player) && !ended {
                    self.seen.remove(player);
                    self.online.insert(*player, when(*at));
                }
            }
            Step::Leave(player, at) => match self.online.get(player) {
                Some(joined) if at.is_some() && when(*at) < *joined => {}
                Some(_) => self.leave(*player, when(*at)),
                None => {
                    let before = self.seen.get(player).copied();
                    let before = before.filter(|seen| *seen <= believed);
                    self.leave(
                        *player,
                        before.map_or(when(*at), |seen| seen.max(when(*at))),
                    );
                }
            },
            Step::Sync(named) => {
                for (player, joined) in self.online.clone() {
                    if !named.contains(&player) {
                        let evidence = self.heard.map_or(joined, |heard| heard.max(joined));
                        self.leave(player, evidence.min(believed));
                    }
                }
                for player in named {
                    self.seen.remove(player);
                    self.online.entry(*player).or_insert(now);
                }
            }
            Step::Heartbeat | Step::ClockMoves(_) => {}
            Step::Disconnect => {
                for player in std::mem::take(&mut self.online).into_keys() {
                    self.leave(player, now);
                }
            }
        }
        self.heard = Some(now);
        self.forget_old(now);
    }
}

fn player(number: u8) -> PlayerName {
    PlayerName::try_from(format!("Player{number}")).unwrap()
}

fn do_step(state: &mut ServerState, step: &Step, now: i64) {
    let clock = UnixSeconds(now);
    let at = |at: &Option<i64>| at.map(|at| UnixSeconds(now + at));
    match step {
        Step::Join(number, when) => {
            let event = JoinEvent {
                player: player(*number),
                texture_hash: None,
                at: at(when),
            };
            state.player_join(&event, clock);
        }
        Step::Leave(number, when) => {
            let event = LeaveEvent {
                player: player(*number),
                at: at(when),
            };
            state.player_leave(&event, clock);
        }
        Step::Sync(named) => {
            let roster: Vec<_> = named
                .iter()
                .map(|number| SyncPlayer {
                    player: player(*number),
                    texture_hash: None,
                    uuid: None,
                })
                .collect();
            state.sync_players(&roster, clock);
        }
        Step::Heartbeat => {
            state.heartbeat(clock);
        }
        Step::Disconnect => {
            state.disconnect(clock);
            state.relink();
        }
        Step::ClockMoves(_) => {}
    }
}

fn assert_same(state: &ServerState, naive: &Naive, now: i64) {
    let online: BTreeMap<PlayerName, i64> = state
        .online()
        .into_iter()
        .map(|online| (online.player, online.joined_at.0))
        .collect();
    let expected = naive
        .online
        .iter()
        .map(|(number, at)| (player(*number), *at));
    assert_eq!(online, expected.collect());

    let edge = now - 3_600;
    let seen = state.get_recently_offline(usize::MAX, UnixSeconds(now));
    assert!(seen.is_sorted_by(|newer, older| newer.last_seen >= older.last_seen));
    assert_eq!(seen.len(), state.last_seen.count_since(UnixSeconds(edge)));
    assert!(
        seen.iter()
            .all(|info| !online.contains_key(&info.player_name))
    );
    let seen: BTreeMap<PlayerName, i64> = seen
        .into_iter()
        .map(|info| (info.player_name, info.last_seen.0))
        .collect();
    let expected = naive.seen.iter().filter(|(_, at)| **at >= edge);
    let expected = expected.map(|(number, at)| (player(*number), *at));
    assert_eq!(seen, expected.collect());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_presence_core_agrees_with_a_naive_model(steps in steps()) {
        let name = ServerName::try_from("survival".to_owned()).unwrap();
        let mut state = ServerState::new(GuildId::LOCAL, name, WINDOW);
        let mut naive = Naive::default();
        let mut now = 1_000_000;
        for step in &steps {
            if let Step::ClockMoves(by) = step {
                now += by;
            } else {
                do_step(&mut state, step, now);
                naive.step(step, now);
            }
            assert_same(&state, &naive, now);
        }
    }
}
