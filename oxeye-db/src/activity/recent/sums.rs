//! What recent events add to the other tables.

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;

use crate::activity::day::UtcDay;
use crate::activity::store::rows::collected::CollectedAt;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::activity::store::rows::recent_events::Addition;
use crate::activity::store::rows::words::WordId;
use crate::ids::GuildId;

/// What recent events add to each row, in the order of the rows.
#[derive(Debug, Default, PartialEq)]
pub(in crate::activity) struct Sums {
    pub(in crate::activity) days: BTreeMap<(GuildId, WordId, UtcDay, GuildPlayerId), f64>,
    /// By player, begin of the stay, and counter.
    pub(in crate::activity) stays: BTreeMap<(GuildPlayerId, UnixSeconds, WordId), f64>,
    /// When each value was collected last, by player, day and collection.
    pub(in crate::activity) collected:
        BTreeMap<(GuildPlayerId, UtcDay, WordId, String), CollectedAt>,
    pub(in crate::activity) players: BTreeMap<GuildPlayerId, Latest>,
}

/// A player's last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::activity) struct Latest {
    /// The number of the next event.
    pub(in crate::activity) events: u64,
    /// When the player last did anything.
    pub(in crate::activity) at: UnixSeconds,
}

impl Sums {
    /// Adds an event.
    pub(super) fn add(&mut self, event: Addition) {
        let Addition {
            guild,
            player,
            number,
            at,
            stay,
            counters,
            collected,
        } = event;
        self.add_counters((guild, player), at, &counters);
        if let Some(began_at) = stay {
            for (counter, amount) in counters {
                let key = (player, began_at, counter);
                *self.stays.entry(key).or_default() += amount;
            }
        }
        let collected_at = CollectedAt { at, number };
        for (collection, value) in collected {
            let key = (player, UtcDay::of(at), collection, value);
            let latest = self.collected.entry(key).or_insert(collected_at);
            *latest = collected_at.max(*latest);
        }
        let events = number + 1;
        let latest = self.players.entry(player).or_insert(Latest { events, at });
        latest.events = latest.events.max(events);
        latest.at = latest.at.max(at);
    }

    /// Adds the counters of an event to its day.
    pub(super) fn add_counters(
        &mut self,
        (guild, player): (GuildId, GuildPlayerId),
        at: UnixSeconds,
        counters: &[(WordId, f64)],
    ) {
        for (counter, amount) in counters {
            let key = (guild, *counter, UtcDay::of(at), player);
            *self.days.entry(key).or_default() += amount;
        }
    }

    /// Returns what is added to one of a guild's counters on some days, first and last: the day, the player, the amount.
    pub(in crate::activity) fn on_days(
        &self,
        guild: GuildId,
        counter: WordId,
        (first, last): (UtcDay, UtcDay),
    ) -> impl Iterator<Item = (UtcDay, GuildPlayerId, f64)> {
        let from = (guild, counter, first, GuildPlayerId(i64::MIN));
        let to = (guild, counter, last, GuildPlayerId(i64::MAX));
        // A range that ends before it begins would panic.
        let days = (first <= last).then(|| self.days.range(from..=to));
        let days = days.into_iter().flatten();
        days.map(|((_, _, day, player), amount)| (*day, *player, *amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(7);
    const ALEX: GuildPlayerId = GuildPlayerId(1);
    const TRADES: WordId = WordId(3);
    const SECTORS: WordId = WordId(5);

    fn trade(player: GuildPlayerId, number: u64, at: i64, amount: f64) -> Addition {
        Addition {
            guild: GUILD,
            player,
            number,
            at: UnixSeconds(at),
            stay: Some(UnixSeconds(at - at % 100)),
            counters: vec![(TRADES, amount)],
            collected: vec![(SECTORS, "Sol".to_owned())],
        }
    }

    #[test]
    fn what_several_events_add_to_one_row_is_one_sum() {
        let mut sums = Sums::default();
        sums.add(trade(ALEX, 4, 86_500, 1.0));
        sums.add(trade(ALEX, 5, 86_400, 2.0));
        sums.add(trade(ALEX, 6, 86_399, 4.0));
        sums.add(trade(GuildPlayerId(2), 0, 86_500, 8.0));

        let (first, second) = (UtcDay(0), UtcDay(1));
        let on = |from, to| Vec::from_iter(sums.on_days(GUILD, TRADES, (from, to)));
        assert_eq!(on(first, first), [(first, ALEX, 4.0)]);
        assert_eq!(
            on(first, second)[1..],
            [(second, ALEX, 3.0), (second, GuildPlayerId(2), 8.0)]
        );
        assert_eq!(on(second, first), []);
        assert_eq!(
            Vec::from_iter(sums.on_days(GuildId(8), TRADES, (first, second))),
            []
        );
        let stays = sums
            .stays
            .iter()
            .map(|((player, at, _), amount)| (player.0, at.0, *amount));
        assert_eq!(
            Vec::from_iter(stays),
            [
                (1, 86_300, 4.0),
                (1, 86_400, 2.0),
                (1, 86_500, 1.0),
                (2, 86_500, 8.0)
            ]
        );
        let latest = Latest {
            events: 7,
            at: UnixSeconds(86_500),
        };
        assert_eq!(sums.players[&ALEX], latest);
        let collected_at = CollectedAt {
            at: UnixSeconds(86_500),
            number: 4,
        };
        assert_eq!(
            sums.collected[&(ALEX, second, SECTORS, "Sol".to_owned())],
            collected_at
        );
    }
}
