use std::time::Duration;

use super::*;
use crate::history::History;
use crate::players::PlayerId;
use crate::record::Record;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Monday, 2026-11-30 10:00 UTC.
const NOW: UnixSeconds = UnixSeconds(1_796_032_800);

/// Returns what is known of a server on which one player was on for an hour from 09:30 on, on each of
/// the last days.
fn crowd(days: i64) -> Crowd {
    let sessions = (0..days).map(|day| {
        let joined_at = UnixSeconds(NOW.0 - 1_800 - (days - day) * 86_400);
        ClosedSession {
            id: SessionId(day as u32),
            player: PlayerId(1),
            joined_at,
            left_at: joined_at.plus(Duration::from_secs(3_600)),
            seen_at: joined_at,
            end: SessionEnd::Left,
            account: None,
        }
    });
    let history: History = sessions.collect();
    Crowd::of(vec![(Record::new(history, Vec::new(), NOW), Vec::new())])
}

fn chart(days: i64, range: &str) -> PlayerChart {
    PlayerChart::of(&crowd(days), range.parse().unwrap(), TimeZone::UTC, NOW)
}

#[test]
fn a_chart_of_any_range_has_a_number_of_points_that_can_be_drawn() {
    for days in [1, 2, 7, 8, 31, 99, 100, 199, 365, 1_399, 1_400, 10_000] {
        for range in ["today", "week", "7d", "90d", "365d", "3660d", "all"] {
            let chart = chart(days, range);
            assert!(
                (1..=400).contains(&chart.points.len()),
                "{range} of {days} days: {}",
                chart.points.len()
            );
            assert_eq!(chart.points.last().unwrap().span.to, NOW);
        }
    }
}

#[test]
fn the_most_players_ever_are_found_in_thirty_years_of_history() {
    let record = chart(11_000, "7d").record.unwrap();

    assert_eq!(record.players, 1);
}

#[test]
fn the_longer_the_range_the_longer_are_the_steps() {
    let step = |days: u64| {
        let to = UnixSeconds(NOW.0 + (days * DAY).cast_signed());
        step_of(Span { from: NOW, to })
    };
    for (days, expected) in [
        (0, Step::Seconds(900)),
        (1, Step::Seconds(900)),
        (2, Step::Seconds(3_600)),
        (8, Step::Seconds(14_400)),
        (32, Step::Seconds(43_200)),
        (100, Step::Day),
        (199, Step::Day),
        (200, Step::Week),
        (1_399, Step::Week),
        (1_400, Step::Month),
    ] {
        assert_eq!(step(days), expected, "{days} days");
    }
}

#[test]
fn without_a_session_there_is_nothing_to_show() {
    let chart = chart(0, "all");
    assert!(chart.points.is_empty());
    assert_eq!((chart.average, chart.peak), (None, None));
    assert_eq!((chart.record, chart.usual), (None, None));
}

#[test]
fn what_is_usual_takes_fourteen_days_and_is_the_average_of_the_hour() {
    assert_eq!(chart(13, "today").usual, None);

    let usual = chart(60, "today").usual.unwrap();

    // It is ten o'clock, and somebody is on from half past nine until half past ten.
    assert!((usual.at_this_time().unwrap() - 0.5).abs() < 0.05);
    let best = usual.best().unwrap();
    assert_eq!(
        (best.from.hour, (best.average - 0.5).abs() < 0.05),
        (9, true)
    );
}

#[test]
fn the_record_may_be_older_than_the_range() {
    let chart = chart(60, "today");
    assert_eq!(chart.peak.unwrap().players, 0);
    let record = chart.record.unwrap();
    assert_eq!(record.players, 1);
    assert_eq!(record.at.0, NOW.0 - 1_800 - 60 * 86_400);
}
