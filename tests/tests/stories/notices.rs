//! Notices: members are told when a player comes on whom they asked about, and nobody else is.

use std::time::Duration;

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, ChannelKind, Fault, Person};
use oxeye_tests::plugin::Plugin;
use serde_json::json;

/// The account that is called Robin first, and the one that takes the name.
const ROBIN: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
const OTHER: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";

/// A community whose server knows Steve, who is not on.
struct Waiting {
    community: Community,
    member: Person,
    server: Plugin,
}

impl Waiting {
    async fn new() -> Self {
        let (community, server) = Community::with_alex().await;
        server.joins("Steve").await;
        server.leaves("Steve").await;
        Self {
            member: community.guild.member(),
            server,
            community,
        }
    }

    async fn asks_about(&self, player: &str) -> Answer {
        let options = [("name", player)];
        self.member.types("oxeye notify add", &options).await
    }
}

/// Puts a player on a server who was never there, so that nobody has only reconnected.
async fn comes_on(server: &Plugin, player: &str) {
    server.joins(player).await;
}

#[tokio::test]
async fn a_member_is_told_once_and_ends_it_with_the_button() {
    let waiting = Waiting::new().await;
    // Steve has just left, so a reconnect would be no news on this server.
    let hub = waiting
        .community
        .oxeye
        .linked_from(&waiting.community.guild, "hub")
        .await;
    hub.syncs(&[]).await;
    let added = waiting.asks_about("STEVE").await;

    comes_on(&hub, "Steve").await;
    let told = waiting.member.is_told("**Steve** is now on **hub**").await;
    hub.leaves("Steve").await;
    waiting.server.joins("Steve").await;
    let ended = waiting.member.presses(&told, "Turn off").await;
    let again = waiting.member.types("oxeye notify list", &[]).await;

    assert!(
        added.ephemeral && added.text().contains("**Steve**"),
        "{}",
        added.text()
    );
    let allowed = json!({"parse": [], "users": []});
    assert_eq!(told.body["allowed_mentions"], allowed);
    let guild = waiting.community.guild.id();
    let words = format!("**Steve** is now on **hub** (Guild {guild}).");
    assert!(told.text().contains(&words), "{}", told.text());
    assert!(
        ended.text().contains("be notified any more"),
        "{}",
        ended.text()
    );
    assert!(!ended.has_component("Turn off"), "the button is gone");
    assert!(
        again.text().contains("You have no notifications"),
        "{}",
        again.text()
    );
    assert_eq!(waiting.member.direct_messages().len(), 1);
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn whoever_accepts_no_direct_messages_is_mentioned_in_the_channel_and_nobody_else_ends_it() {
    let waiting = Waiting::new().await;
    let guild = &waiting.community.guild;
    let news = guild.channel(ChannelKind::Text, "news");
    let hub = waiting.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    let id = news.id_text();
    let options = [("name", "Steve"), ("channel", id.as_str())];
    waiting.member.refuses_direct_messages();
    waiting.member.types("oxeye notify add", &options).await;
    let reader = guild.reader(9);
    let closed = reader.types("oxeye notify add", &options).await;
    assert!(
        closed.text().contains("cannot write in"),
        "{}",
        closed.text()
    );

    comes_on(&hub, "Steve").await;
    let told = news.message_says("**Steve** is now on **hub**").await;
    let of_another = guild.other_member().presses(&told, "Turn off").await;
    let kept = waiting.member.types("oxeye notify list", &[]).await;
    let ended = waiting.member.presses(&told, "Turn off").await;

    let user = waiting.member.id().to_string();
    let words = format!("<@{user}> **Steve** is now on **hub**.");
    assert!(told.text().contains(&words), "{}", told.text());
    let allowed = json!({"parse": [], "users": [user]});
    assert_eq!(told.body["allowed_mentions"], allowed);
    assert!(of_another.ephemeral && of_another.text().contains("not yours"));
    assert!(kept.text().contains("Steve"), "{}", kept.text());
    assert!(
        ended.text().contains("be notified any more"),
        "{}",
        ended.text()
    );
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_player_who_hides_is_as_unknown_as_one_whom_nobody_knows() {
    let waiting = Waiting::new().await;
    let guild = &waiting.community.guild;
    let hub = waiting.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    let steve = guild.other_member();
    let name = [("name", "Steve")];
    let other = guild.another(8);
    waiting.server.joins("Bob").await;
    waiting.server.leaves("Bob").await;
    other.types("oxeye notify add", &[("name", "Bob")]).await;
    waiting.asks_about("Steve").await;
    let claim = steve.types("oxeye me link", &name).await;
    guild.moderator().presses(&claim, "Confirm").await;
    steve.types("oxeye me hide", &[]).await;

    let hidden = guild.another(7).types("oxeye notify add", &name).await;
    let unknown = [("name", "Nobody")];
    let unknown = guild.another(7).types("oxeye notify add", &unknown).await;
    comes_on(&hub, "Steve").await;
    // Everything that follows from the first has happened when the second is told.
    comes_on(&hub, "Bob").await;
    other.is_told("**Bob** is now on **hub**").await;

    assert_eq!(hidden.text().replace("Steve", "Nobody"), unknown.text());
    assert!(hidden.ephemeral);
    assert_eq!(waiting.member.direct_messages().len(), 0);
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_a_reason() {
    let waiting = Waiting::new().await;

    waiting.asks_about("Steve").await;
    let twice = waiting.asks_about("steve").await;
    let mention = waiting.asks_about("<@1>").await;
    let remove = [("name", "Alex")];
    let not_there = waiting.member.types("oxeye notify remove", &remove).await;
    let listed = waiting.member.types("oxeye notify list", &[]).await;
    let remove = [("name", "STEVE")];
    let removed = waiting.member.types("oxeye notify remove", &remove).await;

    for (answer, words) in [
        (&twice, "already"),
        (&mention, "\\<\\@1\\>"),
        (&not_there, "of that name"),
        (&listed, "• **Steve**"),
        (&removed, "when **Steve** comes online"),
    ] {
        let text = answer.text();
        assert!(
            answer.ephemeral && text.contains(words),
            "{words:?} in {text}"
        );
    }
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_kill_and_lost_answers_tell_nobody_twice_and_a_restart_tells_nobody() {
    let waiting = Waiting::new().await;
    let guild = &waiting.community.guild;
    let hub = waiting.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    waiting.asks_about("Steve").await;
    let discord = &waiting.community.discord;
    discord.fails(Call::Post, Fault::LostReply(502), 1);
    discord.fails(Call::Post, Fault::Slow(Duration::from_secs(60)), 1);

    comes_on(&hub, "Steve").await;
    waiting.member.is_told("**Steve** is now on **hub**").await;
    let posts = discord.calls(Call::Post);
    let oxeye = waiting.community.oxeye.kill_and_restart().await;
    let hub = oxeye.plugin_with_key_of(&hub);
    discord.calls_reach(Call::Post, posts + 1).await;
    discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;
    hub.syncs(&["Steve"]).await;
    // Everything that follows from the roster has happened when another member is told.
    let other = guild.another(8);
    let name = [("name", "Alex")];
    other.types("oxeye notify add", &name).await;
    hub.joins("Alex").await;
    other.is_told("**Alex** is now on **hub**").await;

    assert_eq!(waiting.member.direct_messages().len(), 1);
    discord.keeps_the_rules();
}

#[tokio::test]
async fn notices_are_in_a_members_data_and_forgotten_with_the_member() {
    let waiting = Waiting::new().await;
    waiting.asks_about("Steve").await;

    let data = waiting.member.types("oxeye me data", &[]).await;
    let question = waiting.member.types("oxeye me forget", &[]).await;
    let forgotten = waiting.member.presses(&question, "Forget").await;
    let listed = waiting.member.types("oxeye notify list", &[]).await;

    let file = String::from_utf8_lossy(&data.files[0].bytes).into_owned();
    assert!(
        file.contains("\"notices\"") && file.contains("Steve"),
        "{file}"
    );
    assert!(forgotten.ephemeral, "{}", forgotten.text());
    assert!(
        listed.text().contains("You have no notifications"),
        "{}",
        listed.text()
    );
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_member_who_has_left_the_guild_is_told_nothing_more() {
    let waiting = Waiting::new().await;
    let guild = &waiting.community.guild;
    let hub = waiting.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    waiting.asks_about("Steve").await;
    let options = [("name", "Steve")];
    let other = guild.other_member();
    other.types("oxeye notify add", &options).await;
    waiting.member.leaves_the_guild();

    comes_on(&hub, "Steve").await;
    other.is_told("**Steve** is now on **hub**").await;
    let listed = waiting.member.types("oxeye notify list", &[]).await;

    assert_eq!(waiting.member.direct_messages().len(), 0);
    assert!(
        listed.text().contains("You have no notifications"),
        "{}",
        listed.text()
    );
    waiting.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_notice_follows_the_player_to_a_new_name_and_not_whoever_takes_the_old_one() {
    let waiting = Waiting::new().await;
    waiting.server.joins_as("Robin", ROBIN).await;
    waiting.server.leaves("Robin").await;
    let guild = &waiting.community.guild;
    let hub = waiting.community.oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    waiting.asks_about("Robin").await;

    hub.joins_as("Robin", OTHER).await;
    // Everything that follows from the first has happened when the second is told.
    hub.joins_as("Kim", ROBIN).await;
    let told = waiting.member.is_told("**Kim** is now on **hub**").await;
    let listed = waiting.member.types("oxeye notify list", &[]).await;
    let again = waiting.asks_about("Kim").await;
    let ended = waiting.member.presses(&told, "Turn off").await;

    assert_eq!(waiting.member.direct_messages().len(), 1);
    assert!(listed.text().contains("• **Kim**"), "{}", listed.text());
    assert!(!listed.text().contains("Robin"), "{}", listed.text());
    assert!(again.text().contains("already"), "{}", again.text());
    assert!(ended.text().contains("**Kim**"), "{}", ended.text());
    waiting.community.discord.keeps_the_rules();
}
