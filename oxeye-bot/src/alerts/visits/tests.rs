//! Tests of who has joined and left, and a naive model that sees every second.

use oxeye_db::testing::player;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::*;

const SERVER: ServerId = ServerId(1);
const T: i64 = 1_700_000_000;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(T + seconds)
}

fn on(players: &[(&str, i64)]) -> Seen {
    let on = players.iter();
    Seen::On(on.map(|(name, since)| (player(name), at(*since))).collect())
}

/// What a channel that knows who is on says about the next look.
fn said(visits: &mut Visits, seen: Seen, now: i64) -> (Vec<String>, Vec<String>) {
    let names = |players: Vec<PlayerName>| players.iter().map(ToString::to_string).collect();
    let difference = visits.look(SERVER, seen, at(now));
    (names(difference.joined), names(difference.left))
}

fn nobody() -> (Vec<String>, Vec<String>) {
    Default::default()
}

#[test]
fn whoever_is_on_when_a_server_is_first_heard_was_there_already() {
    let mut visits = Visits::default();
    visits.note(SERVER, || Seen::Unknown, at(0));
    visits.note(SERVER, || on(&[("Alex", 0)]), at(1));
    assert_eq!(visits.due(at(1)), None);
    let joined = said(&mut visits, on(&[("Alex", 0), ("Steve", 2)]), 5);
    assert_eq!(joined, (vec!["Steve".to_owned()], vec![]));
    let left = said(&mut visits, on(&[("Steve", 2)]), 40);
    assert_eq!(left, (vec![], vec!["Alex".to_owned()]));
}

#[test]
fn a_silence_is_waited_for_and_whatever_follows_nothing_known_is_no_news() {
    let mut visits = Visits::default();
    visits.note(SERVER, || on(&[("Alex", 0)]), at(0));
    assert_eq!(said(&mut visits, Seen::Unsure, 30), nobody());
    let heard = said(&mut visits, on(&[("Alex", 0), ("jeb_", 50)]), 60);
    assert_eq!(heard, (vec!["jeb_".to_owned()], vec![]));
    assert_eq!(said(&mut visits, Seen::Unknown, 90), nobody());
    assert_eq!(said(&mut visits, on(&[("Grumm", 100)]), 120), nobody());
}

#[test]
fn a_late_report_is_no_news() {
    let mut visits = Visits::default();
    visits.note(SERVER, || on(&[]), at(0));
    assert_eq!(said(&mut visits, on(&[("Alex", 0)]), 600), nobody());
}

#[test]
fn the_first_message_waits_for_others_and_the_next_half_a_minute() {
    let mut visits = Visits::default();
    visits.note(SERVER, || on(&[]), at(0));
    visits.note(SERVER, || Seen::Unknown, at(100));
    visits.note(SERVER, || Seen::Unknown, at(102));
    assert_eq!(visits.due(at(102)), Some(at(103)));
    assert_eq!(visits.take_changed(at(103)), BTreeSet::from([SERVER]));
    assert_eq!(visits.due(at(103)), None);
    visits.note(SERVER, || Seen::Unknown, at(110));
    assert_eq!(visits.due(at(110)), Some(at(133)));
    // The clock was set back by an hour.
    assert_eq!(visits.due(at(-3_490)), Some(at(-3_460)));
}

/// Number of schedules.
fn schedules() -> u64 {
    let more = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    more.unwrap_or(0).max(2_000)
}

const PLAYERS: [&str; 4] = ["Alex", "Steve", "jeb_", "Grumm"];

/// What a channel was told about a player: when, and whether they had joined.
type Told = (i64, bool);

/// Whether each player is on in each second, and since when.
fn schedule(random: &mut StdRng, seconds: i64) -> Vec<[Option<i64>; 4]> {
    let mut now = [None; 4];
    let each = (0..seconds).map(|second| {
        for since in &mut now {
            let chance = if since.is_some() { 0.02 } else { 0.015 };
            if random.random_bool(chance) {
                *since = match since {
                    Some(_) => None,
                    None => Some(second),
                };
            }
        }
        now
    });
    each.collect()
}

#[test]
fn on_random_schedules_nothing_is_told_twice_and_nothing_longer_than_the_window_left_out() {
    let mut count = 0;
    for seed in 0..schedules() {
        let mut random = StdRng::seed_from_u64(seed);
        let truth = schedule(&mut random, 600);
        let mut visits = Visits::default();
        let mut starts = vec![0];
        let mut told: [Vec<Told>; 4] = Default::default();
        let mut messages: Vec<i64> = vec![];
        for (second, roster) in (0_i64..).zip(&truth) {
            if random.random_bool(0.002) {
                visits = Visits::default();
                starts.push(second);
                messages.clear();
            }
            let is_on = PLAYERS.iter().zip(roster);
            let is_on = is_on.filter_map(|(name, since)| Some((*name, (*since)?)));
            let seen = on(&is_on.collect::<Vec<_>>());
            let is_first = starts.last() == Some(&second);
            let is_changed = second == 0 || truth[place(second - 1)] != *roster;
            if is_first || is_changed {
                visits.note(SERVER, || seen.clone(), at(second));
            }
            if visits.due(at(second)).is_none_or(|due| due > at(second)) {
                continue;
            }
            for server in visits.take_changed(at(second)) {
                let (joined, left) = said(&mut visits, seen.clone(), second);
                assert_eq!(server, SERVER);
                for (player, name) in PLAYERS.iter().enumerate() {
                    let has = |names: &[String]| names.iter().any(|one| one == name);
                    assert!(!(has(&joined) && has(&left)), "seed {seed}");
                    if has(&joined) || has(&left) {
                        told[player].push((second, has(&joined)));
                    }
                }
            }
            let last = messages.last().copied();
            assert!(last.is_none_or(|last| second - last >= 30), "seed {seed}");
            messages.push(second);
        }
        for (player, told) in told.iter().enumerate() {
            check(&truth, player, told, &starts, seed);
            count += told.len();
        }
    }
    assert!(count > 5_000, "{count}");
}

/// Returns the place of a second in a list.
fn place(second: i64) -> usize {
    usize::try_from(second).unwrap()
}

/// Compares what was told of a player with what really happened.
fn check(truth: &[[Option<i64>; 4]], player: usize, told: &[Told], starts: &[i64], seed: u64) {
    let is_on = |second: i64| truth[place(second)][player].is_some();
    // What is told was so at that moment, and between two starts it is always something else than before.
    for (number, (second, has_joined)) in told.iter().enumerate() {
        assert_eq!(is_on(*second), *has_joined, "seed {seed}");
        let same = told[..number].last();
        let is_twice = same.is_some_and(|(before, same)| {
            same == has_joined && !starts.iter().any(|start| start > before && start <= second)
        });
        assert!(!is_twice, "seed {seed}: told twice at {second}");
    }
    // A stay, or an absence, that lasted longer than the window and over no start was told, and so was its opposite.
    let mut from = 0;
    for (second, _) in (1..).zip(&truth[1..]) {
        if is_on(second) == is_on(second - 1) {
            continue;
        }
        let lasted = from..second;
        let is_whole = from > 0 && second - from > 31;
        let start_near = starts
            .iter()
            .any(|start| (from - 31..=second).contains(start));
        if is_whole && !start_near {
            let known = told.iter().rfind(|(at, _)| *at < second);
            let is_told = known.is_some_and(|(_, joined)| *joined == is_on(from));
            // Whoever was so at the start, and so again after less than the window, is no news.
            let was_so = starts
                .iter()
                .rfind(|start| **start < from)
                .is_some_and(|start| {
                    let told_since = told.iter().any(|(at, _)| *at > *start && *at < second);
                    !told_since && is_on(*start) == is_on(from)
                });
            assert!(
                is_told || was_so,
                "seed {seed}: {lasted:?} of {player} left out"
            );
        }
        from = second;
    }
}
