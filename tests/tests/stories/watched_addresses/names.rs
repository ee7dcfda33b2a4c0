//! Watched addresses that are names: where they lead, and what happens when that changes.

use std::time::Duration;

use oxeye_probe::stand_in::dns::{Dns, Record};
use oxeye_tests::backend::Setup;
use oxeye_tests::game_server::GameServer;
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::refusals::is_refused;
use super::{settings, the_only_one_becomes, watched, with_discord};

/// Returns settings with which names lead where this server says.
fn with_dns(setup: Setup, dns: &Dns) -> Setup {
    setup.set("WATCH_DNS_SERVER", &dns.address().to_string())
}

#[tokio::test]
async fn a_name_that_leads_into_a_private_network_is_refused() {
    let dns = Dns::start().await;
    dns.set_ip("inside.test", "10.0.0.1");
    dns.set_ip("mapped.test", "::ffff:127.0.0.1");
    dns.set_service("service.test", "inside.test", 25_565);
    let setup = Setup::new().set("WATCH_ADDRESSES", "public");
    let (_discord, guild, oxeye) = with_discord(with_dns(setup, &dns)).await;

    let words = "This name leads to an address that is not on the public internet";
    for address in [
        "inside.test",
        "mapped.test:25565",
        "service.test",
        "localhost",
    ] {
        is_refused(&guild, &oxeye, address, words).await;
    }

    assert!(watched(&oxeye).await.is_empty());
}

#[tokio::test]
async fn a_name_that_begins_to_lead_into_a_private_network_is_not_followed() {
    let dns = Dns::start().await;
    dns.set("play.test", &[Record::Failure]);
    let setup = settings().set("WATCH_ADDRESSES", "public");
    let oxeye = with_dns(setup, &dns).start().await;
    let inside = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("play.test:{}", inside.local_addr().unwrap().port());
    let done = oxeye.command(&["watch", &address]).await;
    assert!(
        done.out.contains("Oxeye cannot get there at the moment"),
        "{done:?}"
    );

    dns.set_ip("play.test", "127.0.0.1");

    the_only_one_becomes(&oxeye, "unanswered", "forbidden").await;
    let asked = timeout(Duration::ZERO, inside.accept()).await;
    assert!(asked.is_err(), "the private address was asked");
    let list = oxeye.command(&["watch"]).await.out;
    let words = "WATCH_ADDRESSES does not allow this address";
    assert!(list.contains(words), "{list}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_refused() {
    let dns = Dns::start().await;
    let (_discord, guild, oxeye) = with_discord(with_dns(settings(), &dns)).await;

    for address in ["typo.test", "typo.test:25566"] {
        let words = "There is no host with this name; check the spelling";
        is_refused(&guild, &oxeye, address, words).await;
    }

    assert!(watched(&oxeye).await.is_empty());
}

#[tokio::test]
async fn a_name_that_vanishes_puts_its_server_down_until_it_leads_there_again() {
    let dns = Dns::start().await;
    let server = GameServer::start().await;
    dns.set_ip("node.test", &server.ip());
    dns.set_service("play.test", "node.test", server.port());
    dns.set_ip("play.test", "127.0.0.1");
    let oxeye = with_dns(settings(), &dns).start().await;
    let done = oxeye.command(&["watch", "play.test"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    oxeye.becomes("play.test", "online").await;

    dns.set("node.test", &[]);

    oxeye.becomes("play.test", "down").await;
    the_only_one_becomes(&oxeye, "unanswered", "unknown_host").await;
    dns.set_ip("node.test", &server.ip());
    oxeye.becomes("play.test", "online").await;
}
