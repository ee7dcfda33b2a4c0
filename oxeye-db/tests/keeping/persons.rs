//! One person, one history: the leaderboard of a guild counts persons, by their newest names.

use oxeye_db::record::leaderboard::Standing;
use oxeye_db::testing::who_played_most;
use oxeye_db::{GuildId, GuildServers, Range, ServerId, TimeZone, Uuid};

use super::site::{GUILD, NOW, Site};

pub(crate) const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
pub(crate) const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

impl Site {
    /// Reports a stay that began and ended this many seconds ago.
    pub(crate) async fn played(
        &self,
        server: ServerId,
        name: &str,
        uuid: Option<Uuid>,
        ago: (i64, i64),
    ) {
        let (from, to) = (NOW.0 - ago.0, NOW.0 - ago.1);
        match uuid {
            Some(uuid) => self.join_as(server, name, uuid, from).await,
            None => self.join(server, name, from).await,
        }
        self.leave(server, name, to).await;
    }

    async fn standings(&self, guild: GuildId) -> Vec<Standing> {
        let question = who_played_most(GuildServers::All(guild), Range::All, 99, TimeZone::UTC);
        let board = self.database.leaderboard(question, NOW);
        board.await.unwrap().unwrap().standings
    }

    /// Returns the persons of a guild as people read them, with their playtime.
    async fn ranking(&self, guild: GuildId) -> Vec<String> {
        let standings = self.standings(guild).await.into_iter();
        let texts = standings.map(|standing| {
            let former = standing.former_names.iter();
            let former: Vec<_> = former.map(|name| name.as_str()).collect();
            let until = standing.until.map_or(0, |at| NOW.0 - at.0);
            let playtime = standing.amount;
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
