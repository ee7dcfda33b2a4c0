//! Events that are delivered later, in batches, and taken exactly once: which numbers of which
//! epoch have been taken is remembered in the transaction that takes them.

use oxeye_plugin_proto::{MissingSkin, UnixSeconds};
use rusqlite::{Connection, params};

use crate::database::Database;
use crate::events::{
    EventError, HeartbeatEvent, JoinEvent, LeaveEvent, Progress, SkinAnswer, SyncEvent,
};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::server_state::{Number, ServerState};

/// Ranges of numbers that are remembered of one epoch. Where there are more, the gaps between the
/// oldest are taken as filled.
const MAX_RANGES: usize = 256;

/// Work that is done of a batch at once, in events and changes of rows. The rest waits until others
/// had their turn: some 5 ms.
const WORK_AT_ONCE: usize = 512;

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
}

/// Why a batch was not taken. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum TakeEventsError {
    /// The sender has begun a newer epoch since.
    #[error(
        "epoch {epoch} is over, since epoch {newest} has begun on this server; send what is new in an epoch of its own, higher than that"
    )]
    EpochIsOver {
        /// That of the batch.
        epoch: u64,
        /// The newest that this server has used.
        newest: u64,
    },
    /// As for every event.
    #[error(transparent)]
    Event(#[from] EventError),
}

/// Numbers taken, first and last.
type Range = (u64, u64);

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
        let mut taking = Taking::new(batch);
        let take = move |file: &Connection, state: &mut ServerState, ledger: &mut Ledger<'_>| {
            taking.go_on(file, server, state, now, ledger)
        };
        let queued = self.report_in_parts(reporter, now, take);
        queued.map_err(EventError::from)?.done().await?
    }
}

/// A batch that is being taken, part by part. With each part its numbers are remembered, so one that
/// is cut off is known as far as it was taken.
struct Taking {
    batch: EventBatch,
    /// How many of its events have been dealt with.
    taken: usize,
    /// `None` until the first part is taken.
    answer: Option<BatchAnswer>,
}

type Taken = Progress<Result<BatchAnswer, TakeEventsError>>;

impl Taking {
    fn new(batch: EventBatch) -> Self {
        Self {
            batch,
            taken: 0,
            answer: None,
        }
    }

    /// Takes as many events as may be taken at once.
    fn go_on(
        &mut self,
        file: &Connection,
        server: ServerId,
        state: &mut ServerState,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Taken> {
        let batch = &self.batch;
        let Some(last_seq) = last_seq(batch) else {
            let (acked_seq, resync) = (batch.first_seq.saturating_sub(1), !state.synced_since_boot);
            return Ok(Progress::Done(Ok(answer(acked_seq, resync))));
        };
        let ranges = ranges(file, server, batch.epoch)?;
        let is_replay = ranges
            .iter()
            .any(|(first, last)| *first <= batch.first_seq && last_seq <= *last);
        let answer = match &mut self.answer {
            Some(answer) => answer,
            None => match begin(file, server, batch, &ranges, is_replay, state)? {
                Ok(has_gap) => self.answer.insert(answer(last_seq, has_gap)),
                Err(error) => return Ok(Progress::Done(Err(error))),
            },
        };
        self.taken += apply_some(batch, self.taken, &ranges, state, now, ledger, answer);
        let is_over = self.taken == batch.events.len();
        if is_over {
            state.end_what_a_start_denies(now, ledger);
        }
        if !is_replay {
            let last = batch.first_seq + (self.taken as u64 - 1);
            let ranges = merged(ranges, (batch.first_seq, last));
            remember(file, server, batch.epoch, ranges)?;
        }
        if !is_over {
            return Ok(Progress::More);
        }
        answer.resync |= !state.synced_since_boot;
        Ok(Progress::Done(Ok(answer.clone())))
    }
}

/// Whether a batch is to be taken; if so, whether events are missing before it.
fn begin(
    file: &Connection,
    server: ServerId,
    batch: &EventBatch,
    ranges: &[Range],
    is_replay: bool,
    state: &mut ServerState,
) -> rusqlite::Result<Result<bool, TakeEventsError>> {
    let newest = newest_epoch(file, server)?;
    let epoch = batch.epoch;
    if let Some(newest) = newest.filter(|newest| epoch < *newest && !is_replay) {
        return Ok(Err(TakeEventsError::EpochIsOver { epoch, newest }));
    }
    if !is_replay {
        state.tell_in_epoch(epoch, ranges.is_empty());
    }
    // A sender that begins a new epoch has lost its memory, and perhaps events with it.
    Ok(Ok(match ranges.last() {
        Some((_, last)) => batch.first_seq > last + 1,
        None => newest.is_some(),
    }))
}

/// Applies events from one on, as many as may be taken at once; says how many.
fn apply_some(
    batch: &EventBatch,
    from: usize,
    ranges: &[Range],
    state: &mut ServerState,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
    answer: &mut BatchAnswer,
) -> usize {
    let newest = ranges.last().map_or(0, |(_, last)| *last);
    let events = batch.events.iter().enumerate().skip(from);
    let mut taken = 0;
    for (place, event) in events {
        let seq = batch.first_seq.saturating_add(place as u64);
        let number = Number {
            seq,
            is_behind: seq < newest,
            is_known: is_in(ranges, seq),
        };
        apply(event, number, state, now, ledger, &mut answer.missing);
        taken += 1;
        if ledger.len() + taken >= WORK_AT_ONCE {
            break;
        }
    }
    taken
}

fn is_in(ranges: &[Range], seq: u64) -> bool {
    let mut ranges = ranges.iter();
    ranges.any(|(first, last)| (*first..=*last).contains(&seq))
}

fn answer(acked_seq: u64, resync: bool) -> BatchAnswer {
    BatchAnswer {
        acked_seq,
        resync,
        missing: Vec::new(),
    }
}

fn last_seq(batch: &EventBatch) -> Option<u64> {
    let after_first = (batch.events.len() as u64).checked_sub(1)?;
    Some(batch.first_seq.saturating_add(after_first))
}

/// Applies an event unless it was taken before.
fn apply(
    event: &ServerEvent,
    number: Number,
    state: &mut ServerState,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
    missing: &mut Vec<MissingSkin>,
) {
    match event {
        ServerEvent::Join(join) => {
            let wanted = state.numbered_join(join, number, now, ledger) == SkinAnswer::Wanted;
            missing.extend(
                join.texture_hash
                    .filter(|_| wanted)
                    .map(|hash| MissingSkin {
                        player: join.player.clone(),
                        texture_hash: hash,
                    }),
            );
        }
        ServerEvent::Leave(leave) => state.numbered_leave(leave, number, now, ledger),
        ServerEvent::Sync(sync) => {
            state.pass_number(number);
            if !number.is_known {
                missing.extend(state.sync_players(sync, now, ledger));
            }
        }
        ServerEvent::Heartbeat(beat) => {
            state.pass_number(number);
            if !number.is_known {
                state.heartbeat(beat, now, ledger);
            }
        }
    }
}

/// The ranges with another one, none touching the next.
fn merged(mut ranges: Vec<Range>, new: Range) -> Vec<Range> {
    ranges.push(new);
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    if merged.len() > MAX_RANGES {
        let oldest = merged.remove(0);
        merged[0].0 = oldest.0;
    }
    merged
}

fn newest_epoch(file: &Connection, server: ServerId) -> rusqlite::Result<Option<u64>> {
    file.prepare_cached("SELECT max(epoch) FROM event_ranges WHERE server_id = ?1")?
        .query_row([server.0], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.map(i64::cast_unsigned))
        })
}

fn ranges(file: &Connection, server: ServerId, epoch: u64) -> rusqlite::Result<Vec<Range>> {
    file.prepare_cached(
        "SELECT first_seq, last_seq FROM event_ranges
         WHERE server_id = ?1 AND epoch = ?2 ORDER BY first_seq",
    )?
    .query_map(params![server.0, epoch.cast_signed()], |row| {
        Ok((
            row.get::<_, i64>(0)?.cast_unsigned(),
            row.get::<_, i64>(1)?.cast_unsigned(),
        ))
    })?
    .collect()
}

/// Also forgets the epochs before the last but one: who sends them is told that they are over.
fn remember(
    file: &Connection,
    server: ServerId,
    epoch: u64,
    ranges: Vec<Range>,
) -> rusqlite::Result<()> {
    file.prepare_cached(
        "DELETE FROM event_ranges WHERE server_id = ?1 AND (epoch = ?2 OR epoch <
         (SELECT epoch FROM event_ranges WHERE server_id = ?1 AND epoch < ?2
          ORDER BY epoch DESC LIMIT 1))",
    )?
    .execute(params![server.0, epoch.cast_signed()])?;
    let mut insert = file.prepare_cached(
        "INSERT INTO event_ranges (server_id, epoch, first_seq, last_seq) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (first, last) in ranges {
        let (first, last) = (first.cast_signed(), last.cast_signed());
        insert.execute(params![server.0, epoch.cast_signed(), first, last])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(merged(vec![], (5, 9)), [(5, 9)]);
        assert_eq!(merged(vec![(5, 9)], (10, 12)), [(5, 12)]);
        assert_eq!(merged(vec![(5, 9)], (1, 4)), [(1, 9)]);
        assert_eq!(merged(vec![(5, 9)], (11, 12)), [(5, 9), (11, 12)]);
        assert_eq!(merged(vec![(5, 9), (11, 12)], (8, 10)), [(5, 12)]);
        assert_eq!(merged(vec![(5, 9)], (1 << 40, 1 << 40)).len(), 2);
    }

    #[test]
    fn the_oldest_gaps_are_given_up_when_there_are_too_many() {
        let mut ranges = Vec::new();
        for number in 0..1_000 {
            ranges = merged(ranges, (10 * number, 10 * number));
        }
        assert_eq!(ranges.len(), MAX_RANGES);
        assert_eq!(ranges[0].0, 0);
        assert_eq!(ranges[MAX_RANGES - 1], (9_990, 9_990));
    }
}
