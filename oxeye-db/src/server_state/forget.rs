//! Forgets a player, or whatever is too old.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use crate::persons::Share;

use super::{ClosedSession, Ledger, PlayerId, ServerState, SessionId, StoreChange};

/// What a server knew of a player, but for the stays that were over.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// The stay that was going on.
    pub(crate) open: Option<SessionId>,
    /// Whether the server knew anything of the player.
    pub(crate) any: bool,
    /// Textures that no other player is known to have worn.
    pub(crate) textures: Vec<TextureHash>,
}

impl ServerState {
    /// Forgets at most `limit` of the stays that are over and a share of what is known under a name, and returns them: the
    /// oldest first, so that last seen stays true until the last of them has gone, and then goes back to what is left.
    pub(crate) fn forget_stays(
        &mut self,
        (name, id): (&PlayerName, PlayerId),
        share: Share,
        limit: usize,
        now: UnixSeconds,
    ) -> Vec<ClosedSession> {
        let over = self.history.take_of(id, share, limit);
        let last = over.iter().map(|session| session.seen_at).max();
        if last.is_some() && self.last_seen.get(name) <= last {
            self.see_what_is_left(name, id, now);
        }
        self.revision += u64::from(!over.is_empty());
        over
    }

    /// Whether any of the stays that are over is a share of what is known under a name.
    pub(crate) fn has_stays(&mut self, id: PlayerId, share: Share) -> bool {
        self.history.has_any_of(id, share)
    }

    /// Forgets a player, who may be online, after the stays that are over. The player has a number if the file knows
    /// them.
    pub(crate) fn forget_player(&mut self, name: &PlayerName, id: Option<PlayerId>) -> Traces {
        let stay = self.players.remove(name);
        let was_seen = self.last_seen.remove(name).is_some();
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
        let any = stay.is_some() || loose + textures.len() > 0 || was_seen;
        // The last picture may show the player.
        self.revision += u64::from(any);
        Traces {
            open: stay.map(|stay| stay.session),
            any,
            textures,
        }
    }

    /// Forgets a share of what is known under a name that others have used, too, after the stays that are over. A stay
    /// that is going on is part of it only if asked for. Last seen goes back to what is left.
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
        let loose = self.loose_ends.forget_share(id, share);
        let last = loose.iter().map(|end| end.at).max();
        if stay.is_some() || (last.is_some() && self.last_seen.get(name) <= last) {
            self.see_what_is_left(name, id, now);
        }
        let any = stay.is_some() || !loose.is_empty();
        self.revision += u64::from(any);
        Traces {
            open: stay.map(|stay| stay.session),
            any,
            textures: Vec::new(),
        }
    }

    /// Sets when a player of whom something was forgotten was last seen, by what is left.
    fn see_what_is_left(&mut self, name: &PlayerName, id: PlayerId, now: UnixSeconds) {
        self.last_seen.remove(name);
        let edge = self.window_edge(now);
        let seen = self.history.last_since(id, edge);
        let seen = seen.map(|session| session.seen_at).into_iter();
        let left = seen.chain(self.loose_ends.of(id).iter().map(|end| end.at));
        if let Some(at) = left.max().filter(|at| *at >= edge) {
            self.note_seen(name, at, now);
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

    /// Whether a player has a session or a loose end.
    pub(crate) fn knows(&self, player: PlayerId) -> bool {
        let is_online = || self.players.values().any(|stay| stay.player == player);
        self.history.has_player(player) || !self.loose_ends.of(player).is_empty() || is_online()
    }

    /// Returns the players with a session or a loose end; some more than once.
    pub(crate) fn known_players(&self) -> impl Iterator<Item = PlayerId> + '_ {
        self.history.players().chain(self.players_beside_history())
    }

    /// Returns the players who are online or have a loose end; some more than once.
    pub(crate) fn players_beside_history(&self) -> impl Iterator<Item = PlayerId> + '_ {
        let online = self.players.values().map(|stay| stay.player);
        online.chain(self.loose_ends.players())
    }
}
