//! The fleet in Oxeye: each of its servers is a server there, members in Discord see the fleet itself, and `oxeye check`
//! says whether it answers.

use std::net::SocketAddr;

use oxeye_tests::backend::{Ended, Oxeye, Setup};
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

/// Returns an address at which nobody listens while the socket is kept.
fn address_of_nobody() -> (TcpSocket, String) {
    let closed = TcpSocket::new_v4().expect("a socket");
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    closed.bind(loopback).expect("a free port");
    let address = closed.local_addr().expect("it has an address");
    (closed, address.to_string())
}

/// Runs `oxeye check` for a fleet at an address behind a name and a password.
async fn check_with_fleet_at(oxeye: &Oxeye, address: &str) -> Ended {
    let url = format!("http://me:hunter2@{address}");
    let shell = oxeye.shell().set("FLEET_URL", &url);
    let check = shell.arguments(&["check"]).run().await;
    assert!(!check.out.contains("hunter2"), "{}", check.out);
    assert!(!check.log.contains("hunter2"), "{}", check.log);
    check
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
async fn a_fleet_that_stops_leaves_its_servers_linked() {
    let players = ["alex", "moss_", "petra", "quartz", "rowan"];
    let oxeye = Oxeye::start().await;
    let mut fleet = Fleet::patient_beside(&oxeye).await;
    for player in players {
        fleet.join(player).await;
    }
    for player in players {
        let server = format!("fleet-{player}");
        oxeye.knows(&server).await;
        oxeye.shows(&server, &[player]).await;
    }

    assert_eq!(fleet.terminate().await, Some(0));

    for player in players {
        let server = format!("fleet-{player}");
        let status = oxeye.becomes(&server, "online").await;
        assert_eq!(status["online_players"][0]["player"], player, "{status:#}");
    }
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
    let (_closed, address) = address_of_nobody();
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

#[tokio::test]
async fn check_says_how_many_servers_the_fleet_has() {
    let fleet = Fleet::start().await;
    let (_discord, _guild, oxeye) = with_fleet_at(fleet.url()).await;
    fleet.join("alex").await;
    let address = fleet.url().trim_start_matches("http://");

    let check = check_with_fleet_at(&oxeye, address).await;

    assert_eq!(check.code, Some(0), "{check:?}");
    let line = format!("fleet: the fleet at http://{address} answers, and has 1 server now");
    assert!(check.out.trim_end().ends_with(&line), "{}", check.out);
}

#[tokio::test]
async fn check_says_what_to_do_about_an_address_without_a_fleet() {
    let oxeye = Oxeye::start().await;
    let (_closed, nobody) = address_of_nobody();

    for (address, words) in [
        (nobody, "does not answer; start oxeye-fleet there"),
        (oxeye.address().to_string(), "answers with status 404"),
    ] {
        let check = check_with_fleet_at(&oxeye, &address).await;
        assert_eq!(check.code, Some(1), "{check:?}");
        let line = format!("fleet: WRONG: http://{address} {words}");
        assert!(check.out.contains(&line), "{}", check.out);
    }
    let check = oxeye.command(&["check"]).await;
    let line = "fleet: none, since FLEET_URL is not set";
    assert!(check.out.contains(line), "{}", check.out);
}

#[tokio::test]
async fn without_a_bot_the_log_and_check_say_that_nothing_shows_the_fleet() {
    let fleet = Fleet::start().await;
    let setup = Setup::new().set("FLEET_URL", fleet.url());
    let oxeye = setup.start().await;
    oxeye
        .has_logged("FLEET_URL has no effect, because DISCORD_TOKEN is not set")
        .await;

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(0), "{check:?}");
    let line = "has no servers now, but nothing shows it, since the Discord bot is off";
    assert!(check.out.contains(line), "{}", check.out);
}
