//! Tests of where an address leads.

use super::*;
use crate::stand_in::dns::Record;

#[tokio::test]
async fn a_name_without_a_port_leads_where_its_srv_record_says() {
    let (probe, dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;
    dns.set_ip("node7.test", "127.0.0.1");
    dns.set_service("play.test", "node7.test", server.address.port());

    let answer = probe.ask(&typed("play.test"), None).await.unwrap();
    assert_eq!(answer.listing, Some(Listing::Count(3)));
}

#[tokio::test]
async fn a_name_with_a_port_leads_to_that_port() {
    let (probe, dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;
    dns.set_ip("play.test", "127.0.0.1");
    dns.set_service("play.test", "elsewhere.test", 1);
    let address = typed(format!("play.test:{}", server.address.port()));

    assert!(probe.ask(&address, None).await.is_ok());
}

#[tokio::test]
async fn of_several_services_the_one_with_the_lowest_priority_counts() {
    let (probe, dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;
    dns.set_ip("a.test", "127.0.0.1");
    let right = Record::Service(1, server.address.port(), "a.test".to_owned());
    let spare = Record::Service(2, 1025, "b.test".to_owned());
    dns.set("_minecraft._tcp.play.test", &[spare, right]);

    assert!(
        probe
            .ask(&typed("play.test"), Some(Edition::Java))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn the_next_address_of_a_name_is_tried_when_nothing_listens_at_the_first() {
    let (probe, dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;
    let ips = ["127.0.0.2", "127.0.0.1"].map(|ip| Record::Ip(ip.parse().unwrap()));
    dns.set("play.test", &ips);
    let address = typed(format!("play.test:{}", server.address.port()));

    assert!(probe.ask(&address, Some(Edition::Java)).await.is_ok());
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_refused() {
    let (probe, _dns) = probe().await;

    let refused = probe.ask_once("typo.test").await.unwrap_err();
    assert_eq!(refused, RefusedAddress::UnknownHost);
}

#[tokio::test]
async fn a_dns_server_that_fails_says_nothing_about_the_game_server() {
    let (probe, dns) = probe().await;
    for record in [Record::Failure, Record::Silence] {
        dns.set("play.test", &[record]);
        let asked = probe.ask_once("play.test:25565").await.unwrap();
        assert_eq!(asked.answer, Err(WatchError::NoDns));
    }
    assert!(!WatchError::NoDns.is_evidence());
}

#[tokio::test]
async fn a_failed_question_about_the_service_leaves_open_where_the_server_is() {
    let (probe, dns) = probe().await;
    dns.set_ip("play.test", "127.0.0.250");
    dns.set("_minecraft._tcp.play.test", &[Record::Failure]);

    let answer = probe.ask(&typed("play.test"), Some(Edition::Java)).await;
    assert_eq!(answer, Err(WatchError::NoDns));
}

#[tokio::test]
async fn a_name_is_resolved_for_each_question() {
    let (probe, dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;
    let address = typed(format!("play.test:{}", server.address.port()));
    dns.set_ip("play.test", "127.0.0.1");
    assert!(probe.ask(&address, Some(Edition::Java)).await.is_ok());

    dns.set_ip("play.test", "127.0.0.2");
    let answer = probe.ask(&address, Some(Edition::Java)).await;
    assert_eq!(answer, Err(WatchError::NoAnswer));
}
