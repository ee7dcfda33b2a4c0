//! What is forgotten with a player: the names of a person, and of names that others have used only what is theirs.

use oxeye_plugin_proto::PlayerName;

use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;

/// Whom to forget.
#[derive(Debug, Clone)]
pub(crate) enum Whom {
    /// Whoever had a name in any guild, and the account that has it in each, under all its names.
    Named(PlayerName),
    /// The person in one guild who has a name, or who has the account of a member.
    Person(GuildId, PlayerName, Option<AccountId>),
}

/// A name, or what one account left under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The only guild that forgets it; `None` if all do.
    pub(crate) only: Option<GuildId>,
    pub(crate) name: PlayerName,
    /// The account whose traces go, if others have used the name; otherwise everything under the name goes.
    pub(crate) account: Option<AccountId>,
}

impl Whom {
    /// Returns what has to be forgotten now.
    pub(crate) fn targets(&self, memory: &Memory) -> Vec<Target> {
        match self {
            Self::Named(name) => {
                let mut targets = vec![Target {
                    only: None,
                    name: name.clone(),
                    account: None,
                }];
                let player = memory.players.id(name);
                for guild in player.map_or(Vec::new(), |_| memory.persons.guilds()) {
                    let persons = memory.persons.of(guild);
                    let holder = player.map(|player| persons.holder(player));
                    let others = names_of(holder, guild, &persons, memory);
                    targets.extend(others.into_iter().filter(|target| target.name != *name));
                }
                targets
            }
            Self::Person(guild, name, account) => {
                let persons = memory.persons.of(*guild);
                let holder = |player| persons.holder(player);
                let person = account.map(PersonKey::Account);
                let person = person.or_else(|| memory.players.id(name).map(holder));
                let targets = names_of(person, *guild, &persons, memory);
                match targets.is_empty() {
                    false => targets,
                    // What the person did may be known without any session.
                    true => vec![Target {
                        only: Some(*guild),
                        name: name.clone(),
                        account: *account,
                    }],
                }
            }
        }
    }
}

fn names_of(
    person: Option<PersonKey>,
    guild: GuildId,
    persons: &Persons,
    memory: &Memory,
) -> Vec<Target> {
    let Some(person) = person else {
        return Vec::new();
    };
    let target = |player: PlayerId| {
        let is_shared = persons.of_stay(player, None) != person;
        let account = match person {
            PersonKey::Account(account) if is_shared => Some(account),
            _ => None,
        };
        Some(Target {
            only: Some(guild),
            name: memory.players.name(player)?,
            account,
        })
    };
    let names = persons.names(person).into_iter();
    names.filter_map(target).collect()
}
