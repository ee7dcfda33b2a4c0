//! Programs that show more than anybody does.

use std::time::Duration;

use oxeye_db::{Observation, PresenceKind, PresenceKinds, Voice};

use crate::site::{ALEX, BEA, GUILD, OTHER, Site, at, game, voice};

const DAY: i64 = 86_400;

impl Site {
    /// A program of Alex's names this many games, one after the other.
    async fn names_games(&self, games: std::ops::Range<usize>, now: i64) {
        let named = games.map(|number| Observation::Activities {
            guild: GUILD,
            user: ALEX,
            activities: vec![game(&format!("Game {number}"))],
        });
        let told = self.presence().observe(named.collect(), at(now));
        told.await.unwrap();
    }

    /// Moderators of a guild move Alex from one voice channel to the next.
    async fn is_moved(&self, channels: std::ops::Range<u64>, now: i64) {
        let moved = channels.map(|channel| Observation::Voice {
            guild: GUILD,
            user: ALEX,
            voice: Some(voice(channel)),
        });
        let told = self.presence().observe(moved.collect(), at(now));
        told.await.unwrap();
    }

    async fn number_of(&self, kind: PresenceKind) -> usize {
        let sessions = self.sessions(ALEX).await.into_iter();
        sessions.filter(|of| of.kind() == kind).count()
    }

    fn skipped(&self, now: i64) -> u64 {
        let stale_after = Duration::from_secs(300);
        self.presence().health(stale_after, at(now)).over_quota
    }
}

#[tokio::test]
async fn a_program_that_changes_its_name_all_the_time_fills_no_file() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;

    site.names_games(0..1_200, 10).await;

    assert_eq!(site.number_of(PresenceKind::Game).await, 1_000);
    assert_eq!(site.skipped(10), 200);
    site.is_in(ALEX, Some(voice(70)), 20).await;
    site.does(BEA, &[game("Factorio")], 20).await;
    assert_eq!(site.number_of(PresenceKind::Voice).await, 1);
    assert_eq!(site.sessions(BEA).await.len(), 1);
    // A restart does not begin the day again.
    let site = site.restarted(30).await;
    site.names_games(2_000..2_010, 40).await;
    assert_eq!(site.number_of(PresenceKind::Game).await, 1_000);
    assert_eq!(site.skipped(40), 10);

    site.names_games(3_000..3_010, DAY).await;

    assert_eq!(site.number_of(PresenceKind::Game).await, 1_010);
}

#[tokio::test]
async fn whoever_has_the_most_sessions_is_deleted_with_all_of_them() {
    let site = Site::with_alex().await;
    for day in 0..5 {
        let first = usize::try_from(day).unwrap() * 1_000;
        site.names_games(first..first + 1_000, day * DAY).await;
    }
    assert_eq!(site.number_of(PresenceKind::Game).await, 5_000);

    let left = site.presence().leave(GUILD, ALEX).await.unwrap().unwrap();

    assert_eq!(
        (left.members, left.sessions, left.is_wiped),
        (1, 5_000, true)
    );
    assert!(site.sessions(ALEX).await.is_empty());
}

#[tokio::test]
async fn who_is_moved_a_thousand_times_in_one_guild_is_still_in_voice_in_another() {
    let site = Site::with_alex().await;
    let presence = site.presence();
    let set_up = presence.set_up(OTHER, PresenceKinds::all(), at(0));
    set_up.await.unwrap();
    presence.join(OTHER, ALEX, at(0)).await.unwrap();
    site.is_moved(0..1_001, 10).await;
    assert_eq!(site.number_of(PresenceKind::Voice).await, 1_000);

    let in_other = Observation::Voice {
        guild: OTHER,
        user: ALEX,
        voice: Some(voice(70)),
    };
    site.observes(in_other, 20).await;

    assert_eq!(site.number_of(PresenceKind::Voice).await, 1_001);
}

#[tokio::test]
async fn a_session_that_does_not_begin_is_counted_once_whatever_is_told_of_it() {
    let site = Site::with_alex().await;
    site.is_moved(0..1_001, 10).await;
    assert_eq!(site.skipped(10), 1);

    for (now, has_camera) in [(20, true), (30, false)] {
        let voice = Voice {
            has_camera,
            ..voice(1_000)
        };
        site.is_in(ALEX, Some(voice), now).await;
    }
    assert_eq!(site.skipped(30), 1);
    site.is_in(ALEX, None, 40).await;
    site.is_in(ALEX, Some(voice(1_000)), 50).await;

    assert_eq!(site.skipped(50), 2, "that would be another session");
    site.is_in(ALEX, Some(voice(1_000)), DAY).await;
    assert_eq!(site.number_of(PresenceKind::Voice).await, 1_001);
}
