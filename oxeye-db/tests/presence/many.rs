//! Programs that show more than anybody does.

use std::time::Duration;

use oxeye_db::{Observation, PresenceKind};

use crate::site::{ALEX, BEA, GUILD, Site, at, game, voice};

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
