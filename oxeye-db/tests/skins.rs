//! Which skins are stored, for how long, and what a picture shows of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::ops::Range;
use std::time::Duration;

use oxeye_db::testing::{TestStore, join, leave, player};
use oxeye_db::{
    GuildId, JoinEvent, NewSkin, ServerId, SkinAnswer, SkinId, StoreSkinError, TextureHash,
    UnixSeconds,
};

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(100_000_000);
const DAY: Duration = Duration::from_secs(86_400);

/// A linked server with a store of its own.
struct Server {
    database: TestStore,
    id: ServerId,
}

fn texture(number: u16) -> TextureHash {
    let [high, low] = number.to_be_bytes();
    let mut hash = [7; 32];
    (hash[0], hash[1]) = (high, low);
    TextureHash(hash)
}

fn skin(number: u8) -> NewSkin {
    NewSkin {
        id: SkinId([number; 32]),
        png: vec![number],
        head: [number; 192],
    }
}

impl Server {
    async fn linked() -> Self {
        let database = TestStore::new(NOW);
        let (id, _) = database.link(GUILD, "survival", NOW).await;
        Self { database, id }
    }

    async fn restarted(mut self) -> Self {
        self.database = self.database.restarted(NOW).await;
        self
    }

    async fn join(&self, name: &str, texture: TextureHash, now: UnixSeconds) -> SkinAnswer {
        let event = JoinEvent {
            texture_hash: Some(texture),
            ..join(name)
        };
        let joined = self.database.player_join(self.id, event, now).await;
        joined.unwrap()
    }

    async fn leave(&self, name: &str) {
        let left = self.database.player_leave(self.id, leave(name), NOW);
        left.await.unwrap();
    }

    async fn skin(
        &self,
        name: &str,
        texture: TextureHash,
        number: u8,
        now: UnixSeconds,
    ) -> Result<(), StoreSkinError> {
        self.database
            .store_skin(self.id, &player(name), texture, skin(number), now)
            .await
    }

    /// Makes a player join once per texture, and sends all those skins.
    async fn log_in(&self, name: &str, textures: Range<u16>, number: u8, now: UnixSeconds) {
        let mut sent = tokio::task::JoinSet::new();
        for texture in textures.map(texture) {
            self.join(name, texture, now).await;
            let (database, server, player) = (self.database.clone(), self.id, player(name));
            sent.spawn(async move {
                let skin = skin(number);
                database
                    .store_skin(server, &player, texture, skin, now)
                    .await
            });
        }
        assert!(sent.join_all().await.into_iter().all(|sent| sent.is_ok()));
    }

    /// Whether the skin with this number is stored.
    async fn has(&self, number: u8) -> bool {
        let head = self.database.head(SkinId([number; 32])).await;
        head.unwrap().is_some()
    }

    async fn picture(&self) -> std::sync::Arc<[u8]> {
        let picture = self
            .database
            .status_picture(self.database.guild_server(GUILD, self.id).unwrap())
            .await;
        picture.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_skin_is_accepted_only_for_a_player_who_wears_it() {
    let server = Server::linked().await;
    server.join("Alex", texture(1), NOW).await;
    server.join("Steve", texture(2), NOW).await;

    for (name, worn) in [
        ("Alex", texture(2)),
        ("Alex", texture(3)),
        ("Nobody", texture(1)),
    ] {
        let refused = server.skin(name, worn, 9, NOW).await;
        assert!(
            matches!(refused, Err(StoreSkinError::NotReported)),
            "{name}"
        );
    }

    assert!(!server.has(9).await);
    server.skin("Alex", texture(1), 1, NOW).await.unwrap();
    assert!(server.has(1).await);
}

#[tokio::test]
async fn for_a_player_who_has_left_a_skin_is_added_but_none_is_replaced() {
    let server = Server::linked().await;
    server.join("Alex", texture(1), NOW).await;
    server.leave("Alex").await;
    server.skin("Alex", texture(1), 1, NOW).await.unwrap();
    let known = server.join("Steve", texture(1), NOW).await;
    assert_eq!(known, SkinAnswer::Known);

    server.skin("Alex", texture(1), 9, NOW).await.unwrap();
    assert!(!server.has(9).await);

    // A player who wears the texture may replace its skin; the old one is deleted.
    server.skin("Steve", texture(1), 2, NOW).await.unwrap();
    assert!(server.has(2).await && !server.has(1).await);
}

#[tokio::test]
async fn a_picture_is_drawn_again_only_when_a_texture_leads_to_another_skin() {
    let server = Server::linked().await;
    server.join("Alex", texture(1), NOW).await;
    let without = server.picture().await;
    server.skin("Alex", texture(1), 1, NOW).await.unwrap();
    let with = server.picture().await;
    assert_ne!(without, with);

    server.skin("Alex", texture(1), 1, NOW).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&with, &server.picture().await));

    server.skin("Alex", texture(1), 2, NOW).await.unwrap();
    assert_ne!(with, server.picture().await);
}

#[tokio::test]
async fn a_skin_that_nobody_has_worn_for_thirty_days_is_dropped_and_asked_for_again() {
    let server = Server::linked().await;
    for (name, number) in [("Alex", 1), ("Steve", 2), ("Efe", 3)] {
        server.join(name, texture(number.into()), NOW).await;
        server
            .skin(name, texture(number.into()), number, NOW)
            .await
            .unwrap();
    }
    // Alex stays online. Steve joins again after ten days, and Efe never does.
    server.leave("Steve").await;
    server.leave("Efe").await;
    server.join("Steve", texture(2), NOW.plus(10 * DAY)).await;
    server.leave("Steve").await;

    let later = NOW.plus(31 * DAY);
    assert_eq!(server.database.prune_skins(later).await.unwrap(), 1);
    assert_eq!(server.database.prune_skins(later).await.unwrap(), 0);

    assert!(server.has(1).await && server.has(2).await && !server.has(3).await);
    let server = server.restarted().await;
    assert_eq!(
        server.join("Alex", texture(1), later).await,
        SkinAnswer::Known
    );
    assert_eq!(
        server.join("Steve", texture(2), later).await,
        SkinAnswer::Known
    );
    assert_eq!(
        server.join("Efe", texture(3), later).await,
        SkinAnswer::Wanted
    );
}

#[tokio::test]
async fn only_the_newest_four_thousand_textures_of_a_server_are_kept() {
    let server = Server::linked().await;
    for first in (0..5_000).step_by(500) {
        let now = NOW.plus(Duration::from_secs(first.into()));
        let skin = if first < 4_500 { 1 } else { 2 };
        server.log_in("Alex", first..first + 500, skin, now).await;
    }
    let now = NOW.plus(Duration::from_secs(5_000));

    assert_eq!(
        server.database.prune_skins(now).await.unwrap(),
        5_000 - 4_096
    );

    assert!(server.has(1).await && server.has(2).await);
    assert_eq!(
        server.join("Alex", texture(4_999), now).await,
        SkinAnswer::Known
    );
    assert_eq!(
        server.join("Alex", texture(0), now).await,
        SkinAnswer::Wanted
    );
}

#[tokio::test]
async fn a_texture_that_is_no_longer_in_memory_still_appears_in_the_picture() {
    let server = Server::linked().await;
    server.join("Alex", texture(5_000), NOW).await;
    server.skin("Alex", texture(5_000), 1, NOW).await.unwrap();
    let picture = server.picture().await;

    for first in (0..4_500).step_by(500) {
        server.log_in("Steve", first..first + 500, 2, NOW).await;
    }
    server.leave("Steve").await;

    assert_eq!(picture, server.picture().await);
}

#[tokio::test]
async fn the_skin_that_a_player_changed_to_while_on_is_still_worn_after_a_restart() {
    let server = Server::linked().await;
    for number in [1, 2] {
        server.join("Alex", texture(number.into()), NOW).await;
        let sent = server.skin("Alex", texture(number.into()), number, NOW);
        sent.await.unwrap();
    }
    let picture = server.picture().await;

    let server = server.restarted().await;

    assert_eq!(picture, server.picture().await);
    let replaced = server.skin("Alex", texture(2), 3, NOW).await;
    assert!(replaced.is_ok() && server.has(3).await && !server.has(2).await);
}
