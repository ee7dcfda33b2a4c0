//! Who may set a counter where, and what happens to it when the guild removes the bot.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Permissions, Person};
use oxeye_tests::plugin::Plugin;

struct Counted {
    community: Community,
    admin: Person,
    server: Plugin,
    voice: Channel,
}

/// A community with a server on which Alex plays, and a voice channel `players`.
async fn with_voice() -> Counted {
    let (community, server) = Community::with_alex().await;
    Counted {
        admin: community.guild.moderator(),
        voice: community.guild.channel(ChannelKind::Voice, "players"),
        server,
        community,
    }
}

impl Counted {
    async fn set(&self, template: &str) -> Answer {
        let id = self.voice.id_text();
        let options = [
            ("channel", id.as_str()),
            ("template", template),
            ("server", "survival"),
        ];
        self.admin.types("oxeye counter set", &options).await
    }
}

#[tokio::test]
async fn somebody_who_may_not_manage_the_guild_sets_no_counter() {
    let counted = with_voice().await;
    let id = counted.voice.id_text();
    let options = [("channel", id.as_str()), ("template", "{online}")];
    let member = counted.community.guild.member();
    let answer = member.types("oxeye counter set", &options).await;
    assert!(answer.ephemeral, "{}", answer.text());
    assert_eq!(counted.community.discord.calls(Call::VoiceStatus), 0);
}

#[tokio::test]
async fn a_guild_that_removes_the_bot_ends_its_counters() {
    let counted = with_voice().await;
    let guild = &counted.community.guild;
    counted.set("{online} online").await;
    counted.voice.shows("1 online").await;

    guild.removes_the_bot();
    let oxeye = &counted.community.oxeye;
    oxeye.has_logged("a guild removed the bot").await;
    counted.server.joins("Steve").await;
    guild.has_the_bot_again();

    let second = guild.channel(ChannelKind::Voice, "second");
    let id = second.id_text();
    let options = [("channel", id.as_str()), ("template", "{online} online")];
    // Until the bot has taken note of its return, no counter is set.
    let is_set = |answer: &Answer| answer.text().contains("status of");
    counted
        .admin
        .types_until("oxeye counter set", &options, "the bot is back", is_set)
        .await;
    second.shows("2 online").await;
    let first = counted.voice.voice_status().unwrap_or_default();
    assert!(!first.contains('2'), "{first}");
}
#[tokio::test]
async fn a_missing_permission_is_named_and_nothing_is_changed() {
    let counted = with_voice().await;
    counted.voice.denies_the_bot(Permissions::MANAGE_CHANNELS);
    let answer = counted.set("{online} online").await;
    assert!(
        answer.text().contains("Manage Channels"),
        "{}",
        answer.text()
    );
    let discord = &counted.community.discord;
    assert_eq!(discord.calls(Call::VoiceStatus), 0);
    assert_eq!(discord.calls(Call::ChangeChannel), 0);
}
