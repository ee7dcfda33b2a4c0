//! A clock that was ahead for a while and then corrected.

use oxeye_db::{ClockTrust, LeaveEvent, RedeemError, TimeZone, UnixSeconds};

use crate::site::{DAY, GUILD, NOW, Site, of_guild, player, server_name};

const YEAR: i64 = 365 * DAY;

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds(NOW.0 + seconds)
}

#[tokio::test]
async fn a_clock_that_was_ahead_once_is_distrusted_even_after_restarts() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0).await;
    let trust = async |site: &Site, seconds| site.database.check_clock(at(seconds)).await;
    assert_eq!(trust(&site, 0).await.unwrap(), ClockTrust::Trusted);

    let site = site.restarted().await;
    let until = at(YEAR + 3 * DAY);
    let distrusted = ClockTrust::DistrustedUntil(until);
    assert_eq!(trust(&site, YEAR).await.unwrap(), distrusted);
    // Reports dated by the wrong clock prove nothing.
    site.join(server, "Steve", NOW.0 + YEAR).await;
    let site = site.restarted().await;
    assert_eq!(trust(&site, YEAR + DAY).await.unwrap(), distrusted);

    let trust = trust(&site, DAY).await.unwrap();
    assert_eq!(trust, ClockTrust::DistrustedUntil(at(4 * DAY)));
}

#[tokio::test]
async fn after_a_year_without_reports_nothing_may_be_deleted_for_three_days() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0).await;

    let trust = site.database.check_clock(at(YEAR)).await.unwrap();

    assert_eq!(trust, ClockTrust::DistrustedUntil(at(YEAR + 3 * DAY)));
}

#[tokio::test]
async fn no_last_seen_is_further_ahead_than_clocks_may_differ() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 + YEAR, NOW.0 + YEAR + 60)
        .await;
    site.join(server, "Steve", NOW.0 + YEAR).await;

    let status = site
        .database
        .status(of_guild(&site.database, server), 9, NOW)
        .unwrap();
    let profile = site.database.player_profile(
        of_guild(&site.database, server),
        player("Alex"),
        1,
        TimeZone::UTC,
        NOW,
    );
    let profile = profile.await.unwrap().unwrap();
    let known = site
        .database
        .known_players(of_guild(&site.database, server), "", None, 9, NOW)
        .await;
    let known = known.unwrap().unwrap().page;

    let shown = [
        status.last_seen[0].last_seen,
        status.heard_at.unwrap(),
        profile.last_seen.unwrap(),
        known[0].last_seen.unwrap(),
    ];
    assert!(shown.iter().all(|shown| *shown <= at(30)), "{shown:?}");
}

#[tokio::test]
async fn a_player_dropped_by_a_wrong_clock_is_in_last_seen_again_once_it_is_corrected() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay(server, "Alex", NOW.0 - 50, NOW.0).await;
    site.database.close_stale_sessions(NOW).await.unwrap();
    // The clock is ahead, so a report drops entries that seem too old.
    site.database.close_stale_sessions(at(YEAR)).await.unwrap();
    let event = LeaveEvent {
        player: player("Steve"),
        at: None,
    };
    let left = site.database.player_leave(server, event, at(YEAR)).await;
    left.unwrap();

    site.database.close_stale_sessions(at(60)).await.unwrap();

    let status = site
        .database
        .status(of_guild(&site.database, server), 9, at(60))
        .unwrap();
    let seen = status.last_seen.iter();
    let alex = seen.clone().find(|seen| seen.player_name == player("Alex"));
    assert_eq!(alex.map(|alex| alex.last_seen), Some(NOW));
}

#[tokio::test]
async fn a_link_code_issued_by_a_clock_that_was_ahead_is_not_valid_for_a_year() {
    let site = Site::new();
    let name = server_name("survival");
    let issued = site.database.issue_link_code(GUILD, name, at(YEAR)).await;
    let code = issued.unwrap().code;

    for seconds in [0, DAY, YEAR - 120] {
        let refused = site.database.redeem_link_code(&code, at(seconds)).await;
        assert!(
            matches!(refused, Err(RedeemError::UnknownCode)),
            "{seconds}"
        );
    }
}
