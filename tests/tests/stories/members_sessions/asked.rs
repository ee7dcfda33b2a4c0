//! What members do about whom the bot asks: the gateway tells only what changes.

use oxeye_tests::discord::{ChannelKind, Person};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

use super::{Observed, game, sees};

/// Returns the sessions that are kept of a member, by name.
async fn names(observed: &Observed, member: &Person) -> Vec<String> {
    let (guild, user) = (observed.guild.id(), member.id());
    let path = format!("/api/guilds/{guild}/presence/users/{user}?range=all");
    let answer = observed.oxeye.api(Request::get(path.as_str())).await;
    let sessions = answer["sessions"].as_array().expect("a list").iter();
    let names = sessions.map(|one| one["name"].as_str().expect("a name").to_owned());
    names.collect()
}

#[tokio::test]
async fn a_game_that_already_runs_begins_when_the_member_joins() {
    let observed = Observed::start("on").await;
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
    let observed = Observed::start("on").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    alex.has_done(&json!([game("Secret Chess")]));
    observed.keeps("voice, games").await;
    assert_eq!(names(&observed, &alex).await, [""; 0]);

    alex.types("oxeye presence join", &[]).await;

    sees(&alex, "Secret Chess").await;
}

#[tokio::test]
async fn members_who_join_one_after_another_are_few_questions() {
    let observed = Observed::start("on").await;
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
    let observed = Observed::start("voice").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");

    alex.enters(&lounge);

    sees(&alex, "Lounge").await;
    assert!(observed.discord.asked_members().is_empty());
}
