use oxeye_db::testing::TestStore;
use oxeye_db::{GuildServers, NewBoard};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use super::testing::created;
use super::*;
use crate::fake_discord::discord;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const MONTH: Duration = Duration::from_secs(30 * 86_400);

/// A bot whose store has a server in each of some guilds, and a Discord that answers with these statuses.
struct Connected {
    store: TestStore,
    guilds: Guilds,
    http: Http,
    requests: UnboundedReceiver<String>,
    _discord: JoinSet<()>,
}

impl Connected {
    async fn with_servers_in(guilds: &[u64], answers: &'static [u16]) -> Self {
        let store = TestStore::new(NOW);
        for guild in guilds {
            store.link(GuildId(*guild), "survival", NOW).await;
        }
        let (http, requests, discord) = discord(answers).await;
        Self {
            store,
            guilds: Guilds::default(),
            http,
            requests,
            _discord: discord,
        }
    }

    async fn is_told(&self, event: FullEvent) {
        let followed = self.guilds.follow(&event, &self.http, &self.store, NOW);
        followed.await.unwrap();
    }

    async fn is_ready(&self, shard: [u32; 2], guilds: &[u64]) {
        let guilds: Vec<_> = guilds
            .iter()
            .map(|id| json!({"id": id.to_string(), "unavailable": true}))
            .collect();
        let data_about_bot = parse(json!({
            "v": 10, "session_id": "s", "resume_gateway_url": "wss://localhost",
            "user": {"id": "1", "username": "oxeye", "discriminator": "0000", "verified": true,
                     "mfa_enabled": false, "bot": true},
            "guilds": guilds, "shard": shard, "application": {"id": "1", "flags": 0},
        }));
        self.is_told(FullEvent::Ready { data_about_bot }).await;
    }

    async fn loses(&self, guild: u64, unavailable: bool) {
        let incomplete = parse(json!({"id": guild.to_string(), "unavailable": unavailable}));
        let event = FullEvent::GuildDelete {
            incomplete,
            full: None,
        };
        self.is_told(event).await;
    }

    async fn joins(&self, guild: u64) {
        let event = FullEvent::GuildCreate {
            guild: parse(created(guild)),
            is_new: None,
        };
        self.is_told(event).await;
    }

    /// Returns the guilds whose servers are left when all that removed the bot are deleted.
    async fn remaining(&self) -> Vec<u64> {
        self.store
            .delete_removed_guilds(NOW.plus(MONTH))
            .await
            .unwrap();
        let servers = self.store.known_servers(NOW);
        servers.iter().map(|server| server.guild.0).collect()
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn a_guild_that_removes_the_bot_is_recorded_and_an_outage_is_not() {
    let bot = Connected::with_servers_in(&[7, 8], &[404]).await;
    bot.is_ready([0, 1], &[7, 8]).await;

    bot.loses(7, false).await;
    bot.loses(8, true).await;

    assert_eq!(bot.remaining().await, [8]);
}

#[tokio::test]
async fn a_guild_that_is_missing_is_recorded_only_once_all_shards_are_there() {
    let of_shard_1 = 1 << 22;
    let bot = Connected::with_servers_in(&[7, of_shard_1, 2 << 22], &[]).await;
    bot.is_ready([0, 1], &[7, of_shard_1, 2 << 22]).await;

    bot.is_ready([0, 2], &[7]).await;
    assert_eq!(bot.guilds.all(), None);
    bot.is_ready([1, 2], &[of_shard_1]).await;

    assert_eq!(bot.remaining().await, [7, of_shard_1]);
}

#[tokio::test]
async fn a_guild_that_comes_back_is_not_deleted() {
    let bot = Connected::with_servers_in(&[7], &[403]).await;
    bot.is_ready([0, 1], &[7]).await;
    bot.loses(7, false).await;

    bot.is_ready([0, 1], &[7]).await;

    assert_eq!(bot.remaining().await, [7]);
}

#[tokio::test]
async fn a_removal_that_arrives_after_the_next_invitation_does_not_count() {
    let mut bot = Connected::with_servers_in(&[7], &[503, 200]).await;
    bot.is_ready([0, 1], &[7]).await;
    let board = NewBoard {
        servers: GuildServers::All(GuildId(7)),
        channel: 8,
        with_picture: false,
        locale: "en-US".to_owned(),
        posted_by: 5,
    };
    bot.store.add_board(board, 20, NOW).await.unwrap();

    bot.loses(7, false).await;

    for _ in 0..2 {
        let request = bot.requests.recv().await.unwrap();
        assert!(request.contains("GET /api/v10/guilds/7 "), "{request}");
    }
    assert_eq!(bot.guilds.all(), Some([GuildId(7)].into()));
    assert_eq!(bot.remaining().await, [7]);
    assert_eq!(bot.store.boards().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_invitation_that_arrives_after_the_next_removal_does_not_count() {
    let bot = Connected::with_servers_in(&[7], &[403, 403]).await;
    bot.is_ready([0, 1], &[]).await;

    bot.loses(7, false).await;
    bot.joins(7).await;

    assert_eq!(bot.guilds.all(), Some([].into()));
    assert!(bot.remaining().await.is_empty());
}

#[tokio::test]
async fn an_invitation_after_a_removal_counts_unless_discord_denies_it() {
    for answers in [&[403, 200][..], &[403, 503, 503, 503]] {
        let bot = Connected::with_servers_in(&[7], answers).await;
        bot.is_ready([0, 1], &[7]).await;

        bot.loses(7, false).await;
        bot.joins(7).await;

        assert_eq!(bot.guilds.all(), Some([GuildId(7)].into()), "{answers:?}");
        assert_eq!(bot.remaining().await, [7], "{answers:?}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_a_first_invitation() {
    let bot = Connected::with_servers_in(&[], &[]).await;
    bot.is_ready([0, 1], &[]).await;

    bot.joins(7).await;

    assert_eq!(bot.guilds.all(), Some([GuildId(7)].into()));
}

#[test]
fn only_a_guild_that_no_list_has_is_new() {
    let mut shards = Shards::default();
    assert!(shards.add(GuildId(7)));
    shards.ready(0, 1, [GuildId(7)].into());

    assert!(!shards.add(GuildId(7)));
    assert!(shards.add(GuildId(8)));
    shards.remove(GuildId(7));

    assert_eq!(shards.all(), Some([GuildId(8)].into()));
}
