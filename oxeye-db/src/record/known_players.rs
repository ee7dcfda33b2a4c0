//! Everyone who has ever been on a server, by name, a page at a time.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{ImportedPlaytime, Record};
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::server_state::latest;
use crate::store::StoreError;

/// A player who has been on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlayer {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// If another account has the name now: until when this one was there.
    pub until: Option<UnixSeconds>,
    /// The player's total playtime.
    pub playtime: Duration,
    /// Number of sessions, including an open one.
    pub sessions: u32,
    /// The latest evidence in any session; `None` if no session is known.
    pub last_seen: Option<UnixSeconds>,
    /// Playtime from before Oxeye; not part of `playtime`.
    pub imported: Duration,
}

/// A page of the players who have been on a server, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlayers {
    /// The players of this page.
    pub page: Vec<KnownPlayer>,
    /// The player after whom the next page begins, if there are more.
    pub next: Option<PlayerName>,
    /// Number of players on all pages.
    pub total: usize,
}

/// What is known of one person so far.
#[derive(Debug, Clone, Copy)]
struct KnownPerson {
    /// One of the names.
    name: PlayerId,
    seconds: u64,
    sessions: u32,
    last_seen: Option<UnixSeconds>,
    imported: Duration,
}

impl Record {
    /// Returns everyone with a session or with imported playtime, each person once.
    #[must_use]
    pub fn known_players(
        &self,
        persons: &Persons,
        imported: &[ImportedPlaytime],
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Vec<KnownPlayer> {
        let mut known: HashMap<PersonKey, KnownPerson> = HashMap::new();
        let closed = self.history.iter().map(|session| {
            let stay = Span {
                from: session.joined_at,
                to: session.left_at,
            };
            (session.player, session.account, stay, session.seen_at)
        });
        let open = self.open.iter().map(|open| {
            let stay = self.so_far(open);
            (open.player, open.account, stay, stay.to)
        });
        for (player, account, stay, seen_at) in closed.chain(open) {
            let person = persons.of_stay(player, account);
            let known = known
                .entry(person)
                .or_insert_with(|| KnownPerson::called(player));
            known.seconds += stay.seconds();
            known.sessions += 1;
            known.last_seen = known.last_seen.max(Some(seen_at));
        }
        for imported in imported {
            let person = persons.of_stay(imported.player, imported.account);
            let known = known
                .entry(person)
                .or_insert_with(|| KnownPerson::called(imported.player));
            // A world counts by account, so what was imported under a later name includes the earlier one's.
            known.imported = known.imported.max(imported.playtime);
        }
        let known = known.into_iter();
        known
            .filter_map(|(person, known)| known.named(person, persons, &name))
            .collect()
    }
}

impl KnownPlayer {
    /// Whether one of the names begins with a text in lower case.
    fn is_called(&self, prefix: &str) -> bool {
        let names = [&self.player].into_iter().chain(&self.former_names);
        let mut lower = names.map(|name| name.as_str().to_lowercase());
        lower.any(|name| name.starts_with(prefix))
    }
}

impl KnownPerson {
    fn called(name: PlayerId) -> Self {
        Self {
            name,
            seconds: 0,
            sessions: 0,
            last_seen: None,
            imported: Duration::ZERO,
        }
    }

    /// Returns the person by their newest name that was not forgotten.
    fn named(
        self,
        person: PersonKey,
        persons: &Persons,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Option<KnownPlayer> {
        let mut names = persons.names(person);
        if names.is_empty() {
            // The account was reported a moment ago.
            names.push(self.name);
        }
        let has_the_name = persons.holder(names[0]) == person;
        let mut names = names.into_iter().filter_map(name);
        Some(KnownPlayer {
            player: names.next()?,
            former_names: names.collect(),
            until: self.last_seen.filter(|_| !has_the_name),
            playtime: Duration::from_secs(self.seconds),
            sessions: self.sessions,
            last_seen: self.last_seen,
            imported: self.imported,
        })
    }
}

impl Database {
    /// Returns a page of everyone who has been on a server and of whose names one begins with a text, in this case or
    /// another: sorted by name, beginning after a name; `None` if the server was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_players(
        &self,
        server: GuildServer,
        prefix: &str,
        after: Option<PlayerName>,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Option<KnownPlayers>, StoreError> {
        let (guild, server) = (server.guild(), server.id());
        let prefix = prefix.to_lowercase();
        let imported = self.imported_playtime(server).await?;
        let persons = self.persons_in(guild);
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let mut all =
                record.known_players(&persons, &imported, |player| database.name_of(player));
            all.retain(|known| known.is_called(&prefix));
            let total = all.len();
            all.retain(|known| after.as_ref().is_none_or(|after| known.player > *after));
            all.sort_unstable_by(|a, b| (&a.player, a.until).cmp(&(&b.player, b.until)));
            // The next page begins after a name, so those of one name are on one page.
            let last = limit.checked_sub(1).and_then(|last| all.get(last));
            let last = last.map(|last| last.player.clone());
            let end = last.map_or(limit.min(all.len()), |last| {
                all.partition_point(|known| known.player <= last)
            });
            let has_more = all.len() > end;
            all.truncate(end);
            for known in &mut all {
                known.last_seen = known.last_seen.map(|at| at.min(latest(now)));
                known.until = known.until.map(|at| at.min(latest(now)));
            }
            let next = all.last().filter(|_| has_more);
            Some(KnownPlayers {
                next: next.map(|last| last.player.clone()),
                page: all,
                total,
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::events::JoinEvent;
    use crate::ids::GuildId;
    use crate::record::naive::{World, cases, worlds};
    use crate::testing::{TestStore, join_at, leave_at, player};
    use uuid::Uuid;

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn everyone_with_a_session_or_an_import_is_listed_once(
            world in worlds(0),
            imported in prop::collection::hash_map(1..9_u32, 0..1_000_u64, 0..4),
        ) {
            let imported: HashMap<_, _> = imported.into_iter()
                .map(|(player, seconds)| (PlayerId(player), Duration::from_secs(seconds)))
                .collect();
            let record = world.record();
            let rows = imported.iter().map(|(player, playtime)| ImportedPlaytime {
                player: *player,
                account: None,
                playtime: *playtime,
            });
            let rows: Vec<_> = rows.collect();
            let mut found = record.known_players(&Persons::default(), &rows, World::name);
            found.sort_unstable_by(|a, b| a.player.cmp(&b.player));
            let everyone = (0..9).map(PlayerId);
            let mut expected: Vec<_> = everyone
                .filter(|player| !world.stays_of(*player).is_empty() || imported.contains_key(player))
                .filter_map(|player| Some(KnownPlayer {
                    player: World::name(player)?,
                    former_names: Vec::new(),
                    until: None,
                    playtime: Duration::from_secs(world.seconds_of(player, Span::ALL)),
                    sessions: world.stays_of(player).len() as u32,
                    last_seen: record.last_seen(&Persons::default().called(player)[0]),
                    imported: imported.get(&player).copied().unwrap_or_default(),
                }))
                .collect();
            expected.sort_unstable_by(|a, b| a.player.cmp(&b.player));
            prop_assert_eq!(found, expected);
        }
    }
    #[tokio::test]
    async fn a_person_is_listed_once_and_those_of_one_name_are_on_one_page() {
        let now = UnixSeconds(1_000_000);
        let database = TestStore::new(now);
        let (server, _) = database.link(GuildId::LOCAL, "survival", now).await;
        let account = |number| Some(Uuid::from_u64_pair(0x4111, number));
        for (name, before, uuid) in [
            ("Alex", 900, account(1)),
            ("Robin", 800, account(1)),
            ("Robin", 700, account(2)),
            ("Steve", 600, None),
        ] {
            let at = UnixSeconds(now.0 - before);
            let join = JoinEvent {
                uuid,
                ..join_at(name, at)
            };
            database.player_join(server, join, now).await.unwrap();
            let leave = leave_at(name, UnixSeconds(at.0 + 10));
            database.player_leave(server, leave, now).await.unwrap();
        }
        let of_guild = database.guild_server(GuildId::LOCAL, server).unwrap();

        let first = database.known_players(of_guild, "", None, 1, now).await;

        let first = first.unwrap().unwrap();
        assert_eq!((first.total, &first.next), (3, &Some(player("Robin"))));
        let line = |one: &KnownPlayer| (one.sessions, one.former_names.len(), one.until);
        let lines: Vec<_> = first.page.iter().map(line).collect();
        let until = UnixSeconds(now.0 - 790);
        assert_eq!(lines, [(1, 0, None), (2, 1, Some(until))]);
        assert!(first.page.iter().all(|one| one.player == player("Robin")));
        let rest = database
            .known_players(of_guild, "", first.next, 1, now)
            .await;
        let rest = rest.unwrap().unwrap();
        assert_eq!((rest.page.len(), rest.next), (1, None));
        let all = database.known_players(of_guild, "", None, 9, now).await;
        let all = all.unwrap().unwrap();
        assert_eq!((all.page.len(), all.next), (3, None));
        for (prefix, expected) in [("ALE", 1), ("r", 2), ("steve", 1), ("teve", 0)] {
            let found = database.known_players(of_guild, prefix, None, 9, now).await;
            let found = found.unwrap().unwrap();
            let counts = (found.total, found.page.len());
            assert_eq!(counts, (expected, expected), "{prefix}");
        }
    }
}
