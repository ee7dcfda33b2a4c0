//! Records events exactly once. Whatever waits is recorded together, in one transaction, so that counters that many
//! events raise are written once.

use std::sync::Arc;

use hashbrown::HashMap;
use oxeye_plugin_proto::{ActivityEvent, EventBatch, PlayerName, ServerName, UnixSeconds, limits};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::changes::{Changes, Written};
use super::fold::counted;
use super::kinds::{Kinds, is_derived};
use super::queue::{Outcome, Queue, Waiting};
use super::ranking::past::Past;
use super::report::{ActivityAnswer, ActivityReport, TakeActivityError};
use super::store::rows::idempotency_keys;
use crate::database::Database;
use crate::epochs::{EpochNumbers, RefusedEvent, Verdict};
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::reporter::Reporter;
use crate::store::{Job, StoreError, WriterThread};

impl Database {
    /// Records what players did. A batch is recorded exactly once by its numbers, a single event by its key.
    ///
    /// # Errors
    /// When activity is off, the server is not linked, a single event or the batch's epoch is refused, or the
    /// store could not take it.
    pub async fn take_activity(
        &self,
        reporter: Reporter,
        report: ActivityReport,
        now: UnixSeconds,
    ) -> Result<ActivityAnswer, TakeActivityError> {
        let activity = self.inner.activity.as_ref().ok_or(TakeActivityError::Off)?;
        let store = activity.file.or_create().await?;
        let (answer, answered) = oneshot::channel();
        activity.queue.push(Waiting {
            reporter,
            report,
            now,
            answer,
        });
        // Whichever job runs first takes all reports that wait, so a job may find nothing to do. If the writer's
        // queue is full, the report is taken by a job that is queued already.
        let queued = store.enqueue(Box::new(TakeJob {
            memory: Arc::clone(&self.inner.memory),
            kinds: Arc::clone(&activity.kinds),
            queue: activity.queue.clone(),
            past: Arc::clone(&activity.past),
            taken: Vec::new(),
            written: Written::default(),
        }));
        if let Err(error @ StoreError::Closed) = queued {
            return Err(error.into());
        }
        answered.await.unwrap_or(Err(StoreError::Closed.into()))
    }
}

/// Records the reports that wait.
struct TakeJob {
    memory: Arc<Memory>,
    kinds: Arc<Kinds>,
    queue: Queue,
    past: Arc<Past>,
    /// The reports that were taken, and what to answer once they are on disk.
    taken: Vec<(oneshot::Sender<Outcome>, Outcome)>,
    written: Written,
}

impl Job for TakeJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        let kinds = Arc::clone(&self.kinds);
        let mut taking = Taking {
            file,
            memory: &self.memory,
            kinds: &kinds,
            changes: Changes::default(),
            stays: HashMap::new(),
        };
        let mut outcome = Ok(());
        for waiting in self.queue.take() {
            let Waiting {
                reporter,
                report,
                now,
                answer,
            } = waiting;
            // After an error the others are still to be answered.
            let taken = match outcome {
                Ok(()) => taking.take(reporter, report, now),
                Err(_) => Ok(Err(StoreError::Closed.into())),
            };
            match taken {
                Ok(taken) => self.taken.push((answer, taken)),
                Err(error) => {
                    self.taken.push((answer, Err(StoreError::Closed.into())));
                    outcome = Err(error);
                }
            }
        }
        outcome?;
        self.written = taking.changes.write(file)?;
        Ok(())
    }

    fn work(&self) -> usize {
        self.written.rows
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        // No memory has changed.
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        if commit.is_ok() {
            self.past.mark(&self.written.days);
            self.memory.activity_feed.publish(self.written.players);
        }
        let failed = commit.err().map(|error| error.to_string());
        for (answer, taken) in self.taken {
            let taken = match &failed {
                None => taken,
                Some(error) => Err(failure(error).into()),
            };
            // The caller may have gone; what was taken is taken.
            let _ = answer.send(taken);
        }
    }
}

/// Each caller of a transaction gets the error, which cannot be cloned.
fn failure(error: &str) -> StoreError {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR);
    StoreError::Failed(rusqlite::Error::SqliteFailure(code, Some(error.to_owned())))
}

/// One transaction's work.
struct Taking<'a, 'k> {
    file: &'a Connection,
    memory: &'a Memory,
    kinds: &'k Kinds,
    changes: Changes<'k>,
    /// When the open stays of players began.
    stays: HashMap<(GuildId, PlayerName), Option<UnixSeconds>>,
}

/// The server that reports, as it is now.
struct Speaker {
    reporter: Reporter,
    guild: GuildId,
    name: ServerName,
    now: UnixSeconds,
}

impl Taking<'_, '_> {
    fn take(
        &mut self,
        reporter: Reporter,
        report: ActivityReport,
        now: UnixSeconds,
    ) -> rusqlite::Result<Outcome> {
        let speaker = self.memory.cache.read(reporter.server(), |state| {
            reporter.may_report(state).then(|| Speaker {
                reporter,
                guild: state.guild(),
                name: state.name().clone(),
                now,
            })
        });
        let Some(speaker) = speaker.flatten() else {
            return Ok(Err(TakeActivityError::NotLinked));
        };
        match report {
            ActivityReport::Batch(batch) => self.take_batch(&speaker, batch),
            ActivityReport::Single {
                event,
                idempotency_key,
            } => self.take_single(&speaker, event, idempotency_key.as_deref()),
        }
    }

    fn take_single(
        &mut self,
        speaker: &Speaker,
        event: ActivityEvent,
        key: Option<&str>,
    ) -> rusqlite::Result<Outcome> {
        if let Err(why) = self.check(speaker, &event) {
            return Ok(Err(TakeActivityError::Refused(why)));
        }
        if let Some(key) = key {
            let server = speaker.reporter.server();
            if !idempotency_keys::remember(self.file, server, key, speaker.now)? {
                let taken = self.check_alone(speaker, &event);
                return Ok(taken
                    .map(|()| ActivityAnswer::default())
                    .map_err(TakeActivityError::Refused));
            }
        }
        let added = self.add(speaker, event);
        // If it is sent again when it can be taken, it is not to pass for one that was.
        if let (Err(_), Some(key)) = (&added, key) {
            idempotency_keys::forget(self.file, speaker.reporter.server(), key)?;
        }
        Ok(added
            .map(|()| ActivityAnswer::default())
            .map_err(TakeActivityError::Refused))
    }

    fn take_batch(
        &mut self,
        speaker: &Speaker,
        batch: EventBatch<ActivityEvent>,
    ) -> rusqlite::Result<Outcome> {
        let server = speaker.reporter.server();
        let epoch = batch.epoch().get().unsigned_abs();
        let first_seq = batch.first_seq().get().unsigned_abs();
        let last_seq = batch.last_seq().get().unsigned_abs();
        let numbers = EpochNumbers::read(self.file, server, epoch, speaker.now)?;
        let acked_seq = match numbers.judge(first_seq, last_seq) {
            Verdict::Refused(error) => return Ok(Err(error.into())),
            Verdict::KnownUpTo(acked_seq) => acked_seq,
            Verdict::Known | Verdict::New { .. } => last_seq,
        };
        let mut answer = ActivityAnswer {
            acked_seq,
            refused: Vec::new(),
        };
        for (seq, entry) in (first_seq..=acked_seq).zip(batch.into_entries()) {
            let taken = match entry {
                Err(wrong) => Err(wrong.error),
                Ok(event) if numbers.number(seq).is_known => self.check_alone(speaker, &event),
                Ok(event) => self
                    .check(speaker, &event)
                    .and_then(|()| self.add(speaker, event)),
            };
            if let Err(why) = taken {
                answer.refused.push(RefusedEvent { seq, why });
            }
        }
        numbers.remember(self.file, first_seq, acked_seq)?;
        Ok(Ok(answer))
    }

    /// Says why an event cannot be taken.
    fn check(&self, speaker: &Speaker, event: &ActivityEvent) -> Result<(), String> {
        check_type(event)?;
        let at = event.at.unwrap_or(speaker.now);
        if at < speaker.now.minus(limits::MAX_LATE_BATCH_EVENT) {
            return Err("the event is older than 7 days".to_owned());
        }
        if at > speaker.now.plus(limits::EARLY_EVENT_LIMIT) {
            return Err("the event is more than 30 seconds ahead of Oxeye's clock".to_owned());
        }
        Ok(())
    }

    /// Says why an event that was sent before was refused then, if the reason lies in the event alone. Whether it
    /// was too old or a player too many is not known any more, as with events of presence.
    fn check_alone(&self, speaker: &Speaker, event: &ActivityEvent) -> Result<(), String> {
        check_type(event)?;
        let (player, event_type) = (&event.player, &event.event_type);
        if self.kinds.ignores(&speaker.name, player, event_type) {
            return Ok(());
        }
        match counted(self.kinds, event_type, &event.details) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Adds an event to what is to be written, unless its player is ignored. Says why it cannot be counted.
    fn add(&mut self, speaker: &Speaker, event: ActivityEvent) -> Result<(), String> {
        if self
            .kinds
            .ignores(&speaker.name, &event.player, &event.event_type)
        {
            return Ok(());
        }
        let counted = counted(self.kinds, &event.event_type, &event.details);
        let counted = counted.map_err(|error| error.to_string())?;
        let stay = self.stay_of(speaker, &event.player)?;
        let at = event.at.unwrap_or(speaker.now).min(speaker.now);
        let stay = stay.filter(|began_at| *began_at <= at);
        self.changes.add(speaker.guild, event, at, stay, counted);
        Ok(())
    }

    /// Returns when the player's stay began, if there is one. Says why a player who is new cannot be added.
    fn stay_of(
        &mut self,
        speaker: &Speaker,
        player: &PlayerName,
    ) -> Result<Option<UnixSeconds>, String> {
        let key = (speaker.guild, player.clone());
        if let Some(stay) = self.stays.get(&key) {
            return Ok(*stay);
        }
        let server = speaker.reporter.server();
        let limits = self.memory.limiters.of(server);
        let admitted = self
            .memory
            .cache
            .read(server, |state| limits.admit(state, player, speaker.now));
        if let Some(Err(too_many)) = admitted {
            return Err(too_many.to_string());
        }
        let servers = self.memory.cache.ids(Some(speaker.guild)).into_iter();
        let stays = servers.filter_map(|server| {
            let joined = |state: &crate::server_state::ServerState| {
                state.players().get(player).map(|stay| stay.joined_at)
            };
            self.memory.cache.read(server, joined).flatten()
        });
        let stay = stays.min();
        self.stays.insert(key, stay);
        Ok(stay)
    }
}

/// Refuses the types that no plugin may send.
fn check_type(event: &ActivityEvent) -> Result<(), String> {
    let event_type = &event.event_type;
    if is_derived(event_type) {
        return Err(format!(
            "{event_type} follows from joins and leaves and is not sent"
        ));
    }
    Ok(())
}
