//! Tests with real sockets: fake game servers and a fake DNS server on this machine.

mod hostile;
mod servers;
mod ways;

use std::fmt::Display;

use tokio::task::JoinSet;

use self::servers::{Bedrock, Java};
use super::*;
use crate::{
    Listing,
    stand_in::{dns::Dns, nobody},
};

/// A probe that may ask this machine, and the DNS server that it uses.
async fn probe() -> (AddressProbe, Dns) {
    probe_with(AddressPolicy::Any).await
}

async fn probe_with(policy: AddressPolicy) -> (AddressProbe, Dns) {
    let dns = Dns::start().await;
    (AddressProbe::new(policy, Some(dns.address())), dns)
}

fn typed(text: impl Display) -> TypedAddress {
    TypedAddress::parse(&text.to_string()).unwrap()
}

#[tokio::test]
async fn a_java_server_is_recognised_and_what_it_says_is_read() {
    let (probe, _dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;

    let asked = probe.ask_once(&server.address.to_string()).await.unwrap();
    let answer = asked.answer.unwrap();
    assert_eq!(answer.edition, Edition::Java);
    assert_eq!(answer.listing, Some(Listing::Count(3)));
    assert_eq!(
        (answer.max, answer.version.as_str()),
        (Some(20), "Paper 1.21.11")
    );
    assert_eq!(asked.address, typed(server.address));
}

#[tokio::test]
async fn a_bedrock_server_is_recognised() {
    let (probe, _dns) = probe().await;
    let server = Bedrock::start("MCPE;A server;800;1.21.80;2;10;1;x;Survival;").await;

    for edition in [None, Some(Edition::Bedrock)] {
        let answer = probe.ask(&typed(server.address), edition).await.unwrap();
        assert_eq!(answer.edition, Edition::Bedrock);
        assert_eq!(
            (answer.listing, answer.max),
            (Some(Listing::Count(2)), Some(10))
        );
    }
}

#[tokio::test]
async fn a_lost_packet_is_sent_again() {
    let (probe, _dns) = probe().await;
    let server = Bedrock::losing(1, "MCPE;A server;800;1.21.80;2;10;").await;

    let answer = probe
        .ask(&typed(server.address), Some(Edition::Bedrock))
        .await;
    assert_eq!(answer.unwrap().listing, Some(Listing::Count(2)));
}

#[tokio::test]
async fn a_server_that_hides_the_number_of_players_is_up() {
    let (probe, _dns) = probe().await;
    let server = Java::start(r#"{"version":{"name":"1.21"},"description":"Hi"}"#).await;

    let answer = probe.ask(&typed(server.address), None).await.unwrap();
    assert_eq!((answer.listing, answer.max), (None, None));
    assert_eq!(
        (answer.version.as_str(), answer.motd.as_str()),
        ("1.21", "Hi")
    );
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_accepted_and_does_not_answer() {
    let (probe, _dns) = probe().await;
    let asked = probe.ask_once(&nobody().await.to_string()).await.unwrap();

    assert_eq!(asked.answer, Err(WatchError::NoAnswer));
    assert!(WatchError::NoAnswer.is_evidence());
}

#[tokio::test]
async fn a_web_server_is_refused() {
    let (probe, _dns) = probe().await;
    let server = servers::web_server().await;

    let refused = probe
        .ask_once(&server.address.to_string())
        .await
        .unwrap_err();
    assert_eq!(refused, RefusedAddress::NotMinecraft);
}

#[tokio::test]
async fn a_question_can_be_asked_in_a_task_of_its_own() {
    let (probe, _dns) = probe().await;
    let server = Java::start(&servers::status(3)).await;

    let mut asking = JoinSet::new();
    asking.spawn(async move { probe.ask(&typed(server.address), None).await });

    let answer = asking.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(answer.listing, Some(Listing::Count(3)));
}
