//! `/gameserver/*`.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

use super::*;
use crate::rules::State as SlotState;

/// A game server that answers with the request it got. The answer of `/slow` ends when `ends` is notified.
async fn game_server(tasks: &Tasks, ends: Arc<Notify>) -> SocketAddr {
    let listener = listener().await;
    let address = listener.local_addr().unwrap();
    let routes = Router::new()
        .route("/slow", any(slow))
        .fallback(echo)
        .with_state(ends);
    let stop = tasks.stop_signal();
    tasks.spawn(async move {
        let serving = axum::serve(listener, routes).into_future();
        drop(stop.run_until_cancelled(serving).await);
    });
    address
}

async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let headers: Vec<_> = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let seen = json!({
        "method": parts.method.as_str(), "uri": parts.uri.to_string(), "headers": headers,
        "length": body.len(),
    });
    let ours = [("x-of-game", "1"), ("connection", "x-hop"), ("x-hop", "1")];
    (ours, seen.to_string()).into_response()
}

async fn slow(State(ends): State<Arc<Notify>>) -> Response {
    let pieces = futures_util::stream::unfold(0, move |step| {
        let ends = Arc::clone(&ends);
        async move {
            match step {
                0 => Some((Ok::<_, std::io::Error>("begin"), 1)),
                1 => {
                    ends.notified().await;
                    Some((Ok("end"), 2))
                }
                _ => None,
            }
        }
    });
    Body::from_stream(pieces).into_response()
}

struct Playing {
    site: Site,
    session: String,
    ends: Arc<Notify>,
    _game: Tasks,
}

/// Starts a site with a game server on which somebody plays.
async fn playing() -> Playing {
    let (game, ends) = (Tasks::new(), Arc::new(Notify::new()));
    let address = game_server(&game, Arc::clone(&ends)).await;
    let short = [("INACTIVITY_SHUTDOWN", "1"), ("FLEET_HEARTBEAT_GRACE", "0")];
    let site = site_with_game_server(&short, address).await;
    let session = site.joined("Ada").await;
    Playing {
        site,
        session,
        ends,
        _game: game,
    }
}

#[tokio::test]
async fn a_request_is_passed_on_without_the_session_and_its_answer_back() {
    let Playing { site, session, .. } = &playing().await;
    let headers = [("x-session-id", session.as_str()), ("x-player-id", "Ada")];
    let body = vec![b'x'; 1_000_000];

    let answer = site
        .ask(
            Method::PUT,
            "/gameserver/a%20b?c=1&sessionId=x",
            &headers,
            body,
        )
        .await;
    let by_url = site.get(&format!("/gameserver?sessionId={session}")).await;

    assert_eq!(
        (answer.status.as_u16(), answer.header("x-of-game")),
        (200, "1")
    );
    assert_eq!(answer.header("x-hop"), "");
    let seen = answer.json();
    assert_eq!(
        (&seen["method"], &seen["uri"]),
        (&json!("PUT"), &json!("/a%20b?c=1"))
    );
    assert_eq!(seen["length"], 1_000_000);
    let headers = seen["headers"].to_string();
    assert!(headers.contains("x-forwarded-for: 127.0.0.1") && headers.contains("x-player-id"));
    assert!(!headers.contains("x-session-id"));
    assert_eq!(by_url.json()["uri"], "/");
    assert!(!by_url.text.contains(session.as_str()), "{}", by_url.text);
    assert_eq!(site.fleet.heard(), 2);
}

#[tokio::test]
async fn a_download_that_goes_on_keeps_its_session_alive() {
    let Playing {
        site,
        session,
        ends,
        ..
    } = &playing().await;
    let path = format!(
        "http://{}/gameserver/slow?sessionId={session}",
        site.players
    );
    let request = Request::get(path).body(Full::default()).unwrap();

    let mut answer = site.client.request(request).await.unwrap();
    let begin = answer.frame().await.unwrap().unwrap().into_data().unwrap();
    // The request itself counts once; what follows counts because it goes on.
    site.fleet.hears(4).await;
    ends.notify_one();
    let end = answer.into_body().collect().await.unwrap().to_bytes();

    assert_eq!((&begin[..], &end[..]), (&b"begin"[..], &b"end"[..]));
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_get_one() {
    let Playing { site, .. } = &playing().await;
    for path in [
        "/gameserver",
        "/gameserver/",
        "/gameserver/x?sessionId=7",
        "/gameserver/x",
    ] {
        let sent = site.get(path).await;
        assert_eq!(
            (sent.status.as_u16(), sent.header("location")),
            (302, "/game")
        );
    }
    // What a page fetches must not start a server for nobody.
    let fetched = [("sec-fetch-dest", "image")];
    let refused = site
        .ask(Method::GET, "/gameserver/x.png", &fetched, "")
        .await;
    assert_eq!(refused.error(404), "Session not found");
    assert_eq!(site.fleet.slots(), 1);
}

#[tokio::test]
async fn what_a_page_loads_comes_from_the_same_server() {
    let Playing { site, session, .. } = &playing().await;
    let html = ("accept", "text/html");
    let path = format!("/gameserver/?sessionId={session}");

    let page = site.ask(Method::GET, &path, &[html], "").await;
    let (cookie, attributes) = page.header("set-cookie").split_once("; ").unwrap();
    let loaded = [
        ("cookie", &*format!("{cookie}; theme=dark")),
        ("sec-fetch-dest", "style"),
    ];
    let style = site
        .ask(Method::GET, "/gameserver/style.css", &loaded, "")
        .await;

    assert_eq!(page.json()["uri"], "/");
    assert_eq!(page.header("vary"), "cookie, x-session-id");
    assert_eq!(attributes, "Path=/gameserver; HttpOnly; SameSite=Lax");
    assert_eq!(style.json()["uri"], "/style.css");
    assert!(style.text.contains("cookie: theme=dark"), "{}", style.text);
    assert!(!style.text.contains(session.as_str()), "{}", style.text);
    assert_eq!(style.header("set-cookie"), "");
}

#[tokio::test]
async fn only_a_page_of_a_known_session_gets_the_cookie() {
    let Playing { site, session, .. } = &playing().await;
    let html = ("accept", "text/html");
    let unknown = uuid::Uuid::new_v4();
    for (path, headers) in [
        (format!("/gameserver/x?sessionId={session}"), vec![]),
        (
            format!("/gameserver/x?sessionId={session}"),
            vec![html, ("sec-fetch-dest", "empty")],
        ),
        (format!("/gameserver/x?sessionId={unknown}"), vec![html]),
        (
            "/gameserver/x".to_owned(),
            vec![html, ("x-session-id", session.as_str())],
        ),
    ] {
        let answer = site.ask(Method::GET, &path, &headers, "").await;
        assert_eq!(answer.header("set-cookie"), "", "{headers:?}");
    }
}

#[tokio::test]
async fn until_the_server_runs_people_get_a_page_that_reloads_itself() {
    let Playing { site, session, .. } = &playing().await;
    let path = format!("/gameserver/x?sessionId={session}");
    for state in [SlotState::Starting, SlotState::Stopping, SlotState::Stopped] {
        site.fleet.all_are(state);

        let page = site
            .ask(Method::GET, &path, &[("accept", "text/html")], "")
            .await;
        let program = site.get(&path).await;

        assert!(
            page.text.contains(r#"http-equiv="refresh""#),
            "{}",
            page.text
        );
        assert!(page.text.contains("Your server is starting"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(program.error(503), "Your server is starting");
        assert_eq!(program.header("retry-after"), "2");
    }
    site.fleet.all_are(SlotState::Idle);
    assert_eq!(site.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_unavailable() {
    let taken = listener().await;
    let nobody = taken.local_addr().unwrap();
    drop(taken);
    let site = site_with_game_server(&[], nobody).await;
    let session = site.joined("Ada").await;
    let path = format!("/gameserver/x?sessionId={session}");

    let unreachable = site.get(&path).await;
    site.fleet.all_are(SlotState::Failed);
    let failed = site.get(&path).await;

    for answer in [unreachable, failed] {
        assert_eq!(answer.error(503), "Your dedicated server is unavailable");
    }
}

#[tokio::test]
async fn a_server_of_a_worker_that_nobody_knows_is_unavailable() {
    let tasks = Tasks::new();
    let game_server = game_server(&tasks, Arc::default()).await;
    let site = site_with_game_server(&[], game_server).await;
    let session = site.joined("Ada").await;
    site.fleet
        .change(|view| view.slots[0].worker = "attic".parse().unwrap());

    let headers = [("x-session-id", session.as_str())];
    let answer = site.ask(Method::GET, "/gameserver/", &headers, "").await;

    assert_eq!(answer.error(503), "Your dedicated server is unavailable");
    tasks.stop();
}

#[tokio::test]
async fn a_server_that_does_not_speak_http_is_unavailable() {
    let game = listener().await;
    let site = site_with_game_server(&[], game.local_addr().unwrap()).await;
    let session = site.joined("Ada").await;
    let path = format!("/gameserver/x?sessionId={session}");
    let babbling = async {
        let (mut stream, _) = game.accept().await.unwrap();
        stream.write_all(b"\x00\x01 hello\r\n\r\n").await.unwrap();
        stream
    };

    let (answer, _stream) = tokio::join!(site.get(&path), babbling);

    assert_eq!(answer.error(503), "Your dedicated server is unavailable");
}

/// Reads the head of a request, and answers in HTTP/1.0. Returns the head.
async fn answer_in_http_1_0(game: &TcpListener) -> String {
    let (mut stream, _) = game.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let answer = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    stream.write_all(answer).await.unwrap();
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn we_speak_http_1_1_to_each_side_whatever_the_other_speaks() {
    let game = listener().await;
    let site = site_with_game_server(&[], game.local_addr().unwrap()).await;
    let session = site.joined("Ada").await;
    let ask = async |version: &str, host: &str| {
        let mut stream = TcpStream::connect(site.players).await.unwrap();
        let path = format!("/gameserver/x?sessionId={session}");
        let request = format!("GET {path} {version}\r\n{host}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };

    let (old_client, seen) = tokio::join!(ask("HTTP/1.0", ""), answer_in_http_1_0(&game));
    let (client, _) = tokio::join!(ask("HTTP/1.1", "Host: x\r\n"), answer_in_http_1_0(&game));

    assert!(seen.starts_with("GET /x HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("host: localhost\r\n"), "{seen}");
    assert!(client.starts_with("HTTP/1.1 200 OK\r\n"), "{client}");
    assert!(old_client.ends_with("\r\n\r\nhi"), "{old_client}");
}

#[tokio::test]
async fn websocket_goes_through_in_both_directions_and_is_not_the_feed() {
    let game = listener().await;
    let site = site_with_game_server(&[], game.local_addr().unwrap()).await;
    let session = site.joined("Ada").await;
    let serving = async {
        let (stream, _) = game.accept().await.unwrap();
        let mut socket = accept_async(stream).await.unwrap();
        while let Some(Ok(Message::Text(text))) = socket.next().await {
            socket
                .send(Message::text(format!("{text}!")))
                .await
                .unwrap();
        }
    };
    let talking = async {
        let stream = TcpStream::connect(site.players).await.unwrap();
        let url = format!("ws://{}/gameserver/play?sessionId={session}", site.players);
        let (mut socket, _) = client_async(url, stream).await.unwrap();
        let mut heard = Vec::new();
        for word in ["hello", "again"] {
            socket.send(Message::text(word)).await.unwrap();
            heard.push(socket.next().await.unwrap().unwrap().into_text().unwrap());
        }
        socket.close(None).await.unwrap();
        heard
    };

    let ((), heard) = tokio::join!(serving, talking);

    assert_eq!(heard, ["hello!", "again!"]);
}

#[tokio::test]
async fn a_reader_that_does_not_read_keeps_nobody_else_waiting() {
    let Playing { site, session, .. } = &playing().await;
    let head = format!("GET /gameserver/slow?sessionId={session} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(site.players).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        stuck.push(stream);
    }

    let answer = site
        .get(&format!("/gameserver/x?sessionId={session}"))
        .await;

    assert_eq!(answer.status, 200);
}
