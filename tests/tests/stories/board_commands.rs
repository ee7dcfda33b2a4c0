//! `/oxeye board post` and `/oxeye board off`: where a board may be, what is said if it may not, and what
//! its menu and buttons do.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Fault, Permissions, Person};
use oxeye_tests::plugin::Plugin;

/// A community with a server on which Alex plays, and somebody who posts boards.
struct Posting {
    community: Community,
    admin: Person,
    server: Plugin,
}

impl Posting {
    async fn start() -> Self {
        let (community, server) = Community::with_alex().await;
        Self {
            admin: community.guild.moderator(),
            server,
            community,
        }
    }

    fn channel(&self, kind: ChannelKind) -> Channel {
        self.community.guild.channel(kind, "lobby")
    }

    async fn posts(&self, channel: &Channel, more: &[(&str, &str)]) -> Answer {
        let id = channel.id_text();
        let options: Vec<_> = [("channel", id.as_str())]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        let answer = self.admin.types("oxeye board post", &options).await;
        assert!(answer.ephemeral, "{}", answer.text());
        answer
    }
}

#[tokio::test]
async fn a_board_shows_who_is_on_and_follows_them() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);

    let answer = posting.posts(&lobby, &[]).await;

    let board = lobby.message_says("Alex").await;
    let guild = posting.community.guild.id();
    let place = format!("https://discord.com/channels/{guild}/{}/", lobby.id());
    assert!(answer.text().contains(&place), "{}", answer.text());
    assert!(!board.text().contains("updated"), "{}", board.text());
    board.picture();

    posting.server.joins("Steve").await;
    let text = lobby.message_says("Steve").await.text();
    assert!(text.contains("🟢 **2 online**\n• Alex (<t:"), "{text}");
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
async fn without_a_channel_the_board_is_where_the_command_is_typed() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    let admin = posting.admin.clone().in_channel(&lobby);

    admin.types("oxeye board post", &[("picture", "off")]).await;

    let board = lobby.message_says("Alex").await;
    assert!(board.files.is_empty(), "{:?}", board.files);
}

#[tokio::test]
async fn the_same_board_twice_is_one_board_with_the_later_options() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);

    posting.posts(&lobby, &[("server", "survival")]).await;
    let again = [("server", "survival"), ("picture", "off")];
    let answer = posting.posts(&lobby, &again).await;

    assert!(answer.text().contains("already has"), "{}", answer.text());
    let without = |board: &Answer| board.files.is_empty();
    lobby.message_until("the picture is off", without).await;
    assert_eq!(lobby.messages().len(), 1);
}

/// Takes permissions from the bot in a channel of this kind one after another, and checks that each is
/// named and that nothing is posted.
async fn check_missing(kind: ChannelKind, needed: &[(Permissions, &str)]) {
    let posting = Posting::start().await;
    for (permission, name) in needed {
        let channel = posting.channel(kind);
        channel.denies_the_bot(*permission);

        let answer = posting.posts(&channel, &[]).await;

        let text = answer.text();
        assert!(text.contains(&format!("**{name}**")), "{name}: {text}");
        assert!(text.contains(&format!("<#{}>", channel.id())), "{text}");
        assert!(channel.messages().is_empty() && channel.threads().is_empty());
    }
}

#[tokio::test]
async fn each_missing_permission_is_named_and_nothing_is_posted() {
    let text = [
        (Permissions::VIEW_CHANNEL, "View Channel"),
        (Permissions::SEND_MESSAGES, "Send Messages"),
        (Permissions::EMBED_LINKS, "Embed Links"),
        (Permissions::ATTACH_FILES, "Attach Files"),
        (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    ];
    check_missing(ChannelKind::Text, &text).await;
    let voice = [(Permissions::CONNECT, "Connect")];
    check_missing(ChannelKind::Voice, &voice).await;
    let forum = [(
        Permissions::SEND_MESSAGES_IN_THREADS,
        "Send Messages in Threads",
    )];
    check_missing(ChannelKind::Forum, &forum).await;
}

#[tokio::test]
async fn a_refusal_although_no_permission_seems_to_be_missing_names_those_that_are_needed() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    posting
        .community
        .discord
        .fails(Call::Post, Fault::Forbidden, 1);

    let text = posting.posts(&lobby, &[]).await.text();

    assert!(text.contains("**Send Messages**"), "{text}");
    assert!(text.contains("I seem to have"), "{text}");
    assert!(lobby.messages().is_empty());
}

#[tokio::test]
async fn missing_permissions_are_named_in_the_language_of_the_member() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    lobby.denies_the_bot(Permissions::EMBED_LINKS | Permissions::ATTACH_FILES);
    let admin = posting.admin.clone().speaks("de").in_channel(&lobby);

    let answer = admin.types("oxeye board post", &[]).await.text();

    let names = "**Links einbetten** und **Dateien anhängen**";
    assert!(answer.contains(names), "{answer}");
}

#[tokio::test]
async fn a_locked_thread_gets_no_board() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    posting
        .community
        .guild
        .takes_from_the_bot(Permissions::MANAGE_THREADS);
    let thread = lobby.thread("chatter");
    thread.is_archived_and(true);
    let answer = posting.posts(&thread, &[]).await.text();
    assert!(answer.contains("is locked"), "{answer}");
}

#[tokio::test]
async fn somebody_who_may_not_manage_the_guild_posts_and_removes_no_board() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    posting.posts(&lobby, &[]).await;
    let member = posting.community.guild.member().in_channel(&lobby);

    for command in ["oxeye board post", "oxeye board off"] {
        let answer = member.types(command, &[]).await;
        assert!(answer.ephemeral, "{}", answer.text());
        assert!(answer.text().contains("Manage Server"), "{}", answer.text());
    }
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
async fn a_board_that_is_off_is_gone_and_off_twice_says_where_others_are() {
    let posting = Posting::start().await;
    let lobby = posting.channel(ChannelKind::Text);
    let other = posting.channel(ChannelKind::Announcement);
    posting.posts(&lobby, &[]).await;
    posting.posts(&other, &[]).await;
    let admin = posting.admin.clone().in_channel(&lobby);

    let first = admin.types("oxeye board off", &[]).await.text();
    assert!(first.contains("has been removed"), "{first}");
    assert!(lobby.messages().is_empty());
    let second = admin.types("oxeye board off", &[]).await.text();
    assert!(second.contains(&format!("<#{}>", other.id())), "{second}");

    posting.server.joins("Steve").await;
    other.message_says("Steve").await;
    assert!(lobby.messages().is_empty());
}

#[tokio::test]
async fn the_menu_of_a_board_answers_the_member_and_leaves_the_board_alone() {
    let posting = Posting::start().await;
    let Community { guild, oxeye, .. } = &posting.community;
    let hub = oxeye.linked_from(guild, "hub").await;
    hub.syncs(&["jeb_"]).await;
    let lobby = posting.channel(ChannelKind::Text);
    posting.posts(&lobby, &[]).await;
    let board = lobby.message_says("2 players online on 2 servers").await;
    let edits = lobby.edits();

    let opened = guild.member().chooses(&board, "hub").await;

    assert!(opened.ephemeral, "{}", opened.text());
    assert!(opened.text().contains("Joined: jeb"), "{}", opened.text());
    assert_eq!(lobby.edits(), edits);
    let still = lobby.message_says("2 players online on 2 servers").await;
    assert_eq!(still.text(), board.text());
}

#[tokio::test]
async fn what_cannot_be_told_by_direct_message_is_in_the_next_answer() {
    let posting = Posting::start().await;
    let (lobby, other) = (
        posting.channel(ChannelKind::Text),
        posting.channel(ChannelKind::Text),
    );
    posting.posts(&lobby, &[]).await;
    posting.admin.refuses_direct_messages();
    lobby.denies_the_bot(Permissions::VIEW_CHANNEL);
    posting.server.joins("Steve").await;
    posting
        .community
        .oxeye
        .has_logged("a board is blocked")
        .await;

    let answer = posting.posts(&other, &[]).await.text();

    let told = format!("I cannot update the board in <#{}>", lobby.id());
    assert!(answer.contains(&told), "{answer}");
    let again = posting.posts(&other, &[("picture", "off")]).await.text();
    assert!(!again.contains(&told), "{again}");
}

#[tokio::test]
async fn a_board_is_posted_in_every_kind_of_channel() {
    let posting = Posting::start().await;
    for kind in [
        ChannelKind::Announcement,
        ChannelKind::Voice,
        ChannelKind::Stage,
    ] {
        let channel = posting.channel(kind);
        posting.posts(&channel, &[]).await;
        channel.message_says("Alex").await;
    }
    let thread = posting.channel(ChannelKind::Text).thread("chatter");
    posting.posts(&thread, &[]).await;
    thread.message_says("Alex").await;
    let forum = posting.channel(ChannelKind::Forum);
    let answer = posting.posts(&forum, &[]).await.text();
    let posts = forum.threads();
    posts[0].message_says("Alex").await;
    assert!(answer.contains(&posts[0].id_text()), "{answer}");
}

#[tokio::test]
async fn a_guild_has_twenty_boards_and_another_one_once_one_is_off() {
    let posting = Posting::start().await;
    let mut channels = Vec::new();
    for _ in 0..20 {
        let channel = posting.channel(ChannelKind::Text);
        posting.posts(&channel, &[("picture", "off")]).await;
        assert_eq!(channel.messages().len(), 1);
        channels.push(channel);
    }
    let another = posting.channel(ChannelKind::Text);

    let refused = posting.posts(&another, &[]).await.text();

    assert!(refused.contains("20"), "{refused}");
    assert!(another.messages().is_empty());
    // An existing board can still be changed.
    let renewed = posting.posts(&channels[0], &[]).await.text();
    assert!(renewed.contains("already has"), "{renewed}");
    let off = [("channel", &*channels[1].id_text())];
    posting.admin.types("oxeye board off", &off).await;
    posting.posts(&another, &[]).await;
    another.message_says("Alex").await;
}
