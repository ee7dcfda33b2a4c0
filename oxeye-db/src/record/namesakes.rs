//! Who had a name last that another account has now, and whether a name means anybody at all.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::ids::GuildId;
use crate::persons::Person;
use crate::store::StoreError;

/// Whom a question about a person means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPerson {
    /// A name of the person.
    pub name: PlayerName,
    /// If another account has that name now: until when the person was there.
    pub until: Option<UnixSeconds>,
}

impl From<PlayerName> for AskedPerson {
    fn from(name: PlayerName) -> Self {
        Self { name, until: None }
    }
}

impl Database {
    /// Returns until when those were there whose newest name another account has now, the latest first. Whoever hides is
    /// left out.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn namesakes(
        &self,
        guild: GuildId,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Vec<UnixSeconds>, StoreError> {
        self.compute(move |database| {
            let persons = database.persons_in(guild);
            let Some(name) = database.inner.memory.players.id(&name) else {
                return Vec::new();
            };
            let called = persons.called(name);
            let before = |person: &&Person<'_>| {
                let has_it_last = person.names().first() == Some(&name);
                has_it_last && !person.has_newest_name() && database.shows(guild, person)
            };
            let before: Vec<_> = called.iter().filter(before).collect();
            if before.is_empty() {
                return Vec::new();
            }
            let servers = database.servers_of(guild, now);
            let until = |person| database.last_seen_of(person, &servers, now);
            let until = before.into_iter().filter_map(until);
            let mut until: Vec<_> = until.map(|(_, at)| at).collect();
            until.sort_unstable_by(|one, other| other.cmp(one));
            until
        })
        .await
    }

    /// Whether a name, in any case, may mean somebody whom the members of a guild may see. Looks only at names, so it takes
    /// no time.
    #[must_use]
    pub fn may_mean_somebody(&self, guild: GuildId, name: &PlayerName) -> bool {
        let players = &self.inner.memory.players;
        let persons = self.persons_in(guild);
        let alike = players.others_in_case(name).into_iter().map(|(id, _)| id);
        let mut named = players.id(name).into_iter().chain(alike);
        named.any(|name| {
            let called = persons.called(name);
            called.iter().any(|person| self.shows(guild, person))
        })
    }

    /// Whether members of a guild may see a person, and anything is known of them there.
    fn shows(&self, guild: GuildId, person: &Person<'_>) -> bool {
        let memory = &self.inner.memory;
        let visible = memory.hidden.visible_to_members(guild);
        let mut names = person.names().iter();
        let newest = names.clone().next().and_then(|name| self.name_of(*name));
        names.any(|name| memory.directory.knows(guild, *name))
            && newest.is_some_and(|newest| visible.shows_person(person.key(), &newest))
    }
}
