use oxeye_probe::ProbeError;
use oxeye_probe::stand_in::{listen, nobody, pipe, spawn_server, trickle};
use oxeye_process::Secret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::task::yield_now;

use self::server::Server;
use super::*;

mod certificate;
mod server;
mod stranger;

const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCD";

fn settings() -> ManagementSettings {
    ManagementSettings::new("ws://mc.test:25585", Secret::new(SECRET), None).unwrap()
}

/// Returns a connection to a server on which these players are online, and the server.
async fn connected(names: &[&str]) -> (Management, Server<DuplexStream>) {
    let (ours, theirs) = pipe();
    let settings = settings();
    let server = async {
        let mut server = Server::accept(theirs).await;
        server.introduce(names).await;
        server
    };
    let (opened, server) = tokio::join!(Management::open(ours, &settings), server);
    let (management, roster) = opened.unwrap();
    assert_eq!(named(&roster.players), names);
    (management, server)
}

fn named(players: &[crate::roster::RosterEntry]) -> Vec<&str> {
    players.iter().map(|p| p.player.as_str()).collect()
}

#[track_caller]
fn check_joined(update: &ManagementUpdate, name: &str) {
    assert!(
        matches!(update, ManagementUpdate::Joined(entry) if entry.player.as_str() == name),
        "{update:?}"
    );
}

#[track_caller]
fn check_roster(update: &ManagementUpdate, names: &[&str]) {
    let ManagementUpdate::Roster(players) = update else {
        panic!("{update:?}");
    };
    assert_eq!(named(players), names);
}

#[tokio::test(start_paused = true)]
async fn the_roster_is_followed_by_joins_and_leaves() {
    let (mut management, mut server) = connected(&["Alex", ".Bo"]).await;

    server
        .notify("players/joined", &json!([{"name": "Cy"}]))
        .await;
    server
        .notify("players/left", &json!([{"name": "Alex"}]))
        .await;
    server.notify("server/stopping", &json!([])).await;
    server.notify("server/started", &json!([])).await;

    check_joined(&management.next().await.unwrap(), "Cy");
    let left = ManagementUpdate::Left("Alex".parse().unwrap());
    assert_eq!(management.next().await.unwrap(), left);
    assert_eq!(management.next().await.unwrap(), ManagementUpdate::Stopping);
    assert_eq!(management.next().await.unwrap(), ManagementUpdate::Started);
}

#[tokio::test(start_paused = true)]
async fn everything_may_arrive_byte_by_byte() {
    let (ours, theirs) = trickle();
    let settings = settings();
    let server = async {
        let mut server = Server::accept(theirs).await;
        server.introduce(&["Alex"]).await;
        server
            .notify("players/joined", &json!([{"name": "Bo"}]))
            .await;
        server
    };
    let listener = async {
        let (mut management, roster) = Management::open(ours, &settings).await.unwrap();
        assert_eq!(named(&roster.players), ["Alex"]);
        check_joined(&management.next().await.unwrap(), "Bo");
    };
    tokio::join!(listener, server);
}

#[tokio::test(start_paused = true)]
async fn the_roster_is_requested_once_a_minute() {
    let (mut management, mut server) = connected(&["Alex"]).await;
    let started = Instant::now();

    let (update, ()) = tokio::join!(management.next(), async {
        let id = server.request("minecraft:players").await;
        server.roster(id, &["Bo"]).await;
    });

    check_roster(&update.unwrap(), &["Bo"]);
    assert_eq!(started.elapsed(), Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_cannot_be_understood_causes_a_request() {
    for odd in [
        Message::binary(b"\x01\x02".to_vec()),
        Message::text("hello"),
        Message::text("[[[["),
    ] {
        let (mut management, mut server) = connected(&[]).await;
        let started = Instant::now();
        server.send(odd).await;

        let (update, ()) = tokio::join!(management.next(), async {
            let id = server.request("minecraft:players").await;
            server.roster(id, &["Alex"]).await;
        });

        check_roster(&update.unwrap(), &["Alex"]);
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_players_are_accepted_but_endless_frames_are_not() {
    let names: Vec<_> = (0..1000).map(|n| format!("Player_Number{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let (mut management, mut server) = connected(&names).await;

    let endless = server.send(Message::text(" ".repeat(2 * 1024 * 1024)));
    let error = tokio::select! {
        update = management.next() => update.unwrap_err(),
        () = endless => unreachable!("the frame is too long"),
    };
    assert!(
        matches!(error, SourceError::Probe(ProbeError::NotUnderstood { .. })),
        "{error}"
    );
}

/// Returns the error of a connection on which this frame is sent again and again.
async fn flooded_with(frame: Message) -> SourceError {
    let (mut management, mut server) = connected(&[]).await;
    let flood = async {
        for n in 0.. {
            server.send(frame.clone()).await;
            assert!(n < 10 * budget::BURST, "the flood is not stopped");
        }
    };
    let listener = async {
        loop {
            if let Err(error) = management.next().await {
                return error;
            }
        }
    };
    tokio::select! {
        error = listener => error,
        () = flood => unreachable!("the flood never ends"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_sends_endless_frames_is_given_up() {
    let joined =
        json!({"method": "notification:players/joined", "params": [{"name": "Alex"}]}).to_string();
    let foreign = json!({"method": "example:tick"}).to_string();
    for frame in [
        Message::Ping(Bytes::new()),
        Message::Pong(Bytes::from_static(b"x")),
        Message::binary(vec![0; 10]),
        Message::text(joined),
        Message::text(foreign),
        Message::text(" ".repeat(100_000)),
    ] {
        let error = flooded_with(frame.clone()).await;
        assert!(error.is_flood(), "{frame:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_given_up() {
    let (mut management, _server) = connected(&[]).await;
    let started = Instant::now();

    let error = management.next().await.unwrap_err();

    assert!(
        matches!(error, SourceError::Probe(ProbeError::NoAnswer { .. })),
        "{error}"
    );
    assert_eq!(started.elapsed(), SILENCE);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_pings_but_no_requests_is_given_up() {
    let (mut management, mut server) = connected(&[]).await;
    let started = Instant::now();

    let error = tokio::select! {
        update = management.next() => update.unwrap_err(),
        () = server.idle() => unreachable!("the connection stays open"),
    };

    assert!(
        matches!(error, SourceError::Probe(ProbeError::NoAnswer { .. })),
        "{error}"
    );
    assert_eq!(started.elapsed(), Duration::from_secs(90));
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_end_with_or_without_a_close_frame() {
    let (mut management, mut server) = connected(&[]).await;
    server
        .notify("players/joined", &json!([{"name": "Alex"}]))
        .await;
    server.close().await;
    check_joined(&management.next().await.unwrap(), "Alex");
    for _ in 0..2 {
        let error = management.next().await.unwrap_err();
        assert!(
            matches!(error, SourceError::Probe(ProbeError::Closed { .. })),
            "{error}"
        );
    }

    let (mut management, server) = connected(&[]).await;
    drop(server);
    let error = management.next().await.unwrap_err();
    assert!(
        matches!(error, SourceError::Probe(ProbeError::Closed { .. })),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_frame_is_no_update() {
    let (mut management, server) = connected(&[]).await;
    let frame = r#"{"method":"notification:players/joined","params":[{"name":"Alex"}]}"#;
    let mut wire = server.into_wire();
    let mut bytes = vec![0x81, frame.len() as u8];
    bytes.extend_from_slice(&frame.as_bytes()[..frame.len() - 1]);
    wire.write_all(&bytes).await.unwrap();
    drop(wire);

    let error = management.next().await.unwrap_err();
    assert!(
        matches!(error, SourceError::Probe(ProbeError::Closed { .. })),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_when_waiting_is_cancelled_and_resumed() {
    let (ours, theirs) = trickle();
    let settings = settings();
    let server = async {
        let mut server = Server::accept(theirs).await;
        server.introduce(&[]).await;
        for n in 0..20 {
            let player = json!([{"name": format!("Player{n}")}]);
            server.notify("players/joined", &player).await;
        }
        let id = server.request("minecraft:players").await;
        server.roster(id, &["Alex"]).await;
        server.idle().await;
    };
    let listener = async {
        let (mut management, _) = Management::open(ours, &settings).await.unwrap();
        let mut updates = Vec::new();
        while updates.len() < 20 {
            tokio::select! {
                biased;
                next = management.next() => updates.push(next.unwrap()),
                // This stops waiting if there is no update at once.
                () = yield_now() => {}
            }
        }
        while updates.len() < 21 {
            if let Ok(next) = timeout(Duration::from_millis(1500), management.next()).await {
                updates.push(next.unwrap());
            }
        }
        for (n, joined) in updates[..20].iter().enumerate() {
            check_joined(joined, &format!("Player{n}"));
        }
        check_roster(&updates[20], &["Alex"]);
    };
    tokio::select! {
        () = listener => {}
        () = server => unreachable!("the connection stays open"),
    }
}

#[tokio::test(start_paused = true)]
async fn errors_are_understood_even_within_a_result() {
    for refusal in [
        json!({"error": {"code": -32601, "message": "Method not found"}}),
        json!({"result": {"error": {"code": -32601, "message": "Method not found"}}}),
    ] {
        let (ours, theirs) = pipe();
        let settings = settings();
        let server = async {
            let mut server = Server::accept(theirs).await;
            for method in ["minecraft:server/status", "minecraft:players"] {
                let id = server.request(method).await;
                let mut refusal = refusal.clone();
                refusal["id"] = id.into();
                server.send(Message::text(refusal.to_string())).await;
            }
            server.idle().await;
        };
        let error = tokio::select! {
            opened = Management::open(ours, &settings) => opened.err().unwrap(),
            () = server => unreachable!("the connection stays open"),
        };
        assert!(
            matches!(error, SourceError::Declined { code: -32601, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_restarted_server_can_be_connected_to_again() {
    let (address, listener) = listen().await;
    let _servers = spawn_server(async move {
        for name in ["Alex", "Bo"] {
            let (socket, _) = listener.accept().await.unwrap();
            Server::accept(socket).await.introduce(&[name]).await;
        }
    });
    let settings =
        ManagementSettings::new(&address.to_string(), Secret::new(SECRET), None).unwrap();

    for name in ["Alex", "Bo"] {
        let (mut management, roster) = Management::connect(&settings).await.unwrap();
        assert_eq!(named(&roster.players), [name]);
        let error = management.next().await.unwrap_err();
        assert!(
            matches!(error, SourceError::Probe(ProbeError::Closed { .. })),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_connection_is_refused_if_nothing_listens() {
    let address = nobody().await.to_string();
    let settings = ManagementSettings::new(&address, Secret::new(SECRET), None).unwrap();
    let error = Management::connect(&settings).await.err().unwrap();

    assert!(error.is_refused(), "{error}");
}
