//! Whose playtime it is: the names and accounts that the server's caches know.

use super::*;

fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).unwrap()
}

/// Checks whose playtime is imported with the given file of account names.
#[track_caller]
fn check_names(file: &str, names: impl AsRef<[u8]>, expected: &[&str]) {
    let names = names.as_ref();
    let world = Folder::named_by(file, names).read("world");
    let world = world.unwrap_or_else(|error| panic!("{error:#}: {}", names.escape_ascii()));
    let players: Vec<_> = world.players.keys().map(PlayerName::as_str).collect();
    assert_eq!(players, expected, "{}", names.escape_ascii());
}

#[test]
fn an_account_without_a_name_is_reported_by_its_id() {
    let folder = Folder::new();
    let stranger = "11111111-b85a-4004-af54-457a9734eed7";
    folder.write(&format!("world/stats/{stranger}.json"), PLAYED);
    folder.write(&format!("world/stats/{STEVE}.json"), PLAYED);

    let world = folder.read("world").unwrap();

    assert_eq!(seconds(&world), [("Steve", 60)]);
    assert_eq!(world.unknown, [Uuid::try_parse(stranger).unwrap()]);
}

#[test]
fn the_latest_name_of_an_account_counts() {
    let entry = |name: &str, until: &str| {
        let until = format!(r#","expiresOn":"{until}""#);
        let until = if until.contains("\"\"") { "" } else { &until };
        format!(r#"{{"name":"{name}","uuid":"{ALEX}"{until}}}"#)
    };
    let check = |one: &str, other: &str| {
        check_names("usercache.json", format!("[{one},{other}]"), &["New"]);
    };

    let (january, december) = ("2026-01-05 10:00:00 +0000", "2026-12-20 10:00:00 +0000");
    check(&entry("New", december), &entry("Old", january));
    check(&entry("Old", january), &entry("New", december));
    // Minecraft writes the latest name first.
    check(&entry("New", december), &entry("Old", december));
    check(&entry("New", ""), &entry("Old", ""));
    check(&entry("Old", ""), &entry("New", january));
    check(&entry("New", january), &entry("Old", "soon"));
    // The clock time is later, but in another time zone: the moment is earlier.
    check(
        &entry("Old", "2026-01-05 11:00:00 +0200"),
        &entry("New", january),
    );
}

#[test]
fn odd_entries_and_bytes_do_not_affect_other_entries() {
    let alex = format!(r#"{{"name":"Alex","uuid":"{ALEX}"}}"#);
    let check = |names: &str| check_names("usercache.json", names, &["Alex"]);

    check(&format!("\u{feff}[{alex}]"));
    for odd in [
        "null",
        "5",
        "\"text\"",
        "[]",
        "{}",
        r#"{"name":null,"uuid":null}"#,
        r#"{"name":7,"uuid":7}"#,
        r#"{"name":"Bo"}"#,
        r#"{"name":"Bo","uuid":"no account"}"#,
        r#"{"name":" bad ","uuid":"069a79f4-44e9-4726-a5be-fca90e38aaf5","expiresOn":"2026-12-20 10:00:00 +0000"}"#,
        // These are not JSON.
        "{",
        "{\"name\":\"Bo\u{1}\",\"uuid\":\"11111111-b85a-4004-af54-457a9734eed7\"}",
        "nul",
    ] {
        check(&format!("[{odd},{alex}]"));
        check(&format!("[{alex},{odd}]"));
        check(&format!("[{alex},{odd}"));
    }
    let latin1 = [
        b"[{\"name\":\"Caf\xe9\",\"uuid\":\"11111111-b85a-4004-af54-457a9734eed7\"},",
        alex.as_bytes(),
        b"]",
    ];
    check_names("usercache.json", latin1.concat(), &["Alex"]);
    let simple = ALEX.replace('-', "");
    check(&format!(r#"[{{"uuid":"{simple}","name":"Alex"}}]"#));
}

#[test]
fn forges_usernamecache_names_accounts_that_are_not_in_usercache() {
    let check = |names: &str, expected: &[&str]| {
        check_names("usernamecache.json", names, expected);
    };
    check(&format!(r#"{{"{ALEX}":"Alex"}}"#), &["Alex"]);
    check(
        &format!("\u{feff}{{\n  \"{ALEX}\": \"Alex\",\n  \"x\": 5,\n  \"{STEVE}\": null\n}}"),
        &["Alex"],
    );
    check(
        &format!(r#"{{"{STEVE}":"Steve","{ALEX}":"Alex","069a"#),
        &["Alex"],
    );

    let folder = Folder::named_by(
        "usernamecache.json",
        format!(r#"{{"{ALEX}":"Old","{STEVE}":"Steve"}}"#),
    );
    folder.write(&format!("world/stats/{STEVE}.json"), PLAYED);
    folder.write(
        "usercache.json",
        format!(r#"[{{"name":"Alex","uuid":"{ALEX}"}}]"#),
    );
    folder.check("world", &[("Alex", 60), ("Steve", 60)]);
    folder.write("usercache.json", "");
    let world = folder.read("world").unwrap();
    assert_eq!(seconds(&world), [("Old", 60), ("Steve", 60)]);
    assert!(world.damaged[0].ends_with(
        "usercache.json could not be read to its end: it is empty; only the readable part was used"
    ));
}

#[test]
fn playtime_is_of_the_account_if_mojang_authenticated_it_and_nobody_else_had_the_name() {
    const OFFLINE: &str = "5627dd98-e6be-3c21-b8a8-e92344183641";
    const ANOTHER: &str = "11111111-b85a-4004-af54-457a9734eed7";
    let folder = Folder::named_by(
        "usercache.json",
        format!(
            r#"[{{"name":"Alex","uuid":"{ALEX}","expiresOn":"2026-01-01 00:00:00 +0000"}},
                {{"name":"Steve","uuid":"{STEVE}"}},
                {{"name":"Kai","uuid":"{OFFLINE}"}}]"#
        ),
    );
    folder.write(&format!("world/stats/{STEVE}.json"), PLAYED);
    folder.write(&format!("world/stats/{OFFLINE}.json"), PLAYED);
    let accounts = || {
        let world = folder.read("world").unwrap();
        let players = world.players.into_iter();
        let accounts = players.map(|(player, played)| (player.to_string(), played.account));
        accounts.collect::<BTreeMap<_, _>>()
    };

    let found = accounts();

    let seen_in_december = SeenAccount {
        uuid: Uuid::try_parse(ALEX).unwrap(),
        seen_at: Some(UnixSeconds(1_764_547_200)),
    };
    assert_eq!(found["Alex"], Some(seen_in_december));
    let seen_at_some_time = SeenAccount {
        uuid: Uuid::try_parse(STEVE).unwrap(),
        seen_at: None,
    };
    assert_eq!(found["Steve"], Some(seen_at_some_time));
    assert_eq!(found["Kai"], None);

    folder.write(&format!("world/stats/{ANOTHER}.json"), PLAYED);
    folder.write("usernamecache.json", format!(r#"{{"{ANOTHER}":"Alex"}}"#));
    assert_eq!(accounts()["Alex"], None);
    assert_eq!(
        folder.read("world").unwrap().players[&player("Alex")].seconds,
        120
    );
}

#[test]
fn a_time_in_usercache_that_cannot_be_is_ignored() {
    let check = |until: &str, expected: bool| {
        let names = format!(r#"[{{"name":"Alex","uuid":"{ALEX}","expiresOn":"{until}"}}]"#);
        let world = Folder::named_by("usercache.json", names).read("world");
        let account = world.unwrap().players[&player("Alex")].account;
        let seen_at = account.expect("an account").seen_at;
        assert_eq!(seen_at.is_some(), expected, "{until}: {seen_at:?}");
    };

    check("1970-02-01 00:00:00 +0000", true);
    check("1970-01-31 23:59:59 +0000", false);
    check("0000-01-01 00:00:00 +0000", false);
    check("2026-02-01 00:00:00 +0000", true);
    // An hour ahead, as after a month in which summer time ended.
    check("2026-02-01 01:00:00 +0000", true);
    check("2026-02-02 00:00:00 +0000", false);
    check("9999-12-31 23:59:59 +0000", false);
}
