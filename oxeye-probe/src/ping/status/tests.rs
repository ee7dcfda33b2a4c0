//! Tests of what a status says.

use proptest::{collection::vec, prelude::any, proptest};
use serde_json::json;

use super::*;

const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const BO: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";

#[track_caller]
fn check(players: &Value, expected: Option<(u32, Option<&[&str]>)>) {
    let json = json!({"players": players, "version": {"name": "1.21", "protocol": 767}});
    let read = match read(json.to_string().as_bytes()) {
        Some(Status::Counted(answer)) => Some(answer),
        Some(Status::WithoutCount(_)) => None,
        None => panic!("not recognised as a status: {json}"),
    };
    let read = read.map(|answer| {
        let names = match &answer.listing {
            Listing::Names(present) => Some(present.iter().map(|p| p.name.clone()).collect()),
            Listing::Count(_) => None,
        };
        (answer.listing.count(), names)
    });
    let expected = expected.map(|(count, names)| {
        let names = names.map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>());
        (count, names)
    });
    assert_eq!(read, expected, "{players}");
}

#[test]
fn a_complete_sample_gives_the_names() {
    let both: Option<&[&str]> = Some(&["Alex", ".Bo"]);
    check(&json!({"online": 0, "max": 20}), Some((0, Some(&[]))));
    check(
        &json!({"online": 2, "max": 20, "sample": [{"name": "Alex", "id": ALEX}, {"name": ".Bo", "id": BO}]}),
        Some((2, both)),
    );
}

#[test]
fn any_other_sample_gives_only_the_number() {
    let alex = || json!({"name": "Alex", "id": ALEX});
    let many: Vec<_> = (0..13)
        .map(|n| json!({"name": format!("Bo{n}"), "id": uuid::Uuid::from_u128(n + 1).to_string()}))
        .collect();
    let nil = "00000000-0000-0000-0000-000000000000";
    check(&json!({"online": 13, "sample": many}), Some((13, None)));
    for sample in [
        Value::Null,
        json!([]),
        json!([alex()]),
        json!([alex(), alex()]),
        json!([alex(), {"name": "Bo", "id": ALEX}]),
        json!([alex(), {"name": "Bo"}]),
        json!([alex(), {"name": "Bo", "id": nil}]),
        json!([alex(), {"name": "Anonymous Player", "id": nil}]),
        json!([alex(), {"name": "§aplay.example.org", "id": BO}]),
        json!([alex(), {"name": "Join our Discord!", "id": BO}]),
        json!([alex(), {"name": "", "id": BO}]),
        json!([alex(), {"name": "Bo", "id": BO}, {"name": "Cy", "id": BO}]),
        json!("Alex"),
        json!([5, 6]),
    ] {
        check(
            &json!({"online": 2, "max": 20, "sample": sample}),
            Some((2, None)),
        );
    }
}

#[test]
fn unusual_answers_are_read_as_far_as_possible() {
    check(&json!({"online": 3, "max": -1}), Some((3, None)));
    check(&json!({"online": -1, "max": 20}), None);
    check(&json!({"max": 20}), None);
    check(&Value::Null, None);
    let odd =
        br#"{"players":{"online":1,"max":2},"favicon":"","description":{"a":[]},"version":7}"#;
    let Some(Status::Counted(answer)) = read(odd) else {
        panic!("the answer has a number of players");
    };
    assert_eq!(
        (answer.listing, answer.version.as_str()),
        (Listing::Count(1), "")
    );
    for foreign in [
        b"<html>".as_slice(),
        b"",
        b"[]",
        b"{}",
        b"5",
        br#"{"error":1}"#,
    ] {
        assert!(read(foreign).is_none(), "{foreign:?}");
    }
}

#[test]
fn a_status_may_hide_the_number_of_players() {
    for hidden in [
        r#"{"version":{"name":"Example 1.21.4","protocol":769},"description":"x"}"#,
        r#"{"description":"x"}"#,
        r#"{"players":null}"#,
        r#"{"players":{}}"#,
        r#"{"players":{"max":20,"online":null}}"#,
        r#"{"players":{"online":"???","max":"???"}}"#,
        r#"{"players":[],"version":{}}"#,
    ] {
        assert!(
            matches!(read(hidden.as_bytes()), Some(Status::WithoutCount(_))),
            "{hidden}"
        );
    }
}

#[test]
fn of_a_field_that_is_too_long_and_of_unknown_ones_nothing_is_read() {
    let players = json!({"online": 0, "max": 20});
    let bomb = vec![json!({"": 0}); 10_000];
    let answer = json!({"players": players, "description": bomb, "forgeData": bomb});
    let Some(Status::Counted(answer)) = read(answer.to_string().as_bytes()) else {
        panic!("the answer has a number of players");
    };
    assert_eq!((answer.max, answer.motd.as_str()), (20, ""));

    let last_counts = br#"{"players":{"online":1},"players":{"online":2}}"#;
    let Some(Status::Counted(answer)) = read(last_counts) else {
        panic!("the answer has a number of players");
    };
    assert_eq!(answer.listing, Listing::Count(2));
}

#[test]
fn the_request_contains_the_address_of_the_server() {
    let mut expected = vec![17, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 7];
    expected.extend_from_slice(b"mc.test");
    expected.extend_from_slice(&[0x63, 0xdd, 1, 1, 0]);

    assert_eq!(request(&Address::new("mc.test", 25565)), expected);
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(json in vec(any::<u8>(), 0..200)) {
        read(&json);
    }
}

#[test]
fn the_uuids_of_advertising_are_not_those_of_accounts() {
    for (uuid, expected) in [
        ("853c80ef-3c37-49fd-aa49-938b674adae6", true),
        ("dd5b0d35-6a4f-3f4c-8b8e-6d9a1f2b3c4d", true),
        ("00000000-0000-0000-0009-01f6a2b3c4d5", true),
        ("00000000-0000-0000-0000-000000000000", false),
        ("00000000-0000-0000-0000-000000000002", false),
        ("00000001-0000-0000-0000-000000000000", false),
    ] {
        let uuid = Uuid::try_parse(uuid).expect(uuid);
        assert_eq!(is_account(uuid), expected, "{uuid}");
    }
}
