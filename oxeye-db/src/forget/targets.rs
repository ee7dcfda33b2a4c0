//! What is forgotten with a player: the names of a person, and of names that others have used only what is theirs.

use std::collections::BTreeSet;

use hashbrown::HashSet;
use oxeye_plugin_proto::PlayerName;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::persons::{PersonKey, Persons, Share};
use crate::players::PlayerId;
use crate::store::names::NamesInFile;

/// Whom to forget.
#[derive(Debug, Clone)]
pub(crate) enum Whom {
    /// Whoever had a name in any guild, and the account that has it in each, under all its names.
    Named(PlayerName),
    /// The person in one guild who has a name.
    Person(GuildId, PlayerName),
    /// The person in one guild whom a member is linked to.
    Member(Member),
}

/// A member of a guild, and the player whom they are linked to.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) guild: GuildId,
    pub(crate) user: u64,
    pub(crate) name: PlayerName,
    /// The account that the member owns. Without one, the member is the name as far as it is of no account.
    pub(crate) account: Option<AccountId>,
}

/// A name, or a share of what is known under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The only guild that forgets it; `None` if all do.
    pub(crate) only: Option<GuildId>,
    pub(crate) name: PlayerName,
    pub(crate) share: Share,
    /// Whether the person has the name now.
    pub(crate) has_name: bool,
    /// Whether it may be another's, too. It goes nevertheless: if it stayed, it would be taken for that of whoever is
    /// the only one left with the name.
    pub(crate) is_doubtful: bool,
}

impl Target {
    /// Whether stays that are going on go, too. One that may be another's is that of whoever has the name now.
    pub(crate) fn with_open(&self) -> bool {
        !self.is_doubtful || self.has_name
    }
}

impl Whom {
    /// Returns the name by which the person was asked for.
    pub(crate) fn asked(&self) -> &PlayerName {
        match self {
            Self::Named(name) | Self::Person(_, name) => name,
            Self::Member(member) => &member.name,
        }
    }

    /// Returns the accounts of the person, each with a guild.
    pub(crate) fn accounts(&self, memory: &Memory) -> Vec<(GuildId, AccountId)> {
        let holder = |guild: GuildId, name: &PlayerName| {
            let player = memory.players.id(name)?;
            let account = memory.persons.of(guild).holder(player).account()?;
            Some((guild, account))
        };
        match self {
            Self::Named(name) => {
                let guilds = memory.persons.guilds().into_iter();
                guilds.filter_map(|guild| holder(guild, name)).collect()
            }
            Self::Person(guild, name) => holder(*guild, name).into_iter().collect(),
            Self::Member(member) => {
                let account = member.account.into_iter();
                account.map(|account| (member.guild, account)).collect()
            }
        }
    }

    /// Returns the UUIDs of these accounts, each with a guild.
    pub(crate) fn uuids(&self, memory: &Memory) -> BTreeSet<(GuildId, Uuid)> {
        let accounts = self.accounts(memory).into_iter();
        accounts
            .filter_map(|(guild, account)| Some((guild, memory.accounts.uuid(account)?)))
            .collect()
    }

    /// Returns what has to be forgotten now.
    pub(crate) fn targets(
        &self,
        memory: &Memory,
        file: &NamesInFile<'_>,
    ) -> rusqlite::Result<Vec<Target>> {
        let targets = match self {
            Self::Named(name) => return of_name(name, memory, file),
            Self::Person(guild, name) => {
                let persons = memory.persons.of(*guild);
                let player = memory.players.id(name);
                let person = player.map(|player| persons.holder(player));
                Names::in_guild(*guild, &persons, memory, file)?.of(person, file)?
            }
            Self::Member(member) => {
                let persons = memory.persons.of(member.guild);
                let named = || memory.players.id(&member.name).map(PersonKey::Name);
                let person = member.account.map(PersonKey::Account).or_else(named);
                Names::in_guild(member.guild, &persons, memory, file)?.of(person, file)?
            }
        };
        // What the person did may be known without any session.
        let unseen = match (self, targets.is_empty()) {
            (Self::Person(guild, name), true) => Some((*guild, name, Share::Whole)),
            (Self::Member(member), true) => {
                let share = member.account.map_or(Share::Whole, Share::Account);
                Some((member.guild, &member.name, share))
            }
            _ => None,
        };
        let unseen = unseen.map(|(guild, name, share)| Target {
            only: Some(guild),
            name: name.clone(),
            share,
            has_name: false,
            is_doubtful: false,
        });
        Ok(targets.into_iter().chain(unseen).collect())
    }
}

/// Returns a name everywhere, and in each guild the other names of the account that has it.
fn of_name(
    name: &PlayerName,
    memory: &Memory,
    file: &NamesInFile<'_>,
) -> rusqlite::Result<Vec<Target>> {
    let mut targets = vec![Target {
        only: None,
        name: name.clone(),
        share: Share::Whole,
        has_name: true,
        is_doubtful: false,
    }];
    let player = memory.players.id(name);
    for guild in player.map_or(Vec::new(), |_| memory.persons.guilds()) {
        let persons = memory.persons.of(guild);
        let holder = player.map(|player| persons.holder(player));
        if let Some(PersonKey::Account(_)) = holder {
            let names = Names::in_guild(guild, &persons, memory, file)?;
            let others = names.of(holder, file)?;
            targets.extend(others.into_iter().filter(|target| target.name != *name));
        }
    }
    Ok(targets)
}

/// The names of a guild, and whose they are.
struct Names<'a> {
    guild: GuildId,
    persons: &'a Persons,
    memory: &'a Memory,
    /// Names that members are linked to without any account.
    claimed: HashSet<PlayerId>,
}

impl<'a> Names<'a> {
    fn in_guild(
        guild: GuildId,
        persons: &'a Persons,
        memory: &'a Memory,
        file: &NamesInFile<'_>,
    ) -> rusqlite::Result<Self> {
        let claimed = file.linked_alone(guild)?;
        Ok(Self {
            guild,
            persons,
            memory,
            claimed: claimed.into_iter().collect(),
        })
    }

    /// Returns the names of a person, with the share that is theirs, and what may be of an account among others.
    fn of(
        &self,
        person: Option<PersonKey>,
        file: &NamesInFile<'_>,
    ) -> rusqlite::Result<Vec<Target>> {
        let mut targets = Vec::new();
        let Some(person) = person else {
            return Ok(targets);
        };
        for player in self.persons.names(person) {
            let Some(name) = self.memory.players.name(player) else {
                continue;
            };
            let certain = Target {
                only: Some(self.guild),
                name,
                share: self.share(person, player),
                has_name: self.persons.holder(player) == person,
                is_doubtful: false,
            };
            let is_doubtful = certain.share.account().is_some() && !self.claimed.contains(&player);
            targets.extend(is_doubtful.then(|| Target {
                share: Share::Unproven,
                is_doubtful,
                ..certain.clone()
            }));
            targets.push(certain);
        }
        if let PersonKey::Account(account) = person {
            targets.extend(self.imported(account, file)?);
        }
        Ok(targets)
    }

    /// Returns names under which playtime of an account was imported, and under which no server has reported it.
    fn imported(
        &self,
        account: AccountId,
        file: &NamesInFile<'_>,
    ) -> rusqlite::Result<Vec<Target>> {
        let mut imported = file.imported(self.guild, account)?;
        imported.retain(|player| !self.persons.accounts_of(*player).any(|one| one == account));
        let target = |player| {
            Some(Target {
                only: Some(self.guild),
                name: self.memory.players.name(player)?,
                share: Share::Account(account),
                has_name: false,
                is_doubtful: false,
            })
        };
        Ok(imported.into_iter().filter_map(target).collect())
    }

    /// Returns which share of a name is a person's.
    fn share(&self, person: PersonKey, name: PlayerId) -> Share {
        let mut accounts = self.persons.accounts_of(name);
        match person {
            PersonKey::Account(account) => {
                let is_shared = accounts.any(|other| other != account);
                match is_shared || self.claimed.contains(&name) {
                    true => Share::Account(account),
                    false => Share::Whole,
                }
            }
            PersonKey::Name(_) => match accounts.next() {
                Some(_) => Share::Unproven,
                None => Share::Whole,
            },
        }
    }
}
