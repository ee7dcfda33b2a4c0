//! The rules held against naive ones: plain lists, no order, no index, no repair.

mod naive;
mod numbered;
mod oracle;

use hashbrown::HashSet;
use oxeye_plugin_proto::SyncPlayer;
use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;
use crate::events::{Farewell, HeartbeatEvent, JoinEvent, LeaveEvent, SyncEvent};
use crate::ledger::SessionIds;
use crate::players::Players;
use naive::Naive;
use oracle::Oracle;

const WINDOW: Duration = Duration::from_secs(3_600);
const GRACE: Duration = Duration::from_secs(120);
const PLAYERS: u8 = 6;
const START: i64 = 1_000_000;

/// How many cases each property is tried with; the nightly script sets many more.
fn config() -> ProptestConfig {
    let cases = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(2_000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a plugin may do, and what a clock may do to it.
#[derive(Debug, Clone)]
enum Step {
    Join(u8, Option<i64>),
    Leave(u8, Option<i64>),
    Sync(Vec<u8>, bool, Option<i64>),
    Heartbeat(Option<usize>),
    Disconnect,
    GoneStale,
    ClockMoves(i64),
    WriteFails,
    /// A join, or else a leave, of a batch, and whether later ones of its epoch were taken before.
    Numbered(u8, bool, i64, bool),
    /// The same player is said to join in each of 70 seconds.
    Flood(u8),
    BatchEnds,
    /// What no late event can reach any more is forgotten.
    Forget,
}

/// `late` are the times, before or after now, that events may name.
fn steps(
    late: impl Strategy<Value = Option<i64>> + Clone + 'static,
    clock: impl Strategy<Value = i64> + 'static,
) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(late, clock), 1..60)
}

fn step(
    late: impl Strategy<Value = Option<i64>> + Clone + 'static,
    clock: impl Strategy<Value = i64> + 'static,
) -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..PLAYERS, late.clone()).prop_map(|(player, at)| Step::Join(player, at)),
        6 => (0..PLAYERS, late.clone()).prop_map(|(player, at)| Step::Leave(player, at)),
        2 => (prop::collection::vec(0..PLAYERS, 0..5), prop::bool::weighted(0.2), late.clone())
            .prop_map(|(named, startup, at)| Step::Sync(named, startup, at)),
        2 => prop::option::of(0..3_usize).prop_map(Step::Heartbeat),
        1 => Just(Step::Disconnect),
        1 => Just(Step::GoneStale),
        1 => Just(Step::WriteFails),
        5 => clock.prop_map(Step::ClockMoves),
    ]
}

/// The same with what only batches bring, for two players, so that much happens around each event.
fn unruly_steps() -> impl Strategy<Value = Vec<Step>> {
    let late = prop_oneof![
        3 => Just(None),
        4 => (-60..40_i64).prop_map(Some),
        4 => (-3..3_i64).prop_map(Some),
        1 => (-3_605..-3_595_i64).prop_map(Some),
        1 => prop_oneof![Just(-1_000_000), Just(1_000_000)].prop_map(Some),
    ];
    let clock = prop_oneof![
        4 => 0..20_i64,
        1 => 30..60_i64,
        1 => 3_590..3_610_i64,
        1 => -4_000..0_i64,
        1 => 3 * 86_400..9 * 86_400_i64,
    ];
    let numbered = (
        0..2_u8,
        any::<bool>(),
        -40..3_i64,
        prop::bool::weighted(0.2),
    )
        .prop_map(|(player, joins, at, behind)| Step::Numbered(player, joins, at, behind));
    let same_second = (0..2_u8, any::<bool>(), -2..1_i64, prop::bool::weighted(0.2))
        .prop_map(|(player, joins, at, behind)| Step::Numbered(player, joins, at, behind));
    let step = prop_oneof![
        24 => step(late, clock).prop_map(|step| match step {
            Step::Join(player, at) => Step::Join(player % 2, at),
            Step::Leave(player, at) => Step::Leave(player % 2, at),
            step => step,
        }),
        5 => numbered,
        5 => same_second,
        1 => (0..2_u8).prop_map(Step::Flood),
        1 => Just(Step::BatchEnds),
        1 => Just(Step::Forget),
    ];
    prop::collection::vec(step, 1..60)
}

fn player(number: u8) -> PlayerName {
    PlayerName::try_from(format!("Player{number}")).unwrap()
}

fn join(number: u8, at: Option<i64>) -> JoinEvent {
    JoinEvent {
        player: player(number),
        texture_hash: None,
        at: at.map(UnixSeconds),
    }
}

fn leave(number: u8, at: Option<i64>) -> LeaveEvent {
    LeaveEvent {
        player: player(number),
        at: at.map(UnixSeconds),
    }
}

/// A server, and what its file would hold.
struct World {
    state: ServerState,
    players: Players,
    sessions: SessionIds,
    file: File,
    next_seq: u64,
}

/// The file as plain maps.
#[derive(Debug, Clone, Default)]
struct File {
    open: BTreeMap<SessionId, (PlayerId, UnixSeconds)>,
    closed: BTreeMap<SessionId, ClosedSession>,
    loose: HashSet<LooseEnd>,
    heard: Heard,
}

impl File {
    fn write(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Named(..) | Change::Dressed(..) => {}
                Change::Opened {
                    id,
                    player,
                    joined_at,
                    ..
                } => {
                    let open = self.open.values().any(|(other, _)| *other == player);
                    assert!(!open, "two open sessions of one player");
                    self.open.insert(id, (player, joined_at));
                }
                Change::Began(id, at) => self.open.get_mut(&id).unwrap().1 = at,
                Change::Closed(session) => {
                    let known = self.open.remove(&session.id).is_some();
                    assert!(known | self.closed.contains_key(&session.id));
                    self.closed.insert(session.id, session);
                }
                Change::Added(session) => {
                    assert!(self.closed.insert(session.id, session).is_none());
                }
                Change::LooseEnd(end) => assert!(self.loose.insert(end)),
                Change::TiedUp(end) => assert!(self.loose.remove(&end)),
                Change::Heard(heard) => self.heard = heard,
                Change::Expired(_) | Change::Imported { .. } => {
                    unreachable!("no report brings that")
                }
            }
        }
    }
}

fn new_state() -> ServerState {
    let name = ServerName::try_from("survival".to_owned()).unwrap();
    ServerState::new(GuildId::LOCAL, name, WINDOW, UnixSeconds(START))
}

impl World {
    fn new() -> Self {
        Self {
            state: new_state(),
            players: Players::default(),
            sessions: SessionIds::default(),
            file: File::default(),
            next_seq: 1,
        }
    }

    fn step(&mut self, step: &Step, now: i64) {
        let (clock, mut ledger) = (UnixSeconds(now), Ledger::new(&self.players, &self.sessions));
        let state = &mut self.state;
        match step {
            Step::Join(number, at) => {
                state.player_join(&join(*number, at.map(|at| now + at)), clock, &mut ledger);
            }
            Step::Leave(number, at) => {
                state.player_leave(&leave(*number, at.map(|at| now + at)), clock, &mut ledger);
            }
            Step::Sync(named, is_startup, at) => {
                let roster = named.iter().map(|number| SyncPlayer::new(player(*number)));
                let event = SyncEvent {
                    is_startup: *is_startup,
                    at: at.map(|at| UnixSeconds(now + at)),
                    ..roster.collect::<Vec<_>>().into()
                };
                state.sync_players(&event, clock, &mut ledger);
            }
            Step::Heartbeat(players) => {
                let event = HeartbeatEvent {
                    players: *players,
                    ..HeartbeatEvent::default()
                };
                state.heartbeat(&event, clock, &mut ledger);
            }
            Step::Disconnect => {
                state.disconnect(Farewell::ByPlugin, clock, &mut ledger);
                state.relink(clock);
            }
            Step::GoneStale => {
                state.close_stale_sessions(GRACE, clock, &mut ledger);
            }
            Step::Numbered(number, joins, at, is_behind) => {
                let number_of = Number {
                    seq: self.next_seq,
                    is_behind: *is_behind,
                    is_known: false,
                };
                self.next_seq += 1;
                state.tell_in_epoch(1, false);
                if *joins {
                    let event = join(*number, Some(now + at));
                    state.numbered_join(&event, number_of, clock, &mut ledger);
                } else {
                    let event = leave(*number, Some(now + at));
                    state.numbered_leave(&event, number_of, clock, &mut ledger);
                }
            }
            Step::Flood(number) => {
                for late in 0..70 {
                    let event = join(*number, Some(now - 100 + late));
                    state.player_join(&event, clock, &mut ledger);
                }
            }
            Step::BatchEnds => state.end_what_a_start_denies(clock, &mut ledger),
            Step::Forget => {
                let oldest = UnixSeconds(now - 8 * 86_400);
                state.forget_loose_ends(oldest);
                self.file.loose.retain(|end| end.at >= oldest);
            }
            Step::ClockMoves(_) => {}
            Step::WriteFails => {
                state.player_join(&join(0, None), clock, &mut ledger);
                state.sync_players(&SyncEvent::default(), clock, &mut ledger);
                self.restore(now);
                return;
            }
        }
        self.file.write(ledger.into_changes());
    }

    /// Memory is read back from the file, as after a restart or a failed write.
    fn restore(&mut self, now: i64) {
        let (state, now) = (&mut self.state, UnixSeconds(now));
        let name = |id: PlayerId| self.players.name(id).unwrap();
        state.forget_presence();
        state.restore_facts(self.file.heard);
        for session in self.file.closed.values() {
            state.restore_closed(|| Some(name(session.player)), *session, now);
        }
        for end in &self.file.loose {
            state.restore_loose(&name(end.player), *end, now);
        }
        for (id, (player, joined_at)) in &self.file.open {
            state.restore_open(&name(*player), *player, *id, *joined_at, None);
        }
    }

    fn online(&self) -> BTreeMap<PlayerName, i64> {
        let online = self.state.online().into_iter();
        online.map(|on| (on.player, on.joined_at.0)).collect()
    }

    fn seen(&self, now: i64) -> BTreeMap<PlayerName, i64> {
        let seen = self
            .state
            .get_recently_offline(usize::MAX, UnixSeconds(now));
        assert!(seen.is_sorted_by(|newer, older| newer.last_seen >= older.last_seen));
        let edge = UnixSeconds(now - 3_600);
        assert_eq!(seen.len(), self.state.last_seen.count_since(edge));
        let seen = seen.into_iter();
        seen.map(|info| (info.player_name, info.last_seen.0))
            .collect()
    }

    /// Beginning, end and kind of each closed session of a player, by beginning.
    fn stays(&self, number: u8) -> Vec<(i64, i64, SessionEnd)> {
        let Some(id) = self.players.id(&player(number)) else {
            return Vec::new();
        };
        let mut stays: Vec<_> = self.state.history.of_player(id).collect();
        stays.sort_by_key(|stay| (stay.joined_at, stay.left_at, stay.end, stay.id));
        let stays = stays.iter();
        stays
            .map(|stay| (stay.joined_at.0, stay.left_at.0, stay.end))
            .collect()
    }

    /// When something lies loose of a player, and whether it is a join.
    fn loose(&self, number: u8) -> Vec<(i64, bool)> {
        let id = self.players.id(&player(number));
        let ends = self.state.loose_ends().into_iter();
        let of_player = ends.filter(|end| Some(end.player) == id);
        of_player.map(|end| (end.at.0, end.is_join)).collect()
    }

    fn assert_is(&self, oracle: &Oracle, now: i64) -> Result<(), TestCaseError> {
        let expected = oracle.online().into_iter();
        let expected: BTreeMap<_, _> = expected.map(|(who, at)| (player(who), at)).collect();
        prop_assert_eq!(self.online(), expected);
        for number in 0..PLAYERS {
            prop_assert_eq!(self.stays(number), oracle.stays(number));
            prop_assert_eq!(self.loose(number), oracle.loose(number));
        }
        let expected = oracle.seen.iter().filter(|(_, at)| **at >= now - 3_600);
        // What a clock that was ahead has booked is shown as no later than clocks may differ.
        let shown = expected.map(|(who, at)| (player(*who), (*at).min(now + 30)));
        prop_assert_eq!(self.seen(now), shown.collect::<BTreeMap<_, _>>());
        Ok(())
    }

    #[track_caller]
    fn assert_sound(&self, now: i64) {
        let (online, seen) = (self.online(), self.seen(now));
        assert!(seen.keys().all(|name| !online.contains_key(name)));
        for number in 0..PLAYERS {
            let stays = self.stays(number);
            assert!(
                stays.iter().all(|(joined, left, _)| joined <= left),
                "{stays:?}"
            );
            let since = online.get(&player(number)).map(|since| (*since, i64::MAX));
            let all: Vec<_> = stays
                .iter()
                .map(|(a, b, _)| (*a, *b))
                .chain(since)
                .collect();
            assert!(all.is_sorted_by(|a, b| a.1 <= b.0), "{number}: {all:?}");
        }
        let open: BTreeMap<_, _> = self
            .file
            .open
            .values()
            .map(|(player, at)| (self.players.name(*player).unwrap(), at.0))
            .collect();
        assert_eq!(open, online);
        let mut closed: Vec<_> = self.state.history.iter().collect();
        closed.sort_by_key(|session| session.id);
        assert_eq!(
            closed,
            self.file.closed.values().copied().collect::<Vec<_>>()
        );
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn events_in_good_order_mean_what_a_naive_model_says(
        steps in steps(Just(None), prop_oneof![4 => 1..20_i64, 1 => 3_590..3_610_i64])
    ) {
        let (mut world, mut naive, mut now) = (World::new(), Naive::default(), START);
        for step in &steps {
            match step {
                Step::ClockMoves(by) => now += by,
                Step::WriteFails => {
                    world.step(step, now);
                    naive.awaits_sync();
                }
                _ => {
                    // In one second, the order of what happened is lost.
                    now += 1;
                    world.step(step, now);
                    naive.step(step, now);
                }
            }
            world.assert_sound(now);
            let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.online(), expected.collect());
            let count = world.state.reported_count(UnixSeconds(now));
            prop_assert_eq!(count, naive.reported_count(now));
            let edge = now - 3_600;
            let expected = naive.seen.iter().filter(|(_, at)| **at >= edge);
            let expected = expected.map(|(number, at)| (player(*number), *at));
            prop_assert_eq!(world.seen(now), expected.collect());
            for number in 0..PLAYERS {
                let expected = naive.stays.get(&number).cloned().unwrap_or_default();
                prop_assert_eq!(world.stays(number), expected);
            }
        }
    }

    #[test]
    fn what_comes_late_twice_or_from_a_broken_clock_means_what_reading_it_all_says(
        steps in unruly_steps()
    ) {
        let (mut world, mut oracle, mut now) = (World::new(), Oracle::default(), START);
        for step in &steps {
            if let Step::ClockMoves(by) = step {
                now += by;
            } else {
                world.step(step, now);
                oracle.step(step, now);
            }
            if matches!(step, Step::WriteFails) {
                oracle.restart(world.file.heard.at.map(|at| at.0), now);
            }
            world.assert_sound(now);
            world.assert_is(&oracle, now)?;
        }
    }

    #[test]
    fn joins_and_leaves_mean_the_same_in_whatever_order_they_come(
        events in prop::collection::vec((0..3_u8, any::<bool>()), 1..24),
        order in Just((0..24_usize).collect::<Vec<_>>()).prop_shuffle(),
        repeated in prop::collection::vec(0..24_usize, 0..6),
        restarts in prop::collection::vec(0..30_usize, 0..3),
    ) {
        let now = START + 10_000;
        let at = |number: usize| START + 100 * i64::try_from(number).unwrap();
        let mut naive = Naive::default();
        for (number, (player, joins)) in events.iter().enumerate() {
            let step = if *joins { Step::Join(*player, None) } else { Step::Leave(*player, None) };
            naive.step(&step, at(number));
        }

        let mut world = World::new();
        let arrivals = order.iter().chain(&repeated).filter(|number| **number < events.len());
        for (arrival, number) in arrivals.enumerate() {
            let (player, joins) = events[*number];
            let late = Some(at(*number) - now);
            let step = if joins { Step::Join(player, late) } else { Step::Leave(player, late) };
            world.step(&step, now);
            if restarts.contains(&arrival) {
                world.restore(now);
            }
            world.assert_sound(now);
        }

        let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
        prop_assert_eq!(world.online(), expected.collect());
        for number in 0..PLAYERS {
            let expected = naive.stays.get(&number).cloned().unwrap_or_default();
            prop_assert_eq!(world.stays(number), expected);
        }
    }
}
