//! Numbered events, several of them in one second and delivered late, mean what a list in the order
//! of their numbers says.

use super::reports;
use super::*;

/// An event: the player, whether it is a join, and the seconds since the player's previous event. So the seconds of
/// different players are mixed.
type Event = (u8, bool, i64);

/// Generates any events, in any order.
fn anything() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec((0..2_u8, any::<bool>(), 0..2_i64), 1..40)
}

/// Generates possible events: a player who is online can only leave, one who is offline can only
/// join.
fn possible() -> impl Strategy<Value = Vec<Event>> {
    let who = prop::collection::vec((0..2_u8, 0..2_i64), 1..40);
    who.prop_map(|who| {
        let mut on = [false; 2];
        let events = who.into_iter().map(|(player, gap)| {
            let is_on = &mut on[usize::from(player)];
            *is_on = !*is_on;
            (player, *is_on, gap)
        });
        events.collect()
    })
}

/// Returns each event with its number and its time.
fn timed(events: &[Event]) -> Vec<(u64, u8, bool, i64)> {
    let mut clocks = [START; 2];
    let events = (1_u64..).zip(events);
    let events = events.map(|(seq, (player, joins, gap))| {
        let at = &mut clocks[usize::from(*player)];
        *at += gap;
        (seq, *player, *joins, *at)
    });
    events.collect()
}

/// Returns the stays of a player that result from walking through the list; the last one may be
/// open.
fn walk(events: &[(u64, u8, bool, i64)], who: u8) -> Vec<(i64, Option<i64>)> {
    let mut stays: Vec<(i64, Option<i64>)> = Vec::new();
    for (_, _, joins, at) in events.iter().filter(|event| event.1 == who) {
        let is_on = stays.last().is_some_and(|stay| stay.1.is_none());
        match (*joins, is_on) {
            (true, false) => stays.push((*at, None)),
            (false, true) => stays.last_mut().unwrap().1 = Some(*at),
            _ => {}
        }
    }
    stays
}

/// Returns the account that the joins of a second name.
fn account_at(at: i64) -> u8 {
    if at % 2 == 0 { 1 } else { 2 }
}

/// Returns whose the stays of a player are that result from walking through the list.
fn whose(events: &[(u64, u8, bool, i64)], who: u8) -> Vec<Option<u8>> {
    let stays = walk(events, who).into_iter();
    stays.map(|(joined, _)| Some(account_at(joined))).collect()
}

/// Delivers events in this order, in one epoch.
fn deliver(world: &mut World, epoch: u64, events: &[(u64, u8, bool, i64)], now: i64, known: u64) {
    world.state.enter_epoch(epoch, known == 0);
    let mut newest = known;
    for (seq, who, joins, at) in events {
        let mut ledger =
            Ledger::new(&world.players, &world.sessions).with_accounts(&world.accounts);
        let number = EventNumber {
            seq: *seq,
            is_out_of_order: *seq < newest,
            is_known: false,
        };
        newest = newest.max(*seq);
        let event = (*who, *joins, *at);
        reports::deliver(
            &mut world.state,
            event,
            Some(uuid_of(account_at(*at))),
            number,
            UnixSeconds(now),
            &mut ledger,
        );
        world.file.write(ledger.into_changes());
    }
}

impl World {
    fn all_stays(&self, who: u8) -> Vec<(i64, Option<i64>)> {
        let closed = self.stays(who).into_iter();
        let open = self.online().get(&player(who)).map(|since| (*since, None));
        closed
            .map(|stay| (stay.0, Some(stay.1)))
            .chain(open)
            .collect()
    }
}

#[track_caller]
fn check(events: &[(i64, bool)], stays: &[(i64, Option<i64>)]) {
    let events = (1_u64..).zip(events);
    let events: Vec<_> = events
        .map(|(seq, (at, joins))| (seq, 0, *joins, START + at))
        .collect();
    let stays: Vec<_> = stays
        .iter()
        .map(|(joined, left)| (START + joined, left.map(|left| START + left)))
        .collect();
    for is_late in [false, true] {
        let (mut world, now) = (World::new(), START + 100);
        if is_late {
            world.step(&Step::Join(3, None), now);
        }
        deliver(&mut world, 7, &events, now, 0);
        world.assert_sound(now);
        assert_eq!(world.all_stays(0), stays, "late: {is_late}");

        // Delivering the events again changes nothing: in the same epoch after the server was linked again, which
        // forgets the numbers, and in another one.
        for epoch in [7, 8] {
            deliver(&mut world, epoch, &events, now, 0);
            assert_eq!(
                world.all_stays(0),
                stays,
                "delivered again, late: {is_late}"
            );
        }
    }
}

#[test]
fn stays_within_one_second_are_kept_apart() {
    check(
        &[(10, true), (20, false), (20, true), (20, false)],
        &[(10, Some(20)), (20, Some(20))],
    );
    check(
        &[(20, true), (20, false), (20, true)],
        &[(20, Some(20)), (20, None)],
    );
    check(
        &[(10, true), (10, false), (10, true), (30, false)],
        &[(10, Some(10)), (10, Some(30))],
    );
}

#[test]
fn an_event_of_another_second_between_those_of_a_second_changes_nothing() {
    for other in [-1, 0, 1] {
        let (mut world, now, at) = (World::new(), START + 100, START + 20);
        world.step(&Step::Sync(Vec::new(), false, None), now);
        let events = [
            (1, 0, true, at),
            (2, 0, false, at),
            (3, 1, true, at + other),
            (4, 0, true, at),
        ];

        deliver(&mut world, 7, &events, now, 0);

        let stays = [(at, Some(at)), (at, None)];
        assert_eq!(world.all_stays(0), stays, "{other} s between");
    }
}

#[test]
fn repeating_a_report_without_a_number_is_harmless() {
    let (mut world, now) = (World::new(), START + 100);
    world.step(&Step::Join(3, None), now);
    for (joins, at) in [(true, -90), (false, -80), (true, -80), (false, -70)] {
        for _ in 0..2 {
            world.step(&single(joins, at), now);
        }
    }
    let stays = [
        (START + 10, Some(START + 20)),
        (START + 20, Some(START + 30)),
    ];
    assert_eq!(world.all_stays(0), stays);

    // A batch repeats the events, because the answers were lost.
    let events = [
        (1, 0, true, 10),
        (2, 0, false, 20),
        (3, 0, true, 20),
        (4, 0, false, 30),
    ];
    let events = events.map(|(seq, who, joins, at)| (seq, who, joins, START + at));
    deliver(&mut world, 1, &events, now, 0);
    assert_eq!(world.all_stays(0), stays);
}

fn single(joins: bool, at: i64) -> Step {
    match joins {
        true => Step::Join(0, Some(at)),
        false => Step::Leave(0, Some(at)),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn late_events_in_order_mean_what_a_walk_through_them_says(
        events in anything(),
        restart in 0..60_usize,
        is_late in any::<bool>(),
    ) {
        let (mut world, now) = (World::new(), START + 1_000);
        if is_late {
            world.step(&Step::Sync(vec![3], false, None), now);
        }
        let events = timed(&events);
        let (first, rest) = events.split_at(restart.min(events.len()));
        deliver(&mut world, 5, first, now, 0);
        if !first.is_empty() && !rest.is_empty() {
            world.restore(now);
        }
        deliver(&mut world, 5, rest, now, first.len() as u64);
        for who in 0..2 {
            prop_assert_eq!(world.all_stays(who), walk(&events, who));
            prop_assert_eq!(world.whose(who), whose(&events, who));
        }
    }

    #[test]
    fn delivering_possible_events_again_has_no_effect(
        events in possible(),
        from in 0..40_usize,
        is_late in any::<bool>(),
    ) {
        let (mut world, now) = (World::new(), START + 1_000);
        if is_late {
            world.step(&Step::Sync(vec![3], false, None), now);
        }
        let events = timed(&events);
        deliver(&mut world, 5, &events, now, 0);
        // A sender that lost its memory begins at the beginning of a second.
        let from = events.get(from).map_or(0, |event| event.3);
        let again: Vec<_> = events.iter().filter(|event| event.3 >= from).copied().collect();
        let again: Vec<_> = (1_u64..).zip(again).map(|(seq, event)| (seq, event.1, event.2, event.3)).collect();
        deliver(&mut world, 6, &again, now, 0);
        world.assert_sound(now);
        for who in 0..2 {
            prop_assert_eq!(world.all_stays(who), walk(&events, who));
            prop_assert_eq!(world.whose(who), whose(&events, who));
        }
    }

    #[test]
    fn possible_events_mean_the_same_when_a_later_part_arrives_first(
        events in possible(),
        cut in 0..40_usize,
    ) {
        let (mut world, now) = (World::new(), START + 1_000);
        world.step(&Step::Join(3, None), now);
        let events = timed(&events);
        let (first, then) = events.split_at(cut.min(events.len()));
        deliver(&mut world, 5, then, now, 0);
        let known = then.last().map_or(0, |event| event.0);
        deliver(&mut world, 5, first, now, known);
        world.assert_sound(now);
        for who in 0..2 {
            prop_assert_eq!(world.all_stays(who), walk(&events, who));
            prop_assert_eq!(world.whose(who), whose(&events, who));
        }
    }
}
