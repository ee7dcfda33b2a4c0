//! Which player of a guild is meant by a name.

use oxeye_db::testing::{self, TestStore, player};
use oxeye_db::{GuildId, UnixSeconds};
use serde_json::json;

use crate::plugin::{GUILD, NOON, Plugin};

#[tokio::test]
async fn a_player_is_known_where_they_have_been_and_nowhere_else() {
    let database = TestStore::new(NOON);
    let (server, _) = database.link(GUILD, "survival", NOON).await;
    let (elsewhere, _) = database.link(GuildId(8), "survival", NOON).await;
    for (server, name) in [
        (server, "Alex"),
        (server, "jeb_"),
        (server, "JEB_"),
        (elsewhere, "Steve"),
    ] {
        let joined = database.player_join(server, testing::join(name), NOON);
        joined.await.unwrap();
    }
    let left = UnixSeconds(NOON.0 + 60);
    let left = database.player_leave(server, testing::leave("Alex"), left);
    left.await.unwrap();

    for (asked, found) in [
        ("Alex", Some("Alex")),
        ("aLEX", Some("Alex")),
        ("jeb_", Some("jeb_")),
        ("Jeb_", None),
        ("Steve", None),
        ("steve", None),
    ] {
        let meant = database.activity_player_named(GUILD, player(asked)).await;
        assert_eq!(meant.unwrap(), found.map(player), "{asked}");
    }
}

#[tokio::test]
async fn a_player_is_known_by_what_they_did_whatever_their_letters() {
    let store = TestStore::new(NOON);
    let plugin = Plugin::linked(&store, "survival").await;
    for name in ["Ägir", "Bob", "Zoë", "ZOË", ".Bedrock Guy"] {
        let warp = json!({"player": name, "event_type": "warp"});
        plugin.did(warp, NOON).await.unwrap();
    }

    for (asked, found) in [
        ("äGIR", Some("Ägir")),
        ("agir", None),
        ("bob", Some("Bob")),
        ("zOë", None),
        ("Zoë", Some("Zoë")),
        (".bedrock guy", Some(".Bedrock Guy")),
        ("b_b", None),
    ] {
        let meant = store.activity_player_named(GUILD, player(asked)).await;
        assert_eq!(meant.unwrap(), found.map(player), "{asked}");
        let elsewhere = store.activity_player_named(GuildId(8), player(asked)).await;
        assert_eq!(elsewhere.unwrap(), None, "{asked}");
    }
}
