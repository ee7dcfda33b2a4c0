//! Tests of the ping with fake servers.

use proptest::{collection::vec, prelude::any, proptest};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;
use crate::stand_in::{drip, listen, nobody, pipe, somewhere, spawn_server};
use crate::wire::Wire;

const TWO: &str = r#"{"version":{"name":"1.21.9","protocol":773},"players":{"online":1,"max":20,
    "sample":[{"name":"Alex","id":"853c80ef-3c37-49fd-aa49-938b674adae6"}]},"description":"A § server"}"#;

/// Writes a number with seven bits in each byte.
fn varint(number: usize) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => [vec![number as u8 | 0x80], varint(number >> 7)].concat(),
    }
}

fn packet(json: &[u8]) -> Vec<u8> {
    let content = [vec![0], varint(json.len()), json.to_vec()].concat();
    [varint(content.len()), content].concat()
}

/// Reads the handshake and the request that follows it.
async fn request<W: Wire>(wire: &mut W) -> Vec<u8> {
    let length = wire.read_u8().await.unwrap();
    let mut request = vec![0; usize::from(length) + 2];
    wire.read_exact(&mut request).await.unwrap();
    request
}

async fn ask_for(bytes: Vec<u8>) -> Result<Status, ProbeError> {
    let (mut ours, mut theirs) = pipe();
    let _server = spawn_server(async move {
        request(&mut theirs).await;
        drip(&mut theirs, &bytes).await;
    });
    status::ask(&mut *ours, &somewhere(), None).await
}

#[tokio::test]
async fn an_answer_may_arrive_in_any_number_of_pieces() {
    let Status::Counted(answer) = ask_for(packet(TWO.as_bytes())).await.unwrap() else {
        panic!("the answer has a number of players");
    };

    assert!(matches!(&answer.listing, Listing::Names(names) if names[0].name.as_str() == "Alex"));
    assert_eq!((answer.max, answer.version.as_str()), (20, "1.21.9"));
}

#[tokio::test]
async fn a_server_that_hides_the_number_of_players_is_running() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        request(&mut socket).await;
        let hidden = br#"{"version":{"name":"Example 1.21.4","protocol":769},"description":"x"}"#;
        socket.write_all(&packet(hidden)).await.unwrap();
    });
    let error = ping(&address).await.unwrap_err();

    assert!(error.shows_life(), "{error}");
    assert_eq!(
        error.to_string(),
        format!("the server at {address} answers the ping, but hides the number of players")
    );
}

#[tokio::test]
async fn an_answer_with_a_wrong_length_or_form_is_an_error() {
    let endless = [0xff, 0xff, 0xff, 0x7f, 0, 0xff, 0xff, 0xff, 0xff, 0x07];
    let claims_more_than_it_has = [varint(2), vec![0], varint(100)].concat();
    let other_kind = [varint(2), vec![1, 0]].concat();
    let no_text = [varint(1), vec![0]].concat();
    for bytes in [
        endless.to_vec(),
        vec![0xff; 10],
        varint(0),
        claims_more_than_it_has,
        other_kind,
        no_text,
        packet(b"<html>"),
    ] {
        let error = ask_for(bytes.clone()).await.unwrap_err();
        assert!(
            matches!(error, ProbeError::NotUnderstood { .. }),
            "{bytes:?}: {error}"
        );
    }
    let mut cut = packet(TWO.as_bytes());
    cut.truncate(40);
    for bytes in [cut, vec![]] {
        let error = ask_for(bytes.clone()).await.unwrap_err();
        assert!(
            matches!(error, ProbeError::Closed { .. }),
            "{bytes:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_server_on_this_machine_is_pinged() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let request = request(&mut socket).await;
        assert!(request.windows(9).any(|part| part == b"127.0.0.1"));
        socket.write_all(&packet(TWO.as_bytes())).await.unwrap();
    });

    assert_eq!(ping(&address).await.unwrap().listing.count(), 1);
}

/// Behaves like a server of 1.6: closes the connection on the new form, and answers the old one with
/// its reason for closing the connection.
async fn old_server(socket: &mut TcpStream) {
    if socket.read_u8().await.unwrap() != 0xfe {
        return;
    }
    let mut request = vec![0; 28];
    socket.read_exact(&mut request).await.unwrap();
    let rest = u16::from_be_bytes(request[26..].try_into().unwrap());
    socket
        .read_exact(&mut vec![0; usize::from(rest)])
        .await
        .unwrap();
    let text: Vec<_> = "§1\x0074\x001.6.2\0An old § server\x003\x0020"
        .encode_utf16()
        .collect();
    let mut answer = vec![0xff];
    answer.extend((text.len() as u16).to_be_bytes());
    answer.extend(text.iter().flat_map(|unit| unit.to_be_bytes()));
    drip(socket, &answer).await;
}

#[tokio::test]
async fn an_old_server_is_pinged_in_the_old_form() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        for _ in 0..2 {
            let (mut socket, _) = listener.accept().await.unwrap();
            old_server(&mut socket).await;
        }
    });
    let answer = ping(&address).await.unwrap();

    assert_eq!(answer.listing, Listing::Count(3));
    assert_eq!((answer.max, answer.version.as_str()), (20, "1.6.2"));
}

#[tokio::test]
async fn a_closed_connection_and_a_refused_one_are_different_errors() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        for _ in 0..2 {
            let (socket, _) = listener.accept().await.unwrap();
            drop(socket);
        }
    });
    let error = ping(&address).await.unwrap_err();
    assert!(matches!(error, ProbeError::Closed { .. }), "{error}");

    assert!(ping(&nobody().await).await.unwrap_err().is_refused());
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_silent_server_ends_soon() {
    let (address, listener) = listen().await;
    let _server = spawn_server(async move {
        let _open = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
    });
    let error = ping(&address).await.unwrap_err();
    assert!(matches!(error, ProbeError::NoAnswer { .. }), "{error}");
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in vec(any::<u8>(), 0..100)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let _ = runtime.block_on(ask_for(bytes));
    }
}
