//! Members who leave their guild while they do something. Discord does not tell that, so it has to be asked.

use oxeye_db::{GuildId, Observation, PresenceKinds, Span};

use crate::site::{ALEX, GUILD, OTHER, Site, at, game, game_since, voice};

fn left(guild: GuildId) -> Observation {
    Observation::Left { guild, user: ALEX }
}

/// Alex plays since the beginning, as a report after 300 s says, too.
async fn playing() -> Site {
    let site = Site::with_alex().await;
    for now in [0, 300] {
        site.does(ALEX, &[game_since("Factorio", 0)], now).await;
        site.minutes(now + 60, now + 240).await;
    }
    site
}

#[tokio::test]
async fn a_game_of_somebody_who_left_ends_at_the_last_report_about_it() {
    let site = playing().await;
    site.minutes(600, 900).await;
    assert!(site.presence().unproven(at(899)).is_empty());
    assert_eq!(site.presence().unproven(at(900)), [(GUILD, ALEX)]);

    site.observes(left(GUILD), 905).await;

    assert_eq!(site.told(ALEX).await, [("game", 0, 300, false, 300)]);
    assert!(site.presence().unproven(at(2_000)).is_empty());
    let site = site.restarted(1_000).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 300, false, 300)]);
}

#[tokio::test]
async fn an_answer_is_evidence_for_what_it_shows_and_an_end_of_what_it_does_not() {
    let site = playing().await;
    site.minutes(600, 900).await;

    site.does(ALEX, &[game_since("Factorio", 0)], 910).await;
    assert!(site.presence().unproven(at(1_500)).is_empty());
    site.minutes(960, 1_500).await;
    assert_eq!(site.presence().unproven(at(1_510)), [(GUILD, ALEX)]);
    site.does(ALEX, &[], 1_520).await;

    assert_eq!(site.told(ALEX).await, [("game", 0, 1_520, false, 1_520)]);
}

#[tokio::test]
async fn a_game_goes_on_as_long_as_one_of_two_guilds_has_the_member() {
    let site = playing().await;
    let presence = site.presence();
    let set_up = presence.set_up(OTHER, PresenceKinds::all(), at(540));
    set_up.await.unwrap();
    presence.join(OTHER, ALEX, at(540)).await.unwrap();
    let of_other = Observation::Activities {
        guild: OTHER,
        user: ALEX,
        activities: vec![game_since("Factorio", 0)],
    };
    site.observes(of_other.clone(), 550).await;

    site.observes(left(GUILD), 560).await;
    site.minutes(600, 1_200).await;
    assert_eq!(site.told(ALEX).await, [("game", 0, 1_200, true, 1_200)]);
    assert_eq!(presence.unproven(at(1_200)), [(OTHER, ALEX)]);
    site.observes(of_other, 1_210).await;
    site.minutes(1_260, 1_800).await;
    site.observes(left(OTHER), 1_810).await;

    assert_eq!(site.told(ALEX).await, [("game", 0, 1_210, false, 1_210)]);
}

#[tokio::test]
async fn time_away_since_the_last_report_is_no_part_of_what_is_left() {
    let site = playing().await;
    // Late checkpoints, as after a suspended machine.
    site.minutes(4_000, 4_060).await;
    assert_eq!(site.sessions(ALEX).await[0].gap_secs(), 3_460);

    site.observes(left(GUILD), 4_070).await;

    let site = site.restarted(4_100).await;
    let sessions = site.sessions(ALEX).await;
    assert_eq!(sessions[0].gaps, Vec::<Span>::new());
    assert_eq!(site.told(ALEX).await, [("game", 0, 300, false, 300)]);
}

#[tokio::test]
async fn whoever_comes_back_to_a_guild_begins_again() {
    let site = playing().await;
    site.observes(left(GUILD), 560).await;

    site.does(ALEX, &[game_since("Factorio", 1_000)], 1_000)
        .await;
    site.minutes(1_060, 1_120).await;

    let expected = [
        ("game", 0, 300, false, 300),
        ("game", 1_000, 1_120, true, 120),
    ];
    assert_eq!(site.told(ALEX).await, expected);
}

#[tokio::test]
async fn a_gap_that_had_begun_before_the_last_report_is_still_one_when_the_rest_is_taken_back() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Factorio")], 0).await;
    // Nothing was heard for long, twice in a row, and in between the game was reported again.
    site.does(ALEX, &[game("Factorio")], 355).await;
    site.minutes(711, 711).await;

    site.observes(
        Observation::Left {
            guild: GUILD,
            user: ALEX,
        },
        711,
    )
    .await;

    assert_eq!(site.told(ALEX).await, [("game", 0, 355, false, 0)]);
}

#[tokio::test]
async fn whoever_turns_out_to_be_in_no_voice_channel_was_last_there_when_it_was_told() {
    let site = Site::with_alex().await;
    site.does(ALEX, &[game("Factorio")], 0).await;
    site.is_in(ALEX, Some(voice(70)), 100).await;
    site.minutes(160, 400).await;

    let out = Observation::OutOfVoice {
        guild: GUILD,
        user: ALEX,
    };
    site.observes(out.clone(), 410).await;

    let told = site.told(ALEX).await;
    assert_eq!(told[1], ("voice", 100, 100, false, 0));
    assert!(site.sessions(ALEX).await[1].has_estimated_end());
    assert_eq!(told[0], ("game", 0, 400, true, 400), "that goes on");
    site.observes(out, 420).await;
    site.is_in(ALEX, Some(voice(71)), 430).await;
    assert_eq!(site.told(ALEX).await.len(), 3);
}
