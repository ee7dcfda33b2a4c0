//! The cost of a report does not grow with the history. It is counted in sessions read.

use oxeye_plugin_proto::SyncPlayer;

use super::*;
use crate::events::{JoinEvent, LeaveEvent, SyncEvent};
use crate::history::tests::sessions_read;
use crate::ledger::SessionIds;
use crate::persons::Share;
use crate::players::Players;

/// Sessions that one event may read while it searches its surroundings among tens of thousands.
const AROUND: usize = 300;
const STAYS: i64 = 20_000;
const NOW: UnixSeconds = UnixSeconds(1_000_000);

fn name(player: &str) -> PlayerName {
    PlayerName::try_from(player).unwrap()
}

/// A server with a very large number of sessions of one player.
struct World {
    state: ServerState,
    players: Players,
    sessions: SessionIds,
}

impl World {
    fn new() -> Self {
        let server = ServerName::try_from("survival").unwrap();
        let mut world = Self {
            state: ServerState::new(GuildId::LOCAL, server, Duration::from_secs(3600), NOW),
            players: Players::default(),
            sessions: SessionIds::default(),
        };
        let mut ledger = Ledger::new(&world.players, &world.sessions);
        let player = ledger.player(&name("Alex"));
        for stay in 0..STAYS {
            let joined_at = UnixSeconds(NOW.0 - 10 * (STAYS - stay));
            let session = ClosedSession {
                id: world.sessions.next(),
                player,
                account: None,
                joined_at,
                left_at: UnixSeconds(joined_at.0 + 5),
                seen_at: UnixSeconds(joined_at.0 + 5),
                end: SessionEnd::Left,
            };
            world.state.restore_closed(|| None, session, NOW);
        }
        world.state.finish_restore();
        world
    }

    #[track_caller]
    fn assert_cheap(&mut self, report: impl FnOnce(&mut ServerState, &mut Ledger<'_>)) {
        self.assert_changes(0..10, report);
    }

    /// Checks that a report reads few sessions and changes as many rows.
    #[track_caller]
    fn assert_changes(
        &mut self,
        rows: std::ops::Range<usize>,
        report: impl FnOnce(&mut ServerState, &mut Ledger<'_>),
    ) {
        let mut ledger = Ledger::new(&self.players, &self.sessions);
        let state = &mut self.state;
        let read = sessions_read(|| report(state, &mut ledger));
        assert!(read < AROUND, "{read} sessions were read");
        assert!(
            rows.contains(&ledger.len()),
            "{} rows are changed",
            ledger.len()
        );
    }
}

#[test]
fn a_late_event_reads_only_the_stays_around_it() {
    let mut world = World::new();
    for number in 0..50 {
        let at = Some(UnixSeconds(NOW.0 - 10 * (STAYS - 100 * number) - 2));
        let player = name("Alex");
        world.assert_cheap(|state, ledger| {
            let join = JoinEvent {
                player: player.clone(),
                texture_hash: None,
                uuid: None,
                at,
            };
            state.player_join(&join, NOW, ledger);
        });
        world.assert_cheap(|state, ledger| {
            state.player_leave(&LeaveEvent { player, at }, NOW, ledger);
        });
    }
    assert!(world.state.players.is_empty());
}

#[test]
fn a_sync_reads_few_sessions_of_each_player_it_names() {
    let mut world = World::new();
    for is_startup in [false, true] {
        world.assert_cheap(|state, ledger| {
            let sync = SyncEvent {
                is_startup,
                // A little earlier than the last known event.
                at: Some(UnixSeconds(NOW.0 - 10)),
                ..vec![SyncPlayer::new(name("Alex"))].into()
            };
            state.sync_players(&sync, NOW, ledger);
            state.end_stays_from_before_start(NOW, ledger);
        });
    }
}

#[test]
fn a_stay_that_goes_on_past_thousands_of_sessions_in_the_future_is_recorded_in_few_parts() {
    let mut world = World::new();
    let (joined_at, left_at) = (UnixSeconds(NOW.0 - 100_003), UnixSeconds(NOW.0 - 3));
    let leave = LeaveEvent {
        player: name("Alex"),
        at: None,
    };
    world.assert_cheap(|state, ledger| {
        let join = JoinEvent {
            player: name("Alex"),
            texture_hash: None,
            uuid: None,
            at: None,
        };
        state.player_join(&join, joined_at, ledger);
    });

    world.assert_changes(17..18, |state, ledger| {
        state.player_leave(&leave, left_at, ledger);
    });

    let player = world.players.id(&leave.player).unwrap();
    let mut last = world.state.history.of_player_until(player, left_at);
    let last = last.find(|session| session.left_at == left_at);
    assert_eq!(last.unwrap().joined_at, UnixSeconds(NOW.0 - 5));
}

/// Takes a numbered join or leave of Alex.
fn take_numbered(
    state: &mut ServerState,
    (seq, is_join, at): (u64, bool, UnixSeconds),
    ledger: &mut Ledger<'_>,
) {
    let number = EventNumber {
        seq,
        is_out_of_order: false,
        is_known: false,
    };
    let (player, at) = (name("Alex"), Some(at));
    if is_join {
        let join = JoinEvent {
            player,
            texture_hash: None,
            uuid: None,
            at,
        };
        state.numbered_join(&join, number, NOW, ledger);
    } else {
        state.numbered_leave(&LeaveEvent { player, at }, number, NOW, ledger);
    }
}

#[test]
fn a_flood_of_stays_within_one_second_is_just_as_cheap_also_when_another_epoch_repeats_it() {
    for at in [UnixSeconds(NOW.0 - 100_003), UnixSeconds(NOW.0 + 30)] {
        let mut world = World::new();
        for epoch in 1..=2 {
            world.state.enter_epoch(epoch, true);
            for seq in 0..5_000 {
                world.assert_cheap(|state, ledger| {
                    take_numbered(state, (seq, seq % 2 == 0, at), ledger);
                });
            }
            assert_eq!(world.state.history.len(), 20_000 + 2_500);
        }
    }
}

#[test]
fn a_leave_does_not_read_the_stays_that_syncs_ended_in_its_second() {
    let mut world = World::new();
    let at = UnixSeconds(NOW.0 + 30);
    for number in 0..4_000 {
        let is_named = number % 2 == 0;
        let named = is_named.then(|| SyncPlayer::new(name("Alex")));
        world.assert_cheap(|state, ledger| {
            let sync = SyncEvent {
                at: Some(at),
                ..Vec::from_iter(named).into()
            };
            state.sync_players(&sync, NOW, ledger);
        });
    }
    assert_eq!(world.state.history.len(), 20_000 + 2_000);

    world.assert_cheap(|state, ledger| {
        let leave = LeaveEvent {
            player: name("Alex"),
            at: Some(at),
        };
        state.player_leave(&leave, NOW, ledger);
    });
    world.state.enter_epoch(1, true);
    for seq in 0..500 {
        world.assert_cheap(|state, ledger| take_numbered(state, (seq, false, at), ledger));
    }
}

#[test]
fn some_stays_are_forgotten_without_reading_the_rest_of_the_history() {
    let mut world = World::new();
    let alex = name("Alex");
    let player = world.players.id(&alex).unwrap();

    let read = sessions_read(|| {
        let gone = world
            .state
            .forget_stays((&alex, player), Share::Whole, 500, NOW);
        assert_eq!(gone.len(), 500);
    });

    // They are the oldest ones, so they are together in memory.
    assert!(read < 6_000, "{read} sessions were read");
}
