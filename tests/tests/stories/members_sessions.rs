//! What members do in Discord, from the gateway to the file: only of those who joined.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::{Answer, ChannelKind, Discord, Guild, Person};
use oxeye_tests::folder::files_with;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::{Value, json};

/// A community whose operator lets members' sessions be kept.
struct Observed {
    discord: Discord,
    guild: Guild,
    oxeye: Oxeye,
}

impl Observed {
    async fn start(setting: &str) -> Self {
        let discord = Discord::start().await;
        discord.allows_presences();
        Self::start_at(discord, setting).await
    }

    async fn start_at(discord: Discord, setting: &str) -> Self {
        let guild = discord.guild(1);
        let setup = Setup::new().discord(&discord);
        let oxeye = setup.set("DISCORD_PRESENCE", setting).start().await;
        discord.bot_is_up().await;
        Self {
            discord,
            guild,
            oxeye,
        }
    }

    /// Has the guild keep these kinds.
    async fn keeps(&self, kinds: &str) -> Answer {
        let options = [("kinds", kinds)];
        let admin = self.guild.moderator();
        admin.types("oxeye presence setup", &options).await
    }

    /// Returns a member who has joined.
    async fn joined(&self, number: u64) -> Person {
        let member = self.guild.another(number);
        let answer = member.types("oxeye presence join", &[]).await;
        assert!(answer.ephemeral, "{answer:?}");
        assert!(answer.text().contains("From now on I keep"), "{answer:?}");
        member
    }
}

fn game(name: &str) -> Value {
    json!({"type": 0, "name": name, "created_at": 1_700_000_000_000_u64})
}

/// A command that somebody types again and again.
struct Asking<'a>(&'a Person, &'a str, &'a [(&'a str, &'a str)]);

impl Asking<'_> {
    /// Returns the first answer that contains `words`.
    async fn until(&self, words: &str) -> String {
        let asking = async {
            loop {
                let text = self.0.types(self.1, self.2).await.text();
                if text.contains(words) {
                    return text;
                }
            }
        };
        let answered = tokio::time::timeout(WAIT_LIMIT, asking).await;
        answered.unwrap_or_else(|_| panic!("no answer says {words:?}"))
    }
}

/// Waits until a member's own sessions contain `words`, and returns them.
async fn sees(member: &Person, words: &str) -> String {
    Asking(member, "oxeye presence mine", &[])
        .until(words)
        .await
}

#[tokio::test]
async fn a_session_in_voice_survives_kill_9() {
    let observed = Observed::start("voice").await;
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
    let observed = Observed::start("voice").await;
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
async fn nothing_of_somebody_who_did_not_join_is_in_any_file_or_log() {
    let observed = Observed::start("on").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");
    observed.keeps("all").await;
    let alex = observed.joined(3).await;
    let steve = observed.guild.another(4);
    for member in [&steve, &alex] {
        member.enters(&lounge);
    }
    steve.does(&json!([game("Secret Chess")]));
    alex.does(&json!([game("Minecraft"), {"type": 300, "name": "Odd"}]));
    sees(&alex, "Minecraft").await;
    steve.leaves_voice();
    // A new session sends everything again.
    observed.discord.invalidates_the_session(false);
    observed
        .discord
        .sessions_until("a new session", |sessions| sessions.begun == 2)
        .await;
    sees(&alex, "Minecraft").await;

    let mut oxeye = observed.oxeye;
    let log = oxeye.whole_log().await;
    let folder = oxeye.folder();
    assert_ne!(files_with(folder, "Minecraft"), [""; 0]);
    for trace in [&steve.id().to_string(), "Secret Chess"] {
        assert_eq!(files_with(folder, trace), [""; 0], "{trace}");
        assert!(!log.contains(trace), "{log}");
    }
    // SQLite writes a number of this size in eight bytes, the highest first.
    assert_ne!(files_with(folder, alex.id().to_be_bytes()), [""; 0]);
    assert_eq!(files_with(folder, steve.id().to_be_bytes()), [""; 0]);
    assert!(!log.contains(&alex.id().to_string()), "{log}");
}

/// Returns a guild that keeps games, and a member who has joined and is seen playing.
async fn playing_secret_chess() -> (Observed, Person) {
    let observed = Observed::start("on").await;
    observed.keeps("games").await;
    let alex = observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;
    (observed, alex)
}

#[tokio::test]
async fn whoever_leaves_is_in_no_file_any_more() {
    let (observed, alex) = playing_secret_chess().await;
    let mine = alex.types("oxeye presence mine", &[]).await;
    assert!(mine.ephemeral, "{mine:?}");

    let left = alex.types("oxeye presence leave", &[]).await;

    assert!(left.text().contains("are deleted"), "{left:?}");
    let folder = observed.oxeye.folder();
    assert_eq!(files_with(folder, "Secret Chess"), [""; 0]);
    alex.does(&json!([game("Secret Chess")]));
    let again = alex.types("oxeye presence leave", &[]).await;
    assert!(again.text().contains("had not joined"), "{again:?}");
}

#[tokio::test]
async fn a_member_gets_what_they_did_in_discord_in_a_file_and_has_it_forgotten() {
    let (observed, alex) = playing_secret_chess().await;

    let answer = alex.types("oxeye me data", &[]).await;

    assert!(answer.ephemeral, "{answer:?}");
    let data: Value = serde_json::from_slice(&answer.files[0].bytes).expect("JSON");
    assert_eq!(data["player"], Value::Null);
    let [session] = &data["presence"]["sessions"].as_array().expect("a list")[..] else {
        panic!("{data:#}");
    };
    assert_eq!(session["kind"], "game");
    assert_eq!(session["name"], "Secret Chess");
    assert_eq!(session["ended_at"], Value::Null);

    let question = alex.types("oxeye me forget", &[]).await;
    assert!(
        question.text().contains("What you did in Discord"),
        "{question:?}"
    );
    let forgotten = alex.presses(&question, "Forget").await;

    assert!(
        forgotten.text().contains("has forgotten what you did"),
        "{forgotten:?}"
    );
    let folder = observed.oxeye.folder();
    assert_eq!(files_with(folder, "Secret Chess"), [""; 0]);
    let again = alex.types("oxeye presence leave", &[]).await;
    assert!(again.text().contains("had not joined"), "{again:?}");
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
    let observed = Observed::start_at(discord, "on").await;
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
    let linking = Asking(&observed.guild.moderator(), "oxeye connect", &options);
    linking.until("oxeye-").await;
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
async fn without_the_presence_intent_voice_is_kept_and_the_missing_switch_is_named() {
    let discord = Discord::start().await;
    let observed = Observed::start_at(discord, "on").await;
    let line = observed.oxeye.has_logged("close code 4014").await;
    assert!(line.contains("\"Presence Intent\""), "{line}");
    assert!(line.contains("Privileged Gateway Intents"), "{line}");
    assert_eq!(observed.discord.refused(), 1);

    observed.oxeye.has_logged("connected to Discord").await;
    let check = observed.oxeye.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.out.contains("\"Presence Intent\""), "{}", check.out);
    let answer = observed.keeps("voice, games").await.text();
    assert!(answer.contains("Not kept"), "{answer}");
    let refused = observed.keeps("games").await.text();
    assert!(refused.contains("only voice channels"), "{refused}");
    let alex = observed.joined(3).await;
    alex.enters(&observed.guild.channel(ChannelKind::Voice, "Lounge"));
    sees(&alex, "Lounge").await;
}

#[tokio::test]
async fn where_the_operator_keeps_nothing_every_command_says_so() {
    let observed = Observed::start("off").await;
    let refused = observed.keeps("all").await;
    assert!(
        refused.ephemeral && refused.text().contains("operator"),
        "{refused:?}"
    );
    let alex = observed.guild.another(3).speaks("de");
    for command in ["join", "mine", "top"] {
        let answer = alex.types(&format!("oxeye presence {command}"), &[]).await;
        assert!(answer.ephemeral, "{answer:?}");
        assert!(answer.text().contains("Betreiber"), "{answer:?}");
    }
}

#[tokio::test]
async fn only_a_moderator_sets_sessions_up_and_turning_them_off_deletes_them() {
    let observed = Observed::start("on").await;
    let alex = observed.guild.another(3);
    let refused = alex.types("oxeye presence setup", &[]).await;
    assert!(refused.text().contains("Manage Server"), "{refused:?}");
    let too_early = alex.types("oxeye presence join", &[]).await;
    assert!(too_early.text().contains("setup"), "{too_early:?}");
    let typo = observed.keeps("voices").await.text();
    assert!(
        typo.contains("`voices`") && typo.contains("screen share"),
        "{typo}"
    );

    let bare = observed
        .guild
        .moderator()
        .types("oxeye presence setup", &[])
        .await;
    assert!(bare.text().contains("Spotify"), "{bare:?}");
    let still_too_early = alex.types("oxeye presence join", &[]).await;
    assert!(
        still_too_early.text().contains("setup"),
        "{still_too_early:?}"
    );
    let all = observed.keeps("all").await;
    assert!(all.ephemeral && all.text().contains("30 days"), "{all:?}");
    assert!(
        all.text().contains("leave") && all.text().contains("Spotify"),
        "{all:?}"
    );
    observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;

    let off = observed.keeps("off").await.text();

    assert!(off.contains("deleted"), "{off}");
    assert_eq!(files_with(observed.oxeye.folder(), "Secret Chess"), [""; 0]);
    let mine = alex.types("oxeye presence mine", &[]).await.text();
    assert!(!mine.contains("Chess"), "{mine}");
}

#[tokio::test]
async fn a_guild_that_keeps_more_asks_its_members_first() {
    let observed = Observed::start("on").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    observed.keeps("all").await;
    alex.does(&json!([game("Secret Chess")]));

    let mine = sees(&alex, "not of you").await;
    let again = alex.types("oxeye presence join", &[]).await.text();

    assert!(
        mine.contains("Spotify") && !mine.contains("Chess"),
        "{mine}"
    );
    assert_eq!(files_with(observed.oxeye.folder(), "Secret Chess"), [""; 0]);
    assert!(again.contains("also keep"), "{again}");
    alex.does(&json!([game("Chess")]));
    let mine = sees(&alex, "Chess").await;
    assert!(!mine.contains("not of you"), "{mine}");
}

#[tokio::test]
async fn asking_what_is_kept_deletes_nothing_where_only_voice_is_seen_any_more() {
    let observed = Observed::start("on").await;
    observed.keeps("all").await;
    let alex = observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;
    let oxeye = observed.oxeye.restart_with("DISCORD_PRESENCE", "voice");
    let oxeye = oxeye.await;
    observed
        .discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;

    let admin = observed.guild.moderator();
    let bare = admin.types("oxeye presence setup", &[]).await.text();
    let options = [("kinds", "voice, games")];
    let named = admin.types("oxeye presence setup", &options).await.text();

    for answer in [bare, named] {
        assert!(answer.contains("kept so far stay"), "{answer}");
    }
    assert_ne!(files_with(oxeye.folder(), "Secret Chess"), [""; 0]);
}

#[tokio::test]
async fn what_happened_before_a_resume_is_taken_in_order() {
    let observed = Observed::start("voice").await;
    let [lounge, lobby] =
        ["Lounge", "Lobby"].map(|name| observed.guild.channel(ChannelKind::Voice, name));
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    alex.enters(&lobby);
    sees(&alex, "Now: Lobby").await;

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

    let mine = sees(&alex, "Now: Lounge").await;
    assert!(!mine.contains("Lobby (for"), "{mine}");
}

#[tokio::test]
async fn members_see_what_everybody_does_and_who_is_in_voice() {
    let observed = Observed::start("on").await;
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
