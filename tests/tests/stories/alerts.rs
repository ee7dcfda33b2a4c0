//! Alerts: the bot says in a channel that a server is down and that it is back up, each once, whatever
//! Discord does and whenever Oxeye is killed.

use std::time::Duration;

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Fault, Permissions, Person};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

/// A community whose server has been up for ten minutes, and a channel for its alerts.
struct Guarded {
    community: Community,
    admin: Person,
    server: Plugin,
    alarm: Channel,
    /// The backend's time.
    now: i64,
    /// The number of the next event.
    seq: u64,
}

impl Guarded {
    async fn new() -> Self {
        let community = Community::start().await;
        let (guild, oxeye) = (&community.guild, &community.oxeye);
        // What was said of the server later than in the past would be the only evidence.
        let (_clock, now) = oxeye.empty_server("clock").await;
        let server = oxeye.linked_from(guild, "survival").await;
        let mut guarded = Self {
            admin: guild.moderator(),
            alarm: guild.channel(ChannelKind::Text, "alarm"),
            server,
            now,
            seq: 1,
            community,
        };
        guarded.is("up", 600).await;
        guarded
    }

    /// Reports that the server has been in a state for so many seconds.
    async fn is(&mut self, state: &str, ago: i64) {
        let at = self.now - ago;
        if state == "up" {
            // A restart of Oxeye waits for the whole roster.
            let players = json!([{"player": "Alex"}]);
            let sync = json!({"type": "sync", "players": players, "at": at});
            self.reports(sync).await;
        }
        let heartbeat = json!({"type": "heartbeat", "server": state, "since": at, "at": at,
            "heartbeat_secs": 3600});
        self.reports(heartbeat).await;
    }

    async fn reports(&mut self, event: Value) {
        let batch = json!({"epoch": 1, "first_seq": self.seq, "events": [event]});
        let answer = self.server.ask(Request::post("/events").json(&batch)).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.json()["refused"].is_null(), "{answer}");
        self.seq += 1;
    }

    async fn types(&self, command: &str, options: &[(&str, &str)]) -> Answer {
        let id = self.alarm.id_text();
        let mut all = vec![("channel", id.as_str())];
        all.extend_from_slice(options);
        self.admin
            .types(&format!("oxeye alerts {command}"), &all)
            .await
    }

    /// Sets an alert for the server.
    async fn sets(&self) -> Answer {
        self.types("set", &[("server", "survival")]).await
    }

    /// Sets an alert for the server in another channel.
    async fn sets_in(&self, channel: &Channel) -> Answer {
        let id = channel.id_text();
        let options = [("channel", id.as_str()), ("server", "survival")];
        self.admin.types("oxeye alerts set", &options).await
    }

    /// Kills Oxeye and starts it again.
    async fn after_a_kill(mut self) -> Self {
        let oxeye = self.community.oxeye.kill_and_restart().await;
        self.server = oxeye.plugin_with_key_of(&self.server);
        self.community.oxeye = oxeye;
        self
    }

    /// Returns what stands in the channel.
    fn said(&self) -> Vec<String> {
        self.alarm.messages().iter().map(Answer::text).collect()
    }
}

#[tokio::test]
async fn an_outage_and_its_end_are_said_once_and_notify_the_role_alone() {
    let mut guarded = Guarded::new().await;
    let role = guarded.community.guild.role("on call", true).to_string();
    let options = [("server", "survival"), ("role", role.as_str())];

    let set = guarded.types("set", &options).await;
    // The channel hears of the server from its own alert only.
    guarded.types("set", &[]).await;
    guarded.is("down", 300).await;
    let down = guarded.alarm.message_says("has been down since").await;
    guarded.is("up", 100).await;
    let up = guarded.alarm.message_says("back up").await;

    assert!(set.ephemeral, "{}", set.text());
    assert!(
        set.text().contains("is notified each time"),
        "{}",
        set.text()
    );
    let since = guarded.now - 300;
    let words =
        format!("<@&{role}> 🔴 **survival** has been down since <t:{since}:t> (<t:{since}:R>).");
    assert_eq!(down.text(), words);
    assert!(up.text().contains("(it was down for 3m)"), "{}", up.text());
    for message in [&down, &up] {
        let allowed = &message.body["allowed_mentions"];
        assert_eq!(*allowed, json!({"parse": [], "roles": [role]}));
    }
    assert_eq!(guarded.said().len(), 2);
    guarded.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_test_stands_in_the_channel_and_off_ends_the_alert() {
    let mut guarded = Guarded::new().await;
    let role = guarded.community.guild.role("quiet", false).to_string();
    guarded.types("set", &[("role", role.as_str())]).await;

    let tested = guarded.types("test", &[]).await;
    let test = guarded.alarm.message_says("This is a test").await;
    let off = guarded.types("off", &[]).await;
    let again = guarded.types("off", &[]).await;
    let untestable = guarded.types("test", &[]).await;
    guarded.is("down", 300).await;

    assert!(tested.text().contains(&guarded.alarm.id_text()));
    assert_eq!(
        test.body["allowed_mentions"],
        json!({"parse": [], "roles": []})
    );
    assert!(off.text().contains("is off"), "{}", off.text());
    for refused in [again, untestable] {
        assert!(refused.ephemeral && refused.text().contains("There is no alert"));
    }
    assert_eq!(guarded.said().len(), 1);
    guarded.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn members_and_what_cannot_be_are_refused_with_a_reason() {
    let guarded = Guarded::new().await;
    let guild = &guarded.community.guild;
    let id = guarded.alarm.id_text();
    let options = [("channel", id.as_str())];
    let everyone = guild.id().to_string();

    let member = guild.member().types("oxeye alerts set", &options).await;
    let to_everybody = guarded.types("set", &[("role", everyone.as_str())]).await;
    let unknown = guarded.types("set", &[("server", "nether")]).await;
    let quiet = guild.role("quiet", false).to_string();
    let unmentionable = guarded.types("set", &[("role", quiet.as_str())]).await;
    guarded.alarm.denies_the_bot(Permissions::SEND_MESSAGES);
    let silenced = guarded.types("set", &[]).await;
    let untested = guarded.types("test", &[]).await;
    guarded.alarm.denies_the_bot(Permissions::VIEW_CHANNEL);
    let unseen = guarded.types("set", &[]).await;

    for (answer, words) in [
        (&member, "Manage Server"),
        (&to_everybody, "cannot notify everyone"),
        (&unknown, "nether"),
        (
            &unmentionable,
            r"**Mention \@everyone, \@here, and All Roles**",
        ),
        (&silenced, "**Send Messages**"),
        (&untested, "**Send Messages**"),
        (&unseen, "**View Channel**"),
    ] {
        let text = answer.text();
        assert!(
            answer.ephemeral && text.contains(words),
            "{words:?} in {text}"
        );
    }
    assert_eq!(guarded.said(), Vec::<String>::new());
    guarded.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_guild_that_prefers_german_reads_german() {
    let community = Community::start().await;
    let guild = community.guild.clone().prefers("de");
    let alarm = guild.channel(ChannelKind::Text, "alarm");
    let _server = community.oxeye.linked_from(&guild, "survival").await;
    let id = alarm.id_text();
    let admin = guild.moderator().speaks("de");
    let options = [("channel", id.as_str())];

    let set = admin.types("oxeye alerts set", &options).await;
    admin.types("oxeye alerts test", &options).await;

    assert!(set.text().contains("seit einer Minute"), "{}", set.text());
    alarm.message_says("Das ist ein Test").await;
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn rate_limits_errors_and_lost_answers_double_nothing() {
    let mut guarded = Guarded::new().await;
    guarded.sets().await;
    let discord = &guarded.community.discord;
    discord.fails(Call::Post, Fault::Status(503), 2);
    discord.fails(
        Call::Post,
        Fault::RateLimited(Duration::from_millis(200)),
        1,
    );
    discord.fails(Call::Post, Fault::LostReply(502), 2);

    guarded.is("down", 300).await;
    // What is over before anybody has looked is no news.
    guarded.alarm.message_says("has been down").await;
    guarded.is("up", 100).await;

    guarded.alarm.message_says("back up").await;
    let said = guarded.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("has been down"), "{said:?}");
    guarded.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_kill_between_the_request_and_its_answer_doubles_nothing_and_loses_nothing() {
    for nonce_is_forgotten in [false, true] {
        let mut guarded = Guarded::new().await;
        guarded.sets().await;
        // Discord takes the first message, and Oxeye does not live to hear it.
        let slow = Fault::Slow(Duration::from_secs(60));
        guarded.community.discord.fails(Call::Post, slow, 1);
        guarded.is("down", 300).await;
        guarded.alarm.message_says("has been down").await;
        let discord = &guarded.community.discord;
        let posts = discord.calls(Call::Post);
        if nonce_is_forgotten {
            discord.messages_age(Duration::from_secs(3_600));
        }

        let mut guarded = guarded.after_a_kill().await;
        guarded.is("up", 100).await;
        guarded.alarm.message_says("back up").await;

        let said = guarded.said();
        let discord = &guarded.community.discord;
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(discord.calls(Call::Post) > posts);
        discord.keeps_the_rules();
    }
}

#[tokio::test]
async fn a_restart_says_nothing_and_an_outage_goes_on_over_it() {
    let guarded = Guarded::new().await;
    guarded.sets().await;
    let mut guarded = guarded.after_a_kill().await;
    guarded.is("up", 400).await;
    guarded.is("down", 300).await;
    guarded.alarm.message_says("has been down").await;

    let mut guarded = guarded.after_a_kill().await;
    // Still down, and then down again after a start that failed.
    guarded.is("down", 250).await;
    guarded.is("starting", 240).await;
    guarded.is("down", 230).await;
    let mut guarded = guarded.after_a_kill().await;
    guarded.is("up", 100).await;
    guarded.alarm.message_says("back up").await;

    let said = guarded.said();
    assert_eq!(said.len(), 2, "{said:?}");
    guarded.community.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_missing_permission_is_named_once_and_what_was_to_be_said_follows_when_it_is_back() {
    let mut guarded = Guarded::new().await;
    guarded.sets().await;
    guarded.alarm.denies_the_bot(Permissions::SEND_MESSAGES);

    guarded.is("down", 300).await;
    let told = guarded.admin.is_told("**Send Messages**").await;
    guarded.is("up", 100).await;
    guarded.alarm.grants_the_bot(Permissions::SEND_MESSAGES);

    guarded.alarm.message_says("back up").await;
    assert!(told.text().contains(&guarded.alarm.id_text()));
    assert_eq!(guarded.said().len(), 2);
    assert_eq!(guarded.admin.direct_messages().len(), 1);
}

#[tokio::test]
async fn an_alert_ends_with_its_channel_and_whoever_set_it_is_told() {
    let mut guarded = Guarded::new().await;
    guarded.sets().await;
    let guild = &guarded.community.guild;
    let [witness, other] = ["witness", "other"].map(|name| guild.channel(ChannelKind::Text, name));
    guarded.sets_in(&witness).await;
    guarded.alarm.is_deleted();

    let told = guarded.admin.is_told("was deleted").await;
    guarded.is("down", 300).await;
    witness.message_says("has been down").await;
    guarded.sets_in(&other).await;
    guarded.is("up", 100).await;
    // What is over before anybody has looked is no news.
    witness.message_says("back up").await;
    guarded.is("down", 90).await;
    // It was down when the second alert was set, so that is no news, but this is.
    other.message_says("has been down").await;

    assert!(told.text().contains("/oxeye alerts set"), "{}", told.text());
    assert_eq!(other.messages().len(), 1);
}
