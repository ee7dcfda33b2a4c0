//! Tests of the limits of a server, among them the defaults that docs/settings.md names.

use futures_util::FutureExt;

use super::*;

/// Returns the documented defaults.
fn defaults() -> ServerLimits {
    let count = |number| NonZeroU32::new(number).unwrap();
    ServerLimits::new(&RateLimits {
        requests: Quota::per_second(count(50)).allow_burst(count(200)),
        batch_events_per_sec: count(1_000),
        activity_events_per_sec: count(1_000),
        new_players_per_hour: count(5_000),
    })
}

/// Returns how many seconds a plugin needs to deliver `events` in consecutive batches if it waits
/// the whole seconds of each `Retry-After`.
fn secs_to_deliver(mut events: usize, batch: usize, limits: &ServerLimits) -> i64 {
    let (start, mut now) = (1_700_000_000, 1_700_000_000);
    while events > 0 {
        match limits.check_bulk(UnixSeconds(now)) {
            Ok(()) => {
                let sent = batch.min(events);
                limits.charge(sent, UnixSeconds(now));
                events -= sent;
            }
            Err(wait) => {
                now += i64::try_from(wait.as_millis().div_ceil(1_000))
                    .unwrap()
                    .max(1)
            }
        }
    }
    now - start
}

#[test]
fn a_spool_of_50_000_events_is_delivered_within_a_minute() {
    for batch in [1, 100, 500] {
        let secs = secs_to_deliver(50_000, batch, &defaults());

        assert!((30..60).contains(&secs), "{secs} s in batches of {batch}");
    }
}

#[test]
fn two_bulk_requests_of_one_key_are_handled_at_once() {
    let permits = BulkPermits::per_key();
    let acquire = || permits.acquire().now_or_never().flatten();

    let both = (acquire(), acquire());
    assert!(both.0.is_some() && both.1.is_some());
    assert!(acquire().is_none(), "the third one waits");
    drop(both);

    assert!(acquire().is_some());
}

#[test]
fn requests_above_the_limit_are_told_how_long_to_wait_and_are_counted() {
    let (limiters, server) = (limiters(), ServerId(1));
    let limits = limiters.of(server);
    assert_eq!(limits.check_request(NOW), Ok(()));
    assert_eq!(limits.check_request(NOW), Ok(()));

    let wait = limits.check_request(NOW).unwrap_err();

    assert!((1..=1_800).contains(&wait.as_secs()), "{wait:?}");
    assert_eq!(
        refused(&limiters, server),
        [("RATE_LIMIT_EVENTS_PER_SEC", 1)]
    );
    assert_eq!(limiters.of(ServerId(2)).check_request(NOW), Ok(()));
}

#[test]
fn activity_has_a_limit_of_its_own_that_counts_each_event() {
    let (limiters, server) = (limiters(), ServerId(1));
    let limits = limiters.of(server);
    assert_eq!(limits.check_activity(NOW), Ok(()));
    limits.charge_activity(8, NOW);
    assert_eq!(limits.check_activity(NOW), Ok(()));

    assert_eq!(limits.check_activity(NOW), Err(Duration::from_secs(1)));
    assert_eq!(limits.check_bulk(NOW), Ok(()));

    limits.charge(10, NOW);
    assert_eq!(limits.check_bulk(NOW), Err(Duration::from_secs(1)));
    limits.account_refused(NOW);
    let expected = [
        ("RATE_LIMIT_BATCH_EVENTS_PER_SEC", 1),
        ("RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC", 1),
        ("MAX_NEW_PLAYERS_PER_HOUR", 1),
    ];
    assert_eq!(refused(&limiters, server), expected);
}

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

/// Returns limits of two requests per hour, and of one event per second.
fn limiters() -> Limiters {
    let count = |number| NonZeroU32::new(number).unwrap();
    Limiters::new(RateLimits {
        requests: Quota::per_hour(count(2)),
        batch_events_per_sec: count(1),
        activity_events_per_sec: count(1),
        new_players_per_hour: count(1),
    })
}

/// Returns how often each limit refused a server.
fn refused(limiters: &Limiters, server: ServerId) -> Vec<(&'static str, u64)> {
    let refused = limiters.refusals(server, NOW).into_iter();
    let refused = refused.map(|one| (one.limit.setting(), one.refused));
    refused.collect()
}
