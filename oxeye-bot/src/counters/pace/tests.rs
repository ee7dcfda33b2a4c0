use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// A Discord that accepts what its limits allow, and fails now and then.
struct Discord {
    shows: String,
    renames: Vec<Instant>,
    /// When each text was accepted.
    accepted: Vec<Instant>,
    requests: usize,
    /// How many of a hundred requests fail. Half of these are carried out, and their answers are lost.
    faults: u32,
}

impl Discord {
    fn new(shows: &str, faults: u32) -> Self {
        Self {
            shows: shows.to_owned(),
            renames: Vec::new(),
            accepted: Vec::new(),
            requests: 0,
            faults,
        }
    }

    /// Takes what is due.
    fn take(&mut self, pace: &mut Pace, random: &mut SmallRng, now: Instant) {
        if pace.due().is_none_or(|due| due > now) {
            return;
        }
        self.requests += 1;
        let is_faulty = random.random_range(0..100) < self.faults;
        if is_faulty && random.random_bool(0.5) {
            return pace.fail(now);
        }
        self.renames.retain(|at| now - *at < NAME_WINDOW);
        if pace.place() == Place::Name && self.renames.len() == NAMES {
            return pace.limit(NAME_WINDOW - (now - self.renames[0]), now);
        }
        if pace.place() == Place::Name {
            self.renames.push(now);
        }
        self.shows = pace.wanted().to_owned();
        if is_faulty {
            return pace.fail(now);
        }
        self.accepted.push(now);
        pace.accept(self.shows.clone(), now);
    }

    /// Returns the shortest time within which `count` texts were accepted.
    fn shortest(&self, count: usize) -> Duration {
        let windows = self.accepted.windows(count);
        let lengths = windows.map(|window| window[count - 1] - window[0]);
        lengths.min().unwrap_or(Duration::MAX)
    }
}

/// Simulates hours with a change of the number in some of a thousand seconds, and a quiet end.
fn simulate(place: Place, changes: u32, faults: u32) -> Discord {
    let seed = u64::from(changes * 100 + faults);
    let mut random = SmallRng::seed_from_u64(seed);
    let start = Instant::now();
    let mut discord = Discord::new("0", faults);
    let mut pace = Pace::new(place, Some("0".to_owned()), "0".to_owned(), start);
    let mut number = 0;
    for second in 0..6 * 3600 {
        let now = start + SECOND * second;
        if second < 5 * 3600 && random.random_range(0..1000) < changes {
            number += 1;
            pace.want(number.to_string(), now);
        }
        discord.take(&mut pace, &mut random, now);
    }
    assert_eq!(
        discord.shows,
        number.to_string(),
        "the last number is reached"
    );
    discord
}

#[test]
fn a_status_changes_at_most_once_a_minute_and_keeps_up() {
    for (changes, faults) in [(1, 0), (20, 10), (1000, 0), (1000, 30)] {
        let discord = simulate(Place::Status, changes, faults);
        assert!(discord.shortest(2) >= STATUS_EVERY, "{changes} {faults}");
    }
    assert!(simulate(Place::Status, 1000, 0).accepted.len() > 250);
}

#[test]
fn a_name_changes_at_most_twice_in_ten_minutes_and_keeps_up() {
    for (changes, faults) in [(1, 0), (20, 10), (1000, 0), (1000, 30)] {
        let discord = simulate(Place::Name, changes, faults);
        assert!(discord.shortest(3) >= NAME_WINDOW, "{changes} {faults}");
        // Discord never had to say that it was too much.
        assert!(faults > 0 || discord.requests == discord.accepted.len());
    }
    // A number that never stays the same is shown every five minutes.
    assert!(simulate(Place::Name, 1000, 0).accepted.len() > 55);
}

#[test]
fn a_number_that_does_not_change_causes_no_request() {
    for place in [Place::Status, Place::Name] {
        assert_eq!(simulate(place, 0, 0).requests, 0);
    }
}

#[test]
fn a_number_that_comes_back_before_it_was_shown_causes_no_request() {
    let start = Instant::now();
    let mut pace = Pace::new(Place::Name, Some("3".to_owned()), "3".to_owned(), start);

    pace.want("4".to_owned(), start + SECOND);
    assert_eq!(pace.due(), Some(start + SECOND + NAME_SETTLES));
    pace.want("3".to_owned(), start + 2 * SECOND);

    assert_eq!(pace.due(), None);
}

#[test]
fn a_number_that_comes_back_after_a_lost_answer_is_sent_since_discord_may_show_the_other() {
    let start = Instant::now();
    let mut pace = Pace::new(Place::Status, Some("3".to_owned()), "4".to_owned(), start);
    pace.fail(start + 10 * SECOND);

    pace.want("3".to_owned(), start + 11 * SECOND);

    assert!(pace.due().is_some_and(|due| due < start + 30 * SECOND));
}

#[test]
fn after_a_restart_only_what_differs_is_sent() {
    let start = Instant::now();
    let shown = Some("3".to_owned());
    let same = Pace::new(Place::Status, shown.clone(), "3".to_owned(), start);
    assert_eq!(same.due(), None);

    let other = Pace::new(Place::Status, shown, "4".to_owned(), start);
    assert_eq!(other.due(), Some(start + STATUS_SETTLES));
}

#[test]
fn the_first_text_and_the_last_do_not_wait_to_settle() {
    let start = Instant::now();
    let mut pace = Pace::first(Place::Status, None, "3".to_owned(), start);
    assert_eq!(pace.due(), Some(start));
    pace.accept("3".to_owned(), start);
    pace.restore(String::new(), start + SECOND);
    assert_eq!(pace.due(), Some(start + SECOND));

    pace.move_to(Place::Name, Some("Lounge".to_owned()), start);
    pace.resume("4".to_owned(), start);
    assert_eq!(pace.due(), Some(start));
    pace.restore("Lounge".to_owned(), start + SECOND);
    assert_eq!(pace.due(), None);
}

#[test]
fn what_is_refused_is_tried_again_ever_less_often_and_at_once_on_request() {
    let start = Instant::now();
    let mut pace = Pace::first(Place::Status, None, "3".to_owned(), start);
    let mut now = start;
    let mut waits = Vec::new();
    while now < start + 24 * HOUR {
        pace.refuse(now);
        let due = pace.due().unwrap();
        waits.push(due - now);
        now = due;
    }

    assert!((30..=60).contains(&waits[0].as_secs()), "{waits:?}");
    let longest = waits.iter().max().unwrap();
    assert!(*longest <= AFTER_REFUSAL.1 && *longest > AFTER_REFUSAL.1 / 2);
    assert!(waits.len() < 220, "{}", waits.len());
    pace.retry();
    assert_eq!(pace.due(), Some(start));
}
