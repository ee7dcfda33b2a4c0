//! The copy of ten thousand players in a real Redis is right within a minute, whatever happened to Redis.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use oxeye_tests::copied::Copied;
use oxeye_tests::output::say_past_the_runner;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::redis::{run_all_at, run_at};
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

/// One in this many players is in the sample.
const SAMPLED: usize = 10;

/// Keys that one `MGET` names: Oxeye takes 64 arguments.
const KEYS_AT_ONCE: usize = 60;

/// By how many seconds lifetimes may differ: those of players who are on are renewed once a minute.
const LIFETIME_TOLERANCE: i64 = 130;

/// How long a Redis is silent.
const SILENCE: Duration = Duration::from_secs(5);

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
            if !is_on(number) {
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

    /// Compares all records of a thousand players, on and off, with those of the store.
    async fn has_a_thousand_players_as_they_are(&self) {
        let keys = keys(&self.resp).await;
        let sampled = sampled();
        let is_sampled = |key: &&str| player_of(key).is_some_and(|name| sampled.contains(name));
        let keys: Vec<_> = keys.iter().map(String::as_str).filter(is_sampled).collect();
        let theirs = Sample::read(&self.copied.redis.url(), &keys).await;
        let ours = Sample::read(&self.resp, &keys).await;
        // Events, summary and a day of each player, and a session of each who is on.
        assert!(keys.len() >= 3_500, "{} keys", keys.len());
        assert_eq!(theirs.texts, ours.texts);
        assert_eq!(theirs.lists, ours.lists);
        for (key, (theirs, ours)) in keys
            .iter()
            .zip(theirs.lifetimes.iter().zip(&ours.lifetimes))
        {
            let difference = (theirs - ours).abs();
            assert!(difference <= LIFETIME_TOLERANCE, "{key}: {theirs}, {ours}");
        }
    }

    /// Checks that the backend says what is wrong for as long as Redis is silent.
    async fn warns_all_the_time(&self, reason: &str) {
        let begin = Instant::now();
        while begin.elapsed() < SILENCE {
            assert!(self.copied.warns(reason).await, "{reason}");
        }
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

/// Returns the players in the sample.
fn sampled() -> BTreeSet<String> {
    let servers = 0..SERVERS;
    servers
        .flat_map(|server| names(server).into_iter().step_by(SAMPLED))
        .collect()
}

/// Returns the id of the player whom a key is about.
fn player_of(key: &str) -> Option<&str> {
    key.split(':').nth(2)
}

/// Everything under some keys.
struct Sample {
    /// JSON. Of players who are on without what grows while they are.
    texts: Vec<Value>,
    lists: Vec<Vec<String>>,
    /// Seconds, of all keys.
    lifetimes: Vec<i64>,
}

impl Sample {
    async fn read(url: &str, keys: &[&str]) -> Self {
        let (lists, texts): (Vec<&str>, Vec<&str>) = keys
            .iter()
            .copied()
            .partition(|key| key.starts_with("activity:events:"));
        let gets = texts.chunks(KEYS_AT_ONCE);
        let gets: Vec<_> = gets.map(|some| [&["MGET"][..], some].concat()).collect();
        let ranges = lists.iter().map(|key| vec!["LRANGE", *key, "0", "-1"]);
        let ranges: Vec<_> = ranges.collect();
        let lifetimes: Vec<_> = keys.iter().map(|key| vec!["TTL", *key]).collect();
        let values: Vec<Vec<Option<String>>> = run_all_at(url, &gets).await;
        let values = values.into_iter().flatten();
        let texts = texts.iter().zip(values);
        Self {
            texts: texts.map(|(key, text)| settled(key, text)).collect(),
            lists: run_all_at(url, &ranges).await,
            lifetimes: run_all_at(url, &lifetimes).await,
        }
    }
}

/// Returns the JSON under a key; of a player who is on without what grows meanwhile.
fn settled(key: &str, text: Option<String>) -> Value {
    let mut value: Value = serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default();
    let is_on = (0..SERVERS).any(|server| {
        let begin = format!("S{server}P");
        is_on(server) && player_of(key).is_some_and(|id| id.starts_with(&begin))
    });
    if let Some(fields) = value.as_object_mut().filter(|_| is_on) {
        for field in ["total_playtime_seconds", "playtime_seconds", "last_updated"] {
            fields.remove(field);
        }
    }
    value
}

/// Whether the players of a server stay on it.
fn is_on(server: u64) -> bool {
    server % 2 == 1
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
    crowd.has_a_thousand_players_as_they_are().await;

    crowd.copied.redis.run::<()>(&["FLUSHALL"]).await;
    crowd.is_right_again("after FLUSHALL").await;

    crowd.copied.redis.signal("STOP");
    crowd.trades().await;
    crowd.warns("Redis does not answer in time").await;
    crowd
        .warns_all_the_time("Redis does not answer in time")
        .await;
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
    crowd.has_a_thousand_players_as_they_are().await;
}
