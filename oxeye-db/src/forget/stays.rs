//! The stays of a player that are over. There may be hundreds of thousands, so they are forgotten a few at a time.

use std::collections::BTreeSet;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::targets::Target;
use crate::ids::ServerId;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session::SessionId;
use crate::store::WriterThread;

/// Maximum number of stays per write, so that events do not wait long.
pub(super) const STAYS_AT_ONCE: usize = 500;

/// Stays that were taken out of memory.
pub(super) struct Taken {
    pub(super) stays: Vec<SessionId>,
    /// Whether none is left.
    pub(super) are_all: bool,
}

/// Forgets some stays in memory, and returns which: as many as one write may delete, or all that are left. Adds the
/// servers that have had any. Those under the name that was asked for go last: while one of them is left, a clean-up
/// between two writes does not forget the name, by which the others are found.
pub(super) fn take_some(
    memory: &Memory,
    writer: &WriterThread,
    (targets, asked): (&[(Target, Option<PlayerId>)], &PlayerName),
    now: UnixSeconds,
    changed: &mut BTreeSet<ServerId>,
) -> Taken {
    let mut taken = Vec::new();
    let known = targets.iter();
    let mut known: Vec<_> = known
        .filter_map(|(target, player)| Some((target, (*player)?)))
        .collect();
    known.sort_by_key(|(target, _)| target.name == *asked);
    for (target, player) in known {
        for server in memory.cache.ids(target.only) {
            let room = STAYS_AT_ONCE - taken.len();
            let name = (&target.name, player);
            let forget = |state: &mut ServerState| match room {
                0 => (Vec::new(), state.has_stays(player, target.share)),
                _ => {
                    let stays = state.forget_stays(name, target.share, room, now);
                    let is_full = stays.len() == room;
                    (stays, is_full && state.has_stays(player, target.share))
                }
            };
            let (stays, has_more) = memory
                .cache
                .change(writer, server, forget)
                .unwrap_or_default();
            if !stays.is_empty() {
                memory.pictures.forget(server);
                changed.insert(server);
                taken.extend(stays.iter().map(|stay| stay.id));
            }
            if has_more {
                return Taken {
                    stays: taken,
                    are_all: false,
                };
            }
        }
    }
    Taken {
        stays: taken,
        are_all: true,
    }
}
