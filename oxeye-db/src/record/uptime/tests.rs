use proptest::prelude::*;

use super::*;

use PeriodState::{Down, Starting, Unknown, Up};

fn periods(changes: &[(i64, PeriodState)]) -> Vec<Period> {
    let changes = changes.iter();
    changes
        .map(|(from, state)| Period {
            from: UnixSeconds(*from),
            state: *state,
            known_by: match state {
                Unknown => KnownBy::OxeyeOff,
                _ => KnownBy::Report,
            },
        })
        .collect()
}

/// Adds up periods that are known until a time, in a span.
fn uptime(changes: &[(i64, PeriodState)], known_until: i64, (from, to): (i64, i64)) -> Uptime {
    let span = Span {
        from: UnixSeconds(from),
        to: UnixSeconds(to),
    };
    let known_until = (UnixSeconds(known_until), KnownBy::Silence);
    Uptime::of(&periods(changes), known_until, span, 10)
}

#[track_caller]
fn check(uptime: &Uptime, up: u64, down: u64, unknown: u64, share: Option<u32>) {
    let secs = [uptime.up, uptime.down, uptime.unknown].map(|duration| duration.as_secs());
    assert_eq!((secs, uptime.share()), ([up, down, unknown], share));
}

#[test]
fn time_about_which_nothing_is_known_is_neither_up_nor_down() {
    let changes = [(0, Up), (600, Unknown), (800, Up), (900, Down), (1_000, Up)];
    check(
        &uptime(&changes, 2_000, (0, 2_000)),
        1_700,
        100,
        200,
        Some(9_444),
    );
    check(
        &uptime(&changes, 2_000, (700, 950)),
        100,
        50,
        100,
        Some(6_666),
    );
}

#[test]
fn nothing_after_the_last_word_is_known() {
    let silent = uptime(&[(0, Up)], 500, (0, 2_000));
    check(&silent, 500, 0, 1_500, Some(10_000));
    let gap = Stretch {
        from: UnixSeconds(500),
        to: None,
        next: None,
        known_by: KnownBy::Silence,
    };
    assert_eq!(silent.gaps, [gap]);
}

#[test]
fn a_server_that_is_starting_again_is_still_in_its_outage() {
    let down_for = |changes: &[(i64, PeriodState)]| {
        let outages = uptime(changes, 2_000, (0, 2_000)).outages;
        let times = outages.iter();
        let times = times.map(|outage| (outage.from.0, outage.to.map(|to| to.0), outage.next));
        times.collect::<Vec<_>>()
    };

    let starting = [(0, Up), (600, Down), (700, Starting)];
    assert_eq!(down_for(&starting), [(600, None, None)]);
    let up = [starting.as_slice(), &[(800, Up)]].concat();
    assert_eq!(down_for(&up), [(600, Some(800), Some(Up))]);
}

#[test]
fn without_any_knowledge_there_is_no_share() {
    check(&uptime(&[], 500, (0, 2_000)), 0, 0, 0, None);
    check(
        &uptime(&[(100, Unknown)], 500, (0, 2_000)),
        0,
        0,
        1_900,
        None,
    );
    check(&uptime(&[(100, Up)], 500, (600, 2_000)), 0, 0, 1_400, None);
}

#[test]
fn the_time_before_the_first_record_does_not_count() {
    let new = uptime(&[(1_500, Up)], 2_000, (0, 2_000));
    check(&new, 500, 0, 0, Some(10_000));
    assert_eq!(new.span.from, UnixSeconds(1_500));
}

#[test]
fn rounding_hides_neither_an_outage_nor_that_the_server_was_up() {
    let month = 30 * 86_400;
    let one_second_down = [(0, Up), (100, Down), (101, Up)];
    assert_eq!(
        uptime(&one_second_down, month, (0, month)).share(),
        Some(9_999)
    );
    let one_second_up = [(0, Down), (100, Up), (101, Down)];
    assert_eq!(uptime(&one_second_up, month, (0, month)).share(), Some(1));
    assert_eq!(uptime(&[(0, Down)], month, (0, month)).share(), Some(0));
}

#[test]
fn a_server_that_starts_is_still_part_of_its_outage() {
    let changes = [
        (0, Up),
        (100, Down),
        (150, Starting),
        (200, Up),
        (300, Down),
        (350, Unknown),
        (400, Starting),
    ];
    let all = uptime(&changes, 500, (0, 500));
    check(&all, 200, 250, 50, Some(4_444));
    assert_eq!(all.outage_count, 3);
    let ends: Vec<_> = all
        .outages
        .iter()
        .map(|out| (out.from.0, out.to.map(|to| to.0), out.next))
        .collect();
    assert_eq!(
        ends,
        [
            (400, None, None),
            (300, Some(350), Some(Unknown)),
            (100, Some(200), Some(Up))
        ]
    );

    let outages = |span| uptime(&changes, 500, span).outage_count;
    assert_eq!(outages((200, 300)), 0);
    assert_eq!(outages((199, 301)), 2);
}

proptest! {
    #[test]
    fn every_second_of_the_span_counts_once(
        lengths in prop::collection::vec((1..100_i64, 0..4_usize), 0..20),
        known_until in 0..1_500_i64,
        from in 0..1_500_i64,
        length in 0..1_500_i64,
    ) {
        let mut at = 0;
        let mut changes: Vec<(i64, PeriodState)> = Vec::new();
        for (length, state) in lengths {
            let state = PeriodState::ALL[state];
            if changes.last().is_none_or(|last| last.1 != state) {
                changes.push((at, state));
            }
            at += length;
        }
        let to = (from + length).max(at);
        let found = uptime(&changes, known_until, (from, to));

        let (mut up, mut down, mut unknown) = (0, 0, 0);
        for second in from..to {
            let begun = changes.iter().rev().find(|change| change.0 <= second);
            let last = changes.last().map_or(0, |last| last.0);
            match begun.map(|begun| begun.1) {
                Some(_) if second >= known_until.max(last) => unknown += 1,
                Some(Up) => up += 1,
                Some(Down | Starting) => down += 1,
                Some(Unknown) => unknown += 1,
                None => {}
            }
        }
        let secs = [found.up, found.down, found.unknown].map(|duration| duration.as_secs());
        prop_assert_eq!(secs, [up, down, unknown]);
        prop_assert_eq!(found.span.seconds(), up + down + unknown);
    }
}
