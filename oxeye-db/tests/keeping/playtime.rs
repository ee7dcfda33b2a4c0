//! Imported playtime from before Oxeye.

use oxeye_db::{EventError, PortableRecord, ServerId};

use crate::site::{NOW, Site, of_guild, player};

impl Site {
    async fn playtimes(&self) -> Vec<(String, u32)> {
        let mut playtimes = Vec::new();
        let mut export = self.database.export();
        while let Some(chunk) = export.next_chunk().await {
            for record in chunk.unwrap() {
                if let PortableRecord::ImportedPlaytime(_, player, seconds) = record {
                    playtimes.push((player.as_str().to_owned(), seconds));
                }
            }
        }
        playtimes.sort();
        playtimes
    }

    async fn import_playtime(&self, server: ServerId, players: &[(&str, u32)]) -> usize {
        let players = players
            .iter()
            .map(|(name, seconds)| (player(name), *seconds));
        let players: Vec<_> = players.collect();
        let imported = self
            .database
            .import_playtime(of_guild(&self.database, server), &players, NOW)
            .await;
        imported.unwrap()
    }
}

#[tokio::test]
async fn imported_playtime_replaces_what_was_imported_before() {
    let site = Site::new();
    let server = site.linked("survival").await;

    assert_eq!(
        site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
            .await,
        2
    );
    assert_eq!(
        site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
            .await,
        0
    );
    assert_eq!(site.import_playtime(server, &[("Alex", 50)]).await, 1);

    let site = site.restarted().await;
    let expected = [("Alex".to_owned(), 50), ("Steve".to_owned(), 90)];
    assert_eq!(site.playtimes().await, expected);
    assert!(
        site.online(server).is_empty(),
        "imported playtime is not a session"
    );
}

#[tokio::test]
async fn of_a_player_who_is_listed_twice_the_last_value_counts() {
    let site = Site::new();
    let server = site.linked("survival").await;

    site.import_playtime(server, &[("Alex", 60), ("Alex", 70)])
        .await;

    assert_eq!(site.playtimes().await, [("Alex".to_owned(), 70)]);
}

#[tokio::test]
async fn imported_playtime_is_deleted_with_the_player() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
        .await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().imported_playtimes, 1);
    assert_eq!(site.playtimes().await, [("Steve".to_owned(), 90)]);
}

#[tokio::test]
async fn playtime_for_a_removed_server_is_refused() {
    let site = Site::new();

    let server = of_guild(&site.database, site.linked("survival").await);
    site.database.remove_server(server, NOW).await.unwrap();
    let players = [(player("Alex"), 60)];
    let refused = site.database.import_playtime(server, &players, NOW).await;

    assert!(matches!(refused, Err(EventError::NotLinked)));
}
