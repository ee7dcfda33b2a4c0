//! Servers that are shown by their address, with nothing installed on them.

mod ending;
mod names;
mod refusals;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::bedrock_server::BedrockServer;
use oxeye_tests::discord::{Discord, Guild};
use oxeye_tests::game_server::GameServer;
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::Value;
use tokio::time::timeout;

/// Returns the settings with which servers on this machine are polled, once a second.
fn settings() -> Setup {
    let setup = Setup::new().set("WATCH_ADDRESSES", "any");
    setup.set("WATCH_INTERVAL_SECS", "1")
}

async fn with_discord(setup: Setup) -> (Discord, Guild, Oxeye) {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let oxeye = setup.discord(&discord).start().await;
    discord.bot_is_up().await;
    (discord, guild, oxeye)
}

async fn watched(oxeye: &Oxeye) -> Vec<Value> {
    let list = oxeye.api(Request::get("/api/watched")).await;
    list.as_array().expect("a list").clone()
}

/// Polls until the list says this about the only watched address, and returns everything it says.
async fn the_only_one_becomes(oxeye: &Oxeye, key: &str, value: &str) -> Value {
    let mut entry = Value::Null;
    let asking = async {
        while entry[key] != value {
            entry = watched(oxeye).await.swap_remove(0);
        }
    };
    let outcome = timeout(WAIT_LIMIT, asking).await;
    assert!(outcome.is_ok(), "{key} is not {value}: {entry}");
    entry
}

#[tokio::test]
async fn a_moderator_has_an_address_watched_and_everybody_sees_who_is_on() {
    let (discord, guild, oxeye) = with_discord(settings()).await;
    let server = GameServer::start().await;
    server.has(&["Alex", "Steve"]);
    let address = server.address();
    let moderator = guild.moderator();
    let options = [("address", &*address), ("name", "survival")];

    let by_member = guild.member().types("oxeye watch", &options).await;
    assert!(by_member.text().contains("Manage Server"));
    let done = moderator.types("oxeye watch", &options).await;

    assert!(done.ephemeral);
    let words = "**survival** is watched now. Found there: Paper 1";
    assert!(done.text().starts_with(words), "{}", done.text());
    let again = moderator.types("oxeye watch", &options).await.text();
    assert!(
        again.contains("watched already, as **survival**"),
        "{again}"
    );
    let status = guild.member().types("oxeye status", &[]).await.text();
    for shown in ["Alex", "Steve", "2/20 online", "Paper"] {
        assert!(status.contains(shown), "{status}");
    }
    for text in [status, guild.member().types("oxeye list", &[]).await.text()] {
        assert!(!text.contains(&address), "the address is private: {text}");
    }
    assert_eq!(watched(&oxeye).await.len(), 1);
    discord.keeps_the_rules();
}

#[tokio::test]
async fn a_watched_server_goes_down_and_comes_back_and_its_stays_are_kept() {
    let oxeye = settings().start().await;
    let mut server = GameServer::start().await;
    server.has(&["Alex"]);
    let name = ["watch", &server.address(), "--name", "survival"];

    let done = oxeye.command(&name).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.out.contains("Paper 1.21.11, 1/20 online"), "{done:?}");
    oxeye.becomes("survival", "online").await;
    oxeye.shows("survival", &["Alex"]).await;
    server.is_killed().await;
    oxeye.becomes("survival", "down").await;
    assert_eq!(oxeye.online("survival").await, Vec::<String>::new());
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);
    let list = oxeye.command(&["watch"]).await.out;
    assert!(list.contains("nothing answers"), "{list}");
    server.has(&["Steve"]);
    server.comes_back().await;

    oxeye.shows("survival", &["Steve"]).await;
    assert_eq!(oxeye.sessions("survival", "Alex").await, 1);
    let oxeye = oxeye.kill_and_restart().await;
    oxeye.shows("survival", &["Steve"]).await;
    assert_eq!(oxeye.sessions("survival", "Steve").await, 1);
}

#[tokio::test]
async fn a_server_that_names_nobody_is_only_counted() {
    let oxeye = settings().start().await;
    let server = GameServer::start().await;
    server.counts(7);

    let done = oxeye
        .command(&["watch", &server.address(), "--name", "hub"])
        .await;

    assert!(done.out.contains("only their number is shown"), "{done:?}");
    let status = oxeye.command(&["status", "hub"]).await.out;
    assert_eq!(
        status,
        "hub: 7/20 online, names not reported, Paper 1.21.11"
    );
    let players = oxeye.api(Request::get("/api/servers/0/hub/players")).await;
    assert_eq!(players["player_count"], 0, "{players}");
}

#[tokio::test]
async fn a_bedrock_server_is_counted_goes_down_and_comes_back() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let mut server = BedrockServer::start().await;
    server.counts(3);
    let options = [("address", &*server.address()), ("name", "pocket")];

    let done = guild.moderator().types("oxeye watch", &options).await;

    assert!(done.text().contains("3/10 online"), "{}", done.text());
    let entry = &watched(&oxeye).await[0];
    assert_eq!(entry["edition"], "bedrock", "{entry}");
    assert_eq!(entry["state"], "online", "{entry}");
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("3/10 online"), "{status}");
    server.is_killed().await;
    the_only_one_becomes(&oxeye, "state", "down").await;
    server.counts(0);
    server.comes_back().await;
    let entry = the_only_one_becomes(&oxeye, "state", "online").await;
    assert_eq!(entry["edition"], "bedrock", "{entry}");
}

#[tokio::test]
async fn an_address_where_nothing_answers_yet_is_watched_all_the_same() {
    let oxeye = settings().start().await;
    let mut server = GameServer::start().await;
    server.is_killed().await;

    let done = oxeye
        .command(&["watch", &server.address(), "--name", "new"])
        .await;

    assert!(done.out.contains("Nothing answers there yet"), "{done:?}");
    server.comes_back().await;
    oxeye.becomes("new", "online").await;
}

#[tokio::test]
async fn a_server_that_gets_a_plugin_later_keeps_its_history() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let server = GameServer::start().await;
    server.has(&["Alex"]);
    let options = [("address", &*server.address()), ("name", "survival")];
    guild.moderator().types("oxeye watch", &options).await;

    let plugin = oxeye.linked_from(&guild, "survival").await;
    plugin.syncs(&["Steve"]).await;

    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("Steve"), "{status}");
    assert!(status.contains("Alex"), "Alex is in last seen: {status}");
    let entry = &watched(&oxeye).await[0];
    assert_eq!(entry["has_plugin"], true, "{entry}");
    let stopped = guild
        .moderator()
        .types("oxeye unwatch", &[("server", "survival")])
        .await;
    assert!(
        stopped.text().contains("Its plugin goes on reporting"),
        "{}",
        stopped.text()
    );
    plugin.joins("Jeb").await;
}

#[tokio::test]
async fn the_crash_of_a_linked_server_is_noticed_at_its_address() {
    let oxeye = settings().start().await;
    let plugin = oxeye.linked("survival").await;
    plugin.syncs(&["Alex"]).await;
    let mut server = GameServer::start().await;
    let beside = ["watch", &server.address(), "--server", "SURVIVAL"];

    let done = oxeye.command(&beside).await;
    assert!(
        done.out
            .contains("The address of survival is watched now, beside its plugin."),
        "{done:?}"
    );
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    server.is_killed().await;
    oxeye.becomes("survival", "down").await;
    server.comes_back().await;

    oxeye.becomes("survival", "awaiting_sync").await;
    plugin.syncs(&["Alex"]).await;
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
}

#[tokio::test]
async fn a_plugin_that_was_only_cut_off_is_made_to_send_its_roster_again() {
    let oxeye = settings().start().await;
    let plugin = oxeye.linked("survival").await;
    plugin.syncs(&["Alex"]).await;
    let mut server = GameServer::start().await;
    let beside = ["watch", &server.address(), "--server", "survival"];
    oxeye.command(&beside).await;
    plugin.joins("Jeb").await;
    assert!(!plugin.needs_full_sync());

    server.is_killed().await;
    oxeye.becomes("survival", "down").await;
    server.comes_back().await;
    oxeye.becomes("survival", "awaiting_sync").await;
    plugin.joins("Steve").await;

    assert!(plugin.needs_full_sync());
    plugin.syncs(&["Alex", "Jeb", "Steve"]).await;
    plugin.leaves("Jeb").await;
    assert!(!plugin.needs_full_sync());
    let mut online = oxeye.online("survival").await;
    online.sort();
    assert_eq!(online, ["Alex", "Steve"]);
}

#[tokio::test]
async fn unwatching_twice_is_answered_sensibly_and_the_name_can_be_watched_again() {
    let (_discord, guild, oxeye) = with_discord(settings()).await;
    let server = GameServer::start().await;
    let address = server.address();
    let moderator = guild.moderator();
    let watch = [("address", &*address), ("name", "hub")];
    moderator.types("oxeye watch", &watch).await;

    let choices = moderator.is_typing("oxeye unwatch", "server", "h").await;
    assert_eq!(choices[0].0, format!("hub - {address}"));
    let first = moderator
        .types("oxeye unwatch", &[("server", "hub")])
        .await
        .text();
    assert!(first.contains("**hub** is no longer watched"), "{first}");
    let second = moderator
        .types("oxeye unwatch", &[("server", "hub")])
        .await
        .text();
    assert_eq!(second, "No address of **hub** is watched.");
    assert!(watched(&oxeye).await.is_empty());
    let again = moderator.types("oxeye watch", &watch).await.text();
    assert!(again.contains("**hub** is watched now"), "{again}");
}

#[tokio::test]
async fn when_watching_is_turned_off_everything_says_so() {
    let oxeye = settings().start().await;
    let server = GameServer::start().await;
    oxeye
        .command(&["watch", &server.address(), "--name", "hub"])
        .await;
    let check = oxeye.command(&["check"]).await.out;
    let line =
        "watched addresses: 1 of 1,000, at most 10 in one guild; private addresses are asked";
    assert!(check.contains(line), "{check}");

    let oxeye = oxeye.restart_with("WATCH_ADDRESSES", "off").await;

    let refused = oxeye.command(&["watch", "example.org"]).await;
    assert!(refused.log.contains("watches no addresses"), "{refused:?}");
    let check = oxeye.command(&["check"]).await.out;
    for line in [
        "watched addresses: none, since",
        "one address is watched, but nobody asks it",
    ] {
        assert!(check.contains(line), "{check}");
    }
    let page = oxeye.ask(&Request::get("/")).await;
    assert!(!String::from_utf8_lossy(&page.body).contains("oxeye watch"));
    assert_ne!(oxeye.status("hub").await["state"], "online");
    let stopped = oxeye.command(&["unwatch", "hub"]).await;
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
}
