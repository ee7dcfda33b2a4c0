//! A channel, as a story sees it.

use std::time::Duration;

use super::Shared;
use super::answer::{Answer, Written};
use super::channels::{ChannelKind, ChannelState};
use super::permissions::{Overwrite, Permissions};
use super::world::{APPLICATION, Message, World};

/// A channel, a thread, or a post of a forum.
#[derive(Debug, Clone)]
pub struct Channel {
    world: Shared,
    id: u64,
}

impl Channel {
    pub(super) fn new(world: Shared, id: u64) -> Self {
        Self { world, id }
    }

    /// Its id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its id as text, for the option of a command.
    pub fn id_text(&self) -> String {
        self.id.to_string()
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.read(|channel| channel.name.clone())
    }

    /// What the bot has set as the status of this voice channel.
    pub fn voice_status(&self) -> Option<String> {
        self.read(|channel| channel.voice_status.clone())
    }

    /// Whether a thread is archived.
    pub fn is_archived(&self) -> bool {
        self.read(|channel| channel.thread.is_some_and(|thread| thread.archived))
    }

    /// Waits until its voice status or name contains `words`.
    pub async fn shows(&self, words: &str) {
        let what = format!("the channel {} shows {words:?}", self.id);
        let shows = |world: &World| {
            let channel = world.channels.get(&self.id)?;
            let status = channel.voice_status.as_deref().unwrap_or_default();
            (channel.name.contains(words) || status.contains(words)).then_some(())
        };
        self.world.until(&what, shows).await;
    }

    /// Waits until it has no voice status.
    pub async fn has_no_status(&self) {
        let what = format!("the channel {} has no status", self.id);
        let has_none = |world: &World| {
            let status = world.channels.get(&self.id)?.voice_status.as_deref();
            status.unwrap_or_default().is_empty().then_some(())
        };
        self.world.until(&what, has_none).await;
    }

    /// The messages that the bot has written here of its own accord and that still exist, oldest
    /// first.
    pub fn messages(&self) -> Vec<Answer> {
        self.world.read(|world| world.messages_in(self.id))
    }

    /// Waits until the last of these messages meets `condition`, and returns it.
    pub async fn message_until(&self, what: &str, condition: impl Fn(&Answer) -> bool) -> Answer {
        let found = |world: &World| {
            world.keeps_the_rules();
            world
                .messages_in(self.id)
                .pop()
                .filter(|last| condition(last))
        };
        self.world.until(what, found).await
    }

    /// Waits until the last of these messages contains `words`, and returns it.
    pub async fn message_says(&self, words: &str) -> Answer {
        let what = format!("the message in {} says {words:?}", self.id);
        self.message_until(&what, |last| last.text().contains(words))
            .await
    }

    /// Returns whether the last of these messages contains `words` now, or within `limit`.
    pub async fn says_within(&self, limit: Duration, words: &str) -> bool {
        let says = |world: &World| {
            world.keeps_the_rules();
            let last = world.messages_in(self.id).pop()?;
            last.text().contains(words).then_some(())
        };
        self.world.within(limit, says).await.is_some()
    }

    /// Waits until none of these messages exists any more.
    pub async fn is_empty(&self) {
        let what = format!("there is no message in {}", self.id);
        let is_empty = |world: &World| world.messages_in(self.id).is_empty().then_some(());
        self.world.until(&what, is_empty).await;
    }

    /// Every version of the messages here, deleted ones included, message by message.
    pub fn written(&self) -> Vec<Vec<Written>> {
        self.world.read(|world| {
            let all = world.in_channel(self.id).into_iter();
            all.map(|(_, message)| message.written.clone()).collect()
        })
    }

    /// How many edits of the messages here were accepted.
    pub fn edits(&self) -> usize {
        let written = self.written().into_iter();
        written
            .map(|versions| versions.len().saturating_sub(1))
            .sum()
    }

    /// Deletes a message, as a moderator does. The bot is not told.
    pub fn loses(&self, message: &Answer) {
        self.world.change(|world| {
            if let Some(message) = world.messages.get_mut(&message.message) {
                message.deleted = true;
                message.edition += 1;
            }
        });
    }

    /// Deletes the channel with everything in it.
    pub fn is_deleted(&self) {
        self.world.change(|world| world.delete_channel(self.id));
    }

    /// Denies the bot permissions in this channel.
    pub fn denies_the_bot(&self, permissions: Permissions) {
        self.overwrites(|now| Overwrite {
            allow: now.allow.without(permissions),
            deny: now.deny | permissions,
        });
    }

    /// Grants the bot permissions in this channel.
    pub fn grants_the_bot(&self, permissions: Permissions) {
        self.overwrites(|now| Overwrite {
            allow: now.allow | permissions,
            deny: now.deny.without(permissions),
        });
    }

    fn overwrites(&self, change: impl FnOnce(Overwrite) -> Overwrite) {
        self.change(|channel| {
            let overwrite = channel.overwrites.entry(APPLICATION).or_default();
            *overwrite = change(*overwrite);
        });
    }

    /// Adds a thread that somebody else has started.
    pub fn thread(&self, name: &str) -> Self {
        let add = |world: &mut World| world.add_thread(self.id, 1_300_000_000_000_000_099, name);
        let id = self.world.change(add);
        Self::new(self.world.clone(), id)
    }

    /// The posts of a forum or the threads of a channel, oldest first.
    pub fn threads(&self) -> Vec<Self> {
        let ids: Vec<u64> = self.world.read(|world| {
            let all = world.channels.values();
            let threads = all.filter(|channel| {
                channel.thread.is_some() && channel.parent == Some(self.id) && !channel.deleted
            });
            threads.map(|thread| thread.id).collect()
        });
        let threads = ids.into_iter();
        threads
            .map(|id| Self::new(self.world.clone(), id))
            .collect()
    }

    /// Archives a thread, and locks it if told so.
    pub fn is_archived_and(&self, locked: bool) {
        self.change(|channel| {
            if let Some(thread) = &mut channel.thread {
                thread.archived = true;
                thread.locked = locked;
            }
        });
    }

    /// Opens an archived or locked thread again.
    pub fn is_opened(&self) {
        self.change(|channel| {
            if let Some(thread) = &mut channel.thread {
                thread.archived = false;
                thread.locked = false;
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut ChannelState)) {
        self.world
            .change(|world| world.change_channel(self.id, change));
    }

    fn read<R>(&self, read: impl FnOnce(&ChannelState) -> R) -> R {
        self.world.read(|world| {
            let channel = world.channels.get(&self.id);
            read(channel.expect("a channel that a story holds was created"))
        })
    }
}

impl World {
    /// The messages in a channel that the bot has written of its own accord, oldest first.
    fn in_channel(&self, channel: u64) -> Vec<(u64, &Message)> {
        let all = self.messages.iter();
        let mut found: Vec<_> = all
            .filter(|(_, message)| message.channel == channel && message.asked_by.is_none())
            .map(|(id, message)| (*id, message))
            .collect();
        found.sort_by_key(|(id, _)| *id);
        found
    }

    fn messages_in(&self, channel: u64) -> Vec<Answer> {
        let all = self.in_channel(channel).into_iter();
        let there = all.filter(|(_, message)| !message.deleted);
        there
            .map(|(id, message)| Answer::new(id, message))
            .collect()
    }

    pub(super) fn direct_messages(&self, person: u64) -> Vec<Answer> {
        let mut channels = self.channels.values();
        let direct = channels.find(|channel| {
            channel.kind == ChannelKind::Direct && channel.recipient == Some(person)
        });
        direct.map_or_else(Vec::new, |channel| self.messages_in(channel.id))
    }
}
