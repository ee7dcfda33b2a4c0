//! Forgets a player, or whatever is too old.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use crate::persons::Share;

use super::{Ledger, PlayerId, ServerState, StoreChange};

/// What a server knew of a player.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// Number of sessions, open and closed.
    pub(crate) sessions: usize,
    /// Whether the server knew anything of the player.
    pub(crate) any: bool,
    /// Textures that no other player is known to have worn.
    pub(crate) textures: Vec<TextureHash>,
}

impl ServerState {
    /// Forgets a player, who may be online. The player has a number if the file knows them.
    pub(crate) fn forget_player(&mut self, name: &PlayerName, id: Option<PlayerId>) -> Traces {
        let stay = self.players.remove(name);
        let was_seen = self.last_seen.remove(name).is_some();
        let over = id.map_or(0, |id| {
            self.history.take_of(id, Share::Whole, usize::MAX).len()
        });
        let loose = id.map_or(0, |id| self.loose_ends.forget_player(id));
        let mut textures = self.textures.forget_player(name);
        textures.extend(stay.and_then(|stay| stay.texture));
        let is_worn = |texture: &TextureHash| {
            let mut others = self.players.values();
            others.any(|stay| stay.texture.as_ref() == Some(texture))
        };
        textures.retain(|texture| !is_worn(texture));
        for texture in &textures {
            self.textures.forget(texture);
        }
        let sessions = over + usize::from(stay.is_some());
        let any = sessions + loose + textures.len() > 0 || was_seen;
        // The last picture may show the player.
        self.revision += u64::from(any);
        Traces {
            sessions,
            any,
            textures,
        }
    }

    /// Forgets a share of what is known under a name that others have used, too. A stay that is going on is part of it
    /// only if asked for. Last seen goes back to what is left.
    pub(crate) fn forget_share(
        &mut self,
        name: &PlayerName,
        id: PlayerId,
        (share, with_open): (Share, bool),
        now: UnixSeconds,
    ) -> Traces {
        let stay = self.players.get(name).filter(|_| with_open);
        let stay = stay.filter(|stay| share.has(stay.account)).copied();
        if stay.is_some() {
            self.players.remove(name);
        }
        let over = self.history.take_of(id, share, usize::MAX);
        let loose = self.loose_ends.forget_share(id, share);
        let seen = over.iter().map(|session| session.seen_at);
        let last = seen.chain(loose.iter().map(|end| end.at)).max();
        if stay.is_some() || (last.is_some() && self.last_seen.get(name) <= last) {
            self.last_seen.remove(name);
            let seen = self.history.of_player(id).map(|session| session.seen_at);
            let left = seen.chain(self.loose_ends.of(id).iter().map(|end| end.at));
            let left = left.max().filter(|at| *at >= self.window_edge(now));
            if let Some(at) = left {
                self.note_seen(name, at, now);
            }
        }
        let sessions = over.len() + usize::from(stay.is_some());
        let any = sessions + loose.len() > 0;
        self.revision += u64::from(any);
        Traces {
            sessions,
            any,
            textures: Vec::new(),
        }
    }

    /// Forgets at most `limit` sessions and `limit` periods that ended before `edge`, and all players
    /// last seen before it. Returns the number of sessions.
    pub(crate) fn expire(
        &mut self,
        edge: UnixSeconds,
        limit: usize,
        ledger: &mut Ledger<'_>,
    ) -> usize {
        let gone = self.history.take_ended_before(edge, limit);
        for session in &gone {
            ledger.note(StoreChange::SessionExpired(session.id));
        }
        self.periods.expire(edge, limit, ledger);
        if self.last_seen.any_between(UnixSeconds(i64::MIN), edge) {
            self.note_dropped();
        }
        let mut before = usize::MAX;
        while self.last_seen.len() < before {
            before = self.last_seen.len();
            self.last_seen.drop_older_than(edge);
        }
        gone.len()
    }

    /// Whether a session or a period of the server ended before `edge`.
    pub(crate) fn has_ended_before(&self, edge: UnixSeconds) -> bool {
        self.history.any_ended_before(edge) || self.periods.any_ended_before(edge)
    }

    /// Returns the players with a session or a loose end; some more than once.
    pub(crate) fn known_players(&self) -> impl Iterator<Item = PlayerId> + '_ {
        let online = self.players.values().map(|stay| stay.player);
        let loose = self.loose_ends.players();
        self.history.players().chain(online).chain(loose)
    }
}
