//! Tests of when an address is asked.

use oxeye_db::{GuildId, UnixSeconds, WatchedAs};

use super::*;

const START: Duration = Duration::ZERO;
const INTERVAL: Duration = Duration::from_secs(30);
const FAILED: Outcome = Outcome::Failed(WatchError::NoAnswer);
const ANSWERED: Outcome = Outcome::Answered(Edition::Java, None);

fn watched(number: i64) -> WatchedAddress {
    WatchedAddress {
        server: ServerId(number),
        guild: GuildId(1),
        host: format!("{number}.test"),
        port: None,
        edition: None,
        watched_as: WatchedAs::Alone,
        added_at: UnixSeconds(0),
        answered_at: None,
    }
}

fn all(numbers: std::ops::RangeInclusive<i64>) -> Vec<WatchedAddress> {
    numbers.map(watched).collect()
}

fn plan(count: i64) -> Plan {
    let mut plan = Plan::new(INTERVAL);
    plan.set(all(1..=count), START);
    plan
}

/// Takes the next question, whenever it is due, and returns it with that time.
fn next(plan: &mut Plan) -> (Question, Duration) {
    let due = plan.due().expect("an address is due at some time");
    (plan.take(due).expect("it is due"), due)
}

#[track_caller]
fn check_distance(from: Duration, to: Duration, expected: Duration) {
    let distance = (to - from).as_secs_f64() / expected.as_secs_f64();
    assert!((0.9..=1.1).contains(&distance), "{from:?} to {to:?}");
}

#[test]
fn an_address_is_asked_at_once_and_then_at_intervals() {
    let mut plan = plan(1);
    let (question, asked_at) = next(&mut plan);
    assert_eq!((question.edition, asked_at), (None, START));
    assert_eq!(plan.due(), None, "it is being asked");

    plan.note(&question, ANSWERED, START);
    let (question, asked_again_at) = next(&mut plan);
    assert_eq!(question.edition, Some(Edition::Java));
    check_distance(asked_at, asked_again_at, INTERVAL);
}

#[test]
fn the_edition_that_the_store_remembers_is_asked() {
    let mut plan = Plan::new(INTERVAL);
    let edition = Some(oxeye_db::Edition::Bedrock);
    plan.set(
        vec![WatchedAddress {
            edition,
            ..watched(1)
        }],
        START,
    );

    assert_eq!(next(&mut plan).0.edition, Some(Edition::Bedrock));
}

#[test]
fn a_first_failure_is_followed_up_soon_and_a_second_is_not() {
    let mut plan = plan(1);
    let (mut question, mut at) = next(&mut plan);
    let five = AFTER_FIRST_FAILURE;
    for (outcome, expected) in [
        (FAILED, five),
        (FAILED, INTERVAL),
        (FAILED, INTERVAL),
        (ANSWERED, INTERVAL),
        (FAILED, five),
    ] {
        assert!(plan.note(&question, outcome, at));
        let (again, again_at) = next(&mut plan);
        check_distance(at, again_at, expected);
        (question, at) = (again, again_at);
    }
}

#[test]
fn what_is_wrong_on_our_side_is_no_failure() {
    let mut plan = plan(1);
    let (question, at) = next(&mut plan);
    plan.note(&question, Outcome::LearnedNothing(WatchError::NoDns), at);
    let (_, again_at) = next(&mut plan);
    check_distance(at, again_at, INTERVAL);
}

#[test]
fn a_thousand_addresses_are_spread_over_the_interval_at_a_start_and_later() {
    let mut plan = plan(1_000);
    let mut asked: HashMap<ServerId, u32> = HashMap::new();
    let mut per_second: HashMap<u64, u32> = HashMap::new();
    while let Some(due) = plan.due().filter(|due| *due < Duration::from_secs(600)) {
        let question = plan.take(due).unwrap();
        plan.note(&question, ANSWERED, due);
        *asked.entry(question.watched.server).or_default() += 1;
        *per_second.entry(due.as_secs()).or_default() += 1;
    }

    let most = per_second.values().max().unwrap();
    assert!(*most <= 3 * 34, "{most} questions within one second");
    assert_eq!(asked.len(), 1_000);
    for times in asked.into_values() {
        assert!((18..=23).contains(&times), "{times} questions");
    }
}

#[test]
fn after_a_long_outage_both_editions_are_tried() {
    let mut plan = plan(1);
    let (question, at) = next(&mut plan);
    plan.note(&question, Outcome::Answered(Edition::Bedrock, None), at);
    let mut editions = Vec::new();
    for _ in 0..12 {
        let (question, at) = next(&mut plan);
        editions.push(question.edition);
        plan.note(&question, FAILED, at);
    }

    let bedrock = Some(Edition::Bedrock);
    assert_eq!(editions[..10], [bedrock; 10]);
    assert_eq!(editions[10..], [None, bedrock]);
}

#[test]
fn an_address_that_is_added_later_is_asked_at_once_and_the_others_keep_their_times() {
    let mut plan = plan(1);
    let (question, _) = next(&mut plan);
    plan.note(&question, ANSWERED, START);
    let due = plan.due();

    let now = Duration::from_secs(10);
    let mut list = all(1..=3);
    list[0].answered_at = Some(UnixSeconds(5));
    plan.set(list, now);
    let added = [next(&mut plan), next(&mut plan)];
    let added = added.map(|(question, at)| (question.watched.server.0, at));
    assert_eq!(added, [(2, now), (3, now)]);
    assert_eq!(plan.due(), due);
}

#[test]
fn an_address_that_was_removed_or_replaced_is_not_asked_and_its_answer_counts_for_nothing() {
    let mut plan = plan(1);
    let (question, _) = next(&mut plan);
    plan.set(Vec::new(), START);
    assert_eq!(plan.due(), None);
    assert!(!plan.note(&question, ANSWERED, START));

    let added_at = UnixSeconds(9);
    plan.set(
        vec![WatchedAddress {
            added_at,
            ..watched(1)
        }],
        START,
    );
    assert!(!plan.note(&question, FAILED, START));
    assert_eq!(next(&mut plan).0.watched.added_at, added_at);
}

#[test]
fn what_a_server_says_about_itself_is_reported_when_it_is_new_but_not_all_the_time() {
    let mut plan = plan(1);
    let mut reports = Vec::new();
    for hash in 0..200 {
        let (question, at) = next(&mut plan);
        let report = question
            .is_news(hash, at)
            .then_some(AboutReport { hash, at });
        reports.extend(report);
        plan.note(&question, Outcome::Answered(Edition::Java, report), at);
    }
    assert_eq!(reports[0].at, START);
    assert!((8..=9).contains(&reports.len()), "{}", reports.len());
    for pair in reports.windows(2) {
        assert!(pair[1].at - pair[0].at >= ABOUT_INTERVAL, "{pair:?}");
    }

    let (question, _) = next(&mut plan);
    let last = *reports.last().unwrap();
    assert!(!question.is_news(last.hash, last.at + 2 * ABOUT_INTERVAL));
    assert!(question.is_news(last.hash, last.at + ABOUT_CONFIRMED_AFTER));
}
