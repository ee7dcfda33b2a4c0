//! Places on leaderboards: whose they are, and who has none.

use oxeye_db::record::leaderboard::{LeaderboardQuestion, RankedBy, Section};
use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::testing::who_played_most;
use oxeye_db::{GuildServers, Range, SettingChange, ShownToMembers, TimeZone, UnixSeconds};

use super::persons::{ALEX, OTHER};
use super::site::{GUILD, NOW, Site, player};

impl Site {
    /// Returns how many have a place by visits, and that of a member.
    async fn own_place(&self, member: u64) -> (usize, Option<usize>) {
        let question = LeaderboardQuestion {
            servers: GuildServers::All(GUILD),
            by: RankedBy::Visits,
            range: Range::All,
            section: Section::OwnPage { length: 10 },
            member: Some(oxeye_db::UserId(member)),
            zone: TimeZone::UTC,
        };
        let board = self.database.leaderboard(question, NOW).await;
        let board = board.unwrap().unwrap();
        (board.players, board.own.map(|own| own.place))
    }
}

#[tokio::test]
async fn whoever_hides_has_no_figures_and_no_place() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", Some(ALEX), (900, 100)).await;
    site.played(server, "Steve", Some(OTHER), (700, 650)).await;
    site.is_player(7, "Alex").await.unwrap();
    assert_eq!(site.figures("Steve").await.unwrap().place, Some((2, 2)));
    assert_eq!(site.own_place(7).await, (2, Some(1)));

    site.hides(7).await;

    assert_eq!(site.figures("Alex").await, None);
    assert_eq!(site.figures("Steve").await.unwrap().place, Some((1, 1)));
    assert_eq!(site.own_place(7).await, (1, None));
    let operator = AskedBy::Operator;
    let zone = TimeZone::UTC;
    let whole = site
        .database
        .person_figures(GUILD, player("Alex"), operator, zone, NOW);
    assert_eq!(whole.await.unwrap().unwrap().place, None);
}

#[tokio::test]
async fn a_guild_that_shows_no_rankings_names_no_place_to_its_members() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", Some(ALEX), (900, 100)).await;
    let shown = ShownToMembers {
        rankings: false,
        ..ShownToMembers::default()
    };

    site.sets(SettingChange::Shown(shown)).await;

    assert_eq!(site.figures("Alex").await.unwrap().place, None);
    let (operator, zone) = (AskedBy::Operator, TimeZone::UTC);
    let whole = site
        .database
        .person_figures(GUILD, player("Alex"), operator, zone, NOW);
    assert_eq!(whole.await.unwrap().unwrap().place, Some((1, 1)));
}

#[tokio::test]
async fn an_answer_is_kept_for_a_moment_but_never_shows_whoever_hides() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", None, (900, 100)).await;
    let asks = async |now: i64| {
        let question = who_played_most(GuildServers::All(GUILD), Range::All, 9, TimeZone::UTC);
        let at = UnixSeconds(now);
        let board = site.database.recent_leaderboard(question, at).await;
        board.unwrap().unwrap().players
    };
    assert_eq!(asks(NOW.0).await, 1);
    site.played(server, "Eve", None, (90, 80)).await;
    assert_eq!(asks(NOW.0).await, 1);
    assert_eq!(asks(NOW.0 + 10).await, 2);
    site.is_player(7, "Alex").await.unwrap();
    site.hides(7).await;
    assert_eq!(asks(NOW.0 + 10).await, 1);
    site.played(server, "Bob", None, (60, 50)).await;
    site.sets(SettingChange::Language(None)).await;
    assert_eq!(asks(NOW.0 + 10).await, 2);
}

#[tokio::test]
async fn a_member_has_the_place_of_their_account_also_when_somebody_else_has_its_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for ago in [900, 800, 700] {
        site.played(server, "Alex", Some(ALEX), (ago, ago - 10))
            .await;
    }
    site.is_player(7, "Alex").await.unwrap();
    site.played(server, "Steve", None, (600, 590)).await;
    site.played(server, "Steve", None, (580, 570)).await;
    assert_eq!(site.own_place(7).await, (2, Some(1)));

    site.played(server, "Alex", Some(OTHER), (500, 490)).await;

    assert_eq!(site.own_place(7).await, (3, Some(1)));
    assert_eq!(site.own_place(8).await, (3, None));
}

#[tokio::test]
async fn a_member_of_whom_no_account_is_known_has_not_the_place_of_another_who_has_the_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", None, (900, 890)).await;
    site.is_player(7, "Alex").await.unwrap();
    site.played(server, "Bob", Some(OTHER), (800, 700)).await;
    site.is_player(8, "Bob").await.unwrap();
    assert!(site.own_place(7).await.1.is_some());

    site.played(server, "Alex", Some(OTHER), (600, 500)).await;

    assert_eq!(site.own_place(7).await.1, None);
    assert_eq!(site.own_place(8).await.1, Some(1));
}
