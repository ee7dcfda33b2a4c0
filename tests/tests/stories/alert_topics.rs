//! What alerts say beside outages: who joins and leaves, who is there for the first time, and records. Each once, and
//! nobody is notified.

use std::time::Duration;

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Fault};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::json;

const DAY: i64 = 86_400;
/// How long we wait until somebody is announced before another one joins. It takes three seconds.
const ANNOUNCED_WITHIN: Duration = Duration::from_secs(20);

/// A community with a server that has been there for ten days, on which six players were at once then, and a channel.
struct Visited {
    community: Community,
    server: Plugin,
    news: Channel,
    now: i64,
}

impl Visited {
    async fn new() -> Self {
        let community = Community::start().await;
        let (guild, oxeye) = (&community.guild, &community.oxeye);
        let (_clock, now) = oxeye.empty_server("clock").await;
        let server = oxeye.linked_from(guild, "survival").await;
        server.syncs(&[]).await;
        let from = now - 10 * DAY;
        let stays = ["Alex", "Steve", "p1", "p2", "p3", "p4"].map(|name| (name, from, from + 60));
        oxeye.had_stays(guild.id(), "survival", &stays).await;
        Self {
            news: guild.channel(ChannelKind::Text, "news"),
            server,
            now,
            community,
        }
    }

    /// Sets an alert that says all of these as well.
    async fn sets(&self, topics: &[&str]) -> Answer {
        let id = self.news.id_text();
        let mut options = vec![("channel", id.as_str())];
        options.extend(topics.iter().map(|topic| (*topic, "true")));
        let admin = self.community.guild.moderator();
        admin.types("oxeye alerts set", &options).await
    }

    /// Lets players who are known join one after another, until the channel is told of one. Whoever is on when the
    /// server is first looked at after a restart was there before, so that may be a later one.
    async fn somebody_is_announced(&self) {
        for player in ["Alex", "Steve", "p1"] {
            self.server.joins(player).await;
            let words = format!("**{player}** is now on");
            if self.news.says_within(ANNOUNCED_WITHIN, &words).await {
                return;
            }
        }
        panic!("nobody is announced: {:?}", self.said());
    }

    /// Kills Oxeye and starts it again.
    async fn after_a_kill(mut self) -> Self {
        let oxeye = self.community.oxeye.kill_and_restart().await;
        self.server = oxeye.plugin_with_key_of(&self.server);
        self.community.oxeye = oxeye;
        let discord = &self.community.discord;
        discord
            .sessions_until("the bot is back", |sessions| sessions.begun == 2)
            .await;
        self
    }

    fn said(&self) -> Vec<String> {
        self.news.messages().iter().map(Answer::text).collect()
    }
}

#[tokio::test]
async fn joins_are_collected_in_one_message_without_those_who_hide_and_newcomers_are_welcomed() {
    let visited = Visited::new().await;
    let guild = &visited.community.guild;
    let steve = guild.other_member();
    let claim = steve.types("oxeye me link", &[("name", "Steve")]).await;
    guild.moderator().presses(&claim, "Confirm").await;
    steve.types("oxeye me hide", &[]).await;

    let set = visited.sets(&["visits", "newcomers"]).await;
    for player in ["Steve", "Alex", "jeb_", "<@1>"] {
        visited.server.joins(player).await;
    }
    let said = visited.news.message_says("for the first time").await;
    let listed = guild.moderator().types("oxeye alerts list", &[]).await;

    assert!(
        set.text().contains("who joins and who leaves"),
        "{}",
        set.text()
    );
    let text = said.text();
    for words in [
        "**Alex** is now on **survival**",
        "jeb\\_",
        "\\<\\@1\\>",
        "Welcome!",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    assert!(!text.contains("Steve"), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
    assert_eq!(said.body["allowed_mentions"], json!({"parse": []}));
    assert_eq!(visited.said().len(), 1);
    assert!(
        listed
            .text()
            .contains("who joins and leaves and first visits"),
        "{}",
        listed.text()
    );
    visited.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn two_hundred_who_join_at_once_are_one_message() {
    let visited = Visited::new().await;
    visited.sets(&["visits"]).await;
    let names: Vec<_> = (0..200).map(|number| format!("crowd{number:03}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();

    visited.server.syncs(&names).await;
    let said = visited.news.message_says("and 180 more are now on").await;

    assert!(said.text().contains("**crowd000**"), "{}", said.text());
    assert_eq!(visited.said().len(), 1);
    visited.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_restart_and_lost_answers_tell_nothing_twice() {
    let visited = Visited::new().await;
    visited.sets(&["visits", "newcomers"]).await;
    let discord = &visited.community.discord;
    discord.fails(Call::Post, Fault::Status(503), 1);
    discord.fails(Call::Post, Fault::LostReply(502), 2);
    visited.server.joins("jeb_").await;
    visited.news.message_says("jeb\\_").await;

    let visited = visited.after_a_kill().await;
    visited.server.syncs(&["jeb_"]).await;
    visited.somebody_is_announced().await;

    let said = visited.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(!said[1].contains("jeb"), "{said:?}");
    visited.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_record_is_said_once_with_the_one_before_also_over_a_restart() {
    let visited = Visited::new().await;
    visited.sets(&["records"]).await;
    let names: Vec<_> = (0..7).map(|number| format!("p{number}")).collect();
    let joins = names.iter().zip(0..).map(
        |(name, number)| json!({"type": "join", "player": name, "at": visited.now - 400 + number}),
    );
    let joins: Vec<_> = joins.collect();
    let batch = json!({"epoch": 1, "first_seq": 1, "events": joins});
    let answer = visited
        .server
        .ask(Request::post("/events").json(&batch))
        .await;
    assert_eq!(answer.status, 200, "{answer}");
    let record = visited.news.message_says("New record").await;

    let visited = visited.after_a_kill().await;
    let on: Vec<_> = names.iter().map(String::as_str).collect();
    visited.server.syncs(&on).await;
    visited.sets(&["records", "visits"]).await;
    visited.server.joins("Alex").await;
    visited.news.message_says("**Alex** is now on").await;

    let (at, before) = (visited.now - 394, visited.now - 10 * DAY);
    let words = format!(
        "🏆 New record on **survival**: 7 players at once, at <t:{at}:t>. The old record was 6, on \
         <t:{before}:D>."
    );
    assert_eq!(record.text(), words);
    let nobody = json!({"parse": [], "roles": []});
    assert_eq!(record.body["allowed_mentions"], nobody);
    assert_eq!(visited.said().len(), 2, "{:?}", visited.said());
    visited.community.discord.keeps_the_rules();
}
