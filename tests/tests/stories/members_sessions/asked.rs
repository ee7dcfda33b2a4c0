//! What members do about whom the bot asks: the gateway tells only what changes.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{ChannelKind, Person};
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::{Value, json};

use super::{game, observed, sees};

/// Returns the sessions that are kept of a member.
async fn sessions(observed: &Community, member: &Person) -> Vec<Value> {
    let (guild, user) = (observed.guild.id(), member.id());
    let path = format!("/api/guilds/{guild}/presence/users/{user}?range=all");
    let answer = observed.oxeye.api(Request::get(path.as_str())).await;
    answer["sessions"].as_array().expect("a list").clone()
}

/// Waits until what a member does has ended.
async fn has_stopped(observed: &Community, member: &Person) {
    let stopping = async {
        let is_open = |one: &Value| one["ended_at"].is_null();
        while sessions(observed, member).await.iter().any(is_open) {}
    };
    let stopped = tokio::time::timeout(WAIT_LIMIT, stopping).await;
    stopped.expect("all that the member did has ended");
}

#[tokio::test]
async fn a_game_that_already_runs_begins_when_the_member_joins() {
    let observed = observed("on").await;
    observed.keeps("games").await;
    let alex = observed.guild.another(3);
    // An odd presence in the answer is read as leniently as any other.
    alex.has_done(&json!([{"type": 0, "name": null, "created_at": 1}, game("Secret Chess")]));

    observed.joined(3).await;

    sees(&alex, "Secret Chess").await;
    let mine = alex.types("oxeye me data", &[]).await;
    let data: Value = serde_json::from_slice(&mine.files[0].bytes).expect("JSON");
    let presence = &data["presence"];
    let began_at = presence["sessions"][0]["started_at"].as_i64();
    let joined_at = presence["joined_at"].as_i64();
    assert!(began_at.is_some() && began_at >= joined_at, "{data:#}");
}

#[tokio::test]
async fn a_game_that_already_runs_begins_when_the_member_agrees_to_games() {
    let observed = observed("on").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    alex.has_done(&json!([game("Secret Chess")]));
    observed.keeps("voice, games").await;
    assert!(sessions(&observed, &alex).await.is_empty());

    alex.types("oxeye presence join", &[]).await;

    sees(&alex, "Secret Chess").await;
}

#[tokio::test]
async fn members_who_join_one_after_another_are_few_questions() {
    let observed = observed("on").await;
    observed.keeps("games").await;

    for number in 3..13 {
        observed.joined(number).await;
    }

    let last = observed.guild.another(12).id();
    let asked = observed.discord.is_asked_about(last).await;
    let all: Vec<_> = asked.iter().flat_map(|one| &one.users).collect();
    assert_eq!(all.len(), 10, "{asked:?}");
    assert!(asked.len() < 10, "{asked:?}");
}

#[tokio::test]
async fn without_the_intent_nobody_is_asked_about() {
    let observed = observed("voice").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");

    alex.enters(&lounge);

    sees(&alex, "Lounge").await;
    assert!(observed.discord.asked_members().is_empty());
}

#[tokio::test]
async fn where_discord_shows_no_games_at_the_start_they_go_on_except_those_of_members_who_left() {
    let observed = observed("on").await;
    observed.guild.has_members(75_001);
    observed.keeps("games").await;
    let (alex, bea) = (observed.joined(3).await, observed.joined(4).await);
    for member in [&alex, &bea] {
        member.does(&json!([game("Chess")]));
        sees(member, "Chess").await;
    }
    bea.leaves_the_guild();

    observed.discord.invalidates_the_session(false);

    has_stopped(&observed, &bea).await;
    let of_alex = sessions(&observed, &alex).await;
    assert_eq!(of_alex.len(), 1, "{of_alex:?}");
    assert_eq!(of_alex[0]["ended_at"], Value::Null);
    assert_eq!(sessions(&observed, &bea).await.len(), 1);
}
