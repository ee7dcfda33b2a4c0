//! Spaces and signs between the head of a line and its message.

use super::*;

#[test]
fn leading_spaces_that_only_one_line_has_belong_to_the_message() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    assert_eq!(log.says(" Fern left the game"), "nothing");
    assert_eq!(log.says("  Moss joined the game"), "nothing");
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_sign_that_all_lines_have_before_the_message_is_not_part_of_it() {
    for head in [
        "[12:00:00] [Server thread/INFO] - ",
        "[12:00:00] [Server thread/INFO]  - ",
        "[12:00:00] [Server thread/INFO]: - ",
        "[12:00:00] [Server thread/INFO] » ",
        "[12:00:00 INFO] -> ",
        "[12:00:00] [INFO] | ",
        "12:00:00 [INFO] : ",
        "[12:00:00] [Server thread/INFO] [minecraft/PlayerList]: - ",
    ] {
        let mut log = Log::new();
        let mut says = |message: &str| log.line(&format!("{head}{message}"));
        assert_eq!(
            says("Starting minecraft server version 1.21"),
            "boot",
            "{head}"
        );
        assert_eq!(says(""), "nothing", "{head}");
        let login = "Fern[/192.0.2.7:5] logged in with entity id 7";
        assert_eq!(says(login), "join Fern", "{head}");
        assert_eq!(says("- Fern left the game"), "nothing", "{head}");
        assert_eq!(
            says("Fern lost connection: Disconnected"),
            "leave Fern",
            "{head}"
        );
    }
    let geyser = |message: &str| format!("[12:00:00 INFO] - {message}");
    check(&[
        (
            &geyser("Fern (logged in as: Fern) has connected to the Java server"),
            "join Fern",
        ),
        (
            &geyser("Fern has disconnected from the Java server because of x"),
            "leave Fern",
        ),
    ]);
}

#[test]
fn a_sign_glued_to_the_message_is_not_part_of_a_name() {
    let mut log = Log::new();
    assert_eq!(log.says("-Starting minecraft server version 1.21"), "boot");
    let login = "-Fern[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(log.says(login), "join Fern");
    assert_eq!(log.says("-Fern lost connection: x"), "leave Fern");
}

#[test]
fn a_sign_that_only_some_lines_have_is_part_of_the_message() {
    let mut log = Log::new();
    log.says("Starting minecraft server version 1.21");
    assert_eq!(log.says("Fern joined the game"), "join Fern");
    for sign in ["-", "*", ">", "»", "|"] {
        for listed in [
            "Fern left the game",
            "Fern lost connection: bye",
            "Moss joined the game",
            "Moss[/192.0.2.7:5] logged in with entity id 8",
        ] {
            assert_eq!(log.says(&format!("{sign} {listed}")), "nothing");
        }
    }
    assert_eq!(log.online(), ["Fern"]);
}

#[test]
fn a_name_that_begins_with_a_sign_and_a_space_counts_only_if_it_was_announced() {
    for name in ["- Fern", "* Fern", "-Fern Oak", ".Fern Oak"] {
        let mut log = Log::new();
        log.says("Starting minecraft server version 1.21");
        let login = format!("{name}[/192.0.2.7:5] logged in with entity id 7");
        if name.starts_with("- ") || name.starts_with("* ") {
            assert_eq!(log.says(&login), "nothing", "{name}");
        }
        log.says(&format!(
            "UUID of player {name} is 00000000-0000-0000-0009-01f9044dece0"
        ));
        assert_eq!(log.says(&login), format!("join {name}"));
        let lost = format!("{name} lost connection: Disconnected");
        assert_eq!(log.says(&lost), format!("leave {name}"));
    }
}
