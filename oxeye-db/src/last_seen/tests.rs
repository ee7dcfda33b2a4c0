//! Tests of last seen, compared with a plain map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const FOREVER: UnixSeconds = UnixSeconds(i64::MIN);

fn player(name: impl AsRef<str>) -> PlayerName {
    PlayerName::try_from(name.as_ref()).unwrap()
}

fn names(last_seen: &LastSeen, edge: i64) -> Vec<(&str, i64)> {
    last_seen
        .newest_first(UnixSeconds(edge))
        .map(|(player, at)| (player.as_str(), at.0))
        .collect()
}

#[test]
fn a_late_time_is_inserted_in_order() {
    let mut last_seen = LastSeen::new(usize::MAX);
    for (name, at) in [("Alex", 10), ("jeb_", 30), ("Steve", 20), ("Efe", 20)] {
        last_seen.update_last_seen(&player(name), UnixSeconds(at), FOREVER);
    }
    let expected = [("jeb_", 30), ("Efe", 20), ("Steve", 20), ("Alex", 10)];
    assert_eq!(names(&last_seen, 0), expected);

    last_seen.update_last_seen(&player("jeb_"), UnixSeconds(15), FOREVER);

    let expected = [("Efe", 20), ("Steve", 20), ("jeb_", 15), ("Alex", 10)];
    assert_eq!(names(&last_seen, 0), expected);
}

#[test]
fn an_entry_at_the_edge_is_kept_and_an_older_one_is_dropped_by_the_next_write() {
    let mut last_seen = LastSeen::new(usize::MAX);
    last_seen.update_last_seen(&player("Old"), UnixSeconds(9), FOREVER);
    last_seen.update_last_seen(&player("Edge"), UnixSeconds(10), FOREVER);
    assert_eq!(names(&last_seen, 10), [("Edge", 10)]);
    assert_eq!(last_seen.count_since(UnixSeconds(10)), 1);

    last_seen.update_last_seen(&player("New"), UnixSeconds(11), UnixSeconds(10));

    assert_eq!((last_seen.len(), last_seen.is_empty()), (2, false));
    assert_eq!(last_seen.get(&player("Old")), None);
    assert!(LastSeen::new(usize::MAX).is_empty());
}

#[test]
fn many_players_are_found_after_the_index_has_grown() {
    let mut last_seen = LastSeen::new(usize::MAX);
    let many = 20_000;
    for at in 0..many {
        last_seen.update_last_seen(&player(format!("p{at}")), UnixSeconds(at), FOREVER);
    }
    for at in 0..many {
        let name = player(format!("p{at}"));
        assert_eq!(last_seen.get(&name), Some(UnixSeconds(at)));
    }
    assert_eq!(last_seen.remove(&player("p77")), Some(UnixSeconds(77)));
    assert_eq!(last_seen.get(&player("p77")), None);
    assert_eq!(
        names(&last_seen, many - 2),
        [("p19999", 19_999), ("p19998", 19_998)]
    );
}

#[test]
fn when_there_is_no_room_the_oldest_entry_is_dropped() {
    let mut last_seen = LastSeen::new(2);
    for (name, at) in [("Alex", 20), ("Steve", 30), ("Late", 10), ("jeb_", 40)] {
        last_seen.update_last_seen(&player(name), UnixSeconds(at), FOREVER);
    }
    last_seen.update_last_seen(&player("Steve"), UnixSeconds(50), FOREVER);

    assert_eq!(names(&last_seen, 0), [("Steve", 50), ("jeb_", 40)]);
}

#[test]
fn the_version_changes_with_each_player_and_each_time_but_not_when_entries_grow_old() {
    let mut last_seen = LastSeen::new(usize::MAX);
    let mut version = last_seen.version();
    let mut has_changed = |last_seen: &LastSeen| {
        let before = std::mem::replace(&mut version, last_seen.version());
        before != version
    };
    let see = |last_seen: &mut LastSeen, name: &str, at: i64, edge: UnixSeconds| {
        last_seen.update_last_seen(&player(name), UnixSeconds(at), edge);
    };

    see(&mut last_seen, "Alex", 10, FOREVER);
    assert!(has_changed(&last_seen), "somebody new");
    see(&mut last_seen, "Alex", 10, FOREVER);
    assert!(!has_changed(&last_seen), "nothing new");
    see(&mut last_seen, "Alex", 30, FOREVER);
    assert!(has_changed(&last_seen), "a later time");
    see(&mut last_seen, "Alex", 20, FOREVER);
    assert!(has_changed(&last_seen), "an earlier time");
    see(&mut last_seen, "Steve", 40, FOREVER);
    assert!(has_changed(&last_seen), "somebody else");
    last_seen.drop_older_than(UnixSeconds(30));
    assert!(!has_changed(&last_seen), "Alex is too old");
    assert_eq!(last_seen.remove(&player("Steve")), Some(UnixSeconds(40)));
    assert!(has_changed(&last_seen), "Steve is on again");
    assert_eq!(last_seen.remove(&player("Steve")), None);
    assert!(!has_changed(&last_seen), "nobody");
}

#[test]
fn somebody_who_came_and_went_leaves_another_version() {
    let mut last_seen = LastSeen::new(usize::MAX);
    let before = last_seen.version();
    last_seen.update_last_seen(&player("Alex"), UnixSeconds(10), FOREVER);
    last_seen.remove(&player("Alex"));
    assert_ne!(last_seen.version(), before);
}

#[test]
fn memory_is_freed_gradually_after_a_rush() {
    const MANY: i64 = 50_000;
    let mut last_seen = LastSeen::new(usize::MAX);
    for at in 0..MANY {
        last_seen.update_last_seen(&player(format!("p{at}")), UnixSeconds(at), FOREVER);
    }
    let mut held = last_seen.slab.capacity();
    assert!(held >= 50_000);

    // Ten entries remain; each write frees at most one chunk.
    while last_seen.len() > 10 {
        last_seen.drop_older_than(UnixSeconds(MANY - 10));
        let holds = last_seen.slab.capacity();
        assert!(held - holds <= 1024);
        held = holds;
    }

    assert!(held <= 2048, "{held}");
    assert_eq!(last_seen.index.tables(), 1);
    assert_eq!(last_seen.newest_first(FOREVER).count(), 10);
}

/// What happens to some players with consecutive numbers.
#[derive(Debug, Clone)]
enum Step {
    See { first: u16, players: u16, at: i64 },
    Remove { first: u16, players: u16 },
    DropOlderThan(i64),
}

/// Number of names: enough that chunks fill, become empty and are used again, and that tables split
/// and merge.
const NAMES: u16 = 3_000;

fn step() -> impl Strategy<Value = Step> {
    let run = || (0..NAMES, prop_oneof![1 => 1..4_u16, 1 => 1..NAMES]);
    prop_oneof![
        4 => (run(), 0..200_i64).prop_map(|((first, players), at)| Step::See { first, players, at }),
        2 => run().prop_map(|(first, players)| Step::Remove { first, players }),
        1 => (0..220_i64).prop_map(Step::DropOlderThan),
    ]
}

/// Every player's time and the turn in which it was set; of two in the same second, the later one
/// is newer.
#[derive(Debug, Default)]
struct Naive {
    seen: BTreeMap<u16, (i64, u32)>,
    in_order: BTreeMap<(i64, u32), u16>,
    turn: u32,
}

impl Naive {
    fn see(&mut self, number: u16, at: i64, limit: usize) {
        self.turn += 1;
        self.remove(number);
        self.seen.insert(number, (at, self.turn));
        self.in_order.insert((at, self.turn), number);
        if self.seen.len() > limit {
            let oldest = *self.in_order.values().next().expect("somebody was seen");
            self.remove(oldest);
        }
    }

    fn remove(&mut self, number: u16) -> Option<i64> {
        let order = self.seen.remove(&number)?;
        self.in_order.remove(&order);
        Some(order.0)
    }

    fn drop_older_than(&mut self, edge: i64) {
        self.in_order = self.in_order.split_off(&(edge, 0));
        self.seen.retain(|_, (at, _)| *at >= edge);
    }

    fn newest_first(&self, edge: i64) -> Vec<(String, i64)> {
        self.in_order
            .iter()
            .rev()
            .filter(|((at, _), _)| *at >= edge)
            .map(|((at, _), number)| (format!("p{number}"), *at))
            .collect()
    }
}

fn numbers(first: u16, players: u16) -> impl Iterator<Item = u16> {
    (0..players).map(move |number| (first + number) % NAMES)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn last_seen_agrees_with_a_plain_map(
        limit in prop_oneof![Just(1_usize), Just(2_000), Just(usize::MAX)],
        steps in prop::collection::vec(step(), 1..25),
    ) {
        let (mut last_seen, mut naive) = (LastSeen::new(limit), Naive::default());
        for step in &steps {
            do_step(step, &mut last_seen, &mut naive, limit);
            assert_same(&last_seen, &naive);
        }
    }
}

fn do_step(step: &Step, last_seen: &mut LastSeen, naive: &mut Naive, limit: usize) {
    match *step {
        Step::See { first, players, at } => {
            for number in numbers(first, players) {
                last_seen.update_last_seen(&player(format!("p{number}")), UnixSeconds(at), FOREVER);
                naive.see(number, at, limit);
            }
        }
        Step::Remove { first, players } => {
            for number in numbers(first, players) {
                let removed = last_seen.remove(&player(format!("p{number}")));
                assert_eq!(removed.map(|at| at.0), naive.remove(number));
            }
        }
        Step::DropOlderThan(edge) => {
            // Each call drops a few; repeated often enough, they drop everything.
            for _ in 0..=usize::from(NAMES) / DROPPED_PER_WRITE {
                last_seen.drop_older_than(UnixSeconds(edge));
            }
            naive.drop_older_than(edge);
        }
    }
}

#[track_caller]
fn assert_same(last_seen: &LastSeen, naive: &Naive) {
    assert_eq!(last_seen.len(), naive.seen.len());
    for edge in [i64::MIN, 100] {
        let edge_seconds = UnixSeconds(edge);
        let listed: Vec<_> = last_seen
            .newest_first(edge_seconds)
            .map(|(player, at)| (player.as_str().to_owned(), at.0))
            .collect();
        assert_eq!(listed, naive.newest_first(edge));
        assert_eq!(last_seen.count_since(edge_seconds), listed.len());
    }
    for from in [0, 50, 100] {
        for to in [0, 1, 50, 100, 101, 200] {
            let any = naive.seen.values().any(|(at, _)| (from..to).contains(at));
            let (from, to) = (UnixSeconds(from), UnixSeconds(to));
            assert_eq!(last_seen.any_between(from, to), any, "{from:?} {to:?}");
        }
    }
    for number in 0..NAMES {
        let at = last_seen.get(&player(format!("p{number}")));
        assert_eq!(
            at.map(|at| at.0),
            naive.seen.get(&number).map(|(at, _)| *at)
        );
    }
}
