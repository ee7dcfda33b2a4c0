use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, ServerName, SyncPlayer};

use super::*;
use crate::events::JoinEvent;
use crate::ids::GuildId;
use crate::ledger::{Ledger, SessionIds};
use crate::period::{KnownBy, PeriodState};
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
        assert!(server.state.players().is_empty());
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

impl Server {
    /// Returns the beginning, the state and the reason of each period.
    fn periods(&self) -> Vec<(i64, PeriodState, KnownBy)> {
        let periods = self.state.all_periods().into_iter();
        periods
            .map(|period| (period.from.0 - START, period.state, period.known_by))
            .collect()
    }

    #[track_caller]
    fn check_periods(&self, expected: &[(i64, PeriodState, KnownBy)]) {
        assert_eq!(self.periods(), expected);
    }
}

const UP: PeriodState = PeriodState::Up;
const DOWN: PeriodState = PeriodState::Down;
const UNKNOWN: PeriodState = PeriodState::Unknown;

#[test]
fn each_change_begins_a_period() {
    let mut server = Server::new();
    server.says(Some(Down), Some(17), None, 20);
    server.says(Some(Down), Some(17), None, 35);
    server.says(Some(Starting), None, None, 40);
    server.joins("Alex", None, 50);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (17, DOWN, KnownBy::Report),
        (40, PeriodState::Starting, KnownBy::Report),
        (50, UP, KnownBy::Report),
    ]);
}

#[test]
fn nothing_is_known_about_a_silence_of_more_than_three_heartbeats() {
    let mut server = Server::new();
    server.says(Some(Up), None, None, 45);
    server.says(Some(Up), None, None, 91);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (45, UNKNOWN, KnownBy::Silence),
        (91, UP, KnownBy::Report),
    ]);
    let known_until = |now| server.state.state_known_until(UnixSeconds(START + now)).0.0 - START;
    assert_eq!((known_until(136), known_until(137)), (136, 91));
}

#[test]
fn a_reporter_that_knows_since_when_fills_the_silence() {
    let mut server = Server::new();
    server.says(Some(Up), Some(0), None, 1_000);
    server.check_periods(&[(0, UP, KnownBy::Report)]);
    server.says(Some(Down), Some(1_500), None, 2_000);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (1_000, UNKNOWN, KnownBy::Silence),
        (1_500, DOWN, KnownBy::Report),
    ]);
}

#[test]
fn the_time_in_which_oxeye_was_off_is_unknown() {
    let mut server = Server::new();
    server.says(None, None, None, 15);
    server.state.listen_from(UnixSeconds(START + 995));
    server.joins("Alex", None, 1_000);
    server.check_periods(&[
        (0, UP, KnownBy::Report),
        (15, UNKNOWN, KnownBy::OxeyeOff),
        (1_000, UP, KnownBy::Report),
    ]);
}

#[test]
fn a_plugin_without_heartbeats_shows_nothing_about_the_time_between_its_reports() {
    let mut server = Server::new();
    server.state.relink(UnixSeconds(START));
    for now in [10, 11, 5_000, 5_001] {
        server.joins("Alex", None, now);
    }
    let last = server.periods().pop();
    assert_eq!(last, Some((10, UNKNOWN, KnownBy::NoHeartbeats)));
}

#[test]
fn a_server_that_goes_up_and_down_twice_a_second_changes_at_most_once_a_minute() {
    let mut server = Server::new();
    let mut shown = Vec::new();
    for half_second in 0..7_200 {
        let state = if half_second % 2 == 0 { Down } else { Up };
        let now = 100 + half_second / 2;
        server.says(Some(state), None, None, now);
        let look = server.look(now).0;
        if shown.last() != Some(&look) {
            shown.push(look);
        }
    }
    assert!(shown.len() <= 10 + 60, "{} changes are shown", shown.len());
    let periods = server.periods();
    assert!(periods.len() < 20, "{periods:?}");
    assert_eq!(
        periods.last().map(|last| (last.1, last.2)),
        Some((UNKNOWN, KnownBy::TooManyChanges))
    );

    for now in 0..60 {
        server.says(Some(Down), None, None, 3_700 + 15 * now);
    }
    assert_eq!(server.look(4_600).0, LinkState::Down);
    assert_eq!(server.periods().last().map(|last| last.1), Some(DOWN));
}
