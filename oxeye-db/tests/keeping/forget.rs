//! Forgetting a player.

use oxeye_db::{
    FeedEvent, JoinEvent, NewSkin, Place, PortableRecord, PortableStay, ServerId, SessionEnd,
    SkinAnswer, SkinId, TextureHash, UnixSeconds,
};

use crate::site::{DAY, GUILD, NOW, Site, of_guild, player, server_name};

/// Returns a stay of one minute on a server of this name.
fn session(server: &str, name: &str, joined_at: i64) -> PortableRecord {
    let place = Place {
        guild: GUILD,
        server: server_name(server),
    };
    let left_at = UnixSeconds(joined_at + 60);
    let stay = PortableStay {
        account: None,
        joined_at: UnixSeconds(joined_at),
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    PortableRecord::Session(place, player(name), stay)
}

/// Returns a different name for each number, in no particular order.
fn name(number: u64) -> String {
    format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl Site {
    /// Returns the files of the store that contain these bytes.
    pub(crate) fn files_with(&self, text: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.folder()).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let holds = |bytes: &[u8]| {
            let mut windows = bytes.windows(text.len());
            windows.any(|window| window == text.as_bytes())
        };
        files
            .filter(|file| holds(&std::fs::read(file).unwrap()))
            .map(|file| file.display().to_string())
            .collect()
    }

    pub(crate) async fn joins_in(
        &self,
        server: ServerId,
        name: &str,
        texture: TextureHash,
    ) -> SkinAnswer {
        let event = JoinEvent {
            player: player(name),
            texture_hash: Some(texture),
            uuid: None,
            at: None,
        };
        let joined = self.database.player_join(server, event, NOW);
        joined.await.unwrap()
    }

    pub(crate) async fn sends_skin(
        &self,
        server: ServerId,
        name: &str,
        texture: TextureHash,
        skin: u8,
    ) {
        let new = NewSkin {
            id: SkinId([skin; 32]),
            png: vec![skin],
            head: [skin; 192],
        };
        let player = player(name);
        let kept = self
            .database
            .store_skin(server, &player, texture, new, NOW)
            .await;
        kept.unwrap();
    }
}

#[tokio::test]
async fn a_forgotten_players_name_is_gone_from_memory_and_from_all_files() {
    let site = Site::new();
    let server = site.linked("survival").await;
    // Enough names to split their pages many times.
    for chunk in 0..40 {
        let names = (0..500).map(|number| name(chunk * 500 + number));
        let sessions = names.map(|name| session("survival", &name, 100 * chunk as i64));
        let imported = site.database.import(sessions.collect(), None, NOW).await;
        imported.unwrap();
    }
    for number in (0..20_000).step_by(400) {
        let known = name(number);
        site.stay(server, &known, NOW.0 - 50, NOW.0 - 40).await;
        site.join(server, &known, NOW.0).await;
        assert!(!site.files_with(&known).is_empty());

        let forgotten = site.database.forget_player(player(&known), NOW).await;

        let forgotten = forgotten.unwrap().unwrap();
        assert_eq!((forgotten.sessions, forgotten.servers), (3, 1));
        assert!(forgotten.is_wiped);
        assert_eq!(site.files_with(&known), Vec::<String>::new());
    }
    assert!(site.online(server).is_empty());
    let status = site
        .database
        .status(of_guild(&site.database, server), 100, NOW)
        .unwrap();
    assert_eq!(status.last_seen_total, 0);
    let other = name(1);
    let site = site.restarted().await;
    let again = site.database.forget_player(player(&other), NOW).await;
    assert_eq!(
        again.unwrap().unwrap().sessions,
        1,
        "other players are still known"
    );
}

#[tokio::test]
async fn a_player_of_whom_only_a_leave_without_a_join_is_known_is_forgotten() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.leave(server, "Ghost", NOW.0).await;
    let later = NOW.0 + 2 * DAY;
    // What has left the window of last seen is dropped by the next report.
    site.join(server, "Alex", later).await;

    let forgotten = site
        .database
        .forget_player(player("Ghost"), UnixSeconds(later))
        .await;

    let forgotten = forgotten.unwrap().unwrap();
    assert_eq!((forgotten.sessions, forgotten.servers), (0, 1));
    assert_eq!(site.files_with("Ghost"), Vec::<String>::new());
}

#[tokio::test]
async fn all_servers_forget_exactly_that_name_and_no_other() {
    let site = Site::new();
    let (one, two) = (site.linked("one").await, site.linked("two").await);
    site.stay(one, "Alex", NOW.0 - 50, NOW.0 - 40).await;
    site.join(two, "Alex", NOW.0).await;
    site.join(two, "alex", NOW.0).await;

    let unknown = site.database.forget_player(player("ALEX"), NOW).await;
    assert_eq!(unknown.unwrap(), None);
    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().servers, 2);
    assert_eq!(site.online(two), ["alex"]);
    let again = site.database.forget_player(player("Alex"), NOW).await;
    assert_eq!(again.unwrap(), None);
    let later = UnixSeconds(NOW.0 + 9);
    site.join(two, "Alex", later.0).await;
    let status = site
        .database
        .status(of_guild(&site.database, two), 9, later)
        .unwrap();
    let online = status.online.iter().find(|on| on.player == player("Alex"));
    assert_eq!(online.unwrap().joined_at, later);
}

#[tokio::test]
async fn a_skin_is_deleted_with_its_player_unless_another_player_wears_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let (own, shared) = (TextureHash([1; 32]), TextureHash([2; 32]));
    site.joins_in(server, "Alex", own).await;
    site.sends_skin(server, "Alex", own, 11).await;
    site.joins_in(server, "Alex", shared).await;
    site.sends_skin(server, "Alex", shared, 22).await;
    site.joins_in(server, "Steve", shared).await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert!(forgotten.unwrap().is_some());
    let head = async |skin| site.database.head(SkinId([skin; 32])).await.unwrap();
    assert!(head(11).await.is_none());
    assert!(head(22).await.is_some());
    assert_eq!(
        site.joins_in(server, "Herobrine", own).await,
        SkinAnswer::Wanted
    );
}

#[tokio::test]
async fn a_name_stays_in_the_log_only_while_somebody_reads_the_log() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let many = (0..3_000).map(|number| session("survival", "Alex", 100 * number));
    let imported = site.database.import(many.collect(), None, NOW).await;
    imported.unwrap();
    site.join(server, "Forgettable", NOW.0).await;
    let mut export = site.database.export();
    export.next_chunk().await.unwrap().unwrap();

    let forgotten = site
        .database
        .forget_player(player("Forgettable"), NOW)
        .await;

    assert!(!forgotten.unwrap().unwrap().is_wiped);
    site.database.truncate_wal().await.unwrap();
    while export.next_chunk().await.is_some() {}
    // The export may take a moment to close its connection.
    for _ in 0..1_000 {
        site.database.truncate_wal().await.unwrap();
        if site.files_with("Forgettable").is_empty() {
            return;
        }
    }
    panic!("the name is still in {:?}", site.files_with("Forgettable"));
}

#[tokio::test]
async fn forgetting_a_player_publishes_no_change_of_other_servers() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.linked("creative").await;
    site.stay(server, "Alex", NOW.0 - 60, NOW.0 - 30).await;
    let mut changes = site.database.changes();

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;
    forgotten.unwrap().unwrap();
    site.join(server, "Steve", NOW.0).await;

    for what in ["the forgotten player", "the join"] {
        match changes.next().await {
            Some(FeedEvent::Server(change)) => assert_eq!(change.server, server, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}
