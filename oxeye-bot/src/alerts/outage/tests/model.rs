//! The rule beside a naive model and beside the truth, on random schedules.

use oxeye_db::{LinkState, ServerPhase, ServerSummary, UnixSeconds};
use rand::Rng as _;

use super::super::{AWAIT_REPORTS, Announcement, Evidence, HYSTERESIS, Outage};
use super::at;
use super::world::{Second, Truth, World, server};

/// Number of schedules.
fn schedules() -> u64 {
    let more = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    more.unwrap_or(0).max(10_000)
}

fn hysteresis() -> i64 {
    HYSTERESIS.as_secs().cast_signed()
}

/// Has the rule look when something has changed, when it wants to, and now and then without a reason.
fn by_rule(world: &mut World, seconds: &[Second]) -> Vec<(i64, Announcement)> {
    let mut outage = Outage::default();
    let mut remembered = None;
    let mut last = None;
    let mut announced = vec![];
    for second in seconds {
        if second.is_start {
            outage = Outage::of(remembered);
            last = None;
        }
        let now = at(second.now);
        let is_due = outage.due().is_some_and(|due| due <= now);
        if last == Some(second.evidence) && !is_due && !world.random.random_bool(0.05) {
            continue;
        }
        last = Some(second.evidence);
        if let Some(change) = outage.observe(second.evidence, now) {
            remembered = change.phase;
            announced.extend(change.announcement.map(|what| (second.now, what)));
        }
    }
    announced
}

/// Looks back over the whole past in each second.
fn naively(seconds: &[Second]) -> Vec<(i64, Announcement)> {
    let mut announced: Vec<(i64, Announcement)> = vec![];
    let mut down: Option<(UnixSeconds, bool)> = None;
    let mut is_known = false;
    for (number, second) in seconds.iter().enumerate() {
        let now = at(second.now);
        let is_down =
            |evidence: Evidence| matches!(evidence, Evidence::Down(_) | Evidence::Silent(_));
        let run = || {
            let past = seconds[..=number].iter().rev();
            let same = past.scan(false, |is_over, earlier| {
                let is_same = !*is_over
                    && earlier.evidence != Evidence::Unknown
                    && is_down(earlier.evidence) == is_down(second.evidence);
                *is_over = earlier.is_start;
                is_same.then_some(earlier)
            });
            // `scan` ends with the first that differs.
            same.collect::<Vec<_>>()
        };
        match (second.evidence, down) {
            (Evidence::Unknown | Evidence::Disconnected, _) => {}
            (Evidence::Down(since) | Evidence::Silent(since), None) if !is_known => {
                (down, is_known) = (Some((since, false)), true);
            }
            (Evidence::Up(_), None) => is_known = true,
            (Evidence::Up(_), Some((_, false))) => down = None,
            (Evidence::Down(_) | Evidence::Silent(_), Some(_)) => {}
            (Evidence::Down(_) | Evidence::Silent(_), None) => {
                let run = run();
                let since = run.iter().filter_map(|second| match second.evidence {
                    Evidence::Down(since) | Evidence::Silent(since) => Some(since),
                    _ => None,
                });
                let since = since.min().unwrap();
                if now.0 - since.0 >= hysteresis() {
                    let is_silent = matches!(second.evidence, Evidence::Silent(_));
                    announced.push((second.now, Announcement::Down { since, is_silent }));
                    down = Some((since, true));
                }
            }
            (Evidence::Up(since), Some((down_since, true))) => {
                let first = run().last().map(|second| at(second.now));
                let since = since.filter(|since| *since > down_since).or(first).unwrap();
                if now.0 - since.0 >= hysteresis() {
                    announced.push((second.now, Announcement::Up { since, down_since }));
                    down = None;
                }
            }
        }
    }
    announced
}

/// Returns what is announced of a server that tells us everything.
fn by_truth(world: &World) -> Vec<(bool, i64)> {
    let mut announced = vec![];
    let mut is_up = true;
    for (seconds, truth) in world.stretches() {
        let last_seen = seconds.end.min(world.length) - 1;
        if truth != is_up && last_seen - seconds.start >= hysteresis() {
            is_up = truth;
            announced.push((is_up, seconds.start));
        }
    }
    announced
}

fn in_short((_, what): &(i64, Announcement)) -> (bool, i64) {
    let (is_up, since) = match what {
        Announcement::Down { since, .. } => (false, since),
        Announcement::Up { since, .. } => (true, since),
    };
    (is_up, since.0 - at(0).0)
}

/// Checks that announcements take turns, and that each one that says more than "silent" is true.
fn check_sense(world: &World, seconds: &[Second], announced: &[(i64, Announcement)]) {
    for (number, (now, what)) in announced.iter().enumerate() {
        let is_down = matches!(what, Announcement::Down { .. });
        assert_eq!(is_down, number % 2 == 0, "{announced:?}");
        let second = seconds.iter().find(|second| second.now == *now).unwrap();
        let (since, is_up) = match what {
            Announcement::Down {
                is_silent: true, ..
            } => continue,
            Announcement::Down { since, .. } => (since, false),
            Announcement::Up { since, .. } => (since, true),
        };
        let since = since.0 - at(0).0;
        let until = (since + hysteresis()).min(second.heard_at + 1);
        let mut stretches = world.stretches().into_iter();
        let stretch = stretches.find(|(seconds, _)| seconds.contains(&since));
        let (stretch, was_up) = stretch.unwrap();
        assert!(was_up == is_up && stretch.end >= until, "{announced:?}");
    }
}

/// Checks against the truth alone that nothing is left out: whenever the server is heard and has been as
/// it is for the time of the hysteresis, the last announcement says so.
fn check_that_all_is_said(world: &World, seconds: &[Second], announced: &[(i64, Announcement)]) {
    let mut announced = announced.iter().peekable();
    let mut last = None;
    let mut heard_since = None;
    for second in seconds {
        while let Some((_, what)) = announced.next_if(|(now, _)| *now <= second.now) {
            last = Some(*what);
        }
        if second.heard_at != second.now {
            heard_since = None;
            continue;
        }
        let (truth, since) = world.truth(second.now);
        let heard_since = *heard_since.get_or_insert(second.now);
        match (truth == Truth::Up, last) {
            (true, Some(Announcement::Down { since: down, .. })) => {
                // A silence in which the server was up all the time ended when it was heard again.
                let up_since = match at(since) > down {
                    true => since,
                    false => since.max(heard_since),
                };
                assert!(second.now - up_since < hysteresis(), "{second:?}");
            }
            (false, None | Some(Announcement::Up { .. })) => {
                assert!(second.now - since < hysteresis(), "{second:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn on_thousands_of_schedules_each_outage_and_each_recovery_is_announced_once() {
    let (mut told, mut exact) = (0, 0);
    for seed in 0..schedules() {
        let mut world = World::new(seed);
        let seconds = world.seconds();

        let announced = by_rule(&mut world, &seconds);

        assert_eq!(announced, naively(&seconds), "schedule {seed}");
        check_sense(&world, &seconds, &announced);
        check_that_all_is_said(&world, &seconds, &announced);
        if world.hides_nothing() {
            let in_short: Vec<_> = announced.iter().map(in_short).collect();
            assert_eq!(in_short, by_truth(&world), "schedule {seed}");
            exact += 1;
        }
        told += announced.len();
    }
    // The schedules are about something.
    assert!(told > 10_000 && exact > 3_000, "{told} {exact}");
}

#[test]
fn what_was_reported_before_our_start_says_nothing_for_a_while() {
    let seen = |state, now| {
        let mut server = server();
        (server.state, server.heard_at) = (state, Some(at(-5)));
        server.state_since = Some(at(-500));
        Evidence::of(&server, at(0), at(now))
    };
    let later = AWAIT_REPORTS.as_secs().cast_signed();

    assert_eq!(seen(LinkState::Down, later - 1), Evidence::Unknown);
    assert_eq!(seen(LinkState::Down, later), Evidence::Down(at(-500)));
    assert_eq!(seen(LinkState::Stale, later - 1), Evidence::Unknown);
    assert_eq!(seen(LinkState::Stale, later), Evidence::Silent(at(-500)));
    assert_eq!(seen(LinkState::Online, 0), Evidence::Up(Some(at(-500))));
    assert_eq!(seen(LinkState::AwaitingSync, later), Evidence::Unknown);
    assert_eq!(seen(LinkState::Quiet, later), Evidence::Unknown);
    assert_eq!(seen(LinkState::Disconnected, 0), Evidence::Disconnected);
    let never_answered = ServerSummary {
        state: LinkState::Down,
        ..server()
    };
    let evidence = Evidence::of(&never_answered, at(0), at(later));
    assert_eq!(evidence, Evidence::Unknown);
    let phase = ServerPhase::Up;
    assert_eq!(Outage::of(Some(phase)).due(), None);
}
