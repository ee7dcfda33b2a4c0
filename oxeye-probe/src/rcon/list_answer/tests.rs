//! Tests of what is read from the answers to `list`.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use proptest::{prop_assert, proptest};
use serde_json::Value;

use super::*;

const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const BO: &str = "00000000-0000-0000-0009-01f64f65c7c3";

/// Checks what an answer gives: nothing if it cannot be read, or the number and perhaps the names.
#[track_caller]
fn check(answer: &str, expected: Option<(u32, Option<&[&str]>)>) {
    let read = match ListAnswer::read(answer) {
        ListAnswer::Unreadable => None,
        ListAnswer::Listing(listing) => Some((listing.count(), names(&listing))),
    };
    let expected = expected.map(|(count, names)| {
        let names = names.map(|names| names.iter().map(ToString::to_string).collect());
        (count, names)
    });
    assert_eq!(read, expected, "{answer:?}");
}

fn names(listing: &Listing) -> Option<Vec<String>> {
    let Listing::Names(present) = listing else {
        return None;
    };
    Some(present.iter().map(|p| p.name.clone()).collect())
}

#[test]
fn every_version_of_the_headline_is_read() {
    let both: Option<&[&str]> = Some(&["Alex", "Bo"]);
    for answer in [
        "There are 2 of a max of 20 players online: Alex, Bo",
        "There are 2 of a max 20 players online: Alex, Bo\n",
        "There are 2/20 players online:Alex, Bo",
        "There are 2/20 players online:\nAlex, Bo",
        "§6There are §c2§6 of a max of 20 players online: §aAlex§r, Bo",
    ] {
        check(answer, Some((2, both)));
    }
    check("There are 0/20 players online:", Some((0, Some(&[]))));
    check(
        "There is 1 of a max of 1 player online: Alex",
        Some((1, Some(&["Alex"]))),
    );
}

#[test]
fn any_name_with_a_uuid_is_that_of_an_account() {
    let answer =
        format!("There are 2 of a max of 20 players online: @b \"c\" ({ALEX}), .Bo ({BO})");
    let ListAnswer::Listing(Listing::Names(present)) = ListAnswer::read(&answer) else {
        panic!("no names");
    };

    assert_eq!(present[0].name.as_str(), "@b \"c\"");
    assert_eq!(present[0].uuid.unwrap().to_string(), ALEX);
    assert_eq!(present[1].name.as_str(), ".Bo");
    assert_eq!(present[1].uuid.unwrap().to_string(), BO);
}

#[test]
fn unreliable_names_give_only_the_number() {
    for names in [
        "Alex",
        "Alex, Bo, Cy",
        "Alex, Alex",
        "Alex,Bo",
        "[VIP]Alex, Bo",
        "Alex, and others",
        "",
        &format!("Alex ({ALEX}), Bo"),
        &format!("Alex ({ALEX}), Bo ({ALEX})"),
        &format!("Alex ({ALEX}), B\u{fffd} ({BO})"),
        "Alex (00000000-0000-0000-0000-000000000000), Bo (00000000-0000-0000-0000-000000000000)",
        "default: Alex, Bo",
    ] {
        let answer = format!("There are 2 of a max of 20 players online: {names}");
        check(&answer, Some((2, None)));
    }
    check(
        "§6There are §c2§6/§c1§6 out of maximum §c20§6 players online.\n",
        Some((2, None)),
    );
}

#[test]
fn any_other_answer_is_unreadable() {
    for answer in [
        "",
        "Unknown or incomplete command, see below for error\nlist uuids<--[HERE]",
        "<Alex> There are 2 of a max of 20 players online: Alex, Bo",
        "There are 99999999999 of a max of 20 players online: ",
        "There are no players online",
    ] {
        check(answer, None);
    }
}

proptest! {
    #[test]
    fn any_answer_can_be_read(answer in ".*") {
        ListAnswer::read(&answer);
    }

    #[test]
    fn there_are_never_more_or_fewer_names_than_the_server_says(
        count in 0_u32..5,
        names in "[A-C]{1,2}(, ?[A-C]{1,2}){0,4}",
    ) {
        let answer = format!("There are {count} of a max of 20 players online: {names}");
        if let ListAnswer::Listing(listing) = ListAnswer::read(&answer) {
            prop_assert!(listing.count() == count);
        }
    }
}

/// Returns the file with answers of real servers, which is kept outside of the repository.
fn real_answers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/logs/rcon-list.json")
}

#[test]
fn answers_of_real_servers_are_read_as_expected() {
    let path = real_answers();
    let Ok(file) = std::fs::read(&path) else {
        // `eprintln!` would print nothing, since the output of passing tests is captured.
        let _ = writeln!(
            std::io::stderr(),
            "NOT RUN: answers_of_real_servers_are_read_as_expected: there is no {}",
            path.display()
        );
        return;
    };
    let file: Value = serde_json::from_slice(&file).unwrap();
    let cases = file["cases"].as_array().unwrap();

    for case in cases {
        let count = case["count"]
            .as_u64()
            .map(|count| u32::try_from(count).unwrap());
        let names: Option<Vec<_>> = case["players"]
            .as_array()
            .map(|names| names.iter().map(|name| name.as_str().unwrap()).collect());
        let expected = count.map(|count| (count, names.as_deref()));
        check(case["out"].as_str().unwrap(), expected);
    }
    assert!(!cases.is_empty());
}
