//! Members who hide, in rankings, for Redis clients and in the copy in Redis.

use oxeye_tests::backend::{OPERATOR_TOKEN, Oxeye, Setup};
use oxeye_tests::discord::{Discord, Guild};
use oxeye_tests::raw::Request;
use oxeye_tests::redis::{Redis, run_at};
use oxeye_tests::redis_client::address;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::json;

/// A guild on whose server Alex and Steve have died once each.
struct Played {
    _discord: Discord,
    guild: Guild,
    oxeye: Oxeye,
}

impl Played {
    async fn start(setup: Setup) -> Self {
        let discord = Discord::start().await;
        let guild = discord.guild(1);
        let oxeye = setup.discord(&discord).start().await;
        discord.bot_is_up().await;
        let server = oxeye.linked_from(&guild, "survival").await;
        server.syncs(&["Alex", "Steve"]).await;
        for player in ["Alex", "Steve"] {
            let death = json!({"player": player, "event_type": "death"});
            server.reports_activity(&death).await;
        }
        let member = guild.member();
        let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
        guild.moderator().presses(&asked, "Confirm").await;
        Self {
            _discord: discord,
            guild,
            oxeye,
        }
    }

    async fn types(&self, command: &str) {
        let answer = self.guild.member().types(command, &[]).await;
        assert!(answer.text().contains("Alex"), "{answer:?}");
    }

    /// Returns the players whom a list of the operator API names, sorted.
    async fn named(&self, path: &str) -> Vec<String> {
        let path = format!("/api/guilds/{}/{path}", self.guild.id());
        let answer = self.oxeye.api(Request::get(path)).await;
        let lines = answer["players"].as_array().expect("a list").iter();
        let name = |line: &serde_json::Value| match &line["player"] {
            serde_json::Value::Null => line.as_str().map(str::to_owned),
            name => name.as_str().map(str::to_owned),
        };
        let mut names: Vec<_> = lines.map(|line| name(line).expect("a name")).collect();
        names.sort();
        names
    }

    /// Asserts that rankings and the list of players online name exactly these players.
    async fn names(&self, expected: &[&str]) {
        for path in ["activity/top?by=deaths", "activity/online", "leaderboard"] {
            assert_eq!(self.named(path).await, expected, "{path}");
        }
        let top = self.oxeye.command(&["top"]).await;
        let deaths = self.oxeye.command(&["activity", "--top", "deaths"]).await;
        for printed in [top.out, deaths.out] {
            assert_eq!(printed.contains("Alex"), expected.contains(&"Alex"));
            assert!(printed.contains("Steve"), "{printed}");
        }
    }
}

#[tokio::test]
async fn rankings_leave_out_who_hides_and_name_them_again() {
    let played = Played::start(Setup::new()).await;
    played.names(&["Alex", "Steve"]).await;

    played.types("oxeye me hide").await;

    played.names(&["Steve"]).await;
    let path = format!("/api/guilds/{}/activity/top?by=deaths", played.guild.id());
    let top = played.oxeye.api(Request::get(path)).await;
    assert_eq!(top["player_count"], 2, "{top}");
    played.types("oxeye me show").await;
    played.names(&["Alex", "Steve"]).await;
}

#[tokio::test]
async fn redis_clients_find_who_hides_only_by_name() {
    let setup = Setup::unlimited().set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0");
    let played = Played::start(setup).await;
    let address = address(&played.oxeye).await;
    let url = format!("redis://default:{OPERATOR_TOKEN}@{address}");
    let guild = played.guild.id();
    let online = format!("guild:{guild}:activity:online_players");
    let summary = format!("guild:{guild}:activity:summary:Alex");
    played.types("oxeye me hide").await;

    let names: Vec<String> = run_at(&url, &["SMEMBERS", &online]).await;
    assert_eq!(names, ["Steve"]);
    let count: usize = run_at(&url, &["SCARD", &online]).await;
    assert_eq!(count, 1);
    let found: usize = run_at(&url, &["SISMEMBER", &online, "Alex"]).await;
    assert_eq!(found, 0);
    let keys: Vec<String> = run_at(&url, &["KEYS", "*Alex*"]).await;
    assert_eq!(keys, [""; 0]);
    let by_name: Option<String> = run_at(&url, &["GET", &summary]).await;
    assert!(by_name.is_some());

    played.types("oxeye me show").await;
    let names: Vec<String> = run_at(&url, &["SMEMBERS", &online]).await;
    assert_eq!(names.len(), 2, "{names:?}");
}

#[tokio::test]
async fn the_copy_in_redis_loses_who_hides_and_gets_them_back() {
    let Some(redis) = Redis::start().await else {
        return;
    };
    let played = Played::start(Setup::unlimited().set("REDIS_URL", &redis.url())).await;
    let online = format!("guild:{}:activity:online_players", played.guild.id());
    let becomes = async |expected: &[&str], has_keys: bool| {
        let is_so = async || {
            let mut names: Vec<String> = redis.run(&["SMEMBERS", &online]).await;
            names.sort();
            let keys: Vec<String> = redis.run(&["KEYS", "*Alex*"]).await;
            names == expected && keys.is_empty() != has_keys
        };
        let asking = async {
            while !is_so().await {
                tokio::task::yield_now().await;
            }
        };
        // Everything is written again only every hour, so this is the change itself.
        let outcome = tokio::time::timeout(WAIT_LIMIT, asking).await;
        assert!(outcome.is_ok(), "in time: {expected:?}");
    };
    becomes(&["Alex", "Steve"], true).await;

    played.types("oxeye me hide").await;
    becomes(&["Steve"], false).await;

    played.types("oxeye me show").await;
    becomes(&["Alex", "Steve"], true).await;
}
