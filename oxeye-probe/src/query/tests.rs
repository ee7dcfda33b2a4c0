use std::net::SocketAddr;

use proptest::{collection::vec, prelude::any, proptest};

use super::{packet::tests::full_status, *};
use crate::stand_in::beside;

/// What a server does with one packet.
type Behaviour = fn(count: usize, packet: &[u8]) -> Vec<Vec<u8>>;

/// A socket that does this with the packets that it gets, which it counts.
async fn server_at(bind: &str, behaviour: Behaviour) -> (Address, tokio::task::JoinSet<()>) {
    let socket = UdpSocket::bind(bind).await.unwrap();
    let bound = socket.local_addr().unwrap();
    let server = beside(async move {
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

/// As published: the token, then everything to whoever has it.
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
async fn a_server_tells_everything_over_either_version_of_ip() {
    for bind in ["127.0.0.1:0", "[::1]:0"] {
        if UdpSocket::bind(bind).await.is_err() {
            // A machine without version 6, such as many containers.
            continue;
        }
        let (address, _server) = server_at(bind, well).await;
        let mut query = Query::connect(&address).await.unwrap();
        check_names(&query.status().await.unwrap(), &["Alex", "Bo"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_used_again_until_it_is_old() {
    fn counting(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        // The handshakes are the first packet and the one after the token got old.
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
async fn answers_to_other_questions_are_passed_over() {
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
async fn a_token_that_a_new_server_does_not_know_is_replaced() {
    fn restarted(count: usize, packet: &[u8]) -> Vec<Vec<u8>> {
        match count {
            // The old server's last word was the answer to packet 1.
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
async fn a_long_answer_is_read_and_a_broken_one_is_not() {
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
async fn packets_without_end_are_not_all_read() {
    let flood = |_: usize, _: &[u8]| vec![b"nothing of ours".to_vec(); MAX_FOREIGN_PACKETS];
    let error = status_from(flood).await.unwrap_err();

    assert!(error.is_flood(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn silence_and_garbage_are_no_answer() {
    for behaviour in [(|_, _| vec![]) as Behaviour, |_, _| {
        vec![b"HTTP/1.1 400\r\n".to_vec()]
    }] {
        let error = status_from(behaviour).await.unwrap_err();
        assert!(matches!(error, ProbeError::NoAnswer { .. }), "{error}");
    }
}

#[tokio::test]
async fn where_nobody_listens_the_question_is_refused() {
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
