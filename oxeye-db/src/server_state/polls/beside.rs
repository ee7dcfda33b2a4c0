//! What polls mean for a server that has a plugin.

use hashbrown::HashSet;
use oxeye_plugin_proto::{PlayerName, SyncPlayer, UnixSeconds};

use crate::period::KnownBy;
use crate::server_state::game_server::{Observed, Sign};
use crate::server_state::{Ledger, ServerState, SessionEnd};
use crate::watched::PolledPlayers;

impl ServerState {
    /// The plugin's server answers. That ends the time in which it did not, and shows that the players
    /// are still there if it names them all.
    pub(super) fn answered_beside_plugin(
        &mut self,
        players: &PolledPlayers,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let is_reported = |known_by| known_by == KnownBy::Report;
        let not_up = self.facts.game.filter(|game| !game.is_up());
        if not_up.is_some_and(|game| is_reported(game.known_by)) {
            return;
        }
        let before = self.facts.at;
        let observed = self.observe(Sign::of_answer(now), before, now, ledger);
        if observed == Observed::Changed && not_up.is_some() {
            // Players may have joined since.
            self.await_sync();
        }
        if let PolledPlayers::Complete(named) = players
            && self.names_all_online(named)
        {
            self.note_evidence(now, now);
        }
    }

    fn names_all_online(&self, named: &[SyncPlayer]) -> bool {
        let named: HashSet<&PlayerName> = named.iter().map(|entry| &entry.player).collect();
        self.players.keys().all(|name| named.contains(name))
    }

    /// A server whose plugin is silent and that does not answer any more is down. Returns whether that
    /// is taken.
    pub(super) fn down_beside_plugin(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> bool {
        let answered_at = self.watch.as_ref().and_then(|watch| watch.answered_at);
        if answered_at.is_none() || !self.has_missed_a_heartbeat(now) {
            return false;
        }
        let evidence = self.latest_evidence().min(now);
        let before = self.facts.at;
        let observed = self.observe(Sign::of_no_answer(since, now), before, now, ledger);
        if !observed.is_taken() {
            return true;
        }
        self.note_polled(now);
        // The plugin may have reported late joins since the server went down.
        if observed == Observed::Changed || !self.players.is_empty() {
            self.close_all(evidence, SessionEnd::ServerStopped, now, ledger);
            // If only the network was cut, nothing else makes the plugin send its roster again.
            self.roster_losses.add();
        }
        true
    }

    /// Whether the plugin is later than it promised. One that promised nothing may be silent for any
    /// time, so its silence never contradicts a poll.
    fn has_missed_a_heartbeat(&self, now: UnixSeconds) -> bool {
        let promised = self.facts.heartbeat;
        promised.is_none_or(|every| self.silent_for(now) >= every * 2)
    }
}
