//! Tests of the Query client with fake servers.

use std::net::SocketAddr;

use proptest::{collection::vec, prelude::any, proptest};

use super::{packet::tests::full_status, *};
use crate::stand_in::spawn_server;

/// Returns a server's answers to a packet. `count` is the number of earlier packets.
type Behaviour = fn(count: usize, packet: &[u8]) -> Vec<Vec<u8>>;

/// Starts a server with this behaviour.
async fn server_at(bind: &str, behaviour: Behaviour) -> (Address, tokio::task::JoinSet<()>) {
    let socket = UdpSocket::bind(bind).await.unwrap();
    let bound = socket.local_addr().unwrap();
    let server = spawn_server(async move {
        let mut buffer = [0; 100];
        for count in 0.. {
            let (length, sender): (usize, SocketAddr) =
                socket.recv_from(&mut buffer).await.unwrap();
            for answer in behaviour(count, &buffer[..length]) {
                socket.send_to(&answer, sender).await.unwrap();
            }
        }
    });
    (Address::new(bound.ip().to_string(), bound.port()), server)
}

async fn status_from(behaviour: Behaviour) -> Result<QueryAnswer, ProbeError> {
    let (address, _server) = server_at("127.0.0.1:0", behaviour).await;
    Query::connect(&address).await?.status().await
}

fn session(packet: &[u8]) -> [u8; 4] {
    packet[3..7].try_into().unwrap()
}

fn is_handshake(packet: &[u8]) -> bool {
    packet[2] == 9
}

fn token_for(packet: &[u8]) -> Vec<u8> {
    [&[9], session(packet).as_slice(), b"9513307\0"].concat()
}

/// Behaves like Minecraft: sends a token, and the full status to a client that has it.
fn well(_: usize, packet: &[u8]) -> Vec<Vec<u8>> {
    if is_handshake(packet) {
        return vec![token_for(packet)];
    }
    assert_eq!(packet[7..], [0x00, 0x91, 0x29, 0x5b, 0, 0, 0, 0]);
    vec![full_status(session(packet), 2, &[b"Alex", b"Bo"])]
}

#[track_caller]
fn check_names(answer: &QueryAnswer, expected: &[&str]) {
    let Listing::Names(present) = &answer.listing else {
        panic!("no names");
    };
    let names: Vec<_> = present.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, expected);
}

#[tokio::test(start_paused = true)]
async fn the_full_status_is_received_over_ipv4_and_ipv6() {
    for bind in ["127.0.0.1:0", "[::1]:0"] {
        if UdpSocket::bind(bind).await.is_err() {
            // This machine has no IPv6, like many containers.
            continue;
        }
        let (address, _server) = server_at(bind, well).await;
        let mut query = Query::connect(&address).await.unwrap();
        check_names(&query.status().await.unwrap(), &["Alex", "Bo"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_reused_until_it_is_old() {
    fn counting(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        // The first packet and the one after the token has expired are handshakes.
        assert_eq!(
            is_handshake(packet),
            count == 0 || count == 3,
            "packet {count}"
        );
        well(count, packet)
    }
    let (address, _server) = server_at("127.0.0.1:0", counting).await;
    let mut query = Query::connect(&address).await.unwrap();

    query.status().await.unwrap();
    query.status().await.unwrap();
    tokio::time::advance(TOKEN_LIFE).await;
    query.status().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn lost_packets_are_sent_again() {
    let answer = status_from(|count, packet| match count {
        0 | 2 => vec![],
        _ => well(count, packet),
    })
    .await;
    check_names(&answer.unwrap(), &["Alex", "Bo"]);
}

#[tokio::test(start_paused = true)]
async fn answers_to_other_requests_are_skipped() {
    let answer = status_from(|count, packet| {
        let mut foreign = session(packet);
        foreign[3] ^= 1;
        let mut answers = vec![
            full_status(foreign, 1, &[b"Stranger"]),
            [&[9], foreign.as_slice(), b"1\0"].concat(),
            token_for(packet),
            vec![],
            vec![0],
        ];
        answers.append(&mut well(count, packet));
        answers
    })
    .await;
    check_names(&answer.unwrap(), &["Alex", "Bo"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_a_restarted_server_does_not_know_is_replaced() {
    fn restarted(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        match count {
            // The server was restarted after it answered packet 1.
            2 => vec![],
            _ => well(count, packet),
        }
    }
    let (address, _server) = server_at("127.0.0.1:0", restarted).await;
    let mut query = Query::connect(&address).await.unwrap();
    query.status().await.unwrap();
    check_names(&query.status().await.unwrap(), &["Alex", "Bo"]);
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_is_read_and_a_truncated_one_is_an_error() {
    fn thousand(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        if is_handshake(packet) {
            return well(count, packet);
        }
        let names: Vec<_> = (0..1000)
            .map(|n| format!("Player{n}").into_bytes())
            .collect();
        let names: Vec<_> = names.iter().map(Vec::as_slice).collect();
        vec![full_status(session(packet), 1000, &names)]
    }
    fn cut(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        if is_handshake(packet) {
            return well(count, packet);
        }
        vec![full_status(session(packet), 1, &[b"Alex"])[..100].to_vec()]
    }
    assert_eq!(status_from(thousand).await.unwrap().listing.count(), 1000);
    let error = status_from(cut).await.unwrap_err();
    assert!(matches!(error, ProbeError::NotUnderstood { .. }), "{error}");
}

#[tokio::test]
async fn a_flood_of_packets_is_an_error() {
    let flood = |_: usize, _: &[u8]| vec![b"nothing of ours".to_vec(); MAX_FOREIGN_PACKETS];
    let error = status_from(flood).await.unwrap_err();

    assert!(error.is_flood(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn neither_silence_nor_garbage_is_an_answer() {
    for behaviour in [(|_, _| vec![]) as Behaviour, |_, _| {
        vec![b"HTTP/1.1 400\r\n".to_vec()]
    }] {
        let error = status_from(behaviour).await.unwrap_err();
        assert!(matches!(error, ProbeError::NoAnswer { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_request_is_refused_where_nothing_listens() {
    let free = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut query = Query::connect(&Address::new("127.0.0.1", port))
        .await
        .unwrap();

    assert!(query.status().await.unwrap_err().is_refused());
}

proptest! {
    #[test]
    fn any_listing_of_names_can_be_read(
        count in 0_usize..4,
        names in vec(vec(any::<u8>(), 0..10), 0..4),
    ) {
        let names: Vec<_> = names.iter().map(Vec::as_slice).collect();
        let packet = full_status([0; 4], count, &names);
        packet::status(&packet, Session::new(0));
    }
}
