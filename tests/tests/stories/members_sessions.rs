//! What members do in Discord, from the gateway to the file: only of those who joined.

mod asked;
mod deleted;
mod hidden;
mod kept;

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, ChannelKind, Discord, Person};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::{Value, json};

/// Starts a community whose operator lets members' sessions be kept, at a Discord that allows the presence intent.
async fn observed(setting: &str) -> Community {
    let discord = Discord::start().await;
    discord.allows_presences();
    Community::observing(discord, setting).await
}

fn game(name: &str) -> Value {
    json!({"type": 0, "name": name, "created_at": 1_700_000_000_000_u64})
}

/// Waits until a member's own sessions contain `words`, and returns them.
async fn sees(member: &Person, words: &str) -> String {
    let says = |answer: &Answer| answer.text().contains(words);
    let mine = member.types_until("oxeye presence mine", &[], words, says);
    mine.await.text()
}

#[tokio::test]
async fn a_session_in_voice_survives_kill_9() {
    let observed = observed("voice").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    alex.enters(&lounge);
    sees(&alex, "Lounge").await;
    let path = format!(
        "/api/guilds/{}/presence/users/{}?range=all",
        observed.guild.id(),
        alex.id()
    );
    let before = observed.oxeye.api(Request::get(path.as_str())).await;
    let began_at = before["sessions"][0]["started_at"].as_i64();
    let began_at = began_at.expect("a session");
    let mut oxeye = observed.oxeye;
    oxeye.kill().await;
    // Back in time, so that one that begins after the kill is not taken for it.
    let file = rusqlite::Connection::open(oxeye.folder().join("oxeye-presence.db"));
    let file = file.expect("the file of sessions");
    let moved = file.execute_batch(
        "UPDATE guild_kinds SET since = since - 3600;
         UPDATE members SET joined_at = joined_at - 3600;
         UPDATE member_kinds SET agreed_at = agreed_at - 3600;
         UPDATE sessions SET started_at = started_at - 3600;",
    );
    moved.expect("the file can be written");
    drop(file);

    let oxeye = oxeye.start_again().await;
    observed
        .discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;

    sees(&alex, "Lounge").await;
    let after = oxeye.api(Request::get(path.as_str())).await;
    assert_eq!(after["session_count"], 1, "{after}");
    let started_at = &after["sessions"][0]["started_at"];
    assert_eq!(*started_at, began_at - 3600, "{after}");
}

#[tokio::test]
async fn somebody_who_joins_while_in_voice_or_before_a_restart_is_seen_there() {
    let observed = observed("voice").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");
    observed.keeps("all").await;
    let steve = observed.guild.another(4);
    steve.enters(&lounge);
    let alex = observed.guild.another(3);
    alex.enters(&lounge);

    observed.joined(3).await;

    sees(&alex, "Lounge").await;
}

#[tokio::test]
async fn a_guild_with_an_odd_presence_works_like_any_other() {
    let discord = Discord::start().await;
    discord.allows_presences();
    let guild = discord.guild(1);
    let (alex, steve) = (guild.another(3), guild.another(4));
    let odd = json!([{"type": 0, "name": null, "created_at": 1}, game("Minecraft")]);
    for member in [&alex, &steve] {
        member.does(&odd);
    }
    let observed = Community::observing(discord, "on").await;
    observed.keeps("games").await;
    observed.joined(3).await;
    let server: Plugin = observed.oxeye.linked_from(&guild, "survival").await;
    server.syncs(&["Alex"]).await;
    observed.discord.presence_says("1").await;

    guild.removes_the_bot();
    observed.oxeye.has_logged("a guild removed the bot").await;
    guild.has_the_bot_again();

    // Nothing is linked to a guild that has removed the bot.
    let options = [("name", "creative")];
    let has_code = |answer: &Answer| answer.text().contains("oxeye-");
    let moderator = observed.guild.moderator();
    moderator
        .types_until("oxeye connect", &options, "the bot is back", has_code)
        .await;
    observed.discord.invalidates_the_session(false);
    observed
        .discord
        .sessions_until("a new session", |sessions| sessions.begun == 2)
        .await;
    sees(&alex, "Minecraft").await;
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("Alex"), "{status}");
}

#[tokio::test]
async fn what_happened_before_a_resume_is_taken_in_order() {
    let observed = observed("voice").await;
    let [lounge, lobby] =
        ["Lounge", "Lobby"].map(|name| observed.guild.channel(ChannelKind::Voice, name));
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    alex.enters(&lobby);
    sees(&alex, "Now: in Lobby").await;

    observed.discord.goes_down();
    for _ in 0..100 {
        alex.enters(&lobby);
        alex.leaves_voice();
        alex.enters(&lounge);
    }
    observed.discord.comes_up();
    observed
        .discord
        .sessions_until("the bot resumes", |sessions| sessions.resumed == 1)
        .await;

    let mine = sees(&alex, "Now: in Lounge").await;
    assert!(!mine.contains("Lobby (for"), "{mine}");
}

#[tokio::test]
async fn members_see_what_everybody_does_and_who_is_in_voice() {
    let observed = observed("on").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Secret Lounge");
    observed.keeps("all").await;
    let (alex, steve) = (observed.joined(3).await, observed.guild.another(4));
    for member in [&alex, &steve] {
        member.enters(&lounge);
        member.does(&json!([game("*Chess*")]));
    }
    sees(&alex, "Chess").await;

    let options = [("what", "in voice now")];
    let now = steve.types("oxeye presence top", &options).await;

    assert!(!now.ephemeral, "{now:?}");
    let text = now.text();
    assert!(text.contains(&format!("<@{}>", alex.id())), "{text}");
    assert!(!text.contains(&steve.id().to_string()), "{text}");
    assert!(!text.contains("Secret"), "{text}");
    // What lasts is counted once a minute, so Alex plays again and again for a moment.
    let german = steve.clone().speaks("de");
    let asking = async {
        loop {
            for activities in [json!([game("*Chess*")]), json!([])] {
                alex.does(&activities);
                sees(&alex, "Secret Lounge").await;
            }
            let top = german.types("oxeye presence top", &[]).await.text();
            if top.contains("1 member") {
                return top;
            }
        }
    };
    let games = tokio::time::timeout(WAIT_LIMIT, asking).await;
    let games = games.expect("the time of a game is shown");
    assert!(games.contains(r"\*Chess\*"), "{games}");
}
