//! Whoever hides is hidden by account: under names that only what they did names, too, and not with a namesake.

use oxeye_db::testing::{TestStore, leave_at, player};
use oxeye_db::{JoinEvent, UnixSeconds, Uuid};
use serde_json::json;

use crate::plugin::{GUILD, NOON, Plugin};

const HIDING: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);

impl Plugin<'_> {
    async fn joins(&self, name: &str, account: Uuid, ago: i64) {
        let at = UnixSeconds(NOON.0 - ago);
        let event = JoinEvent {
            player: player(name),
            texture_hash: None,
            uuid: Some(account),
            at: Some(at),
        };
        let joined = self.store.player_join(self.reporter, event, NOON).await;
        joined.expect("the join is taken");
    }

    async fn leaves(&self, name: &str, ago: i64) {
        let event = leave_at(name, UnixSeconds(NOON.0 - ago));
        let left = self.store.player_leave(self.reporter, event, NOON).await;
        left.expect("the leave is taken");
    }

    async fn dies(&self, name: &str, account: Option<Uuid>) {
        let death = json!({"player": name, "uuid": account, "event_type": "death"});
        self.did(death, NOON).await.expect("the death is taken");
    }
}

/// A store in which somebody hides who was called Robin.
async fn hiding_as_robin(store: &TestStore) -> Plugin<'_> {
    let plugin = Plugin::linked(store, "survival").await;
    plugin.joins("Robin", HIDING, 7_200).await;
    plugin.leaves("Robin", 7_000).await;
    let linked = store.link_member(GUILD, 5, player("Robin"), None, NOON);
    linked.await.expect("the member is linked");
    let hidden = store.hide_member(GUILD, 5, NOON).await;
    assert!(hidden.expect("the store is open").is_some());
    plugin
}

/// Returns whom the listing and the ranking of deaths name.
async fn named(store: &TestStore) -> (Vec<String>, Vec<String>) {
    let listing = store.activity_listing(GUILD, NOON).await;
    let listed = listing.expect("the store is open").into_iter();
    let mut listed: Vec<_> = listed.map(|one| one.player.name.to_string()).collect();
    listed.sort();
    let ranking = store.activity_ranking(GUILD, "deaths", 30, 50, NOON).await;
    let ranked = ranking.expect("the counter is known").standings.into_iter();
    (listed, ranked.map(|one| one.player.to_string()).collect())
}

/// Returns whether a player hides, and their sessions of the last 30 days.
async fn copied(store: &TestStore, name: &str) -> (bool, u64) {
    let known = store.activity_of_players(GUILD, vec![player(name)], NOON);
    let known = known.await.expect("the store is open").pop();
    let known = known.expect("the player is known");
    (known.is_hidden, known.summary.sessions)
}

#[tokio::test]
async fn whoever_hides_is_not_named_by_what_they_do_before_they_join_under_a_new_name() {
    let store = TestStore::new(NOON);
    let plugin = hiding_as_robin(&store).await;

    plugin.dies("Kim", Some(HIDING)).await;
    plugin.dies("Steve", None).await;

    let steve = vec!["Steve".to_owned()];
    assert_eq!(named(&store).await, (steve.clone(), steve));
    assert!(copied(&store, "Kim").await.0);
    assert!(!copied(&store, "Steve").await.0);
}

#[tokio::test]
async fn whoever_takes_the_name_is_named_with_their_own_stays_only() {
    let store = TestStore::new(NOON);
    let plugin = hiding_as_robin(&store).await;
    plugin.dies("Robin", None).await;
    assert_eq!(named(&store).await, (Vec::new(), Vec::new()));
    assert_eq!(copied(&store, "Robin").await, (true, 0));

    plugin.joins("Robin", OTHER, 60).await;
    assert_eq!(
        named(&store).await.1,
        Vec::<String>::new(),
        "whose death it was is not known"
    );
    plugin.dies("Robin", Some(OTHER)).await;

    let robin = vec!["Robin".to_owned()];
    assert_eq!(named(&store).await, (robin.clone(), robin));
    assert_eq!(copied(&store, "Robin").await, (false, 1));
    let listing = store.activity_listing(GUILD, NOON).await;
    let listed = listing.expect("the store is open").remove(0);
    assert_eq!(listed.player.uuid, Some(OTHER));
    assert!(listed.traces.is_on);
}

#[tokio::test]
async fn of_two_accounts_of_a_name_the_stays_of_the_one_that_does_not_hide_are_listed() {
    let store = TestStore::new(NOON);
    let plugin = hiding_as_robin(&store).await;
    plugin.joins("Robin", OTHER, 60).await;
    assert_eq!(named(&store).await.0, ["Robin"]);
    assert_eq!(copied(&store, "Robin").await, (false, 1));

    plugin.leaves("Robin", 50).await;
    plugin.joins("Robin", HIDING, 40).await;

    // The name stands for the account that hides now.
    assert_eq!(named(&store).await.0, Vec::<String>::new());
    assert!(copied(&store, "Robin").await.0);
}
