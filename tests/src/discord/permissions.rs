//! What somebody may do in a guild and in a channel, by the rules in Discord's documentation.

use std::ops::BitOr;

use super::channels::{ChannelKind, ChannelState};
use super::world::{APPLICATION, World};

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(pub(super) u64);

impl Permissions {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// Every permission, everywhere.
    pub const ADMINISTRATOR: Self = Self(1 << 3);
    /// Change, rename and delete channels.
    pub const MANAGE_CHANNELS: Self = Self(1 << 4);
    /// Manage the guild, which lets somebody link servers.
    pub const MANAGE_GUILD: Self = Self(1 << 5);
    /// See a channel.
    pub const VIEW_CHANNEL: Self = Self(1 << 10);
    /// Write in a channel, and create posts in a forum.
    pub const SEND_MESSAGES: Self = Self(1 << 11);
    /// Messages with embeds.
    pub const EMBED_LINKS: Self = Self(1 << 14);
    /// Messages with files.
    pub const ATTACH_FILES: Self = Self(1 << 15);
    /// Read messages that have been sent earlier.
    pub const READ_MESSAGE_HISTORY: Self = Self(1 << 16);
    /// Mention everyone and every role.
    pub const MENTION_EVERYONE: Self = Self(1 << 17);
    /// Join a voice channel.
    pub const CONNECT: Self = Self(1 << 20);
    /// Use the commands of applications.
    pub const USE_APPLICATION_COMMANDS: Self = Self(1 << 31);
    /// Lock threads, and unarchive locked ones.
    pub const MANAGE_THREADS: Self = Self(1 << 34);
    /// Write in threads.
    pub const SEND_MESSAGES_IN_THREADS: Self = Self(1 << 38);
    /// Set the status of a voice channel.
    pub const SET_VOICE_CHANNEL_STATUS: Self = Self(1 << 48);

    const ALL: Self = Self(u64::MAX);

    /// Whether all of these are in the set.
    pub fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }

    /// The set without these.
    pub fn without(self, removed: Self) -> Self {
        Self(self.0 & !removed.0)
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a channel allows and denies a role or a member.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Overwrite {
    pub(super) allow: Permissions,
    pub(super) deny: Permissions,
}

impl Overwrite {
    fn apply(self, to: Permissions) -> Permissions {
        to.without(self.deny) | self.allow
    }
}

impl World {
    /// What the bot may do in a channel. In a thread that is what it may do in the parent.
    pub(super) fn bot_permissions(&self, channel: &ChannelState) -> Permissions {
        let parent = channel.thread.as_ref().and(channel.parent);
        let channel = parent.map_or(channel, |parent| {
            self.channels.get(&parent).unwrap_or(channel)
        });
        let Some(guild) = channel.guild.and_then(|guild| self.guilds.get(&guild)) else {
            return Permissions::ALL;
        };
        let everyone = guild.id;
        let roles = guild.bot_roles.iter().chain([&everyone]);
        let base = roles.filter_map(|role| guild.roles.get(role));
        let base = base.fold(Permissions::NONE, |all, role| all | role.permissions);
        if base.has(Permissions::ADMINISTRATOR) {
            return Permissions::ALL;
        }
        let overwrite = |id: &u64| channel.overwrites.get(id).copied().unwrap_or_default();
        let of_roles = guild.bot_roles.iter().map(overwrite);
        let of_roles = of_roles.fold(Overwrite::default(), |all, one| Overwrite {
            allow: all.allow | one.allow,
            deny: all.deny | one.deny,
        });
        let base = overwrite(&everyone).apply(base);
        implied(
            channel.kind,
            overwrite(&APPLICATION).apply(of_roles.apply(base)),
        )
    }
}

/// Takes away what a missing permission takes with it.
fn implied(kind: ChannelKind, have: Permissions) -> Permissions {
    if !have.has(Permissions::VIEW_CHANNEL) {
        return Permissions::NONE;
    }
    if kind.is_voice() && !have.has(Permissions::CONNECT) {
        return Permissions::VIEW_CHANNEL;
    }
    have
}
