//! Sessions from what the gateway tells.

use oxeye_db::{Observation, UserId, Voice};

use crate::site::{ALEX, GUILD, SHARD, Site, at, game, game_since, track, voice};

#[tokio::test]
async fn a_game_is_a_session_from_when_it_began_until_it_is_gone() {
    let site = Site::with_alex().await;

    site.does(ALEX, &[game_since("Factorio", 40)], 50).await;
    assert_eq!(site.told(ALEX).await, [("game", 40, 50, true, 10)]);
    site.minutes(60, 120).await;
    site.does(ALEX, &[], 150).await;

    assert_eq!(site.told(ALEX).await, [("game", 40, 150, false, 110)]);
}

#[tokio::test]
async fn what_began_before_the_member_joined_counts_from_then() {
    let site = Site::new().await;
    site.joins(ALEX, 1_000).await;

    let old = game_since("Factorio", 400);
    let impossible = [
        game_since("Terraria", -90_000),
        game_since("Celeste", 9_000),
    ];
    site.does(ALEX, &[&[old][..], &impossible].concat(), 1_100)
        .await;

    let begin: Vec<_> = site.told(ALEX).await.iter().map(|of| of.1).collect();
    assert_eq!(begin, [1_000, 1_100, 1_100]);
}

#[tokio::test]
async fn two_guilds_that_tell_of_the_same_game_are_one_session_and_a_changed_detail_none_more() {
    let site = Site::with_alex().await;
    let other = crate::site::OTHER;
    let presence = site.presence();
    presence
        .set_up(other, oxeye_db::PresenceKinds::all(), at(0))
        .await
        .unwrap();
    presence.join(other, ALEX, at(0)).await.unwrap();
    let mut changed = game("FACTORIO");
    changed.details = Some("Launching a rocket".to_owned());

    site.does(ALEX, &[game("Factorio")], 50).await;
    let told = Observation::Activities {
        guild: other,
        user: ALEX,
        activities: vec![changed],
    };
    site.observes(told, 60).await;

    let sessions = site.sessions(ALEX).await;
    assert_eq!(sessions.len(), 1);
    assert_eq!(
        sessions[0].about.details.as_deref(),
        Some("Launching a rocket")
    );
}

#[tokio::test]
async fn a_short_break_is_a_gap_and_a_longer_one_is_two_sessions() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Factorio")], 0).await;
    site.does(ALEX, &[], 100).await;

    site.does(ALEX, &[game("Factorio")], 160).await;
    site.does(ALEX, &[], 200).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 200, false, 140)]);
    site.does(ALEX, &[game("Factorio")], 261).await;

    let told = site.told(ALEX).await;
    assert_eq!(told[1], ("game", 261, 261, true, 0));
}

#[tokio::test]
async fn the_next_track_begins_where_the_last_one_ends() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[track("Roygbiv", &["Boards of Canada"], 10)], 12)
        .await;
    site.does(ALEX, &[track("Olson", &["Boards of Canada"], 160)], 163)
        .await;

    site.does(ALEX, &[], 200).await;

    let expected = [
        ("spotify", 10, 160, false, 150),
        ("spotify", 160, 200, false, 40),
    ];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn a_move_ends_one_voice_session_and_begins_the_next_with_its_screen_share() {
    let site = Site::with_alex().await;
    let sharing = |channel| Voice {
        shares_screen: true,
        ..voice(channel)
    };
    site.is_in(ALEX, Some(sharing(1)), 0).await;
    site.is_in(ALEX, Some(sharing(2)), 100).await;

    let mut afk = voice(3);
    afk.is_afk_channel = true;
    site.is_in(ALEX, Some(afk), 150).await;

    let expected = [
        ("voice", 0, 100, false, 100),
        ("screen_share", 0, 100, false, 100),
        ("voice", 100, 150, false, 50),
        ("screen_share", 100, 150, false, 50),
    ];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn time_in_which_the_gateway_was_away_is_a_gap_of_what_goes_on_and_no_part_of_what_does_not()
{
    let site = Site::with_alex().await;
    site.shows(&[], &[], 0).await;
    site.is_in(ALEX, Some(voice(1)), 0).await;
    site.does(ALEX, &[game_since("Factorio", 0)], 0).await;
    site.minutes(60, 120).await;

    site.is_cut_off(150).await;
    site.minutes(180, 240).await;
    site.shows(&[(ALEX, voice(1))], &[], 250).await;
    site.is_in(ALEX, None, 300).await;

    let expected = [("voice", 0, 300, false, 200), ("game", 0, 150, false, 150)];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn after_a_resumed_connection_there_is_no_gap() {
    let site = Site::with_alex().await;
    site.shows(&[(ALEX, voice(1))], &[], 0).await;

    site.is_cut_off(50).await;
    site.observes(Observation::Resumed(SHARD), 70).await;
    site.is_in(ALEX, None, 100).await;

    assert_eq!(site.told(ALEX).await, [("voice", 0, 100, false, 100)]);
}

#[tokio::test]
async fn five_minutes_without_evidence_end_a_session_by_estimate_until_it_turns_out_to_go_on() {
    let site = Site::with_alex().await;
    site.shows(&[(ALEX, voice(1))], &[], 0).await;
    site.minutes(60, 120).await;
    site.is_cut_off(120).await;

    site.minutes(180, 360).await;
    assert_eq!(site.told(ALEX).await, [("voice", 0, 120, true, 120)]);
    let done = site.presence().checkpoint(at(420)).await.unwrap();
    assert_eq!((done.open, done.stale), (0, 1));
    assert_eq!(site.told(ALEX).await, [("voice", 0, 240, false, 240)]);
    assert!(site.sessions(ALEX).await[0].has_estimated_end());

    site.shows(&[(ALEX, voice(1))], &[], 1_000).await;
    assert_eq!(site.told(ALEX).await, [("voice", 0, 1_000, true, 120)]);
}

#[tokio::test]
async fn a_new_connection_to_voice_after_a_time_away_is_a_new_session() {
    let site = Site::with_alex().await;
    site.shows(&[(ALEX, voice(1))], &[], 0).await;
    site.is_cut_off(50).await;

    let mut another = voice(1);
    another.connection = [2; 8];
    site.shows(&[(ALEX, another)], &[], 200).await;

    let expected = [("voice", 0, 50, false, 50), ("voice", 200, 200, true, 0)];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn a_restart_is_a_time_away_since_the_last_checkpoint() {
    let site = Site::with_alex().await;
    site.shows(
        &[(ALEX, voice(1))],
        &[(ALEX, vec![game_since("Factorio", 0)])],
        0,
    )
    .await;
    site.minutes(60, 120).await;

    let site = site.restarted(170).await;
    assert_eq!(site.presence().open_sessions().len(), 2);
    let began_meanwhile = game_since("Celeste", 160);
    site.shows(&[(ALEX, voice(1))], &[(ALEX, vec![began_meanwhile])], 180)
        .await;
    site.minutes(240, 240).await;

    let expected = [
        ("voice", 0, 240, true, 180),
        ("game", 0, 120, false, 120),
        ("game", 160, 240, true, 80),
    ];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn checkpoints_that_come_late_are_time_in_which_we_were_away() {
    let site = Site::with_alex().await;
    site.shows(&[(ALEX, voice(1))], &[], 0).await;
    site.minutes(60, 60).await;

    site.minutes(4_000, 4_060).await;

    assert_eq!(site.told(ALEX).await, [("voice", 0, 4_060, true, 120)]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_negative_session() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Factorio")], 500).await;

    site.does(ALEX, &[], 100).await;
    site.does(ALEX, &[game("Factorio")], 90).await;
    site.does(ALEX, &[], 600).await;

    let told = site.told(ALEX).await;
    assert_eq!(told, [("game", 500, 600, false, 100)]);
}

#[tokio::test]
async fn a_member_whom_one_of_two_guilds_no_longer_names_plays_on() {
    let site = Site::with_alex().await;
    let other = crate::site::OTHER;
    let presence = site.presence();
    presence
        .set_up(other, oxeye_db::PresenceKinds::all(), at(0))
        .await
        .unwrap();
    presence.join(other, ALEX, at(0)).await.unwrap();
    let playing = |guild, users: &[UserId]| Observation::Guild {
        guild,
        voices: vec![],
        activities: Some(
            users
                .iter()
                .map(|user| (*user, vec![game_since("Factorio", 0)]))
                .collect(),
        ),
    };
    site.observes(playing(GUILD, &[ALEX]), 0).await;
    site.is_cut_off(100).await;

    site.observes(playing(GUILD, &[]), 110).await;
    site.observes(playing(other, &[ALEX]), 120).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 120, true, 100)]);
    site.is_cut_off(130).await;
    site.observes(playing(GUILD, &[]), 140).await;
    site.observes(playing(other, &[]), 150).await;

    assert_eq!(site.told(ALEX).await, [("game", 0, 130, false, 110)]);
}

#[tokio::test]
async fn a_track_that_is_heard_again_at_once_is_one_session() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[track("Roygbiv", &["Boards"], 0)], 0)
        .await;
    site.minutes(60, 120).await;

    site.does(ALEX, &[track("Roygbiv", &["Boards"], 150)], 150)
        .await;
    site.minutes(180, 240).await;
    site.does(ALEX, &[track("Olson", &["Boards"], 300)], 300)
        .await;

    let told = site.told(ALEX).await;
    assert_eq!(told[0], ("spotify", 0, 300, false, 300));
    assert_eq!(told.len(), 2);
}
