//! What each type of event counts, and whose events are ignored.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use oxeye_plugin_proto::{EventType, PlayerName, ServerName};

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

/// Keys of the JSON answers that are not counters.
const RESERVED: &[&str] = &[
    "date",
    "player",
    "player_id",
    "sessions",
    "playtime_seconds",
];

/// Whether the backend derives this type from joins and leaves, so that no plugin may send it.
#[must_use]
pub fn is_derived(event_type: &EventType) -> bool {
    matches!(event_type.as_str(), "login" | "logout")
}

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
        let mut collections = kind.collections.values();
        if let Some(unread) = collections.find(|name| *name != SECTORS) {
            return Err(InvalidKinds::Collection(unread.clone()));
        }
        self.by_type.insert(event_type, kind);
        Ok(())
    }

    /// Ignores a player on all servers.
    pub fn ignore(&mut self, player: PlayerName) {
        self.ignored.insert(player);
    }

    /// Ignores a player on the servers of this name.
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
        let on_server = self.ignored_on.get(server);
        let of_type = self.of(event_type).map(|kind| &kind.ignored);
        let lists = [Some(&self.ignored), on_server, of_type];
        lists
            .into_iter()
            .flatten()
            .any(|list| list.contains(player))
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

impl Kind {
    fn counting<const N: usize>(counters: [&str; N]) -> Self {
        Self {
            counters: counters.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    fn summing(mut self, field: &str, counter: &str) -> Self {
        self.sums.insert(field.to_owned(), counter.to_owned());
        self
    }

    fn collecting(mut self, field: &str, collection: &str) -> Self {
        self.collections
            .insert(field.to_owned(), collection.to_owned());
        self
    }
}

/// Whether rows may have a counter or a collection of this name.
pub(crate) fn is_stored_name(name: &str) -> bool {
    name == ACTIONS || check_counter(name).is_ok()
}

fn check_counter(name: &str) -> Result<(), InvalidKinds> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_name = (1..=64).contains(&name.len()) && name.chars().all(is_allowed);
    match name {
        ACTIONS => Err(InvalidKinds::Actions),
        _ if is_name && !RESERVED.contains(&name) => Ok(()),
        _ => Err(InvalidKinds::Name(name.to_owned())),
    }
}

/// Lists the reserved names: `date, player or sessions`.
fn reserved_in_words() -> String {
    let names = RESERVED.join(", ");
    match names.rsplit_once(", ") {
        Some((others, last)) => format!("{others} or {last}"),
        None => names,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event_type(text: &str) -> EventType {
        text.parse().unwrap()
    }

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
            assert!(kinds.of(&event_type(text)).is_some(), "{text}");
        }
        assert!(is_derived(&event_type("login")) && is_derived(&event_type("logout")));
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

    #[test]
    fn a_derived_type_and_a_name_with_another_meaning_are_refused() {
        let mut kinds = Kinds::built_in();

        let derived = kinds.define(event_type("login"), Kind::default());
        assert_eq!(derived, Err(InvalidKinds::Derived(event_type("login"))));
        for name in ["sessions", "player_id", "", "Two Words", "naïve"] {
            let refused = kinds.define(event_type("quest"), Kind::counting([name]));
            assert_eq!(refused, Err(InvalidKinds::Name(name.to_owned())), "{name}");
        }
        assert_eq!(
            InvalidKinds::Name("Bad".to_owned()).to_string(),
            "\"Bad\" cannot be the name of a counter: use 1 to 64 of a-z, 0-9 and _, \
             but not date, player, player_id, sessions or playtime_seconds"
        );
    }

    #[test]
    fn a_kind_cannot_count_an_action_twice() {
        let mut kinds = Kinds::built_in();
        for twice in [
            Kind::counting([ACTIONS]),
            Kind::default().summing("x", ACTIONS),
        ] {
            let refused = kinds.define(event_type("quest"), twice);
            assert_eq!(refused, Err(InvalidKinds::Actions));
        }
    }

    #[test]
    fn only_sectors_can_be_collected() {
        let mut kinds = Kinds::built_in();

        let sectors = Kind::default().collecting("place", SECTORS);
        assert_eq!(kinds.define(event_type("travel"), sectors), Ok(()));
        let quests = Kind::default().collecting("quest", "quests");
        let refused = kinds.define(event_type("quest"), quests);
        assert_eq!(refused, Err(InvalidKinds::Collection("quests".to_owned())));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "values can be collected only as \"sectors\", not as \"quests\": \
             write collect = { FIELD = \"sectors\" }, where FIELD is any field of the details"
        );
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
        assert!(!kinds.ignores(&survival, &name("Builder"), &warp));
        assert!(kinds.ignores(&survival, &name("Angler"), &fish));
        assert!(!kinds.ignores(&survival, &name("Angler"), &warp));
    }
}
