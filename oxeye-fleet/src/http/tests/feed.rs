//! Clients of the feed.

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::*;

type Socket = WebSocketStream<TcpStream>;

async fn listen(address: SocketAddr, path: &str) -> Socket {
    let stream = TcpStream::connect(address).await.unwrap();
    let (socket, _) = client_async(format!("ws://{address}{path}"), stream)
        .await
        .unwrap();
    socket
}

async fn next(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

#[tokio::test]
async fn the_feed_is_at_any_path_of_both_addresses() {
    let site = site(&[]).await;
    for (address, path) in [
        (site.players, "/"),
        (site.players, "/api/servers"),
        (site.players, "/any/path?x=1"),
        (site.dashboard, "/feed"),
    ] {
        let first = next(&mut listen(address, path).await).await;
        assert_eq!(first["type"], "initial", "{path}");
        assert_eq!(first["data"]["playerMetrics"]["totalActivePlayers"], 0);
    }
}

#[tokio::test]
async fn a_join_is_seen_by_all_and_its_session_by_nobody() {
    let site = site(&[]).await;
    let mut sockets = [
        listen(site.players, "/").await,
        listen(site.dashboard, "/").await,
    ];
    for socket in &mut sockets {
        next(socket).await;
    }

    let session = site.joined("Ada").await;

    for socket in &mut sockets {
        loop {
            let update = next(socket).await;
            assert_eq!(update["type"], "update");
            assert!(!update.to_string().contains(&session));
            if update["data"]["autoScaled"][0]["players"][0]["playerId"] == "Ada" {
                break;
            }
        }
    }
}

#[tokio::test]
async fn clients_that_never_read_keep_nobody_else_waiting() {
    let site = site(&[]).await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(listen(site.players, "/").await);
    }
    let mut reader = listen(site.players, "/").await;
    next(&mut reader).await;

    for number in 0..5 {
        let player = format!("player {number}");
        site.joined(&player).await;
        while !next(&mut reader).await.to_string().contains(&player) {}
    }

    drop(silent);
}

#[tokio::test]
async fn one_address_cannot_take_all_places_of_the_feed() {
    let site = site(&[("MAX_CONNECTIONS", "16")]).await;
    // One address has a quarter of the places, and the feed half of them.
    let mut listening = Vec::new();
    for _ in 0..4 {
        listening.push(listen(site.players, "/").await);
    }

    let stream = TcpStream::connect(site.players).await.unwrap();
    let refused = client_async(format!("ws://{}/", site.players), stream).await;

    assert!(refused.is_err());
}

#[tokio::test]
async fn what_is_no_handshake_of_websocket_13_is_refused() {
    let site = site(&[]).await;
    let upgrade = [("connection", "Upgrade"), ("upgrade", "websocket")];
    let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let version = |version| ("sec-websocket-version", version);
    for headers in [
        upgrade.to_vec(),
        [&upgrade[..], &[key]].concat(),
        [&upgrade[..], &[version("13")]].concat(),
        [&upgrade[..], &[key, version("8")]].concat(),
    ] {
        let refused = site.ask(Method::GET, "/", &headers, "").await;
        refused.error(426);
        assert_eq!(refused.header("sec-websocket-version"), "13");
    }
}

#[tokio::test]
async fn a_stop_sends_clients_a_close_frame() {
    let site = site(&[]).await;
    let mut socket = listen(site.players, "/").await;
    next(&mut socket).await;

    site.tasks.stop();

    let last = loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Close(close) => break close.unwrap(),
            _ => continue,
        }
    };
    assert_eq!(u16::from(last.code), 1001);
    let limit = std::time::Duration::from_secs(60);
    assert!(site.tasks.finished_within(limit).await);
}
