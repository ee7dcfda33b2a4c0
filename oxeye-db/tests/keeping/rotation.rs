//! A key that is replaced while its server reports.

use oxeye_db::testing::join;
use oxeye_db::{
    ApiKey, EventBatch, HeartbeatEvent, IssuedCode, JoinEvent, LinkCode, RedeemError, RedeemedCode,
    RotateKeyError, ServerEvent, UnixSeconds,
};

use crate::site::{DAY, GUILD, NOW, Site, of_guild, server_name};

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(NOW.0 + seconds)
}

impl Site {
    async fn code(&self, server: &str, now: UnixSeconds) -> Result<IssuedCode, RotateKeyError> {
        let (server, _) = self
            .database
            .find_server(GUILD, &server_name(server))
            .unwrap();
        self.database.rotate_key(server, now).await
    }

    async fn redeems(
        &self,
        code: &LinkCode,
        now: UnixSeconds,
    ) -> Result<RedeemedCode, RedeemError> {
        self.database.redeem_link_code(code, now).await
    }

    /// Gives a server its next key.
    async fn rotated(&self, server: &str, now: UnixSeconds) -> ApiKey {
        let code = self.code(server, now).await.unwrap().code;
        let redeemed = self.redeems(&code, now).await.unwrap();
        assert!(redeemed.replaces_key);
        redeemed.api_key
    }

    fn accepts(&self, key: &ApiKey, now: UnixSeconds) -> bool {
        self.database.authenticate(key, now).is_some()
    }

    async fn uses(&self, key: &ApiKey, now: UnixSeconds) {
        let used = self.database.use_key(key, now).await;
        used.unwrap();
    }
}

#[tokio::test]
async fn the_old_key_is_refused_24_hours_after_the_new_one_is_first_used() {
    let site = Site::new();
    let (server, old) = site.database.link(GUILD, "survival", NOW).await;
    let new = site.rotated("survival", at(10)).await;

    // A month without a use changes nothing, and neither does a look-up that is no use.
    assert!(site.accepts(&new, at(30 * DAY)));
    assert!(site.accepts(&old, at(30 * DAY)));
    let linked = site.database.authenticate(&new, at(30 * DAY)).unwrap();
    assert_eq!(linked.id, server);

    site.uses(&new, at(30 * DAY)).await;
    site.uses(&new, at(31 * DAY - 1)).await;
    for site in [site.restarted().await] {
        assert!(site.accepts(&old, at(31 * DAY - 1)));
        assert!(!site.accepts(&old, at(31 * DAY)));
        assert!(site.accepts(&new, at(31 * DAY)));
        // A clock that is set back accepts it again, until it is deleted.
        assert!(site.accepts(&old, at(30 * DAY)));
        site.database
            .delete_replaced_keys(at(31 * DAY), true)
            .await
            .unwrap();
        assert!(!site.accepts(&old, at(30 * DAY)));
        assert!(site.accepts(&new, at(40 * DAY)));
    }
}

#[tokio::test]
async fn the_plugin_goes_on_with_its_events_and_their_numbers() {
    let site = Site::new();
    let (server, old) = site.database.link(GUILD, "survival", NOW).await;
    let send = async |key: &ApiKey, first: u64, name: &str| {
        let reporter = site.database.use_key(key, at(60)).await.unwrap().reporter;
        let event = JoinEvent {
            at: Some(at(first.cast_signed())),
            ..join(name)
        };
        let batch = EventBatch {
            epoch: 7,
            first_seq: first,
            events: vec![ServerEvent::Join(event)],
        };
        site.database
            .take_events(reporter, batch, at(60))
            .await
            .unwrap()
    };
    let before = site.database.authenticate(&old, NOW).unwrap().reporter;
    send(&old, 1, "Alex").await;
    let new = site.rotated("survival", at(10)).await;
    // The backend's answer to the second was lost, so the plugin sends it again with its new key.
    send(&old, 2, "Steve").await;
    send(&new, 2, "Steve").await;
    send(&new, 3, "jeb_").await;
    send(&old, 4, "Dinnerbone").await;

    assert_eq!(
        site.database.authenticate(&new, NOW).unwrap().reporter,
        before
    );
    assert_eq!(site.online(server), ["Alex", "Steve", "jeb_", "Dinnerbone"]);
    let site = site.restarted().await;
    let now = site.database.authenticate(&new, at(60)).unwrap().reporter;
    let still = site.database.authenticate(&old, at(60)).unwrap().reporter;
    assert_eq!(now, still, "both keys are of one link");
    let heartbeat = HeartbeatEvent {
        players: None,
        heartbeat: None,
        server: None,
        since: None,
        at: None,
    };
    let heard = site.database.heartbeat(still, heartbeat, at(70)).await;
    heard.unwrap();
}

#[tokio::test]
async fn another_rotation_ends_the_unused_key_and_the_one_that_was_replaced() {
    let site = Site::new();
    let (_, first) = site.database.link(GUILD, "survival", NOW).await;
    let lost = site.rotated("survival", NOW).await;
    let second = site.rotated("survival", NOW).await;
    assert!(!site.accepts(&lost, NOW));
    assert!(site.accepts(&first, NOW));

    site.uses(&second, NOW).await;
    let third = site.rotated("survival", at(60)).await;

    assert!(!site.accepts(&first, at(60)));
    assert!(site.accepts(&second, at(60)));
    assert!(site.accepts(&third, at(60)));
}

#[tokio::test]
async fn disconnecting_revokes_all_keys_and_codes_of_a_server() {
    let site = Site::new();
    let (server, old) = site.database.link(GUILD, "survival", NOW).await;
    let new = site.rotated("survival", NOW).await;
    let code = site.code("survival", NOW).await.unwrap().code;

    let of_guild = of_guild(&site.database, server);
    site.database.disconnect(of_guild, NOW).await.unwrap();

    for key in [&old, &new] {
        assert!(!site.accepts(key, NOW));
    }
    let refused = site.code("survival", NOW).await;
    assert!(matches!(refused, Err(RotateKeyError::NoKey)));
    // Not even the plugin that is linked next can be taken over with the code.
    let (again, key) = site.database.link(GUILD, "survival", NOW).await;
    assert_eq!(again, server);
    let refused = site.redeems(&code, NOW).await;
    assert!(matches!(refused, Err(RedeemError::UnknownCode)));
    assert!(site.accepts(&key, NOW));
}

#[tokio::test]
async fn a_removed_server_takes_its_codes_along_and_a_renamed_one_keeps_them() {
    let site = Site::new();
    let (server, old) = site.database.link(GUILD, "survival", NOW).await;
    let code = site.code("survival", NOW).await.unwrap().code;
    let of_guild = of_guild(&site.database, server);
    let renamed = site.database.rename_server(of_guild, server_name("main"));
    renamed.await.unwrap();

    let new = site.redeems(&code, NOW).await.unwrap().api_key;
    assert!(site.accepts(&new, NOW) && site.accepts(&old, NOW));

    let code = site.code("main", NOW).await.unwrap().code;
    site.database.remove_server(of_guild, NOW).await.unwrap();
    let refused = site.redeems(&code, NOW).await;
    assert!(matches!(refused, Err(RedeemError::UnknownCode)));
    let refused = site.database.rotate_key(of_guild, NOW).await;
    assert!(matches!(refused, Err(RotateKeyError::Unknown)));
}

#[tokio::test]
async fn a_member_gets_no_code_where_the_bot_was_removed() {
    let site = Site::new();
    site.database.link(GUILD, "survival", NOW).await;
    let (server, _) = site
        .database
        .find_server(GUILD, &server_name("survival"))
        .unwrap();
    site.database.guild_removed(GUILD, NOW).await.unwrap();

    let refused = site.database.rotate_key_for_member(server, NOW).await;

    assert!(matches!(refused, Err(RotateKeyError::BotRemoved)));
    site.database.rotate_key(server, NOW).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_was_ahead_lets_no_replaced_key_live_for_ever() {
    let site = Site::new();
    let (_, old) = site.database.link(GUILD, "survival", NOW).await;
    let new = site.rotated("survival", NOW).await;
    site.uses(&new, at(365 * DAY)).await;
    assert!(site.accepts(&old, at(300 * DAY)));

    site.database
        .delete_replaced_keys(at(60), false)
        .await
        .unwrap();

    assert!(site.accepts(&old, at(59 + DAY)));
    assert!(!site.accepts(&old, at(60 + DAY)));
}
