//! Addresses that are not watched, and the sentence that says why.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::Guild;
use oxeye_tests::game_server::GameServer;
use oxeye_tests::raw::Request;
use serde_json::json;

use super::{settings, watched, with_discord};

/// An address that is refused with the same sentence in Discord, by the operator API and on the command line.
pub(super) async fn is_refused(guild: &Guild, oxeye: &Oxeye, address: &str, words: &str) {
    let typed = [("address", address)];
    let in_discord = guild.moderator().types("oxeye watch", &typed).await;
    assert!(
        in_discord.ephemeral && in_discord.text().contains(words),
        "{address}: {}",
        in_discord.text()
    );
    let order = Request::post("/api/guilds/0/watched").json(&json!({"address": address}));
    let by_api = oxeye.operator(order).await;
    assert_eq!(by_api.status, 422, "{address}: {by_api}");
    assert!(by_api.error().contains(words), "{address}: {by_api}");
    let by_command = oxeye.command(&["watch", "--", address]).await;
    assert_eq!(by_command.code, Some(1), "{address}: {by_command:?}");
    assert!(by_command.log.contains(words), "{address}: {by_command:?}");
}

#[tokio::test]
async fn each_bad_text_has_its_own_sentence_everywhere() {
    let setup = Setup::new().set("WATCH_ADDRESSES", "public");
    let (_discord, guild, oxeye) = with_discord(setup).await;
    let long = "x".repeat(300);
    for (address, words) in [
        ("example.org:22", "Minecraft usually has 25565"),
        ("example.org:65536", "a number from 1024 to 65535"),
        ("https://example.org", "give only the host"),
        ("", "Give the address of the server"),
        (&long, "give it as players type it"),
        ("-x", "give it as players type it"),
        ("play.example-.org", "give it as players type it"),
    ] {
        is_refused(&guild, &oxeye, address, words).await;
    }
    let option = oxeye.command(&["watch", "-x"]).await;
    assert_eq!(option.code, Some(2), "{option:?}");
    assert!(watched(&oxeye).await.is_empty());
}

#[tokio::test]
async fn no_address_of_a_private_network_is_watched_however_it_is_written() {
    let setup = Setup::new().set("WATCH_ADDRESSES", "public");
    let (_discord, guild, oxeye) = with_discord(setup).await;
    for address in [
        "127.0.0.1",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "[::ffff:10.0.0.1]",
        "[::ffff:10.0.0.1]:25565",
    ] {
        let words = "not on the public internet";
        is_refused(&guild, &oxeye, address, words).await;
    }
    is_refused(&guild, &oxeye, "0.0.0.0", "that no server can have").await;
    is_refused(&guild, &oxeye, "0x7f.1", "write it as 203.0.113.7").await;
    assert!(watched(&oxeye).await.is_empty());
}

#[tokio::test]
async fn an_http_server_is_not_a_minecraft_server() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let web = oxeye.address().to_string();

    is_refused(&guild, &oxeye, &web, "not as a Minecraft server does").await;

    assert!(watched(&oxeye).await.is_empty());
}

#[tokio::test]
async fn limits_and_names_that_are_taken_are_explained() {
    let setup = settings()
        .set("WATCH_PER_GUILD", "1")
        .set("WATCH_TOTAL", "2");
    let oxeye = setup.start().await;
    let _survival = oxeye.linked("survival").await;
    let servers = [GameServer::start().await, GameServer::start().await];
    let watch = async |guild: u64, server: &GameServer, name: &str| {
        let order = json!({"address": server.address(), "name": name});
        let request = Request::post(format!("/api/guilds/{guild}/watched")).json(&order);
        oxeye.operator(request).await
    };

    let taken = watch(0, &servers[0], "Survival").await;
    assert_eq!(taken.status, 409, "{taken}");
    assert!(
        taken.error().contains("There is a server called"),
        "{taken}"
    );
    assert_eq!(watch(0, &servers[0], "hub").await.status, 201);
    let full_here = watch(0, &servers[1], "lobby").await;
    assert_eq!(full_here.status, 409, "{full_here}");
    assert!(full_here.error().contains("WATCH_PER_GUILD"), "{full_here}");
    assert_eq!(watch(7, &servers[0], "hub").await.status, 201);
    let full = watch(8, &servers[1], "hub").await;
    assert_eq!(full.status, 409, "{full}");
    assert!(full.error().contains("WATCH_TOTAL"), "{full}");
}

#[tokio::test]
async fn the_members_of_a_guild_can_try_ten_addresses_and_more_only_after_a_while() {
    let (discord, guild, oxeye) = with_discord(settings()).await;
    let other = discord.guild(2);
    let tries = async |guild: &Guild| {
        let typed = [("address", "-x")];
        guild.moderator().types("oxeye watch", &typed).await.text()
    };

    let mut answers = Vec::new();
    while answers.len() < 30 {
        let answer = tries(&guild).await;
        if answer.contains("try again in a minute") {
            break;
        }
        answers.push(answer);
    }

    // On a slow machine, one try may have been given back: there is one every six seconds.
    assert!((10..30).contains(&answers.len()), "{}", answers.len());
    let words = "This is not the address of a server";
    assert!(answers.iter().all(|answer| answer.contains(words)));
    let elsewhere = tries(&other).await;
    assert!(elsewhere.contains(words), "{elsewhere}");
    // The operator is not limited.
    let order = Request::post(format!("/api/guilds/{}/watched", guild.id()));
    let by_operator = oxeye.operator(order.json(&json!({"address": "-x"}))).await;
    assert!(by_operator.error().contains(words), "{by_operator}");
}
