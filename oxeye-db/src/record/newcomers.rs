//! Which players were never there before.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use uuid::Uuid;

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::persons::{Person, PersonKey};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::store::{StoreError, keeping};

/// How long after the first session of a server nobody is new: everybody would be.
const NEW_SERVER: Duration = Duration::from_secs(24 * 3600);

impl Database {
    /// Returns who of these players, who are on a server, was never on any server of its guild before a time: under no
    /// name that their account had, and also not in what was imported. Nobody is new on a server that is new itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn newcomers(
        &self,
        server: GuildServer,
        players: Vec<PlayerName>,
        since: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerName>, StoreError> {
        let guild = server.guild();
        let unseen = self.compute(move |database| {
            let begins_at = database.record(server.id(), now)?.begins_at()?;
            if now.saturating_since(begins_at) < NEW_SERVER {
                return None;
            }
            let ids = database.inner.memory.cache.ids(Some(guild));
            let records = ids.iter();
            let records = records.filter_map(|id| Some((*id, database.record(*id, now)?)));
            let records: Vec<_> = records.collect();
            let unseen = |player: PlayerName| {
                let (person, names) = database.unseen(guild, &player, &records, since)?;
                Some((player, person, names))
            };
            Some(players.into_iter().filter_map(unseen).collect::<Vec<_>>())
        });
        let mut new = Vec::new();
        for (player, person, names) in unseen.await?.unwrap_or_default() {
            if !self.was_kept(guild, person, &names, since).await? {
                new.push(player);
            }
        }
        Ok(new)
    }

    /// Returns the person who has a name, and their names, unless memory knows that they were there before a time.
    fn unseen(
        &self,
        guild: GuildId,
        player: &PlayerName,
        records: &[(ServerId, Record)],
        since: UnixSeconds,
    ) -> Option<(PersonKey, Vec<PlayerId>)> {
        let id = self.inner.memory.players.id(player)?;
        let persons = self.persons_in(guild);
        let called = persons.called(id);
        let person = called.first()?;
        let was_there = records.iter().any(|(server, record)| {
            let mut stays = record.stays_of(person);
            stays.any(|stay| stay.from < since) || self.left_before(*server, person, since)
        });
        (!was_there).then(|| (person.key(), person.names().to_vec()))
    }

    /// Whether the file knows that a person was there before a time: an account whose sessions were deleted, or
    /// somebody whose playtime was imported.
    async fn was_kept(
        &self,
        guild: GuildId,
        person: PersonKey,
        names: &[PlayerId],
        since: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let memory = &self.inner.memory;
        for name in names {
            let reported = keeping::uuids_of(&self.inner.store, guild, *name).await?;
            let is_own = |uuid: Uuid| {
                let account = memory.accounts.id(uuid).map(PersonKey::Account);
                account.is_none_or(|account| account == person)
            };
            let mut own = reported.iter().filter(|one| is_own(one.uuid));
            if own.any(|one| one.first_reported_at < since) {
                return Ok(true);
            }
        }
        for server in memory.cache.ids(Some(guild)) {
            let imported = self.imported_playtime_of(server, &[person], names).await?;
            let mut accounts = imported.iter().map(|one| one.account);
            if accounts.any(|of| of.is_none_or(|of| PersonKey::Account(of) == person)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody was last seen on a server before a time. They may have left without a known session.
    fn left_before(&self, server: ServerId, person: &Person<'_>, since: UnixSeconds) -> bool {
        let names = person.names_alone().filter_map(|name| self.name_of(name));
        let names: Vec<_> = names.collect();
        let read = |state: &ServerState| {
            let mut seen = names.iter().filter_map(|name| state.last_seen().get(name));
            seen.any(|seen| seen < since)
        };
        self.inner.memory.cache.read(server, read) == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable::{Place, PortablePlaytime, PortableRecord};
    use crate::testing::{
        TestStore, earlier_playtime, join, join_at, leave_at, player, server_name,
    };

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);
    const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

    fn ago(seconds: i64) -> UnixSeconds {
        UnixSeconds(NOW.0 - seconds)
    }

    #[tokio::test]
    async fn only_whoever_was_on_no_server_of_the_guild_under_any_name_is_new() {
        let store = TestStore::new(NOW);
        let (survival, key) = store.link(GUILD, "survival", NOW).await;
        let (_, hub_key) = store.link(GUILD, "hub", NOW).await;
        let survival = store.guild_server(GUILD, survival).unwrap();
        let reporter = store.authenticate(&key, NOW).unwrap().reporter;
        let hub = store.authenticate(&hub_key, NOW).unwrap().reporter;
        let old = join_at("Steve", ago(80_000));
        store.player_join(hub, old, NOW).await.unwrap();
        store
            .player_leave(hub, leave_at("Steve", ago(79_000)), NOW)
            .await
            .unwrap();
        let renamed = |name: &str| crate::events::JoinEvent {
            uuid: Some(ACCOUNT),
            ..join(name)
        };
        let mut before = renamed("Notch");
        before.at = Some(ago(70_000));
        store.player_join(hub, before, NOW).await.unwrap();
        store
            .player_leave(hub, leave_at("Notch", ago(69_000)), NOW)
            .await
            .unwrap();
        // One is still on there, and of one only the leave is known.
        let still_on = join_at("jeb_", ago(68_000));
        store.player_join(hub, still_on, NOW).await.unwrap();
        store
            .player_leave(hub, leave_at("Dinnerbone", ago(67_000)), NOW)
            .await
            .unwrap();
        let imported = [earlier_playtime("Grumm", 60)];
        let imported = store.import_playtime(survival, &imported, NOW);
        imported.await.unwrap();
        let joined = [
            join("Alex"),
            join("Steve"),
            join("Grumm"),
            join("jeb_"),
            join("Dinnerbone"),
            renamed("Renamed"),
        ];
        let names: Vec<_> = joined.iter().map(|event| event.player.clone()).collect();
        for event in joined {
            store.player_join(reporter, event, NOW).await.unwrap();
        }
        let new = async |now| {
            let new = store.newcomers(survival, names.clone(), ago(600), now);
            new.await.unwrap()
        };

        let on_a_new_server = new(NOW).await;
        let still_new = new(UnixSeconds(NOW.0 + 86_399)).await;
        let day_later = new(UnixSeconds(NOW.0 + 86_400)).await;

        assert_eq!(on_a_new_server, Vec::<PlayerName>::new());
        assert_eq!(still_new, Vec::<PlayerName>::new());
        assert_eq!(day_later, [player("Alex")]);
    }

    #[tokio::test]
    async fn an_account_whose_sessions_were_deleted_is_not_new() {
        const DAY: i64 = 86_400;
        let before = ago(50 * DAY);
        let store = TestStore::new(before);
        let (survival, _) = store.link(GUILD, "survival", before).await;
        let joins = async |name: &str, account: u128, at| {
            let event = crate::events::JoinEvent {
                uuid: Some(Uuid::from_u128(ACCOUNT.as_u128() + account)),
                ..join(name)
            };
            store.player_join(survival, event, at).await.unwrap();
        };
        joins("Alex", 1, before).await;
        let left = store.player_leave(survival, crate::testing::leave("Alex"), before);
        left.await.unwrap();
        joins("jeb_", 2, ago(2 * DAY)).await;
        joins("Alex", 1, ago(60)).await;
        joins("Steve", 3, ago(60)).await;
        // Of whom only the leave is known.
        let left = store.player_leave(survival, leave_at("Efe", ago(60)), NOW);
        left.await.unwrap();
        let expired = store.expire_sessions(ago(30 * DAY), NOW).await.unwrap();
        assert_eq!(expired.sessions, 1);
        let new = async |since| {
            let server = store.guild_server(GUILD, survival).unwrap();
            let players = ["Alex", "Steve", "Efe"].map(player).to_vec();
            store.newcomers(server, players, since, NOW).await.unwrap()
        };

        let steve_and_efe = ["Steve", "Efe"].map(player);
        assert_eq!(new(ago(60)).await, steve_and_efe, "not before that");
        assert_eq!(new(ago(59)).await, [], "all were there by then");
        assert_eq!(new(before).await, ["Alex", "Steve", "Efe"].map(player));
    }

    #[tokio::test]
    async fn imported_playtime_of_an_account_shows_that_it_was_there_and_nothing_of_others() {
        let long_ago = ago(90 * 86_400);
        let store = TestStore::new(long_ago);
        let (survival, _) = store.link(GUILD, "survival", long_ago).await;
        let joins = async |name: &str, account: Uuid, at| {
            let event = crate::events::JoinEvent {
                uuid: Some(account),
                ..join(name)
            };
            store.player_join(survival, event, at).await.unwrap();
        };
        let another = Uuid::from_u128(ACCOUNT.as_u128() + 1);
        joins("Efe", Uuid::from_u128(7 << 64), long_ago).await;
        let imported = ["Alex", "Steve"].map(|name| {
            let place = Place {
                guild: GUILD,
                server: server_name("survival"),
            };
            let playtime = PortablePlaytime {
                seconds: 60,
                account: Some(ACCOUNT),
            };
            PortableRecord::ImportedPlaytime(place, player(name), playtime)
        });
        store.import(imported.into(), None, NOW).await.unwrap();
        joins("Alex", ACCOUNT, ago(60)).await;
        joins("Steve", another, ago(60)).await;

        let server = store.guild_server(GUILD, survival).unwrap();
        let players = ["Alex", "Steve"].map(player).to_vec();
        let new = store.newcomers(server, players, ago(60), NOW).await;

        assert_eq!(new.unwrap(), [player("Steve")]);
    }
}
