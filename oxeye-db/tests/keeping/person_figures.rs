//! What is said of one person: everything under all their names, and nothing of another who has had one of them.

use oxeye_db::record::namesakes::AskedPerson;
use oxeye_db::record::person_figures::{AskedBy, PersonFigures};
use oxeye_db::record::profile::Profile;
use oxeye_db::testing::earlier_playtime;
use oxeye_db::{GuildServers, ServerId, Span, TimeZone, UnixSeconds};

use super::persons::{ALEX, OTHER};
use super::site::{GUILD, NOW, Site, of_guild, player};

impl Site {
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

    /// Returns what members see of a player.
    pub(crate) async fn figures(&self, name: &str) -> Option<PersonFigures> {
        let zone = TimeZone::UTC;
        let figures =
            self.database
                .person_figures(GUILD, player(name), AskedBy::Members, zone, NOW);
        figures.await.unwrap()
    }
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
    let imported = [earlier_playtime("Alex", 70)];
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
        let imported = [earlier_playtime(name, seconds)];
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
async fn whoever_has_only_imported_playtime_is_known_in_that_guild() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    for (server, seconds) in [(survival, 70), (creative, 5)] {
        let server = of_guild(&site.database, server);
        let imported = [
            earlier_playtime("OldTimer", seconds),
            earlier_playtime("Idle", 0),
        ];
        let imported = site.database.import_playtime(server, &imported, NOW);
        imported.await.unwrap();
    }

    for name in ["OldTimer", "oldtimer"] {
        let figures = site.figures(name).await.unwrap();
        assert_eq!(figures.player, player("OldTimer"));
        assert_eq!((figures.imported.as_secs(), figures.visits), (75, 0));
        assert_eq!((figures.last_seen, figures.place), (None, None));
    }
    assert_eq!(site.figures("Idle").await, None);
    let elsewhere = site.database.person_figures(
        oxeye_db::GuildId(GUILD.0 + 1),
        player("OldTimer"),
        AskedBy::Members,
        TimeZone::UTC,
        NOW,
    );
    assert_eq!(elsewhere.await.unwrap(), None);
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
async fn whoever_was_on_at_a_moment_is_named_by_their_newest_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let on = async || {
        let (servers, at) = (GuildServers::All(GUILD), UnixSeconds(NOW.0 - 8_500));
        let past = site.database.past_moment(servers, at, NOW).await.unwrap();
        let players = past.servers[0].players.iter();
        let players = players.map(|one| (one.player.to_string(), one.until));
        (players.collect::<Vec<_>>(), past.servers[0].hidden_count)
    };
    let alex = |until| (vec![("Alex".to_owned(), until)], 0);
    site.played(server, "Alex", Some(ALEX), (9_000, 8_000))
        .await;
    assert_eq!(on().await, alex(None));

    site.played(server, "Alex", Some(OTHER), (700, 650)).await;
    assert_eq!(on().await, alex(Some(UnixSeconds(NOW.0 - 8_000))));
    site.played(server, "Bob", Some(ALEX), (400, 390)).await;
    assert_eq!(on().await, (vec![("Bob".to_owned(), None)], 0));

    site.is_player(7, "Bob").await.unwrap();
    site.database.hide_member(GUILD, 7, NOW).await.unwrap();
    assert_eq!(on().await, (vec![], 1));
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
