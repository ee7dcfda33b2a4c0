use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinSet;

use super::*;
use crate::fake_discord::read_request;

/// A Discord that gives these answers, one after another.
struct Discord {
    rest: Rest,
    requests: UnboundedReceiver<String>,
    _task: JoinSet<()>,
}

impl Discord {
    /// Starts with whole answers: status line, headers and body.
    async fn answering(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let (received, requests) = unbounded_channel();
        let mut task = JoinSet::new();
        task.spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                received.send(read_request(&mut stream).await).unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self {
            rest: Rest::new(&Secret::new("a.b.c"), Some(&base)).unwrap(),
            requests,
            _task: task,
        }
    }

    async fn request(&mut self) -> String {
        self.requests.recv().await.unwrap()
    }
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

fn text(content: &str) -> Payload {
    Payload {
        json: json!({"content": content}),
        files: Vec::new(),
    }
}

#[tokio::test]
async fn a_message_is_posted_once_however_often_it_is_sent() {
    let mut discord = Discord::answering(vec![answer(200, "", r#"{"id": "77"}"#)]).await;

    let created = discord.rest.create_message(5, &text("hello"), 123).await;

    assert_eq!(created.unwrap().id, 77);
    let request = discord.request().await;
    assert!(
        request.starts_with("POST /api/v10/channels/5/messages "),
        "{request}"
    );
    assert!(
        request.contains("authorization: Bot a.b.c\r\n"),
        "{request}"
    );
    let agent = concat!(
        "user-agent: DiscordBot (https://discord.com/developers/applications, ",
        env!("CARGO_PKG_VERSION"),
        ")\r\n"
    );
    assert!(request.contains(agent), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        json!({"content": "hello", "nonce": "123", "enforce_nonce": true})
    );
}

#[tokio::test]
async fn files_are_sent_beside_the_json() {
    let mut discord = Discord::answering(vec![answer(200, "", "{}")]).await;
    let file = File {
        name: "status.png",
        bytes: Arc::from(*b"pixels"),
    };
    let edited = Payload {
        json: json!({"attachments": [{"id": 0}]}),
        files: vec![file],
    };

    discord.rest.edit_message(5, 6, &edited).await.unwrap();

    let request = discord.request().await;
    assert!(
        request.starts_with("PATCH /api/v10/channels/5/messages/6 "),
        "{request}"
    );
    for part in [
        r#"name="payload_json""#,
        r#"{"attachments":[{"id":0}]}"#,
        r#"name="files[0]"; filename="status.png""#,
        "pixels",
    ] {
        assert!(request.contains(part), "{part} is missing in {request}");
    }
}

#[tokio::test]
async fn a_short_rate_limit_is_waited_for() {
    let limited = answer(429, "", r#"{"message": "slow", "retry_after": 0.01}"#);
    let discord = Discord::answering(vec![limited, answer(200, "", "{}")]).await;

    assert_eq!(discord.rest.edit_message(5, 6, &text("x")).await, Ok(()));
}

#[tokio::test]
async fn a_long_rate_limit_is_told_and_nothing_is_sent_until_it_has_passed() {
    let limited = answer(429, "", r#"{"message": "slow", "retry_after": 600}"#);
    let mut discord = Discord::answering(vec![limited]).await;

    for _ in 0..3 {
        let refused = discord.rest.rename_channel(5, "3 online").await;
        let wait = refused.unwrap_err().retry_after().unwrap();
        assert!(wait > Duration::from_secs(590), "{wait:?}");
    }

    discord.request().await;
    assert!(
        discord.requests.try_recv().is_err(),
        "one request was enough"
    );
}

#[tokio::test]
async fn a_rate_limit_holds_although_nobody_waits_for_the_answer_any_more() {
    let limited = answer(429, "", r#"{"message": "slow", "retry_after": 2}"#);
    let mut discord = Discord::answering(vec![limited]).await;
    let route = Route("get voice state", 5);
    let is_closed = async {
        while discord
            .rest
            .limits
            .lock()
            .closed_for(route, Instant::now())
            .is_zero()
        {
            tokio::task::yield_now().await;
        }
    };

    tokio::select! {
        answered = discord.rest.voice_state(5, 6) => panic!("{answered:?}"),
        () = is_closed => {}
    }
    let again = tokio::time::timeout(Duration::ZERO, discord.rest.voice_state(5, 7)).await;

    assert!(again.is_err());
    let request = discord.request().await;
    assert!(
        request.starts_with("GET /api/v10/guilds/5/voice-states/6 "),
        "{request}"
    );
    assert!(discord.requests.try_recv().is_err());
}

#[tokio::test]
async fn whoever_registers_commands_learns_how_long_discord_asks_them_to_wait() {
    let limited = answer(429, "", r#"{"message": "slow", "retry_after": 6}"#);
    let set = answer(200, "", r#"[{"id": "77"}]"#);
    let mut discord = Discord::answering(vec![set, limited]).await;
    let commands = json!([{"name": "oxeye"}]);

    assert_eq!(discord.rest.set_commands(9, &commands).await, Ok(Some(77)));
    let refused = discord.rest.set_commands(9, &commands).await.unwrap_err();

    assert!(refused.retry_after().unwrap() > Duration::from_secs(5));
    let request = discord.request().await;
    assert!(
        request.starts_with("PUT /api/v10/applications/9/commands "),
        "{request}"
    );
    assert!(request.ends_with(r#"[{"name":"oxeye"}]"#), "{request}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_a_global_limit_lasts_that_began_while_others_waited() {
    let rest = Rest::new(&Secret::new("a.b.c"), None).unwrap();
    let close = |secs| {
        let wait = Duration::from_secs(secs);
        let mut limits = rest.limits.lock();
        limits.close(Route("edit message", 1), true, wait, Instant::now());
    };
    let (start, mut waiting) = (Instant::now(), JoinSet::new());
    for channel in 1..=4 {
        let rest = rest.clone();
        waiting.spawn(async move {
            let route = Route("edit message", channel);
            rest.wait_for(route, Turn::InOrder).await.unwrap();
            start.elapsed().as_millis()
        });
    }
    tokio::task::yield_now().await;
    tokio::time::advance(Duration::from_millis(20)).await;

    close(1);
    tokio::time::advance(Duration::from_millis(900)).await;
    // A second refusal, whose request was on its way, makes the limit longer.
    close(2);

    let mut sent = waiting.join_all().await;
    sent.sort_unstable();
    assert!(sent[0] < 20, "it was sent before: {sent:?}");
    assert!(sent[1..].iter().all(|at| *at >= 2_920), "{sent:?}");
    // They go on one after another.
    assert!(sent[3] - sent[1] >= 100, "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_member_waits_for_is_sent_at_once_unless_discord_has_closed_everything() {
    let rest = Rest::new(&Secret::new("a.b.c"), None).unwrap();
    let (edit, read) = (Route("edit message", 1), Route("get channel", 5));
    let (start, mut edits) = (Instant::now(), JoinSet::new());
    for _ in 0..40 {
        let rest = rest.clone();
        edits.spawn(async move { rest.wait_for(edit, Turn::InOrder).await });
    }
    tokio::task::yield_now().await;

    rest.wait_for(read, Turn::Now).await.unwrap();

    assert_eq!(start.elapsed(), Duration::ZERO);
    let closed_for = Duration::from_secs(2);
    let now = Instant::now();
    rest.limits.lock().close(edit, true, closed_for, now);
    rest.wait_for(read, Turn::Now).await.unwrap();
    assert!(now.elapsed() >= closed_for, "a limit of all holds for it");
}

#[tokio::test]
async fn a_global_limit_is_known_by_its_header_as_well() {
    let headers = "x-ratelimit-global: true\r\nretry-after: 600\r\n";
    let discord = Discord::answering(vec![answer(429, headers, "<html>")]).await;
    let limited = async |channel| {
        let edited = discord.rest.edit_message(channel, 6, &text("x")).await;
        edited.unwrap_err().is_rate_limit()
    };

    assert!(limited(5).await);
    assert!(limited(7).await, "nothing answers a second request");
}

#[tokio::test]
async fn a_route_without_a_request_left_is_not_used_until_it_has_one_again() {
    let headers = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset-after: 60\r\n";
    let discord = Discord::answering(vec![answer(200, headers, "{}")]).await;

    assert_eq!(discord.rest.edit_message(5, 6, &text("1")).await, Ok(()));
    let refused = discord.rest.edit_message(5, 6, &text("2")).await;

    assert!(refused.unwrap_err().is_rate_limit());
}

#[tokio::test]
async fn a_refusal_keeps_discords_number_and_words() {
    let body = r#"{"message": "Missing Permissions", "code": 50013}"#;
    let discord = Discord::answering(vec![
        answer(403, "", body),
        answer(502, "", "<html>bad gateway</html>"),
    ])
    .await;

    let refused = discord.rest.edit_message(5, 6, &text("x")).await;
    let refused = refused.unwrap_err();
    assert_eq!((refused.code(), refused.is_transient()), (50013, false));
    let words = refused.to_string();
    assert!(
        words.contains("403") && words.contains("Missing Permissions"),
        "{words}"
    );

    let failed = discord.rest.edit_message(5, 6, &text("x")).await;
    assert!(failed.unwrap_err().is_transient());
}

#[tokio::test]
async fn a_direct_message_needs_a_channel_first() {
    let opened = answer(200, "", r#"{"id": "8"}"#);
    let sent = answer(200, "", r#"{"id": "9"}"#);
    let mut discord = Discord::answering(vec![opened, sent]).await;

    discord.rest.tell(42, "hello").await.unwrap();

    assert!(discord.request().await.contains(r#"{"recipient_id":"42"}"#));
    let request = discord.request().await;
    assert!(
        request.starts_with("POST /api/v10/channels/8/messages "),
        "{request}"
    );
    assert!(
        request.contains(r#""allowed_mentions":{"parse":[]}"#),
        "{request}"
    );
}

#[test]
fn the_debug_output_does_not_contain_the_token() {
    let rest = Rest::new(&Secret::new("hunter2"), None).unwrap();

    assert!(!format!("{rest:?}").contains("hunter2"));
}
