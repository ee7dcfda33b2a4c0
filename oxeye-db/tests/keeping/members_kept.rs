//! What is kept about linked members: forgotten, exported, and deleted with their guild.

use oxeye_db::{ActivityReport, PortableRecord, UnixSeconds, Uuid};
use serde_json::json;

use crate::members::{ALEX, MODERATOR, OTHER, last_seen};
use crate::site::{DAY, GUILD, NOW, Site, player};

const ACCOUNT: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);

#[tokio::test]
async fn a_linked_player_is_known_when_their_last_session_is_deleted() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;

    let later = UnixSeconds(NOW.0 + 400 * DAY);
    let expired = site.database.expire_sessions(later, later).await.unwrap();
    assert_eq!((expired.sessions, expired.players), (1, 0));

    let site = site.restarted().await;
    assert_eq!(site.members().await, [(ALEX, "Alex".to_owned())]);
    site.join(server, "Alex", later.0).await;
    assert!(site.online(server).is_empty(), "still hidden");
}

#[tokio::test]
async fn a_member_is_forgotten_in_their_guild_to_the_last_byte_and_in_no_other() {
    for is_elsewhere in [false, true] {
        let site = Site::new();
        let server = site.linked("survival").await;
        let (elsewhere, _) = site.database.link(OTHER, "survival", NOW).await;
        let servers = [server, elsewhere].into_iter();
        let servers: Vec<_> = servers.take(1 + usize::from(is_elsewhere)).collect();
        for server in servers {
            site.join_as(server, "Xylophonist", ACCOUNT, NOW.0 - 50)
                .await;
            site.leave(server, "Xylophonist", NOW.0 - 40).await;
            site.join(server, "Xylophonist", NOW.0 - 30).await;
            for (who, killer) in [("Xylophonist", "Steve"), ("Steve", "Xylophonist")] {
                let details = json!({"killer": killer});
                let event = json!({"player": who, "event_type": "death", "details": details});
                let report = ActivityReport::Single {
                    event: serde_json::from_value(event).unwrap(),
                    idempotency_key: None,
                };
                let taken = site.database.take_activity(server.into(), report, NOW);
                taken.await.unwrap();
            }
        }
        site.is_player(ALEX, "Xylophonist").await.unwrap();
        site.hides(ALEX).await;

        let name = player("Xylophonist");
        let forgotten = site.database.forget_player_in(GUILD, name.clone(), NOW);

        let forgotten = forgotten.await.unwrap().unwrap();
        assert_eq!((forgotten.sessions, forgotten.servers), (2, 1));
        assert_eq!(
            (forgotten.activity_guilds, forgotten.activity_mentions),
            (1, 1)
        );
        assert!(forgotten.is_wiped);
        assert!(site.members().await.is_empty());
        assert_eq!(site.copies_of_id(ALEX), 0);
        let data = site.database.player_data(GUILD, name.clone(), NOW);
        assert_eq!(data.await.unwrap(), Default::default());
        if is_elsewhere {
            let data = site.database.player_data(OTHER, name.clone(), NOW).await;
            let data = data.unwrap();
            assert_eq!(data.servers[0].sessions.len(), 2);
            assert_eq!(data.accounts[0].uuid, ACCOUNT);
            assert!(!data.activity.is_empty());
        } else {
            assert_eq!(site.files_with("Xylophonist"), Vec::<String>::new());
            assert_eq!(site.copies_of(ACCOUNT), 0);
        }
        // A player who comes back is somebody new, and hides from nobody.
        site.join(server, "Xylophonist", NOW.0).await;
        assert_eq!(site.online(server), ["Xylophonist"]);
        let site = site.restarted().await;
        assert_eq!(site.online(server), ["Xylophonist"]);
    }
}

#[tokio::test]
async fn a_player_whom_the_operator_forgets_has_no_member_any_more() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert!(forgotten.unwrap().is_some());
    assert!(site.members().await.is_empty());
    assert_eq!(site.copies_of_id(ALEX), 0);
    site.join(server, "Alex", NOW.0).await;
    assert_eq!(site.online(server), ["Alex"]);
}

#[tokio::test]
async fn everything_kept_about_a_player_is_in_their_data() {
    let site = Site::new();
    let (one, two) = (site.linked("one").await, site.linked("two").await);
    site.linked("three").await;
    site.join_as(one, "Alex", ACCOUNT, NOW.0 - 50).await;
    site.leave(one, "Alex", NOW.0 - 40).await;
    site.join(two, "Alex", NOW.0 - 30).await;
    site.join(two, "Steve", NOW.0 - 30).await;

    let data = site.database.player_data(GUILD, player("Alex"), NOW).await;

    let data = data.unwrap();
    assert_eq!(data.accounts.len(), 1);
    let [one, two] = &data.servers[..] else {
        panic!("{data:?}")
    };
    assert_eq!((one.server.as_str(), two.server.as_str()), ("one", "two"));
    assert_eq!(one.last_seen, Some(UnixSeconds(NOW.0 - 40)));
    assert_eq!(two.last_seen, None);
    assert_eq!((one.sessions.len(), two.sessions.len()), (1, 1));
    assert!(one.sessions[0].end.is_some() && two.sessions[0].end.is_none());
}

#[tokio::test]
async fn members_are_exported_and_imported_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 50).await;
    site.is_player(ALEX, "Alex").await.unwrap();
    site.hides(ALEX).await;
    let mut export = site.database.export();
    let mut records = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        records.extend(chunk.unwrap());
    }
    let other = Site::new();
    let only: Vec<_> = records
        .iter()
        .filter(|record| matches!(record, PortableRecord::LinkedMember(_)))
        .cloned()
        .collect();

    let early = other.database.import(only, None, NOW).await.unwrap();
    let first = other
        .database
        .import(records.clone(), None, NOW)
        .await
        .unwrap();
    let again = other.database.import(records, None, NOW).await.unwrap();

    assert_eq!(
        (early.added, early.skipped),
        (0, 1),
        "the guild has no server yet"
    );
    assert_eq!((first.added, first.skipped), (2, 0));
    assert_eq!((again.added, again.skipped), (0, 2));
    let members = |site: &Site| {
        let database = site.database.clone();
        async move { database.linked_members(Some(GUILD)).await.unwrap() }
    };
    assert_eq!(members(&other).await, members(&site).await);
    let (server, _) = other
        .database
        .find_server(GUILD, &crate::site::server_name("survival"))
        .unwrap();
    let status = other.database.status(server, 9, NOW).unwrap();
    assert_eq!(last_seen(&status), [""; 0], "hidden at once");
}

#[tokio::test]
async fn the_members_of_a_guild_that_removed_the_bot_go_after_30_days() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Xylophonist", NOW.0 - 50, NOW.0 - 40)
        .await;
    site.is_player(ALEX, "Xylophonist").await.unwrap();
    site.hides(ALEX).await;
    site.database.guild_removed(GUILD, NOW).await.unwrap();
    let delete = async |now| site.database.delete_removed_guilds(UnixSeconds(now)).await;
    assert_eq!(delete(NOW.0 + 30 * DAY - 1).await.unwrap(), []);
    assert_eq!(site.members().await.len(), 1);

    let deleted = delete(NOW.0 + 30 * DAY).await;

    assert_eq!(deleted.unwrap(), [GUILD]);
    assert!(site.members().await.is_empty());
    for user in [ALEX, MODERATOR] {
        assert_eq!(site.copies_of_id(user), 0);
    }
    assert_eq!(site.files_with("Xylophonist"), Vec::<String>::new());
}

/// The account that takes over a name.
const SUCCESSOR: Uuid = Uuid::from_u128(0x069a_79f4_44e9_4726_a5be_fca9_0e38_aaf5);

/// A player who was called Xylophonist and Yodeler and is linked, and another account that is Xylophonist now.
async fn with_a_successor() -> Site {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Xylophonist", ACCOUNT, NOW.0 - 900)
        .await;
    site.stay_as(server, "Yodeler", ACCOUNT, NOW.0 - 800).await;
    site.is_player(ALEX, "Yodeler").await.unwrap();
    site.stay_as(server, "Xylophonist", SUCCESSOR, NOW.0 - 700)
        .await;
    site
}

#[tokio::test]
async fn a_member_is_forgotten_under_all_names_and_whoever_took_one_of_them_is_not() {
    let site = with_a_successor().await;
    let data = site
        .database
        .player_data_of(GUILD, ALEX, NOW)
        .await
        .unwrap();
    assert_eq!(data.servers[0].sessions.len(), 2);
    assert_eq!(data.accounts.len(), 2);
    assert!(data.accounts.iter().all(|one| one.uuid == ACCOUNT));

    let forgotten = site.database.forget_player_of(GUILD, ALEX, NOW).await;

    let forgotten = forgotten.unwrap().unwrap();
    assert_eq!((forgotten.sessions, forgotten.servers), (2, 1));
    assert_eq!(forgotten.names, ["Xylophonist", "Yodeler"].map(player));
    assert!(forgotten.is_wiped);
    assert!(site.members().await.is_empty());
    assert_eq!(site.files_with("Yodeler"), Vec::<String>::new());
    assert_eq!((site.copies_of(ACCOUNT), site.copies_of_id(ALEX)), (0, 0));
    let site = site.restarted().await;
    let left = site.database.player_data(GUILD, player("Xylophonist"), NOW);
    let left = left.await.unwrap();
    assert_eq!(left.servers[0].sessions.len(), 1);
    assert_eq!(left.accounts[0].uuid, SUCCESSOR);
}

#[tokio::test]
async fn the_operator_forgets_a_name_and_the_other_names_of_whoever_has_it() {
    let site = with_a_successor().await;

    let forgotten = site.database.forget_player(player("Yodeler"), NOW).await;

    let forgotten = forgotten.unwrap().unwrap();
    assert_eq!(forgotten.names, ["Xylophonist", "Yodeler"].map(player));
    assert_eq!(forgotten.sessions, 2);
    assert_eq!(site.files_with("Yodeler"), Vec::<String>::new());
    assert_eq!(site.copies_of(ACCOUNT), 0);
    let again = site.database.forget_player(player("Xylophonist"), NOW);
    assert_eq!(again.await.unwrap().unwrap().sessions, 1);
    assert_eq!(site.files_with("Xylophonist"), Vec::<String>::new());
    assert_eq!(site.copies_of(SUCCESSOR), 0);
}

#[tokio::test]
async fn a_member_whose_name_another_account_has_now_is_not_taken_for_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Xylophonist", ACCOUNT, NOW.0 - 900)
        .await;
    site.is_player(ALEX, "Xylophonist").await.unwrap();
    site.stay_as(server, "Xylophonist", SUCCESSOR, NOW.0 - 700)
        .await;

    let forgotten = site.database.forget_player_of(GUILD, ALEX, NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().sessions, 1);
    assert_eq!(site.copies_of(ACCOUNT), 0);
    assert!(site.copies_of(SUCCESSOR) > 0);
    assert!(site.members().await.is_empty());
}

#[tokio::test]
async fn former_names_go_with_the_last_session_under_them_unless_a_member_owns_the_account() {
    for is_linked in [false, true] {
        let site = Site::new();
        let server = site.linked("survival").await;
        site.stay_as(server, "Xylophonist", ACCOUNT, NOW.0 - 900)
            .await;
        let later = UnixSeconds(NOW.0 + 400 * DAY);
        site.join_as(server, "Yodeler", ACCOUNT, later.0).await;
        if is_linked {
            site.is_player(ALEX, "Yodeler").await.unwrap();
        }
        let names = async |site: &Site| {
            let data = site.database.player_data(GUILD, player("Yodeler"), later);
            data.await.unwrap().accounts.len()
        };
        assert_eq!(names(&site).await, 2);

        let edge = UnixSeconds(later.0 - DAY);
        site.database.expire_sessions(edge, later).await.unwrap();

        let kept = if is_linked { 2 } else { 1 };
        assert_eq!(names(&site).await, kept);
        let site = site.restarted().await;
        assert_eq!(names(&site).await, kept);
        assert_eq!(site.files_with("Xylophonist").is_empty(), !is_linked);
        assert!(site.copies_of(ACCOUNT) > 0);
    }
}
