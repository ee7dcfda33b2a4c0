//! Redis clients that read activity: the real `redis-cli`, and clients that behave badly.

use std::net::SocketAddr;
use std::time::Duration;

use oxeye_tests::backend::{OPERATOR_TOKEN, Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::redis_client::{
    RedisClient, address, redis_cli, redis_cli_is_installed, redis_cli_with_input,
};
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::{Value, json};

const PING: &str = "*1\r\n$4\r\nPING\r\n";

async fn start() -> (Oxeye, SocketAddr) {
    let setup = Setup::unlimited().set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0");
    let oxeye = setup.start().await;
    let address = address(&oxeye).await;
    (oxeye, address)
}

async fn connect(address: SocketAddr) -> RedisClient {
    let connected = RedisClient::connect(address).await;
    connected.expect("Oxeye listens")
}

async fn trades(server: &Plugin, player: &str, value: u64) {
    let event = json!({"player": player, "event_type": "trade_buy",
        "details": {"total_value": value}});
    server.reports_activity(&event).await;
}

/// In guild 0, Alex is on and has traded twice; in guild 7, Steve is on.
async fn world() -> (Oxeye, SocketAddr) {
    let (oxeye, address) = start().await;
    let local = oxeye.linked("survival").await;
    local.joins("Alex").await;
    trades(&local, "Alex", 5).await;
    trades(&local, "Alex", 7).await;
    let of_guild = oxeye.linked_in("7", "survival").await;
    of_guild.joins("Steve").await;
    (oxeye, address)
}

#[tokio::test]
async fn redis_cli_reads_what_a_player_did() {
    if !redis_cli_is_installed("redis_cli_reads_what_a_player_did") {
        return;
    }
    let (_oxeye, address) = world().await;
    let ask = async |arguments: &[&str]| redis_cli(address, arguments).await;

    let summary: Value = serde_json::from_str(&ask(&["GET", "activity:summary:Alex"]).await)
        .expect("a summary is JSON");
    assert_eq!(summary["player_id"], "Alex");
    assert_eq!(summary["total_trade_volume"], 12);
    assert_eq!(summary["total_sessions"], 1);

    let events = ask(&["LRANGE", "activity:events:Alex", "0", "0"]).await;
    let event: Value = serde_json::from_str(events.trim()).expect("an event is JSON");
    assert_eq!(event["details"], json!({"total_value": 7}));
    assert_eq!(ask(&["LLEN", "activity:events:Alex"]).await, "3\n");
    assert_eq!(
        ask(&["SMEMBERS", "activity:online_players"]).await,
        "Alex\n"
    );
    let left = ask(&["TTL", "activity:summary:Alex"]).await;
    let left: i64 = left.trim().parse().expect("a number of seconds");
    assert!((2_591_900..=2_592_000).contains(&left), "{left}");

    let mut keys: Vec<_> = ask(&["--scan"]).await.lines().map(str::to_owned).collect();
    keys.sort();
    let count = ask(&["DBSIZE"]).await;
    assert_eq!(count.trim(), keys.len().to_string());
    assert_eq!(keys.len(), 5, "{keys:?}");
    assert!(keys[0].starts_with("activity:daily:Alex:"), "{keys:?}");
    assert_eq!(keys[2], "activity:online_players");
    let matching = ask(&["--scan", "--pattern", "activity:s*"]).await;
    assert_eq!(matching.lines().count(), 2, "{matching}");

    let refused = ask(&["SET", "activity:summary:Alex", "x"]).await;
    let sentence = "READONLY You can't write against a read only replica.";
    assert_eq!(refused.trim(), sentence);
}

#[tokio::test]
async fn redis_cli_speaks_both_versions_and_reads_guilds_with_the_token() {
    if !redis_cli_is_installed("redis_cli_speaks_both_versions_and_reads_guilds_with_the_token") {
        return;
    }
    let (_oxeye, address) = world().await;
    let of_guild = ["SMEMBERS", "guild:7:activity:online_players"];

    let closed = redis_cli(address, &of_guild).await;
    assert_eq!(closed.trim(), "NOAUTH Authentication required.");
    for version in ["-2", "-3"] {
        let token = [version, "--no-auth-warning", "-a", OPERATOR_TOKEN];
        let arguments = [&token[..], &of_guild[..]].concat();
        assert_eq!(redis_cli(address, &arguments).await, "Steve\n");
    }

    let session = "SMEMBERS activity:online_players\nGET nothing\nPING\n";
    let printed = redis_cli_with_input(address, &["-3", "--no-raw"], session).await;
    assert!(printed.contains("1~ \"Alex\""), "{printed}");
    assert!(printed.contains("(nil)\nPONG"), "{printed}");
    let information = redis_cli(address, &["-3", "INFO", "keyspace"]).await;
    assert!(
        information.contains("db0:keys=5,expires=4"),
        "{information}"
    );
}

#[tokio::test]
async fn ten_thousand_requests_at_once_are_answered_in_order() {
    let (_oxeye, address) = world().await;
    let mut client = connect(address).await;
    let pair = |number: u32| {
        format!("*2\r\n$4\r\nECHO\r\n$5\r\n{number:05}\r\nEXISTS activity:session:Alex\r\n")
    };
    let requests: String = (0..5_000).map(pair).collect();

    client.send(requests).await.expect("Oxeye reads");

    for number in 0..5_000 {
        client.gets(&format!("$5\r\n{number:05}\r\n:1\r\n")).await;
    }
}

#[tokio::test]
async fn lines_and_requests_in_pieces_are_understood() {
    let (_oxeye, address) = start().await;
    let mut client = connect(address).await;

    client
        .send("\r\nping\r\nECHO \"a b\"\n")
        .await
        .expect("Oxeye reads");
    client.gets("+PONG\r\n$3\r\na b\r\n").await;
    for byte in PING.bytes() {
        client.send([byte]).await.expect("Oxeye reads");
    }
    client.gets("+PONG\r\n").await;
}

#[tokio::test]
async fn what_is_too_large_or_no_request_is_refused_at_once() {
    let (oxeye, address) = start().await;
    for (sent, sentence) in [
        ("*1\r\n$1073741824\r\n", "invalid bulk length"),
        ("*2\r\n$3\r\nGET\r\n$1025\r\n", "invalid bulk length"),
        ("*65\r\n", "invalid multibulk length"),
        ("*1\r\n:1\r\n", "expected '$', got ':'"),
        ("GET \"a\r\n", "unbalanced quotes in request"),
        ("\0\u{1}\u{2}garbage\r\n", "unknown command"),
    ] {
        let mut client = connect(address).await;
        client
            .send(format!("{sent}QUIT\r\n"))
            .await
            .expect("Oxeye reads");

        let reply = client.rest_within(WAIT_LIMIT).await.expect("closed");
        assert!(reply.starts_with("-ERR "), "{reply}");
        assert!(reply.contains(sentence), "{reply}");
    }
    assert!(!oxeye.log().contains("garbage"), "{}", oxeye.log());
}

#[tokio::test]
async fn half_a_request_is_dropped_within_seconds() {
    let (_oxeye, address) = start().await;
    let mut idle = connect(address).await;
    let mut client = connect(address).await;
    client.send("*1\r\n$4\r\nPI").await.expect("Oxeye reads");

    let rest = client.rest_within(Duration::from_secs(15)).await;

    assert_eq!(rest.expect("the connection is closed"), "");
    idle.send(PING).await.expect("the idle connection is open");
    idle.gets("+PONG\r\n").await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped_and_costs_little_memory() {
    let (oxeye, address) = world().await;
    let small = RedisClient::connect_with_small_buffer(address).await;
    let mut client = small.expect("Oxeye listens");
    let memory = || {
        let memory = oxeye_tests::process::memory(oxeye.process_id());
        memory.expect("Linux says").anonymous
    };
    let before = memory();
    let questions = format!("ECHO {}\r\n", "x".repeat(1_000)).repeat(100);

    let dropped = client.floods_until_closed(questions.as_bytes(), WAIT_LIMIT);

    dropped.await.expect("the client is dropped");
    let grown = memory().saturating_sub(before);
    assert!(
        grown < 32 << 20,
        "{} more",
        oxeye_tests::process::megabytes(grown)
    );
    connect(address)
        .await
        .send(PING)
        .await
        .expect("Oxeye is there");
}

#[tokio::test]
async fn of_a_hundred_clients_sixty_four_are_served_and_the_others_told_so() {
    let (oxeye, address) = start().await;
    // All of them connect before any is answered, so that none of the first has been idle for long.
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(connect(address).await);
    }
    for client in &mut clients[..64] {
        client.send(PING).await.expect("Oxeye reads");
    }

    for client in &mut clients[64..] {
        let reply = client.rest_within(WAIT_LIMIT).await.expect("closed");
        assert_eq!(reply, "-ERR max number of clients reached\r\n");
    }
    for client in &mut clients[..64] {
        client.gets("+PONG\r\n").await;
    }
    let health = oxeye.ask(&Request::get("/health")).await;
    assert_eq!(health.status, 200, "{health}");
    drop(clients);
    // The server may learn of a newcomer before it learns that the others are gone.
    let becomes_served = async { while !is_served(address).await {} };
    let served = tokio::time::timeout(WAIT_LIMIT, becomes_served).await;
    served.expect("there is room once the others are gone");
}

/// Whether a new client is answered.
async fn is_served(address: SocketAddr) -> bool {
    let mut client = connect(address).await;
    // A client that is turned away may be closed before it has sent anything.
    if client.send("QUIT\r\n").await.is_err() {
        return false;
    }
    let reply = client.rest_within(WAIT_LIMIT).await;
    reply.expect("closed") == "+OK\r\n"
}

#[tokio::test]
async fn a_stop_does_not_wait_for_redis_clients() {
    let (mut oxeye, address) = start().await;
    let mut client = connect(address).await;
    client.send(PING).await.expect("Oxeye reads");
    client.gets("+PONG\r\n").await;

    let log = oxeye.whole_log().await;

    assert!(!log.contains("were cut off"), "{log}");
    let rest = client.rest_within(WAIT_LIMIT).await;
    assert_eq!(rest.expect("closed"), "");
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_taken_with_a_warning() {
    let setup = Setup::new().set("ACTIVITY_RESP_LISTEN", "0.0.0.0:0");
    let oxeye = setup.start().await;

    let warning = oxeye.has_logged("from other machines").await;

    assert!(
        warning.contains("ACTIVITY_RESP_LISTEN=0.0.0.0:"),
        "{warning}"
    );
}

#[tokio::test]
async fn without_activity_the_addresses_for_redis_have_no_effect_and_a_warning_says_so() {
    let setup = Setup::new()
        .set("ACTIVITY", "off")
        .set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0")
        .set("REDIS_URL", "redis://127.0.0.1:1");
    let mut oxeye = setup.start().await;

    let log = oxeye.whole_log().await;

    for setting in ["ACTIVITY_RESP_LISTEN", "REDIS_URL"] {
        let warning = format!("{setting} has no effect, because ACTIVITY is off");
        assert!(log.contains(&warning), "{log}");
    }
}

#[tokio::test]
async fn without_the_setting_nobody_listens_for_redis_clients() {
    let mut oxeye = Oxeye::start().await;

    let log = oxeye.whole_log().await;

    assert!(!log.contains("redis://"), "{log}");
}

#[tokio::test]
async fn an_address_that_is_taken_fails_the_start_and_leaves_nothing_behind() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let taken = taken.local_addr().map(|address| (taken, address));
    let (_listener, address) = taken.expect("an address");
    let setup = Setup::new().set("ACTIVITY_RESP_LISTEN", &address.to_string());
    let folder = setup.again();

    let ended = setup.run().await;

    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert!(
        ended.log.contains("(ACTIVITY_RESP_LISTEN)"),
        "{}",
        ended.log
    );
    let left = std::fs::read_dir(folder.folder()).expect("the folder is there");
    assert_eq!(left.count(), 0);
}
