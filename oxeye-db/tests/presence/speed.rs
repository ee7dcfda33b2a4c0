//! How long things take with many members. `cargo test --release -p oxeye-db --test presence -- --ignored --nocapture`

use std::time::{Duration, Instant};

use oxeye_db::{Observation, PresenceKind, UserId};

use crate::site::{GUILD, Site, at, game_since, nobody, span, track};

const MEMBERS: u64 = 10_000;

#[expect(clippy::print_stdout, reason = "a measurement prints what it finds")]
async fn timed<T>(what: &str, work: impl Future<Output = T>) -> Duration {
    let begin = Instant::now();
    work.await;
    let took = begin.elapsed();
    println!("{what:<60} {:>8.1} ms", took.as_secs_f64() * 1000.0);
    took
}

/// The guild shows that all members play something, in one of many games.
fn all_play(since: i64) -> Observation {
    let all = (1..=MEMBERS).map(|user| {
        let name = format!("Game {}", user % 500);
        (UserId(user), vec![game_since(&name, since)])
    });
    Observation::Guild {
        guild: GUILD,
        voices: vec![],
        activities: Some(all.collect()),
    }
}

/// A site with 10,000 members, with sessions of many earlier evenings in the file.
async fn full(evenings: i64) -> Site {
    let site = Site::new().await;
    let users: Vec<_> = (1..=MEMBERS).map(UserId).collect();
    for some in users.chunks(1_000) {
        let joins = some
            .iter()
            .map(|user| site.presence().join(GUILD, *user, at(0)));
        futures_util::future::try_join_all(joins).await.unwrap();
    }
    for evening in 0..evenings {
        let begin = evening * 1_000;
        site.observes(all_play(begin), begin + 1).await;
        site.minutes(begin + 60, begin + 120).await;
        site.shows(&[], &[], begin + 180).await;
    }
    site
}

#[tokio::test]
#[ignore = "measures"]
async fn a_checkpoint_of_10_000_open_sessions_takes_less_than_50_ms() {
    let site = full(5).await;
    timed(
        "10,000 sessions begin",
        site.observes(all_play(6_000), 6_001),
    )
    .await;

    let mut slowest = Duration::ZERO;
    for minute in 1..=5 {
        let now = at(6_001 + 60 * minute);
        let took = timed(
            "a checkpoint of 10,000 open sessions",
            site.presence().checkpoint(now),
        );
        slowest = slowest.max(took.await);
    }

    assert_eq!(site.presence().open_sessions().len(), 10_000);
    let is_measured = !cfg!(debug_assertions);
    assert!(
        slowest < Duration::from_millis(50) || !is_measured,
        "{slowest:?}"
    );
    let site = site.restarted(6_400).await;
    assert_eq!(site.presence().open_sessions().len(), 10_000);
}

#[tokio::test]
#[ignore = "measures"]
async fn ten_thousand_updates_and_questions_about_many_sessions() {
    let site = full(20).await;
    let told = (1..=MEMBERS).map(|user| Observation::Activities {
        guild: GUILD,
        user: UserId(user),
        activities: vec![track(&format!("Track {user}"), &["Artist"], 30_000)],
    });
    let told: Vec<_> = told.collect();
    timed("10,000 updates of members, one by one", async {
        for what in told {
            site.presence()
                .observe(vec![what], at(30_010))
                .await
                .unwrap();
        }
    })
    .await;
    let strangers = Observation::Activities {
        guild: GUILD,
        user: UserId(MEMBERS + 1),
        activities: vec![],
    };
    timed("a million questions whether a stranger is kept", async {
        assert!((0..1_000_000).all(|_| !site.presence().keeps(GUILD, UserId(MEMBERS + 1))));
    })
    .await;
    site.observes(strangers, 30_020).await;
    let (all, nobody) = (span(0, 40_000), nobody());
    timed("hours by game, of 200,000 sessions", async {
        let top = site
            .presence()
            .top(GUILD, PresenceKind::Game, all, &nobody, 10);
        assert_eq!(top.await.unwrap().members, 10_000);
    })
    .await;
    timed("played together, of 200,000 sessions", async {
        let together = site
            .presence()
            .played_together(GUILD, UserId(1), all, &nobody, 10);
        assert_eq!(together.await.unwrap().len(), 10);
    })
    .await;
    timed("a member leaves", async {
        let left = site
            .presence()
            .leave(GUILD, UserId(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!((left.sessions, left.is_wiped), (21, true));
    })
    .await;
    let begin = Instant::now();
    let site = site.restarted(30_100).await;
    println!(
        "{:<60} {:>8.1} ms",
        "a restart",
        begin.elapsed().as_secs_f64() * 1000.0
    );
    assert_eq!(site.presence().open_sessions().len(), 9_999);
}
