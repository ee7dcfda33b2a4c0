//! Joins and leaves that are reported after a sync from later than them, which did not name their
//! players.

use super::*;

const SYNCED: i64 = START + 1_000;
const NOW: i64 = SYNCED + 1_000;

/// Player and whether they joined, by the seconds since the sync.
type Events = BTreeMap<i64, (u8, bool)>;

/// The same in the order in which they arrive.
type Arriving = Vec<(i64, (u8, bool))>;

/// Generates events, and an order in which they arrive.
fn events(at: std::ops::Range<i64>) -> impl Strategy<Value = (Events, Arriving)> {
    let events = prop::collection::btree_map(at, (0..2_u8, any::<bool>()), 1..14);
    events.prop_flat_map(|events| {
        let arriving: Vec<_> = events.clone().into_iter().collect();
        (Just(events), Just(arriving).prop_shuffle())
    })
}

/// Returns a server that has sent its whole roster, in which only player 5 was named.
fn synced(at: Option<i64>) -> World {
    let mut world = World::new();
    world.step(&Step::Sync(vec![5], false, at.map(|at| at - NOW)), NOW);
    world
}

fn report(world: &mut World, at: i64, (who, joins): (u8, bool)) {
    let late = Some(SYNCED + at - NOW);
    let step = if joins {
        Step::Join(who, late)
    } else {
        Step::Leave(who, late)
    };
    world.step(&step, NOW);
    world.assert_sound(NOW);
}

/// Checks the stays of a player after these reports, in seconds since the sync; one without an end is
/// open.
#[track_caller]
fn check(
    world: &mut World,
    reports: &[(i64, bool)],
    expected: &[(i64, Option<(i64, SessionEnd)>)],
) {
    for (at, joins) in reports {
        report(world, *at, (0, *joins));
    }
    let closed = world.stays(0).into_iter();
    let mut stays: Vec<_> = closed
        .map(|(joined, left, how)| (joined - SYNCED, Some((left - SYNCED, how))))
        .collect();
    let open = world.online().get(&player(0)).copied();
    stays.extend(open.map(|joined| (joined - SYNCED, None)));
    assert_eq!(stays, expected);
}

const GONE: SessionEnd = SessionEnd::MissingFromSync;
const LEFT: SessionEnd = SessionEnd::Left;

#[test]
fn a_join_from_before_a_sync_that_did_not_name_the_player_is_no_ghost() {
    let synced = || synced(Some(SYNCED));
    check(
        &mut synced(),
        &[(-500, true)],
        &[(-500, Some((-500, GONE)))],
    );
    // A repeated join shows that the player was still there.
    let twice = [(-500, true), (-400, true)];
    check(&mut synced(), &twice, &[(-500, Some((-400, GONE)))]);
    let backwards = [(-400, true), (-500, true)];
    check(&mut synced(), &backwards, &[(-500, Some((-400, GONE)))]);
}

#[test]
fn a_leave_that_is_reported_later_is_the_end_of_such_a_stay() {
    for left in [-300, -31, -1] {
        let stay = [(-500, Some((left, LEFT)))];
        let (join, leave) = ((-500, true), (left, false));
        for reports in [[join, leave], [leave, join]] {
            check(&mut synced(Some(SYNCED)), &reports, &stay);
        }
    }
    // The player was not there at the time of the sync, so this leave ends another stay.
    let reports = [(-500, true), (1, false)];
    let stays = [(-500, Some((-500, GONE)))];
    check(&mut synced(Some(SYNCED)), &reports, &stays);
}

#[test]
fn a_join_may_be_later_than_the_sync_if_clocks_differ() {
    let mut world = synced(Some(SYNCED));
    check(&mut world, &[(-30, true)], &[(-30, None)]);
    let stays = [(-500, Some((-500, GONE))), (-30, None)];
    check(&mut world, &[(-500, true)], &stays);
    let mut world = synced(Some(SYNCED));
    check(&mut world, &[(-500, true), (-30, true)], &stays);
    let stays = [(-31, Some((-31, GONE)))];
    check(&mut synced(Some(SYNCED)), &[(-31, true)], &stays);
}

#[test]
fn a_sync_that_does_not_say_when_it_was_taken_is_no_evidence() {
    // It may have been on its way while the player joined.
    let mut world = synced(None);
    check(&mut world, &[(500, true)], &[(500, None)]);
    // It also hides an earlier one.
    let mut world = synced(Some(SYNCED));
    world.step(&Step::Sync(vec![5], false, None), NOW);
    check(&mut world, &[(-500, true)], &[(-500, None)]);
    // So does a time that cannot be right.
    let mut world = synced(Some(NOW + 31));
    check(&mut world, &[(-500, true)], &[(-500, None)]);
}

#[test]
fn a_player_whom_the_sync_named_joined_earlier() {
    let mut world = synced(Some(SYNCED));
    report(&mut world, -500, (5, true));
    assert_eq!(world.online()[&player(5)], SYNCED - 500);
}

#[test]
fn after_a_start_a_ghost_lasts_until_the_next_sync() {
    let mut world = synced(Some(SYNCED));
    world.restore(NOW);
    check(&mut world, &[(-500, true)], &[(-500, None)]);
    world.step(&Step::Sync(vec![5], false, Some(0)), NOW);
    assert!(!world.online().contains_key(&player(0)));
}

#[test]
fn a_player_who_was_forgotten_may_come_back() {
    let mut world = synced(Some(SYNCED));
    let id = world.players.id(&player(5));
    world.state.forget_player(&player(5), id);
    world.file.open.clear();
    world.players.remove(id.unwrap());

    report(&mut world, -500, (5, true));

    assert_eq!(world.online()[&player(5)], SYNCED - 500);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn their_order_of_arrival_does_not_matter(
        (events, arriving) in events(-120..60),
        repeated in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (mut in_order, mut world) = (synced(Some(SYNCED)), synced(Some(SYNCED)));
        for (at, event) in &events {
            report(&mut in_order, *at, *event);
        }
        for (at, event) in &arriving {
            report(&mut world, *at, *event);
        }
        for index in repeated {
            let (at, event) = index.get(&arriving);
            report(&mut world, *at, *event);
        }
        prop_assert_eq!(world.online(), in_order.online());
        prop_assert_eq!(world.seen(NOW), in_order.seen(NOW));
        for number in 0..2 {
            prop_assert_eq!(world.stays(number), in_order.stays(number));
            prop_assert_eq!(world.loose(number), in_order.loose(number));
        }
    }

    #[test]
    fn they_mean_what_they_would_have_meant_before_the_sync(
        (mut events, mut arriving) in events(-2_000..500)
    ) {
        // A join shortly before the sync counts as later.
        events.retain(|at, _| !(-30..=0).contains(at));
        arriving.retain(|(at, _)| events.contains_key(at));
        let mut naive = Naive::default();
        let step = |(who, joins): (u8, bool)| match joins {
            true => Step::Join(who, None),
            false => Step::Leave(who, None),
        };
        for (at, event) in events.range(..0) {
            naive.step(&step(*event), SYNCED + at);
        }
        naive.step(&Step::Sync(vec![5], false, None), SYNCED);
        for (at, event) in events.range(1..) {
            naive.step(&step(*event), SYNCED + at);
        }

        let mut world = synced(Some(SYNCED));
        for (at, event) in arriving {
            report(&mut world, at, event);
        }

        let expected = naive.online.iter().map(|(number, at)| (player(*number), *at));
        prop_assert_eq!(world.online(), expected.collect());
        for number in 0..2 {
            let (stays, expected) = (world.stays(number), naive.stays.get(&number).cloned());
            let expected = expected.unwrap_or_default();
            prop_assert_eq!(stays.len(), expected.len());
            for ((joined, left, how), expected) in stays.into_iter().zip(expected) {
                prop_assert_eq!((joined, how), (expected.0, expected.2));
                match how {
                    // In order, the last report before the sync is known as well.
                    SessionEnd::MissingFromSync => prop_assert!(left <= expected.1),
                    _ => prop_assert_eq!(left, expected.1),
                }
            }
        }
    }
}
