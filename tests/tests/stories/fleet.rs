//! The fleet in Oxeye: each of its servers is a server there, and members in Discord see the fleet itself.

use std::net::SocketAddr;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Discord, Guild};
use oxeye_tests::fleet::Fleet;
use tokio::net::TcpSocket;

/// Starts a backend that knows of a fleet, and a guild where its bot is.
async fn with_fleet_at(url: &str) -> (Discord, Guild, Oxeye) {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let setup = Setup::new().discord(&discord).set("FLEET_URL", url);
    let oxeye = setup.start().await;
    discord.bot_is_up().await;
    (discord, guild, oxeye)
}

#[tokio::test]
async fn each_server_of_the_fleet_is_a_server_in_oxeye_while_it_exists() {
    let oxeye = Oxeye::start().await;
    let fleet = Fleet::beside(&oxeye).await;

    let joined = fleet.join("alex").await;
    oxeye.knows("fleet-alex").await;
    oxeye.becomes("fleet-alex", "online").await;
    oxeye.shows("fleet-alex", &["alex"]).await;

    fleet.leave(&joined).await;
    oxeye.shows("fleet-alex", &[]).await;
    oxeye.becomes("fleet-alex", "disconnected").await;
    assert_eq!(oxeye.last_seen("fleet-alex").await, ["alex"]);

    fleet.join("alex").await;
    oxeye.shows("fleet-alex", &["alex"]).await;
    assert_eq!(oxeye.sessions("fleet-alex", "alex").await, 2);
}

#[tokio::test]
async fn a_member_sees_the_fleet_and_no_way_to_its_servers() {
    let fleet = Fleet::start().await;
    let (discord, guild, _oxeye) = with_fleet_at(fleet.url()).await;
    let playing = fleet.join("jeb_").await;
    fleet.becomes(&["running"]).await;
    let left = fleet.join("@everyone").await;
    fleet.leave(&left).await;
    fleet.becomes(&["running", "idle"]).await;

    let shown = guild.member().types("oxeye fleet", &[]).await;

    assert!(shown.ephemeral);
    let text = shown.text();
    for words in [
        "2 of 50 servers, 1 player",
        "🟢 **running** · jeb\\_ (<t:",
        "⚪ **idle** · last used <t:",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    let body = shown.body.to_string();
    for private in ["sessionId", "serverUrl", "serverId"] {
        let value = playing[private].as_str().expect("a text");
        assert!(!body.contains(value), "{private} in {body}");
    }
    discord.keeps_the_rules();
}

#[tokio::test]
async fn a_fleet_that_does_not_answer_is_apologised_for_and_logged_without_its_address() {
    // A port of ours at which nobody listens.
    let closed = TcpSocket::new_v4().expect("a socket");
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    closed.bind(loopback).expect("a free port");
    let address = closed.local_addr().expect("it has an address").to_string();
    let (discord, guild, oxeye) = with_fleet_at(&format!("http://{address}")).await;

    let moderator = guild.moderator().speaks("de");
    let shown = moderator.types("oxeye fleet", &[]).await;

    assert!(shown.ephemeral);
    assert_eq!(
        shown.text(),
        "Die Flotte antwortet gerade nicht. Versuch es in einer Minute noch einmal."
    );
    oxeye
        .has_logged("FLEET_URL: the fleet cannot be reached")
        .await;
    assert!(!oxeye.log().contains(&address), "{}", oxeye.log());
    discord.keeps_the_rules();
}

#[tokio::test]
async fn without_a_fleet_there_is_no_command_for_it() {
    let community = Community::start().await;

    let commands = community.discord.commands().to_string();

    assert!(commands.contains("\"unwatch\""), "{commands}");
    assert!(!commands.contains("\"fleet\""), "{commands}");
}
