//! Events that are delivered later, in batches, and taken exactly once: which numbers of which
//! epoch have been taken is remembered in the transaction that takes them.

use oxeye_plugin_proto::{MissingSkin, UnixSeconds};
use rusqlite::{Connection, params};

use crate::database::Database;
use crate::events::{EventError, HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::server_state::ServerState;

/// Ranges of numbers that are remembered of one epoch. Where there are more, the gaps between the
/// oldest are taken as filled.
const MAX_RANGES: usize = 256;

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
        server: ServerId,
        batch: EventBatch,
        now: UnixSeconds,
    ) -> Result<BatchAnswer, TakeEventsError> {
        let take = move |file: &Connection, state: &mut ServerState, ledger: &mut Ledger<'_>| {
            take(file, server, &batch, state, now, ledger)
        };
        let queued = self.report(server, now, take, |answer| answer);
        queued.map_err(EventError::from)?.done().await?
    }
}

fn take(
    file: &Connection,
    server: ServerId,
    batch: &EventBatch,
    state: &mut ServerState,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<Result<BatchAnswer, TakeEventsError>> {
    let Some(last_seq) = last_seq(batch) else {
        let (acked_seq, resync) = (batch.first_seq.saturating_sub(1), !state.synced_since_boot);
        return Ok(Ok(answer(acked_seq, resync)));
    };
    let newest = newest_epoch(file, server)?;
    let taken = ranges(file, server, batch.epoch)?;
    let is_replay = taken
        .iter()
        .any(|(first, last)| *first <= batch.first_seq && last_seq <= *last);
    if let Some(newest) = newest.filter(|newest| batch.epoch < *newest && !is_replay) {
        let epoch = batch.epoch;
        return Ok(Err(TakeEventsError::EpochIsOver { epoch, newest }));
    }
    // A sender that begins a new epoch has lost its memory, and perhaps events with it.
    let has_gap = match taken.last() {
        Some((_, last)) => batch.first_seq > last + 1,
        None => newest.is_some(),
    };
    let mut answer = answer(last_seq, has_gap);
    for (seq, event) in (batch.first_seq..).zip(&batch.events) {
        let is_known = taken
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&seq));
        if !is_known {
            apply(event, state, now, ledger, &mut answer.missing);
        }
    }
    state.end_what_a_start_denies(now, ledger);
    if !is_replay {
        remember(
            file,
            server,
            batch.epoch,
            merged(taken, (batch.first_seq, last_seq)),
        )?;
    }
    answer.resync |= !state.synced_since_boot;
    Ok(Ok(answer))
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

fn apply(
    event: &ServerEvent,
    state: &mut ServerState,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
    missing: &mut Vec<MissingSkin>,
) {
    match event {
        ServerEvent::Join(join) => {
            let wanted = state.player_join(join, now, ledger) == SkinAnswer::Wanted;
            missing.extend(
                join.texture_hash
                    .filter(|_| wanted)
                    .map(|hash| MissingSkin {
                        player: join.player.clone(),
                        texture_hash: hash,
                    }),
            );
        }
        ServerEvent::Leave(leave) => state.player_leave(leave, now, ledger),
        ServerEvent::Sync(sync) => missing.extend(state.sync_players(sync, now, ledger)),
        ServerEvent::Heartbeat(beat) => {
            state.heartbeat(beat, now, ledger);
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
