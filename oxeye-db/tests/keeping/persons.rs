//! One person, one history: the leaderboard of a guild counts persons, by their newest names.

use oxeye_db::record::leaderboard::{LeaderboardQuestion, RankedBy, Section, Standing};
use oxeye_db::record::namesakes::AskedPerson;
use oxeye_db::record::person_figures::{AskedBy, PersonFigures};
use oxeye_db::record::profile::Profile;
use oxeye_db::testing::who_played_most;
use oxeye_db::{
    GuildId, GuildServers, Range, ServerId, SettingChange, ShownToMembers, Span, TimeZone,
    UnixSeconds, Uuid,
};

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
        let question = who_played_most(GuildServers::All(guild), Range::All, 99, TimeZone::UTC);
        let board = self.database.leaderboard(question, NOW);
        board.await.unwrap().unwrap().standings
    }

    /// Returns the newest name of a player, and the number of their sessions.
    async fn history(&self, server: ServerId, name: &str) -> (String, usize) {
        let server = of_guild(&self.database, server);
        let sessions =
            self.database
                .player_sessions(server, player(name), Span::ALL, None, 99, NOW);
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

    /// Returns what members see of a player.
    async fn figures(&self, name: &str) -> Option<PersonFigures> {
        let zone = TimeZone::UTC;
        let figures =
            self.database
                .person_figures(GUILD, player(name), AskedBy::Members, zone, NOW);
        figures.await.unwrap()
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

#[tokio::test]
async fn playtime_imported_under_two_names_of_an_account_counts_once_on_each_server() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    site.played(survival, "Alex", Some(ALEX), (9_000, 8_000))
        .await;
    site.played(survival, "Bob", Some(ALEX), (6_000, 5_990))
        .await;
    // Between the two imports, the account was renamed and its world went on counting.
    for (server, name, seconds) in [
        (survival, "Alex", 70),
        (survival, "Bob", 90),
        (creative, "Alex", 5),
    ] {
        let server = of_guild(&site.database, server);
        let imported = [(player(name), seconds)];
        let imported = site.database.import_playtime(server, &imported, NOW);
        imported.await.unwrap();
    }

    for name in ["Alex", "Bob"] {
        let profile = site.profile(survival, name).await.unwrap();
        assert_eq!(profile.imported.as_secs(), 90);
        let figures = site.figures(name).await.unwrap();
        assert_eq!(figures.imported.as_secs(), 95);
    }
}

#[tokio::test]
async fn the_figures_of_a_person_are_those_of_all_servers_and_names() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    site.played(survival, "Alex", Some(ALEX), (9_000, 8_000))
        .await;
    site.played(creative, "Bob", Some(ALEX), (6_000, 5_990))
        .await;
    site.played(survival, "Steve", Some(OTHER), (5_000, 3_000))
        .await;
    site.played(survival, "Eve", None, (2_000, 1_990)).await;
    site.join_as(creative, "Bob", ALEX, NOW.0 - 100).await;

    for name in ["Alex", "Bob", "BOB"] {
        let figures = site.figures(name).await.unwrap();
        assert_eq!(figures.player, player("Bob"));
        assert_eq!(figures.former_names, [player("Alex")]);
        assert_eq!((figures.until, figures.place), (None, Some((2, 3))));
        assert_eq!((figures.visits, figures.longest.as_secs()), (3, 1_000));
        assert_eq!(figures.playtime[2].as_secs(), 1_010);
        assert_eq!(figures.first_seen.unwrap().0, NOW.0 - 9_000);
        let on: Vec<_> = figures
            .on
            .iter()
            .map(|(on, since)| (on.as_str(), since.0))
            .collect();
        assert_eq!(on, [("creative", NOW.0 - 100)]);
        let of_days: u64 = figures
            .days
            .iter()
            .map(|(_, played)| played.as_secs())
            .sum();
        assert_eq!((figures.days.len(), of_days), (14, 1_010));
        assert!(
            figures
                .days
                .windows(2)
                .all(|days| days[0].0.to == days[1].0.from)
        );
        assert!(figures.days[13].0.contains(NOW));
    }
    assert_eq!(site.figures("Nobody").await, None);
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
async fn a_name_that_was_taken_over_means_whoever_has_it_now() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", Some(ALEX), (9_000, 8_000))
        .await;
    site.played(server, "Alex", Some(OTHER), (700, 650)).await;

    let alex = site.figures("Alex").await.unwrap();
    assert_eq!((alex.visits, alex.playtime[2].as_secs()), (1, 50));
    assert_eq!(alex.until, None);
    site.played(server, "Bob", Some(ALEX), (400, 390)).await;
    let bob = site.figures("Bob").await.unwrap();
    assert_eq!((bob.visits, bob.playtime[2].as_secs()), (2, 1_010));
    assert_eq!(bob.former_names, [player("Alex")]);
}

#[tokio::test]
async fn whoever_had_a_name_before_is_found_by_the_time_until_when_they_were_there() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.played(server, "Alex", Some(ALEX), (9_000, 8_000))
        .await;
    let of = |name| site.database.namesakes(GUILD, player(name), NOW);
    assert_eq!(of("Alex").await.unwrap(), []);
    site.played(server, "Alex", Some(OTHER), (700, 650)).await;

    let until = UnixSeconds(NOW.0 - 8_000);
    assert_eq!(of("Alex").await.unwrap(), [until]);
    assert_eq!(of("Nobody").await.unwrap(), []);
    let asks = async |until| {
        let asked = AskedPerson {
            name: player("Alex"),
            until,
        };
        let (by, zone) = (AskedBy::Members, TimeZone::UTC);
        let figures = site.database.person_figures(GUILD, asked, by, zone, NOW);
        figures
            .await
            .unwrap()
            .map(|found| found.playtime[2].as_secs())
    };
    assert_eq!(asks(Some(until)).await, Some(1_000));
    assert_eq!(asks(None).await, Some(50));
    assert_eq!(asks(Some(NOW)).await, None);

    site.is_player(7, "Alex").await.unwrap();
    let knows = |name| site.database.may_mean_somebody(GUILD, &player(name));
    assert!(knows("Alex") && knows("ALEX") && !knows("Nobody"));
    site.played(server, "Eve", None, (90, 80)).await;
    site.is_player(8, "Eve").await.unwrap();
    assert!(knows("eve"));
    site.hides(8).await;
    assert!(!knows("eve"));
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
