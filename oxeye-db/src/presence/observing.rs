//! Takes what the gateway tells, and lets time pass. Memory changes first; what changed is written in the same
//! transaction. If that fails, it is written with the next one: memory stays right.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Presence;
use super::consents::Consents;
use super::live::{Live, SharedLive};
use super::observation::{AwayGuilds, Observation};
use super::store::rows::{members, open_sessions, sessions};
use super::tracks::{STALE_AFTER, SessionName};
use crate::ids::{GuildId, UserId};
use crate::store::{Job, StoreError, WriterThread};

/// What a checkpoint or a clean-up did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checkpointed {
    /// Number of sessions that are open.
    pub open: usize,
    /// Number of sessions that it ended by estimate.
    pub stale: usize,
}

impl Presence {
    /// Takes what the gateway tells, in order. Whatever is about users who did not join is ignored.
    ///
    /// # Errors
    /// When the store cannot be written. What was told counts nevertheless, unless the queue is full.
    pub async fn observe(
        &self,
        observations: Vec<Observation>,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.let_happen(Happening::Told(observations), now).await?;
        Ok(())
    }

    /// Writes down the last evidence of all open sessions, and ends those of which nothing was heard for 5 minutes, by
    /// estimate. To be called every minute: what lies between two calls that are 5 minutes apart counts as a gap.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn checkpoint(&self, now: UnixSeconds) -> Result<Checkpointed, StoreError> {
        self.let_happen(Happening::TimePassed(STALE_AFTER), now)
            .await
    }

    /// Does the same as a checkpoint, but also ends sessions of which nothing was heard for a shorter time.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn clean_up(
        &self,
        stale_after: Duration,
        now: UnixSeconds,
    ) -> Result<Checkpointed, StoreError> {
        self.let_happen(Happening::TimePassed(stale_after), now)
            .await
    }

    /// Takes that a guild has removed the bot. Nothing is recorded any more because its members agreed to it there.
    ///
    /// # Errors
    /// When the store cannot be written. It counts nevertheless.
    pub(crate) async fn guild_removed(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        self.live.note_removal(guild);
        self.let_happen(Happening::Removed(guild), now).await?;
        Ok(())
    }

    /// Takes that a guild had removed the bot before Oxeye started.
    pub(crate) fn guild_is_without_bot(&self, guild: GuildId) {
        self.live.note_removal(guild);
    }

    /// Takes that the bot is in a guild, perhaps again: what its members agreed to there counts.
    pub(crate) fn guild_returned(&self, guild: GuildId, now: UnixSeconds) {
        self.live.note_return(guild, now);
    }

    async fn let_happen(
        &self,
        what: Happening,
        now: UnixSeconds,
    ) -> Result<Checkpointed, StoreError> {
        let Some(store) = self.file.existing() else {
            return Ok(Checkpointed::default());
        };
        let (answer, answered) = oneshot::channel();
        store.enqueue(Box::new(HappenJob {
            live: Arc::clone(&self.live),
            what: Some(what),
            now,
            done: Checkpointed::default(),
            seen: Vec::new(),
            written: Vec::new(),
            evidence: Vec::new(),
            answer,
        }))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

/// Something that changes sessions.
enum Happening {
    Told(Vec<Observation>),
    /// A guild has removed the bot.
    Removed(GuildId),
    /// Time passed; sessions of which nothing was heard for so long end.
    TimePassed(Duration),
}

struct HappenJob {
    live: Arc<SharedLive>,
    /// `None` once memory knows it.
    what: Option<Happening>,
    now: UnixSeconds,
    done: Checkpointed,
    /// Members to note as seen in the file.
    seen: Vec<(GuildId, UserId)>,
    /// The sessions that this job writes.
    written: Vec<SessionName>,
    /// The evidence that this job writes.
    evidence: Vec<(SessionName, UnixSeconds)>,
    answer: oneshot::Sender<Result<Checkpointed, StoreError>>,
}

impl HappenJob {
    fn take(&mut self, live: &mut Live) {
        match self.what.take() {
            Some(Happening::Told(all)) => {
                for observation in all {
                    note_bot(&mut live.consents, &observation, self.now);
                    for (guild, user) in observation.named() {
                        if live.consents.note_seen(guild, user, self.now) {
                            self.seen.push((guild, user));
                        }
                    }
                    live.tracks.observe(&live.consents, &observation, self.now);
                }
            }
            Some(Happening::Removed(guild)) => {
                let guilds = AwayGuilds::One(guild);
                let away = Observation::Away { guilds };
                live.tracks.observe(&live.consents, &away, self.now);
                let members: Vec<_> = live.consents.members(guild).collect();
                for user in members {
                    live.tracks.end_unrecorded(&live.consents, user, self.now);
                }
            }
            Some(Happening::TimePassed(stale_after)) => {
                let before = live.tracks.open().count();
                live.tracks.pass_time(&live.consents, self.now);
                live.tracks.end_stale(stale_after, self.now);
                self.evidence = live.tracks.unsaved_evidence();
                self.done.open = live.tracks.open().count();
                self.done.stale = before - self.done.open;
            }
            None => {}
        }
    }
}

/// Notes whether a guild has the bot, as far as Discord tells.
fn note_bot(consents: &mut Consents, observation: &Observation, now: UnixSeconds) {
    match observation {
        Observation::Guild { guild, .. } => consents.note_heard(*guild, now),
        Observation::Away {
            guilds: AwayGuilds::One(guild),
        } => consents.note_unheard(*guild),
        _ => {}
    }
}

impl Job for HappenJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        let live = Arc::clone(&self.live);
        let changed = live.change(writer, |live| {
            self.take(live);
            live.tracks.take_changed()
        });
        self.written
            .extend(changed.iter().map(|session| (session.user, session.id)));
        for (guild, user) in &self.seen {
            members::set_seen(file, *guild, *user, self.now)?;
        }
        // Those that have ended first: at most one of a key may be open.
        for session in changed.iter().filter(|session| !session.is_open()) {
            sessions::write(file, session)?;
        }
        for session in changed.iter().filter(|session| session.is_open()) {
            sessions::write(file, session)?;
        }
        let evidence = self
            .evidence
            .iter()
            .map(|((_, id), seen_at)| (*id, *seen_at));
        open_sessions::advance(file, evidence)
    }

    fn work(&self) -> usize {
        1 + self.written.len() + self.evidence.len()
    }

    fn undo(&mut self, _: &Connection, _: u64, writer: &WriterThread) {
        let written = self.written.drain(..);
        self.live
            .change(writer, |live| live.tracks.put_back(written));
        self.evidence.clear();
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let live = Arc::clone(&self.live);
        live.change(writer, |live| {
            // The store may have refused the job before it ran.
            self.take(live);
            if commit.is_ok() {
                live.tracks.note_saved(&self.evidence);
            }
        });
        // What happened has happened even if the caller no longer waits.
        let _ = self.answer.send(commit.map(|()| self.done));
    }
}
