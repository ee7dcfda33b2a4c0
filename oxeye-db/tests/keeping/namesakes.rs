//! Two members of one name, one after the other: what is kept of each is told to them and forgotten alone.

use oxeye_db::testing::earlier_playtime;
use oxeye_db::{Forgotten, JoinEvent, PlayerData, ServerId, TextureHash, UnixSeconds, Uuid};

use crate::members::{ALEX, MODERATOR, STEVE};
use crate::site::{GUILD, NOW, Site, of_guild, player};

pub(crate) const FIRST: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
pub(crate) const SECOND: Uuid = Uuid::from_u128(0x069a_79f4_44e9_4726_a5be_fca9_0e38_aaf5);

/// The member who was called Robin first, and the one who took the name.
pub(crate) const EARLIER: u64 = ALEX;
pub(crate) const TAKER: u64 = STEVE;

impl Site {
    async fn data_of(&self, user: u64) -> PlayerData {
        let data = self.database.player_data_of(GUILD, user, NOW);
        data.await.unwrap()
    }

    /// Returns when the sessions of a member began, the newest first, in seconds before now.
    pub(crate) async fn began(&self, user: u64) -> Vec<i64> {
        let servers = self.data_of(user).await.servers.into_iter();
        let sessions = servers.flat_map(|server| server.sessions);
        sessions
            .map(|session| NOW.0 - session.cursor.joined_at.0)
            .collect()
    }
}

/// A member who hides as Robin, of whom no account is known, and another who is Robin with an account now.
pub(crate) async fn with_a_taker() -> Site {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Robin", NOW.0 - 900, NOW.0 - 890).await;
    site.is_player(EARLIER, "Robin").await.unwrap();
    site.hides(EARLIER).await;
    site.stay_as(server, "Bob", SECOND, NOW.0 - 800).await;
    site.is_player(TAKER, "Bob").await.unwrap();
    site.stay_as(server, "Robin", SECOND, NOW.0 - 700).await;
    assert_eq!(site.members().await.len(), 2);
    site
}

#[tokio::test]
async fn each_of_two_members_of_one_name_is_told_only_what_is_theirs() {
    let site = with_a_taker().await;

    assert_eq!(site.began(EARLIER).await, [900]);
    assert_eq!(site.data_of(EARLIER).await.accounts, []);
    assert_eq!(site.began(TAKER).await, [700, 800]);
    let accounts = site.data_of(TAKER).await.accounts;
    assert_eq!(accounts.len(), 2);
    assert!(accounts.iter().all(|one| one.uuid == SECOND));
}

#[tokio::test]
async fn whoever_took_a_name_forgets_neither_the_link_nor_the_sessions_of_the_other() {
    let site = with_a_taker().await;

    let forgotten = site.database.forget_player_of(GUILD, TAKER, NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().sessions, 2);
    let site = site.restarted().await;
    assert_eq!(site.members().await, [(EARLIER, "Robin".to_owned())]);
    assert!(site.database.hides(GUILD, &player("Robin")));
    assert_eq!(site.began(EARLIER).await, [900]);
    assert_eq!((site.copies_of_id(TAKER), site.copies_of(SECOND)), (0, 0));
}

#[tokio::test]
async fn whoever_had_a_name_first_forgets_neither_the_link_nor_the_sessions_of_the_other() {
    let site = with_a_taker().await;

    let forgotten = site.database.forget_player_of(GUILD, EARLIER, NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().sessions, 1);
    let site = site.restarted().await;
    assert_eq!(site.members().await, [(TAKER, "Robin".to_owned())]);
    assert!(!site.database.hides(GUILD, &player("Robin")));
    assert_eq!(site.began(TAKER).await, [700, 800]);
    assert_eq!(site.copies_of_id(EARLIER), 0);
}

#[tokio::test]
async fn whoever_had_a_name_that_the_operator_forgets_is_linked_and_hides_under_the_others() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Alex", FIRST, NOW.0 - 900).await;
    site.stay_as(server, "Robin", FIRST, NOW.0 - 800).await;
    site.is_player(EARLIER, "Robin").await.unwrap();
    site.hides(EARLIER).await;
    site.stay_as(server, "Robin", SECOND, NOW.0 - 700).await;

    let forgotten = site.database.forget_player(player("Robin"), NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().sessions, 2);
    let site = site.restarted().await;
    assert_eq!(site.members().await, [(EARLIER, "Alex".to_owned())]);
    assert!(site.database.hides(GUILD, &player("Alex")));
    assert_eq!(site.began(EARLIER).await, [900]);
    assert_eq!(site.copies_of(SECOND), 0);
}

/// Two accounts that were Robin one after the other; the second one has the name, and another one first.
pub(crate) async fn with_two_accounts() -> (Site, ServerId) {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Robin", FIRST, NOW.0 - 900).await;
    site.is_player(EARLIER, "Robin").await.unwrap();
    site.stay_as(server, "Bob", SECOND, NOW.0 - 800).await;
    site.is_player(TAKER, "Bob").await.unwrap();
    site.stay_as(server, "Robin", SECOND, NOW.0 - 700).await;
    (site, server)
}

#[tokio::test]
async fn last_seen_shows_whoever_took_the_name_of_somebody_who_hides_and_never_the_one_who_hides() {
    let (site, server) = with_two_accounts().await;
    let listed = || {
        let server = of_guild(&site.database, server);
        let names = site.database.status(server, 100, NOW).unwrap().last_seen;
        let names = names.into_iter().map(|one| one.player_name.to_string());
        names.collect::<Vec<_>>()
    };
    site.hides(EARLIER).await;

    assert_eq!(listed(), ["Robin"], "the taker was there last");
    site.stay_as(server, "Robin", FIRST, NOW.0 - 500).await;
    assert_eq!(listed(), ["Bob"], "the one who hides was");
    site.stay_as(server, "Robin", SECOND, NOW.0 - 400).await;
    assert_eq!(listed(), ["Robin"]);
    site.stay(server, "Robin", NOW.0 - 300, NOW.0 - 290).await;
    assert_eq!(listed(), ["Bob"], "it may have been either");
}

#[tokio::test]
async fn a_join_or_leave_may_name_whoever_has_the_name_then_and_never_the_one_who_hides() {
    let (site, server) = with_two_accounts().await;
    let may_be_named = |name| {
        let server = of_guild(&site.database, server);
        site.database.may_be_named(server, &player(name))
    };
    assert!(may_be_named("Robin"));
    site.hides(EARLIER).await;

    assert!(may_be_named("Robin"), "the taker was there last");
    site.join_as(server, "Robin", FIRST, NOW.0 - 500).await;
    assert!(!may_be_named("Robin"), "the one who hides is on");
    site.leave(server, "Robin", NOW.0 - 450).await;
    assert!(!may_be_named("Robin"), "the one who hides was");
    site.join_as(server, "Robin", SECOND, NOW.0 - 400).await;
    assert!(may_be_named("Robin"), "the taker is on");
    site.leave(server, "Robin", NOW.0 - 350).await;
    assert!(may_be_named("Robin"), "the taker was");
    site.stay(server, "Robin", NOW.0 - 300, NOW.0 - 290).await;
    assert!(!may_be_named("Robin"), "it may have been either");
}

impl Site {
    async fn forgets(&self, user: u64) -> Forgotten {
        let forgotten = self.database.forget_player_of(GUILD, user, NOW);
        forgotten.await.unwrap().unwrap()
    }

    /// A stay in a skin.
    async fn stays_in(&self, server: ServerId, account: Uuid, texture: TextureHash) {
        let event = JoinEvent {
            player: player("Robin"),
            texture_hash: Some(texture),
            uuid: Some(account),
            at: None,
        };
        let joined = self.database.player_join(server, event, NOW);
        joined.await.unwrap();
        let skin = texture.0[0];
        self.sends_skin(server, "Robin", texture, skin).await;
        self.leave(server, "Robin", NOW.0).await;
    }
}

#[tokio::test]
async fn a_notice_goes_with_the_account_that_has_the_name_now() {
    let (site, _) = with_two_accounts().await;
    site.has_told(MODERATOR, "Robin").await;
    let count = async || site.database.notices(None).await.unwrap().len();

    site.forgets(EARLIER).await;
    assert_eq!(count().await, 1);

    site.forgets(TAKER).await;
    assert_eq!(count().await, 0);
    assert_eq!(site.copies_of_id(MODERATOR), 0);
}

#[tokio::test]
async fn an_account_keeps_its_head_when_another_that_had_the_name_is_forgotten() {
    let (site, server) = with_two_accounts().await;
    let (first, second) = (TextureHash([1; 32]), TextureHash([2; 32]));
    site.stays_in(server, FIRST, first).await;
    site.stays_in(server, SECOND, second).await;
    let worn = site.pictured("Robin").await;

    site.forgets(EARLIER).await;

    assert_eq!(site.pictured("Robin").await, worn);
    let site = site.restarted().await;
    assert_eq!(site.pictured("Robin").await, worn);
}

#[tokio::test]
async fn nobody_gets_the_head_of_an_account_that_had_the_name_and_is_forgotten() {
    let (site, server) = with_two_accounts().await;
    let default = site.pictured("Robin").await;
    site.stays_in(server, SECOND, TextureHash([2; 32])).await;
    // A new use of the name, in no skin.
    site.stay_as(server, "Robin", FIRST, NOW.0 + 5).await;

    site.forgets(TAKER).await;

    assert_eq!(site.pictured("Robin").await, default);
}

#[tokio::test]
async fn what_knows_no_account_never_passes_to_the_account_that_is_left_with_the_name() {
    let (site, server) = with_two_accounts().await;
    let lobby = site.linked("lobby").await;
    site.stay(lobby, "Robin", NOW.0 - 600, NOW.0 - 590).await;
    site.leave(server, "Robin", NOW.0 - 650).await;
    let (imported, of_lobby) = (
        [earlier_playtime("Robin", 3600)],
        of_guild(&site.database, lobby),
    );
    let imported = site.database.import_playtime(of_lobby, &imported, NOW);
    imported.await.unwrap();
    assert_eq!(site.began(EARLIER).await, [900], "it may be another's");

    let forgotten = site.forgets(EARLIER).await;

    assert_eq!((forgotten.sessions, forgotten.imported_playtimes), (2, 1));
    let check = async |site: &Site| {
        assert_eq!(site.began(TAKER).await, [700, 800]);
        let data = site.data_of(TAKER).await;
        assert!(data.servers.iter().all(|one| one.imported_secs.is_none()));
        let last_seen: Vec<_> = data.servers.iter().map(|one| one.last_seen).collect();
        assert_eq!(last_seen, [Some(UnixSeconds(NOW.0 - 695))]);
    };
    check(&site).await;
    let site = site.restarted().await;
    check(&site).await;
}

#[tokio::test]
async fn whoever_has_the_name_stays_on_where_accounts_are_unknown_when_the_other_is_forgotten() {
    let (site, _) = with_two_accounts().await;
    let lobby = site.linked("lobby").await;
    site.join(lobby, "Robin", NOW.0 - 600).await;

    site.forgets(EARLIER).await;
    assert_eq!(site.online(lobby), ["Robin"]);
    let site = site.restarted().await;
    assert_eq!(site.online(lobby), ["Robin"]);

    site.forgets(TAKER).await;
    assert_eq!(site.online(lobby), [""; 0]);
    assert_eq!(site.files_with("Robin"), Vec::<String>::new());
}

#[tokio::test]
async fn whoever_hides_is_hidden_after_a_restart_under_a_name_that_sixteen_accounts_had() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for number in 0..16 {
        let account = Uuid::from_u128(FIRST.as_u128() + 16 + number);
        site.stay_as(server, "Alex", account, NOW.0 - 900).await;
    }
    site.stay_as(server, "Robin", FIRST, NOW.0 - 800).await;
    site.is_player(EARLIER, "Robin").await.unwrap();
    site.hides(EARLIER).await;

    site.join_as(server, "Alex", FIRST, NOW.0 - 700).await;

    assert!(site.database.hides(GUILD, &player("Alex")));
    let site = site.restarted().await;
    assert!(site.database.hides(GUILD, &player("Alex")));
    assert_eq!(site.online(server), [""; 0]);
}
