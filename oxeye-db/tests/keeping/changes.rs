//! A listener of the change feed learns which servers look different to people.

use std::time::Duration;

use oxeye_db::{Changes, FeedEvent, HeartbeatEvent, ServerId, SyncEvent, SyncPlayer, UnixSeconds};

use super::site::{DAY, NOW, Site, of_guild, player, server_name};

/// A listener on a store with one linked server.
struct Listener {
    site: Site,
    server: ServerId,
    changes: Changes,
    last_revision: u64,
}

impl Listener {
    async fn new() -> Self {
        let site = Site::new();
        let server = site.linked("survival").await;
        let changes = site.database.changes();
        let mut listener = Self {
            site,
            server,
            changes,
            last_revision: 0,
        };
        listener.heard().await;
        listener
    }

    /// Returns everything that has been published since the last call.
    async fn heard(&mut self) -> Vec<FeedEvent> {
        // A transaction begins only after the changes of the previous one were published.
        self.site.database.check_files().await.unwrap();
        let mut heard = Vec::new();
        loop {
            tokio::select! {
                biased;
                change = self.changes.next() => heard.extend(change),
                () = std::future::ready(()) => return heard,
            }
        }
    }

    #[track_caller]
    fn assert_newer(&mut self, heard: &[FeedEvent], what: &str) {
        let [FeedEvent::Server(change)] = heard else {
            panic!("{what}: {heard:?}");
        };
        assert_eq!(change.server, self.server, "{what}");
        assert!(change.revision > self.last_revision, "{what}");
        self.last_revision = change.revision;
    }

    async fn learns_of(&mut self, what: &str) {
        let heard = self.heard().await;
        self.assert_newer(&heard, what);
    }

    async fn learns_nothing_of(&mut self, what: &str) {
        assert_eq!(self.heard().await, [], "{what}");
    }

    async fn beat(&self, players: Option<usize>, at: i64) {
        let event = HeartbeatEvent {
            players,
            heartbeat: Some(Duration::from_secs(15)),
            ..HeartbeatEvent::default()
        };
        let now = UnixSeconds(at);
        self.site
            .database
            .heartbeat(self.server, event, now)
            .await
            .unwrap();
    }

    async fn sync(&self, names: &[&str], at: i64) {
        let roster = names.iter().map(|name| SyncPlayer::new(player(name)));
        let event = SyncEvent {
            roster: roster.collect(),
            heartbeat: Some(Duration::from_secs(15)),
            ..SyncEvent::default()
        };
        let now = UnixSeconds(at);
        self.site
            .database
            .sync_players(self.server, event, now)
            .await
            .unwrap();
    }

    async fn time_passes_until(&self, at: i64) {
        let database = &self.site.database;
        database
            .publish_time_changes(UnixSeconds(at))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_listener_learns_of_joins_leaves_syncs_renames_disconnects_and_removals() {
    let mut listener = Listener::new().await;
    let server = listener.server;

    listener.site.join(server, "Alex", NOW.0).await;
    listener.learns_of("a join").await;
    listener.sync(&["Alex", "Steve"], NOW.0 + 1).await;
    listener.learns_of("a sync").await;
    listener.site.leave(server, "Alex", NOW.0 + 2).await;
    listener.learns_of("a leave").await;
    let name = server_name("creative");
    let renamed = listener
        .site
        .database
        .rename_server(of_guild(&listener.site.database, server), name);
    renamed.await.unwrap();
    listener.learns_of("a rename").await;
    let now = UnixSeconds(NOW.0 + 3);
    let database = &listener.site.database;
    let unlinked = database.disconnect(of_guild(database, server), now);
    unlinked.await.unwrap();
    listener.learns_of("a disconnect").await;
    let removed = listener
        .site
        .database
        .remove_server(of_guild(&listener.site.database, server), now);
    removed.await.unwrap();
    let heard = listener.heard().await;
    let last = heard.last().copied();
    listener.assert_newer(last.as_slice(), "a removal");
}

#[tokio::test]
async fn a_heartbeat_is_published_only_if_it_changes_what_people_see() {
    let mut listener = Listener::new().await;

    listener.beat(Some(3), NOW.0).await;
    listener.learns_of("a count").await;
    listener.beat(Some(3), NOW.0 + 1).await;
    listener.learns_nothing_of("the same count").await;
    listener.beat(Some(4), NOW.0 + 2).await;
    listener.learns_of("another count").await;
    listener.sync(&["Alex"], NOW.0 + 3).await;
    listener.learns_of("a sync").await;
    listener.beat(Some(1), NOW.0 + 4).await;
    listener
        .learns_nothing_of("a heartbeat of a server that has sent a sync")
        .await;
    listener.sync(&["Alex"], NOW.0 + 5).await;
    listener.learns_nothing_of("the same roster").await;
}

#[tokio::test]
async fn a_listener_learns_what_time_alone_changes_once() {
    let mut listener = Listener::new().await;
    let server = listener.server;
    listener.site.stay(server, "Alex", NOW.0, NOW.0 + 60).await;
    listener.sync(&["Steve"], NOW.0 + 60).await;
    listener.heard().await;

    listener.time_passes_until(NOW.0 + 104).await;
    listener.learns_nothing_of("two missed heartbeats").await;
    listener.time_passes_until(NOW.0 + 105).await;
    listener.learns_of("a third missed heartbeat").await;
    listener.time_passes_until(NOW.0 + 106).await;
    listener
        .learns_nothing_of("a server that is quiet already")
        .await;
    listener.beat(Some(1), NOW.0 + 107).await;
    listener.learns_of("a server that is heard again").await;

    listener.beat(Some(1), NOW.0 + 60 + DAY).await;
    listener.heard().await;
    listener.time_passes_until(NOW.0 + 60 + DAY).await;
    listener
        .learns_nothing_of("an entry at the window's edge")
        .await;
    listener.time_passes_until(NOW.0 + 61 + DAY).await;
    listener.learns_of("an entry that left the window").await;
    listener.beat(Some(1), NOW.0 + 62 + DAY).await;
    listener
        .learns_nothing_of("dropping that entry from memory")
        .await;
}

#[tokio::test]
async fn a_report_that_drops_an_entry_from_the_window_publishes_that() {
    let mut listener = Listener::new().await;
    let server = listener.server;
    listener.site.stay(server, "Alex", NOW.0, NOW.0 + 60).await;
    listener.sync(&[], NOW.0 + 50 + DAY).await;
    listener.heard().await;

    listener.beat(None, NOW.0 + 61 + DAY).await;

    listener.learns_of("an entry that left the window").await;
}

#[tokio::test]
async fn a_listener_that_is_too_slow_is_told_to_look_at_everything() {
    let mut listener = Listener::new().await;
    let server = listener.server;
    for number in 0..1_100 {
        listener.beat(Some(number), NOW.0).await;
    }

    assert_eq!(listener.heard().await, [FeedEvent::Everything]);
    listener.site.join(server, "Alex", NOW.0).await;
    listener.learns_of("a join after that").await;
    listener.site.database.close().await;
    assert_eq!(listener.changes.next().await, None);
}
