//! The settings that limit what one linked server may send.

use std::ops::RangeInclusive;

use governor::Quota;
use oxeye_db::RateLimits;

use oxeye_process::config::{ConfigError, Sources, Unit};

use super::list;

const RANGE: RangeInclusive<u64> = 1..=1_000_000;

pub(super) fn read(from: &Sources) -> Result<RateLimits, ConfigError> {
    let requests = from.rate(
        list::RATE_LIMIT_EVENTS_PER_SEC,
        RANGE,
        Unit::EventsPerSecond,
    )?;
    let burst = from.rate(list::RATE_LIMIT_EVENTS_BURST, RANGE, Unit::Events)?;
    let batches = list::RATE_LIMIT_BATCH_EVENTS_PER_SEC;
    let activity = list::RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC;
    let new_players = list::MAX_NEW_PLAYERS_PER_HOUR;
    Ok(RateLimits {
        requests: Quota::per_second(requests).allow_burst(burst),
        batch_events_per_sec: from.rate(batches, RANGE, Unit::EventsPerSecond)?,
        activity_events_per_sec: from.rate(activity, RANGE, Unit::EventsPerSecond)?,
        new_players_per_hour: from.rate(new_players, RANGE, Unit::PlayersPerHour)?,
    })
}
