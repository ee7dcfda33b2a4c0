//! Worlds of several versions, whole and damaged.

use super::*;

const ALEX: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";
const STEVE: &str = "8667ba71-b85a-4004-af54-457a9734eed7";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        let users = format!(
            r#"[{{"name":"Alex","uuid":"{}","expiresOn":"2026-01-01 00:00:00 +0000"}},
                {{"name":"Steve","uuid":"{STEVE}"}}, {{"name":" bad ","uuid":"{}"}}]"#,
            ALEX.to_uppercase(),
            "0".repeat(8)
        );
        folder.write("usercache.json", &users);
        folder
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, below: &str) -> anyhow::Result<World> {
        World::read(&self.0.path().join(below))
    }
}

fn player(name: &str, seconds: u64) -> (PlayerName, u64) {
    (PlayerName::try_from(name).unwrap(), seconds)
}

#[test]
fn playtime_is_found_in_the_files_of_every_version() {
    let folder = Folder::new();
    let file = |account: &str, text: &str| {
        folder.write(&format!("world/stats/{account}.json"), text);
    };
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
    ] {
        file(ALEX, text);

        let world = folder.read("world").unwrap();

        assert_eq!(world.seconds, BTreeMap::from([player("Alex", seconds)]));
    }
    file(ALEX, r#"{"stats":{}}"#);
    assert_eq!(folder.read("world").unwrap(), World::default());
}

#[test]
fn accounts_without_a_name_and_damaged_files_are_named_and_the_rest_is_taken() {
    let folder = Folder::new();
    let played = r#"{"stat.playOneMinute":1200}"#;
    folder.write(&format!("world/stats/{ALEX}.json"), played);
    folder.write("world/stats/00000000.json", played);
    folder.write("world/stats/ffffffff.json", played);
    folder.write(&format!("world/stats/{STEVE}.json"), r#"{"stat.playOne"#);
    folder.write("world/stats/negative.json", r#"{"stat.playOneMinute":-1}"#);
    folder.write("world/stats/readme.txt", "no statistics");

    let world = folder.read("world").unwrap();

    assert_eq!(world.seconds, BTreeMap::from([player("Alex", 60)]));
    assert_eq!(world.unknown, ["00000000", "ffffffff"]);
    assert_eq!(world.unreadable, [STEVE, "negative"]);
}

#[test]
fn the_folder_of_the_server_will_do_too() {
    let folder = Folder::new();
    folder.write("server.properties", "motd=hi\nlevel-name=my world\n");
    let played = r#"{"stat.playOneMinute":1200}"#;
    folder.write(&format!("my world/players/stats/{ALEX}.json"), played);

    let world = folder.read("").unwrap();

    assert_eq!(world.seconds, BTreeMap::from([player("Alex", 60)]));
}

#[test]
fn a_folder_that_is_no_world_is_refused_with_what_is_missing() {
    let folder = Folder::new();
    folder.write("plugins/readme.txt", "");
    let refused = |below: &str| format!("{:#}", folder.read(below).unwrap_err());

    assert!(refused("plugins").contains("no folder stats"));
    assert!(refused("nowhere").contains("cannot read"));
    folder.write("world/stats/x.json", "{}");
    folder.write("usercache.json", "{");
    assert!(refused("world").contains("usercache.json"));
    std::fs::remove_file(folder.0.path().join("usercache.json")).unwrap();
    assert!(refused("world").contains("no usercache.json"));
}
