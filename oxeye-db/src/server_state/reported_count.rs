//! The number of players that a server reports without their names. It neither opens nor closes a
//! session and is not kept in the file.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::ServerState;
use crate::events::HeartbeatEvent;

/// How long a count is shown of a server that promised no heartbeats, since nothing else would show
/// that it is outdated.
const UNPROMISED: Duration = Duration::from_secs(60);

/// The number of players a server reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReportedCount {
    players: usize,
    /// When we received it.
    at: UnixSeconds,
}

impl ReportedCount {
    pub(super) fn at(players: usize, at: UnixSeconds) -> Self {
        Self { players, at }
    }
}

impl ServerState {
    /// Returns how many players the server reports while their names are unknown. A server whose
    /// last sync was empty may later report only a number. It is then asked for a full sync, which
    /// replaces the number when it arrives.
    #[must_use]
    pub(crate) fn reported_count(&self, now: UnixSeconds) -> Option<usize> {
        let holds = |reported_count: &ReportedCount| {
            self.facts.heartbeat.is_some() || now.saturating_since(reported_count.at) < UNPROMISED
        };
        let is_unnamed =
            |reported_count: &ReportedCount| self.players.is_empty() && reported_count.players > 0;
        let reported_count = self
            .reported_count
            .filter(|reported_count| !self.synced_since_boot || is_unnamed(reported_count));
        reported_count
            .filter(holds)
            .map(|reported_count| reported_count.players)
    }

    /// Stores the number of a heartbeat; a heartbeat without one clears it. A heartbeat that names
    /// its time was delivered late and says nothing about the present.
    ///
    /// The number of players who are known by name is not kept: once they have left, it would pass
    /// for others whose names are unknown.
    pub(super) fn set_reported_count(&mut self, event: &HeartbeatEvent, now: UnixSeconds) {
        if event.at.is_some() {
            return;
        }
        let are_named = self.synced_since_boot && !self.players.is_empty();
        let unnamed = event.players.filter(|_| !are_named);
        self.reported_count = unnamed.map(|players| ReportedCount { players, at: now });
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{PlayerName, ServerName};

    use super::*;
    use crate::events::{JoinEvent, LeaveEvent, SyncEvent};
    use crate::ids::GuildId;
    use crate::ledger::{Ledger, ServerFacts, SessionIds, StoreChange};
    use crate::players::Players;
    use crate::server_state::LinkState;

    const START: i64 = 1_000_000;
    const HOUR: Duration = Duration::from_secs(3_600);

    /// A server and what its ledger needs.
    struct Server {
        state: ServerState,
        players: Players,
        sessions: SessionIds,
    }

    impl Server {
        fn new() -> Self {
            let name = ServerName::try_from("survival").unwrap();
            let start = UnixSeconds(START);
            Self {
                state: ServerState::new(GuildId::LOCAL, name, HOUR, start),
                players: Players::default(),
                sessions: SessionIds::default(),
            }
        }

        fn reports<T>(
            &mut self,
            event: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T,
        ) -> (T, Vec<StoreChange>) {
            let mut ledger = Ledger::new(&self.players, &self.sessions);
            let answer = event(&mut self.state, &mut ledger);
            (answer, ledger.into_changes())
        }

        /// Sends a heartbeat with a count; returns whether a full sync is wanted.
        fn counts(&mut self, players: usize, promise: Option<u64>, second: i64) -> bool {
            let event = HeartbeatEvent {
                players: Some(players),
                heartbeat: promise.map(Duration::from_secs),
                ..HeartbeatEvent::default()
            };
            let now = UnixSeconds(START + second);
            let (resync, mut written) =
                self.reports(|state, ledger| state.heartbeat(&event, now, ledger));
            // The first heartbeat also begins a period.
            written.retain(|change| !matches!(change, StoreChange::PeriodBegan(_)));
            let heard = ServerFacts {
                at: Some(now),
                heartbeat: self.state.facts.heartbeat,
                ..self.state.facts
            };
            assert_eq!(
                written,
                [StoreChange::FactsChanged(heard)],
                "nothing but the heartbeat is written"
            );
            resync
        }

        fn sends_heartbeat(&mut self, event: HeartbeatEvent, second: i64) {
            let now = UnixSeconds(START + second);
            self.reports(|state, ledger| state.heartbeat(&event, now, ledger));
        }

        fn look(&self, second: i64) -> (LinkState, Option<usize>) {
            let now = UnixSeconds(START + second);
            (self.state.link_state(now), self.state.reported_count(now))
        }
    }

    #[test]
    fn a_count_names_nobody_and_is_replaced_by_the_next() {
        let mut server = Server::new();

        assert!(server.counts(7, Some(15), 0), "a sync is still wanted");
        assert_eq!(server.look(0), (LinkState::AwaitingSync, Some(7)));
        assert!(server.counts(0, Some(15), 15));

        assert_eq!(server.look(15), (LinkState::AwaitingSync, Some(0)));
        assert!(server.state.players.is_empty());
        assert_eq!(server.state.history.iter().count(), 0);
    }

    #[test]
    fn a_count_is_no_longer_shown_when_its_server_is_stale() {
        let mut server = Server::new();
        server.counts(7, Some(15), 0);

        assert_eq!(server.look(44), (LinkState::AwaitingSync, Some(7)));
        assert_eq!(server.look(45), (LinkState::Quiet, Some(7)));
        let now = UnixSeconds(START + 300);
        let timeout = Duration::from_secs(300);
        assert!(server.state.is_overdue(timeout, now));
        server.reports(|state, ledger| state.close_stale_sessions(HOUR, now, ledger));

        assert!(!server.state.is_overdue(timeout, now), "that happens once");
        assert_eq!(server.look(300), (LinkState::Stale, None));
        server.sends_heartbeat(HeartbeatEvent::default(), 400);
        assert_eq!(server.look(400), (LinkState::AwaitingSync, None));
    }

    #[test]
    fn without_promised_heartbeats_a_count_is_shown_for_a_minute() {
        let mut server = Server::new();
        server.counts(7, None, 0);

        assert_eq!(server.look(59).1, Some(7));
        assert_eq!(server.look(60).1, None);
    }

    #[test]
    fn a_server_that_reports_names_needs_no_count() {
        let mut server = Server::new();
        server.counts(7, Some(15), 0);
        let now = UnixSeconds(START + 1);
        server.reports(|state, ledger| state.sync_players(&SyncEvent::default(), now, ledger));

        assert_eq!(server.look(1), (LinkState::Online, None));
        assert!(server.counts(2, None, 2), "the roster differs");
        let join = JoinEvent {
            player: PlayerName::try_from("Alex").unwrap(),
            texture_hash: None,
            uuid: None,
            at: None,
        };
        server.reports(|state, ledger| state.player_join(&join, now, ledger));
        assert!(!server.counts(1, None, 3));
        assert!(server.counts(2, None, 4), "the roster differs");
        assert_eq!(server.look(4), (LinkState::Online, None));
    }

    #[test]
    fn a_server_with_an_empty_roster_may_count_its_players_later() {
        let mut server = Server::new();
        let now = UnixSeconds(START);
        server.reports(|state, ledger| state.sync_players(&SyncEvent::default(), now, ledger));
        server.counts(0, Some(15), 15);
        assert_eq!(server.look(15), (LinkState::Online, None));

        assert!(
            server.counts(3, Some(15), 30),
            "the server may be able to name them"
        );
        assert_eq!(server.look(30), (LinkState::Online, Some(3)));

        let now = UnixSeconds(START + 31);
        server.reports(|state, ledger| state.sync_players(&SyncEvent::default(), now, ledger));
        assert_eq!(server.look(31), (LinkState::Online, None));
    }

    #[test]
    fn after_the_last_named_player_left_the_count_of_a_heartbeat_before_is_not_shown() {
        let mut server = Server::new();
        let now = UnixSeconds(START);
        let alex = PlayerName::try_from("Alex").unwrap();
        server.reports(|state, ledger| state.sync_players(&SyncEvent::default(), now, ledger));
        let join = JoinEvent {
            player: alex.clone(),
            texture_hash: None,
            uuid: None,
            at: None,
        };
        server.reports(|state, ledger| state.player_join(&join, now, ledger));
        server.counts(1, Some(15), 15);

        let leave = LeaveEvent {
            player: alex,
            at: None,
        };
        let now = UnixSeconds(START + 20);
        server.reports(|state, ledger| state.player_leave(&leave, now, ledger));

        assert_eq!(server.look(20), (LinkState::Online, None));
    }

    #[test]
    fn a_heartbeat_without_a_count_clears_the_last_one() {
        let mut server = Server::new();
        server.counts(7, Some(15), 0);
        server.sends_heartbeat(HeartbeatEvent::default(), 15);
        assert_eq!(server.look(15).1, None);
    }

    #[test]
    fn a_count_that_is_delivered_late_is_not_shown() {
        let mut server = Server::new();
        let late = HeartbeatEvent {
            players: Some(7),
            at: Some(UnixSeconds(START - 3_000)),
            ..HeartbeatEvent::default()
        };
        server.sends_heartbeat(late, 0);
        assert_eq!(server.look(0).1, None);
        server.counts(2, Some(15), 1);
        server.sends_heartbeat(late, 2);
        assert_eq!(server.look(2).1, Some(2));
    }

    #[test]
    fn a_count_from_before_we_were_suspended_is_not_shown_afterwards() {
        let mut server = Server::new();
        server.counts(7, Some(15), 0);
        server.state.listen_from(UnixSeconds(START + 10_000));
        assert_eq!(server.look(10_000), (LinkState::AwaitingSync, None));
    }
}
