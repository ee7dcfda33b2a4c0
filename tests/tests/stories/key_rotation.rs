//! Replacing the key of a server while it reports: `/oxeye rotate-key`, `oxeye rotate-key` and the route.

use oxeye_plugin_client::Client;
use oxeye_plugin_proto::LinkCode;
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::game_server::GameServer;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

const ROTATE: &str = "/api/servers/0/survival/rotate-key";

/// Returns a code for a new key of the local server.
async fn code(oxeye: &Oxeye) -> LinkCode {
    let answer = oxeye.operator(Request::post(ROTATE)).await;
    assert_eq!(answer.status, 201, "{answer}");
    let code = answer.json()["code"].as_str().expect("a code").parse();
    code.expect("a well-formed code")
}

/// Sends a batch of two events with the numbers 2n - 1 and 2n: a stay of a player.
async fn sends(plugin: &Plugin, n: i64, player: &str, now: i64) -> Value {
    let event = |kind: &str, at: i64| json!({"type": kind, "player": player, "at": at});
    let events = [event("join", now - 100 + n), event("leave", now - 50 + n)];
    let batch = json!({"epoch": 1, "first_seq": 2 * n - 1, "events": events});
    let answer = plugin.ask(Request::post("/events").json(&batch)).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

#[tokio::test]
async fn a_moderator_gets_a_code_for_a_new_key_after_confirming() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let old = oxeye.linked_from(&guild, "survival").await;
    old.joins("Alex").await;
    let typed = &[("server", "SURVIVAL")];

    let by_member = guild.member().types("oxeye rotate-key", typed).await;
    let question = guild.moderator().types("oxeye rotate-key", typed).await;
    let pressed_by_member = guild.member().presses(&question, "ox1:K").await;
    let german = guild.moderator().speaks("de");
    let german = german.types("oxeye rotate-key", typed).await;
    let issued = guild.moderator().presses(&question, "Issue a code").await;

    for refused in [by_member, pressed_by_member] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(
            refused.text().contains("Manage Server"),
            "{}",
            refused.text()
        );
    }
    assert!(question.ephemeral && issued.ephemeral);
    assert!(
        german.text().contains("neuen Schlüssel von"),
        "{}",
        german.text()
    );
    assert!(issued.text().contains("24 hours"), "{}", issued.text());
    let new = oxeye.redeem(&issued.link_code()).await;
    assert_ne!(new.key(), old.key());
    new.joins("Steve").await;
    old.leaves("Alex").await;
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("Steve"), "{status}");
}

#[tokio::test]
async fn there_is_no_code_for_a_server_without_a_key_or_of_another_guild() {
    let Community {
        discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;
    let theirs = discord.guild(2);
    let typed = &[("server", "survival")];

    let question = guild.moderator().types("oxeye rotate-key", typed).await;
    let unknown = theirs.moderator().types("oxeye rotate-key", typed).await;
    let foreign = theirs.moderator();
    let id = question.component("ox1:K");
    let elsewhere = foreign.presses_id(&unknown, &id).await;
    plugin
        .disconnect()
        .await
        .expect("the disconnect is accepted");
    let gone = guild.moderator().presses(&question, "ox1:K").await;

    for refused in [&unknown, &elsewhere, &gone] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(!refused.text().contains("oxeye-"), "{}", refused.text());
    }
    assert!(gone.text().contains("has no key"), "{}", gone.text());
}

#[tokio::test]
async fn events_are_taken_once_over_a_rotation_and_a_restart_in_the_middle() {
    let mut oxeye = Oxeye::start().await;
    let (old, now) = oxeye.empty_server("survival").await;
    sends(&old, 1, "Alex", now).await;
    let new = oxeye.redeem(&code(&oxeye).await).await;

    // The answer to the second batch was lost, so the plugin sends it again with its new key.
    sends(&old, 2, "Steve", now).await;
    oxeye.kill().await;
    let oxeye = oxeye.setup().start().await;
    let (old, new) = (
        oxeye.plugin_with_key_of(&old),
        oxeye.plugin_with_key_of(&new),
    );
    let again = sends(&new, 2, "Steve", now).await;
    let next = sends(&new, 3, "jeb_", now).await;
    sends(&old, 4, "Dinnerbone", now).await;

    assert_eq!(again["acked_seq"], 4);
    assert_eq!(
        (&next["acked_seq"], &next["resync"]),
        (&json!(6), &again["resync"])
    );
    for player in ["Alex", "Steve", "jeb_", "Dinnerbone"] {
        assert_eq!(oxeye.sessions("survival", player).await, 1, "{player}");
    }
}

#[tokio::test]
async fn a_plugin_learns_that_it_goes_on_as_the_same_server() {
    let oxeye = Oxeye::start().await;
    let plugin = oxeye.linked("survival").await;
    let client = Client::new(oxeye.url());

    let rotated = client.redeem(&code(&oxeye).await).await.expect("a key");
    let other = oxeye.local_link_code("creative").await;
    let other = client.redeem(&other).await.expect("a key");

    assert!(rotated.replaces_key && !other.replaces_key);
    assert!(plugin.status().await.expect("an answer"));
    plugin
        .disconnect()
        .await
        .expect("the disconnect is accepted");
    let new = Client::with_key(oxeye.url(), rotated.api_key);
    assert!(
        !new.status().await.expect("an answer"),
        "all keys are revoked"
    );
}

#[tokio::test]
async fn the_command_line_and_the_api_issue_codes_only_for_servers_with_a_key() {
    let oxeye = Setup::new().set("WATCH_ADDRESSES", "any").start().await;
    let plugin = oxeye.linked("survival").await;
    let watched = GameServer::start().await;
    let order = json!({"address": watched.address(), "name": "hub"});
    oxeye
        .operator(Request::post("/api/guilds/0/watched").json(&order))
        .await;

    let printed = oxeye.command(&["rotate-key", "Survival"]).await;
    let code: LinkCode = printed
        .out
        .lines()
        .next()
        .expect("a line")
        .parse()
        .expect("a code");
    assert!(printed.out.contains("24 hours"), "{}", printed.out);
    oxeye.redeem(&code).await.joins("Alex").await;
    for (server, words) in [
        ("hub", "has no key"),
        ("nether", "no local server of that name"),
    ] {
        let refused = oxeye.command(&["rotate-key", server]).await;
        assert_eq!(refused.code, Some(1), "{}", refused.log);
        assert!(refused.log.contains(words), "{}", refused.log);
    }
    plugin
        .disconnect()
        .await
        .expect("the disconnect is accepted");
    let refused = oxeye.operator(Request::post(ROTATE)).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("no_key"))
    );
}
