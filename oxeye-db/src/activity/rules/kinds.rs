//! What each type of event counts, and whose events are ignored.
//!
//! | module     | subject                                       |
//! |------------|-----------------------------------------------|
//! | `built_in` | the types that every Oxeye knows              |
//! | `names`    | which names counters and collections may have |

mod built_in;
mod names;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use oxeye_plugin_proto::{EventType, PlayerName, ServerName};

use crate::server_names::is_same;

pub(crate) use names::is_stored_name;
use names::{check_collection, check_counter, reserved_in_words};

/// A counter's name, as it appears in JSON: `trades`, `deaths`.
pub type CounterName = String;

/// Raised by every event.
pub const ACTIONS: &str = "actions";
/// Raised by `trade_buy` and `trade_sell`.
pub const TRADES: &str = "trades";
/// The sum of `total_value` over `trade_buy` and `trade_sell`.
pub const TRADE_VOLUME: &str = "trade_volume";
/// Raised by `combat_attack` and `combat_defend`.
pub const COMBAT_EVENTS: &str = "combat_events";
/// The sectors that `sector_move` and `warp` name.
pub const SECTORS: &str = "sectors";

/// What an event of one type counts, beyond being an action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kind {
    /// The counters that it raises by one.
    pub counters: BTreeSet<CounterName>,
    /// Fields of the details whose numbers are added to counters.
    pub sums: BTreeMap<String, CounterName>,
    /// Fields of the details whose values are collected, each value once, and the name of the collection.
    pub collections: BTreeMap<String, String>,
    /// Players whose events of this type are ignored.
    pub ignored: HashSet<PlayerName>,
}

/// All types that are known, and the players who are ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds {
    by_type: BTreeMap<EventType, Kind>,
    ignored: HashSet<PlayerName>,
    ignored_on: BTreeMap<ServerName, HashSet<PlayerName>>,
}

/// Why an operator's kinds cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKinds {
    /// The type is derived from joins and leaves.
    #[error("{0} is derived from joins and leaves and cannot be defined")]
    Derived(EventType),
    /// Every event is counted as an action already.
    #[error("{ACTIONS:?} cannot be a counter of a kind: every event counts as one of them anyway")]
    Actions,
    /// The name is that of something else, or does not look like a name.
    #[error(
        "{0:?} cannot be the name of a counter: use 1 to 64 of a-z, 0-9 and _, but not {reserved}",
        reserved = reserved_in_words()
    )]
    Name(String),
    /// Nothing could read the collection.
    #[error(
        "values can be collected only as {SECTORS:?}, not as {0:?}: write collect = {{ FIELD = {SECTORS:?} }}, where FIELD is any field of the details"
    )]
    Collection(String),
}

/// Whether the backend derives this type from joins and leaves, so that no plugin may send it.
#[must_use]
pub fn is_derived(event_type: &EventType) -> bool {
    matches!(event_type.as_str(), "login" | "logout")
}

impl Kinds {
    /// Defines a type, or redefines a built-in one.
    ///
    /// # Errors
    /// When the type is derived, or the name of a counter or a collection cannot be used.
    pub fn define(&mut self, event_type: EventType, kind: Kind) -> Result<(), InvalidKinds> {
        if is_derived(&event_type) {
            return Err(InvalidKinds::Derived(event_type));
        }
        for counter in kind.counters.iter().chain(kind.sums.values()) {
            check_counter(counter)?;
        }
        for collection in kind.collections.values() {
            check_collection(collection)?;
        }
        self.by_type.insert(event_type, kind);
        Ok(())
    }

    /// Ignores a player on all servers.
    pub fn ignore(&mut self, player: PlayerName) {
        self.ignored.insert(player);
    }

    /// Ignores a player on the servers of this name, in any case.
    pub fn ignore_on(&mut self, server: ServerName, player: PlayerName) {
        self.ignored_on.entry(server).or_default().insert(player);
    }

    /// Returns the names of the servers on which players are ignored.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &ServerName> {
        self.ignored_on.keys()
    }

    /// Returns what an event of a type counts; `None` if nobody has defined the type.
    #[must_use]
    pub fn of(&self, event_type: &EventType) -> Option<&Kind> {
        self.by_type.get(event_type)
    }

    /// Whether an event of this player is ignored.
    #[must_use]
    pub fn ignores(
        &self,
        server: &ServerName,
        player: &PlayerName,
        event_type: &EventType,
    ) -> bool {
        let on_server = self.ignored_on.iter();
        let on_server = on_server.filter(|(name, _)| is_same(name, server));
        let of_type = self.of(event_type).map(|kind| &kind.ignored);
        let mut lists = [&self.ignored]
            .into_iter()
            .chain(of_type)
            .chain(on_server.map(|(_, list)| list));
        lists.any(|list| list.contains(player))
    }

    /// Whether a player, or an event of theirs, is ignored on every server.
    pub(crate) fn ignores_everywhere(
        &self,
        player: &PlayerName,
        event_type: Option<&EventType>,
    ) -> bool {
        let kind = event_type.and_then(|event_type| self.of(event_type));
        self.ignored.contains(player) || kind.is_some_and(|kind| kind.ignored.contains(player))
    }

    /// Returns the names of all counters, sorted.
    #[must_use]
    pub fn counters(&self) -> BTreeSet<&str> {
        let kinds = self.by_type.values();
        let names = kinds.flat_map(|kind| kind.counters.iter().chain(kind.sums.values()));
        let mut names: BTreeSet<&str> = names.map(String::as_str).collect();
        names.insert(ACTIONS);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_type(text: &str) -> EventType {
        text.parse().unwrap()
    }

    #[test]
    fn a_derived_type_cannot_be_defined() {
        let login = event_type("login");

        let refused = Kinds::built_in().define(login.clone(), Kind::default());

        assert_eq!(refused, Err(InvalidKinds::Derived(login)));
        assert!(is_derived(&event_type("logout")));
    }

    #[test]
    fn a_player_may_be_ignored_everywhere_on_a_server_or_for_a_type() {
        let name = |text| PlayerName::try_from(text).unwrap();
        let server = |text| ServerName::try_from(text).unwrap();
        let mut kinds = Kinds::built_in();
        kinds.ignore(name("Bot"));
        kinds.ignore_on(server("creative"), name("Builder"));
        let fishing = Kind {
            ignored: [name("Angler")].into(),
            ..Kind::counting(["fish"])
        };
        kinds.define(event_type("fish"), fishing).unwrap();

        let (warp, fish) = (event_type("warp"), event_type("fish"));
        let (survival, creative) = (server("survival"), server("creative"));
        assert!(kinds.ignores(&survival, &name("Bot"), &warp));
        assert!(kinds.ignores(&creative, &name("Builder"), &warp));
        assert!(kinds.ignores(&server("CREATIVE"), &name("Builder"), &warp));
        assert!(!kinds.ignores(&survival, &name("Builder"), &warp));
        assert!(kinds.ignores(&survival, &name("Angler"), &fish));
        assert!(!kinds.ignores(&survival, &name("Angler"), &warp));
    }
}
