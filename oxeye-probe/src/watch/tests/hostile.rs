//! Tests with hostile addresses and hostile servers.

use std::time::Duration;

use tokio::{io::AsyncWriteExt as _, time::Instant};

use super::*;

#[tokio::test]
async fn no_spelling_of_a_private_address_is_asked() {
    let (probe, dns) = probe_with(AddressPolicy::Public).await;
    dns.set_ip("inside.test", "10.0.0.1");
    dns.set_ip("mapped.test", "::ffff:127.0.0.1");
    for text in [
        "127.0.0.1",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "127.0.0.1.",
        "::ffff:127.0.0.1",
        "localhost",
        "inside.test",
        "mapped.test",
        "64:ff9b::7f00:1",
    ] {
        let refused = probe.ask_once(text).await;
        assert_eq!(
            refused,
            Err(RefusedAddress::Forbidden(Forbidden::NotPublic)),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_later_is_not_followed_there() {
    let (probe, dns) = probe_with(AddressPolicy::Public).await;
    let server = Java::start(&servers::status(3)).await;
    // It led to a public place when it was added.
    let address = typed(format!("play.test:{}", server.address.port()));
    dns.set_ip("play.test", "127.0.0.1");

    let answer = probe.ask(&address, Some(Edition::Java)).await;
    assert_eq!(answer, Err(WatchError::Forbidden(Forbidden::NotPublic)));
}

#[tokio::test]
async fn a_service_record_leads_neither_inside_nor_to_a_port_of_other_services() {
    let (probe, dns) = probe_with(AddressPolicy::Public).await;
    dns.set_ip("inside.test", "192.168.1.1");
    dns.set_ip("outside.test", "1.1.1.1");
    for (target, port, expected) in [
        ("inside.test", 25565, Forbidden::NotPublic),
        ("10.0.0.1", 25565, Forbidden::NotPublic),
        ("outside.test", 22, Forbidden::LowPort(22)),
    ] {
        dns.set_service("play.test", target, port);
        let answer = probe.ask(&typed("play.test"), Some(Edition::Java)).await;
        assert_eq!(answer, Err(WatchError::Forbidden(expected)), "{target}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let (probe, _dns) = probe().await;
    let endless = servers::tcp(|mut socket| async move {
        servers::read_request(&mut socket).await;
        while socket.write_all(&[0xff; 4096]).await.is_ok() {}
    })
    .await;
    let answer = probe
        .ask(&typed(endless.address), Some(Edition::Java))
        .await;
    assert_eq!(answer, Err(WatchError::NotMinecraft));

    let huge = servers::tcp(|mut socket| async move {
        servers::read_request(&mut socket).await;
        let length = servers::varint(512 * 1024 + 1);
        if socket.write_all(&length).await.is_ok() {
            while socket.write_all(&[b' '; 4096]).await.is_ok() {}
        }
    })
    .await;
    let answer = probe.ask(&typed(huge.address), Some(Edition::Java)).await;
    assert_eq!(answer, Err(WatchError::NotMinecraft));
}

#[tokio::test]
async fn a_slow_answer_costs_five_seconds() {
    let (probe, _dns) = probe().await;
    let server = servers::tcp(|mut socket| async move {
        let packet = servers::packet(&servers::status(3));
        for byte in packet {
            if socket.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(900)).await;
        }
    })
    .await;
    tokio::time::pause();
    let start = Instant::now();

    let answer = probe.ask(&typed(server.address), Some(Edition::Java)).await;
    assert_eq!(answer, Err(WatchError::NoAnswer));
    assert!(
        start.elapsed() < Duration::from_secs(6),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_flood_of_packets_is_no_answer() {
    let (probe, _dns) = probe().await;
    let server = Bedrock::flooding().await;

    let answer = probe
        .ask(&typed(server.address), Some(Edition::Bedrock))
        .await;
    assert_eq!(answer, Err(WatchError::NotMinecraft));
}
