//! Which share of what was done under a name is a person's, to be shown to them or forgotten. It is what rankings count
//! for them.

use std::collections::BTreeMap;

use oxeye_plugin_proto::PlayerName;
use uuid::Uuid;

use super::day::UtcDay;
use super::doers::{Doer, DoersByDay, DoneBy};
use crate::accounts::AccountId;
use crate::database::Database;
use crate::forget::targets::{Target, Whom};
use crate::ids::GuildId;
use crate::persons::{PersonKey, Share};
use crate::store::StoreError;

/// What a person did under a name.
#[derive(Debug, Clone)]
pub(crate) struct ActivityShare {
    /// The only guild in which it is the person's; `None` if it is in all.
    pub(crate) only: Option<GuildId>,
    pub(crate) name: PlayerName,
    /// `None` if everything under the name is the person's.
    pub(crate) days: Option<TheirDays>,
}

/// The days of a name that several accounts used on which a person did what was done.
#[derive(Debug, Clone)]
pub(crate) struct TheirDays {
    guild: GuildId,
    doers: DoersByDay,
    persons: Vec<PersonKey>,
    /// The account of the person.
    account: Option<Uuid>,
}

impl ActivityShare {
    fn whole(only: Option<GuildId>, name: PlayerName) -> Self {
        let days = None;
        Self { only, name, days }
    }

    fn concerns(&self, guild: GuildId, name: &PlayerName) -> bool {
        self.name == *name && self.only.is_none_or(|only| only == guild)
    }
}

impl TheirDays {
    /// Returns the guild of the days.
    pub(crate) fn guild(&self) -> GuildId {
        self.guild
    }

    /// Whether it was the person who did what was done on a day.
    pub(crate) fn has(&self, day: UtcDay) -> bool {
        self.persons.contains(&self.doers.on(day))
    }

    /// Whether a UUID that was sent with the name is the person's.
    pub(crate) fn has_account(&self, sent: Option<Uuid>) -> bool {
        sent.is_some() && sent == self.account
    }
}

impl Database {
    /// Returns what a person did under each of their names, and under those with which plugins sent an account of
    /// theirs. Of a name that several accounts used, it is what was done on the person's days, and of a name with which a
    /// plugin sent another account, or that is not theirs alone, nothing unless the rankings say that it was them.
    pub(crate) async fn shares_of_activity(
        &self,
        whom: &Whom,
        targets: &[Target],
    ) -> Result<Vec<ActivityShare>, StoreError> {
        let mut shares = Vec::new();
        let mut in_guilds = BTreeMap::<_, Vec<_>>::new();
        for target in targets {
            match target.only {
                Some(guild) => in_guilds.entry(guild).or_default().push(target),
                None => shares.push(ActivityShare::whole(None, target.name.clone())),
            }
        }
        let accounts = whom.accounts(&self.inner.memory);
        for (guild, targets) in in_guilds {
            let accounts = accounts.iter().filter(|(of, _)| *of == guild);
            let accounts: Vec<_> = accounts.map(|(_, account)| *account).collect();
            shares.extend(self.shares_in(guild, &targets, &accounts).await?);
        }
        for (guild, name) in self.names_of_activity_alone(whom).await? {
            if !shares.iter().any(|share| share.concerns(guild, &name)) {
                shares.push(ActivityShare::whole(Some(guild), name));
            }
        }
        Ok(shares)
    }

    /// Returns the names with which activity was sent that named an account of the person. Joins may not know them.
    async fn names_of_activity_alone(
        &self,
        whom: &Whom,
    ) -> Result<Vec<(GuildId, PlayerName)>, StoreError> {
        let mut names = Vec::new();
        for (guild, account) in whom.accounts(&self.inner.memory) {
            if let Some(uuid) = self.inner.memory.accounts.uuid(account) {
                let sent = self.names_sent_with(guild, uuid).await?;
                names.extend(sent.into_iter().map(|name| (guild, name)));
            }
        }
        Ok(names)
    }

    /// Returns a person's shares of names in one guild, where these accounts are theirs.
    async fn shares_in(
        &self,
        guild: GuildId,
        targets: &[&Target],
        accounts: &[AccountId],
    ) -> Result<Vec<ActivityShare>, StoreError> {
        // A name comes twice if some of what is known under it may be another's.
        let mut by_name = BTreeMap::<_, Vec<Share>>::new();
        for target in targets {
            let shares = by_name.entry(target.name.clone()).or_default();
            shares.push(target.share);
        }
        let names: Vec<_> = by_name.keys().cloned().collect();
        let doers = self.doers_of(guild, &names).await?;
        let players = self.players_as_sent(guild, names).await?;
        let memory = &self.inner.memory;
        let mut shares = Vec::new();
        for (player, theirs) in players.into_iter().zip(by_name.into_values()) {
            let persons = theirs.iter().filter_map(|share| match share.account() {
                Some(account) => Some(PersonKey::Account(account)),
                None => memory.players.id(&player.name).map(PersonKey::Name),
            });
            let persons: Vec<_> = persons.collect();
            let account = theirs.iter().find_map(|share| share.account());
            let is_whole = theirs.iter().any(|share| share.is_whole());
            let days = match doers.of(&player) {
                // A plugin sent another account than the one that used the name.
                DoneBy::One(Doer::Person(PersonKey::Account(doer)))
                    if is_whole && !accounts.contains(&doer) =>
                {
                    continue;
                }
                _ if is_whole => None,
                DoneBy::One(Doer::Person(doer)) if persons.contains(&doer) => None,
                DoneBy::One(_) => continue,
                DoneBy::Several(doers) => Some(TheirDays {
                    guild,
                    doers,
                    persons,
                    account: account.and_then(|account| memory.accounts.uuid(account)),
                }),
            };
            shares.push(ActivityShare {
                only: Some(guild),
                name: player.name,
                days,
            });
        }
        Ok(shares)
    }
}
