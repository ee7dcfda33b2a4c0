//! Takes batches of events exactly once. The transaction that takes events also records which
//! numbers of which epoch were taken.
//!
//! An event that is invalid or exceeds a limit is refused alone, and its number counts as taken.

mod applying;

use std::sync::Arc;

use oxeye_plugin_proto::{MissingSkin, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::epochs::{EpochError, EpochNumbers, RefusedEvent, Verdict};
use crate::events::{HeartbeatEvent, JoinEvent, LeaveEvent, SyncEvent};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::rate_limits::ServerLimits;
use crate::reporter::Reporter;
use crate::reporting::{EventError, Progress, Step};
use crate::server_about::{ABOUT_COST, AboutEvent};
use crate::server_state::ServerState;
use applying::Applying;

/// Maximum work on a batch in one go, in events and changed rows; about 5 ms. The rest waits until
/// other reports have had their turn.
const MAX_WORK_PER_STEP: usize = 512;

/// Numbered events of one server, in the order in which they happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBatch {
    /// The numbering to which `first_seq` belongs. A sender that has lost its own starts a higher epoch,
    /// which ends all lower ones. At most `i64::MAX`.
    pub epoch: u64,
    /// The number of the first event. The number of the last is at most `i64::MAX`.
    pub first_seq: u64,
    /// The events, numbered consecutively. Each has its `at`.
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
    /// A heartbeat: the roster has not changed.
    Heartbeat(HeartbeatEvent),
    /// What the server says about itself.
    About(AboutEvent),
    /// An event that cannot be used, with the reason as a sentence.
    Invalid(String),
}

/// The answer to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchAnswer {
    /// Events up to this number need not be sent again.
    pub acked_seq: u64,
    /// Whether a full sync is wanted because events are missing or the roster is uncertain.
    pub resync: bool,
    /// The players whose skins are wanted.
    pub missing: Vec<MissingSkin>,
    /// The events that were refused, by number. They need not be sent again either.
    pub refused: Vec<RefusedEvent>,
}

/// Why a whole batch was refused.
#[derive(Debug, thiserror::Error)]
pub enum TakeEventsError {
    /// Its epoch may not continue.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// An error that any event can have.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl Database {
    /// Takes the events of a batch that have not been taken before.
    ///
    /// # Errors
    /// When the server is not linked, the epoch is over or too far ahead, or the store could not
    /// take it.
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

/// A batch that is taken part by part. Each part records its numbers, so that after an interruption
/// we know how much of the batch was taken.
struct TakeBatch {
    batch: EventBatch,
    server: ServerId,
    limits: Arc<ServerLimits>,
    now: UnixSeconds,
    /// Number of events already handled.
    taken: usize,
    /// `None` until the first part is taken.
    answer: Option<BatchAnswer>,
}

impl Step for TakeBatch {
    type Done = Result<BatchAnswer, TakeEventsError>;

    /// Takes as many events as may be taken in one go.
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
                Verdict::Refused(error) => return Ok(Progress::Done(Err(error.into()))),
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
        ledger.limit_accounts(&self.limits, self.now);
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

    /// Answers a batch of a refused epoch of which a part was taken before. That part is
    /// acknowledged first, so that the sender does not send it again in another epoch.
    fn known_up_to(&self, acked_seq: u64, resync: bool) -> BatchAnswer {
        let mut answer = answer(acked_seq, resync);
        for (seq, event) in (self.batch.first_seq..=acked_seq).zip(&self.batch.events) {
            if let ServerEvent::Invalid(why) = event {
                answer.refuse(seq, why.clone());
            }
        }
        answer
    }

    /// Applies the next events, as many as may be applied in one go.
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
        let mut applying = Applying {
            limits: &self.limits,
            state,
            ledger,
            answer,
            now,
        };
        let (mut cost, mut applied) = (0, 0);
        for event in self.batch.events.iter().skip(self.taken) {
            let seq = self.batch.first_seq.saturating_add(self.taken as u64);
            let number = numbers.number(seq);
            let changes = applying.ledger.len();
            applying.apply(event, number);
            if !number.is_known {
                cost += 1 + match event {
                    ServerEvent::Sync(_) | ServerEvent::Heartbeat(_) => {
                        applying.ledger.cost_after(changes)
                    }
                    ServerEvent::Join(_) => applying.ledger.uuids_after(changes),
                    ServerEvent::About(_) if applying.ledger.len() > changes => ABOUT_COST,
                    _ => 0,
                };
            }
            self.taken += 1;
            applied += 1;
            if applying.ledger.len() + applied >= MAX_WORK_PER_STEP {
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
