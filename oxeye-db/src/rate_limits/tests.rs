//! Tests of the default limits that docs/settings.md names.

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
    let BulkPermits(permits) = BulkPermits::per_key();
    let permits = std::iter::from_fn(|| Arc::clone(&permits).try_acquire_owned().ok());

    assert_eq!(permits.collect::<Vec<_>>().len(), BULK_AT_ONCE);
}
