use proptest::prelude::*;

use super::*;

fn span(from: i64, to: i64) -> Span {
    Span {
        from: UnixSeconds(from),
        to: UnixSeconds(to),
    }
}

#[test]
fn a_step_is_parsed_with_its_unit() {
    assert_eq!("900".parse(), Ok(Step::Seconds(900)));
    assert_eq!("900s".parse(), Ok(Step::Seconds(900)));
    assert_eq!("15m".parse(), Ok(Step::Seconds(900)));
    assert_eq!("8784h".parse(), Ok(Step::Seconds(MAX_STEP)));
    assert_eq!("week".parse(), Ok(Step::Week));
    for text in [
        "",
        "0",
        "h",
        "1d",
        "5hm",
        "-1h",
        "+1h",
        "8785h",
        "99999999999h",
    ] {
        assert_eq!(text.parse::<Step>(), Err(InvalidStep), "{text}");
    }
}

#[test]
fn a_step_is_written_as_it_is_parsed() {
    for (text, step) in [
        ("900s", Step::Seconds(900)),
        ("day", Step::Day),
        ("week", Step::Week),
        ("month", Step::Month),
    ] {
        assert_eq!(text.parse(), Ok(step));
        assert_eq!(step.to_string(), text);
    }
}

#[test]
fn too_many_steps_and_empty_spans_are_refused() {
    let cut = |span| Steps::cut(span, Step::Seconds(1), TimeZone::UTC);
    assert_eq!(cut(span(0, 10_000)).unwrap().count(), 10_000);
    assert_eq!(cut(span(0, 10_001)), Err(StepsError::TooMany));
    assert_eq!(cut(span(5, 5)), Err(StepsError::Empty));
    let days = Steps::cut(span(0, 100_000_000_000), Step::Day, TimeZone::UTC);
    assert_eq!(days, Err(StepsError::TooMany));
}

#[test]
fn a_moment_is_found_in_its_step_when_the_steps_span_over_a_century() {
    let weeks = span(0, 9_999 * 7 * 86_400);
    let steps = Steps::cut(weeks, Step::Week, TimeZone::UTC).unwrap();
    for at in [0, i64::from(u32::MAX), 5_000_000_000, weeks.to.0 - 1] {
        let at = UnixSeconds(at);
        assert!(steps.at(steps.index(at)).contains(at), "{at:?}");
    }
}

#[test]
fn at_most_a_century_is_cut_into_hours() {
    let years = |number: i64| Steps::hours_of_week(span(0, number * 365 * 86_400), TimeZone::UTC);
    assert_eq!(years(100).unwrap().1.len(), 100 * 365 * 24);
    assert_eq!(years(101).unwrap_err(), StepsError::TooMany);
}

proptest! {
    #[test]
    fn a_moment_is_found_in_its_step(
        from in 1_500_000_000..1_560_000_000_i64,
        days in 1..40_i64,
        step in prop_oneof![
            (3_000..200_000_u32).prop_map(Step::Seconds),
            Just(Step::Day), Just(Step::Week), Just(Step::Month),
        ],
        zone in prop::sample::select(&["UTC", "America/Sao_Paulo", "Pacific/Apia"][..]),
        part in 0.0..1.0_f64,
    ) {
        let span = span(from, from + days * 86_400);
        let at = UnixSeconds(from + (part * (days * 86_400) as f64) as i64);
        let zone = zone.parse().unwrap();
        let (hours, names) = Steps::hours_of_week(span, zone).unwrap();
        for steps in [&Steps::cut(span, step, zone).unwrap(), &hours] {
            prop_assert!(steps.at(steps.index(at)).contains(at));
            prop_assert_eq!(steps.span(), span);
            prop_assert!(steps.iter().all(|step| step.seconds() > 0));
        }
        prop_assert_eq!(names.len(), hours.count());
        prop_assert_eq!(names[hours.index(at)], zone.hour_of_week(at).0);
    }
}
