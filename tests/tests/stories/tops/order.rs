//! Those who have equally much come in one order, in Discord, on the command line and in the API.

use oxeye_tests::community::Community;
use oxeye_tests::raw::Request;
use serde_json::json;

/// Returns the names in the order in which a text has them.
fn in_order<'a>(text: &str, names: &[&'a str]) -> Vec<&'a str> {
    let found = names
        .iter()
        .filter_map(|name| Some((text.find(name)?, *name)));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn those_who_have_equally_much_come_in_one_order_everywhere() {
    let (community, server) = Community::with_alex().await;
    let Community { guild, oxeye, .. } = &community;
    let guild_id = guild.id();
    let path = format!("/api/servers/{guild_id}/survival/status");
    let status = oxeye.api(Request::get(path)).await;
    let now = status["heard_at"].as_i64().expect("it was heard");
    let names = ["alex", "Zoe", "Bob"];
    let stays = names.map(|name| (name, now - 7_200, now - 3_600));
    oxeye.had_stays(guild_id, "survival", &stays).await;
    for player in names {
        let death = json!({"player": player, "event_type": "death"});
        server.reports_activity(&death).await;
    }
    let member = guild.member();
    let then = format!("<t:{}:R>", now - 5_000);
    let at = now - 5_000;

    let mut said = Vec::new();
    for options in [
        [("what", "visits"), ("range", "all time")],
        [("what", "deaths"), ("range", "all time")],
    ] {
        said.push(member.types("oxeye top", &options).await.text());
    }
    said.push(
        member
            .types("oxeye history", &[("time", &then)])
            .await
            .text(),
    );
    let of_guild = format!("/api/guilds/{guild_id}");
    for path in [
        format!("{of_guild}/leaderboard?what=visits&range=all"),
        format!("{of_guild}/leaderboard?what=deaths&range=all"),
        format!("{of_guild}/activity/top?by=deaths"),
        format!("{of_guild}/online?at={at}"),
        format!("/api/servers/{guild_id}/survival/online?at={at}"),
        format!("/api/servers/{guild_id}/survival/players"),
    ] {
        said.push(oxeye.api(Request::get(path)).await.to_string());
    }

    let command = oxeye
        .command(&["top", "--what", "visits", "--range", "all"])
        .await;
    said.push(command.out);

    for text in said {
        assert_eq!(in_order(&text, &names), ["Bob", "Zoe", "alex"], "{text}");
    }
}
