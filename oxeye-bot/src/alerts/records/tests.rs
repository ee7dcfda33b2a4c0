//! Tests of the records, and a naive model that sees every second.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::*;

/// When the server has its first session.
const BEGIN: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(BEGIN + seconds)
}

fn peak(players: u32, seconds: i64) -> Peak {
    Peak {
        players,
        at: at(seconds),
    }
}

fn record(before: Option<Peak>, ever: Peak) -> Option<ServerRecord> {
    Some(ServerRecord {
        begins_at: at(0),
        before,
        ever,
    })
}

fn since(seconds: i64) -> Records {
    Records::of(at(seconds), None)
}

#[test]
fn a_record_is_said_once_it_was_not_topped_for_five_minutes() {
    let mut records = since(9 * DAY);
    let now = 10 * DAY;
    records.note(8, at(now));
    assert_eq!(records.due(at(now)), Some(at(now + 2)));
    let (before, six, eight) = (peak(5, DAY), peak(6, now - 50), peak(8, now));

    let topped = records.count(record(Some(before), six), at(now + 2));
    assert_eq!(topped, None);
    let early = records.count(record(Some(before), eight), at(now + 299));
    assert_eq!(early, None);
    assert_eq!(records.due(at(now + 299)), Some(at(now + 300)));
    let told = records.count(record(Some(before), eight), at(now + 300));

    assert_eq!(told, Some(Broken { new: eight, before }));
    assert_eq!(records.since(), eight.at);
    let again = records.count(record(Some(eight), eight), at(now + 9_000));
    assert_eq!((again, records.due(at(now))), (None, None));
}

#[test]
fn there_is_an_hour_between_two_records_also_over_a_restart() {
    let told = ToldRecord {
        record_at: at(10 * DAY),
        told_at: at(10 * DAY + 300),
    };
    let mut records = Records::of(at(0), Some(told));
    assert_eq!(records.since(), told.record_at);
    let (before, new) = (peak(8, 10 * DAY), peak(9, 10 * DAY + 400));

    let early = records.count(record(Some(before), new), at(10 * DAY + 3_899));
    let later = records.count(record(Some(before), new), at(10 * DAY + 3_900));

    assert_eq!(early, None);
    assert_eq!(later, Some(Broken { new, before }));
    // An alert that was set again knows nothing of what was before.
    let again = Records::of(at(20 * DAY), Some(told));
    assert_eq!(again.since(), at(20 * DAY - 600));
}

#[test]
fn a_new_server_a_small_number_and_an_old_record_are_no_news() {
    let check = |begins, new: Peak, before: Option<Peak>, now| {
        let mut records = since(0);
        let record = ServerRecord {
            begins_at: at(begins),
            before,
            ever: new,
        };
        records.count(Some(record), at(now)).is_some()
    };
    let before = Some(peak(3, 1));
    let new = peak(5, 3 * DAY);
    assert!(check(0, new, before, 3 * DAY + 300));
    assert!(!check(1, new, before, 3 * DAY + 300), "a new server");
    assert!(
        !check(0, peak(4, 3 * DAY), before, 3 * DAY + 300),
        "too few"
    );
    assert!(!check(0, new, before, 3 * DAY + 7_200), "no news");
    assert!(!check(0, new, None, 3 * DAY + 300), "nothing to break");
    assert_eq!(since(0).count(None, at(0)), None);
}

/// Number of schedules.
fn schedules() -> u64 {
    let more = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    more.unwrap_or(0).max(2_000)
}

/// How many players are on in each minute of some hours after the first days, and the record before.
struct Truth {
    from: i64,
    before: Peak,
    minutes: Vec<u32>,
}

impl Truth {
    fn of(random: &mut StdRng) -> Self {
        let mut online = 6_u32;
        let before = peak(random.random_range(5..20), DAY);
        let minutes = (0..480).map(|_| {
            online = match random.random_range(0..20) {
                0..8 => online + 1,
                8..15 => online.saturating_sub(1),
                15 => random.random_range(0..online + 4),
                _ => online,
            };
            online
        });
        Self {
            from: 5 * DAY,
            before,
            minutes: minutes.collect(),
        }
    }

    /// The most players at once until a time, which is included.
    fn record(&self, until: i64) -> Peak {
        let mut highest = self.before;
        for (minute, players) in (0..)
            .map(|minute| self.from + minute * 60)
            .zip(&self.minutes)
        {
            if minute <= until && *players > highest.players {
                highest = peak(*players, minute);
            }
        }
        highest
    }

    /// Looks at all minutes so far in each minute.
    fn naively(&self) -> Vec<(i64, Broken)> {
        let mut told: Vec<(i64, Broken)> = vec![];
        for now in (0..720).map(|minute| self.from + minute * 60) {
            let last = told.last();
            let before = last.map_or(self.before, |(_, broken)| broken.new);
            let new = self.record(now);
            let is_settled = now - (new.at.0 - BEGIN) >= 300;
            let may = last.is_none_or(|(at, _)| now - at >= 3_600);
            if new.players > before.players && is_settled && may {
                told.push((now, Broken { new, before }));
            }
        }
        told
    }
}

#[test]
fn on_random_evenings_the_highest_number_is_said_as_a_naive_model_says_it() {
    let mut count = 0;
    for seed in 0..schedules() {
        let mut random = StdRng::seed_from_u64(seed);
        let truth = Truth::of(&mut random);
        let set_at = at(truth.from - 60);
        let mut records = Records::of(set_at, None);
        let mut last = None;
        let mut told = vec![];
        for (minute, now) in (0..720).zip((truth.from..).step_by(60)) {
            if random.random_bool(0.02) {
                records = Records::of(set_at, last);
            }
            let online = truth.minutes.get(minute).copied().unwrap_or_default();
            records.note(online as usize, at(now));
            // The task looks as soon as it has to, here in the same minute.
            if records.due(at(now)).is_none_or(|due| due > at(now + 2)) {
                continue;
            }
            let since = records.since().0 - BEGIN;
            let record = record(Some(truth.record(since)), truth.record(now));
            if let Some(broken) = records.count(record, at(now)) {
                last = Some(ToldRecord {
                    record_at: broken.new.at,
                    told_at: at(now),
                });
                told.push((now, broken));
            }
        }
        assert_eq!(told, truth.naively(), "seed {seed}");
        let pauses = told.windows(2).map(|pair| pair[1].0 - pair[0].0);
        assert!(pauses.min().is_none_or(|least| least >= 3_600));
        count += told.len();
    }
    assert!(count > 2_000, "{count}");
}
