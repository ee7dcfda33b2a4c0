//! Whom the messages name where somebody hides whose name another account has now.

use oxeye_db::testing::{TestStore, leave, player};
use oxeye_db::{AlertId, AlertTopics, JoinEvent, SyncEvent, Uuid};
use oxeye_process::Secret;

use super::*;
use crate::rest::Rest;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const GUILD: GuildId = GuildId(7);
/// The account that hides, and was Alex once.
const FIRST: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
/// The account that is Alex now, and does not hide.
const SECOND: Uuid = Uuid::from_u128(0x069a_79f4_44e9_4726_a5be_fca9_0e38_aaf5);
const HIDES: u64 = 5;
const TAKER: u64 = 6;

/// A server that was heard, and a channel that is told who joins and leaves.
struct Told {
    store: TestStore,
    server: ServerId,
    feed: Feed,
    tools: Tools,
    alert: Alert,
}

impl Told {
    /// Lets a member who hides have been Alex before another account takes the name.
    async fn where_somebody_hides() -> Self {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        let sync = store.sync_players(server, SyncEvent::default(), NOW);
        sync.await.unwrap();
        let rest = Rest::new(&Secret::new("a.b.c"), Some("http://127.0.0.1:9")).unwrap();
        let mut told = Self {
            tools: Tools::new(&store, &rest, || NOW),
            feed: Feed::default(),
            alert: alert(),
            store,
            server,
        };
        told.joins("Alex", FIRST).await;
        told.leaves("Alex").await;
        let member = told
            .store
            .link_member(GUILD, HIDES, player("Alex"), None, NOW);
        member.await.unwrap();
        told.store.hide_member(GUILD, HIDES, NOW).await.unwrap();
        assert_eq!(told.says().await, None);
        told
    }

    async fn joins(&self, name: &str, account: Uuid) {
        let join = JoinEvent {
            player: player(name),
            texture_hash: None,
            uuid: Some(account),
            at: None,
        };
        self.store
            .player_join(self.server, join, NOW)
            .await
            .unwrap();
    }

    async fn leaves(&self, name: &str) {
        let left = self.store.player_leave(self.server, leave(name), NOW);
        left.await.unwrap();
    }

    /// Returns what the channel is told now, if anything.
    async fn says(&mut self) -> Option<ServerVisits> {
        let about = (&self.alert, self.server);
        look(&self.tools, &mut self.feed, about, NOW, NOW).await
    }

    /// Returns whether a message with this in it is sent.
    fn is_sent(&self, visits: ServerVisits) -> bool {
        let mut sending = Sending::new(self.alert.clone(), vec![visits], NOW);
        sending.attempt(&self.tools, NOW).is_some()
    }
}

fn alert() -> Alert {
    Alert {
        id: AlertId(1),
        guild: GUILD,
        channel: 5,
        server: None,
        role: None,
        locale: "en-US".to_owned(),
        set_by: None,
        set_at: NOW,
        blocked_since: None,
        blocked_code: 0,
        told_at: None,
        stopped: None,
        topics: AlertTopics {
            visits: true,
            ..AlertTopics::default()
        },
    }
}

#[tokio::test]
async fn whoever_has_the_name_that_somebody_had_who_hides_is_named() {
    let mut told = Told::where_somebody_hides().await;

    told.joins("Alex", SECOND).await;
    let joined = told.says().await.unwrap();
    assert_eq!(joined.joined, [player("Alex")]);
    assert!(told.is_sent(joined));

    told.leaves("Alex").await;
    let left = told.says().await.unwrap();
    assert_eq!(left.left, [player("Alex")]);
    assert!(told.is_sent(left));
}

#[tokio::test]
async fn whoever_hides_is_named_under_no_name_that_they_had() {
    let mut told = Told::where_somebody_hides().await;

    for name in ["Alex", "Bob"] {
        told.joins(name, FIRST).await;
        assert_eq!(told.says().await, None);
        told.leaves(name).await;
        assert_eq!(told.says().await, None);
    }
}

#[tokio::test]
async fn whoever_hides_while_on_neither_leaves_nor_is_named_by_a_message_that_waits() {
    let mut told = Told::where_somebody_hides().await;
    told.joins("Bob", SECOND).await;
    let joined = told.says().await.unwrap();

    let member = told
        .store
        .link_member(GUILD, TAKER, player("Bob"), None, NOW);
    member.await.unwrap();
    told.store.hide_member(GUILD, TAKER, NOW).await.unwrap();

    assert!(!told.is_sent(joined));
    assert_eq!(told.says().await, None);
    told.leaves("Bob").await;
    assert_eq!(told.says().await, None);
}
