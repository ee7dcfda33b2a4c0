//! The guilds that the bot is in, their roles, and what happens to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::channels::{ChannelKind, ChannelState};
use super::payloads::{self, ENGLISH};
use super::permissions::Permissions;
use super::world::World;

/// What the role of the bot may do unless a story says otherwise.
const OF_THE_BOT: [Permissions; 9] = [
    Permissions::VIEW_CHANNEL,
    Permissions::SEND_MESSAGES,
    Permissions::SEND_MESSAGES_IN_THREADS,
    Permissions::EMBED_LINKS,
    Permissions::ATTACH_FILES,
    Permissions::READ_MESSAGE_HISTORY,
    Permissions::CONNECT,
    Permissions::MANAGE_CHANNELS,
    Permissions::SET_VOICE_CHANNEL_STATUS,
];

/// A guild.
#[derive(Debug, Clone)]
pub(super) struct GuildState {
    pub(super) id: u64,
    pub(super) roles: BTreeMap<u64, Role>,
    /// The roles of the bot besides `@everyone`.
    pub(super) bot_roles: BTreeSet<u64>,
    pub(super) bot: Membership,
    pub(super) locale: String,
    /// The voice states of the members in voice channels.
    pub(super) voice_states: BTreeMap<u64, Value>,
    /// What members do, as Discord sends it.
    pub(super) presences: BTreeMap<u64, Value>,
    /// Number of members that Discord says it has.
    pub(super) member_count: u64,
    /// Those who are no longer members.
    pub(super) left: BTreeSet<u64>,
}

/// A role, with the same id as the guild if it is `@everyone`.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) permissions: Permissions,
    /// Whether everybody may mention it.
    pub(super) mentionable: bool,
}

/// Whether the bot is in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Membership {
    Member,
    /// It is, but Discord has an outage there.
    Unavailable,
    Removed,
}

impl World {
    /// Adds a guild with its first channel, and returns whether it is new.
    pub(super) fn add_guild(&mut self, id: u64) {
        if self.guilds.contains_key(&id) {
            return;
        }
        let bot_role = self.next_id();
        let permissions = OF_THE_BOT;
        let permissions = permissions
            .iter()
            .fold(Permissions::NONE, |all, one| all | *one);
        let everyone = Permissions::VIEW_CHANNEL | Permissions::USE_APPLICATION_COMMANDS;
        let role = |name: &str, permissions| Role {
            name: name.to_owned(),
            permissions,
            mentionable: false,
        };
        let guild = GuildState {
            id,
            roles: BTreeMap::from([
                (id, role("@everyone", everyone)),
                (bot_role, role("oxeye", permissions)),
            ]),
            bot_roles: BTreeSet::from([bot_role]),
            bot: Membership::Member,
            locale: ENGLISH.to_owned(),
            voice_states: BTreeMap::new(),
            presences: BTreeMap::new(),
            member_count: 3,
            left: BTreeSet::new(),
        };
        self.guilds.insert(id, guild);
        // Its id is the guild's, as in old guilds.
        let first = ChannelState::new(id, Some(id), ChannelKind::Text, "general");
        self.channels.insert(id, first);
        self.announce_guild(id);
    }

    /// The guilds that READY names.
    pub(super) fn guilds_of_the_bot(&self) -> Vec<u64> {
        let guilds = self.guilds.values();
        let with_bot = guilds.filter(|guild| guild.bot != Membership::Removed);
        with_bot.map(|guild| guild.id).collect()
    }

    pub(super) fn announce_guild(&mut self, id: u64) {
        if let Some(guild) = self.guilds.get(&id)
            && guild.bot == Membership::Member
        {
            let guild = payloads::guild(self, guild);
            self.dispatch("GUILD_CREATE", &guild);
        }
    }

    pub(super) fn change_membership(&mut self, id: u64, bot: Membership) {
        if let Some(guild) = self.guilds.get_mut(&id) {
            guild.bot = bot;
        }
        let id_text = id.to_string();
        match bot {
            Membership::Member => self.announce_guild(id),
            Membership::Unavailable => {
                self.dispatch("GUILD_DELETE", &json!({"id": id_text, "unavailable": true}));
            }
            Membership::Removed => self.dispatch("GUILD_DELETE", &json!({"id": id_text})),
        }
    }

    /// Changes what each role of the bot may do, `@everyone` included, and tells the bot about the
    /// roles that have changed.
    pub(super) fn change_roles(
        &mut self,
        id: u64,
        change: impl Fn(u64, Permissions) -> Permissions,
    ) {
        let Some(guild) = self.guilds.get_mut(&id) else {
            return;
        };
        let of_the_bot = guild.bot_roles.clone();
        let roles = guild.roles.iter_mut();
        let roles = roles.filter(|(role, _)| **role == id || of_the_bot.contains(*role));
        let mut changed: Vec<Value> = Vec::new();
        for (role_id, role) in roles {
            let permissions = change(*role_id, role.permissions);
            if permissions != role.permissions {
                role.permissions = permissions;
                changed.push(payloads::role(*role_id, role));
            }
        }
        for role in changed {
            let event = json!({"guild_id": id.to_string(), "role": role});
            self.dispatch("GUILD_ROLE_UPDATE", &event);
        }
    }
}
