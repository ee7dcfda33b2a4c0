//! Compares what polls of a server's address mean with naive models.

use std::collections::BTreeSet;

use super::*;
use crate::period::KnownBy;
use crate::server_state::LinkState;
use crate::watched::{Poll, PolledPlayers};
use crate::watched_address::{Edition, WatchedAs};

/// What happens to a server whose address is watched.
#[derive(Debug, Clone)]
enum Event {
    /// It answers and names these players.
    Names(BTreeSet<u8>),
    /// It answers with a number.
    Counts(u32),
    Fails,
    /// Oxeye stops and starts again.
    Restarts,
    ClockMoves(i64),
    /// Its plugin reports something.
    Plugin(Step),
}

/// A server that is watched alone, stated as simply as possible.
#[derive(Debug, Default)]
struct Alone {
    online: BTreeMap<u8, i64>,
    seen: BTreeMap<u8, i64>,
    stays: BTreeMap<u8, Vec<(i64, i64, SessionEnd)>>,
    /// The last time about which it is known who was on.
    evidence: Option<i64>,
    count: Option<usize>,
    down_since: Option<i64>,
    is_known: bool,
    last_poll: Option<i64>,
    first_failure: Option<i64>,
    changes: Vec<i64>,
}

impl Alone {
    fn answers(&mut self, named: &BTreeSet<u8>, count: Option<usize>, now: i64) {
        (self.last_poll, self.first_failure) = (Some(now), None);
        if !self.turns(None, now) {
            return;
        }
        let evidence = self.evidence.unwrap_or(now);
        let gone = self.online.keys().filter(|player| !named.contains(player));
        self.close(
            gone.copied().collect(),
            evidence,
            SessionEnd::MissingFromSync,
        );
        for player in named {
            self.seen.remove(player);
            self.online.entry(*player).or_insert(now);
        }
        (self.count, self.evidence) = (count, Some(now));
    }

    fn fails(&mut self, now: i64) {
        let is_next = self.last_poll.is_some_and(|last| now - last < 90);
        self.last_poll = Some(now);
        let Some(first) = self.first_failure.filter(|_| is_next) else {
            self.first_failure = Some(now);
            return;
        };
        let since = self.down_since.unwrap_or(first);
        if self.turns(Some(since), now) {
            let evidence = self.evidence.unwrap_or(now);
            let all = self.online.keys().copied().collect();
            self.close(all, evidence, SessionEnd::ServerStopped);
            (self.count, self.evidence) = (None, Some(now));
        }
    }

    fn restarts(&mut self, evidence: Option<i64>) {
        (self.count, self.last_poll, self.first_failure) = (None, None, None);
        self.changes.clear();
        self.evidence = evidence;
    }

    fn close(&mut self, gone: Vec<u8>, evidence: i64, end: SessionEnd) {
        for player in gone {
            let joined = self.online.remove(&player).unwrap();
            let left = evidence.max(joined);
            let stays = self.stays.entry(player).or_default();
            stays.push((joined, left, end));
            self.seen.insert(player, left);
        }
    }

    /// Changes between up and down, unless that happens all the time. Returns whether it is so now.
    fn turns(&mut self, down_since: Option<i64>, now: i64) -> bool {
        let is_change = self.is_known && self.down_since.is_some() != down_since.is_some();
        let tenth = self.changes.iter().rev().nth(9);
        let is_flapping = tenth.is_some_and(|tenth| now - tenth < 600);
        let is_recent = self.changes.last().is_some_and(|last| now - last < 60);
        if is_change && is_flapping && is_recent {
            return false;
        }
        self.changes.extend(is_change.then_some(now));
        (self.down_since, self.is_known) = (down_since, true);
        true
    }
}

/// What is known of failures beside a plugin, in the order in which things happen.
#[derive(Debug, Default)]
struct Failures {
    has_answered: bool,
    /// Failed polls since the plugin spoke, the server answered or Oxeye started.
    in_a_row: usize,
    /// The last poll.
    last: i64,
}

fn polls() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop::collection::btree_set(0..PLAYERS, 0..4).prop_map(Event::Names),
        2 => (0..3_u32).prop_map(|count| Event::Counts(count * 20)),
        5 => Just(Event::Fails),
    ]
}

fn poll(event: &Event) -> Option<Poll> {
    let players = match event {
        Event::Names(named) => {
            let named = named.iter().map(|number| SyncPlayer::new(player(*number)));
            PolledPlayers::Complete(named.collect())
        }
        Event::Counts(count) => PolledPlayers::Count(*count),
        Event::Fails => return Some(Poll::Failed),
        _ => return None,
    };
    Some(Poll::Answered {
        edition: Edition::Java,
        players,
        about: None,
    })
}

fn alone_events() -> impl Strategy<Value = Vec<Event>> {
    let clock = prop_oneof![6 => 1..40_i64, 2 => 85..95_i64, 1 => 3_590..3_610_i64];
    let event = prop_oneof![
        8 => polls(),
        1 => Just(Event::Restarts),
        4 => clock.prop_map(Event::ClockMoves),
    ];
    prop::collection::vec(event, 1..80)
}

/// Generates events of any kind beside a plugin, whose reports may be late and whose clock may jump.
fn beside_events() -> impl Strategy<Value = Vec<Event>> {
    let steps = disorderly_steps().prop_map(|steps| {
        let events = steps.into_iter().map(|step| match step {
            Step::ClockMoves(by) => Event::ClockMoves(by),
            step => Event::Plugin(step),
        });
        events.collect::<Vec<_>>()
    });
    let polls = prop_oneof![
        6 => polls().prop_map(|poll| vec![poll]),
        1 => Just(vec![Event::Restarts]),
        2 => (1..40_i64).prop_map(|by| vec![Event::ClockMoves(by), Event::Fails]),
    ];
    (steps, prop::collection::vec(polls, 60)).prop_map(|(steps, polls)| {
        let pairs = steps.into_iter().zip(polls);
        let mixed = pairs.flat_map(|(step, polls)| std::iter::once(step).chain(polls));
        mixed.collect()
    })
}

fn in_order() -> impl Strategy<Value = Vec<Event>> {
    let plugin = steps(Just(None), 1..20_i64).prop_map(|steps| {
        let kept = steps.into_iter().filter(|step| {
            // What the plugin says of the game server counts together with what polls show.
            !matches!(step, Step::GameServer(..) | Step::WriteFails)
        });
        kept.collect::<Vec<_>>()
    });
    (plugin, prop::collection::vec(0..3_u32, 60)).prop_map(|(steps, counts)| {
        let pairs = steps.into_iter().zip(counts);
        let mixed =
            pairs.flat_map(|(step, count)| [Event::Plugin(step), Event::Counts(count * 20)]);
        mixed.collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn polls_of_a_server_without_a_plugin_mean_what_a_naive_model_says(events in alone_events()) {
        let mut world = World::watched(WatchedAs::Alone);
        let (mut naive, mut now) = (Alone::default(), START);
        for event in &events {
            now += 1;
            match event {
                Event::ClockMoves(by) => now += by,
                Event::Restarts => {
                    world.restore(now);
                    let evidence = world.state.facts.at.map(|at| at.0);
                    // What polls only confirm is in the file within a minute.
                    let oldest = naive.evidence.map(|at| at - 60);
                    prop_assert!(evidence >= oldest && evidence <= naive.evidence);
                    naive.restarts(evidence);
                }
                Event::Names(named) => naive.answers(named, None, now),
                Event::Counts(count) => {
                    let count = usize::try_from(*count).unwrap();
                    naive.answers(&BTreeSet::new(), Some(count).filter(|count| *count > 0), now);
                }
                Event::Fails => naive.fails(now),
                Event::Plugin(_) => {}
            }
            if let Some(poll) = poll(event) {
                world.poll(&poll, now);
                let state = world.state.link_state(UnixSeconds(now));
                if naive.down_since.is_some() {
                    prop_assert_eq!(state, LinkState::Down);
                } else {
                    prop_assert_ne!(state, LinkState::Down);
                }
                let is_asked_for_the_first_time = naive.is_known || state == LinkState::AwaitingSync;
                prop_assert!(is_asked_for_the_first_time);
            }
            world.assert_sound(now);
            let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.online(), expected.collect());
            let expected = naive.seen.iter().filter(|(_, at)| **at >= now - 3_600);
            let expected = expected.map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.seen(now), expected.collect());
            for number in 0..PLAYERS {
                let expected = naive.stays.get(&number).cloned().unwrap_or_default();
                prop_assert_eq!(world.stays(number), expected);
            }
            prop_assert_eq!(world.state.reported_count(UnixSeconds(now)), naive.count);
            let down = world.state.facts.game.filter(|game| !game.is_up());
            prop_assert_eq!(down.map(|game| game.since.0), naive.down_since);
        }
    }

    #[test]
    fn answers_beside_a_plugin_do_not_change_who_is_on(events in in_order()) {
        let mut watched = World::watched(WatchedAs::Beside);
        let (mut plain, mut now) = (World::new(), START);
        for event in &events {
            match event {
                Event::Plugin(Step::ClockMoves(by)) => now += by,
                Event::Plugin(step) => {
                    now += 1;
                    watched.step(step, now);
                    plain.step(step, now);
                }
                event => watched.poll(&poll(event).unwrap(), now),
            }
            watched.assert_sound(now);
            prop_assert_eq!(watched.online(), plain.online());
            prop_assert_eq!(watched.seen(now), plain.seen(now));
            for number in 0..PLAYERS {
                prop_assert_eq!(watched.stays(number), plain.stays(number));
                prop_assert_eq!(watched.loose(number), plain.loose(number));
            }
            let state = |world: &World| world.state.link_state(UnixSeconds(now));
            prop_assert_eq!(state(&watched), state(&plain));
            prop_assert_eq!(watched.state.heard_at(), plain.state.heard_at());
        }
    }

    #[test]
    fn a_server_beside_a_plugin_is_down_only_after_two_failures_and_while_the_plugin_is_silent(
        events in beside_events()
    ) {
        let mut world = World::watched(WatchedAs::Beside);
        let (mut failures, mut now) = (Failures::default(), START);
        for event in &events {
            let (game, online) = (world.state.facts.game, world.online());
            match event {
                Event::ClockMoves(by) => now += by,
                Event::Restarts => {
                    world.restore(now);
                    failures.in_a_row = 0;
                }
                Event::Plugin(step) => {
                    world.step(step, now);
                    match step {
                        Step::GoneStale | Step::BatchEnds | Step::Forget => {}
                        Step::Disconnect => failures = Failures::default(),
                        // What was only in memory is lost.
                        Step::WriteFails => failures = Failures {
                            has_answered: world.file.answered.is_some(),
                            in_a_row: 0,
                            last: failures.last,
                        },
                        _ => failures.in_a_row = 0,
                    }
                }
                poll_event => {
                    world.poll(&poll(poll_event).unwrap(), now);
                    if matches!(poll_event, Event::Fails) {
                        let is_next = (-30..90).contains(&(now - failures.last));
                        failures.in_a_row = if is_next { failures.in_a_row + 1 } else { 1 };
                        failures.last = now;
                        let may_be_down = failures.has_answered && failures.in_a_row >= 2;
                        let is_changed = world.state.facts.game != game;
                        prop_assert!(may_be_down || !is_changed);
                        prop_assert!(may_be_down || world.online() == online);
                    } else {
                        failures = Failures { has_answered: true, in_a_row: 0, last: now };
                        prop_assert_eq!(world.online(), online, "the roster is the plugin's");
                    }
                }
            }
            world.assert_sound(now);
            let game = world.state.facts.game.filter(|game| !game.is_up());
            let is_by_polls = game.is_some_and(|game| game.known_by == KnownBy::Probe);
            if is_by_polls && failures.in_a_row >= 2 {
                prop_assert!(world.online().is_empty());
            }
        }
    }
}
