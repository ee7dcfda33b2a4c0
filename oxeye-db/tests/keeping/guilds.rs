//! Guilds that remove the bot, and those that come back.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::testing::player;
use oxeye_db::{
    ActivityReport, AddBoardError, GuildChanges, GuildId, GuildServers, IssueCodeError, ServerId,
    SetCounterError, UnixSeconds, Uuid,
};
use serde_json::json;

use crate::boards::{board, counter};
use crate::site::{DAY, GUILD, NOW, Site, server_name};

const LATER: UnixSeconds = UnixSeconds(NOW.0 + 60);
const OTHER: GuildId = GuildId(8);

fn days(days: i64) -> UnixSeconds {
    UnixSeconds(NOW.0 + days * DAY)
}

impl Site {
    /// A server whose player has done something, under an account of their own.
    async fn lively_server(&self, guild: GuildId, server: &str, name: &str) -> ServerId {
        let (server, _) = self.database.link(guild, server, NOW).await;
        let mut account = [0; 16];
        account[..8].copy_from_slice(&name.as_bytes()[..8]);
        self.join_as(server, name, Uuid::from_bytes(account), NOW.0)
            .await;
        self.leave(server, name, NOW.0 + 5).await;
        for _ in 0..50 {
            let event = json!({"player": name, "event_type": "death", "details": {"killer": name}});
            let report = ActivityReport::Single {
                event: serde_json::from_value(event).unwrap(),
                idempotency_key: None,
            };
            let taken = self.database.take_activity(server.into(), report, NOW);
            taken.await.unwrap();
        }
        server
    }
}

#[tokio::test]
async fn the_boards_and_counters_of_a_guild_that_removes_the_bot_end_at_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for guild in [GUILD, OTHER, GuildId::LOCAL] {
        site.posts(board(guild.0, GuildServers::All(guild))).await;
        site.counts(counter(guild.0, GuildServers::All(guild)))
            .await;
    }
    let changes = site.database.board_changes();

    site.database.guild_removed(GUILD, LATER).await.unwrap();
    site.database
        .guild_removed(GuildId::LOCAL, LATER)
        .await
        .unwrap();

    assert!(changes.has_changed().unwrap());
    assert_eq!(site.board_channels().await, [8, 0]);
    assert_eq!(site.counter_channels().await, [0, 8]);
    // The server is still there, in case the guild comes back.
    assert!(site.database.guild_server(GUILD, server).is_some());
}

#[tokio::test]
async fn a_guild_that_left_while_we_were_away_is_noticed_and_one_without_the_bot_is_left_alone() {
    let site = Site::new();
    let (left, stayed, console) = (GUILD, OTHER, GuildId(9));
    for guild in [left, stayed, console, GuildId::LOCAL] {
        site.database.link(guild, "survival", NOW).await;
    }
    let is_in = async |guilds: &[GuildId]| {
        let guilds: BTreeSet<_> = guilds.iter().copied().collect();
        site.database.bot_is_in(guilds, LATER).await.unwrap()
    };
    assert_eq!(is_in(&[left, stayed]).await, GuildChanges::default());
    site.posts(board(1, GuildServers::All(left))).await;

    let away = is_in(&[stayed, GuildId(10)]).await;
    let again = is_in(&[stayed]).await;
    let back = is_in(&[left, stayed]).await;

    assert_eq!((away.removed, away.returned), (vec![left], vec![]));
    assert!(site.board_channels().await.is_empty());
    assert_eq!(again, GuildChanges::default());
    assert_eq!((back.removed, back.returned), (vec![], vec![left]));
}

#[tokio::test]
async fn a_guild_that_got_its_first_server_since_and_left_while_we_were_away_is_noticed() {
    let site = Site::new();
    let listed = site.database.bot_is_in([GUILD].into(), NOW).await;
    assert_eq!(listed.unwrap(), GuildChanges::default());
    site.database.guild_returned(OTHER, NOW).await.unwrap();
    for guild in [GUILD, OTHER] {
        site.database.link(guild, "survival", NOW).await;
    }

    let changes = site.database.bot_is_in([].into(), LATER).await.unwrap();

    assert_eq!(changes.removed, [GUILD, OTHER]);
}

#[tokio::test]
async fn a_guild_that_does_not_come_back_within_30_days_is_gone_from_every_byte() {
    let site = Site::new();
    site.lively_server(GUILD, "Unforgettable realm", "Xylophonist")
        .await;
    let kept = site
        .lively_server(OTHER, "Everlasting realm", "Vibraphonist")
        .await;
    let name = server_name("Unforgettable outpost");
    site.database
        .issue_link_code(GUILD, name, NOW)
        .await
        .unwrap();
    site.database.guild_removed(GUILD, NOW).await.unwrap();
    // Later notices of the same removal do not prolong it.
    site.database.guild_removed(GUILD, days(9)).await.unwrap();
    let delete = async |now| site.database.delete_removed_guilds(now).await.unwrap();
    assert_eq!(delete(UnixSeconds(days(30).0 - 1)).await, []);
    assert!(site.database.has_servers(GUILD));

    let deleted = delete(days(30)).await;

    assert_eq!(deleted, [GUILD]);
    assert!(!site.database.has_servers(GUILD));
    for text in ["Unforgettable", "Xylophon"] {
        assert_eq!(site.files_with(text), Vec::<String>::new(), "{text}");
    }
    assert!(site.database.guild_server(OTHER, kept).is_some());
    let found = site
        .database
        .forget_player(player("Vibraphonist"), NOW)
        .await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.sessions, found.activity_guilds), (1, 1));
    assert_eq!(delete(days(60)).await, []);
}

#[tokio::test]
async fn a_guild_that_comes_back_or_is_linked_again_keeps_its_history() {
    let site = Site::new();
    let (returns, is_linked_again) = (GUILD, OTHER);
    for guild in [returns, is_linked_again, GuildId::LOCAL] {
        site.database.link(guild, "survival", NOW).await;
        site.database.guild_removed(guild, NOW).await.unwrap();
    }

    let back = site.database.guild_returned(returns, days(29));
    back.await.unwrap();
    let linked = site
        .database
        .issue_link_code(is_linked_again, server_name("creative"), days(29));
    linked.await.unwrap();

    let much_later = NOW.plus(Duration::from_secs(400 * 86_400));
    let deleted = site.database.delete_removed_guilds(much_later).await;
    assert_eq!(deleted.unwrap(), []);
    assert_eq!(site.database.known_servers(NOW).len(), 3);
}

#[tokio::test]
async fn a_member_gets_no_link_code_once_the_guild_has_removed_the_bot() {
    for is_asked_first in [true, false] {
        let site = Site::new();
        site.lively_server(GUILD, "survival", "Xylophonist").await;
        site.database.guild_returned(GUILD, NOW).await.unwrap();
        let name = server_name("creative");
        let asking = site.database.issue_link_code_to_member(GUILD, name, NOW);
        let removing = site.database.guild_removed(GUILD, NOW);

        // Both wait for the writer at the same time, in this order.
        let issued = if is_asked_first {
            let (issued, removed) = tokio::join!(biased; asking, removing);
            removed.unwrap();
            issued
        } else {
            let (removed, issued) = tokio::join!(biased; removing, asking);
            removed.unwrap();
            issued
        };

        if is_asked_first {
            issued.unwrap();
        } else {
            assert!(
                matches!(issued, Err(IssueCodeError::BotRemoved)),
                "{issued:?}"
            );
        }
        // Neither prevents the deletion in 30 days.
        let deleted = site.database.delete_removed_guilds(days(30)).await;
        assert_eq!(deleted.unwrap(), [GUILD]);
    }
}

#[tokio::test]
async fn a_guild_without_servers_that_invites_the_bot_again_gets_link_codes() {
    let site = Site::new();
    let connect = async || {
        let name = server_name("survival");
        site.database
            .issue_link_code_to_member(GUILD, name, NOW)
            .await
    };
    connect().await.unwrap();
    for _ in 0..2 {
        site.database.guild_returned(GUILD, NOW).await.unwrap();
        connect().await.unwrap();
        site.database.guild_removed(GUILD, NOW).await.unwrap();
        let refused = connect().await;
        assert!(matches!(refused, Err(IssueCodeError::BotRemoved)));
    }
}

#[tokio::test]
async fn a_guild_that_has_just_removed_the_bot_gets_neither_boards_nor_counters() {
    let site = Site::new();
    let all = GuildServers::All(GUILD);
    site.linked("survival").await;
    site.database.guild_returned(GUILD, NOW).await.unwrap();
    site.posts(board(1, all)).await;

    let removing = site.database.guild_removed(GUILD, NOW);
    let posting = site.database.add_board(board(2, all), 20, NOW);
    let counting = site.database.set_counter(counter(3, all), 10, NOW);
    // All wait for the writer at the same time, in this order.
    let (removed, posted, counted) = tokio::join!(biased; removing, posting, counting);

    removed.unwrap();
    assert!(
        matches!(posted, Err(AddBoardError::BotRemoved)),
        "{posted:?}"
    );
    assert!(
        matches!(counted, Err(SetCounterError::BotRemoved)),
        "{counted:?}"
    );
    assert!(site.board_channels().await.is_empty());
    assert!(site.counter_channels().await.is_empty());
    site.database.guild_returned(GUILD, NOW).await.unwrap();
    site.posts(board(2, all)).await;
}
