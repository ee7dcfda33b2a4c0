use std::collections::HashSet;

use oxeye_db::GuildId;

use super::*;

fn reading(version: u32) -> ReadContext {
    ReadContext {
        version,
        into_guild: None,
        known: HashSet::from([GuildId(1_234_567_890_123_456_800)]),
        now: UnixSeconds(1_000),
    }
}

#[track_caller]
fn check(line: &str, expected: Result<(), &str>) {
    let read = serde_json::from_str::<Line>(line).map_err(|error| Why::of_json(&error).words);
    let record = |line: Line| {
        let record = line.into_record(&reading(VERSION));
        record.map_err(|error| error.to_string())
    };
    match (read.and_then(record), expected) {
        (Ok(record), Ok(())) => {
            let again = serde_json::to_string(&Line::from(record)).unwrap();
            assert_eq!(again, line);
        }
        (Err(why), Err(expected)) => assert!(why.contains(expected), "{why}"),
        (read, _) => panic!("{line}: {read:?}"),
    }
}

#[test]
fn every_line_is_read_back_unchanged() {
    check(
        r#"{"type":"server","guild_id":"7","server":"my server"}"#,
        Ok(()),
    );
    check(
        r#"{"type":"session","guild_id":"0","server":"a","player":"@every\"one","joined_at":1,"left_at":9,"ended":"stale","seen_at":5}"#,
        Ok(()),
    );
    check(
        r#"{"type":"session","guild_id":"0","server":"a","player":"b","joined_at":1,"left_at":null,"ended":null,"seen_at":5}"#,
        Ok(()),
    );
    check(
        r#"{"type":"session","guild_id":"0","server":"a","player":"b","joined_at":1,"left_at":9,"ended":"left","seen_at":9,"account":"853c80ef-3c37-49fd-aa49-938b674adae6"}"#,
        Ok(()),
    );
    check(
        r#"{"type":"imported_playtime","guild_id":"0","server":"a","player":"b","playtime_secs":60}"#,
        Ok(()),
    );
    check(
        r#"{"type":"imported_playtime","guild_id":"0","server":"a","player":"b","playtime_secs":60,"account":"853c80ef-3c37-49fd-aa49-938b674adae6"}"#,
        Ok(()),
    );
    check(
        r#"{"type":"player_uuid","guild_id":"0","player":"b","uuid":"853c80ef-3c37-49fd-aa49-938b674adae6","first_reported_at":1,"last_reported_at":9}"#,
        Ok(()),
    );
    check(
        r#"{"type":"linked_member","guild_id":"7","user_id":"1234567890123456789","player":"b","linked_at":1,"confirmed_by_user_id":"8","hidden_since_at":9}"#,
        Ok(()),
    );
    check(
        r#"{"type":"linked_member","guild_id":"7","user_id":"5","player":"b","linked_at":1,"confirmed_by_user_id":null,"hidden_since_at":null}"#,
        Ok(()),
    );
    check(
        r#"{"type":"linked_member","guild_id":"7","user_id":"5","player":"b","account":"853c80ef-3c37-49fd-aa49-938b674adae6","linked_at":1,"confirmed_by_user_id":null,"hidden_since_at":null}"#,
        Ok(()),
    );
}

#[test]
fn settings_are_read_back_unchanged_and_impossible_ones_are_refused_in_words() {
    let line = |settings: &str| format!(r#"{{"type":"guild_settings","guild_id":"7",{settings}}}"#);
    let whole = r#""time_zone":"Europe/Berlin","language":"de","last_seen_hours":12,"retention_days":90,"shown":["heads","history"]"#;
    check(&line(whole), Ok(()));
    let least = r#""time_zone":null,"language":null,"last_seen_hours":null,"retention_days":null,"shown":[]"#;
    check(&line(least), Ok(()));
    for (from, to, why) in [
        (
            "Europe/Berlin",
            "Europe/Berln",
            "Did you mean Europe/Berlin?",
        ),
        ("\"de\"", "\"fr\"", "only en and de"),
        ("hours\":12", "hours\":0", "from 1 to"),
        ("days\":90", "days\":99999", "from 1 to 3,660"),
        ("\"heads\"", "\"hats\"", "cannot be shown hats"),
        (",\"shown\":[\"heads\",\"history\"]", "", "shown"),
    ] {
        assert!(whole.contains(from), "{from}");
        check(&line(&whole.replace(from, to)), Err(why));
    }
}

#[test]
fn what_players_did_is_read_back_unchanged() {
    check(
        r#"{"type":"activity_player","guild_id":"7","player":"b","uuid":"853c80ef-3c37-49fd-aa49-938b674adae6","last_event_at":9}"#,
        Ok(()),
    );
    check(
        r#"{"type":"activity_event","guild_id":"7","player":"b","event_type":"death","at":9,"details":{},"occurrence":2}"#,
        Ok(()),
    );
    check(
        r#"{"type":"activity_counter","guild_id":"7","player":"b","date":"1970-01-01","counter":"trade_volume","amount":150.5}"#,
        Ok(()),
    );
    check(
        r#"{"type":"activity_value","guild_id":"7","player":"b","collection":"sectors","value":"12","at":9}"#,
        Ok(()),
    );
    check(
        r#"{"type":"activity_event","guild_id":"7","player":"b","event_type":"trade_buy","at":9,"details":{"total_value":150.5,"with":{"name":"Alex"}}}"#,
        Ok(()),
    );
}

#[test]
fn impossible_activity_is_refused_by_name() {
    let counter = |fields: &str| {
        format!(r#"{{"type":"activity_counter","guild_id":"7","player":"b",{fields}}}"#)
    };
    let refused = |fields: &str, why| check(&counter(fields), Err(why));
    refused(
        r#""date":"1970-01-01","counter":"trades","amount":-1.0"#,
        "from 0 to",
    );
    refused(
        r#""date":"1970-01-01","counter":"trades","amount":1e300"#,
        "from 0 to",
    );
    refused(
        r#""date":"1970-01-01","counter":"trades","amount":NaN"#,
        "it is not JSON",
    );
    refused(
        r#""date":"1970-01-02","counter":"trades","amount":1.0"#,
        "future",
    );
    refused(
        r#""date":"yesterday","counter":"trades","amount":1.0"#,
        "a date looks like",
    );
    refused(
        r#""date":"1970-01-01","counter":"Two Words","amount":1.0"#,
        "cannot be the name",
    );
    let event = |fields: &str| {
        format!(r#"{{"type":"activity_event","guild_id":"7","player":"b",{fields}}}"#)
    };
    let refused = |fields: &str, why| check(&event(fields), Err(why));
    refused(r#""event_type":"login","at":9"#, "joins and leaves");
    refused(r#""event_type":"death","at":2000"#, "future");
    refused(
        r#""event_type":"death","at":9,"details":[]"#,
        "details are a JSON object",
    );
    refused(
        r#""event_type":"death","at":9,"details":{"a":1,"a":2}"#,
        "a key twice",
    );
    let deep = "{\"a\":".repeat(100) + "1" + &"}".repeat(100);
    refused(
        &format!(r#""event_type":"death","at":9,"details":{deep}"#),
        "nested at most",
    );
    let long = "x".repeat(65);
    refused(
        &format!(r#""event_type":"{long}","at":9"#),
        "1 to 64 characters",
    );
    check(
        r#"{"type":"activity_value","guild_id":"7","player":"b","collection":"sectors","value":"","at":9}"#,
        Err("1 to 64 characters"),
    );
}

#[test]
fn lines_of_earlier_versions_are_read() {
    let server = r#"{"type":"server","guild_id":"7","name":"a"}"#;
    let playtime =
        r#"{"type":"imported_playtime","guild_id":"0","server":"a","player":"b","seconds":60}"#;

    for line in [server, playtime] {
        let line: Line = serde_json::from_str(line).unwrap();
        line.into_record(&reading(NUMERIC_IDS_VERSION + 1)).unwrap();
    }
}

#[test]
fn impossible_times_are_refused() {
    let session = |times: &str| {
        format!(
            r#"{{"type":"session","guild_id":"0","server":"a","player":"b",{times},"ended":"left"}}"#
        )
    };
    let times = r#""joined_at":5,"seen_at":4,"left_at":6"#;
    check(&session(times), Err("joined_at <= seen_at"));
    let times = r#""joined_at":5,"seen_at":7,"left_at":6"#;
    check(&session(times), Err("seen_at <= left_at"));
    let times = r#""joined_at":5,"seen_at":9,"left_at":2000"#;
    check(&session(times), Err("future"));
    let times = r#""joined_at":1700000000000,"seen_at":9,"left_at":10"#;
    check(&session(times), Err("milliseconds"));
    let times = r#""joined_at":-1,"seen_at":9,"left_at":10"#;
    check(&session(times), Err("before 1970"));
    let times = r#""joined_at":1,"seen_at":9,"left_at":null"#;
    check(&session(times), Err("both left_at and ended"));
    check(
        r#"{"type":"player"}"#,
        Err("this Oxeye does not know `player`, only `server`"),
    );
}

#[track_caller]
fn check_guild(version: u32, id: &str, expected: Result<u64, &str>) {
    let line = format!(r#"{{"type":"server","guild_id":{id},"server":"a"}}"#);
    let line: Line = serde_json::from_str(&line).unwrap();
    match (line.into_record(&reading(version)), expected) {
        (Ok(record), Ok(id)) => assert_eq!(record.guild(), GuildId(id)),
        (Err(why), Err(words)) => assert!(why.to_string().contains(words), "{why}"),
        (read, _) => panic!("{id}: {read:?}"),
    }
}

#[test]
fn a_guild_id_that_was_rounded_is_refused() {
    check_guild(VERSION, "7", Ok(7));
    check_guild(VERSION, "1234567890123456789", Err("a string of digits"));
    let exact = 1_234_567_890_123_456_789;
    check_guild(NUMERIC_IDS_VERSION, "1234567890123456789", Ok(exact));
    check_guild(NUMERIC_IDS_VERSION, "\"1234567890123456789\"", Ok(exact));
    check_guild(
        NUMERIC_IDS_VERSION,
        "1234567890123457000",
        Err("may have rounded"),
    );
    check_guild(
        NUMERIC_IDS_VERSION,
        "\"1234567890123457000\"",
        Ok(1_234_567_890_123_457_000),
    );
}

#[test]
fn a_guild_id_that_looks_rounded_is_accepted_if_the_guild_is_known_or_does_not_matter() {
    let known = 1_234_567_890_123_456_800;
    check_guild(NUMERIC_IDS_VERSION, "1234567890123456800", Ok(known));
    let into_guild = ReadContext {
        into_guild: Some(GuildId(7)),
        ..reading(NUMERIC_IDS_VERSION)
    };
    let rounded = WrittenGuildId::Number(1_234_567_890_123_457_000);
    assert_eq!(into_guild.guild(rounded), Ok(GuildId(7)));
}
