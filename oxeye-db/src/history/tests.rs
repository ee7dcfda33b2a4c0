use std::cell::Cell;

use hashbrown::HashSet;
use proptest::prelude::*;

use super::*;
use crate::persons::Share;

thread_local! {
    static SESSIONS_READ: Cell<usize> = const { Cell::new(0) };
}

/// Notes that a session was read.
pub(super) fn count_session_read() {
    SESSIONS_READ.set(SESSIONS_READ.get() + 1);
}

/// Returns how many sessions this thread reads while `during` runs.
pub(crate) fn sessions_read(during: impl FnOnce()) -> usize {
    let before = SESSIONS_READ.get();
    during();
    SESSIONS_READ.get() - before
}

fn session(id: u32, joined: i64, left: i64) -> ClosedSession {
    ClosedSession {
        id: SessionId(id),
        player: PlayerId(id % 7),
        account: None,
        joined_at: UnixSeconds(joined),
        left_at: UnixSeconds(left),
        seen_at: UnixSeconds(left),
        end: SessionEnd::Left,
    }
}

fn last_of_first_player(history: &mut History) -> ClosedSession {
    let mut begun = history.of_player_until(PlayerId(1), UnixSeconds(i64::MAX));
    begun.next().unwrap()
}

#[test]
fn sessions_of_a_span_are_found_in_whichever_block_they_lie() {
    let mut history = History::default();
    for id in 0..10_000_u32 {
        let at = i64::from(id) * 10;
        history.push(session(id, at, at + 15));
    }
    // Closed late, although it lies far back.
    history.push(session(10_000, 5, 7));

    let found: Vec<_> = history
        .between(UnixSeconds(50_001), UnixSeconds(50_010))
        .map(|session| session.id.0)
        .collect();
    assert_eq!(found, [4_999, 5_000, 5_001]);

    let found = history.between(UnixSeconds(0), UnixSeconds(6));
    assert_eq!(
        found.map(|found| found.id.0).collect::<Vec<_>>(),
        [0, 10_000]
    );
}

#[test]
fn a_question_about_some_blocks_leaves_out_the_others() {
    let block = i64::try_from(BLOCK).unwrap();
    // No session lasts for a second, so the blocks do not overlap.
    let sessions = (0..5 * block).map(|at| session(u32::try_from(at).unwrap(), at, at));
    let history: History = sessions.collect();
    let of = |from, to| Span {
        from: UnixSeconds(from),
        to: UnixSeconds(to),
    };

    for (span, blocks) in [
        (of(2 * block, 3 * block), 1),
        (of(2 * block, 3 * block + 1), 2),
        (of(2 * block - 1, 3 * block), 2),
        (of(0, 1), 1),
        (of(5 * block, 9 * block), 0),
        (Span::ALL, 5),
    ] {
        let sessions = blocks * BLOCK;
        assert_eq!(history.len_in(span), sessions, "{span:?}");
        assert_eq!(history.stays_in(span).count(), sessions, "{span:?}");
        assert_eq!(history.owned_stays_in(span).count(), sessions, "{span:?}");
    }
}

#[test]
fn the_beginning_is_that_of_the_first_session_also_when_that_turns_out_to_be_another() {
    let first = session(1, 10, 20);
    let mut history: History = [first, session(2, 30, 40)].into_iter().collect();
    assert_eq!(history.earliest(), Some(UnixSeconds(10)));

    let later = session(1, 15, 20);
    history.replace(&first, later);
    assert_eq!(history.earliest(), Some(UnixSeconds(15)));
    history.replace(&later, session(1, 35, 36));
    assert_eq!(history.earliest(), Some(UnixSeconds(30)));
}

#[test]
fn a_clone_is_not_affected_by_later_changes() {
    let mut history = History::default();
    history.push(session(1, 0, 10));
    let snapshot = history.clone();

    history.replace(&session(1, 0, 10), session(1, 0, 20));
    history.push(session(2, 30, 40));

    assert_eq!(snapshot.iter().collect::<Vec<_>>(), [session(1, 0, 10)]);
    let now = [session(1, 0, 20), session(2, 30, 40)];
    assert_eq!(history.iter().collect::<Vec<_>>(), now);
}

/// What can happen to a history: a session is added, replaced or expires, or a player's oldest sessions are taken out, or
/// all of them.
#[derive(Debug, Clone)]
enum Step {
    Push(i64, i64),
    Replace(usize, i64, i64),
    Expire(i64, usize),
    Take(u32, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => (0..60_i64, 0..3_i64).prop_map(|(at, long)| Step::Push(at, long)),
        4 => (any::<usize>(), 0..60_i64, 0..3_i64)
            .prop_map(|(which, at, long)| Step::Replace(which, at, long)),
        1 => (0..60_i64, 0..9_usize).prop_map(|(edge, limit)| Step::Expire(edge, limit)),
        2 => (0..7_u32, prop_oneof![0..300_usize, Just(usize::MAX)]).prop_map(|(player, limit)| Step::Take(player, limit)),
    ];
    prop::collection::vec(step, 0..80)
}

/// Returns a player's sessions from a time on and until that time, from a sorted list.
fn naive(list: &[ClosedSession], player: u32, at: i64) -> (Vec<ClosedSession>, Vec<ClosedSession>) {
    let of_player = list.iter().filter(|session| session.player.0 == player);
    let mut sorted: Vec<_> = of_player.copied().collect();
    sorted.sort_by_key(|session| (session.joined_at, session.left_at, session.end, session.id));
    let from = sorted.iter().filter(|session| session.joined_at.0 >= at);
    let until = sorted
        .iter()
        .rev()
        .filter(|session| session.joined_at.0 <= at);
    (from.copied().collect(), until.copied().collect())
}

fn remove(list: &mut Vec<ClosedSession>, gone: &[ClosedSession]) {
    let gone: HashSet<_> = gone.iter().map(|session| session.id).collect();
    list.retain(|session| !gone.contains(&session.id));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_is_that_of_a_sorted_list(
        begun_with in 0..6_000_u32,
        steps in steps(),
        is_ordered_early in any::<bool>(),
    ) {
        let mut history = History::default();
        let mut list: Vec<_> = (0..begun_with)
            .map(|id| session(id, i64::from(id * 37 % 60), i64::from(id * 37 % 60)))
            .collect();
        list.iter().for_each(|session| history.push(*session));
        if is_ordered_early {
            history.put_in_order();
        }
        for (id, step) in (begun_with..).zip(steps) {
            match step {
                Step::Push(at, long) => {
                    list.push(session(id, at, at + long));
                    history.push(session(id, at, at + long));
                }
                Step::Replace(which, at, long) if !list.is_empty() => {
                    let which = which % list.len();
                    let old = list[which];
                    list[which] = session(old.id.0, at, at + long);
                    history.replace(&old, list[which]);
                }
                Step::Replace(..) => {}
                Step::Expire(edge, limit) => {
                    let gone = history.take_ended_before(UnixSeconds(edge), limit);
                    prop_assert!(gone.len() <= limit);
                    remove(&mut list, &gone);
                }
                Step::Take(player, limit) => {
                    let gone = history.take_of(PlayerId(player), Share::Whole, limit);
                    let (mut oldest, _) = naive(&list, player, i64::MIN);
                    oldest.truncate(limit);
                    prop_assert_eq!(gone.len(), oldest.len());
                    let ids = gone.iter().map(|session| session.id);
                    let ids: HashSet<_> = ids.collect();
                    prop_assert!(oldest.iter().all(|session| ids.contains(&session.id)));
                    remove(&mut list, &gone);
                }
            }
        }
        prop_assert_eq!(history.iter().collect::<Vec<_>>(), list.clone());
        prop_assert_eq!((history.len(), history.is_empty()), (list.len(), list.is_empty()));
        prop_assert_eq!(history.earliest(), list.iter().map(|session| session.joined_at).min());
        for (player, at) in (0..8).flat_map(|player| [0, 7, 30, 59, 99].map(|at| (player, at))) {
            let (from, until) = naive(&list, player, at);
            let (id, at) = (PlayerId(player), UnixSeconds(at));
            prop_assert_eq!(history.of_player_from(id, at).collect::<Vec<_>>(), from);
            prop_assert_eq!(history.of_player_until(id, at).collect::<Vec<_>>(), until);
        }
    }
}

#[test]
fn many_late_sessions_of_one_player_are_found_in_time_order() {
    let of_player = |id: u32, at: i64| ClosedSession {
        player: PlayerId(1),
        ..session(id, at, at + 1)
    };
    let mut list: Vec<_> = (0..2_000)
        .map(|id| of_player(id, 2 * i64::from(id)))
        .collect();
    let mut history: History = list.iter().copied().collect();
    history.put_in_order();

    // All of them belong between sessions that are known.
    for id in 2_000..3_000 {
        let late = of_player(id, 2 * i64::from(id - 1_500) + 1);
        history.push(late);
        list.push(late);
    }

    list.sort_by_key(|session| session.joined_at);
    let found = history.of_player_from(PlayerId(1), UnixSeconds(0));
    assert_eq!(found.collect::<Vec<_>>(), list);
    list.reverse();
    let found = history.of_player_until(PlayerId(1), UnixSeconds(9_999));
    assert_eq!(found.collect::<Vec<_>>(), list);
}

#[test]
fn sessions_around_a_time_are_found_without_reading_the_others() {
    let mut history = History::default();
    for id in 0..50_000_u32 {
        let at = i64::from(id) * 10;
        history.push(ClosedSession {
            player: PlayerId(1),
            ..session(id, at, at + 5)
        });
    }
    history.put_in_order();

    let old = last_of_first_player(&mut history);
    let read = sessions_read(|| {
        let at = UnixSeconds(250_000);
        assert_eq!(
            history
                .of_player_from(PlayerId(1), at)
                .next()
                .unwrap()
                .joined_at,
            at
        );
        assert_eq!(
            history
                .of_player_until(PlayerId(1), at)
                .next()
                .unwrap()
                .joined_at,
            at
        );
        history.push(session(50_000, 300_003, 300_004));
        history.replace(
            &old,
            ClosedSession {
                left_at: UnixSeconds(499_999),
                ..old
            },
        );
        let last = last_of_first_player(&mut history);
        assert_eq!(last.left_at, UnixSeconds(499_999));
    });

    assert!(read < 200, "{read} sessions were read");
}
