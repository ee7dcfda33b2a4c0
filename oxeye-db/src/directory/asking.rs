//! Which player a typed name means, and which ones may be suggested while somebody types.

use hashbrown::HashSet;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::ids::GuildId;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::store::StoreError;
use crate::visibility::Visible;

/// Maximum number of players of whom one question asks who they are.
const MAX_CANDIDATES: usize = 4_096;

/// A player who is suggested while somebody types a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedPlayer {
    /// The newest name, by which the player is found.
    pub player: PlayerName,
    /// The former name that was being typed, if it was one.
    pub former_name: Option<PlayerName>,
}

/// The suggestions so far.
struct Suggestions<'a> {
    database: &'a Database,
    guild: GuildId,
    persons: &'a Persons,
    visible: &'a Visible,
    limit: usize,
    /// Number of players who were considered.
    considered: usize,
    chosen: HashSet<PersonKey>,
    found: Vec<SuggestedPlayer>,
}

impl Database {
    /// Returns the newest name of the player of a guild whom a typed name means: the player who has exactly this
    /// name or was the last to have it, or the only one whose name differs from it only in case. Those who hide are
    /// unknown.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn player_of_guild(
        &self,
        guild: GuildId,
        name: PlayerName,
    ) -> Result<Option<PlayerName>, StoreError> {
        self.compute(move |database| {
            let persons = database.persons_in(guild);
            let visible = database.inner.memory.hidden.visible_to_members(guild);
            let meant = |id| database.person_called(guild, id, &persons, &visible);
            let exact = database.inner.memory.players.id(&name).and_then(meant);
            if let Some((_, newest)) = exact {
                return Some(newest);
            }
            let directory = &database.inner.memory.directory;
            let alike = directory.in_any_case(guild, &name, MAX_CANDIDATES);
            let mut alike = alike.into_iter().filter_map(meant);
            let (key, newest) = alike.next()?;
            alike.all(|(other, _)| other == key).then_some(newest)
        })
        .await
    }

    /// Returns at most `limit` players of a guild whose names contain a typed text: first whoever is called exactly
    /// that, in this case or another, then those who are on or were lately and whose names start with it, then all
    /// others whose names do, and the rest at the end. Each person comes once, and nobody who hides.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn suggested_players(
        &self,
        guild: GuildId,
        typed: &str,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Vec<SuggestedPlayer>, StoreError> {
        let whole = PlayerName::try_from(typed.trim()).ok();
        let typed = typed.trim().to_lowercase();
        self.compute(move |database| {
            let memory = &database.inner.memory;
            let (persons, lately) = (
                database.persons_in(guild),
                database.lately(guild, limit, now),
            );
            let visible = memory.hidden.visible_to_members(guild);
            let mut suggestions = Suggestions {
                database,
                guild,
                persons: &persons,
                visible: &visible,
                limit,
                considered: 0,
                chosen: HashSet::new(),
                found: Vec::new(),
            };
            if let Some(name) = &whole {
                let exact = memory.players.id(name).into_iter();
                for id in exact.chain(memory.directory.in_any_case(guild, name, limit)) {
                    suggestions.add(id);
                }
            }
            for name in lately {
                let id = memory.players.id(&name);
                let starts = name.as_str().to_lowercase().starts_with(&typed);
                if let Some(id) = id.filter(|_| starts) {
                    suggestions.add(id);
                }
            }
            for player in memory.directory.search(guild, &typed) {
                if suggestions.is_enough() {
                    break;
                }
                suggestions.add(player);
            }
            suggestions.found
        })
        .await
    }

    /// Returns those who are on the servers of a guild, and the last ones who were, as far as members see them, by
    /// name.
    fn lately(&self, guild: GuildId, limit: usize, now: UnixSeconds) -> Vec<PlayerName> {
        let memory = &self.inner.memory;
        let mut names = Vec::new();
        for server in memory.cache.ids(Some(guild)) {
            let read = |state: &ServerState| {
                let visible = memory.hidden.visible_to_members(guild);
                if state.may_have_players(now) {
                    names.extend(state.online(&visible).into_iter().map(|on| on.player));
                }
                let offline = state.recently_offline(&visible, now).take(limit);
                names.extend(offline.map(|(player, _)| player.clone()));
            };
            memory.cache.read(server, read);
        }
        names.sort_unstable();
        names
    }

    /// Returns the person who has a name or was the last to have it, with their newest name, if they are known in
    /// the guild and may be seen. Somebody whose newest name another account has now is meant by no name.
    fn person_called(
        &self,
        guild: GuildId,
        name: PlayerId,
        persons: &Persons,
        visible: &Visible,
    ) -> Option<(PersonKey, PlayerName)> {
        let key = persons.holder(name);
        let newest = persons.newest_name(key)?;
        let directory = &self.inner.memory.directory;
        // Whoever is suggested is known by the name itself.
        let is_known = directory.knows(guild, name)
            || persons
                .each_name(key)
                .any(|name| directory.knows(guild, name));
        let player = self.name_of(newest)?;
        let is_meant = persons.holder(newest) == key && visible.shows_person(key, &player);
        (is_known && is_meant).then_some((key, player))
    }
}

impl Suggestions<'_> {
    /// Whether nobody else is to be suggested, or considered.
    fn is_enough(&self) -> bool {
        self.found.len() >= self.limit || self.considered >= MAX_CANDIDATES
    }

    /// Adds the player who has a name or was the last to have it, unless there are enough.
    fn add(&mut self, name: PlayerId) {
        let (guild, persons, visible) = (self.guild, self.persons, self.visible);
        if self.is_enough() {
            return;
        }
        self.considered += 1;
        if self.chosen.contains(&persons.holder(name)) {
            return;
        }
        let person = self.database.person_called(guild, name, persons, visible);
        if let Some((key, player)) = person {
            self.chosen.insert(key);
            let typed = self.database.name_of(name);
            self.found.push(SuggestedPlayer {
                former_name: typed.filter(|typed| *typed != player),
                player,
            });
        }
    }
}
