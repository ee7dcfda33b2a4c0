//! Which player of a guild is meant by a name, on a real file.

use oxeye_db::testing::{self, TestStore, player};
use oxeye_db::{GuildId, UnixSeconds};

const GUILD: GuildId = GuildId(7);
const NOON: UnixSeconds = UnixSeconds(1_794_830_400);

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
