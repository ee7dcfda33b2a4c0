mod periods;

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, ServerName, SyncPlayer};

use super::*;
use crate::events::JoinEvent;
use crate::ids::GuildId;
use crate::ledger::{Ledger, SessionIds};
use crate::players::Players;
use crate::server_state::LinkState;
use crate::session::SessionEnd;

use GameServerState::{Down, Starting, Up};

const START: i64 = 1_000_000;

/// A server whose events have their times in seconds after its start.
struct Server {
    state: ServerState,
    players: Players,
    sessions: SessionIds,
}

impl Server {
    /// A server whose plugin promised a heartbeat every 15 s.
    fn new() -> Self {
        let name = ServerName::try_from("survival").unwrap();
        let hour = Duration::from_secs(3_600);
        let mut server = Self {
            state: ServerState::new(GuildId::LOCAL, name, hour, UnixSeconds(START)),
            players: Players::default(),
            sessions: SessionIds::default(),
        };
        server.says(None, None, None, 0);
        server
    }

    fn reports(&mut self, report: impl FnOnce(&mut ServerState, &mut Ledger<'_>)) {
        let mut ledger = Ledger::new(&self.players, &self.sessions);
        report(&mut self.state, &mut ledger);
    }

    /// Sends a heartbeat at second `now` that says something about second `at`.
    fn says(
        &mut self,
        server: Option<GameServerState>,
        since: Option<i64>,
        at: Option<i64>,
        now: i64,
    ) {
        let event = HeartbeatEvent {
            server,
            since: since.map(|since| UnixSeconds(START + since)),
            at: at.map(|at| UnixSeconds(START + at)),
            heartbeat: Some(Duration::from_secs(15)),
            ..HeartbeatEvent::default()
        };
        let now = UnixSeconds(START + now);
        self.reports(|state, ledger| {
            state.heartbeat(&event, now, ledger);
        });
    }

    fn joins(&mut self, player: &str, at: Option<i64>, now: i64) {
        let event = JoinEvent {
            player: PlayerName::try_from(player).unwrap(),
            texture_hash: None,
            uuid: None,
            at: at.map(|at| UnixSeconds(START + at)),
        };
        let now = UnixSeconds(START + now);
        self.reports(|state, ledger| {
            state.player_join(&event, now, ledger);
        });
    }

    fn syncs(&mut self, players: &[&str], is_startup: bool, now: i64) {
        let entry = |name: &&str| SyncPlayer::new(PlayerName::try_from(*name).unwrap());
        let event = SyncEvent {
            is_startup,
            ..players.iter().map(entry).collect::<Vec<_>>().into()
        };
        let now = UnixSeconds(START + now);
        self.reports(|state, ledger| drop(state.sync_players(&event, now, ledger)));
    }

    /// Returns the state at a second, and since when.
    fn look(&self, second: i64) -> (LinkState, Option<i64>) {
        let now = UnixSeconds(START + second);
        let since = self.state.state_since(now);
        (
            self.state.link_state(now),
            since.map(|since| since.0 - START),
        )
    }

    /// Returns the end of each session that is over.
    fn ends(&self) -> Vec<(i64, SessionEnd)> {
        let sessions = self.state.history().iter();
        sessions
            .map(|session| (session.left_at.0 - START, session.end))
            .collect()
    }
}

#[test]
fn a_server_is_down_until_its_first_sign_of_life() {
    let signs: [fn(&mut Server); 5] = [
        |server| server.joins("Alex", None, 40),
        |server| server.syncs(&["Alex"], false, 40),
        |server| server.syncs(&[], true, 40),
        |server| server.says(Some(Up), None, None, 40),
        |server| server.says(None, None, None, 40),
    ];
    for sign in signs {
        let mut server = Server::new();
        server.syncs(&[], true, 1);
        server.says(Some(Down), Some(20), None, 22);
        server.says(Some(Down), Some(20), None, 37);
        assert_eq!(server.look(39), (LinkState::Down, Some(20)));

        sign(&mut server);

        assert_eq!(server.look(40), (LinkState::Online, Some(40)));
    }
}

#[test]
fn the_last_word_of_a_stopping_server_is_no_sign_of_life() {
    let mut server = Server::new();
    server.says(Some(Down), None, None, 10);
    server.syncs(&[], false, 11);
    assert_eq!(server.look(11), (LinkState::Down, Some(10)));
}

#[test]
fn nobody_is_online_while_a_server_is_down_or_starting() {
    for (state, shown) in [(Down, LinkState::Down), (Starting, LinkState::Starting)] {
        let mut server = Server::new();
        server.syncs(&["Alex"], false, 1);
        server.says(Some(Up), None, None, 15);

        server.says(Some(state), Some(17), None, 20);

        assert_eq!(server.look(20), (shown, Some(17)));
        let now = UnixSeconds(START + 20);
        assert!(server.state.players().is_empty() && !server.state.may_have_players(now));
        assert_eq!(server.ends(), [(17, SessionEnd::ServerStopped)]);
    }
}

#[test]
fn a_time_that_cannot_be_right_is_replaced_by_what_is_known() {
    // Said to be down since this second; shown as down since, and when the player left.
    for (since, shown, left) in [
        (None, 20, 15),
        (Some(3), 15, 15),
        (Some(17), 17, 17),
        (Some(900), 20, 20),
        (Some(-START), 15, 15),
    ] {
        let mut server = Server::new();
        server.joins("Alex", None, 10);
        server.says(Some(Up), None, None, 15);

        server.says(Some(Down), since, None, 20);

        assert_eq!(server.look(20), (LinkState::Down, Some(shown)), "{since:?}");
        assert_eq!(server.ends(), [(left, SessionEnd::ServerStopped)]);
    }
}

#[test]
fn reports_that_are_delivered_late_count_in_the_order_of_their_times() {
    let mut server = Server::new();
    server.says(Some(Down), None, Some(100), 300);
    server.joins("Alex", Some(90), 300);
    server.joins("Steve", Some(100), 300);
    assert_eq!(server.look(300), (LinkState::Down, Some(100)));

    server.says(Some(Up), None, Some(200), 300);
    server.joins("Jeb", Some(205), 300);
    server.says(Some(Down), None, Some(150), 300);
    server.says(Some(Down), None, Some(199), 300);

    assert_eq!(server.look(300), (LinkState::Online, Some(200)));
    let jeb = PlayerName::try_from("Jeb").unwrap();
    assert!(server.state.players().contains_key(&jeb));
}

#[test]
fn silence_hides_that_a_server_was_down() {
    let mut server = Server::new();
    server.says(Some(Down), None, None, 20);
    assert_eq!(server.look(64), (LinkState::Down, Some(20)));
    assert_eq!(
        server.look(65),
        (LinkState::Quiet, Some(20)),
        "since its last word"
    );

    server.says(Some(Down), None, None, 90);

    assert_eq!(server.look(90), (LinkState::Down, Some(20)));
}

#[test]
fn a_server_that_starts_goes_through_all_states() {
    let mut server = Server::new();
    server.says(Some(Down), Some(18), None, 20);
    server.says(Some(Starting), Some(25), None, 26);
    assert_eq!(server.look(26), (LinkState::Starting, Some(25)));
    server.says(Some(Down), Some(28), None, 30);
    assert_eq!(server.look(30), (LinkState::Down, Some(28)));
    server.says(Some(Starting), None, None, 31);
    server.says(Some(Up), Some(44), None, 45);
    assert_eq!(server.look(45), (LinkState::Online, Some(44)));
}

#[test]
fn a_state_from_a_clock_that_ran_fast_is_not_believed() {
    let mut server = Server::new();
    server.says(Some(Down), None, None, 1_000_000);
    server.joins("Alex", Some(20), 20);
    assert_eq!(server.look(20), (LinkState::Online, Some(20)));
}
