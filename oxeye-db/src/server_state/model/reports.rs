//! The reports that the steps of the models stand for.

use super::*;

/// Makes the heartbeat of a step.
pub(super) fn heartbeat(step: &Step, now: i64) -> HeartbeatEvent {
    let mut event = HeartbeatEvent::default();
    match step {
        Step::Heartbeat(players) => event.players = *players,
        Step::GameServer(server, since, at) => {
            event.server = Some(*server);
            event.since = since.map(|since| UnixSeconds(now + since));
            event.at = at.map(|at| UnixSeconds(now + at));
        }
        _ => {}
    }
    event
}

/// Reports a player to join in each of 70 seconds.
pub(super) fn flood(
    state: &mut ServerState,
    (who, uuid): (u8, Option<Uuid>),
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
) {
    for late in 0..70 {
        state.player_join(&join(who, uuid, Some(now.0 - 100 + late)), now, ledger);
    }
}

pub(super) fn sync(
    (named, uuid): (&[u8], Option<Uuid>),
    is_startup: bool,
    at: Option<i64>,
) -> SyncEvent {
    let roster = named.iter().map(|number| SyncPlayer {
        uuid,
        ..SyncPlayer::new(player(*number))
    });
    SyncEvent {
        is_startup,
        at: at.map(UnixSeconds),
        ..roster.collect::<Vec<_>>().into()
    }
}

/// Delivers a numbered join or, if `joins` is false, a leave.
pub(super) fn deliver(
    state: &mut ServerState,
    (who, joins, at): (u8, bool, i64),
    uuid: Option<Uuid>,
    number: EventNumber,
    now: UnixSeconds,
    ledger: &mut Ledger<'_>,
) {
    if joins {
        state.numbered_join(&join(who, uuid, Some(at)), number, now, ledger);
    } else {
        state.numbered_leave(&leave(who, Some(at)), number, now, ledger);
    }
}
