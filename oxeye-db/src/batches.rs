//! Events that are delivered later, in batches, and taken exactly once: which numbers of which
//! epoch have been taken is remembered in the transaction that takes them.
//!
//! An event that cannot be used, or that a limit keeps out, is refused alone: its number counts as
//! taken.

mod epochs;

use oxeye_plugin_proto::{MissingSkin, PlayerName, UnixSeconds};
use rusqlite::Connection;
use std::sync::Arc;

use crate::database::Database;
use crate::events::{HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::rate_limits::{ServerLimits, TooManyNewPlayers};
use crate::reporter::Reporter;
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::{EventNumber, ServerState};
use epochs::{EpochNumbers, Verdict};

/// Work that is done of a batch at once, in events and changes of rows. The rest waits until others
/// had their turn: some 5 ms.
const MAX_WORK_PER_STEP: usize = 512;

/// Numbered events of one server, in the order in which they happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBatch {
    /// The life of the sender's memory; a higher one replaces a lower one. At most `i64::MAX`.
    pub epoch: u64,
    /// The number of the first event. That of the last is at most `i64::MAX`.
    pub first_seq: u64,
    /// The events, numbered one by one. Each has its `at`.
    pub events: Vec<ServerEvent>,
}

/// One event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// A player joined.
    Join(JoinEvent),
    /// A player left.
    Leave(LeaveEvent),
    /// The whole roster.
    Sync(SyncEvent),
    /// The roster is as it was.
    Heartbeat(HeartbeatEvent),
    /// It cannot be used; why, as a sentence.
    Invalid(String),
}

/// An event that was not taken, or a sync of which some players were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Its number.
    pub seq: u64,
    /// Why, as a sentence.
    pub why: String,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchAnswer {
    /// Events up to this number need not be sent again.
    pub acked_seq: u64,
    /// A full sync is wanted: events are missing, or the roster is not certain.
    pub resync: bool,
    /// Whose skins are wanted.
    pub missing: Vec<MissingSkin>,
    /// What was not taken, by number. It need not be sent again either.
    pub refused: Vec<RefusedEvent>,
}

/// Why a batch was not taken. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum TakeEventsError {
    /// The sender has begun a newer epoch since.
    #[error(
        "epoch {epoch} is over, since epoch {newest} has begun on this server; begin a new epoch at max(server_time, newest_epoch + 1) and send what is new in it"
    )]
    EpochIsOver {
        /// That of the batch.
        epoch: u64,
        /// The newest that this server has used.
        newest: u64,
    },
    /// The sender's clock was far ahead when the epoch began. Every later epoch would seem old.
    #[error(
        "epoch {epoch} lies more than a day ahead of Oxeye's clock; check the clocks of both machines, begin a new epoch at max(server_time, newest_epoch + 1) and send what is new in it"
    )]
    EpochIsAhead {
        /// That of the batch.
        epoch: u64,
        /// The newest that this server goes on with; 0 when there is none.
        newest: u64,
    },
    /// As for every event.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl Database {
    /// Takes the events that have not been taken before.
    ///
    /// # Errors
    /// When the server is not linked, a newer epoch has begun, or the store could not take it.
    pub async fn take_events(
        &self,
        server: impl Into<Reporter>,
        batch: EventBatch,
        now: UnixSeconds,
    ) -> Result<BatchAnswer, TakeEventsError> {
        let reporter = server.into();
        let server = reporter.server();
        let limits = self.inner.memory.limiters.of(server);
        let taking = TakeBatch::new(batch, server, limits, now);
        let queued = self.report_step(reporter, now, taking);
        queued.map_err(EventError::from)?.done().await?
    }
}

/// A batch that is being taken, part by part. With each part its numbers are remembered, so one that
/// is cut off is known as far as it was taken.
struct TakeBatch {
    batch: EventBatch,
    server: ServerId,
    limits: Arc<ServerLimits>,
    now: UnixSeconds,
    /// How many of its events have been dealt with.
    taken: usize,
    /// `None` until the first part is taken.
    answer: Option<BatchAnswer>,
}

impl Step for TakeBatch {
    type Done = Result<BatchAnswer, TakeEventsError>;

    /// Takes as many events as may be taken at once.
    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<Self::Done>> {
        let first_seq = self.batch.first_seq;
        let Some(last_seq) = last_seq(&self.batch) else {
            let acked_seq = first_seq.saturating_sub(1);
            return Ok(Progress::Done(Ok(answer(acked_seq, !state.is_synced()))));
        };
        let numbers = EpochNumbers::read(file, self.server, self.batch.epoch, self.now)?;
        if self.answer.is_none() {
            match numbers.judge(first_seq, last_seq) {
                Verdict::Refused(error) => return Ok(Progress::Done(Err(error))),
                Verdict::KnownUpTo(acked_seq) => {
                    let resync = !state.is_synced();
                    return Ok(Progress::Done(Ok(self.known_up_to(acked_seq, resync))));
                }
                Verdict::Known => self.answer = Some(answer(last_seq, false)),
                Verdict::New { has_gap } => {
                    state.enter_epoch(self.batch.epoch, numbers.is_empty());
                    self.answer = Some(answer(last_seq, has_gap));
                }
            }
        }
        self.apply_next(&numbers, state, ledger);
        let is_over = self.taken == self.batch.events.len();
        if is_over {
            state.end_stays_from_before_start(self.now, ledger);
        }
        numbers.remember(file, first_seq, first_seq + (self.taken as u64 - 1))?;
        match self.answer.take_if(|_| is_over) {
            Some(mut answer) => {
                answer.resync |= !state.is_synced();
                Ok(Progress::Done(Ok(answer)))
            }
            None => Ok(Progress::More),
        }
    }
}

impl TakeBatch {
    fn new(
        batch: EventBatch,
        server: ServerId,
        limits: Arc<ServerLimits>,
        now: UnixSeconds,
    ) -> Self {
        Self {
            batch,
            server,
            limits,
            now,
            taken: 0,
            answer: None,
        }
    }

    /// Nothing of it is taken, and a part of it is known: that is acknowledged before the epoch is
    /// refused, so that the sender does not number it again in another.
    fn known_up_to(&self, acked_seq: u64, resync: bool) -> BatchAnswer {
        let mut answer = answer(acked_seq, resync);
        for (seq, event) in (self.batch.first_seq..=acked_seq).zip(&self.batch.events) {
            if let ServerEvent::Invalid(why) = event {
                answer.refuse(seq, why.clone());
            }
        }
        answer
    }

    /// Applies the next events, as many as may be applied at once.
    fn apply_next(
        &mut self,
        numbers: &EpochNumbers,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) {
        let now = self.now;
        let Some(answer) = &mut self.answer else {
            return;
        };
        let (mut cost, mut applied) = (0, 0);
        for event in self.batch.events.iter().skip(self.taken) {
            let seq = self.batch.first_seq.saturating_add(self.taken as u64);
            let number = numbers.number(seq);
            let changes = ledger.len();
            apply(event, number, &self.limits, state, now, ledger, answer);
            if !number.is_known {
                let is_sync = matches!(event, ServerEvent::Sync(_));
                cost += 1 + if is_sync {
                    ledger.session_changes_after(changes)
                } else {
                    0
                };
            }
            self.taken += 1;
            applied += 1;
            if ledger.len() + applied >= MAX_WORK_PER_STEP {
                break;
            }
        }
        self.limits.charge(cost, now);
    }
}

impl BatchAnswer {
    fn refuse(&mut self, seq: u64, why: String) {
        self.refused.push(RefusedEvent { seq, why });
    }
}

fn answer(acked_seq: u64, resync: bool) -> BatchAnswer {
    BatchAnswer {
        acked_seq,
        resync,
        missing: Vec::new(),
        refused: Vec::new(),
    }
}

fn last_seq(batch: &EventBatch) -> Option<u64> {
    let after_first = (batch.events.len() as u64).checked_sub(1)?;
    Some(batch.first_seq.saturating_add(after_first))
}

/// Applies an event unless it was taken before.
fn apply(
    event: &ServerEvent,
    number: EventNumber,
    limits: &ServerLimits,
    state: &mut ServerState,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
    answer: &mut BatchAnswer,
) {
    match event {
        ServerEvent::Join(join) => {
            if let Err(too_many) = admit(&join.player, number, limits, state, now) {
                state.note_number(number);
                answer.refuse(number.seq, too_many.to_string());
                return;
            }
            let wanted = state.numbered_join(join, number, now, ledger) == SkinAnswer::Wanted;
            let texture_hash = join.texture_hash.filter(|_| wanted);
            let missing = texture_hash.map(|texture_hash| MissingSkin {
                player: join.player.clone(),
                texture_hash,
            });
            answer.missing.extend(missing);
        }
        ServerEvent::Leave(leave) => {
            // One of somebody who was never let in says nothing.
            match admit(&leave.player, number, limits, state, now) {
                Ok(()) => state.numbered_leave(leave, number, now, ledger),
                Err(_) => state.note_number(number),
            }
        }
        ServerEvent::Sync(sync) => {
            state.note_number(number);
            if number.is_known {
                return;
            }
            let admitted = limits.admit_roster(state, sync, now);
            if let Some(skipped) = admitted.skipped.first() {
                let (count, why) = (admitted.skipped.len(), &skipped.why);
                answer.refuse(
                    number.seq,
                    format!("{count} of its players left out: {why}"),
                );
            }
            let missing = state.sync_players(&admitted.sync, now, ledger);
            answer.missing.extend(missing);
        }
        ServerEvent::Heartbeat(beat) => {
            state.note_number(number);
            if !number.is_known {
                state.heartbeat(beat, now, ledger);
            }
        }
        ServerEvent::Invalid(why) => {
            state.note_number(number);
            answer.refuse(number.seq, why.clone());
        }
    }
}

/// Applies the limit of new players, unless the event was taken before: it passed the limit then.
fn admit(
    player: &PlayerName,
    number: EventNumber,
    limits: &ServerLimits,
    state: &ServerState,
    now: UnixSeconds,
) -> Result<(), TooManyNewPlayers> {
    if number.is_known {
        return Ok(());
    }
    limits.admit(state, player, now)
}
