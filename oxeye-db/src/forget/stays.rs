//! The stays of a player that are over. There may be hundreds of thousands, so they are forgotten a few at a time.

use std::collections::BTreeSet;

use oxeye_plugin_proto::UnixSeconds;

use super::targets::Target;
use crate::ids::ServerId;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session::SessionId;
use crate::store::WriterThread;

/// Maximum number of stays per write, so that events do not wait long.
pub(super) const STAYS_AT_ONCE: usize = 500;

/// Forgets some stays in memory, and returns which: as many as one write may delete, or all that are left. Adds the
/// servers that have had any.
pub(super) fn take_some(
    memory: &Memory,
    writer: &WriterThread,
    targets: &[(Target, Option<PlayerId>)],
    now: UnixSeconds,
    changed: &mut BTreeSet<ServerId>,
) -> Vec<SessionId> {
    let mut taken = Vec::new();
    let known = targets
        .iter()
        .filter_map(|(target, player)| Some((target, (*player)?)));
    for (target, player) in known {
        for server in memory.cache.ids(target.only) {
            let room = STAYS_AT_ONCE - taken.len();
            if room == 0 {
                return taken;
            }
            let name = (&target.name, player);
            let forget =
                |state: &mut ServerState| state.forget_stays(name, target.share, room, now);
            let stays = memory.cache.change(writer, server, forget);
            let stays = stays.unwrap_or_default();
            if !stays.is_empty() {
                memory.pictures.forget(server);
                changed.insert(server);
                taken.extend(stays.iter().map(|stay| stay.id));
            }
        }
    }
    taken
}
