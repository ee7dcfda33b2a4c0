//! Tests of the RCON client with fake servers.

use proptest::{collection::vec, prelude::any, proptest};
use tokio::{
    io::{AsyncReadExt as _, DuplexStream},
    net::TcpStream,
};

use super::*;
use crate::stand_in::{drip, listen, nobody, pipe, somewhere, spawn_server};

const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const ONE: &str =
    "There are 1 of a max of 20 players online: Alex (853c80ef-3c37-49fd-aa49-938b674adae6)";
const UNKNOWN: &str = "Unknown or incomplete command, see below for error";

fn settings(address: Address) -> RconSettings {
    RconSettings {
        address,
        password: Secret::new("correct horse"),
    }
}

fn answer(id: i32, kind: i32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [body.len() as i32 + 10, id, kind] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// Reads a request as Minecraft does: at most 1460 bytes at once, which must be exactly one packet.
/// Returns the id, the kind and the body, or `None` if the connection must be closed.
async fn request<W: Wire>(wire: &mut W) -> Option<(i32, i32, String)> {
    let mut buffer = [0; 1460];
    let length = wire.read(&mut buffer).await.ok()?;
    let number = |at: usize| i32::from_le_bytes(buffer[at..at + 4].try_into().unwrap());
    if length < 14 || number(0) as usize != length - 4 {
        return None;
    }
    let body = String::from_utf8(buffer[12..length - 2].to_vec()).unwrap();
    Some((number(4), number(8), body))
}

/// Behaves like Minecraft: answers a wrong password with the id -1 and splits long answers. Every
/// packet arrives in pieces.
async fn serve<W: Wire>(mut wire: W, reply: fn(&str) -> String) {
    while let Some((id, kind, body)) = request(&mut wire).await {
        match kind {
            3 if body == "correct horse" => drip(&mut wire, &answer(id, 2, b"")).await,
            3 => drip(&mut wire, &answer(-1, 2, b"")).await,
            2 => {
                let reply = reply(&body);
                drip(&mut wire, &answer(id - 1, 0, b"for somebody else")).await;
                for part in reply.as_bytes().chunks(4096) {
                    drip(&mut wire, &answer(id, 0, part)).await;
                }
                if reply.is_empty() {
                    drip(&mut wire, &answer(id, 0, b"")).await;
                }
            }
            kind => {
                let reply = format!("Unknown request {kind:x}");
                drip(&mut wire, &answer(id, 0, reply.as_bytes())).await;
            }
        }
    }
}

/// Logs in at a server with these answers.
async fn logged_in(reply: fn(&str) -> String) -> (Rcon, tokio::task::JoinSet<()>) {
    let (ours, theirs) = pipe();
    let server = spawn_server(serve(theirs, reply));
    let rcon = Rcon::log_in(ours, &settings(somewhere())).await.unwrap();
    (rcon, server)
}

fn names(listing: &Listing) -> Vec<&str> {
    match listing {
        Listing::Names(present) => present.iter().map(|p| p.name.as_str()).collect(),
        Listing::Count(count) => panic!("no names, only {count}"),
    }
}

#[tokio::test(start_paused = true)]
async fn one_connection_serves_many_requests() {
    let (mut rcon, _server) = logged_in(|command| match command {
        "list uuids" => ONE.to_owned(),
        other => panic!("{other:?} was not needed"),
    })
    .await;

    for _ in 0..3 {
        let listing = rcon.list().await.unwrap();
        assert_eq!(names(&listing), ["Alex"]);
        let Listing::Names(present) = listing else {
            unreachable!()
        };
        assert_eq!(present[0].uuid.unwrap().to_string(), ALEX);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_several_packets_is_read_in_full() {
    fn two_hundred(_: &str) -> String {
        let player = |n: u128| format!("Player{n} ({})", uuid::Uuid::from_u128(n + 1));
        let players: Vec<_> = (0..200).map(player).collect();
        format!(
            "There are 200 of a max of 500 players online: {}",
            players.join(", ")
        )
    }
    /// An answer that fills its only packet, so that no shorter packet marks the end.
    fn exactly_one_packet(_: &str) -> String {
        format!("{ONE}{}", " ".repeat(4096 - ONE.len()))
    }
    let (mut rcon, _server) = logged_in(two_hundred).await;
    assert_eq!(names(&rcon.list().await.unwrap()).len(), 200);
    assert_eq!(names(&rcon.list().await.unwrap())[199], "Player199");

    let (mut rcon, _server) = logged_in(exactly_one_packet).await;
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);
}

#[tokio::test(start_paused = true)]
async fn the_form_of_the_command_that_works_is_found_and_remembered() {
    let (mut rcon, _server) = logged_in(|command| match command {
        "list uuids" => "§4Error: §cThat group does not exist.".to_owned(),
        "minecraft:list uuids" => ONE.to_owned(),
        other => panic!("{other:?} was not needed"),
    })
    .await;
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);
    assert_eq!(rcon.best, Some("minecraft:list uuids"));
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);

    let (mut rcon, _server) = logged_in(|command| match command {
        "list" => "There are 1 of a max of 20 players online: Alex".to_owned(),
        _ => UNKNOWN.to_owned(),
    })
    .await;
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);
    assert_eq!(rcon.best, Some("list"));
}

#[tokio::test(start_paused = true)]
async fn the_number_is_returned_if_no_form_gives_the_names() {
    let (mut rcon, _server) = logged_in(|command| match command {
        "list" => "There are 1 of a max of 20 players online: [VIP] Alex".to_owned(),
        _ => UNKNOWN.to_owned(),
    })
    .await;
    for _ in 0..2 {
        assert_eq!(rcon.list().await.unwrap(), Listing::Count(1));
    }

    let (mut rcon, _server) = logged_in(|_| String::new()).await;
    let error = rcon.list().await.unwrap_err();
    assert!(matches!(error, ProbeError::NoListing { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_error_about_a_wrong_password_does_not_contain_it() {
    let (ours, theirs) = pipe();
    let _server = spawn_server(serve(theirs, |_| String::new()));
    let settings = RconSettings {
        address: somewhere(),
        password: Secret::new("hunter2"),
    };
    let error = Rcon::log_in(ours, &settings).await.err().unwrap();

    assert!(matches!(error, ProbeError::WrongSecret { .. }), "{error}");
    assert!(error.to_string().contains("rcon.password"), "{error}");
    assert!(!format!("{error:?} {error} {settings:?}").contains("hunter2"));

    for unusable in ["", "a\0b", &"a".repeat(1447)] {
        let settings = RconSettings {
            address: somewhere(),
            password: Secret::new(unusable),
        };
        let error = Rcon::connect(&settings).await.err().unwrap();
        assert!(
            matches!(error, ProbeError::UnusableSecret { .. }),
            "{error}"
        );
    }
}

/// Logs in at a server that answers the first command with these bytes, and asks who is online.
async fn list_from(bytes: Vec<u8>, then_close: bool) -> Result<Listing, ProbeError> {
    let (ours, mut theirs) = pipe();
    let _server = spawn_server(async move {
        let (id, _, _) = request(&mut theirs).await.unwrap();
        drip(&mut theirs, &answer(id, 2, b"")).await;
        request(&mut theirs).await;
        drip(&mut theirs, &bytes).await;
        if !then_close {
            keep_open(theirs).await;
        }
    });
    let mut rcon = Rcon::log_in(ours, &settings(somewhere())).await?;
    let listing = rcon.list().await;
    if listing.is_err() {
        let again = rcon.list().await.unwrap_err();
        assert!(matches!(again, ProbeError::Closed { .. }), "{again}");
    }
    listing
}

async fn keep_open(mut wire: DuplexStream) {
    while request(&mut wire).await.is_some() {}
}

#[tokio::test(start_paused = true)]
async fn an_invalid_answer_closes_the_connection() {
    let impossible_length = |length: i32| [length.to_le_bytes(), [0; 4], [0; 4]].concat();
    for length in [i32::MIN, -1, 0, 9, 65 * 1024, i32::MAX] {
        let error = list_from(impossible_length(length), false)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ProbeError::NotUnderstood { .. }),
            "{length}: {error}"
        );
    }

    let in_the_middle = answer(2, 0, ONE.as_bytes())[..50].to_vec();
    let error = list_from(in_the_middle.clone(), true).await.unwrap_err();
    assert!(matches!(error, ProbeError::Closed { .. }), "{error}");
    let error = list_from(in_the_middle, false).await.unwrap_err();
    assert!(matches!(error, ProbeError::NoAnswer { .. }), "{error}");

    let foreign = answer(77, 0, ONE.as_bytes()).repeat(MAX_FOREIGN_PACKETS + 1);
    let error = list_from(foreign, false).await.unwrap_err();
    assert!(matches!(error, ProbeError::NotUnderstood { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_request_closes_the_connection() {
    let (ours, mut theirs) = pipe();
    let _server = spawn_server(async move {
        let (id, _, _) = request(&mut theirs).await.unwrap();
        drip(&mut theirs, &answer(id, 2, b"")).await;
        keep_open(theirs).await;
    });
    let mut rcon = Rcon::log_in(ours, &settings(somewhere())).await.unwrap();
    assert!(timeout(Duration::from_secs(1), rcon.list()).await.is_err());

    let error = rcon.list().await.unwrap_err();
    assert!(matches!(error, ProbeError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_is_back_can_be_reached_again() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        for connection in 0.. {
            let (mut socket, _) = listener.accept().await.unwrap();
            if connection == 0 {
                log_in_and_hang_up(&mut socket).await;
            } else {
                serve(socket, |_| ONE.to_owned()).await;
            }
        }
    });
    let settings = settings(address);

    let mut rcon = Rcon::connect(&settings).await.unwrap();
    let error = rcon.list().await.unwrap_err();
    assert!(matches!(error, ProbeError::Closed { .. }), "{error}");
    let mut rcon = Rcon::connect(&settings).await.unwrap();
    assert_eq!(names(&rcon.list().await.unwrap()), ["Alex"]);
}

async fn log_in_and_hang_up(socket: &mut TcpStream) {
    let (id, _, _) = request(socket).await.unwrap();
    drip(socket, &answer(id, 2, b"")).await;
    request(socket).await;
}

#[tokio::test]
async fn an_answer_with_too_many_packets_is_an_error() {
    let (ours, mut theirs) = pipe();
    let _server = spawn_server(async move {
        let (id, ..) = request(&mut theirs).await.unwrap();
        theirs.write_all(&answer(id, 2, b"")).await.unwrap();
        let (id, ..) = request(&mut theirs).await.unwrap();
        let full = answer(id, 0, &[b'x'; FULL_BODY_BYTES]);
        theirs.write_all(&full).await.unwrap();
        // Until the client closes the connection.
        while theirs.write_all(&answer(id, 0, b"")).await.is_ok() {}
    });
    let mut rcon = Rcon::log_in(ours, &settings(somewhere())).await.unwrap();

    let error = rcon.list().await.unwrap_err();

    assert!(error.is_flood(), "{error}");
}

#[tokio::test]
async fn a_connection_is_refused_where_nothing_listens() {
    let error = Rcon::connect(&settings(nobody().await))
        .await
        .err()
        .unwrap();
    assert!(error.is_refused(), "{error}");
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in vec(any::<u8>(), 0..100)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let _ = runtime.block_on(list_from(bytes, true));
    }
}
