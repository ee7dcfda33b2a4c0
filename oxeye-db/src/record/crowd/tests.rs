use proptest::prelude::*;

use super::super::known::tests::{is_known, periods};
use super::*;
use crate::record::naive::{START, World, cases, worlds};

const LENGTH: i64 = 3 * 86_400;

type Server = (World, Vec<Period>);

fn servers() -> impl Strategy<Value = Vec<Server>> {
    let server = (worlds(0), periods(START, LENGTH));
    let later = (worlds(40_000), periods(START + 40_000, LENGTH));
    (server, prop::option::of(later)).prop_map(|(one, two)| [one].into_iter().chain(two).collect())
}

fn crowd(servers: &[Server]) -> Crowd {
    let servers = servers.iter();
    Crowd::of(
        servers
            .map(|(world, periods)| (world.record(), periods.clone()))
            .collect(),
    )
}

/// Returns how many players are on in each second of a span; `None` if nobody knows.
pub(in crate::record) fn seconds(servers: &[Server], span: Span) -> Vec<Option<u32>> {
    let mut on = vec![None; span.seconds() as usize];
    for (world, periods) in servers {
        let begin = world.record().begins_at();
        let known = Span {
            from: begin.unwrap_or(world.known_until),
            to: world.known_until,
        };
        for (place, on) in on.iter_mut().enumerate() {
            let at = UnixSeconds(span.from.0 + place as i64);
            if is_known(periods, known, at) {
                on.get_or_insert(0);
            }
        }
    }
    for (world, _) in servers {
        let here = world.online_per_second(span);
        let both = on.iter_mut().zip(here);
        both.for_each(|(on, here)| *on = on.map(|on| on + here));
    }
    on
}

fn average(known: &[u32]) -> Option<f64> {
    let sum: u32 = known.iter().sum();
    (!known.is_empty()).then(|| f64::from(sum) / known.len() as f64)
}

fn is_close(a: Option<f64>, b: Option<f64>) -> bool {
    match a.zip(b) {
        Some((a, b)) => (a - b).abs() < 1e-9,
        None => a.is_none() && b.is_none(),
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_step_is_the_average_and_the_peak_of_its_known_seconds(
        servers in servers(),
        step in 400..50_000_u32,
        from in -50_000..2 * 86_400_i64,
        length in 1..2 * 86_400_i64,
    ) {
        let span = Span { from: UnixSeconds(START + from), to: UnixSeconds(START + from + length) };
        let steps = Steps::cut(span, Step::Seconds(step), TimeZone::UTC).unwrap();

        let found = crowd(&servers).count(&steps);

        let all = seconds(&servers, span);
        let known: Vec<u32> = all.iter().flatten().copied().collect();
        prop_assert!(is_close(found.average, average(&known)));
        let highest = known.iter().max().copied();
        prop_assert_eq!(found.peak.map(|peak| peak.players), highest);
        if let Some(peak) = found.peak {
            let first = all.iter().position(|on| *on == highest).unwrap();
            prop_assert_eq!(peak.at.0 - span.from.0, first as i64);
        }
        for point in &found.points {
            let place = |at: UnixSeconds| (at.0 - span.from.0) as usize;
            let of_step = &all[place(point.span.from)..place(point.span.to)];
            let known: Vec<u32> = of_step.iter().flatten().copied().collect();
            prop_assert!(is_close(point.average, average(&known)), "{:?}", point);
            prop_assert_eq!(point.peak, known.into_iter().max().unwrap_or_default());
        }
    }

    #[test]
    fn the_seconds_played_count_while_something_is_known(
        servers in servers(),
        step in 400..50_000_u32,
    ) {
        let span = Span { from: UnixSeconds(START), to: UnixSeconds(START + 2 * 86_400) };
        let steps = Steps::cut(span, Step::Seconds(step), TimeZone::UTC).unwrap();

        let found = crowd(&servers).played(&steps);

        let all = seconds(&servers, span);
        for (step, (played, known)) in steps.iter().zip(found) {
            let place = |at: UnixSeconds| (at.0 - span.from.0) as usize;
            let seconds: Vec<u32> = all[place(step.from)..place(step.to)].iter().flatten().copied().collect();
            prop_assert_eq!((played, known), (u64::from(seconds.iter().sum::<u32>()), seconds.len() as u64));
        }
    }

    #[test]
    fn the_record_is_the_largest_number_of_players_ever(servers in servers()) {
        let span = Span { from: UnixSeconds(START), to: UnixSeconds(START + 20 * 86_400) };

        let found = crowd(&servers).record(span.to);

        let mut on = vec![0; span.seconds() as usize];
        for (world, _) in &servers {
            on.iter_mut().zip(world.online_per_second(span)).for_each(|(on, here)| *on += here);
        }
        let highest = on.iter().copied().max().filter(|highest| *highest > 0);
        prop_assert_eq!(found.map(|record| record.players), highest);
        if let Some(record) = found {
            let first = on.iter().position(|on| *on == record.players).unwrap();
            prop_assert_eq!(record.at.0 - START, first as i64);
        }
    }
}

#[test]
fn without_servers_there_is_nothing() {
    let nobody = Crowd::of(Vec::new());
    assert_eq!(nobody.begins_at(), None);
    assert_eq!(nobody.record(UnixSeconds(9)), None);
    assert_eq!(nobody.known_seconds(), 0);
}
