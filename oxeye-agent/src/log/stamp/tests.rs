use super::*;

/// Checks what is read, as `text|date|time|rest`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let read = Stamp::read(text.as_bytes()).map(|(stamp, rest)| {
        let printed = stamp.printed(None).unwrap();
        let date = printed
            .date
            .map(|date| date.to_string())
            .unwrap_or_default();
        let rest = String::from_utf8_lossy(rest);
        format!("{}|{date}|{}|{rest}", printed.text, printed.time)
    });
    assert_eq!(read.as_deref().unwrap_or("nothing"), expected);
}

#[test]
fn every_form_that_servers_print_is_read() {
    check("12:34:56] x", "12:34:56||12:34:56|] x");
    check("12:34:56 INFO", "12:34:56||12:34:56| INFO");
    check(
        "2011-06-05 12:34:56 [",
        "2011-06-05 12:34:56|2011-06-05|12:34:56| [",
    );
    check(
        "2011/06/05 12:34:56]",
        "2011/06/05 12:34:56|2011-06-05|12:34:56|]",
    );
    check(
        "2025-07-18 01:26:08:514 INFO",
        "2025-07-18 01:26:08:514|2025-07-18|01:26:08.514| INFO",
    );
    check(
        "19Jul2025 11:34:56.450]",
        "19Jul2025 11:34:56.450|2025-07-19|11:34:56.450|]",
    );
    check(
        "05.06.2011 12:34:56]",
        "05.06.2011 12:34:56|2011-06-05|12:34:56|]",
    );
    check(
        "2026-11-20T10:49:20.123456789Z",
        "2026-11-20T10:49:20.123456789|2026-11-20|10:49:20.123456789|Z",
    );
}

#[test]
fn an_ambiguous_date_is_not_guessed() {
    check("05/06/2011 12:34:56]", "05/06/2011 12:34:56||12:34:56|]");
    check(
        "25/06/2011 12:34:56]",
        "25/06/2011 12:34:56|2011-06-25|12:34:56|]",
    );
    check(
        "06/25/2011 12:34:56]",
        "06/25/2011 12:34:56|2011-06-25|12:34:56|]",
    );
    check(
        "19marr2025 11:34:56.450]",
        "19marr2025 11:34:56.450||11:34:56.450|]",
    );
    check(
        "19lis2025 11:34:56.450]",
        "19lis2025 11:34:56.450||11:34:56.450|]",
    );
}

#[test]
fn a_month_may_be_named_in_any_of_many_languages() {
    for month in ["juil.", "7月", "7월", "июл.", "Temmuz", "ก.ค."] {
        let text = format!("19{month}2025 11:34:56.450");
        check(
            &format!("{text}]"),
            &format!("{text}|2025-07-19|11:34:56.450|]"),
        );
    }
    // A Thai calendar counts the years from another event.
    check(
        "19ก.ค.2568 11:34:56]",
        "19ก.ค.2568 11:34:56|2025-07-19|11:34:56|]",
    );
    check(
        "Jul 19, 2025 11:34:56]",
        "Jul 19, 2025 11:34:56|2025-07-19|11:34:56|]",
    );
    check(
        "November 19, 2025 11:34:56]",
        "November 19, 2025 11:34:56|2025-11-19|11:34:56|]",
    );
    check(
        "Sat Jul 19 2025 11:34:56]",
        "Sat Jul 19 2025 11:34:56|2025-07-19|11:34:56|]",
    );
}

#[test]
fn a_year_may_follow_the_time() {
    let date_of = |text: &str| {
        let (stamp, rest) = Stamp::read(text.as_bytes()).unwrap();
        let (stamp, rest) = stamp.with_rest(rest).unwrap();
        let (stamp, _) = stamp.with_rest(rest).unwrap_or((stamp, rest));
        stamp
            .printed(None)
            .unwrap()
            .date
            .map(|date| date.to_string())
    };
    for text in ["Fri Nov 20 13:10:00 CET 2026]", "20 Nov 13:10:00 2026]"] {
        assert_eq!(date_of(text).as_deref(), Some("2026-11-20"), "{text}");
    }
    assert_eq!(date_of("17.06 13:10:00 2026]"), None);
}

#[test]
fn only_a_complete_date_that_is_not_read_counts_as_unread() {
    let has_unread = |text: &str| Stamp::read(text.as_bytes()).unwrap().0.has_unread_date;
    for text in [
        "19marr2025 11:34:56]",
        "05/06/2011 12:34:56]",
        "05.06.11 12:34:56]",
    ] {
        assert!(has_unread(text), "{text}");
    }
    for text in [
        "12:34:56]",
        "19Jul2025 11:34:56]",
        "17.06 15:30:24 [",
        "Nov 20 15:30:24 x",
    ] {
        assert!(!has_unread(text), "{text}");
    }
}

#[test]
fn the_month_may_contain_spaces_and_periods() {
    check(
        "02 Jan 2024 12:34:56,123]",
        "02 Jan 2024 12:34:56,123|2024-01-02|12:34:56.123|]",
    );
    check(
        "02-Jan-2024 12:34:56]",
        "02-Jan-2024 12:34:56|2024-01-02|12:34:56|]",
    );
    check(
        "12thg 22025 12:34:56.123]",
        "12thg 22025 12:34:56.123|2025-02-12|12:34:56.123|]",
    );
    check(
        "12de febr.2025 12:34:56.123]",
        "12de febr.2025 12:34:56.123|2025-02-12|12:34:56.123|]",
    );
}

#[test]
fn text_that_is_not_a_time_is_not_read() {
    for text in [
        "",
        "12",
        "12:34",
        "12:34:5",
        "24:00:00",
        "1a:00:00",
        "12 12:00",
        "12 men 12:00:00",
        "12 ] 2024 12:00:00",
        "Server thread/INFO",
    ] {
        check(text, "nothing");
    }
}

#[test]
fn times_with_am_and_pm_are_read() {
    check("11:50:00 AM]", "11:50:00||11:50:00|]");
    check("12:10:00 PM]", "12:10:00||12:10:00|]");
    check("01:10:00 pm INFO", "13:10:00||13:10:00| INFO");
    check("12:00:01.5 a.m.]", "00:00:01.500||00:00:01.500|]");
    check("1:10:00下午]", "13:10:00||13:10:00|]");
    check("下午1:05:07]", "13:05:07||13:05:07|]");
    check("오전 12:05:07.5 INFO", "00:05:07.500||00:05:07.500| INFO");
    check(
        "2026/11/27 下午1:05:07]",
        "2026-11-27 13:05:07|2026-11-27|13:05:07|]",
    );
    check("下午13:05:07]", "nothing");
    check("13:10:00 PM]", "nothing");
    check("01:10:00 PMX]", "01:10:00||01:10:00| PMX]");
    check("01:10:00 ALERT]", "01:10:00||01:10:00| ALERT]");
}

#[test]
fn times_with_other_separators_are_distinguished_from_dates() {
    check("13-10-00]", "13:10:00||13:10:00|]");
    check("13.10.00,5]", "13:10:00.500||13:10:00.500|]");
    check("9:05:00]", "09:05:00||09:05:00|]");
    check("21-10-04 12:34:56]", "21-10-04 12:34:56||12:34:56|]");
    check(
        "2020-08-26 10-26-16]",
        "2020-08-26 10:26:16|2020-08-26|10:26:16|]",
    );
    check("17.06 15:30:24 [", "17.06 15:30:24||15:30:24| [");
    check(
        "2016-7-2 20:25:10 [",
        "2016-7-2 20:25:10|2016-07-02|20:25:10| [",
    );
    check(
        "Mon, 4. Oct 2021 18:34:46 UTC",
        "Mon, 4. Oct 2021 18:34:46|2021-10-04|18:34:46| UTC",
    );
    check("13-10]", "nothing");
    check("13-10-0]", "nothing");
    check("13-10:00]", "nothing");
}

#[test]
fn a_time_is_found_at_the_start_of_any_line() {
    let loose = |line: &str| {
        Stamp::loose(line.as_bytes()).map(|(stamp, rest)| {
            let text = stamp.printed(None).unwrap().text;
            (text.to_string(), String::from_utf8(rest.to_vec()).unwrap())
        })
    };
    for (line, text) in [
        ("[01:10:00 PM] Fern has come", "13:10:00"),
        (
            "(2026-11-20_12-00-00) - Fern has come",
            "2026-11-20 12:00:00",
        ),
        (
            "2026-11-20 12:00:00,5 | Fern has come",
            "2026-11-20 12:00:00,5",
        ),
        ("12:00:00: Fern has come", "12:00:00"),
        ("<12.00.00> Fern has come", "12:00:00"),
    ] {
        let expected = (text.to_owned(), "Fern has come".to_owned());
        assert_eq!(loose(line), Some(expected), "{line}");
    }
    assert_eq!(loose("Fern has come at 12:00:00"), None);
    assert_eq!(loose("12:00:00x Fern has come"), None);
}

#[test]
fn a_zone_with_a_known_offset_gives_an_instant() {
    let instant = |text: &str| {
        let (stamp, rest) = Stamp::read(text.as_bytes()).unwrap();
        let (stamp, _) = stamp.with_rest(rest).unwrap();
        stamp.printed(None).unwrap().instant.map(|at| at.0)
    };
    assert_eq!(instant("2026-11-20 10:49:20 UTC]"), Some(1_795_171_760));
    assert_eq!(instant("2026-11-20 12:49:20+0200]"), Some(1_795_171_760));
    assert_eq!(
        instant("2026-11-20 12:49:20 GMT+02:00 INFO]"),
        Some(1_795_171_760)
    );
    assert_eq!(instant("2026-11-20 11:49:20 CET]"), None);
    assert_eq!(instant("10:49:20 UTC]"), None);
}

#[test]
fn leap_seconds_and_impossible_dates_are_tolerated() {
    check("23:59:60]", "23:59:60||23:59:59|]");
    check("2025-02-31 12:00:00]", "2025-02-31 12:00:00||12:00:00|]");
}
