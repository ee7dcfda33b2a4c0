//! The heads of players who are off, in pictures of figures.

use std::sync::Arc;

use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::{PlayerWords, ServerId, SettingChange, ShownToMembers, TextureHash, TimeZone, Uuid};

use crate::site::{GUILD, NOW, Site, player};

const FIRST: TextureHash = TextureHash([1; 32]);
const SECOND: TextureHash = TextureHash([2; 32]);

impl Site {
    /// Returns the picture of a player who was on for no second, so that nothing but the head can differ.
    pub(crate) async fn pictured(&self, name: &str) -> Arc<[u8]> {
        let (by, zone) = (AskedBy::Members, TimeZone::UTC);
        let figures = self
            .database
            .person_figures(GUILD, player(name), by, zone, NOW);
        let figures = figures.await.unwrap().unwrap();
        let words = PlayerWords {
            days: vec!["Wed".to_owned(); figures.days.len()],
            most: String::new(),
        };
        let picture = self.database.player_picture(GUILD, &figures, words);
        picture.await.unwrap()
    }
}

/// Alex is on and wears a skin, and Steve is on without one. Returns Alex's picture, too.
async fn alex_with_a_skin() -> (Site, ServerId, Arc<[u8]>) {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.joins_in(server, "Alex", FIRST).await;
    site.sends_skin(server, "Alex", FIRST, 7).await;
    site.join(server, "Steve", NOW.0).await;
    let worn = site.pictured("Alex").await;
    (site, server, worn)
}

#[tokio::test]
async fn a_player_who_is_off_has_the_head_that_they_wore_last() {
    let (site, server, worn) = alex_with_a_skin().await;
    let default = site.pictured("Steve").await;
    assert_ne!(worn, default);

    site.leave(server, "Alex", NOW.0).await;
    assert_eq!(site.pictured("Alex").await, worn);
    let site = site.restarted().await;
    assert_eq!(site.pictured("Alex").await, worn);

    site.joins_in(server, "Alex", SECOND).await;
    site.sends_skin(server, "Alex", SECOND, 9).await;
    site.leave(server, "Alex", NOW.0).await;
    let other = site.pictured("Alex").await;
    assert!(other != worn && other != default);
    // Who comes without a skin keeps the last one.
    site.join(server, "Alex", NOW.0).await;
    site.leave(server, "Alex", NOW.0).await;
    assert_eq!(site.pictured("Alex").await, other);
}

#[tokio::test]
async fn a_guild_that_shows_no_heads_has_none_in_its_pictures() {
    let (site, _server, worn) = alex_with_a_skin().await;

    let shown = |heads| {
        SettingChange::Shown(ShownToMembers {
            heads,
            ..ShownToMembers::default()
        })
    };
    site.sets(shown(false)).await;
    let bare = site.pictured("Alex").await;
    assert_ne!(bare, worn);
    assert_eq!(bare, site.pictured("Steve").await);
    site.sets(shown(true)).await;
    assert_eq!(site.pictured("Alex").await, worn);
}

#[tokio::test]
async fn a_player_who_is_forgotten_leaves_no_head_behind() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.joins_in(server, "Alex", FIRST).await;
    site.sends_skin(server, "Alex", FIRST, 7).await;
    site.leave(server, "Alex", NOW.0).await;
    let worn = site.pictured("Alex").await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;
    assert!(forgotten.unwrap().is_some());
    let site = site.restarted().await;
    for name in ["Alex", "Steve"] {
        site.join(server, name, NOW.0).await;
        assert_ne!(site.pictured(name).await, worn, "{name}");
    }
}

#[tokio::test]
async fn nobody_wears_the_head_of_another_who_had_their_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.joins_in(server, "Alex", FIRST).await;
    site.sends_skin(server, "Alex", FIRST, 7).await;
    site.leave(server, "Alex", NOW.0).await;
    let worn = site.pictured("Alex").await;
    let comes = async |account: u128| {
        let account = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_0000 + account);
        site.join_as(server, "Alex", account, NOW.0).await;
        site.leave(server, "Alex", NOW.0).await;
    };

    comes(1).await;
    assert_eq!(site.pictured("Alex").await, worn);
    comes(2).await;
    assert_ne!(site.pictured("Alex").await, worn);
}
