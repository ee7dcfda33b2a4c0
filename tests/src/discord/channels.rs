//! The channels, threads and direct messages that exist.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::time::Instant;

use super::payloads;
use super::permissions::Overwrite;
use super::world::World;

/// The kinds of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    /// A text channel.
    Text,
    /// Messages between the bot and one person.
    Direct,
    /// A voice channel, which people can also write in.
    Voice,
    /// A group of channels.
    Category,
    /// A channel that others can follow.
    Announcement,
    /// A thread in a text channel or a post of a forum.
    Thread,
    /// A stage, which people can also write in.
    Stage,
    /// A channel that consists of posts.
    Forum,
}

impl ChannelKind {
    /// The number by which Discord's API knows the kind.
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Text => 0,
            Self::Direct => 1,
            Self::Voice => 2,
            Self::Category => 4,
            Self::Announcement => 5,
            Self::Thread => 11,
            Self::Stage => 13,
            Self::Forum => 15,
        }
    }

    pub(super) fn is_voice(self) -> bool {
        matches!(self, Self::Voice | Self::Stage)
    }
}

/// A channel.
#[derive(Debug, Clone)]
pub(super) struct ChannelState {
    pub(super) id: u64,
    /// None for direct messages.
    pub(super) guild: Option<u64>,
    pub(super) kind: ChannelKind,
    pub(super) name: String,
    /// The channel of a thread.
    pub(super) parent: Option<u64>,
    /// By role or member.
    pub(super) overwrites: BTreeMap<u64, Overwrite>,
    pub(super) thread: Option<ThreadState>,
    /// The person of a direct channel.
    pub(super) recipient: Option<u64>,
    pub(super) voice_status: Option<String>,
    pub(super) deleted: bool,
    /// When it was renamed.
    pub(super) renames: VecDeque<Instant>,
    /// When messages in it were edited that were older than an hour.
    pub(super) old_edits: VecDeque<Instant>,
}

/// What is special about a thread.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ThreadState {
    pub(super) archived: bool,
    pub(super) locked: bool,
    pub(super) owner: u64,
}

impl ChannelState {
    pub(super) fn new(id: u64, guild: Option<u64>, kind: ChannelKind, name: &str) -> Self {
        Self {
            id,
            guild,
            kind,
            name: name.to_owned(),
            parent: None,
            overwrites: BTreeMap::new(),
            thread: None,
            recipient: None,
            voice_status: None,
            deleted: false,
            renames: VecDeque::new(),
            old_edits: VecDeque::new(),
        }
    }
}

impl World {
    /// Adds a channel and tells the bot.
    pub(super) fn add_channel(&mut self, guild: u64, kind: ChannelKind, name: &str) -> u64 {
        let id = self.next_id();
        let channel = ChannelState::new(id, Some(guild), kind, name);
        self.channels.insert(id, channel);
        self.announce_channel(id, "CREATE");
        id
    }

    /// Adds a thread to a channel, or a post to a forum, and tells the bot.
    pub(super) fn add_thread(&mut self, parent: u64, owner: u64, name: &str) -> u64 {
        let id = self.next_id();
        let guild = self.channels.get(&parent).and_then(|parent| parent.guild);
        let mut thread = ChannelState::new(id, guild, ChannelKind::Thread, name);
        thread.parent = Some(parent);
        thread.thread = Some(ThreadState {
            owner,
            ..ThreadState::default()
        });
        self.channels.insert(id, thread);
        self.announce_channel(id, "CREATE");
        id
    }

    /// Changes a channel and tells the bot.
    pub(super) fn change_channel(&mut self, id: u64, change: impl FnOnce(&mut ChannelState)) {
        if let Some(channel) = self.channels.get_mut(&id) {
            change(channel);
            self.announce_channel(id, "UPDATE");
        }
    }

    /// Deletes a channel with its threads and tells the bot.
    pub(super) fn delete_channel(&mut self, id: u64) {
        let channels = self.channels.values();
        let threads =
            channels.filter(|channel| channel.thread.is_some() && channel.parent == Some(id));
        let threads: Vec<_> = threads.map(|thread| thread.id).collect();
        for gone in threads.into_iter().chain([id]) {
            if let Some(channel) = self.channels.get_mut(&gone) {
                channel.deleted = true;
            }
            self.announce_channel(gone, "DELETE");
        }
    }

    fn announce_channel(&mut self, id: u64, what: &str) {
        let Some(channel) = self.channels.get(&id) else {
            return;
        };
        let kind = if channel.thread.is_some() {
            "THREAD"
        } else {
            "CHANNEL"
        };
        let payload = payloads::channel(channel);
        if channel.guild.is_some() {
            self.dispatch(&format!("{kind}_{what}"), &payload);
        }
    }
}
