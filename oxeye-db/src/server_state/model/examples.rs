//! Examples of what the models find too rarely.

use oxeye_plugin_proto::TextureHash;
use uuid::Uuid;

use super::*;
use crate::ledger::LooseEnd;
use crate::player_uuids::KnownUuids;

const TEXTURE: TextureHash = TextureHash([1; 32]);

fn deliver(world: &mut World, seq: u64, joins: bool, at: i64, now: i64) {
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    let number = EventNumber {
        seq,
        is_out_of_order: false,
        is_known: false,
    };
    let now = UnixSeconds(now);
    reports::deliver(
        &mut world.state,
        (0, joins, at),
        None,
        number,
        now,
        &mut ledger,
    );
    world.file.write(ledger.into_changes());
}

#[test]
fn a_sync_confirms_a_stay_that_a_much_older_leave_seems_to_end() {
    // Clocks may differ by half a minute.
    for (left, online) in [(70, None), (69, Some(START + 100))] {
        let mut world = World::new();
        world.step(&Step::Join(0, None), START);
        world.step(&Step::Sync(vec![0], false, None), START + 100);

        world.step(&Step::Leave(0, Some(left - 110)), START + 110);

        assert_eq!(world.online().get(&player(0)).copied(), online);
        let stays = [(START, START + left, SessionEnd::Left)];
        assert_eq!(world.stays(0), stays);
    }
}

#[test]
fn a_leave_in_the_second_of_a_join_that_our_clock_timed_ends_only_that_stay() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Join(0, None), START + 10);

    world.step(&Step::Leave(0, Some(-20)), START + 20);

    assert_eq!(world.stays(0), [(START, START, SessionEnd::Left)]);
    assert_eq!(world.online().get(&player(0)), Some(&(START + 10)));
}

#[test]
fn after_a_restart_it_is_known_when_a_player_with_too_many_joins_was_last_there() {
    let mut world = World::new();
    for second in 0..80 {
        world.step(&Step::Join(0, None), START + second);
    }

    world.restore(START + 100);

    assert_eq!(world.state.latest_evidence(), UnixSeconds(START + 79));
}

#[test]
fn the_picture_is_drawn_again_when_memory_is_read_back() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    let before = world.state.revision;

    // The file does not have the player.
    world.file = world::File::default();
    world.restore(START);

    assert!(world.online().is_empty());
    assert!(world.state.revision > before);
}

#[test]
fn after_a_clock_that_was_days_ahead_the_first_roster_counts() {
    let ahead = START + 8 * 86_400;
    for (named, restarts) in [(0, false), (0, true), (1, false), (1, true)] {
        let mut world = World::new();
        world.step(&Step::Sync(vec![0], false, Some(START - ahead)), ahead);
        if restarts {
            world.restore(START);
        }

        world.step(&Step::Sync(vec![named], false, Some(0)), START);

        world.assert_sound(START);
        assert_eq!(world.online(), [(player(named), START)].into());
        assert!(world.state.is_synced());
        let ended = (START, START, SessionEnd::MissingFromSync);
        let expected = if named == 0 { Vec::new() } else { vec![ended] };
        assert_eq!(world.stays(0), expected);

        // Late reports mean what they always do.
        world.step(&Step::Sync(Vec::new(), false, Some(-100)), START + 60);
        assert_eq!(world.online(), [(player(named), START)].into());
        world.step(&Step::Leave(named, Some(-10)), START + 100);
        assert_eq!(world.online(), BTreeMap::new());
        let stay = (START, START + 90, SessionEnd::Left);
        assert_eq!(world.stays(named), [stay]);
    }
}

#[test]
fn a_stay_that_began_in_the_future_ends_now() {
    for ahead in [60, 600, 7_200] {
        let mut world = World::new();
        world.step(&Step::Join(0, None), START + ahead);
        world.step(&Step::Join(0, None), START + ahead + 10);

        world.step(&Step::Leave(0, None), START);

        world.assert_sound(START);
        assert_eq!(world.stays(0), [(START, START, SessionEnd::Left)]);
        assert_eq!(world.loose(0), []);
    }
}

#[test]
fn a_late_leave_changes_the_picture() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    for _ in 0..3 {
        world.step(&Step::Join(1, None), START + 50);
    }
    let before = world.state.revision;

    world.step(&Step::Leave(0, Some(-10)), START + 50);

    assert!(!world.online().contains_key(&player(0)));
    assert_eq!(world.state.revision, before + 1);
}

#[test]
fn a_leave_and_a_new_account_change_the_picture() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    let before = world.state.revision;
    let account = world
        .accounts
        .number(uuid_of(1))
        .map(|(account, _)| account);
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    world.state.set_account(&player(0), account, &mut ledger);
    assert_eq!(world.state.revision, before + 1);
    world.file.write(ledger.into_changes());

    world.step(&Step::Leave(0, None), START + 10);

    assert_eq!(world.state.revision, before + 2);
}

#[test]
fn a_sync_that_did_not_name_a_player_does_not_confirm_the_stay_that_it_ended() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Join(1, None), START + 100);
    world.step(&Step::Sync(vec![1], false, None), START + 100);

    world.step(&Step::Leave(0, Some(-150)), START + 200);

    let stay = (START, START + 50, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn the_oldest_leave_that_is_accepted_corrects_an_end_that_was_estimated_hours_before() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::GoneStale, START + 500);
    let oldest = limits::MAX_LATE_BATCH_EVENT.as_secs().cast_signed();

    world.step(&Step::Leave(0, Some(-oldest)), START + 36_000 + oldest);

    let stay = (START, START + 36_000, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn the_loose_ends_of_a_server_are_limited() {
    let (mut world, now) = (World::new(), UnixSeconds(START + 1_000));
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    for number in 0..10_100_i64 {
        let event = LeaveEvent {
            player: PlayerName::try_from(format!("Player{}", number / 50)).unwrap(),
            at: Some(UnixSeconds(START + number % 50)),
        };
        world.state.player_leave(&event, now, &mut ledger);
    }
    assert_eq!(world.state.loose_ends().len(), 10_000);

    let is_loose_end =
        |change: &StoreChange| matches!(change, StoreChange::LooseEndAdded(LooseEnd { .. }));
    let noted = ledger
        .into_changes()
        .iter()
        .filter(|change| is_loose_end(change))
        .count();
    assert_eq!(noted, 10_000);
}

#[test]
fn a_heartbeat_between_the_events_of_a_second_changes_nothing() {
    let (mut world, now) = (World::new(), START + 100);
    world.step(&Step::Join(3, None), now);
    world.state.enter_epoch(1, true);
    for (seq, joins) in [(1, true), (3, false), (5, true)] {
        deliver(&mut world, seq, joins, START + 20, now);
        world.step(&Step::Heartbeat(None), now);
    }
    assert_eq!(world.online().get(&player(0)), Some(&(START + 20)));
}

#[test]
fn late_events_keep_what_an_online_player_wears_and_their_account() {
    let (mut world, account) = (World::new(), Uuid::from_u128(4));
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    let event = JoinEvent {
        texture_hash: Some(TEXTURE),
        ..join(0, Some(account), None)
    };
    let now = UnixSeconds(START);
    world.state.player_join(&event, now, &mut ledger);
    world.file.write(ledger.into_changes());

    let join_earlier = (Step::Join(0, Some(-60)), START + 10, START - 50);
    let leave_between = (Step::Leave(0, Some(-40)), START + 20, START);
    for (step, now, joined_at) in [join_earlier, leave_between] {
        world.step(&step, now);

        let stay = world.state.players[&player(0)];
        assert_eq!(stay.joined_at, UnixSeconds(joined_at));
        assert_eq!((stay.texture, stay.uuid), (Some(TEXTURE), Some(account)));
    }
}

#[test]
fn the_row_of_a_stay_that_a_late_join_begins_has_the_texture() {
    let mut world = World::new();
    world.step(&Step::Join(1, None), START);
    let mut ledger = Ledger::new(&world.players, &world.sessions);
    let event = JoinEvent {
        texture_hash: Some(TEXTURE),
        ..join(0, None, Some(START - 60))
    };

    world
        .state
        .player_join(&event, UnixSeconds(START), &mut ledger);

    let changes = ledger.into_changes();
    let opened = changes.iter().find_map(|change| match change {
        StoreChange::SessionOpened { texture, .. } => Some(*texture),
        _ => None,
    });
    assert_eq!(opened, Some(Some(TEXTURE)));
}

/// Takes the steps, each at its own time, and checks whose the stays of the first player are.
#[track_caller]
fn check_whose(steps: &[(i64, Step)], expected: &[Option<u8>]) {
    let mut world = World::new();
    for (at, step) in steps {
        world.step(step, START + at);
        world.assert_sound(START + at);
    }
    assert_eq!(world.whose(0), expected);
    world.restore(START + 1_000);
    assert_eq!(world.whose(0), expected);
}

/// Names an account in a step.
fn named(account: u8, step: Step) -> Step {
    Step::As(account, Box::new(step))
}

#[test]
fn a_stay_is_that_of_the_account_whose_join_began_it() {
    let joins = |account, at| named(account, Step::Join(0, Some(at)));
    // The leave of one account comes after the join of the next.
    check_whose(
        &[
            (0, joins(1, 0)),
            (50, joins(2, 0)),
            (60, Step::Leave(0, Some(-30))),
        ],
        &[Some(1), Some(2)],
    );
    // The earlier join comes last.
    check_whose(
        &[
            (50, joins(2, 0)),
            (60, Step::Leave(0, Some(-20))),
            (70, joins(1, -70)),
        ],
        &[Some(1), Some(2)],
    );
    // The leave was lost: the stay remains that of the account whose join began it.
    let sync = Step::Sync(vec![0], false, None);
    check_whose(
        &[(0, joins(1, 0)), (50, named(2, sync.clone()))],
        &[Some(1)],
    );
    // No join named an account, but a sync did.
    check_whose(
        &[(0, Step::Join(0, None)), (50, named(2, sync))],
        &[Some(2)],
    );
}

#[test]
fn a_repeated_report_fills_in_a_missing_account_and_never_changes_one() {
    let join = Step::Join(0, Some(0));
    for (first, expected) in [(0, 2), (1, 1)] {
        let steps = [
            (0, named(first, join.clone())),
            (0, named(2, join.clone())),
            (0, named(1, join.clone())),
        ];
        check_whose(&steps, &[Some(expected)]);
    }
}

#[test]
fn a_late_join_of_a_stay_that_is_over_says_nothing_about_the_one_that_is_open() {
    check_whose(
        &[
            (100, Step::Join(0, None)),
            (100, Step::Leave(0, Some(-50))),
            (100, named(1, Step::Join(0, Some(-60)))),
        ],
        &[Some(1), None],
    );
}

#[test]
fn a_join_of_a_known_account_changes_one_row() {
    let (mut world, known) = (World::new(), KnownUuids::default());
    world.step(&Step::Join(3, None), START - 60);
    // At first the name, the account and the UUID of the name are new, too.
    for (at, rows) in [(START, 4), (START + 60, 1)] {
        let ledger = Ledger::new(&world.players, &world.sessions).with_accounts(&world.accounts);
        let mut ledger = ledger.with_known_uuids(&known);
        let event = join(0, Some(uuid_of(1)), None);

        world
            .state
            .player_join(&event, UnixSeconds(at), &mut ledger);

        assert_eq!(ledger.len(), rows);
        world.file.write(ledger.into_changes());
        world.step(&Step::Leave(0, None), at + 30);
    }
}

#[test]
fn sessions_that_end_together_end_in_the_order_in_which_they_began() {
    let mut world = World::new();
    for who in 0..PLAYERS {
        world.step(&Step::Join(who, None), START);
    }

    let mut ledger = Ledger::new(&world.players, &world.sessions);
    let later = UnixSeconds(START + 60);
    world
        .state
        .sync_players(&SyncEvent::default(), later, &mut ledger);

    let closed = ledger.into_changes().into_iter();
    let closed = closed.filter_map(|change| match change {
        StoreChange::SessionClosed(session) => Some(session.id),
        _ => None,
    });
    let closed: Vec<_> = closed.collect();
    assert_eq!(closed.len(), usize::from(PLAYERS));
    assert!(closed.is_sorted(), "{closed:?}");
}
