use serde_json::json;

use super::*;

/// A conversation and the server's side of it, with a clock that moves only on request.
struct Talk {
    conversation: Conversation,
    now: Instant,
}

impl Talk {
    /// Returns a conversation whose first requests have been answered. Nobody is online.
    fn with_an_empty_server() -> Self {
        let now = Instant::now();
        let mut talk = Self {
            conversation: Conversation::new(now),
            now,
        };
        talk.conversation.status_request();
        let id = talk.requested();
        talk.hear(&json!({"id": 1, "result": {"started": true}}).to_string());
        talk.roster(id, &[]);
        assert_eq!(talk.conversation.first_roster().unwrap().players, []);
        talk
    }

    fn later(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        self
    }

    fn request(&mut self) -> Option<u64> {
        let request = self.conversation.roster_request(self.now)?;
        let request: Value = serde_json::from_str(&request).unwrap();
        assert_eq!(request["method"], "minecraft:players");
        request["id"].as_u64()
    }

    #[track_caller]
    fn requested(&mut self) -> u64 {
        self.request().expect("no request is due")
    }

    #[track_caller]
    fn hear(&mut self, frame: &str) {
        assert_eq!(self.conversation.read(frame, self.now), Ok(()));
    }

    #[track_caller]
    fn joins(&mut self, name: &str) {
        self.notify("joined", name);
    }

    #[track_caller]
    fn leaves(&mut self, name: &str) {
        self.notify("left", name);
    }

    #[track_caller]
    fn notify(&mut self, what: &str, name: &str) {
        let method = format!("minecraft:notification/players/{what}");
        self.hear(&json!({"method": method, "params": [{"name": name}]}).to_string());
    }

    #[track_caller]
    fn roster(&mut self, id: u64, names: &[&str]) {
        let players: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
        self.hear(&json!({"id": id, "result": players}).to_string());
    }

    /// Returns all new updates, such as `+Alex -Bo =Alex,Cy`.
    fn updates(&mut self) -> String {
        let update = std::iter::from_fn(|| self.conversation.next_update());
        let update = update.map(|update| match update {
            ManagementUpdate::Joined(entry) => format!("+{}", entry.player),
            ManagementUpdate::Left(player) => format!("-{player}"),
            ManagementUpdate::Started => "started".to_owned(),
            ManagementUpdate::Stopping => "stopping".to_owned(),
            ManagementUpdate::Roster(players) => {
                let names: Vec<_> = players.iter().map(|p| p.player.to_string()).collect();
                format!("={}", names.join(","))
            }
        });
        update.collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn the_first_roster_contains_earlier_joins_and_leaves() {
    let now = Instant::now();
    let conversation = Conversation::new(now);
    let mut talk = Talk { conversation, now };
    talk.conversation.status_request();
    let id = talk.requested();

    talk.joins("Alex");
    talk.hear(r#"{"method":"minecraft:notification/server/stopping"}"#);
    talk.leaves("Bo");
    talk.roster(id, &["Alex", "Cy"]);
    assert_eq!(
        talk.conversation.first_roster(),
        None,
        "the status is missing"
    );
    talk.leaves("Cy");
    talk.hear(r#"{"id":1,"result":{"started":false,"version":{"name":"1.21.9","protocol":773}}}"#);

    let roster = talk.conversation.first_roster().unwrap();
    let names: Vec<_> = roster.players.iter().map(|p| p.player.as_str()).collect();
    assert_eq!(names, ["Alex", "Cy"]);
    assert_eq!(
        (roster.started, roster.version.as_deref()),
        (false, Some("1.21.9"))
    );
    assert_eq!(talk.updates(), "stopping -Cy");
}

#[test]
fn the_roster_is_valid_as_of_its_place_among_the_frames() {
    let mut talk = Talk::with_an_empty_server();
    let id = talk.later(ROSTER_INTERVAL).requested();

    talk.joins("Alex");
    talk.joins("Bo");
    talk.leaves("Bo");
    talk.roster(id, &["Alex"]);
    talk.leaves("Alex");

    assert_eq!(talk.updates(), "+Alex +Bo -Bo =Alex -Alex");
}

#[test]
fn a_roster_that_contradicts_notifications_is_requested_again() {
    let mut talk = Talk::with_an_empty_server();
    let id = talk.later(ROSTER_INTERVAL).requested();

    talk.joins("Alex");
    talk.roster(id, &[]);
    assert_eq!(talk.updates(), "+Alex");
    let id = talk.requested();
    talk.roster(id, &["Alex"]);
    assert_eq!(talk.updates(), "=Alex");

    let id = talk.later(ROSTER_INTERVAL).requested();
    talk.leaves("Alex");
    talk.roster(id, &["Alex"]);
    assert_eq!(talk.updates(), "-Alex");
    let id = talk.requested();
    talk.roster(id, &[]);
    assert_eq!(talk.updates(), "=");
}

#[test]
fn a_server_that_always_contradicts_itself_is_eventually_believed() {
    let mut talk = Talk::with_an_empty_server();
    talk.later(ROSTER_INTERVAL);
    for _ in 0..MAX_DOUBTFUL {
        let id = talk.requested();
        talk.joins("Alex");
        talk.roster(id, &[]);
        assert_eq!(talk.updates(), "+Alex");
    }
    let id = talk.requested();
    talk.joins("Alex");
    talk.roster(id, &[]);

    assert_eq!(talk.updates(), "+Alex =");
}

#[test]
fn answers_without_a_request_change_nothing() {
    let mut talk = Talk::with_an_empty_server();
    talk.roster(2, &["Alex"]);
    talk.roster(99, &["Alex"]);
    talk.hear(r#"{"id":99,"error":{"code":1}}"#);

    assert_eq!(talk.updates(), "");
    assert_eq!(talk.request(), None);
    let id = talk.later(ROSTER_INTERVAL).requested();
    talk.roster(id - 1, &["Alex"]);
    talk.roster(id + 1, &["Alex"]);
    assert_eq!(talk.updates(), "");
    talk.roster(id, &["Bo"]);
    talk.roster(id, &["Alex"]);
    assert_eq!(talk.updates(), "=Bo");
}

#[test]
fn unknown_notifications_and_fields_are_ignored() {
    let mut talk = Talk::with_an_empty_server();
    for frame in [
        r#"{"method":"minecraft:notification/players/teleported","params":[{"name":"Alex"}]}"#,
        r#"{"method":"minecraft:notification/server/status","params":[{"players":[{"name":"Alex"}]}]}"#,
        r#"{"method":"example:notification/players/joined","params":[{"name":"Alex"}]}"#,
    ] {
        talk.hear(frame);
    }

    assert_eq!(talk.updates(), "");
    assert_eq!(talk.later(ODD_INTERVAL).request(), None);
    talk.hear(
        r#"{"method":"notification:players/joined","params":[{"name":"Alex","x":{}},1],"y":2}"#,
    );
    talk.hear(r#"{"method":"notification:server/started"}"#);
    assert_eq!(talk.updates(), "+Alex started");
}

#[test]
fn odd_frames_cause_a_request_but_not_many() {
    for odd in [
        "hello",
        "[]",
        r#"{"method":"minecraft:notification/players/joined"}"#,
        r#"{"method":"minecraft:notification/players/joined","params":["Alex"]}"#,
        r#"{"method":"minecraft:notification/players/left","params":[{"name":"\n"}]}"#,
        r#"{"id":null,"error":{"code":-32700,"message":"Parse error"}}"#,
    ] {
        let mut talk = Talk::with_an_empty_server();
        talk.hear(odd);
        assert_eq!(talk.updates(), "", "{odd}");
        assert_eq!(talk.request(), None, "{odd}: the last request was just now");
        assert_eq!(talk.conversation.deadline(), talk.now + ODD_INTERVAL);

        let id = talk.later(ODD_INTERVAL).requested();
        talk.hear(odd);
        talk.roster(id, &["Alex"]);
        assert_eq!(talk.updates(), "=Alex");
        assert_eq!(talk.request(), None, "{odd}: the limit applies");
        talk.later(ODD_INTERVAL).requested();
    }
}

#[test]
fn a_server_that_never_answers_with_players_is_given_up() {
    let mut talk = Talk::with_an_empty_server();
    talk.later(ROSTER_INTERVAL);
    for _ in 0..MAX_DOUBTFUL {
        let id = talk.later(ODD_INTERVAL).requested();
        talk.hear(&json!({"id": id, "result": {"error": {"code": -32603}}}).to_string());
    }
    let id = talk.later(ODD_INTERVAL).requested();
    let refusal = json!({"id": id, "error": {"code": -32601}}).to_string();
    let trouble = talk.conversation.read(&refusal, talk.now);

    assert_eq!(trouble, Err(Trouble::Declined(-32601)));
    assert_eq!(talk.updates(), "");
}

#[test]
fn a_request_may_be_pending_only_for_a_limited_time() {
    let mut talk = Talk::with_an_empty_server();
    talk.later(ROSTER_INTERVAL).requested();
    let until = talk.now + ANSWER_TIMEOUT;

    assert_eq!(talk.request(), None, "only one request at a time");
    assert_eq!(talk.conversation.deadline(), until);
    assert!(
        !talk
            .conversation
            .is_overdue(until - Duration::from_millis(1))
    );
    assert!(talk.conversation.is_overdue(until));
}
