//! A guild, as a story sees it.

use super::channel::Channel;
use super::channels::ChannelKind;
use super::guilds::{Membership, Role};
use super::permissions::Permissions;
use super::world::World;
use super::{Person, Shared, payloads};

/// A guild.
#[derive(Debug, Clone)]
pub struct Guild {
    world: Shared,
    id: u64,
    locale: &'static str,
}

impl Guild {
    pub(super) fn new(world: Shared, id: u64) -> Self {
        let locale = payloads::ENGLISH;
        Self { world, id, locale }
    }

    /// Gives the guild this preferred locale, such as `de`.
    pub fn prefers(self, locale: &'static str) -> Self {
        self.world.change(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.locale = locale.to_owned();
            }
        });
        Self { locale, ..self }
    }

    /// Its id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Somebody without special permissions.
    pub fn member(&self) -> Person {
        self.person(1, writes())
    }

    /// Another member without special permissions. Numbers begin at 3.
    pub fn another(&self, number: u64) -> Person {
        self.person(number, writes())
    }

    /// Somebody who may manage the guild.
    pub fn moderator(&self) -> Person {
        let manages = writes() | Permissions::MANAGE_GUILD;
        self.person(2, manages)
    }

    /// Somebody else without special permissions.
    pub fn other_member(&self) -> Person {
        self.person(3, writes())
    }

    /// Another member, who may read and not write.
    pub fn reader(&self, number: u64) -> Person {
        self.person(number, Permissions::VIEW_CHANNEL)
    }

    fn person(&self, number: u64, permissions: Permissions) -> Person {
        let home = (self.id, self.locale);
        Person::new(self.world.clone(), home, number, permissions)
    }

    /// Its first channel, `general`, in which people type unless they go elsewhere.
    pub fn general(&self) -> Channel {
        Channel::new(self.world.clone(), self.id)
    }

    /// Adds a channel.
    pub fn channel(&self, kind: ChannelKind, name: &str) -> Channel {
        let add = |world: &mut World| world.add_channel(self.id, kind, name);
        let id = self.world.change(add);
        Channel::new(self.world.clone(), id)
    }

    /// Takes permissions from every role of the bot, `@everyone` included.
    pub fn takes_from_the_bot(&self, permissions: Permissions) {
        self.world.change(|world| {
            world.change_roles(self.id, |_, have| have.without(permissions));
        });
    }

    /// Gives permissions to the bot by its role.
    pub fn gives_to_the_bot(&self, permissions: Permissions) {
        let everyone = self.id;
        self.world.change(|world| {
            world.change_roles(everyone, |role, have| {
                if role == everyone {
                    have
                } else {
                    have | permissions
                }
            });
        });
    }

    /// Adds a role and returns its id.
    pub fn role(&self, name: &str, mentionable: bool) -> u64 {
        self.world.change(|world| {
            let id = world.next_id();
            let role = Role {
                name: name.to_owned(),
                permissions: Permissions::NONE,
                mentionable,
            };
            let guild = world.guilds.get_mut(&self.id).expect("the guild exists");
            guild.roles.insert(id, role);
            id
        })
    }

    /// Has so many members from now on.
    pub fn has_members(&self, count: u64) {
        self.world.change(|world| {
            if let Some(guild) = world.guilds.get_mut(&self.id) {
                guild.member_count = count;
            }
        });
    }

    /// Removes the bot. Its messages stay.
    pub fn removes_the_bot(&self) {
        self.becomes(Membership::Removed);
    }

    /// Invites the bot again after it was removed, or ends an outage.
    pub fn has_the_bot_again(&self) {
        self.becomes(Membership::Member);
    }

    /// Begins an outage of this guild alone.
    pub fn has_an_outage(&self) {
        self.becomes(Membership::Unavailable);
    }

    fn becomes(&self, bot: Membership) {
        self.world
            .change(|world| world.change_membership(self.id, bot));
    }
}

/// What everybody may do.
fn writes() -> Permissions {
    Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES
}
