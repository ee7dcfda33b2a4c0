//! One person, one history: the leaderboard of a guild counts persons, by their newest names.

use oxeye_db::record::leaderboard::Standing;
use oxeye_db::record::profile::Profile;
use oxeye_db::{GuildId, Range, ServerId, TimeZone, Uuid};

use super::site::{GUILD, NOW, Site, of_guild, player};

const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

impl Site {
    /// Reports a stay that began and ended this many seconds ago.
    async fn played(&self, server: ServerId, name: &str, uuid: Option<Uuid>, ago: (i64, i64)) {
        let (from, to) = (NOW.0 - ago.0, NOW.0 - ago.1);
        match uuid {
            Some(uuid) => self.join_as(server, name, uuid, from).await,
            None => self.join(server, name, from).await,
        }
        self.leave(server, name, to).await;
    }

    async fn standings(&self, guild: GuildId) -> Vec<Standing> {
        let board = self
            .database
            .guild_leaderboard(guild, Range::All, 99, TimeZone::UTC, NOW);
        board.await.unwrap().standings
    }

    /// Returns the newest name of a player, and the number of their sessions.
    async fn history(&self, server: ServerId, name: &str) -> (String, usize) {
        let server = of_guild(&self.database, server);
        let sessions = self
            .database
            .player_sessions(server, player(name), None, 99, NOW);
        let (newest, page) = sessions.await.unwrap().unwrap();
        (newest.to_string(), page.page.len())
    }

    async fn profile(&self, server: ServerId, name: &str) -> Option<Profile> {
        let server = of_guild(&self.database, server);
        let profile = self
            .database
            .player_profile(server, player(name), 7, TimeZone::UTC, NOW);
        profile.await.unwrap()
    }

    /// Returns the persons of a guild as people read them, with their playtime.
    async fn ranking(&self, guild: GuildId) -> Vec<String> {
        let standings = self.standings(guild).await.into_iter();
        let texts = standings.map(|standing| {
            let former = standing.former_names.iter();
            let former: Vec<_> = former.map(|name| name.as_str()).collect();
            let until = standing.until.map_or(0, |at| NOW.0 - at.0);
            let playtime = standing.playtime.as_secs();
            format!("{} {former:?} {until} {playtime}", standing.player.as_str())
        });
        texts.collect()
    }
}

#[tokio::test]
async fn a_player_who_changes_their_name_is_one_person_with_one_history() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    site.played(survival, "Alex", None, (9_000, 8_000)).await;
    site.played(survival, "Alex", Some(ALEX), (7_000, 6_900))
        .await;
    site.played(creative, "Bob", Some(ALEX), (6_000, 5_990))
        .await;
    site.played(survival, "Steve", Some(OFFLINE), (5_000, 4_995))
        .await;
    let expected = [r#"Bob ["Alex"] 0 1110"#, "Steve [] 0 5"];
    assert_eq!(site.ranking(GUILD).await, expected);
    let site = site.restarted().await;
    assert_eq!(site.ranking(GUILD).await, expected);

    // The old name is the newest again, on the same day.
    site.played(survival, "Alex", Some(ALEX), (100, 99)).await;
    let expected = [r#"Alex ["Bob"] 0 1111"#, "Steve [] 0 5"];
    assert_eq!(site.ranking(GUILD).await, expected);
    let site = site.restarted().await;
    assert_eq!(site.ranking(GUILD).await, expected);
}

#[tokio::test]
async fn an_account_that_takes_over_a_name_gets_nothing_of_the_one_before() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", None, (9_000, 8_700)).await;
    site.played(server, "Alex", Some(ALEX), (7_000, 6_500))
        .await;
    site.played(server, "Alex", Some(OTHER), (5_000, 4_900))
        .await;

    // What nobody proved could be of either now, so it stays with the name.
    let expected = ["Alex [] 6500 500", "Alex [] 8700 300", "Alex [] 0 100"];
    assert_eq!(site.ranking(GUILD).await, expected);

    site.played(server, "Bob", Some(ALEX), (4_000, 3_999)).await;
    let expected = [r#"Bob ["Alex"] 0 501"#, "Alex [] 8700 300", "Alex [] 0 100"];
    assert_eq!(site.ranking(GUILD).await, expected);
}

#[tokio::test]
async fn a_guild_learns_nothing_from_what_an_account_did_in_another() {
    let site = Site::new();
    let here = site.linked("survival").await;
    let (there, _) = site.database.link(GuildId(8), "far away", NOW).await;
    site.played(here, "Alex", Some(ALEX), (900, 800)).await;
    site.played(there, "Bob", Some(ALEX), (700, 650)).await;
    site.played(there, "Alex", Some(OTHER), (600, 590)).await;

    assert_eq!(site.ranking(GUILD).await, ["Alex [] 0 100"]);
    assert_eq!(
        site.ranking(GuildId(8)).await,
        ["Bob [] 0 50", "Alex [] 0 10"]
    );
}

#[tokio::test]
async fn who_hides_one_of_their_names_is_not_shown_under_another() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", Some(ALEX), (900, 800)).await;
    site.played(server, "Steve", Some(OTHER), (700, 650)).await;
    site.is_player(7, "Alex").await.unwrap();
    site.hides(7).await;

    site.played(server, "Bob", Some(ALEX), (400, 390)).await;

    assert_eq!(site.ranking(GUILD).await, ["Steve [] 0 50"]);
}

#[tokio::test]
async fn a_profile_is_that_of_the_person_who_has_the_name_and_of_all_their_names() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    site.played(survival, "Alex", None, (9_000, 8_000)).await;
    site.played(survival, "Alex", Some(ALEX), (7_000, 6_900))
        .await;
    site.played(survival, "Bob", Some(ALEX), (6_000, 5_990))
        .await;
    let imported = [(player("Alex"), 70)];
    let server = of_guild(&site.database, survival);
    let database = &site.database;
    database
        .import_playtime(server, &imported, NOW)
        .await
        .unwrap();

    for name in ["Alex", "Bob"] {
        assert_eq!(site.history(survival, name).await, ("Bob".to_owned(), 3));
        let profile = site.profile(survival, name).await.unwrap();
        assert_eq!(profile.player, player("Bob"));
        assert_eq!(profile.former_names, [player("Alex")]);
        assert_eq!(
            (profile.sessions, profile.playtime.total.as_secs()),
            (3, 1_110)
        );
        assert_eq!(
            (profile.imported.as_secs(), profile.is_succeeded),
            (70, false)
        );
        assert_eq!(profile.last_seen.unwrap().0, NOW.0 - 5_990);
    }

    site.played(creative, "Alex", Some(OTHER), (500, 490)).await;
    let taken_over = site.profile(creative, "Alex").await.unwrap();
    assert_eq!(
        (taken_over.player, taken_over.sessions),
        (player("Alex"), 1)
    );
    assert_eq!(taken_over.former_names, []);
    // The one who has the name now was never here.
    let before = site.profile(survival, "Alex").await.unwrap();
    assert_eq!((before.player, before.sessions), (player("Bob"), 2));
    assert_eq!(site.profile(creative, "Bob").await, None);
}
