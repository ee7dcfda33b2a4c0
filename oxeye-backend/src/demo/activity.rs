//! Makes up what the players did while they were on: trades, deaths, advancements. The result depends only on the
//! stays and the moment.

use oxeye_db::UnixSeconds;
use oxeye_plugin_proto::{ActivityEvent, Details, PlayerName};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::history::Stay;
use super::players::EVERYONE;

/// Minutes between two events of a player.
const PAUSE: std::ops::Range<i64> = 6..35;

const GOODS: [&str; 5] = ["bread", "emerald", "lantern", "map", "saddle"];
const CAUSES: [&str; 4] = ["fall", "lava", "mob", "drown"];
const TITLES: [&str; 5] = [
    "Acquire Hardware",
    "Getting an Upgrade",
    "Monster Hunter",
    "Sweet Dreams",
    "Into Fire",
];

/// What a player did, and on which server.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Deed {
    /// Index into the servers of the demo.
    pub(super) server: usize,
    pub(super) at: UnixSeconds,
    pub(super) event: ActivityEvent,
}

/// Returns what was done during these stays until `now`, in order of time.
pub(super) fn during(stays: &[Stay], now: UnixSeconds) -> anyhow::Result<Vec<Deed>> {
    let mut deeds = Vec::new();
    for stay in stays {
        let mut chance =
            StdRng::seed_from_u64(stay.joined_at.0.unsigned_abs() + stay.player as u64);
        let end = stay.left_at.unwrap_or(now);
        let mut at = stay.joined_at.0 + chance.random_range(PAUSE) * 60;
        while at < end.0 {
            let event = ActivityEvent {
                at: Some(UnixSeconds(at)),
                ..something(EVERYONE[stay.player].name()?, &mut chance)?
            };
            deeds.push(Deed {
                server: stay.server,
                at: UnixSeconds(at),
                event,
            });
            at += chance.random_range(PAUSE) * 60;
        }
    }
    deeds.sort_by_key(|deed| deed.at);
    Ok(deeds)
}

/// Makes up something that a player does now.
pub(super) fn something(player: PlayerName, chance: &mut StdRng) -> anyhow::Result<ActivityEvent> {
    let mut one_of = |choice: &[&'static str]| choice[chance.random_range(0..choice.len())];
    let kind = one_of(&[
        "trade_buy",
        "trade_buy",
        "trade_sell",
        "death",
        "advancement",
    ]);
    let details = match kind {
        "death" => json!({"cause": one_of(&CAUSES)}),
        "advancement" => json!({"kind": "advancement", "title": one_of(&TITLES)}),
        _ => json!({"item": one_of(&GOODS), "total_value": chance.random_range(1..60) * 5}),
    };
    let mut event = ActivityEvent::new(player, kind.parse()?);
    if let Value::Object(details) = details {
        event.details = Details::new(details)?;
    }
    Ok(event)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use oxeye_db::TimeZone;
    use oxeye_db::activity::fold::counted;
    use oxeye_db::activity::kinds::Kinds;

    use super::super::history::four_weeks;
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_795_564_800);

    #[test]
    fn everything_is_done_during_a_stay_on_the_server_of_that_stay() {
        let stays = four_weeks(NOW, TimeZone::UTC);
        let deeds = during(&stays, NOW).expect("valid events");
        assert_eq!(deeds, during(&stays, NOW).expect("valid events"));

        assert!(deeds.is_sorted_by_key(|deed| deed.at));
        for deed in &deeds {
            let is_on = |stay: &&Stay| {
                stay.server == deed.server
                    && EVERYONE[stay.player].is_called(&deed.event.player)
                    && stay.joined_at < deed.at
                    && deed.at < stay.left_at.unwrap_or(NOW)
            };
            assert_eq!(stays.iter().filter(is_on).count(), 1, "{deed:?}");
        }
    }

    #[test]
    fn everyone_has_done_something_that_is_counted_and_every_kind_occurs() {
        let stays = four_weeks(NOW, TimeZone::UTC);
        let deeds = during(&stays, NOW).expect("valid events");
        let kinds = Kinds::built_in();

        let players: BTreeSet<_> = deeds.iter().map(|deed| &deed.event.player).collect();
        assert_eq!(players.len(), EVERYONE.len());
        let counters: BTreeSet<_> = deeds
            .iter()
            .flat_map(|deed| {
                let event = &deed.event;
                let counted = counted(&kinds, &event.event_type, &event.details);
                counted.expect("a countable event").counters.into_keys()
            })
            .collect();
        let expected = [
            "actions",
            "advancements",
            "deaths",
            "trade_volume",
            "trades",
        ];
        assert!(counters.iter().eq(&expected), "{counters:?}");
    }
}
