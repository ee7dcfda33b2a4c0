//! Whole conversations, over a pipe in memory and a store of its own.

mod keys;
mod limits;

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::testing::{TestStore, join, leave_at};
use oxeye_db::{ActivityReport, Database, GuildId, ServerId, UnixSeconds};
use oxeye_process::Secret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Keyspace;
use super::connection::serve;
use crate::http::tokens::Tokens;

const TOKEN: &str = "operator-token-for-tests";
const READER_TOKEN: &str = "reader-token-for-tests";

/// 2026-11-27, 12:00:00 UTC.
const NOON: UnixSeconds = UnixSeconds(1_795_780_800);

/// Twenty seconds later, when the clients ask.
const NOW: UnixSeconds = UnixSeconds(NOON.0 + 20);

const UUID: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";

/// Ends everything that a client has to wait for in vain.
const WAIT_LIMIT: Duration = Duration::from_secs(60);

fn keyspace(database: &Database) -> Arc<Keyspace> {
    let (operator, reader) = (Secret::new(TOKEN), Secret::new(READER_TOKEN));
    let tokens = Tokens::new(&operator, Some(&reader));
    Arc::new(Keyspace::new(database.clone(), tokens, || NOW))
}

/// Connects a client through a pipe that holds some bytes in each direction.
fn connect(keyspace: &Arc<Keyspace>, pipe: usize) -> DuplexStream {
    let (client, stream) = duplex(pipe);
    let keyspace = Arc::clone(keyspace);
    let connected = keyspace.clients.admit().expect("there is room");
    let tasks = oxeye_process::tasks::Tasks::new();
    tasks.spawn(async move {
        serve(stream, &keyspace, connected, CancellationToken::new()).await;
    });
    client
}

async fn everything(client: &mut DuplexStream) -> String {
    let mut received = Vec::new();
    let reading = client.read_to_end(&mut received);
    timeout(WAIT_LIMIT, reading)
        .await
        .expect("the connection is closed in time")
        .expect("a pipe can be read");
    String::from_utf8(received).expect("replies are text")
}

/// Sends some bytes and nothing after them. Returns all replies.
async fn replies(keyspace: &Arc<Keyspace>, bytes: impl AsRef<[u8]>) -> String {
    let mut client = connect(keyspace, 1 << 20);
    client.write_all(bytes.as_ref()).await.expect("a pipe");
    client.shutdown().await.expect("a pipe");
    everything(&mut client).await
}

/// Asks again until the replies are right, since a list of keys is kept for about as long as it took to make.
async fn right_replies(
    keyspace: &Arc<Keyspace>,
    asked: &str,
    are_right: impl Fn(&str) -> bool,
) -> String {
    let mut found = String::new();
    let asking = async {
        while !are_right(&found) {
            found = replies(keyspace, asked).await;
        }
    };
    let outcome = timeout(WAIT_LIMIT, asking).await;
    assert!(outcome.is_ok(), "{}: {found}", asked.escape_debug());
    found
}

#[track_caller]
fn check_same(found: &str, expected: &str, asked: &str) {
    assert_eq!(
        found.replace("\r\n", " "),
        expected,
        "{}",
        asked.escape_debug()
    );
}

#[tokio::test]
async fn commands_about_the_connection_are_answered_as_redis_answers_them() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    for (asked, expected) in [
        ("PING\r\n", "+PONG "),
        ("PING \"a b\"\n", "$3 a b "),
        ("ECHO x\r\n", "$1 x "),
        ("select 0\r\n", "+OK "),
        ("select 1\r\n", "-ERR DB index is out of range "),
        (
            "select x\r\n",
            "-ERR value is not an integer or out of range ",
        ),
        ("CLIENT SETNAME me\r\n", "+OK "),
        (
            "CLIENT SETNAME \"a b\"\r\n",
            "-ERR Client names cannot contain spaces, newlines or special characters. ",
        ),
        ("CLIENT SETINFO LIB-NAME redis-py\r\n", "+OK "),
        ("CLIENT SETINFO x y\r\n", "-ERR Unrecognized option 'x' "),
        (
            "CLIENT SETINFO lib-ver\r\n",
            "-ERR wrong number of arguments for 'client|setinfo' command ",
        ),
        (
            "CLIENT foo\r\n",
            "-ERR unknown subcommand 'foo'. Try CLIENT HELP. ",
        ),
        (
            "CLIENT\r\n",
            "-ERR wrong number of arguments for 'client' command ",
        ),
        ("COMMAND\r\n", "*0 "),
        ("COMMAND DOCS GET\r\n", "*0 "),
        (
            "COMMAND foo\r\n",
            "-ERR unknown subcommand 'foo'. Try COMMAND HELP. ",
        ),
        ("RESET\r\n", "+RESET "),
        ("QUIT\r\nPING\r\n", "+OK "),
        (
            "SET a b\r\n",
            "-READONLY You can't write against a read only replica. ",
        ),
        (
            "foo a\r\n",
            "-ERR unknown command 'foo', with args beginning with: 'a'  ",
        ),
        ("HELLO 4\r\n", "-NOPROTO unsupported protocol version "),
        (
            "HELLO x\r\n",
            "-ERR Protocol version is not an integer or out of range ",
        ),
        (
            "HELLO 3 auth a\r\n",
            "-ERR Syntax error in HELLO option 'auth' ",
        ),
    ] {
        check_same(&replies(&keyspace, asked).await, expected, asked);
    }
}

#[tokio::test]
async fn a_transaction_is_answered_as_redis_answers_it() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let discarded = "-EXECABORT Transaction discarded because of previous errors. ";
    for (asked, expected) in [
        (
            "WATCH a\r\nMULTI\r\nPING\r\nGET a\r\nselect 9\r\nEXEC\r\nPING\r\n",
            "+OK +OK +QUEUED +QUEUED +QUEUED *3 +PONG $-1 -ERR DB index is out of range +PONG "
                .to_owned(),
        ),
        ("MULTI\r\nEXEC\r\n", "+OK *0 ".to_owned()),
        ("EXEC\r\n", "-ERR EXEC without MULTI ".to_owned()),
        ("DISCARD\r\n", "-ERR DISCARD without MULTI ".to_owned()),
        ("UNWATCH\r\n", "+OK ".to_owned()),
        (
            "MULTI\r\nPING\r\nDISCARD\r\nEXEC\r\n",
            "+OK +QUEUED +OK -ERR EXEC without MULTI ".to_owned(),
        ),
        (
            "MULTI\r\nMULTI\r\nWATCH a\r\nEXEC\r\n",
            "+OK -ERR MULTI calls can not be nested -ERR WATCH inside MULTI is not allowed *0 "
                .to_owned(),
        ),
        (
            "MULTI\r\nSET a b\r\nPING\r\nEXEC\r\nPING\r\n",
            format!(
                "+OK -READONLY You can't write against a read only replica. +QUEUED {discarded}+PONG "
            ),
        ),
        ("MULTI\r\nRESET\r\nPING\r\n", "+OK +RESET +PONG ".to_owned()),
    ] {
        check_same(&replies(&keyspace, asked).await, &expected, asked);
    }
}

#[tokio::test]
async fn a_transaction_that_is_too_large_is_not_kept() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let echo = format!("ECHO {}\r\n", "x".repeat(1000));

    let found = replies(&keyspace, format!("MULTI\r\n{}EXEC\r\n", echo.repeat(2200))).await;

    assert!(
        found.contains("-ERR the transaction is too large\r\n"),
        "{found}"
    );
    assert!(found.ends_with("-EXECABORT Transaction discarded because of previous errors.\r\n"));
}

#[tokio::test]
async fn hello_chooses_the_version_of_the_protocol() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);

    let found = replies(
        &keyspace,
        "HELLO\r\nHELLO 3\r\nGET activity:summary:A\r\nRESET\r\nGET activity:summary:A\r\n",
    )
    .await;

    let introduction = |map: &str, version: u8| {
        format!(
            "{map} $6 server $5 redis $7 version $6 7.0.15 $5 proto :{version} $2 id :1 $4 mode $10 standalone $4 role $7 replica $7 modules *0 "
        )
    };
    let (two, three) = (introduction("*14", 2), introduction("%7", 3));
    check_same(&found, &format!("{two}{three}_ +RESET $-1 "), "HELLO");
}

#[tokio::test]
async fn an_unreadable_request_is_the_last_one() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);

    let found = replies(&keyspace, "PING\r\n*1\r\n$1073741824\r\nPING\r\nPING\r\n").await;

    let refusal = "-ERR Protocol error: invalid bulk length, at most 1024 bytes are accepted";
    check_same(&found, &format!("+PONG {refusal} "), "1 GB");
}

#[tokio::test]
async fn a_request_in_http_ends_the_connection() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);

    for head in [
        "POST / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
    ] {
        let found = replies(&keyspace, format!("{head}\r\nPING\r\n")).await;

        assert!(
            !found.contains("PONG") && found.starts_with("-ERR"),
            "{found}"
        );
    }
}

#[tokio::test]
async fn keys_of_guilds_need_a_token_of_the_operator_api() {
    let store = TestStore::new(NOON);
    let (server, _) = store.link(GuildId(7), "survival", NOON).await;
    let joined = store.player_join(server, join("Alex"), NOON);
    joined.await.unwrap();
    let keyspace = keyspace(&store);
    let question = "EXISTS guild:7:activity:session:Alex\r\nDBSIZE\r\n";
    let ask = async |before: &str| replies(&keyspace, format!("{before}{question}")).await;

    let closed = "-NOAUTH Authentication required. :0 ";
    check_same(&ask("").await, closed, "no token");
    let wrong = "-WRONGPASS invalid username-password pair or user is disabled. ";
    for before in [
        "AUTH x\r\n",
        "AUTH other operator-token-for-tests\r\n",
        "HELLO 3 AUTH default x\r\n",
    ] {
        check_same(&ask(before).await, &format!("{wrong}{closed}"), before);
    }
    let open = ":1 :5 ";
    for before in [
        format!("AUTH {TOKEN}\r\n"),
        format!("AUTH default {TOKEN}\r\n"),
        format!("AUTH {READER_TOKEN}\r\n"),
    ] {
        check_same(&ask(&before).await, &format!("+OK {open}"), "the token");
    }
    let greeted = ask(&format!("HELLO 2 AUTH default {TOKEN} SETNAME me\r\n")).await;
    assert!(greeted.ends_with(":1\r\n:5\r\n"), "{greeted}");
    let reset = ask(&format!("AUTH {TOKEN}\r\nRESET\r\n")).await;
    check_same(&reset, &format!("+OK +RESET {closed}"), "RESET");
}

#[tokio::test]
async fn info_counts_keys_and_clients() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);

    let everything = replies(&keyspace, "INFO\r\n").await;
    assert!(
        everything.contains("redis_version:7.0.15\r\n"),
        "{everything}"
    );
    assert!(
        everything.contains("connected_clients:1\r\n"),
        "{everything}"
    );
    check_same(
        &replies(&keyspace, "INFO nothing\r\n").await,
        "$0  ",
        "nothing",
    );

    let (server, _) = store.link(GuildId::LOCAL, "survival", NOON).await;
    store.player_join(server, join("Alex"), NOON).await.unwrap();
    let expected = "=48\r\ntxt:# Keyspace\r\ndb0:keys=5,expires=4,avg_ttl=0\r\n\r\n";
    let question = "HELLO 3\r\nINFO keyspace\r\n";
    let keys = right_replies(&keyspace, question, |keys| keys.ends_with(expected)).await;
    assert!(keys.starts_with("%7"), "{keys}");
}
