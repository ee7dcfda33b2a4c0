//! The types that every Oxeye knows, even if its operator defines none.

use std::collections::{BTreeMap, HashSet};

use super::{COMBAT_EVENTS, Kind, Kinds, SECTORS, TRADE_VOLUME, TRADES};

impl Kinds {
    /// Returns the built-in kinds: those of the original design, and what the agent reads in logs.
    #[must_use]
    pub fn built_in() -> Self {
        let trade = Kind::counting([TRADES]).summing("total_value", TRADE_VOLUME);
        let combat = Kind::counting([COMBAT_EVENTS]);
        let travel = Kind::default().collecting("sector_id", SECTORS);
        let kinds = [
            ("trade_buy", trade.clone()),
            ("trade_sell", trade),
            ("combat_attack", combat.clone()),
            ("combat_defend", combat),
            ("sector_move", travel.clone()),
            ("warp", travel),
            ("dock", Kind::default()),
            ("undock", Kind::default()),
            ("planet_land", Kind::default()),
            ("death", Kind::counting(["deaths"])),
            ("kill", Kind::counting(["kills"])),
            ("advancement", Kind::counting(["advancements"])),
            ("chat", Kind::counting(["chat_messages"])),
        ];
        let by_type = kinds
            .into_iter()
            .filter_map(|(name, kind)| Some((name.parse().ok()?, kind)));
        Self {
            by_type: by_type.collect(),
            ignored: HashSet::new(),
            ignored_on: BTreeMap::new(),
        }
    }
}

impl Kind {
    pub(super) fn counting<const N: usize>(counters: [&str; N]) -> Self {
        Self {
            counters: counters.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    pub(super) fn summing(mut self, field: &str, counter: &str) -> Self {
        self.sums.insert(field.to_owned(), counter.to_owned());
        self
    }

    pub(super) fn collecting(mut self, field: &str, collection: &str) -> Self {
        self.collections
            .insert(field.to_owned(), collection.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::EventType;

    use super::*;

    #[test]
    fn every_type_of_the_original_design_is_known() {
        let kinds = Kinds::built_in();
        for text in [
            "trade_buy",
            "trade_sell",
            "combat_attack",
            "combat_defend",
            "sector_move",
            "dock",
            "undock",
            "planet_land",
            "warp",
            "death",
            "kill",
            "advancement",
            "chat",
        ] {
            let event_type: EventType = text.parse().unwrap();
            assert!(kinds.of(&event_type).is_some(), "{text}");
        }
        assert_eq!(
            Vec::from_iter(kinds.counters()),
            [
                "actions",
                "advancements",
                "chat_messages",
                "combat_events",
                "deaths",
                "kills",
                "trade_volume",
                "trades"
            ]
        );
    }
}
