//! Figures: hours by game, channel and artist, who plays with whom, who is in voice.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::{
    Observation, PlayedTogether, PresenceKind, PresenceKinds, PresenceSubject, PresenceTop, Voice,
};

use crate::site::{ALEX, BEA, GUILD, OTHER, Site, at, game, nobody, span, track, voice};

/// The names of subjects, with seconds and members.
fn told(top: &PresenceTop) -> Vec<(String, u64, usize)> {
    let figures = top.figures.iter().map(|figure| {
        let name = match &figure.subject {
            PresenceSubject::Game { name, .. } | PresenceSubject::Channel { name, .. } => {
                name.clone()
            }
            PresenceSubject::Artist(name) => name.clone(),
            PresenceSubject::Member(user) => user.to_string(),
        };
        (name, figure.secs, figure.members)
    });
    figures.collect()
}

/// Alex plays Factorio from 0 to 1,000 and Bea from 400 to 700.
async fn both_play() -> Site {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;
    site.shows(&[], &[(ALEX, vec![game("Factorio")])], 0).await;
    site.minutes(60, 360).await;
    site.does(BEA, &[game("factorio")], 400).await;
    site.minutes(420, 660).await;
    site.does(BEA, &[], 700).await;
    site.minutes(720, 960).await;
    site.does(ALEX, &[], 1_000).await;
    site
}

#[tokio::test]
async fn hours_by_game_are_those_of_all_members_within_the_range() {
    let site = both_play().await;
    let all = site_top(&site, span(0, 5_000), &nobody()).await;
    assert_eq!(told(&all), [("factorio".to_owned(), 1_300, 2)]);
    let part = site_top(&site, span(500, 600), &nobody()).await;
    assert_eq!((part.total_secs, part.members), (200, 2));
    let without_bea = site_top(&site, span(0, 5_000), &BTreeSet::from([BEA])).await;
    assert_eq!(told(&without_bea), [("Factorio".to_owned(), 1_000, 1)]);
}

async fn site_top(
    site: &Site,
    span: oxeye_db::Span,
    hidden: &BTreeSet<oxeye_db::UserId>,
) -> PresenceTop {
    let top = site
        .presence()
        .top(GUILD, PresenceKind::Game, span, hidden, 10);
    top.await.unwrap()
}

#[tokio::test]
async fn a_guild_counts_only_since_the_member_joined_it_and_what_it_keeps() {
    let site = both_play().await;
    let presence = site.presence();
    presence
        .set_up(OTHER, PresenceKinds::in_voice(), at(0))
        .await
        .unwrap();
    presence.join(OTHER, ALEX, at(600)).await.unwrap();

    let all = span(0, 5_000);
    let nobody = nobody();
    let games = || presence.top(OTHER, PresenceKind::Game, all, &nobody, 10);
    assert_eq!(games().await.unwrap().total_secs, 0);
    presence
        .set_up(OTHER, PresenceKinds::all(), at(700))
        .await
        .unwrap();
    // Alex has not agreed to games.
    assert_eq!(games().await.unwrap().total_secs, 0);
    presence.join(OTHER, ALEX, at(700)).await.unwrap();
    assert_eq!(games().await.unwrap().total_secs, 300);

    let mine = presence.mine(OTHER, ALEX, span(0, 800), 3).await.unwrap();
    assert_eq!(mine.by_kind.len(), 1);
    assert_eq!(mine.by_kind[0].1.total_secs, 100);
}

#[tokio::test]
async fn played_together_is_the_time_in_which_both_played_the_same() {
    let site = both_play().await;
    let together = |hidden| {
        let presence = site.presence().clone();
        async move {
            presence
                .played_together(GUILD, ALEX, span(0, 5_000), &hidden, 10)
                .await
                .unwrap()
        }
    };

    let expected = PlayedTogether {
        user: BEA,
        secs: 300,
        games: vec![("factorio".to_owned(), 300)],
    };
    assert_eq!(together(nobody()).await, [expected]);
    assert_eq!(together(BTreeSet::from([BEA])).await, []);
}

#[tokio::test]
async fn an_artist_is_credited_for_tracks_of_half_a_minute_and_more() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[track("Together", &["Anna", "Ben"], 0)], 0)
        .await;
    site.does(ALEX, &[track("Skipped", &["Anna"], 100)], 100)
        .await;
    site.does(ALEX, &[track("Alone", &["ben"], 129)], 129).await;
    site.does(ALEX, &[], 200).await;

    let nobody = nobody();
    let top = site
        .presence()
        .top(GUILD, PresenceKind::Spotify, span(0, 900), &nobody, 10);
    let top = top.await.unwrap();

    assert_eq!(
        told(&top),
        [("ben".to_owned(), 171, 1), ("Anna".to_owned(), 100, 1)]
    );
    assert_eq!(top.total_secs, 171);
    assert_eq!(site.sessions(ALEX).await.len(), 3);
}

#[tokio::test]
async fn voice_counts_by_channel_and_streaming_by_member() {
    let site = Site::with_alex().await;
    let mut unnamed = voice(2);
    unnamed.channel_name = None;
    let mut stream = game("Any%");
    stream.kind = PresenceKind::Streaming;
    site.is_in(ALEX, Some(voice(1)), 0).await;
    site.does(ALEX, &[stream], 0).await;
    site.is_in(ALEX, Some(unnamed), 100).await;
    site.does(ALEX, &[], 110).await;
    site.is_in(ALEX, None, 250).await;

    let top = |kind| {
        let presence = site.presence().clone();
        async move {
            presence
                .top(GUILD, kind, span(0, 900), &nobody(), 1)
                .await
                .unwrap()
        }
    };
    let channels = top(PresenceKind::Voice).await;
    assert_eq!(told(&channels), [(String::new(), 150, 1)]);
    assert_eq!((channels.total_secs, channels.members), (250, 1));
    let streams = top(PresenceKind::Streaming).await;
    assert_eq!(told(&streams), [(ALEX.to_string(), 110, 1)]);
}

#[tokio::test]
async fn who_is_in_voice_now_is_told_with_the_screen_and_the_camera() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;
    site.is_in(BEA, Some(voice(1)), 0).await;
    let sharing = Voice {
        shares_screen: true,
        ..voice(1)
    };
    site.is_in(ALEX, Some(sharing), 10).await;

    let told: Vec<_> = site.presence().in_voice(GUILD, &nobody());
    let told: Vec<_> = told
        .iter()
        .map(|who| (who.user, who.since, who.shares_screen, who.has_camera))
        .collect();
    assert_eq!(
        told,
        [(BEA, at(0), false, false), (ALEX, at(10), true, false)]
    );
    assert_eq!(
        site.presence()
            .in_voice(GUILD, &BTreeSet::from([ALEX, BEA])),
        []
    );
    assert_eq!(site.presence().in_voice(OTHER, &nobody()), []);
}

#[tokio::test]
async fn health_counts_what_is_open_and_what_nothing_is_heard_of() {
    let site = Site::with_alex().await;
    site.joins(BEA, 0).await;
    let activities = vec![game("Factorio"), track("Roygbiv", &[], 0)];
    let playing = (BEA, vec![game("Celeste")]);
    site.shows(&[(ALEX, voice(1))], &[(ALEX, activities), playing], 0)
        .await;
    site.observes(
        Observation::Away {
            guilds: oxeye_db::AwayGuilds::One(GUILD),
        },
        10,
    )
    .await;
    let five = Duration::from_secs(300);

    let health = site.presence().health(five, at(310));
    assert_eq!(health.active.total(), 4);
    assert_eq!(
        (
            health.active.games,
            health.active.voice,
            health.active.spotify
        ),
        (2, 1, 1)
    );
    assert_eq!(
        (
            health.stale.total(),
            health.active_users,
            health.joined_users
        ),
        (0, 2, 2)
    );
    assert_eq!(site.presence().health(five, at(311)).stale.total(), 4);

    let cleaned = site
        .presence()
        .clean_up(Duration::from_secs(60), at(100))
        .await
        .unwrap();
    assert_eq!((cleaned.open, cleaned.stale), (0, 4));
    assert_eq!(site.told(BEA).await, [("game", 0, 100, false, 100)]);
}
