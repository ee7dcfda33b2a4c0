//! Notices follow the account, whatever its name.

use uuid::Uuid;

use super::*;
use crate::events::SyncEvent;
use crate::reporter::Reporter;

/// A store with a server, whose plugin reports accounts.
struct Site {
    store: TestStore,
    server: ServerId,
    reporter: Reporter,
}

const FIRST: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const SECOND: Uuid = Uuid::from_u128(0x069a_79f4_44e9_4726_a5be_fca9_0e38_aaf5);

impl Site {
    async fn new() -> Self {
        let store = TestStore::new(NOW);
        let (server, key) = store.link(GUILD, "survival", NOW).await;
        let reporter = store.authenticate(&key, NOW).unwrap().reporter;
        let site = Self {
            store,
            server,
            reporter,
        };
        site.nobody_is_on().await;
        site
    }

    async fn nobody_is_on(&self) {
        let nobody = SyncEvent::default();
        let synced = self.store.sync_players(self.reporter, nobody, NOW);
        synced.await.unwrap();
    }

    async fn joins(&self, name: &str, uuid: Option<Uuid>) {
        let event = JoinEvent { uuid, ..join(name) };
        let joined = self.store.player_join(self.reporter, event, NOW);
        joined.await.unwrap();
    }

    /// The player joins and has left again.
    async fn visits(&self, name: &str, uuid: Option<Uuid>) {
        self.joins(name, uuid).await;
        self.nobody_is_on().await;
    }

    /// Returns the player of the only notice, and whether they are on.
    async fn watched(&self) -> (PlayerName, bool) {
        let notice = self.store.notices(None).await.unwrap().remove(0);
        let watched = HashSet::from([notice.about()]);
        let roster = self.store.watched_roster(self.server, &watched, NOW);
        match roster.unwrap() {
            WatchedRoster::Known(on) => (notice.player, !on.is_empty()),
            WatchedRoster::Unknown => panic!("the roster is known"),
        }
    }
}

#[tokio::test]
async fn a_notice_follows_the_account_to_a_new_name_and_leaves_the_old_one_to_others() {
    let site = Site::new().await;
    site.visits("Alex", Some(FIRST)).await;
    site.store.add_notice(about("Alex"), NOW).await.unwrap();
    assert_eq!(site.watched().await, (player("Alex"), false));

    site.joins("Robin", Some(FIRST)).await;
    assert_eq!(site.watched().await, (player("Robin"), true));
    site.nobody_is_on().await;
    site.joins("Alex", Some(SECOND)).await;
    assert_eq!(site.watched().await, (player("Robin"), false));
    site.nobody_is_on().await;
    // A server that reports no accounts: it may be either.
    site.joins("Alex", None).await;
    assert_eq!(site.watched().await, (player("Robin"), false));
    site.joins("Robin", None).await;
    assert_eq!(site.watched().await, (player("Robin"), true));

    let again = site.store.add_notice(about("Robin"), NOW).await;
    assert!(matches!(again, Err(AddNoticeError::Exists(of)) if of == player("Robin")));
    let other = site.store.add_notice(about("Alex"), NOW).await.unwrap();
    assert_eq!(other.player, player("Alex"), "whoever has the name now");
    assert_eq!(site.store.notices(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_notice_about_a_name_is_about_the_account_that_came_with_it() {
    let site = Site::new().await;
    site.visits("Alex", None).await;
    let added = site.store.add_notice(about("Alex"), NOW).await.unwrap();
    assert_eq!(added.about(), WatchedPlayer::Name(player("Alex")));
    site.joins("Alex", Some(FIRST)).await;
    assert_eq!(site.watched().await, (player("Alex"), true));

    let begun = site.store.begin_notice(added.id, site.server, NOW);
    let begun = begun.await.unwrap().unwrap();

    assert!(matches!(begun.about(), WatchedPlayer::Account(_)));
    site.nobody_is_on().await;
    site.joins("Alex", Some(SECOND)).await;
    assert_eq!(site.watched().await, (player("Alex"), false));
    let restarted = site.store.restarted(NOW).await;
    let kept = restarted.notices(None).await.unwrap().remove(0);
    assert_eq!(kept.about(), begun.about());
}

#[tokio::test]
async fn a_member_with_notices_about_a_name_and_its_account_is_told_once() {
    let site = Site::new().await;
    site.visits("Robin", None).await;
    let by_name = site.store.add_notice(about("Robin"), NOW).await.unwrap();
    site.visits("Alex", Some(FIRST)).await;
    let by_account = site.store.add_notice(about("Alex"), NOW).await.unwrap();
    site.joins("Robin", Some(FIRST)).await;
    let begin = async |notice: &Notice, now| {
        let begun = site.store.begin_notice(notice.id, site.server, now).await;
        begun.unwrap().map(|begun| begun.id)
    };

    assert_eq!(begin(&by_name, NOW).await, None);
    assert_eq!(begin(&by_account, NOW).await, Some(by_account.id));

    for _ in 0..3 {
        let refused = NoticeOutcome::Refused(NOW);
        let settled = site.store.settle_notice(by_account.id, refused);
        settled.await.unwrap();
    }
    let later = UnixSeconds(NOW.0 + 1_800);
    assert_eq!(begin(&by_account, later).await, None, "it is off");
    assert_eq!(begin(&by_name, later).await, Some(by_name.id));
}

#[tokio::test]
async fn a_notice_about_a_name_follows_its_first_account_before_anybody_is_told() {
    let site = Site::new().await;
    site.visits("Alex", None).await;
    let added = site.store.add_notice(about("Alex"), NOW).await.unwrap();
    assert_eq!(added.about(), WatchedPlayer::Name(player("Alex")));
    let mut wakes = site.store.board_changes();

    site.visits("Alex", Some(FIRST)).await;
    assert!(wakes.has_changed().unwrap(), "the bot reads the notices");
    wakes.mark_unchanged();
    site.visits("Robin", Some(FIRST)).await;
    site.joins("Alex", Some(SECOND)).await;

    assert_eq!(site.watched().await, (player("Robin"), false));
    assert!(!wakes.has_changed().unwrap(), "it is about nobody else");
    // The bot may not have read yet whom the notice is about.
    let begun = site.store.begin_notice(added.id, site.server, NOW);
    assert_eq!(begun.await.unwrap(), None);
    site.joins("Robin", Some(FIRST)).await;
    assert_eq!(site.watched().await, (player("Robin"), true));
    let begun = site.store.begin_notice(added.id, site.server, NOW);
    assert_eq!(begun.await.unwrap().unwrap().player, player("Robin"));
    let restarted = site.store.restarted(NOW).await;
    let kept = restarted.notices(None).await.unwrap().remove(0);
    assert_eq!(kept.player, player("Robin"));
}

#[tokio::test]
async fn a_uuid_that_proves_nothing_changes_no_notice() {
    let site = Site::new().await;
    site.visits("Alex", None).await;
    site.store.add_notice(about("Alex"), NOW).await.unwrap();

    let offline = Uuid::from_u128(0x853c_80ef_3c37_39fd_aa49_938b_674a_dae6);
    site.visits("Alex", Some(offline)).await;

    let kept = site.store.notices(None).await.unwrap().remove(0);
    assert_eq!(kept.about(), WatchedPlayer::Name(player("Alex")));
}

#[tokio::test]
async fn somebody_who_hides_is_listed_by_the_name_that_the_member_knows() {
    let site = Site::new().await;
    site.visits("Alex", Some(FIRST)).await;
    site.store.add_notice(about("Alex"), NOW).await.unwrap();
    let linked = site.store.link_member(GUILD, 9, player("Alex"), None, NOW);
    linked.await.unwrap();
    site.store.hide_member(GUILD, 9, NOW).await.unwrap();

    site.joins("Robin", Some(FIRST)).await;

    assert_eq!(site.watched().await, (player("Alex"), false));
    let notice = site.store.notices(None).await.unwrap().remove(0);
    assert!(site.store.hides_noticed(&notice));
    let again = site.store.add_notice(about("Alex"), NOW).await;
    assert!(matches!(again, Err(AddNoticeError::Exists(_))));
    let by_new_name = site.store.add_notice(about("Robin"), NOW).await;
    assert!(matches!(by_new_name, Err(AddNoticeError::UnknownPlayer)));
}

#[tokio::test]
async fn whoever_hides_after_a_new_name_is_still_listed_by_it() {
    let hides = async |account: Option<Uuid>| {
        let site = Site::new().await;
        site.visits("Alex", account).await;
        site.store.add_notice(about("Alex"), NOW).await.unwrap();
        site.visits("Alex", Some(FIRST)).await;
        site.visits("Robin", Some(FIRST)).await;
        assert_eq!(site.watched().await, (player("Robin"), false));
        let linked = site.store.link_member(GUILD, 9, player("Robin"), None, NOW);
        linked.await.unwrap();

        site.store.hide_member(GUILD, 9, NOW).await.unwrap();

        assert_eq!(site.watched().await, (player("Robin"), false));
        let notice = site.store.notices(None).await.unwrap().remove(0);
        assert!(site.store.hides_noticed(&notice));
        let again = site.store.add_notice(about("Robin"), NOW).await;
        assert!(matches!(again, Err(AddNoticeError::Exists(of)) if of == player("Robin")));
        // A name that is newer still is not told.
        site.visits("Kim", Some(FIRST)).await;
        assert_eq!(site.watched().await, (player("Robin"), false));
    };
    hides(Some(FIRST)).await;
    hides(None).await;
}

#[tokio::test]
async fn a_notice_goes_with_its_account_whatever_the_name() {
    let forget = async |name: &str| {
        let site = Site::new().await;
        site.visits("Alex", Some(FIRST)).await;
        site.store.add_notice(about("Alex"), NOW).await.unwrap();
        site.visits("Robin", Some(FIRST)).await;
        site.visits("Alex", Some(SECOND)).await;
        let forgotten = site.store.forget_player_in(GUILD, player(name), NOW).await;
        assert!(forgotten.unwrap().is_some());
        site.store.notices(None).await.unwrap().len()
    };
    assert_eq!(forget("Robin").await, 0);
    assert_eq!(forget("Alex").await, 1, "that is another account");
}
