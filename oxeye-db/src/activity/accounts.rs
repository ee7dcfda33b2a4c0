//! Which account a player is, and for which of its names an account stands. A UUID that was sent with what the player
//! did comes first. If none was, the one counts that joins reported under the name in the guild. One that a server in
//! offline mode made from the name comes last.

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use uuid::Uuid;

use super::figures::ActivityPlayer;
use super::recent::of_player::StoredPlayer;
use super::recent::places::RecentEvents;
use super::store::rows::players::{self, GuildPlayerId};
use crate::database::Database;
use crate::ids::GuildId;
use crate::player_uuids::{ReportedUuid, UuidKind};
use crate::store::StoreError;
use crate::store::rows::player_uuids;

/// When something was last known of an account under a name. Of two, the later one is the account's name.
pub(super) type Evidence = (UnixSeconds, GuildPlayerId);

/// The accounts that joins reported under names of a guild.
#[derive(Debug, Default)]
pub(super) struct ReportedAccounts(HashMap<PlayerName, ReportedUuid>);

/// The names under which joins reported accounts, and when they last did.
type ReportedNames = HashMap<Uuid, Vec<(PlayerName, UnixSeconds)>>;

impl ReportedAccounts {
    /// Gives a player the account that joins reported, unless one was sent that proves as much. Returns the latest evidence of it; `did`
    /// is when the player last did something, and the player's number.
    pub(super) fn complete(&self, player: &mut ActivityPlayer, did: Option<Evidence>) -> Evidence {
        let (did_at, id) = did.unwrap_or((UnixSeconds(i64::MIN), GuildPlayerId(0)));
        let reported = self.0.get(&player.name);
        player.uuid = UuidKind::better(player.uuid, reported.map(|reported| reported.uuid));
        let reported = reported.filter(|reported| player.uuid == Some(reported.uuid));
        let joined_at = reported.map(|reported| reported.last_reported_at);
        (joined_at.map_or(did_at, |at| at.max(did_at)), id)
    }
}

/// Returns each player with its id. Of several with the same id, the one of which something was known last comes last,
/// so that it is the one that a map keeps.
pub(super) fn by_id<T>(
    mut all: Vec<(Evidence, T)>,
    player: impl Fn(&T) -> &ActivityPlayer,
) -> impl Iterator<Item = (String, T)> {
    all.sort_unstable_by(|(one, a), (other, b)| {
        (one, &player(a).name).cmp(&(other, &player(b).name))
    });
    all.into_iter()
        .map(move |(_, found)| (player(&found).id(), found))
}

impl Database {
    /// Returns a player of a guild. `sent` is the UUID that was sent with what the player did.
    pub(super) async fn player_with_account(
        &self,
        guild: GuildId,
        name: PlayerName,
        sent: Option<Uuid>,
    ) -> Result<ActivityPlayer, StoreError> {
        let mut player = ActivityPlayer { name, uuid: sent };
        if !sent.is_some_and(UuidKind::is_proof) {
            let reported = self.accounts_of(guild, vec![player.name.clone()]).await?;
            reported.complete(&mut player, None);
        }
        Ok(player)
    }

    /// Returns the accounts that joins reported under some names.
    pub(super) async fn accounts_of(
        &self,
        guild: GuildId,
        names: Vec<PlayerName>,
    ) -> Result<ReportedAccounts, StoreError> {
        let players = &self.inner.memory.players;
        let known = names.into_iter();
        let known: Vec<_> = known
            .filter_map(|name| Some((players.id(&name)?, name)))
            .collect();
        let read = move |file: &Connection| {
            let mut accounts = HashMap::new();
            for (player, name) in known {
                let reported = player_uuids::for_player(file, guild, player)?;
                if let Some(account) = ReportedUuid::account(reported) {
                    accounts.insert(name, account);
                }
            }
            Ok(ReportedAccounts(accounts))
        };
        self.inner.store.read(read).await
    }

    /// Returns the accounts that joins reported under all names of a guild.
    pub(super) async fn accounts_in(&self, guild: GuildId) -> Result<ReportedAccounts, StoreError> {
        let read = move |file: &Connection| player_uuids::of_guild(file, guild);
        let reported = self.inner.store.read(read).await?;
        let mut by_player = HashMap::<_, ReportedUuid>::new();
        for (player, reported) in reported {
            let known = by_player.get(&player).copied();
            let account = ReportedUuid::account(known.into_iter().chain([reported]));
            by_player.insert(player, account.unwrap_or(reported));
        }
        let named = by_player.into_iter();
        let named = named.filter_map(|(player, account)| Some((self.name_of(player)?, account)));
        Ok(ReportedAccounts(named.collect()))
    }

    /// Returns the name for which an account stands in a guild: of several, the one of which something was known last.
    pub(super) async fn name_of_account(
        &self,
        guild: GuildId,
        account: Uuid,
    ) -> Result<Option<PlayerName>, StoreError> {
        let reported = self.names_of(guild, [account].into()).await?;
        let mut names = self
            .names_that_stand(guild, [account].into(), reported)
            .await?;
        let Some(name) = names.remove(&account) else {
            return Ok(None);
        };
        // One that proves nothing stands for nobody whom a join has proven to be somebody else.
        let player = self.player_with_account(guild, name, Some(account)).await?;
        Ok((player.uuid == Some(account)).then_some(player.name))
    }

    /// Returns some players of a guild, each with its account if one is known.
    pub(crate) async fn players_with_accounts(
        &self,
        guild: GuildId,
        names: Vec<PlayerName>,
    ) -> Result<Vec<ActivityPlayer>, StoreError> {
        let mut players = self.players_as_sent(guild, names).await?;
        let unsent = players.iter();
        let unsent = unsent.filter(|player| !player.uuid.is_some_and(UuidKind::is_proof));
        let unsent = unsent.map(|player| player.name.clone()).collect();
        let reported = self.accounts_of(guild, unsent).await?;
        for player in &mut players {
            reported.complete(player, None);
        }
        Ok(players)
    }

    /// Returns some players of a guild, each with the UUID that was sent last with what they did.
    pub(super) async fn players_as_sent(
        &self,
        guild: GuildId,
        names: Vec<PlayerName>,
    ) -> Result<Vec<ActivityPlayer>, StoreError> {
        let of_name = |name, uuid| ActivityPlayer { name, uuid };
        let without_file = names.iter().map(|name| of_name(name.clone(), None));
        let without_file = without_file.collect();
        let read = move |file: &_, _: &_| {
            let players = names.into_iter().map(|name| {
                let found = players::find(file, guild, &name)?;
                Ok(of_name(name, found.and_then(|found| found.uuid)))
            });
            players.collect()
        };
        self.in_file().read_or(without_file, read).await
    }

    /// Returns the names of a guild's players with whose activity a UUID was sent last.
    pub(crate) async fn names_sent_with(
        &self,
        guild: GuildId,
        uuid: Uuid,
    ) -> Result<Vec<PlayerName>, StoreError> {
        let read = move |file: &_, _: &_| players::of_uuid(file, guild, uuid);
        self.in_file().read(read).await
    }

    /// Returns some players of a guild, without those whose account stands for another name.
    pub(super) async fn players_that_stand(
        &self,
        guild: GuildId,
        names: Vec<PlayerName>,
    ) -> Result<Vec<ActivityPlayer>, StoreError> {
        let mut found = self.players_with_accounts(guild, names).await?;
        let accounts: HashSet<_> = found.iter().filter_map(|player| player.uuid).collect();
        let reported = self.names_of(guild, accounts.clone()).await?;
        let names = self.names_that_stand(guild, accounts, reported).await?;
        found.retain(|player| {
            let account = player.uuid.and_then(|uuid| names.get(&uuid));
            account.is_none_or(|name| *name == player.name)
        });
        Ok(found)
    }

    /// Returns the ids that may have stood for a player when this one did: if it is a name, also the UUIDs that joins
    /// reported under it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_ids_beside(
        &self,
        guild: GuildId,
        id: &str,
    ) -> Result<Vec<String>, StoreError> {
        let reported = match PlayerName::try_from(id) {
            Ok(name) => self.player_uuids(guild, &name).await?,
            Err(_) => Vec::new(),
        };
        let reported = reported.iter().map(|reported| reported.uuid.to_string());
        Ok(reported.chain([id.to_owned()]).collect())
    }

    /// Returns the names whose account is one of these because joins reported it.
    async fn names_of(
        &self,
        guild: GuildId,
        accounts: HashSet<Uuid>,
    ) -> Result<ReportedNames, StoreError> {
        let database = self.clone();
        let read = move |file: &Connection| {
            let mut names = ReportedNames::new();
            for account in accounts {
                for player in player_uuids::players(file, guild, account)? {
                    let reported = player_uuids::for_player(file, guild, player)?;
                    let reported = ReportedUuid::account(reported);
                    let reported = reported.filter(|reported| reported.uuid == account);
                    if let Some((reported, name)) = reported.zip(database.name_of(player)) {
                        let named = (name, reported.last_reported_at);
                        names.entry(account).or_default().push(named);
                    }
                }
            }
            Ok(names)
        };
        self.inner.store.read(read).await
    }

    /// Returns the name for which each account stands.
    async fn names_that_stand(
        &self,
        guild: GuildId,
        accounts: HashSet<Uuid>,
        reported: ReportedNames,
    ) -> Result<HashMap<Uuid, PlayerName>, StoreError> {
        let latest = |(account, names): (&Uuid, &Vec<(PlayerName, UnixSeconds)>)| {
            let (name, _) = names.iter().max_by_key(|(_, at)| *at)?;
            Some((*account, name.clone()))
        };
        let without_file = reported.iter().filter_map(latest).collect();
        let read = move |file: &_, recent: &_| {
            let mut names = HashMap::new();
            for account in accounts {
                let reported = reported.get(&account).map(Vec::as_slice);
                let reported = reported.unwrap_or_default();
                let name = name_that_stands(file, recent, guild, account, reported)?;
                names.extend(name.map(|name| (account, name)));
            }
            Ok(names)
        };
        self.in_file().read_or(without_file, read).await
    }
}

/// Returns the name for which an account stands.
fn name_that_stands(
    file: &Connection,
    recent: &RecentEvents,
    guild: GuildId,
    account: Uuid,
    reported: &[(PlayerName, UnixSeconds)],
) -> rusqlite::Result<Option<PlayerName>> {
    let mut names = Vec::new();
    for name in players::of_uuid(file, guild, account)? {
        if let Some(found) = StoredPlayer::find(file, recent, guild, &name)? {
            let row = found.player();
            names.push(((row.last_event_at, row.id), name));
        }
    }
    for (name, at) in reported {
        let found = StoredPlayer::find(file, recent, guild, name)?;
        let evidence = match found.as_ref().map(StoredPlayer::player) {
            Some(row) if UuidKind::better(row.uuid, Some(account)) == Some(account) => {
                (row.last_event_at.max(*at), row.id)
            }
            // Another account was sent with what the player did.
            Some(_) => continue,
            None => (*at, GuildPlayerId(0)),
        };
        names.push((evidence, name.clone()));
    }
    let latest = names.into_iter().max();
    Ok(latest.map(|(_, name)| name))
}
