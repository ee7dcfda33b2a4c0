//! A backend, and the Redis to which it copies activity.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::backend::{Oxeye, Setup};
use crate::plugin::Plugin;
use crate::raw::Request;
use crate::redis::Redis;

/// How long the copy may take to become correct again.
pub const COPY_LIMIT: Duration = Duration::from_secs(60);

/// A running backend and its Redis.
#[derive(Debug)]
pub struct Copied {
    /// The Redis.
    pub redis: Redis,
    /// The backend.
    pub oxeye: Oxeye,
}

impl Copied {
    /// Starts both. Returns `None`, and says so loudly, if no Redis is installed.
    pub async fn start() -> Option<Self> {
        let redis = Redis::start().await?;
        let url = redis.url();
        Some(Self::start_with(redis, &url).await)
    }

    /// Starts a backend that copies to this address of a Redis, and that Redis clients can read as well.
    pub async fn start_with(redis: Redis, url: &str) -> Self {
        let setup = Setup::unlimited().set("REDIS_URL", url);
        let setup = setup.set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0");
        let oxeye = setup.start().await;
        Self { redis, oxeye }
    }

    /// Starts both and a server that Alex left after a trade, and on which Steve is. Waits for the copy.
    pub async fn start_with_a_busy_server() -> Option<(Self, Plugin)> {
        let copied = Self::start().await?;
        let server = copied.a_busy_server().await;
        copied.becomes("everything is copied", Self::is_right).await;
        Some((copied, server))
    }

    /// Links a server that Alex left after a trade, and on which Steve is.
    pub async fn a_busy_server(&self) -> Plugin {
        let server = self.oxeye.linked("survival").await;
        server.syncs(&["Alex", "Steve"]).await;
        for (event_type, details) in [
            ("trade_buy", json!({"total_value": 12.5})),
            ("warp", json!({"sector_id": 12})),
        ] {
            let event = json!({"player": "Alex", "event_type": event_type, "details": details});
            server.reports_activity(&event).await;
        }
        server.leaves("Alex").await;
        server
    }

    /// Polls until `is_so` holds. Returns how long that took.
    ///
    /// # Panics
    /// If it takes too long.
    pub async fn becomes(&self, what: &str, is_so: impl AsyncFn(&Self) -> bool) -> Duration {
        let began = Instant::now();
        let asking = async {
            while !is_so(self).await {
                tokio::task::yield_now().await;
            }
        };
        let outcome = tokio::time::timeout(COPY_LIMIT, asking).await;
        assert!(outcome.is_ok(), "in time: {what}");
        began.elapsed()
    }

    /// Whether Redis holds what the API answers about the busy server.
    pub async fn is_right(&self) -> bool {
        self.is_copied("Alex").await
            && self.online().await == ["Steve"]
            && self.text("activity:session:Steve").await.is_some()
    }

    /// Whether the records of a player who is not on equal the answers of the API.
    pub async fn is_copied(&self, player: &str) -> bool {
        let summary = as_copied(self.api(player, "summary").await);
        let day = as_copied(self.api(player, "daily").await);
        let date = day["date"].as_str().expect("a date").to_owned();
        let events = self.api(player, "events?limit=500").await;
        let key = format!("activity:events:{player}");
        let listed: Vec<String> = self.redis.run(&["LRANGE", &key, "0", "-1"]).await;
        let listed = listed
            .iter()
            .map(|event| serde_json::from_str(event).expect("JSON"));
        let day_key = format!("activity:daily:{player}:{date}");
        let session_key = format!("activity:session:{player}");
        self.text(&format!("activity:summary:{player}")).await == Some(summary)
            && self.text(&day_key).await == Some(day)
            && self.text(&session_key).await.is_none()
            && Value::Array(listed.collect()) == events
    }

    /// Returns what the API answers about a player.
    pub async fn api(&self, player: &str, record: &str) -> Value {
        self.oxeye
            .activity(&format!("players/{player}/{record}"))
            .await
    }

    /// Returns the JSON under a key in Redis.
    ///
    /// # Panics
    /// If it is not JSON.
    pub async fn text(&self, key: &str) -> Option<Value> {
        let text: Option<String> = self.redis.run(&["GET", key]).await;
        text.map(|text| serde_json::from_str(&text).expect("JSON"))
    }

    /// Returns who is on according to Redis, sorted.
    pub async fn online(&self) -> Vec<String> {
        let key = "activity:online_players";
        let mut ids: Vec<String> = self.redis.run(&["SMEMBERS", key]).await;
        ids.sort();
        ids
    }

    /// Whether the backend says that everything is copied.
    pub async fn is_up_to_date(&self) -> bool {
        self.health().await["redis"] == "up to date"
    }

    /// Whether the backend warns that it cannot copy, for this reason.
    ///
    /// # Panics
    /// If its health holds no warnings.
    pub async fn warns(&self, reason: &str) -> bool {
        let health = self.health().await;
        let warnings = health["warnings"].as_array().expect("a list");
        warnings
            .iter()
            .any(|warning| warning["type"] == "redis_mirror_failing" && warning["reason"] == reason)
    }

    /// Returns the health that operators see, warnings included.
    pub async fn health(&self) -> Value {
        self.oxeye.api(Request::get("/api/health")).await
    }
}

/// Returns an answer of the API as it is in Redis.
///
/// # Panics
/// If it is no record with counters.
pub fn as_copied(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().expect("an object");
    fields.remove("online");
    let counters = fields["counters"].as_object().expect("an object");
    if counters.values().all(|amount| *amount == 0) {
        fields.remove("counters");
    }
    answer
}
