//! Imports worlds of several versions and layouts, intact and damaged.

use std::path::Path;

use oxeye_text::Locale;
use serde_json::Value;

use super::*;

mod names;

const ALEX: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";
const STEVE: &str = "8667ba71-b85a-4004-af54-457a9734eed7";

/// The first of January 2026.
const NOW: UnixSeconds = UnixSeconds(1_767_225_600);

/// One minute of playtime, in the format before 1.13.
const PLAYED: &str = r#"{"stat.playOneMinute":1200}"#;

struct Folder(tempfile::TempDir);

impl Folder {
    /// Creates the folder of a server that knows Alex and Steve.
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        let users = format!(
            r#"[{{"name":"Alex","uuid":"{}","expiresOn":"2026-01-01 00:00:00 +0000"}},
                {{"name":"Steve","uuid":"{STEVE}"}}]"#,
            ALEX.to_uppercase(),
        );
        folder.write("usercache.json", &users);
        folder
    }

    /// Creates a world in which Alex has played for a minute, with the given file of account names.
    fn named_by(file: &str, names: impl AsRef<[u8]>) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write(&format!("world/stats/{ALEX}.json"), PLAYED);
        folder.write(file, names);
        folder
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, below: &str) -> anyhow::Result<World> {
        World::read(Text::of(Locale::English), &self.0.path().join(below), NOW)
    }

    fn refused(&self, below: &str) -> String {
        format!("{:#}", self.read(below).unwrap_err())
    }

    #[track_caller]
    fn check(&self, below: &str, expected: &[(&str, u64)]) {
        assert_eq!(seconds(&self.read(below).unwrap()), expected);
    }
}

fn seconds(world: &World) -> Vec<(&str, u64)> {
    let players = world.players.iter();
    players
        .map(|(player, played)| (player.as_str(), played.seconds))
        .collect()
}

#[test]
fn playtime_is_found_in_the_files_of_every_version() {
    let folder = Folder::new();
    let file = |text: &str| folder.write(&format!("world/stats/{ALEX}.json"), text);
    for (text, seconds) in [
        (
            r#"{"stats":{"minecraft:custom":{"minecraft:play_time":1210}},"DataVersion":3700}"#,
            60,
        ),
        (
            r#"{"stats":{"minecraft:custom":{"minecraft:play_one_minute":2400}}}"#,
            120,
        ),
        (r#"{"stat.playOneMinute":3600,"stat.leaveGame":3}"#, 180),
        ("\u{feff}{\"stat.playOneMinute\":1200.0}", 60),
    ] {
        file(text);
        folder.check("world", &[("Alex", seconds)]);
    }
    for text in [r#"{"stats":{}}"#, "{}", r#"{"stat.playOneMinute":19}"#] {
        file(text);
        assert_eq!(folder.read("world").unwrap(), World::default());
    }
}

#[test]
fn unusable_files_are_reported_and_the_rest_is_imported() {
    let folder = Folder::new();
    let stats = |name: &str, text: &str| folder.write(&format!("world/stats/{name}.json"), text);
    stats(&ALEX.to_uppercase(), PLAYED);
    for (first, text) in [
        ("a", r#"{"stat.playOne"#),
        ("b", ""),
        ("c", "\0\0\0"),
        ("d", "[]"),
        ("e", r#"{"stat.playOneMinute":-1}"#),
        ("f", r#"{"stat.playOneMinute":1e18}"#),
        (
            "0",
            r#"{"stats":{"minecraft:custom":{"minecraft:play_time":"1200"}}}"#,
        ),
        ("1", &"[".repeat(100_000)),
    ] {
        stats(&STEVE.replace("8667ba7", &first.repeat(7)), text);
    }
    stats("notes", PLAYED);
    folder.write("world/stats/readme.txt", "no statistics");
    folder.write(&format!("world/stats/{STEVE}.json/inner"), "");
    let huge = folder
        .0
        .path()
        .join("world/stats")
        .join(STEVE.replace('8', "2") + ".json");
    std::fs::File::create(huge)
        .unwrap()
        .set_len(1 << 30)
        .unwrap();

    let world = folder.read("world").unwrap();

    assert_eq!(seconds(&world), [("Alex", 60)]);
    assert_eq!(world.skipped.len(), 11, "{:?}", world.skipped);
    assert!(world.unknown.is_empty());
}

#[test]
fn a_world_is_found_wherever_a_server_keeps_it() {
    let check = |properties: Option<&[u8]>, stats: &str, below: &str| {
        let folder = Folder::new();
        if let Some(properties) = properties {
            folder.write("server.properties", properties);
        }
        folder.write(&format!("{stats}/{ALEX}.json"), PLAYED);
        folder.check(below, &[("Alex", 60)]);
    };

    check(None, "world/stats", "");
    check(None, "world/players/stats", "");
    check(None, "world/stats", "world");
    check(None, "world/stats", "world/stats");
    check(
        None,
        "worlds/main/players/stats",
        "worlds/main/players/stats",
    );
    check(None, "worlds/main/stats", "worlds/main");
    check(
        Some(b"motd=hi\nlevel-name=my world\n"),
        "my world/players/stats",
        "",
    );
    check(Some(b"level-name = survival\r\n"), "survival/stats", "");
    check(
        Some(b"motd=Caf\xe9\r\nlevel-name=survival "),
        "survival/stats",
        "",
    );
    check(Some(b"level-name=caf\\u00e9\n"), "caf\u{e9}/stats", "");
    check(Some(b"level-name=worlds/main\n"), "worlds/main/stats", "");
    check(
        Some(b"motd=hi\n#level-name=other\nserver-port=1\n"),
        "world/stats",
        "",
    );
}

#[test]
fn of_two_files_of_an_account_the_larger_playtime_counts() {
    let folder = Folder::new();
    let more = r#"{"stats":{"minecraft:custom":{"minecraft:play_time":2400}}}"#;
    folder.write(&format!("world/stats/{ALEX}.json"), PLAYED);
    folder.write(&format!("world/stats/{STEVE}.json"), PLAYED);
    folder.write(&format!("world/players/stats/{ALEX}.json"), more);

    folder.check("world", &[("Alex", 120), ("Steve", 60)]);
}

#[test]
fn only_the_world_that_the_settings_name_is_imported() {
    let folder = Folder::new();
    folder.write(&format!("world/stats/{ALEX}.json"), PLAYED);
    folder.write("server.properties", "level-name=survival\n");

    let refused = folder.refused("");
    assert!(refused.contains("no stats folder"), "{refused}");
    assert!(
        refused.contains("such as ") && refused.ends_with("world"),
        "{refused}"
    );

    folder.write("server.properties", "no settings at all");
    let refused = folder.refused("");
    assert!(
        refused.contains("give the folder of the world"),
        "{refused}"
    );
}

#[test]
fn a_folder_that_is_not_a_world_is_refused_and_the_error_says_what_is_missing() {
    let folder = Folder::new();
    folder.write("plugins/readme.txt", "");

    assert!(folder.refused("plugins").contains("no stats folder"));
    assert!(folder.refused("nowhere").contains("cannot read"));
    folder.write(&format!("world/stats/{ALEX}.json"), "{}");
    folder.write("usercache.json", "{");
    let refused = folder.refused("world");
    assert!(refused.contains("usercache.json is damaged"), "{refused}");
    std::fs::remove_file(folder.0.path().join("usercache.json")).unwrap();
    assert!(folder.refused("world").contains("no usercache.json"));
}

#[test]
fn worlds_collected_beside_the_workspace_are_imported_as_expected() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cases");
    let Ok(entries) = std::fs::read_dir(&cases) else {
        eprintln!("NOT TRIED: THERE IS NO FOLDER ../shared/cases BESIDE THE WORKSPACE");
        return;
    };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let Ok(expected) = std::fs::read(folder.join("expected.json")) else {
            continue;
        };
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let command = expected["command"].as_str().unwrap_or_default();
        let Some(below) = command.strip_prefix("oxeye import minecraft ") else {
            continue;
        };

        let world = World::read(Text::of(Locale::English), &folder.join(below), NOW).unwrap();

        let imported: BTreeMap<_, _> = seconds(&world).into_iter().collect();
        let imported = serde_json::to_value(imported).unwrap();
        assert_eq!(imported, expected["imported"], "{}", folder.display());
    }
}
