//! Everyone who has ever been on a server, by name, a page at a time.

use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use super::leaderboard::Sums;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::server_state::latest;
use crate::store::StoreError;

/// A player who has been on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlayer {
    /// The player.
    pub player: PlayerName,
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

impl Record {
    /// Returns the latest evidence of each player, indexed by the player's number.
    fn last_seen_of_all(&self) -> Vec<Option<UnixSeconds>> {
        let mut seen = Vec::new();
        let mut note = |player: PlayerId, at: UnixSeconds| {
            let place = player.0 as usize;
            if place >= seen.len() {
                seen.resize(place + 1, None);
            }
            seen[place] = seen[place].max(Some(at));
        };
        self.history
            .sightings()
            .for_each(|(player, at)| note(player, at));
        for open in &self.open {
            note(open.player, self.so_far(open).to);
        }
        seen
    }

    /// Returns everyone with a session or with imported playtime.
    #[must_use]
    pub fn known_players(
        &self,
        imported: &HashMap<PlayerId, Duration>,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Vec<KnownPlayer> {
        let sums = Sums::of(std::slice::from_ref(self), Span::ALL);
        let seen = self.last_seen_of_all();
        let last_seen = |player: PlayerId| seen.get(player.0 as usize).copied().flatten();
        let played = sums.iter().filter_map(|(player, sum)| {
            Some(KnownPlayer {
                player: name(player)?,
                playtime: Duration::from_secs(sum.seconds),
                sessions: sum.sessions,
                last_seen: last_seen(player),
                imported: imported.get(&player).copied().unwrap_or_default(),
            })
        });
        let before = imported
            .iter()
            .filter(|(player, _)| last_seen(**player).is_none());
        let before = before.filter_map(|(player, imported)| {
            Some(KnownPlayer {
                player: name(*player)?,
                playtime: Duration::ZERO,
                sessions: 0,
                last_seen: None,
                imported: *imported,
            })
        });
        played.chain(before).collect()
    }
}

impl Database {
    /// Returns a page of everyone who has been on a server, sorted by name, beginning after a name;
    /// `None` if the server was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn known_players(
        &self,
        server: GuildServer,
        after: Option<PlayerName>,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Option<KnownPlayers>, StoreError> {
        let server = server.id();
        let imported = self.imported_playtime(server).await?;
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let mut all = record.known_players(&imported, |player| database.name_of(player));
            let total = all.len();
            all.retain(|known| after.as_ref().is_none_or(|after| known.player > *after));
            all.sort_unstable_by(|a, b| a.player.cmp(&b.player));
            let has_more = all.len() > limit;
            all.truncate(limit);
            for known in &mut all {
                known.last_seen = known.last_seen.map(|at| at.min(latest(now)));
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
    use crate::persons::Persons;
    use crate::record::naive::{World, cases, worlds};

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
            let mut found = record.known_players(&imported, World::name);
            found.sort_unstable_by(|a, b| a.player.cmp(&b.player));
            let everyone = (0..9).map(PlayerId);
            let mut expected: Vec<_> = everyone
                .filter(|player| !world.stays_of(*player).is_empty() || imported.contains_key(player))
                .filter_map(|player| Some(KnownPlayer {
                    player: World::name(player)?,
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
}
