//! What memory holds: who joined, and their sessions that are open or may go on. Changes on the writer's thread only, but
//! for which guilds have the bot.

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::RwLock;

use super::consents::Consents;
use super::tracks::Tracks;
use crate::ids::GuildId;
use crate::store::WriterThread;

/// Who joined, and their sessions that are open or may go on.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(super) consents: Consents,
    pub(super) tracks: Tracks,
}

/// [`Live`] behind its lock.
#[derive(Debug, Default)]
pub(crate) struct SharedLive(RwLock<Live>);

impl SharedLive {
    pub(super) fn new(live: Live) -> Self {
        Self(RwLock::new(live))
    }

    /// Reads memory, for a moment.
    pub(super) fn read<R>(&self, read: impl FnOnce(&Live) -> R) -> R {
        read(&self.0.read())
    }

    /// Notes that a guild has removed the bot. No file of presence holds that, so it may happen on any thread.
    pub(super) fn note_removal(&self, guild: GuildId) {
        self.0.write().consents.note_removal(guild);
    }

    /// Notes that the bot is in a guild.
    pub(super) fn note_return(&self, guild: GuildId, now: UnixSeconds) {
        self.0.write().consents.note_return(guild, now);
    }

    /// Changes memory, for a moment.
    pub(super) fn change<R>(&self, _: &WriterThread, change: impl FnOnce(&mut Live) -> R) -> R {
        change(&mut self.0.write())
    }
}
