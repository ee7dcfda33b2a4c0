//! Members who hide what they do in Discord, whether or not they are linked to a player.

use std::collections::BTreeSet;

use oxeye_db::testing::{player, server_name};
use oxeye_db::{Hiding, LinkedMember, Place, PortableRecord, PresenceKinds, StoreError, UserId};

use crate::site::{ALEX, BEA, GUILD, OTHER, STRANGER, Site, at};

impl Site {
    async fn hides(&self, user: UserId, now: i64) -> Option<Hiding> {
        let hidden = self.store.hide_member(GUILD, user.0, at(now));
        hidden.await.unwrap()
    }

    async fn shows_again(&self, user: UserId) -> Option<Hiding> {
        self.store.show_member(GUILD, user.0).await.unwrap()
    }

    async fn hidden(&self) -> BTreeSet<UserId> {
        self.store.hidden_members(GUILD).await.unwrap()
    }

    /// Links a member to a player who is on a server of the guild.
    async fn is_player(&self, user: UserId, name: &str, now: i64) {
        let (_, key) = self.store.link(GUILD, "survival", at(now)).await;
        let server = self.store.authenticate(&key, at(now)).unwrap();
        let join = oxeye_db::testing::join(name);
        let joined = self.store.player_join(server.reporter, join, at(now));
        joined.await.unwrap();
        let linked = self
            .store
            .link_member(GUILD, user.0, player(name), None, at(now));
        linked.await.unwrap();
    }
}

#[tokio::test]
async fn a_member_without_a_player_hides_and_still_does_after_a_restart() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;

    let hiding = site.hides(ALEX, 10).await.unwrap();
    site.hides(ALEX, 20).await;

    assert_eq!((hiding.linked, hiding.is_joined), (None, true));
    let site = site.restarted(30).await;
    assert_eq!(site.hidden().await, BTreeSet::from([ALEX]));
    let presence = site.presence();
    assert_eq!(presence.hidden_since(GUILD, ALEX), Some(at(10)));
    assert_eq!(presence.hidden_since(OTHER, ALEX), None);

    assert!(site.shows_again(ALEX).await.is_some());

    let site = site.restarted(40).await;
    assert!(site.hidden().await.is_empty());
}

#[tokio::test]
async fn nobody_hides_of_whom_nothing_is_kept() {
    let site = Site::with_alex().await;

    assert_eq!(site.hides(STRANGER, 10).await, None);
    assert_eq!(site.shows_again(STRANGER).await, None);
    assert!(site.hidden().await.is_empty());

    site.hides(ALEX, 10).await.unwrap();
    site.presence().leave(GUILD, ALEX).await.unwrap();
    assert!(site.hidden().await.is_empty());
    site.joins(ALEX, 100).await;
    assert!(site.hidden().await.is_empty(), "they left as if for good");
}

#[tokio::test]
async fn a_link_that_begins_later_hides_the_player_and_hiding_outlasts_it() {
    let site = Site::with_alex().await;
    site.hides(ALEX, 10).await.unwrap();

    site.is_player(ALEX, "Alex", 20).await;

    assert!(site.store.hides(GUILD, &player("Alex")));
    let unlinked = site.store.unlink_member(GUILD, ALEX.0).await.unwrap();
    assert_eq!(unlinked.unwrap().hidden_since, Some(at(10)));
    assert!(!site.store.hides(GUILD, &player("Alex")));
    let site = site.restarted(30).await;
    assert_eq!(site.hidden().await, BTreeSet::from([ALEX]));
}

#[tokio::test]
async fn a_player_who_hides_joins_as_a_member_who_hides() {
    let site = Site::new().await;
    site.is_player(ALEX, "Alex", 0).await;
    let hiding = site.hides(ALEX, 10).await.unwrap();
    assert!(hiding.linked.is_some() && !hiding.is_joined);

    let joined = site.store.join_presence(GUILD, ALEX, at(20));
    joined.await.unwrap();

    assert_eq!(site.presence().hidden_since(GUILD, ALEX), Some(at(10)));
    site.store.unlink_member(GUILD, ALEX.0).await.unwrap();
    assert_eq!(site.hidden().await, BTreeSet::from([ALEX]));
    let shown = site.shows_again(ALEX).await.unwrap();
    assert_eq!((shown.linked, shown.is_joined), (None, true));
    assert!(site.hidden().await.is_empty());
}

#[tokio::test]
async fn a_player_hides_and_shows_although_the_file_of_presence_is_lost() {
    let site = Site::with_alex().await;
    site.is_player(ALEX, "Alex", 0).await;
    let file = site.store.folder().join("oxeye-presence.db");
    std::fs::remove_file(file).unwrap();

    let hidden = site.store.hide_member(GUILD, ALEX.0, at(10)).await;

    assert!(matches!(hidden, Err(StoreError::Lost(_))), "{hidden:?}");
    assert!(site.store.hides(GUILD, &player("Alex")));
    assert_eq!(site.hidden().await, BTreeSet::from([ALEX]));
    let shown = site.store.show_member(GUILD, ALEX.0).await;
    assert!(matches!(shown, Err(StoreError::Lost(_))), "{shown:?}");
    assert!(!site.store.hides(GUILD, &player("Alex")));
}

#[tokio::test]
async fn a_link_that_is_imported_hides_the_player_of_a_member_who_hides() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;
    site.hides(ALEX, 10).await.unwrap();
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let link = |user: UserId, name: &str| LinkedMember {
        guild: GUILD,
        user: user.0,
        player: player(name),
        account: None,
        linked_at: at(5),
        confirmed_by: None,
        hidden_since: None,
    };
    let links = [link(ALEX, "Alex"), link(BEA, "Bea")].map(PortableRecord::LinkedMember);
    let records = std::iter::once(PortableRecord::Server(place)).chain(links);

    let imported = site.store.import(records.collect(), None, at(20)).await;

    assert_eq!(imported.unwrap().added, 2);
    assert!(site.store.hides(GUILD, &player("Alex")));
    assert!(!site.store.hides(GUILD, &player("Bea")));
}

#[tokio::test]
async fn a_guild_that_switches_sessions_off_deletes_that_a_member_hides() {
    let site = Site::with_alex().await;
    site.hides(ALEX, 10).await.unwrap();
    let set_up = |kinds, now| site.presence().set_up(GUILD, kinds, at(now));

    set_up(PresenceKinds::NONE, 20).await.unwrap();
    set_up(PresenceKinds::all(), 30).await.unwrap();
    site.joins(ALEX, 40).await;

    assert!(site.hidden().await.is_empty(), "nothing was kept of them");
}
