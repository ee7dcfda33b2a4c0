//! The copy of ten thousand players in a real Redis is right within a minute, whatever happened to Redis.

use std::collections::BTreeSet;

use oxeye_tests::copied::Copied;
use oxeye_tests::output::say_past_the_runner;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::redis::run_at;
use oxeye_tests::redis_client::address;
use serde_json::{Value, json};

const SERVERS: u64 = 10;
const PLAYERS_OF_EACH: usize = 1_000;

/// Players of the first server, who have left it and whose values are compared.
const COMPARED: [usize; 5] = [0, 1, 250, 500, 999];

fn names(server: u64) -> Vec<String> {
    let numbers = 0..PLAYERS_OF_EACH;
    numbers
        .map(|number| format!("S{server}P{number}"))
        .collect()
}

/// A backend with ten thousand players, of whom half are on, and its Redis.
struct Crowd {
    copied: Copied,
    /// The server whose players go on doing something.
    first: Plugin,
    next_seq: u64,
    resp: String,
}

impl Crowd {
    async fn gather() -> Option<Self> {
        let copied = Copied::start().await?;
        let mut first = None;
        for number in 0..SERVERS {
            let server = copied.oxeye.linked(&format!("s{number}")).await;
            let names = names(number);
            server
                .syncs(&names.iter().map(String::as_str).collect::<Vec<_>>())
                .await;
            for (batch, names) in (0..).zip(names.chunks(100)) {
                trade(&server, 1 + batch * 100, names).await;
            }
            if number % 2 == 0 {
                server.syncs(&[]).await;
            }
            first.get_or_insert(server);
        }
        let resp = format!("redis://{}", address(&copied.oxeye).await);
        Some(Self {
            copied,
            first: first?,
            next_seq: 1_001,
            resp,
        })
    }

    /// The compared players trade once more.
    async fn trades(&mut self) {
        let names = names(0);
        let names: Vec<_> = COMPARED
            .iter()
            .map(|number| names[*number].clone())
            .collect();
        trade(&self.first, self.next_seq, &names).await;
        self.next_seq += COMPARED.len() as u64;
    }

    /// Waits until keys and values in Redis equal those of the store, and the backend reports no problem.
    async fn is_right_again(&self, after: &str) {
        let keys = keys(&self.resp).await;
        let values = values(&self.resp).await;
        let url = self.copied.redis.url();
        let is_right = async |copied: &Copied| {
            // The extra key is the mark by which Oxeye notices that Redis was emptied.
            let count: usize = copied.redis.run(&["DBSIZE"]).await;
            count == keys.len() + 1
                && self::values(&url).await == values
                && copied.is_up_to_date().await
        };
        let took = self.copied.becomes(after, is_right).await;
        assert_eq!(self::keys(&url).await, keys, "{after}");
        say_past_the_runner(&format!(
            "10,000 players {after}: {} keys in {} are right after {:.1} s",
            keys.len(),
            self.copied.redis.program(),
            took.as_secs_f64()
        ));
    }

    /// Waits until the backend says what is wrong.
    async fn warns(&self, reason: &str) {
        let warns = async |copied: &Copied| copied.warns(reason).await;
        self.copied.becomes(reason, warns).await;
    }
}

async fn trade(server: &Plugin, first_seq: u64, names: &[String]) {
    let events: Vec<_> = names
        .iter()
        .map(|name| json!({"player": name, "event_type": "trade_buy", "details": {"total_value": 1.5}}))
        .collect();
    let answer = server
        .sends_activity(1, first_seq, &Value::Array(events))
        .await;
    assert_eq!(answer.status, 200, "{answer}");
    assert!(answer.json().get("refused").is_none(), "{answer}");
}

/// Returns all keys of a server that speaks the protocol.
async fn keys(url: &str) -> BTreeSet<String> {
    run_at(url, &["KEYS", "activity:*"]).await
}

/// Returns the values of the compared players.
async fn values(url: &str) -> Vec<(Option<String>, Vec<String>)> {
    let mut values = Vec::new();
    let names = names(0);
    for name in COMPARED.iter().map(|number| &names[*number]) {
        let summary = run_at(url, &["GET", &format!("activity:summary:{name}")]).await;
        let key = format!("activity:events:{name}");
        values.push((summary, run_at(url, &["LRANGE", &key, "0", "-1"]).await));
    }
    values
}

#[tokio::test]
async fn the_keys_of_ten_thousand_players_are_right_within_a_minute_of_any_trouble() {
    let Some(mut crowd) = Crowd::gather().await else {
        return;
    };
    crowd.is_right_again("when they are new").await;

    crowd.copied.redis.run::<()>(&["FLUSHALL"]).await;
    crowd.is_right_again("after FLUSHALL").await;

    crowd.copied.redis.signal("STOP");
    crowd.trades().await;
    crowd.warns("Redis does not answer in time").await;
    crowd.copied.redis.signal("CONT");
    crowd.is_right_again("after SIGSTOP").await;

    crowd.copied.redis.kill_and_restart().await;
    crowd.trades().await;
    crowd.is_right_again("after a kill and a restart").await;

    let redis = &crowd.copied.redis;
    redis.run::<()>(&["REPLICAOF", "127.0.0.1", "1"]).await;
    crowd.trades().await;
    crowd.warns("Redis is a read-only replica").await;
    let redis = &crowd.copied.redis;
    redis.run::<()>(&["REPLICAOF", "NO", "ONE"]).await;
    crowd.is_right_again("after READONLY").await;

    let redis = &crowd.copied.redis;
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "1"]).await;
    redis.run::<()>(&["FLUSHALL"]).await;
    crowd.trades().await;
    crowd.warns("the memory of Redis is full (maxmemory)").await;
    let redis = &crowd.copied.redis;
    redis.run::<()>(&["CONFIG", "SET", "maxmemory", "0"]).await;
    crowd.is_right_again("after a full memory").await;

    let redis = &crowd.copied.redis;
    redis.run::<()>(&["FLUSHALL"]).await;
    redis
        .run::<()>(&["CONFIG", "SET", "requirepass", "other"])
        .await;
    let others = ["CLIENT", "KILL", "TYPE", "normal"];
    redis.run_with::<()>("other", &others).await;
    crowd.trades().await;
    crowd
        .warns("Redis does not accept the user and password of REDIS_URL")
        .await;
    let redis = &crowd.copied.redis;
    redis
        .run_with::<()>("other", &["CONFIG", "SET", "requirepass", ""])
        .await;
    crowd.is_right_again("after a wrong password").await;
}
