//! What a person did under several names is one sum, and a name that another account took over mixes nobody.

use std::time::Duration;

use oxeye_db::activity::figures::CounterStanding;
use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::testing::{TestStore, leave_at, player};
use oxeye_db::{JoinEvent, ServerId, TimeZone, UnixSeconds, Uuid};
use serde_json::json;

use crate::plugin::{DAY, GUILD, NOON, Plugin};

pub(crate) const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
pub(crate) const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);

pub(crate) fn days_ago(days: u32) -> UnixSeconds {
    NOON.minus(days * DAY)
}

/// A store of last week with a server.
pub(crate) async fn last_week() -> (TestStore, ServerId) {
    let begin = days_ago(8);
    let store = TestStore::new(begin);
    let (server, _) = store.link(GUILD, "survival", begin).await;
    (store, server)
}

impl<'a> Plugin<'a> {
    pub(crate) fn of(store: &'a TestStore, server: ServerId) -> Self {
        let reporter = server.into();
        Self { store, reporter }
    }

    /// A visit of a minute.
    pub(crate) async fn visits(&self, name: &str, account: Uuid, at: UnixSeconds) {
        let event = JoinEvent {
            player: player(name),
            texture_hash: None,
            uuid: Some(account),
            at: Some(at),
        };
        let joined = self.store.player_join(self.reporter, event, at).await;
        joined.expect("the join is taken");
        let end = at.plus(Duration::from_secs(60));
        let left = leave_at(name, end);
        let left = self.store.player_leave(self.reporter, left, end).await;
        left.expect("the leave is taken");
    }

    pub(crate) async fn dies_at(&self, name: &str, account: Option<Uuid>, at: UnixSeconds) {
        let death = json!({"player": name, "uuid": account, "event_type": "death", "at": at});
        self.did(death, NOON).await.expect("the death is taken");
    }
}

async fn ranking(store: &TestStore) -> Vec<CounterStanding> {
    let ranking = store.activity_ranking(GUILD, "deaths", 30, 50, NOON).await;
    ranking.expect("the counter is known").standings
}

/// Returns the ranking of deaths, one text for each line.
pub(crate) async fn lines(store: &TestStore) -> Vec<String> {
    let standings = ranking(store).await.into_iter();
    let lines = standings.map(|one| {
        let former: Vec<_> = one.former_names.iter().map(ToString::to_string).collect();
        format!("{} {:?} {}", one.player, former, one.amount)
    });
    lines.collect()
}

/// Returns the deaths of the last 30 days in what is known of one person.
async fn deaths(store: &TestStore, name: &str) -> Option<f64> {
    let asked = (AskedBy::Members, TimeZone::UTC);
    let figures = store.person_figures(GUILD, player(name), asked.0, asked.1, NOON);
    let figures = figures.await.expect("the store is open")?;
    Some(figures.did?.deaths)
}

#[tokio::test]
async fn deaths_under_an_earlier_name_count_for_the_newest_one() {
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    plugin.visits("Alex", ALEX, days_ago(3)).await;
    plugin.dies_at("Alex", None, days_ago(3)).await;
    plugin.dies_at("Alex", None, days_ago(3)).await;
    plugin.visits("Robin", ALEX, days_ago(1)).await;
    plugin.dies_at("Robin", None, days_ago(1)).await;
    // A stranger who was on no server, and an account under a name that no server reported.
    plugin.dies_at("Steve", None, days_ago(1)).await;
    plugin.dies_at("Kim", Some(ALEX), NOON).await;

    let expected = [r#"Robin ["Alex"] 4"#, "Steve [] 1"];
    assert_eq!(lines(&store).await, expected);
    assert_eq!(deaths(&store, "Robin").await, Some(4.0));
    let restarted = store.restarted(NOON).await;
    assert_eq!(lines(&restarted).await, expected);
}

/// ALEX, who is Robin by now, dies three times as Alex; then OTHER takes the name and dies twice.
pub(crate) async fn takes_over(plugin: &Plugin<'_>) {
    plugin.visits("Alex", ALEX, days_ago(7)).await;
    for _ in 0..3 {
        plugin.dies_at("Alex", None, days_ago(6)).await;
    }
    plugin.visits("Robin", ALEX, days_ago(5)).await;
    plugin.dies_at("Robin", None, days_ago(4)).await;
    plugin.visits("Alex", OTHER, days_ago(2)).await;
    plugin.dies_at("Alex", None, days_ago(1)).await;
    plugin.dies_at("Alex", Some(OTHER), NOON).await;
}

#[tokio::test]
async fn whoever_takes_a_name_over_has_what_is_done_from_then_on() {
    let (store, server) = last_week().await;
    takes_over(&Plugin::of(&store, server)).await;

    assert_eq!(lines(&store).await, [r#"Robin ["Alex"] 4"#, "Alex [] 2"]);
    assert_eq!(deaths(&store, "Robin").await, Some(4.0));
    assert_eq!(deaths(&store, "Alex").await, Some(2.0));
}

#[tokio::test]
async fn what_two_accounts_may_have_done_on_a_day_stays_with_the_name() {
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    plugin.visits("Alex", ALEX, days_ago(1)).await;
    let later = days_ago(1).plus(Duration::from_secs(120));
    plugin.visits("Alex", OTHER, later).await;
    plugin.dies_at("Alex", None, days_ago(1)).await;

    let found = ranking(&store).await;

    assert_eq!((found.len(), found[0].amount), (1, 1.0));
    assert_eq!(found[0].until, Some(days_ago(1)), "it is not said whose");
    assert_eq!(deaths(&store, "Alex").await, Some(0.0));
}
