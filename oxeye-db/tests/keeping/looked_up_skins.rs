//! Skins that Mojang names for accounts: whose are missing, what a picture shows, and how long they are kept.

use std::sync::Arc;

use oxeye_db::{
    JoinEvent, NewSkin, ServerId, SkinId, SkinlessAccount, TextureHash, UnixSeconds, Uuid,
};

use super::site::{DAY, NOW, Site, of_guild, player};

const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const STEVE: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);
const FLOODGATE: Uuid = Uuid::from_u128(0x0009_01f1_2345_6789);

fn skin(number: u8) -> NewSkin {
    NewSkin {
        id: SkinId([number; 32]),
        png: vec![number],
        head: [number; 192],
    }
}

fn later(days: i64) -> UnixSeconds {
    UnixSeconds(NOW.0 + days * DAY)
}

impl Site {
    async fn skinless(&self, server: ServerId, now: UnixSeconds) -> Vec<SkinlessAccount> {
        self.database.skinless_accounts(server, now).await.unwrap()
    }

    async fn looks_up(&self, server: ServerId, account: Uuid, skin: Option<NewSkin>) {
        let accounts = self.skinless(server, NOW).await;
        let account = accounts.iter().find(|skinless| skinless.uuid == account);
        let kept = self
            .database
            .keep_looked_up_skin(*account.unwrap(), skin, NOW);
        kept.await.unwrap();
    }

    async fn joins_with(&self, server: ServerId, name: &str, account: Uuid, texture: u8) {
        let event = JoinEvent {
            player: player(name),
            texture_hash: Some(TextureHash([texture; 32])),
            uuid: Some(account),
            at: None,
        };
        let joined = self.database.player_join(server, event, NOW);
        joined.await.unwrap();
    }

    async fn sends(&self, server: ServerId, name: &str, texture: u8, skin: NewSkin) {
        let (player, texture) = (player(name), TextureHash([texture; 32]));
        let stored = self
            .database
            .store_skin(server, &player, texture, skin, NOW);
        stored.await.unwrap();
    }

    async fn picture(&self, server: ServerId) -> Arc<[u8]> {
        let server = of_guild(&self.database, server);
        self.database.status_picture(server).await.unwrap().unwrap()
    }

    async fn has(&self, skin: u8) -> bool {
        let head = self.database.head(SkinId([skin; 32])).await.unwrap();
        head.is_some()
    }

    async fn is_looked_up(&self, account: Uuid) -> bool {
        let found = self.database.looked_up_at(vec![account]).await.unwrap();
        found[0].is_some()
    }
}

#[tokio::test]
async fn a_skin_that_was_looked_up_is_shown_on_every_server_and_kept() {
    let site = Site::new();
    let (survival, creative) = (site.linked("survival").await, site.linked("creative").await);
    site.join_as(survival, "Alex", ALEX, NOW.0).await;
    site.join_as(creative, "Alex", ALEX, NOW.0).await;
    let without = site.picture(survival).await;
    assert_eq!(without, site.picture(creative).await);

    site.looks_up(survival, ALEX, Some(skin(1))).await;

    let with = site.picture(survival).await;
    assert!(with != without && with == site.picture(creative).await);
    let site = site.restarted().await;
    assert_eq!(with, site.picture(survival).await);
    assert!(site.is_looked_up(ALEX).await);

    site.looks_up(survival, ALEX, None).await;
    assert_eq!(without, site.picture(survival).await);
    assert!(site.is_looked_up(ALEX).await && !site.has(1).await);
}

#[tokio::test]
async fn only_accounts_of_mojang_are_looked_up_in_the_order_of_the_picture() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ALEX, NOW.0).await;
    site.join_as(server, "Offline", OFFLINE, NOW.0 + 1).await;
    site.join_as(server, ".Bedrock", FLOODGATE, NOW.0 + 2).await;
    site.join(server, "Unknown", NOW.0 + 3).await;
    site.join_as(server, "Steve", STEVE, NOW.0 + 4).await;

    let site = site.restarted().await;

    let skinless = site.skinless(server, later(1)).await;
    let accounts: Vec<_> = skinless.iter().map(|account| account.uuid).collect();
    assert_eq!(accounts, [ALEX, STEVE]);
    assert!(site.database.is_skinless(&skinless[1], NOW));
    site.leave(server, "Steve", NOW.0 + 5).await;
    assert!(!site.database.is_skinless(&skinless[1], NOW));
}

#[tokio::test]
async fn the_skin_that_the_server_sends_comes_first() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.joins_with(server, "Alex", ALEX, 1).await;
    // The server gets a minute to send it.
    assert_eq!(site.skinless(server, UnixSeconds(NOW.0 + 59)).await, []);
    let account = site.skinless(server, UnixSeconds(NOW.0 + 60)).await[0];

    let kept = site
        .database
        .keep_looked_up_skin(account, Some(skin(2)), NOW);
    kept.await.unwrap();
    let looked_up = site.picture(server).await;
    site.sends(server, "Alex", 1, skin(3)).await;

    let sent = site.picture(server).await;
    assert_ne!(looked_up, sent);
    assert_eq!(site.skinless(server, later(1)).await, []);
    let kept = site
        .database
        .keep_looked_up_skin(account, Some(skin(4)), NOW);
    kept.await.unwrap();
    assert!(Arc::ptr_eq(&sent, &site.picture(server).await));
}

#[tokio::test]
async fn a_skin_is_published_only_where_something_else_is_shown() {
    let site = Site::new();
    let (survival, creative) = (site.linked("survival").await, site.linked("creative").await);
    site.join_as(survival, "Alex", ALEX, NOW.0).await;
    site.join_as(creative, "Steve", STEVE, NOW.0).await;
    // The joins are published before this returns.
    site.database.check_files().await.unwrap();
    let mut changes = site.database.changes();

    site.looks_up(survival, ALEX, Some(skin(1))).await;
    site.looks_up(survival, ALEX, Some(skin(1))).await;
    site.looks_up(creative, STEVE, Some(skin(2))).await;

    for server in [survival, creative] {
        let change = changes.next().await.unwrap();
        let oxeye_db::FeedEvent::Server(change) = change else {
            panic!("{change:?}");
        };
        assert_eq!(change.server, server);
    }
}

#[tokio::test]
async fn a_forgotten_player_leaves_no_account_unless_somebody_else_has_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ALEX, NOW.0).await;
    site.join_as(server, "Steve", STEVE, NOW.0).await;
    let (elsewhere, _) = site
        .database
        .link(oxeye_db::GuildId(8), "far away", NOW)
        .await;
    site.join_as(elsewhere, "Stephen", STEVE, NOW.0).await;
    site.looks_up(server, ALEX, Some(skin(1))).await;
    site.looks_up(server, STEVE, Some(skin(2))).await;
    let account = site.skinless(server, NOW).await;
    let alex = account.into_iter().find(|account| account.uuid == ALEX);

    for name in ["Alex", "Steve"] {
        let forgotten = site.database.forget_player(player(name), NOW);
        assert!(forgotten.await.unwrap().unwrap().is_wiped);
    }

    assert!(!site.is_looked_up(ALEX).await && !site.has(1).await);
    assert!(site.is_looked_up(STEVE).await && site.has(2).await);
    // An answer that was under way comes too late.
    let kept = site
        .database
        .keep_looked_up_skin(alex.unwrap(), Some(skin(1)), NOW);
    assert!(!kept.await.unwrap());
    assert!(!site.is_looked_up(ALEX).await && !site.has(1).await);
    assert_eq!(site.copies_of(ALEX), 0);
    assert!(site.copies_of(STEVE) > 0);
}

#[tokio::test]
async fn what_was_looked_up_is_kept_for_thirty_days_and_no_skin_in_use_is_lost() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ALEX, NOW.0).await;
    site.joins_with(server, "Steve", STEVE, 1).await;
    site.sends(server, "Steve", 1, skin(2)).await;
    site.join_as(server, "Stephen", STEVE, NOW.0).await;
    site.looks_up(server, ALEX, Some(skin(1))).await;
    site.looks_up(server, STEVE, Some(skin(2))).await;

    site.database.prune_skins(later(30)).await.unwrap();
    assert!(site.is_looked_up(ALEX).await && site.has(1).await);

    site.database.prune_skins(later(31)).await.unwrap();
    assert!(!site.is_looked_up(ALEX).await && !site.has(1).await);
    // Steve still wears it, and the server sent it.
    assert!(!site.is_looked_up(STEVE).await && site.has(2).await);
}

#[tokio::test]
async fn what_was_looked_up_goes_with_the_last_server_on_which_the_account_was() {
    let site = Site::new();
    let (survival, creative) = (site.linked("survival").await, site.linked("creative").await);
    site.join_as(survival, "Alex", ALEX, NOW.0).await;
    site.join_as(creative, "Alex", ALEX, NOW.0).await;
    site.join_as(creative, "Steve", STEVE, NOW.0).await;
    site.looks_up(survival, ALEX, Some(skin(1))).await;
    site.looks_up(creative, STEVE, Some(skin(2))).await;

    let remove = |server| {
        let server = of_guild(&site.database, server);
        site.database.remove_server(server, NOW)
    };
    remove(creative).await.unwrap();
    assert!(site.is_looked_up(ALEX).await && site.has(1).await);
    assert!(!site.is_looked_up(STEVE).await && !site.has(2).await);
    assert_eq!(site.copies_of(STEVE), 0);
    let removed = remove(survival).await.unwrap();

    assert!(removed.unwrap().is_wiped);
    assert!(!site.is_looked_up(ALEX).await && !site.has(1).await);
    assert_eq!(site.copies_of(ALEX), 0);
}

#[tokio::test]
async fn what_was_looked_up_goes_with_a_player_of_whom_nothing_is_left() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join_as(server, "Alex", ALEX, NOW.0).await;
    site.looks_up(server, ALEX, Some(skin(1))).await;
    site.leave(server, "Alex", NOW.0 + 60).await;
    let edge = UnixSeconds(NOW.0 + 61);
    site.database.expire_sessions(edge, later(2)).await.unwrap();

    site.database.prune_skins(later(2)).await.unwrap();

    assert!(!site.is_looked_up(ALEX).await && !site.has(1).await);
}

#[tokio::test]
async fn a_skin_that_only_a_lookup_leads_to_outlives_its_texture() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.joins_with(server, "Steve", STEVE, 1).await;
    site.sends(server, "Steve", 1, skin(1)).await;
    site.join_as(server, "Alex", ALEX, NOW.0).await;
    site.looks_up(server, ALEX, Some(skin(1))).await;

    let forgotten = site.database.forget_player(player("Steve"), NOW);
    forgotten.await.unwrap();

    assert!(site.has(1).await);
}
