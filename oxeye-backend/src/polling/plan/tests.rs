//! Tests of when an address is asked.

use super::*;

const START: Duration = Duration::ZERO;
const INTERVAL: Duration = Duration::from_secs(30);

fn target(number: i64) -> Target {
    Target {
        server: ServerId(number),
        address: TypedAddress::from_parts(format!("{number}.test"), None),
        edition: None,
    }
}

fn targets(numbers: std::ops::RangeInclusive<i64>) -> Vec<Target> {
    numbers.map(target).collect()
}

fn plan(count: i64) -> Plan {
    let mut plan = Plan::new(INTERVAL);
    plan.set(&targets(1..=count), START);
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

    plan.answered(&question, Edition::Java, 1, START);
    let (question, asked_again_at) = next(&mut plan);
    assert_eq!(question.edition, Some(Edition::Java));
    check_distance(asked_at, asked_again_at, INTERVAL);
}

#[test]
fn a_first_failure_is_followed_up_soon_and_a_second_is_not() {
    let mut plan = plan(1);
    let (question, mut at) = next(&mut plan);
    for expected in [AFTER_FIRST_FAILURE, INTERVAL, INTERVAL] {
        assert!(plan.failed(&question, at));
        let (_, again_at) = next(&mut plan);
        check_distance(at, again_at, expected);
        at = again_at;
    }
    plan.answered(&question, Edition::Java, 1, at);
    let (question, at) = next(&mut plan);
    plan.failed(&question, at);
    let (_, again_at) = next(&mut plan);
    check_distance(at, again_at, AFTER_FIRST_FAILURE);
}

#[test]
fn what_is_wrong_on_our_side_is_no_failure() {
    let mut plan = plan(1);
    let (question, at) = next(&mut plan);
    plan.learned_nothing(&question, at);
    let (_, again_at) = next(&mut plan);
    check_distance(at, again_at, INTERVAL);
}

#[test]
fn a_thousand_addresses_are_spread_over_the_interval_at_a_start_and_later() {
    let mut plan = plan(1_000);
    let mut asked: HashMap<ServerId, Vec<Duration>> = HashMap::new();
    let mut per_second: HashMap<u64, u32> = HashMap::new();
    while let Some(due) = plan.due().filter(|due| *due < Duration::from_secs(600)) {
        let question = plan.take(due).unwrap();
        plan.answered(&question, Edition::Java, 1, due);
        asked.entry(question.server).or_default().push(due);
        *per_second.entry(due.as_secs()).or_default() += 1;
    }

    let most = per_second.values().max().unwrap();
    assert!(*most <= 3 * 34, "{most} questions within one second");
    for times in asked.values() {
        assert!(
            (18..=23).contains(&times.len()),
            "{} questions",
            times.len()
        );
    }
}

#[test]
fn after_a_long_outage_both_editions_are_tried() {
    let mut plan = plan(1);
    let (question, at) = next(&mut plan);
    plan.answered(&question, Edition::Bedrock, 1, at);
    let mut editions = Vec::new();
    for _ in 0..12 {
        let (question, at) = next(&mut plan);
        editions.push(question.edition);
        plan.failed(&question, at);
    }

    let bedrock = Some(Edition::Bedrock);
    assert_eq!(editions[..10], [bedrock; 10]);
    assert_eq!(editions[10..], [None, bedrock]);
}

#[test]
fn an_address_that_is_added_later_is_asked_at_once_and_the_others_keep_their_times() {
    let mut plan = plan(1);
    let (question, _) = next(&mut plan);
    plan.answered(&question, Edition::Java, 1, START);
    let due = plan.due();

    let now = Duration::from_secs(10);
    plan.set(&targets(1..=3), now);
    let added = [next(&mut plan), next(&mut plan)];
    assert_eq!(
        added.map(|(question, at)| (question.server.0, at)),
        [(2, now), (3, now)]
    );
    assert_eq!(plan.due(), due);
}

#[test]
fn an_address_that_was_removed_or_replaced_is_not_asked_and_its_answer_counts_for_nothing() {
    let mut plan = plan(2);
    let (question, _) = next(&mut plan);
    plan.set(&[], START);
    assert_eq!(plan.due(), None);
    assert_eq!(plan.answered(&question, Edition::Java, 1, START), None);

    let moved = Target {
        address: TypedAddress::from_parts("moved.test", None),
        ..target(1)
    };
    plan.set(&[moved], START);
    assert!(!plan.failed(&question, START));
    assert_eq!(next(&mut plan).0.address.host(), "moved.test");
}

#[test]
fn what_a_server_says_about_itself_is_reported_when_it_is_new_but_not_all_the_time() {
    let mut plan = plan(1);
    let (question, _) = next(&mut plan);
    assert_eq!(
        plan.answered(&question, Edition::Java, 1, START),
        Some(true)
    );
    let mut reports = Vec::new();
    let mut at = START;
    for about in 2..200 {
        let (question, due) = next(&mut plan);
        if plan.answered(&question, Edition::Java, about, due) == Some(true) {
            assert!(due - at >= ABOUT_INTERVAL, "{at:?} {due:?}");
            at = due;
            reports.push(about);
        }
    }
    assert!(reports.len() > 10, "{reports:?}");

    let (question, due) = next(&mut plan);
    let same = *reports.last().unwrap();
    assert_eq!(
        plan.answered(&question, Edition::Java, same, due + ABOUT_INTERVAL),
        Some(false)
    );
}
