use std::sync::atomic::{AtomicBool, Ordering};

use oxeye_db::testing::{TestStore, join};
use oxeye_db::{Board, GuildServers, NewBoard, StopReason, UnixSeconds};
use oxeye_process::Secret;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::super::{Boards, PostError, Posted, run};
use super::*;
use crate::fake_discord::read_request;
use crate::rest::Rest;

mod checks;
mod healing;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const GUILD: GuildId = GuildId(7);
const SOON: Duration = Duration::from_secs(10);

/// A store with one server and its board, and a Discord that answers with given statuses and codes. It
/// has one message, which is what was written last.
struct Guild {
    store: TestStore,
    server: ServerId,
    rest: Rest,
    requests: UnboundedReceiver<String>,
    _discord: JoinSet<()>,
}

/// The task that keeps the boards.
struct Running {
    boards: Boards,
    stop: CancellationToken,
    task: JoinSet<()>,
}

impl Guild {
    /// Starts with a board of the server.
    async fn with_a_board(answers: &'static [(u16, u32)]) -> Self {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        store.player_join(server, join("Alex"), NOW).await.unwrap();
        let new = NewBoard {
            servers: GuildServers::One(store.guild_server(GUILD, server).unwrap()),
            channel: 8,
            with_picture: false,
            locale: "en-US".to_owned(),
            posted_by: 5,
        };
        store.add_board(new, 20, NOW).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (received, requests) = mpsc::unbounded_channel();
        let mut discord = JoinSet::new();
        discord.spawn(async move {
            let mut message = json!({});
            for (status, code) in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                let line = request.lines().next().unwrap();
                let line = line.trim_start_matches("/api/v10").replace("/api/v10", "");
                received.send(line.replace(" HTTP/1.1", "")).unwrap();
                let (_, written) = request.split_once("\r\n\r\n").unwrap();
                if *status == 200 && !written.is_empty() && request.contains("/channels/8/") {
                    message = serde_json::from_str(written).unwrap();
                }
                let mut answer = json!({"id": "9", "code": code, "message": ""});
                if *status == 200 {
                    answer["content"] = message["content"].clone();
                    answer["embeds"] = message["embeds"].clone();
                }
                let body = answer.to_string();
                let length = body.len();
                let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n");
                let answer = format!("{head}connection: close\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let rest = Rest::new(&Secret::new("a.b.c"), Some(&base)).unwrap();
        Self {
            store,
            server,
            rest,
            requests,
            _discord: discord,
        }
    }

    /// Boards may be edited at once. A story holds the time in which they are left alone.
    fn tools(&self) -> Tools {
        Tools {
            database: self.store.clone(),
            rest: self.rest.clone(),
            clock: || NOW,
            last_seen_shown: 10,
            heads: None,
            quiet_at_start: Duration::ZERO,
        }
    }

    fn start(&self) -> Running {
        self.start_with(|| NOW)
    }

    fn start_with(&self, clock: fn() -> UnixSeconds) -> Running {
        let tools = Tools {
            clock,
            ..self.tools()
        };
        let (boards, asked) = Boards::new();
        let stop = CancellationToken::new();
        let mut task = JoinSet::new();
        task.spawn(run(tools, asked, stop.clone()));
        Running { boards, stop, task }
    }

    async fn is_asked(&mut self, expected: &str) {
        let request = timeout(SOON, self.requests.recv()).await;
        assert_eq!(request.unwrap().unwrap(), expected);
    }

    async fn board(&self) -> Board {
        self.store.boards().await.unwrap().remove(0)
    }
}

impl Guild {
    /// Posts the board, stops, and lets somebody join.
    async fn with_a_board_to_edit(answers: &'static [(u16, u32)]) -> Self {
        let mut guild = Self::with_a_board(answers).await;
        let running = guild.start();
        guild.is_asked("POST /channels/8/messages").await;
        running.stops().await;
        guild.sees_join("jeb_").await;
        guild
    }

    async fn sees_join(&self, player: &str) {
        let joined = self.store.player_join(self.server, join(player), NOW);
        joined.await.unwrap();
    }
}

impl Running {
    async fn stops(mut self) {
        self.stop.cancel();
        let stopped = timeout(STOP_LIMIT + SOON, self.task.join_next()).await;
        stopped.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_board_is_posted_edited_after_a_change_and_left_alone_by_a_restart() {
    let mut guild = Guild::with_a_board(&[(200, 0), (200, 0), (200, 0)]).await;
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    running.stops().await;
    assert_eq!(guild.board().await.message, Some(9));
    guild.sees_join("jeb_").await;

    let running = guild.start();
    guild.is_asked("PATCH /channels/8/messages/9").await;
    running.stops().await;
    let running = guild.start();
    let posted = running.boards.post_now(guild.board().await.id).await;

    let at = Posted {
        channel: 8,
        message: 9,
    };
    assert_eq!(posted.unwrap(), at);
    guild.is_asked("GET /channels/8/messages/9").await;
    running.stops().await;
    assert!(guild.requests.try_recv().is_err());
}

#[tokio::test]
async fn whoever_waits_for_a_board_learns_why_it_is_refused_and_is_not_told_again() {
    let mut guild = Guild::with_a_board(&[(403, 50_001)]).await;
    let id = guild.board().await.id;
    let (boards, asked) = Boards::new();
    let stop = CancellationToken::new();
    let (answer, answered) = oneshot::channel();
    boards.0.send(Ask::Post(id, answer)).unwrap();
    let mut task = JoinSet::new();
    task.spawn(run(guild.tools(), asked, stop.clone()));

    let refused = timeout(SOON, answered).await.unwrap().unwrap();

    assert!(matches!(refused, Err(PostError::Refused(error)) if error.code() == 50_001));
    guild.is_asked("POST /channels/8/messages").await;
    Running { boards, stop, task }.stops().await;
    let board = guild.board().await;
    assert_eq!((board.blocked_since, board.told_at), (Some(NOW), None));
}

#[tokio::test]
async fn the_message_of_a_server_that_is_removed_is_deleted() {
    let mut guild = Guild::with_a_board(&[(200, 0), (200, 0), (204, 0)]).await;
    let running = guild.start();
    guild.is_asked("POST /channels/8/messages").await;
    let id = guild.board().await.id;
    // The first call waits until it is posted, and the second looks for the message.
    running.boards.post_now(id).await.unwrap();
    while guild.requests.try_recv().is_err() {
        running.boards.post_now(id).await.unwrap();
    }

    let server = guild.store.guild_server(GUILD, guild.server).unwrap();
    guild.store.remove_server(server, NOW).await.unwrap();

    guild.is_asked("DELETE /channels/8/messages/9").await;
    running.stops().await;
}

#[tokio::test]
async fn a_forum_gets_a_post_of_its_own_unless_an_earlier_process_made_it() {
    let mut guild = Guild::with_a_board(&[(400, 40_058), (200, 0), (200, 0), (201, 0)]).await;
    let running = guild.start();
    for request in [
        "POST /channels/8/messages",
        "GET /users/@me",
        "GET /guilds/7/threads/active",
        "POST /channels/8/threads",
    ] {
        guild.is_asked(request).await;
    }
    running.stops().await;

    let board = guild.board().await;
    assert_eq!((board.thread, board.message), (Some(9), Some(9)));
}

/// Panics when the keeper starts for the first time.
fn clock_that_fails_once() -> UnixSeconds {
    static HAS_FAILED: AtomicBool = AtomicBool::new(false);
    assert!(HAS_FAILED.swap(true, Ordering::Relaxed), "on purpose");
    NOW
}

#[tokio::test]
async fn a_task_that_panics_is_started_again_and_hears_what_it_is_asked() {
    let mut guild = Guild::with_a_board(&[(200, 0)]).await;
    let id = guild.board().await.id;
    let tools = Tools {
        clock: clock_that_fails_once,
        ..guild.tools()
    };
    let (boards, asked) = Boards::new();
    let (answer, answered) = oneshot::channel();
    boards.0.send(Ask::Post(id, answer)).unwrap();
    let stop = CancellationToken::new();
    let mut task = JoinSet::new();
    task.spawn(run(tools, asked, stop.clone()));

    let posted = timeout(SOON, answered).await.unwrap().unwrap();

    assert_eq!(posted.unwrap().message, 9);
    guild.is_asked("POST /channels/8/messages").await;
    Running { boards, stop, task }.stops().await;
}
