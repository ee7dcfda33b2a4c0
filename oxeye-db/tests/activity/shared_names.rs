//! Of what was done under a name that two accounts used, each is shown their own days, and forgets no others.

use std::time::Duration;

use oxeye_db::testing::{TestStore, player};
use oxeye_db::{PortableDeed, Uuid};
use serde_json::json;

use crate::plugin::{GUILD, NOON, Plugin};
use crate::renamed::{ALEX, OTHER, days_ago, last_week, lines, takes_over};

/// Returns what a person is shown of what is kept about them, as far as it is of activity.
async fn deeds(store: &TestStore, name: &str) -> Vec<PortableDeed> {
    let data = store.player_data(GUILD, player(name), NOON);
    data.await.expect("the store is open").activity
}

/// Returns the deaths and the accounts in what a person is shown.
async fn shown(store: &TestStore, name: &str) -> (f64, Vec<Uuid>) {
    let (mut deaths, mut accounts) = (0.0, Vec::new());
    for deed in deeds(store, name).await {
        match deed {
            PortableDeed::Counter {
                counter, amount, ..
            } if counter == "deaths" => deaths += amount,
            PortableDeed::Player { uuid, .. } => accounts.extend(uuid),
            _ => {}
        }
    }
    (deaths, accounts)
}

async fn forget(store: &TestStore, name: &str) {
    let forgotten = store.forget_player_in(GUILD, player(name), NOON);
    let forgotten = forgotten.await.expect("the store can be written");
    assert!(forgotten.expect("the player is known").is_wiped);
}

/// Whether the bytes of an account are in a file of the store.
fn is_anywhere(store: &TestStore, account: Uuid) -> bool {
    let files = std::fs::read_dir(store.folder()).expect("the folder is there");
    files.into_iter().any(|file| {
        let path = file.expect("an entry").path();
        let bytes = std::fs::read(path).expect("a file");
        let mut places = bytes.windows(16);
        places.any(|bytes| bytes == account.as_bytes())
    })
}

#[tokio::test]
async fn each_is_shown_what_they_did_themselves() {
    let (store, server) = last_week().await;
    takes_over(&Plugin::of(&store, server)).await;

    assert_eq!(shown(&store, "Robin").await, (4.0, vec![]));
    assert_eq!(shown(&store, "Alex").await, (2.0, vec![OTHER]));
    let last_of_robin = deeds(&store, "Robin").await.into_iter();
    let last_of_robin = last_of_robin.filter_map(|deed| match deed {
        PortableDeed::Player { last_event_at, .. } => Some(last_event_at),
        _ => None,
    });
    let last_of_robin: Vec<_> = last_of_robin.collect();
    assert!(
        last_of_robin.iter().all(|at| *at <= days_ago(4)),
        "{last_of_robin:?}"
    );
}

#[tokio::test]
async fn whoever_took_a_name_over_forgets_nothing_from_before() {
    let (store, server) = last_week().await;
    takes_over(&Plugin::of(&store, server)).await;

    forget(&store, "Alex").await;

    assert_eq!(lines(&store).await, [r#"Robin ["Alex"] 4"#]);
    assert_eq!(shown(&store, "Robin").await, (4.0, vec![]));
    assert!(!is_anywhere(&store, OTHER));
    assert!(is_anywhere(&store, ALEX));
    let store = store.restarted(NOON).await;
    assert_eq!(lines(&store).await, [r#"Robin ["Alex"] 4"#]);
}

#[tokio::test]
async fn whoever_had_a_name_first_forgets_what_they_did_under_it_and_nothing_since() {
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    takes_over(&plugin).await;

    forget(&store, "Robin").await;

    assert_eq!(lines(&store).await, ["Alex [] 2"]);
    assert_eq!(shown(&store, "Alex").await, (2.0, vec![OTHER]));
    assert!(!is_anywhere(&store, ALEX));
    assert!(is_anywhere(&store, OTHER));
    forget(&store, "Alex").await;
    assert!(lines(&store).await.is_empty());
    assert!(!is_anywhere(&store, OTHER));
}

#[tokio::test]
async fn what_was_sent_with_an_account_belongs_to_it_though_only_another_one_joined_under_the_name()
{
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    plugin.visits("Robin", ALEX, days_ago(5)).await;
    plugin.dies_at("Alex", Some(ALEX), days_ago(4)).await;
    plugin.visits("Alex", OTHER, days_ago(2)).await;

    let before = lines(&store).await;
    assert!(
        before.len() == 1 && before[0].starts_with("Robin"),
        "{before:?}"
    );
    assert_eq!(shown(&store, "Alex").await, (0.0, vec![]));
    assert_eq!(shown(&store, "Robin").await, (1.0, vec![ALEX]));
    forget(&store, "Alex").await;
    assert_eq!(lines(&store).await, before);
    assert_eq!(shown(&store, "Robin").await, (1.0, vec![ALEX]));
    forget(&store, "Robin").await;
    assert!(lines(&store).await.is_empty());
    assert!(!is_anywhere(&store, ALEX));
}

#[tokio::test]
async fn what_names_a_player_goes_with_the_one_who_had_the_name_then() {
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    takes_over(&plugin).await;
    for at in [days_ago(6), days_ago(1)] {
        let kill = json!({"player": "Steve", "event_type": "kill", "at": at,
            "details": {"victim": "Alex"}});
        plugin.did(kill, NOON).await.expect("the kill is taken");
    }

    let forgotten = store.forget_player_in(GUILD, player("Robin"), NOON);
    let forgotten = forgotten.await.expect("the store can be written");

    assert_eq!(forgotten.map(|one| one.activity_mentions), Some(1));
    let left = store.activity_events(GUILD, player("Steve"), 10, NOON);
    let left = left.await.expect("the store is open").into_iter();
    let left: Vec<_> = left.map(|event| event.at).collect();
    assert_eq!(left, [days_ago(1)]);
}

#[tokio::test]
async fn a_day_of_which_nobody_knows_whose_it_is_is_shown_to_neither_and_goes_with_the_first() {
    let (store, server) = last_week().await;
    let plugin = Plugin::of(&store, server);
    plugin.visits("Alex", ALEX, days_ago(3)).await;
    let later = days_ago(3).plus(Duration::from_secs(120));
    plugin.visits("Alex", OTHER, later).await;
    plugin.dies_at("Alex", None, days_ago(3)).await;
    plugin.visits("Robin", ALEX, days_ago(1)).await;
    plugin.dies_at("Robin", None, days_ago(1)).await;
    plugin.dies_at("Alex", None, NOON).await;

    assert_eq!(shown(&store, "Robin").await.0, 1.0);
    assert_eq!(shown(&store, "Alex").await.0, 1.0);

    forget(&store, "Robin").await;

    assert_eq!(lines(&store).await, ["Alex [] 1"]);
}
