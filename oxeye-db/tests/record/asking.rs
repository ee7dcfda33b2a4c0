//! Players who are asked about in another case, or under another name.

use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::{JoinEvent, Uuid};

use super::*;

#[tokio::test]
async fn a_name_in_another_case_finds_the_only_player_of_a_server_who_has_it() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex", "Steve", "jeb_", "JEB_"], NOON).await;

    for (asked, found) in [
        ("aLEX", Some("Alex")),
        ("Alex", None),
        ("Jeb_", None),
        ("jeb_", Some("JEB_")),
        ("Efe", None),
    ] {
        let server = of_guild(&database, server);
        let name = database.player_in_other_case(server, player(asked), UnixSeconds(NOON));

        assert_eq!(name.await.unwrap(), found.map(player), "{asked}");
    }
}

#[tokio::test]
async fn two_names_that_differ_in_case_find_somebody_only_if_they_are_one_persons() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    let account = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
    for (name, uuid, at) in [
        ("Alex", Some(account), 0),
        ("ALEX", Some(account), 10),
        ("Steve", None, 20),
        ("STEVE", None, 30),
    ] {
        let event = JoinEvent {
            uuid,
            ..testing::join(name)
        };
        let joined = database.player_join(server, event, UnixSeconds(NOON + at));
        joined.await.unwrap();
        leave(&database, server, name, NOON + at + 5).await;
    }
    let found = async |name| {
        let now = UnixSeconds(NOON + 60);
        let asked = player(name);
        let figures = database.person_figures(GUILD, asked, AskedBy::Operator, ZONE, now);
        let figures = figures.await.unwrap();
        figures.map(|figures| figures.player.as_str().to_owned())
    };

    assert_eq!(found("aLEX").await.as_deref(), Some("ALEX"));
    assert_eq!(found("sTEVE").await, None);
    assert_eq!(found("Steve").await.as_deref(), Some("Steve"));
}
