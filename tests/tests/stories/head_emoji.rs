//! Heads of players as emoji in lines of text (`HEAD_EMOJI`).

use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::{Answer, Call, ChannelKind, Discord, Emoji, Fault, Guild};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::skins;

/// A guild with a server on which Alex and Steve are, with a skin each.
struct Faces {
    discord: Discord,
    guild: Guild,
    oxeye: Oxeye,
    server: Plugin,
}

async fn started(discord: Discord, setting: Option<&str>) -> Faces {
    let guild = discord.guild(1);
    let setup = Setup::new().discord(&discord);
    let setup = match setting {
        Some(setting) => setup.set("HEAD_EMOJI", setting),
        None => setup,
    };
    let oxeye = setup.start().await;
    discord.bot_is_up().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    server.syncs(&[]).await;
    let blue = skins::skin(1, 2, 250);
    let red = skins::skin(250, 2, 1);
    assert!(server.joins_with_skin("Alex", "blue", &blue).await);
    assert!(server.joins_with_skin("Steve", "red", &red).await);
    Faces {
        discord,
        guild,
        oxeye,
        server,
    }
}

impl Faces {
    async fn restart(self) -> Self {
        let oxeye = self.oxeye.restart().await;
        self.discord
            .sessions_until("the bot is back", |sessions| sessions.begun == 2)
            .await;
        let server = oxeye.plugin_with_key_of(&self.server);
        Self {
            oxeye,
            server,
            ..self
        }
    }

    async fn status(&self) -> String {
        let answer = self.guild.member().types("oxeye status", &[]).await;
        answer.text()
    }

    /// Asks for the status until it shows so many heads. The bot learns in the background that an emoji was made, and
    /// which ones there were before it started.
    async fn status_with_heads(&self, count: usize) -> String {
        let what = format!("the status shows {count} heads");
        let member = self.guild.member();
        let shows = |answer: &Answer| heads_in(&answer.text()) == count;
        let answer = member.types_until("oxeye status", &[], &what, shows).await;
        answer.text()
    }

    /// Asks for the status, waits until both players have an emoji, and returns the emoji.
    async fn both_have_emoji(&self) -> Vec<Emoji> {
        self.status().await;
        let what = "there are two more emoji";
        let ours = |emoji: &[Emoji]| emoji.iter().filter(|one| is_ours(one)).count();
        self.discord
            .emoji_until(what, |emoji| ours(emoji) == 2)
            .await;
        self.discord.emoji()
    }
}

fn is_ours(emoji: &Emoji) -> bool {
    emoji.name.starts_with('h') && emoji.name.len() == 32
}

fn heads_in(text: &str) -> usize {
    text.matches("<:h:").count()
}

/// Whether a text shows the head of each of the two players, whose emoji have these ids.
fn shows_heads(text: &str, emoji: &[Emoji]) -> bool {
    let heads = emoji.iter().filter(|one| is_ours(one));
    let mut heads = heads.map(|one| format!("<:h:{}> ", one.id));
    heads_in(text) == 2 && heads.all(|head| text.contains(&head))
}

#[tokio::test]
async fn a_status_and_a_board_show_heads_once_all_players_have_one() {
    let faces = started(Discord::start().await, Some("on")).await;
    let lobby = faces.guild.channel(ChannelKind::Text, "lobby");
    let options = [("server", "survival"), ("channel", &lobby.id_text())];
    let admin = faces.guild.moderator();

    let first = faces.status().await;
    admin.types("oxeye board post", &options).await;

    assert!(first.contains("Alex") && !first.contains("<:"), "{first}");
    let emoji = faces.both_have_emoji().await;
    for one in &emoji {
        assert!(is_ours(one), "{one:?}");
    }
    let status = faces.status_with_heads(2).await;
    assert!(shows_heads(&status, &emoji), "{status}");
    let board = lobby.message_says("<:h:").await;
    assert!(shows_heads(&board.text(), &emoji), "{}", board.text());
    assert_eq!(faces.discord.calls(Call::MakeEmoji), 2);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn without_the_setting_there_are_no_emoji() {
    let faces = started(Discord::start().await, None).await;
    for _ in 0..2 {
        let status = faces.status().await;
        assert!(
            status.contains("Alex") && !status.contains("<:"),
            "{status}"
        );
    }
    assert_eq!(faces.discord.calls(Call::MakeEmoji), 0);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn the_emoji_of_a_player_who_hides_or_is_forgotten_is_deleted() {
    let faces = started(Discord::start().await, Some("on")).await;
    let of_others = faces.discord.add_emoji("pepe");
    faces.both_have_emoji().await;
    let member = faces.guild.member();
    let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
    faces.guild.moderator().presses(&asked, "Confirm").await;

    member.types("oxeye me hide", &[]).await;

    let are = |count: usize| move |emoji: &[Emoji]| emoji.len() == count;
    faces.discord.emoji_until("one emoji is gone", are(2)).await;
    let status = faces.status().await;
    assert!(!status.contains("Alex"), "{status}");
    let status = faces.status_with_heads(1).await;
    assert!(!status.contains("Alex"), "{status}");

    let forgotten = faces.oxeye.command(&["forget", "Steve", "--yes"]).await;
    assert_eq!(forgotten.code, Some(0), "{}", forgotten.log);
    faces.discord.emoji_until("both are gone", are(1)).await;
    assert_eq!(faces.discord.emoji()[0].id, of_others);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn emoji_are_found_again_after_a_restart() {
    let faces = started(Discord::start().await, Some("on")).await;
    let emoji = faces.both_have_emoji().await;

    let faces = faces.restart().await;

    faces.server.syncs(&["Alex", "Steve"]).await;
    let status = faces.status_with_heads(2).await;
    assert!(shows_heads(&status, &emoji), "{status}");
    assert_eq!(faces.discord.calls(Call::MakeEmoji), 2);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn after_a_restart_the_emoji_of_those_who_may_not_be_seen_are_deleted() {
    let faces = started(Discord::start().await, Some("on")).await;
    let emoji = faces.both_have_emoji().await;
    faces.server.syncs(&[]).await;
    faces.discord.add_emoji("h0123456789abcdef0123456789abcde");

    let oxeye = faces.oxeye.restart().await;

    let are = |count: usize| move |emoji: &[Emoji]| emoji.len() == count;
    let what = "the emoji is gone that is nobody's";
    faces.discord.emoji_until(what, are(2)).await;
    assert_eq!(faces.discord.emoji(), emoji);
    let forgotten = oxeye.command(&["forget", "Steve", "--yes"]).await;
    assert_eq!(forgotten.code, Some(0), "{}", forgotten.log);
    let what = "that of the forgotten player is gone";
    faces.discord.emoji_until(what, are(1)).await;
    assert_eq!(faces.discord.calls(Call::MakeEmoji), 2);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn nothing_waits_for_emoji_that_discord_refuses() {
    let discord = Discord::start().await;
    let hour = Fault::RateLimited(Duration::from_hours(1));
    discord.fails(Call::MakeEmoji, hour, 1);
    let faces = started(discord, Some("on")).await;

    for _ in 0..3 {
        let status = faces.status().await;
        assert!(
            status.contains("Alex") && !status.contains("<:"),
            "{status}"
        );
    }

    faces.discord.calls_reach(Call::MakeEmoji, 1).await;
    assert!(faces.discord.emoji().is_empty());
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn an_application_full_of_other_emoji_keeps_them_and_names_are_shown_without_heads() {
    let discord = Discord::start().await;
    for number in 0..2_000 {
        discord.add_emoji(&format!("other{number}"));
    }
    let faces = started(discord, Some("on")).await;

    faces.status().await;
    let said = "HEAD_EMOJI: the bot's application has as many emoji as it can have";
    faces.oxeye.has_logged(said).await;

    let status = faces.status().await;
    assert!(
        status.contains("Alex") && !status.contains("<:"),
        "{status}"
    );
    assert_eq!(faces.discord.emoji().len(), 2_000);
    assert_eq!(faces.discord.calls(Call::MakeEmoji), 0);
    assert_eq!(faces.oxeye.log().matches(said).count(), 1);
}

#[tokio::test]
async fn an_emoji_whose_making_got_no_answer_is_found() {
    let discord = Discord::start().await;
    discord.fails(Call::MakeEmoji, Fault::LostReply(502), 1);
    let faces = started(discord, Some("on")).await;
    let emoji = faces.both_have_emoji().await;
    assert_eq!(emoji.len(), 2);
    faces.discord.keeps_the_rules();
}

#[tokio::test]
async fn turned_off_again_our_emoji_are_deleted() {
    let discord = Discord::start().await;
    discord.add_emoji("h0123456789abcdef0123456789abcde");
    let of_others = discord.add_emoji("heart");
    let faces = started(discord, None).await;
    let gone = |emoji: &[Emoji]| emoji.len() == 1;
    faces.discord.emoji_until("ours is gone", gone).await;
    assert_eq!(faces.discord.emoji()[0].id, of_others);
    faces.discord.keeps_the_rules();
}
