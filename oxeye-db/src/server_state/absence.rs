//! A sync as evidence that a player was not there.
//!
//! A join from before a sync may be reported after it. If the sync did not name the player, the stay
//! is over, as it would be if the join had been reported first. Only its beginning and repeated joins
//! are known, so it ends at the last of them; a leave that is reported later corrects that.
//!
//! Only the last sync counts, and only if it said itself when it was taken: any other may have been on
//! its way for a long time, in which players joined. Clocks may differ, so a join shortly before the
//! sync counts as later than the sync.

use oxeye_plugin_proto::{PlayerName, UnixSeconds, limits};

use super::{
    ClosedSession, Ledger, LooseEnd, PlayerId, ServerState, SessionEnd, SessionId, latest,
};
use crate::events::SyncEvent;

/// What the last sync shows about a player whom it did not name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absence {
    /// A join before this time was clearly before the sync.
    pub(super) at: UnixSeconds,
    /// The stay that is over only because of the sync. Later reports may still move its end.
    pub(super) ended: Option<SessionId>,
}

impl ServerState {
    /// Remembers whom a sync named, if it is evidence against others. `at` is the time at which it
    /// counts.
    pub(super) fn note_named(
        &mut self,
        sync: &SyncEvent,
        at: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let is_evidence = sync.at == Some(at) && self.facts.synced_at == Some(at);
        self.named = is_evidence.then(|| {
            let named = sync.roster.iter().map(|entry| &entry.player);
            let mut named: Box<[PlayerId]> = named.map(|name| ledger.player(name)).collect();
            named.sort_unstable();
            named
        });
    }

    /// Returns what the last sync shows if the player was not there; `None` if it named the player, is
    /// no evidence, or a stay that does not depend on it shows the contrary.
    pub(super) fn absence(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        now: UnixSeconds,
    ) -> Option<Absence> {
        // A sync from too far in the future was dated by a clock that ran fast.
        let synced_at = self.facts.synced_at.filter(|at| *at <= latest(now))?;
        if self.named.as_ref()?.binary_search(&player).is_ok() {
            return None;
        }
        let at = synced_at.minus(limits::EARLY_EVENT_LIMIT);
        if self.players.get(name).is_some_and(|on| on.joined_at < at) {
            return None;
        }
        let before = UnixSeconds(at.0.saturating_sub(1));
        let Some(last) = self.history.of_player_until(player, before).next() else {
            return Some(Absence { at, ended: None });
        };
        let is_from_later = self.facts.named_up_to.is_some_and(|known| last.id > known);
        if last.seen_at < at {
            let next = self.begun_after(name, player, before, 1);
            let next_at = next.first().map_or(synced_at, |next| next.stay.joined_at);
            let until = next_at.min(synced_at);
            let ended = is_from_later && self.is_known_by_joins(&last, until);
            let ended = ended.then_some(last.id);
            return Some(Absence { at, ended });
        }
        let depends = is_from_later && self.is_known_by_leave(&last, (at, synced_at));
        depends.then_some(Absence { at, ended: None })
    }

    /// Whether nothing is known of a stay but joins, after which a sync did not name the player, and
    /// nothing happened after the last of them `until` this time.
    fn is_known_by_joins(&self, stay: &ClosedSession, until: UnixSeconds) -> bool {
        let loose = self.loose_ends.of(stay.player);
        let is_last_join = |end: &LooseEnd| end.is_join && end.at == stay.left_at;
        let is_join = stay.joined_at == stay.left_at || loose.iter().any(is_last_join);
        let is_other =
            |end: &LooseEnd| !is_last_join(end) && (stay.left_at..until).contains(&end.at);
        stay.end == SessionEnd::MissingFromSync && is_join && !loose.iter().any(is_other)
    }

    /// Whether a stay lasted until a leave shortly before the sync that was reported after it, too,
    /// with no join in between.
    fn is_known_by_leave(
        &self,
        stay: &ClosedSession,
        (absent_at, synced_at): (UnixSeconds, UnixSeconds),
    ) -> bool {
        let loose = self.loose_ends.of(stay.player);
        let is_between = |end: &LooseEnd| (absent_at..=stay.left_at).contains(&end.at);
        let has_joined = loose.iter().any(|end| end.is_join && is_between(end));
        stay.end == SessionEnd::Left && stay.left_at < synced_at && !has_joined
    }
}
