//! Counters: channels whose status or name shows how many players are on.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Fault, Permissions};
use oxeye_tests::plugin::Plugin;

/// A community with a server on which Alex is, and a channel for its counter.
struct Lounge {
    community: Community,
    server: Plugin,
    channel: Channel,
}

impl Lounge {
    async fn open(kind: ChannelKind) -> Self {
        let (community, server) = Community::with_alex().await;
        let channel = community.guild.channel(kind, "Lounge");
        Self {
            community,
            server,
            channel,
        }
    }

    async fn sets(&self, template: &str) -> Answer {
        let options = [
            ("channel", &*self.channel.id_text()),
            ("template", template),
        ];
        let moderator = self.community.guild.moderator();
        moderator.types("oxeye counter set", &options).await
    }

    async fn turns_off(&self) -> Answer {
        let options = [("channel", &*self.channel.id_text())];
        let moderator = self.community.guild.moderator();
        moderator.types("oxeye counter off", &options).await
    }

    fn calls(&self, call: Call) -> usize {
        self.community.discord.calls(call)
    }
}

#[tokio::test]
async fn a_voice_channel_shows_the_number_in_its_status_until_the_counter_is_off() {
    let lounge = Lounge::open(ChannelKind::Voice).await;

    let answer = lounge.sets("🟢 {online}/{max} auf {server}").await;
    lounge.channel.shows("🟢 1/? auf all servers").await;
    // Twice, as people click.
    lounge.sets("🟢 {online}/{max} auf {server}").await;

    assert!(answer.ephemeral, "{answer:?}");
    assert!(answer.text().contains("status of"), "{}", answer.text());
    let off = lounge.turns_off().await;
    assert!(off.text().contains("no counter any more"), "{}", off.text());
    lounge.channel.has_no_status().await;
    assert_eq!(lounge.channel.name(), "Lounge");
    let again = lounge.turns_off().await;
    assert!(again.text().contains("has no counter"), "{}", again.text());
    assert_eq!(lounge.calls(Call::VoiceStatus), 2);
    assert_eq!(lounge.calls(Call::ChangeChannel), 0);
}

#[tokio::test]
async fn a_channel_whose_status_the_bot_may_not_set_shows_the_number_in_its_name() {
    for (kind, denied) in [
        (ChannelKind::Stage, Permissions::NONE),
        (ChannelKind::Voice, Permissions::SET_VOICE_CHANNEL_STATUS),
    ] {
        let lounge = Lounge::open(kind).await;
        lounge.channel.denies_the_bot(denied);

        lounge.sets("{online} on").await;
        lounge.channel.shows("1 on").await;
        let off = lounge.turns_off().await;

        assert!(off.text().contains("**Lounge**"), "{}", off.text());
        lounge.channel.shows("Lounge").await;
    }
}

#[tokio::test]
async fn a_number_in_the_name_moves_to_the_status_as_soon_as_that_is_allowed() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    let denied = Permissions::SET_VOICE_CHANNEL_STATUS;
    lounge.channel.denies_the_bot(denied);
    lounge.sets("{online} on").await;
    lounge.channel.shows("1 on").await;
    assert_eq!(lounge.channel.name(), "1 on");

    lounge.channel.grants_the_bot(denied);

    lounge.channel.shows("Lounge").await;
    assert_eq!(lounge.channel.voice_status().as_deref(), Some("1 on"));
    lounge.turns_off().await;
    lounge.channel.has_no_status().await;
    assert_eq!(lounge.channel.name(), "Lounge");
    assert_eq!(lounge.calls(Call::ChangeChannel), 2);
}

#[tokio::test]
async fn after_a_restart_only_a_number_that_has_changed_is_sent() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    lounge.sets("{online} on").await;
    lounge.channel.shows("1 on").await;

    let Community {
        discord,
        guild,
        oxeye,
    } = lounge.community;
    let oxeye = oxeye.restart().await;
    let server = oxeye.plugin_with_key_of(&lounge.server);
    server.syncs(&["Alex"]).await;
    discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;
    guild.member().types("oxeye status", &[]).await;
    let before = discord.calls(Call::VoiceStatus);
    server.joins("Steve").await;

    lounge.channel.shows("2 on").await;
    assert_eq!((before, discord.calls(Call::VoiceStatus)), (1, 2));
}

#[tokio::test]
async fn a_channel_gets_its_own_name_back_even_if_a_restart_follows_the_first_change_of_it() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    lounge
        .channel
        .denies_the_bot(Permissions::SET_VOICE_CHANNEL_STATUS);
    let discord = &lounge.community.discord;
    discord.fails(Call::ChangeChannel, Fault::LostReply(502), 1);
    discord.fails(Call::ChangeChannel, Fault::Status(503), 50);
    lounge.sets("{online} on").await;
    lounge.channel.shows("1 on").await;

    let community = lounge.community.restart().await;
    community.discord.recovers();
    let options = [("channel", &*lounge.channel.id_text())];
    let moderator = community.guild.moderator();
    moderator.types("oxeye counter off", &options).await;

    lounge.channel.shows("Lounge").await;
    // A third change within ten minutes would have to wait. One that failed is none, and may have been tried again.
    let requests = community.discord.requests();
    let changes = requests
        .iter()
        .filter(|one| one.call == Call::ChangeChannel);
    assert_eq!(changes.filter(|one| one.status != 503).count(), 2);
}

#[tokio::test]
async fn a_restart_while_a_number_moves_to_the_status_does_not_leave_it_in_the_name() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    let denied = Permissions::SET_VOICE_CHANNEL_STATUS;
    lounge.channel.denies_the_bot(denied);
    lounge.sets("{online} on").await;
    lounge.channel.shows("1 on").await;
    let discord = &lounge.community.discord;
    discord.fails(Call::ChangeChannel, Fault::Status(503), 50);
    lounge.channel.grants_the_bot(denied);
    discord.calls_reach(Call::ChangeChannel, 2).await;

    let community = lounge.community.restart().await;
    community.discord.recovers();

    lounge.channel.shows("Lounge").await;
    assert_eq!(lounge.channel.voice_status().as_deref(), Some("1 on"));
}

#[tokio::test]
async fn a_page_that_is_not_from_discord_ends_no_counter() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    let discord = &lounge.community.discord;
    discord.fails(Call::VoiceStatus, Fault::Status(404), 1);

    lounge.sets("{online} on").await;

    lounge.channel.shows("1 on").await;
}

#[tokio::test]
async fn an_admin_is_told_once_that_a_permission_is_missing_and_it_is_used_as_soon_as_it_is_there()
{
    let lounge = Lounge::open(ChannelKind::Voice).await;
    let discord = &lounge.community.discord;
    let lost = Permissions::MANAGE_CHANNELS;
    // The permission is lost between the command and the first attempt that Discord answers.
    discord.fails(Call::VoiceStatus, Fault::Status(503), 50);
    lounge.sets("{online} on").await;
    lounge.channel.denies_the_bot(lost);
    discord.recovers();

    let moderator = lounge.community.guild.moderator();
    let told = moderator.is_told("Manage Channels").await;
    lounge.channel.grants_the_bot(lost);

    lounge.channel.shows("1 on").await;
    assert!(told.text().contains(&lounge.channel.id_text()));
    assert_eq!(moderator.direct_messages().len(), 1);
}

#[tokio::test]
async fn what_discord_refuses_during_an_outage_is_nobodys_fault() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    let (discord, guild) = (&lounge.community.discord, &lounge.community.guild);
    discord.fails(Call::VoiceStatus, Fault::Status(503), 50);
    lounge.sets("{online} on").await;
    guild.has_an_outage();
    lounge.channel.denies_the_bot(Permissions::VIEW_CHANNEL);
    // By this answer, the bot has heard of the outage.
    guild.member().types("oxeye list", &[]).await;
    discord.recovers();
    discord.has_refused(50_001).await;

    lounge.channel.grants_the_bot(Permissions::VIEW_CHANNEL);
    guild.has_the_bot_again();

    lounge.channel.shows("1 on").await;
    assert_eq!(guild.moderator().direct_messages().len(), 0);
}

#[tokio::test]
async fn an_admin_reads_at_once_that_a_permission_is_missing() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    lounge.channel.denies_the_bot(Permissions::CONNECT);

    let answer = lounge.sets("{online} on").await;

    assert!(answer.text().contains("**Connect**"), "{}", answer.text());
    let moderator = lounge.community.guild.moderator();
    assert_eq!(moderator.direct_messages().len(), 0);
    lounge.channel.grants_the_bot(Permissions::CONNECT);
    let answer = lounge.sets("{online} on").await;
    assert!(answer.text().contains("status of"), "{}", answer.text());
    assert_eq!(lounge.channel.voice_status().as_deref(), Some("1 on"));
}

#[tokio::test]
async fn a_channel_is_restored_when_the_server_of_its_counter_is_removed() {
    let lounge = Lounge::open(ChannelKind::Stage).await;
    let options = [
        ("channel", &*lounge.channel.id_text()),
        ("template", "{server}: {state}"),
        ("server", "survival"),
    ];
    let moderator = lounge.community.guild.moderator();
    moderator.types("oxeye counter set", &options).await;
    lounge.channel.shows("survival: online").await;

    let guild = lounge.community.guild.id().to_string();
    let removed = lounge
        .community
        .oxeye
        .command(&["remove", "survival", "--guild", &guild, "--yes"])
        .await;

    assert_eq!(removed.code, Some(0), "{removed:?}");
    lounge.channel.shows("Lounge").await;
}

#[tokio::test]
async fn a_text_that_cannot_be_shown_is_refused_with_what_to_do_about_it() {
    let lounge = Lounge::open(ChannelKind::Voice).await;
    for (template, words) in [
        ("Players", "would never change"),
        ("{players}", "`{players}` stands for nothing"),
        (&*"{online} ".repeat(25), "more than 100 characters"),
    ] {
        let answer = lounge.sets(template).await;
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    let member = lounge.community.guild.member();
    let options = [
        ("channel", &*lounge.channel.id_text()),
        ("template", "{online}"),
    ];
    let refused = member.types("oxeye counter set", &options).await;
    assert!(
        refused.text().contains("Manage Server"),
        "{}",
        refused.text()
    );

    lounge.sets("<@1> @everyone {online}").await;

    lounge
        .channel
        .shows("<@\u{200B}1> @\u{200B}everyone 1")
        .await;
    assert_eq!(lounge.calls(Call::VoiceStatus), 1);
}
