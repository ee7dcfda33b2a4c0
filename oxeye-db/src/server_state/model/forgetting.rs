//! What forgetting a player, or a share of what is known under a name, leaves behind.

use super::*;
use crate::persons::Share;

/// What people see of the roster is drawn again when this has grown.
fn revision(world: &World) -> u64 {
    world.state.revision()
}

fn id(world: &World, number: u8) -> PlayerId {
    world.players.id(&player(number)).unwrap()
}

/// A player was there until second 50, and an old sync says that they were there at second 100 as well.
fn seen_by_an_old_sync() -> World {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Leave(0, None), START + 50);
    world.step(&Step::Join(1, None), START + 200);
    world.step(&Step::Sync(vec![0], false, Some(-100)), START + 200);
    assert_eq!(world.seen(START + 200)[&player(0)], START + 100);
    world
}

#[test]
fn the_picture_is_drawn_again_without_a_forgotten_player() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    let (before, player_id) = (revision(&world), id(&world, 0));

    let traces = world.state.forget_player(&player(0), Some(player_id));

    assert!(traces.any && traces.open.is_some());
    assert_eq!(revision(&world), before + 1);
    // There is nothing left to forget.
    assert!(!world.state.forget_player(&player(0), Some(player_id)).any);
    assert_eq!(revision(&world), before + 1);
}

#[test]
fn the_picture_is_drawn_again_without_the_stays_that_are_forgotten() {
    let (mut world, now) = (seen_by_an_old_sync(), UnixSeconds(START + 200));
    let (before, name) = (revision(&world), player(0));
    let who = (&name, id(&world, 0));

    assert_eq!(
        world.state.forget_stays(who, Share::Unproven, 9, now).len(),
        1
    );
    assert_eq!(revision(&world), before + 1);
    assert_eq!(world.state.forget_stays(who, Share::Unproven, 9, now), []);
    assert_eq!(revision(&world), before + 1);
}

#[test]
fn whoever_was_seen_later_under_a_name_stays_when_a_share_of_it_is_forgotten() {
    let (mut world, now) = (seen_by_an_old_sync(), UnixSeconds(START + 200));
    world.step(&Step::Leave(0, Some(-140)), START + 200);
    let (name, player_id) = (player(0), id(&world, 0));
    assert_eq!(world.loose(0), [(START + 60, false)]);

    let share = Share::Unproven;
    world.state.forget_stays((&name, player_id), share, 9, now);
    assert_eq!(world.seen(START + 200)[&name], START + 100);
    world
        .state
        .forget_share(&name, player_id, (share, true), now);
    assert_eq!(world.seen(START + 200)[&name], START + 100);
}

#[test]
fn people_see_that_retention_dropped_somebody_who_was_on_lately() {
    let (mut world, now) = (World::new(), UnixSeconds(START + 100));
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Leave(0, None), START + 50);
    world.state.publish();
    let mut ledger = Ledger::new(&world.players, &world.sessions);

    assert_eq!(world.state.expire(now, 9, &mut ledger), 1);

    assert!(world.seen(START + 100).is_empty());
    assert!(world.state.publish().is_some());
}

#[test]
fn a_share_may_be_an_open_stay_or_a_loose_end_alone() {
    let (mut world, now) = (World::new(), UnixSeconds(START + 100));
    world.step(&Step::Join(0, None), START + 90);
    world.step(&Step::Leave(1, Some(-10)), START + 100);
    for number in [0, 1] {
        let (before, player_id) = (revision(&world), id(&world, number));
        let mut forget = || {
            let share = (Share::Unproven, true);
            let state = &mut world.state;
            state.forget_share(&player(number), player_id, share, now)
        };

        let (first, second) = (forget(), forget());

        assert_eq!(first.open.is_some(), number == 0);
        assert_eq!((first.any, second.any), (true, false));
        assert_eq!(revision(&world), before + 1);
    }
}

#[test]
fn a_server_knows_whoever_is_on_was_on_or_left_without_having_joined() {
    let mut world = World::new();
    world.step(&Step::Join(0, None), START);
    world.step(&Step::Join(1, None), START + 1);
    world.step(&Step::Leave(1, None), START + 2);
    world.step(&Step::Leave(2, None), START + 3);
    for number in 0..3 {
        assert!(world.state.knows(id(&world, number)), "{number}");
    }
    assert!(!world.state.knows(PlayerId(77)));
}

#[test]
fn a_server_is_blank_if_it_is_not_linked_and_knows_nobody() {
    let new = || World::new().state;
    assert!(!new().is_blank(), "it is linked");
    assert!(new().unlinked(UnixSeconds(START)).is_blank());

    let mut world = World::new();
    world.step(&Step::Leave(0, None), START);
    let state = world.state.unlinked(UnixSeconds(START));
    assert!(!state.is_blank(), "it knows when somebody left");
}
