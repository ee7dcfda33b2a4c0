//! Names that look like chat, and display names that are the names of other players.

use super::*;

impl Log {
    /// Reads a message of the server, logged at this second of the minute.
    fn says_at(&mut self, second: u32, message: &str) -> String {
        self.line(&format!(
            "[12:00:{second:02}] [Server thread/INFO]: {message}"
        ))
    }

    /// Reads the lines that vanilla prints when a player joins.
    fn joins(&mut self, player: &str) {
        let id = "6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c";
        self.says_at(0, &format!("UUID of player {player} is {id}"));
        let login = format!("{player}[/192.0.2.7:5] logged in with entity id 7");
        assert_eq!(self.says_at(0, &login), format!("join {player}"));
        assert_eq!(
            self.says_at(0, &format!("{player} joined the game")),
            "nothing"
        );
    }

    fn with_fern_and_moss() -> Self {
        let mut log = Self::without_leave_messages();
        assert_eq!(log.says_at(1, "Alder left the game"), "nothing");
        log
    }

    /// Begins the log of a server whose plugins hide that players leave.
    fn without_leave_messages() -> Self {
        let mut log = Self::new();
        log.says_at(0, "Starting minecraft server version 1.21");
        for player in ["Alder", "Fern", "Moss"] {
            log.joins(player);
        }
        assert_eq!(log.says_at(1, "Alder lost connection: bye"), "leave Alder");
        log
    }
}

#[test]
fn a_player_whose_name_looks_like_chat_leaves_when_two_lines_say_so() {
    let mut log = Log::with_fern_and_moss();
    log.joins("<Fern>");
    assert_eq!(log.says_at(10, "<Fern> lost connection: hello"), "nothing");
    assert_eq!(log.says_at(20, "<Fern> left the game"), "nothing");
    assert_eq!(log.online(), ["<Fern>", "Fern", "Moss"]);
    // A `/me` by a player called `left` looks like the second line, which alone is no leave.
    assert_eq!(log.says_at(30, "<Fern> left the game"), "nothing");
    assert_eq!(log.says_at(30, "<Fern> lost connection: bye"), "nothing");
    assert_eq!(log.says_at(30, "<Fern> left the game"), "leave <Fern>");
    assert_eq!(log.says_at(31, "<Fern> left the game"), "nothing");
}

#[test]
fn a_player_with_an_odd_name_leaves_when_the_connection_is_lost() {
    let mut log = Log::with_fern_and_moss();
    for name in ["Player-1", "x!y-7", "it's", "-Alder-"] {
        log.joins(name);
        assert_eq!(
            log.says_at(10, &format!("{name} lost connection: Disconnected")),
            format!("leave {name}")
        );
        assert_eq!(log.says_at(10, &format!("{name} left the game")), "nothing");
    }
}

#[test]
fn a_player_whose_name_contains_that_of_another_leaves_when_two_lines_say_so() {
    let mut log = Log::with_fern_and_moss();
    log.joins("-Fern-");
    // This is how a plugin shows Fern's chat.
    assert_eq!(log.says_at(10, "-Fern- lost connection: hello"), "nothing");
    assert_eq!(log.says_at(20, "-Fern- left the game"), "nothing");
    assert_eq!(log.says_at(30, "-Fern- lost connection: bye"), "nothing");
    assert_eq!(log.says_at(30, "-Fern- left the game"), "leave -Fern-");
}

#[test]
fn a_player_whose_name_looks_like_chat_leaves_when_nobody_can_have_chatted_it() {
    let mut log = Log::without_leave_messages();
    for name in [
        "a,b",
        "$$$",
        "a:b",
        "[Bob]",
        "<x>",
        "|x|",
        "-",
        "..",
        "[BE]Bed_Rock",
    ] {
        log.joins(name);
        assert_eq!(
            log.says_at(10, &format!("{name} lost connection: Disconnected")),
            format!("leave {name}")
        );
    }
    // Whoever is called like this is not distinguished from what the console says.
    log.joins("[Server]");
    assert_eq!(log.says_at(10, "[Server] lost connection: hi"), "nothing");
    // A `/me` by a player called `lost` looks like this.
    log.joins("*");
    log.joins("lost");
    assert_eq!(log.says_at(10, "* lost connection: hi"), "nothing");
    assert_eq!(log.online(), ["*", "Fern", "Moss", "[Server]", "lost"]);
}

#[test]
fn chat_under_a_nickname_is_no_leave_of_a_player_whose_name_looks_like_it() {
    let mut log = Log::with_fern_and_moss();
    log.joins("<x>");
    // The nickname of Fern is `x`.
    assert_eq!(log.says_at(10, "<x> lost connection: hi"), "nothing");
    assert_eq!(log.online(), ["<x>", "Fern", "Moss"]);
    assert_eq!(log.says_at(30, "<x> lost connection: bye"), "nothing");
    assert_eq!(log.says_at(30, "<x> left the game"), "leave <x>");
}

#[test]
fn a_leave_message_after_the_lost_connection_of_an_odd_name_shows_that_they_are_not_hidden() {
    let mut log = Log::without_leave_messages();
    log.joins("<x>");
    assert_eq!(log.says_at(10, "<x> lost connection: bye"), "leave <x>");
    assert_eq!(log.says_at(10, "<x> left the game"), "nothing");
    log.joins("<x>");
    assert_eq!(log.says_at(20, "<x> lost connection: bye"), "nothing");
    assert_eq!(log.says_at(20, "<x> left the game"), "leave <x>");
}

#[test]
fn a_name_that_looks_like_chat_needs_two_lines_while_others_may_be_online() {
    let mut log = Log::new();
    log.joins("<x>");
    assert_eq!(log.says_at(10, "<x> lost connection: hi"), "nothing");
    assert_eq!(log.says_at(10, "<x> left the game"), "leave <x>");
}

#[test]
fn a_name_with_spaces_counts_under_any_prefix_if_it_was_announced() {
    let mut log = Log::without_leave_messages();
    for name in ["Bed Rock", "BE_Bed Rock", "[BE] Bed Rock", ".Bed Rock"] {
        log.joins(name);
        let lost = format!("{name} lost connection: Disconnected");
        assert_eq!(log.says_at(10, &lost), format!("leave {name}"));
    }
    let stranger = "Sea Shell[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(log.says_at(10, stranger), "nothing");
    assert_eq!(log.says_at(10, "Fern lost connection: bye"), "leave Fern");
}

#[test]
fn chat_that_looks_like_a_login_under_a_name_with_spaces_reveals_no_family() {
    let mut log = Log::new();
    let said = "Fern x[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(
        (log.says(said), log.0.family()),
        ("nothing".to_owned(), None)
    );
}

#[test]
fn chat_by_a_player_whose_name_is_a_bracket_is_no_login() {
    let mut log = Log::new();
    assert_eq!(log.says("[[x]] logged in with entity id 7"), "nothing");
}

#[test]
fn a_leave_shown_under_another_players_name_is_not_theirs() {
    let mut log = Log::with_fern_and_moss();
    assert_eq!(log.says_at(10, "Moss lost connection: bye"), "leave Moss");
    // Fern is the display name of Moss.
    assert_eq!(log.says_at(10, "Fern left the game"), "nothing");
    assert_eq!(log.online(), ["Fern"]);
    // Nobody else is leaving now, so a plugin hides Fern.
    assert_eq!(log.says_at(20, "Fern left the game"), "leave Fern");
}

#[test]
fn a_leave_shown_under_the_players_own_name_does_not_affect_others() {
    let mut log = Log::with_fern_and_moss();
    assert_eq!(log.says_at(10, "Moss lost connection: bye"), "leave Moss");
    assert_eq!(log.says_at(10, "Moss left the game"), "nothing");
    assert_eq!(log.says_at(11, "Fern left the game"), "leave Fern");
}

#[test]
fn a_join_shown_under_another_players_name_is_not_theirs() {
    let mut log = Log::with_fern_and_moss();
    let login = "Reed[/192.0.2.7:5] logged in with entity id 7";
    assert_eq!(log.says_at(10, login), "join Reed");
    // The display name of Reed is Alder, who has left.
    assert_eq!(log.says_at(10, "Alder joined the game"), "nothing");
    assert_eq!(log.online(), ["Fern", "Moss", "Reed"]);
    // Nobody else is joining now, so a plugin shows Alder again.
    assert_eq!(log.says_at(20, "Alder joined the game"), "join Alder");
}
