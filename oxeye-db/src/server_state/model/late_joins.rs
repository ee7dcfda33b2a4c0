//! Joins from before a sync that are reported after it. The sync did not name their players, who may
//! be there all the same, and no report says which it is. So the stays last until the last evidence of
//! the server. The models cannot know that ending them earlier would be wrong.

use super::*;

const JOINED: i64 = START - 60;

/// Reports a join from a minute before `START`, after a sync at `START` that did not name the player.
fn with_late_join(synced_at: Option<i64>, join: fn(i64) -> Step) -> World {
    let mut world = World::new();
    world.step(&Step::Sync(Vec::new(), false, synced_at), START);
    world.step(&join(JOINED - START - 10), START + 10);
    world.assert_sound(START + 10);
    assert_eq!(world.online(), [(player(0), JOINED)].into());
    world
}

fn single(at: i64) -> Step {
    Step::Join(0, Some(at))
}

fn in_batch(at: i64) -> Step {
    Step::Numbered(0, true, at, false)
}

#[test]
fn a_plugin_whose_clock_is_behind_that_falls_silent_keeps_the_stays_until_its_last_report() {
    let mut world = with_late_join(None, single);

    world.step(&Step::Heartbeat(None), START + 3_000);
    world.step(&Step::GoneStale, START + 4_000);

    let stay = (JOINED, START + 3_120, SessionEnd::Stale);
    assert_eq!(world.stays(0), [stay]);
    assert_eq!(
        world.seen(START + 4_000),
        [(player(0), START + 3_000)].into()
    );
}

#[test]
fn a_player_found_later_by_the_program_beside_the_server_was_there_until_it_restarted() {
    let mut world = with_late_join(Some(0), in_batch);

    world.step(&Step::Heartbeat(Some(1)), START + 3_000);
    world.step(&Step::Sync(Vec::new(), true, Some(0)), START + 3_010);

    let stay = (JOINED, START + 3_000, SessionEnd::ServerStopped);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn a_player_who_joins_again_after_the_sync_was_there_until_the_server_restarted() {
    let mut world = with_late_join(Some(0), single);

    world.step(&Step::Join(0, Some(0)), START + 50);
    world.step(&Step::Heartbeat(None), START + 3_000);
    world.step(&Step::Sync(Vec::new(), true, None), START + 3_010);

    let stay = (JOINED, START + 3_000, SessionEnd::ServerStopped);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn a_leave_that_comes_after_the_disconnect_ends_a_stay_whose_join_was_late() {
    let mut world = with_late_join(Some(0), single);

    world.step(&Step::Disconnect, START + 50);
    world.step(
        &Step::Leave(0, Some(JOINED + 20 - (START + 100))),
        START + 100,
    );

    let stay = (JOINED, JOINED + 20, SessionEnd::Left);
    assert_eq!(world.stays(0), [stay]);
    assert_eq!(world.seen(START + 100), [(player(0), START + 50)].into());
}

#[test]
fn a_join_from_before_a_start_counts_as_one_after_it_if_clocks_may_differ_by_as_much() {
    for (before_start, is_online) in [(30, true), (31, false)] {
        let mut world = World::new();
        world.step(&Step::Sync(Vec::new(), true, Some(0)), START);
        world.step(&in_batch(-10 - before_start), START + 10);
        world.step(&Step::BatchEnds, START + 10);
        assert_eq!(world.online().contains_key(&player(0)), is_online);
    }
}

#[test]
fn a_join_is_not_late_because_our_clock_was_ahead_at_the_sync() {
    let mut world = World::new();
    world.step(&Step::Sync(Vec::new(), false, None), START + 600);

    world.step(&Step::Join(0, Some(0)), START);
    world.step(&Step::Heartbeat(None), START + 300);
    world.step(&Step::Sync(Vec::new(), true, None), START + 310);

    let stay = (START, START + 300, SessionEnd::ServerStopped);
    assert_eq!(world.stays(0), [stay]);
}

#[test]
fn a_late_join_reported_twice_a_few_seconds_apart_brings_nobody_back() {
    let mut world = with_late_join(Some(0), single);
    world.step(&Step::Heartbeat(Some(0)), START + 20);
    world.step(&Step::Sync(Vec::new(), false, Some(0)), START + 30);

    world.step(&Step::Join(0, Some(JOINED + 5 - (START + 40))), START + 40);

    assert_eq!(world.online(), BTreeMap::new());
    let stay = (JOINED, START + 20, SessionEnd::MissingFromSync);
    assert_eq!(world.stays(0), [stay]);
}
