//! Clients that send too much, too little, or read too slowly.

use super::super::wire::{MAX_WAITING, READING_TIME, REST_OF_A_REQUEST};
use super::*;

async fn sends(client: &mut DuplexStream, bytes: &[u8]) {
    client.write_all(bytes).await.expect("the pipe is open");
}

async fn gets(client: &mut DuplexStream, expected: &str) {
    let mut received = vec![0; expected.len()];
    client.read_exact(&mut received).await.expect("a reply");
    assert_eq!(String::from_utf8(received).expect("text"), expected);
}

#[tokio::test(start_paused = true)]
async fn half_a_request_is_dropped_after_five_seconds_and_an_idle_client_is_not() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let mut idle = connect(&keyspace, 1024);
    for half in ["PI", "*1\r\n", "*1\r\n$4\r\nPI"] {
        let mut client = connect(&keyspace, 1024);
        let began = tokio::time::Instant::now();
        sends(&mut client, format!("PING\r\n{half}").as_bytes()).await;

        assert_eq!(everything(&mut client).await, "+PONG\r\n");
        assert_eq!(began.elapsed().as_secs(), REST_OF_A_REQUEST.as_secs());
    }

    sends(&mut idle, b"PING\r\n").await;
    gets(&mut idle, "+PONG\r\n").await;
}

#[tokio::test(start_paused = true)]
async fn half_a_request_that_comes_byte_by_byte_is_dropped_all_the_same() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let mut client = connect(&keyspace, 1024);
    let began = tokio::time::Instant::now();

    while client.write_all(b"a").await.is_ok() {
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
        assert!(began.elapsed() < WAIT_LIMIT, "the client is still there");
    }

    assert!(began.elapsed() <= REST_OF_A_REQUEST * 2);
}

#[tokio::test]
async fn ten_thousand_requests_sent_before_any_reply_is_read_are_answered_in_order() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let mut client = connect(&keyspace, 4096);
    let requests: String = (0..10_000)
        .map(|number| format!("*2\r\n$4\r\nECHO\r\n$60\r\n{number:060}\r\n"))
        .collect();
    assert!(requests.len() < MAX_WAITING);

    sends(&mut client, requests.as_bytes()).await;

    for number in 0..10_000 {
        gets(&mut client, &format!("$60\r\n{number:060}\r\n")).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_nothing_is_dropped_and_does_not_fill_the_memory() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let mut client = connect(&keyspace, 4096);
    let began = tokio::time::Instant::now();
    let mut taken = 0;

    while client.write_all(&b"PING\r\n".repeat(100)).await.is_ok() {
        taken += 600;
    }

    assert!(taken >= MAX_WAITING / 2, "only {taken} bytes were taken");
    assert!(taken <= 2 * MAX_WAITING, "{taken} bytes were taken");
    assert_eq!(began.elapsed().as_secs(), READING_TIME.as_secs());
}

#[tokio::test]
async fn a_client_that_says_goodbye_still_gets_its_replies() {
    let store = TestStore::new(NOON);
    let keyspace = keyspace(&store);
    let requests = "PING\r\n".repeat(20_000);

    let found = replies(&keyspace, requests).await;

    assert_eq!(found.len(), 7 * 20_000);
}
