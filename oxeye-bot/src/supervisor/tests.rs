use oxeye_db::testing::{TestStore, player};
use oxeye_process::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::*;
use crate::custom_id::MemberRequest;

const SOON: Duration = Duration::from_secs(10);

/// A bot that runs until the test stops it.
struct Running {
    health: BotHealth,
    stop: CancellationToken,
    task: tokio::task::JoinSet<()>,
    _database: TestStore,
}

impl Running {
    fn start(api_base: String) -> Self {
        let database = TestStore::new(UnixSeconds(0));
        let options = options(api_base);
        let (health, stop) = (BotHealth::default(), CancellationToken::new());
        let mut task = tokio::task::JoinSet::new();
        task.spawn(run(
            options,
            database.clone(),
            || UnixSeconds(0),
            health.clone(),
            stop.clone(),
        ));
        Self {
            health,
            stop,
            task,
            _database: database,
        }
    }

    async fn reaches(&self, wanted: impl Fn(&BotState) -> bool) {
        let reached = async {
            while !wanted(&self.health.state()) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(SOON, reached)
            .await
            .expect("the bot reaches the state in time");
    }

    async fn stops(mut self) {
        self.stop.cancel();
        timeout(Duration::from_secs(2), self.task.join_next())
            .await
            .expect("the bot stops in time");
    }
}

fn options(api_base: String) -> BotOptions {
    BotOptions {
        token: Secret::new("a.b.c"),
        api_base: Some(api_base),
        last_seen_shown: 10,
        head_emoji: false,
        time_zone: oxeye_db::TimeZone::UTC,
        session_retention_days: None,
        watcher: None,
        fleet: None,
        member_presence: MemberPresence::Off,
    }
}

/// Starts a server that answers every request with this status and an empty object, or, with
/// `None`, never answers.
async fn discord(status: Option<&'static str>) -> (String, tokio::task::JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if let Some(status) = status {
                stream.read_u8().await.unwrap();
                let answer = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            } else {
                silent.push(stream);
            }
        }
    });
    (base, task)
}

#[tokio::test]
async fn the_bot_keeps_trying_to_reach_discord_until_it_is_stopped() {
    let bot = Running::start("http://127.0.0.1:1".to_owned());
    bot.reaches(|state| *state == BotState::Reconnecting).await;
    bot.stops().await;
}

#[tokio::test]
async fn the_bot_keeps_trying_a_discord_that_answers_with_errors() {
    let (base, _discord) = discord(Some("502 Bad Gateway")).await;
    let bot = Running::start(base);
    bot.reaches(|state| *state == BotState::Reconnecting).await;
    bot.stops().await;
}

#[tokio::test]
async fn a_revoked_token_is_reported_and_does_not_delay_a_stop() {
    let (base, _discord) = discord(Some("401 Unauthorized")).await;
    let bot = Running::start(base);
    bot.reaches(
        |state| matches!(state, BotState::Refused { reason } if reason.contains("DISCORD_TOKEN")),
    )
    .await;
    bot.stops().await;
}

#[tokio::test]
async fn a_discord_that_does_not_answer_does_not_delay_a_stop() {
    let (base, _discord) = discord(None).await;
    Running::start(base).stops().await;
}

#[test]
fn a_connection_limit_that_resets_at_once_still_causes_a_pause() {
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let health = BotHealth::default();
    let mut pause = |reset_after| {
        let end = ConnectionEnd::NotBefore(Duration::from_secs(reset_after));
        pause_after(end, &mut backoff, &health).unwrap()
    };

    assert!(pause(0) >= FIRST_PAUSE);
    assert_eq!(pause(3_600), Duration::from_secs(3_600));
}

#[tokio::test]
async fn what_members_have_done_lately_outlives_a_connection() {
    let database = TestStore::new(UnixSeconds(0));
    let options = options(String::new());
    let handles = Handles {
        boards: Boards::new().0,
        alerts: Alerts::new().0,
        notices: Notices::new().0,
        counters: mpsc::unbounded_channel().0,
        sessions: Sessions::default(),
        link_requests: Arc::default(),
        left_lately: Arc::new(Pauses::new(BETWEEN_DELETIONS)),
        deleted_lately: Arc::new(Pauses::new(BETWEEN_DELETIONS)),
        heads: None,
        rest: None,
    };
    let connect = || {
        new_bot(
            &options,
            database.clone(),
            || UnixSeconds(0),
            handles.clone(),
        )
    };
    let request = MemberRequest {
        user: 1,
        player: player("Alex"),
        expires_at: UnixSeconds(9),
    };
    let asks = |bot: Bot| bot.link_requests.ask(GuildId(7), &request, Instant::now());
    for _ in 0..5 {
        assert_eq!(asks(connect()), Ok(()));
    }

    asks(connect()).unwrap_err();
    let (guild, user, now) = (GuildId(7), UserId(1), Instant::now());
    connect().left_lately.begin((guild, user), now);
    let wait = connect().left_lately.wait(&(guild, user), now);
    assert!(!wait.is_zero());
    connect().deleted_lately.begin(guild, now);
    assert!(!connect().deleted_lately.wait(&guild, now).is_zero());
}
