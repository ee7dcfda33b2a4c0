use oxeye_db::testing::{player, server_status};
use oxeye_db::{OfflinePlayerInfo, OnlinePlayer, ServerName};
use oxeye_text::Locale;

use super::*;

const ENGLISH: Text = Text::of(Locale::English);
const GERMAN: Text = Text::of(Locale::German);

const NOW: UnixSeconds = UnixSeconds(100_000);

#[test]
fn a_status_names_who_is_online_and_who_was_seen_recently() {
    let mut status = server_status(
        &[("Alex", 92_800)],
        &[("jeb_", 98_200), ("Dinnerbone", 92_800)],
    );
    status.last_seen_total = 2;

    assert_eq!(
        description(ENGLISH, &status, NOW),
        "🟢 **online** · 1 player online · updated <t:100000:R>\n\n\
         Online:\n• Alex (for 2h)\n\n\
         Last seen (within 24h):\n• jeb\\_ (30m ago)\n• Dinnerbone (2h ago)"
    );
}

#[test]
fn a_german_guild_reads_german() {
    let status = server_status(&[("Alex", 92_800)], &[("jeb_", 98_200)]);

    assert_eq!(
        description(GERMAN, &status, NOW),
        "🟢 **online** · 1 Spieler online · aktualisiert <t:100000:R>\n\n\
         Online:\n• Alex (seit 2 Stunden)\n\n\
         Zuletzt gesehen (in den letzten 24 Stunden):\n• jeb\\_ (vor 30 Minuten)"
    );
    assert_eq!(
        alt_text(GERMAN, &status),
        "1 Spieler online auf survival: Alex"
    );
}

#[test]
fn a_server_that_has_not_reported_is_not_shown_as_empty() {
    let mut status = server_status(&[], &[]);
    status.state = LinkState::AwaitingSync;
    status.heard_at = Some(UnixSeconds(99_000));

    let description = description(ENGLISH, &status, NOW);

    assert!(
        description
            .starts_with("🟡 **waiting for the server to report** · last heard from <t:99000:R>"),
        "{description}"
    );
    assert!(!description.contains("nobody"), "{description}");
}

#[test]
fn a_server_that_reports_no_names_is_shown_with_its_count() {
    let mut status = server_status(&[], &[]);
    status.state = LinkState::AwaitingSync;
    status.heard_at = Some(UnixSeconds(99_990));
    status.reported_count = Some(7);

    assert_eq!(
        description(ENGLISH, &status, NOW),
        "🟡 **7 players online** · names not reported · updated <t:100000:R>"
    );
}

#[test]
fn a_silent_server_is_shown_with_the_time_it_was_last_heard_from() {
    let mut status = server_status(&[("Alex", 92_800)], &[]);
    status.heard_at = Some(UnixSeconds(99_000));
    status.state = LinkState::Quiet;
    let quiet = description(ENGLISH, &status, NOW);
    status.state = LinkState::Stale;
    status.online.clear();
    let stale = description(ENGLISH, &status, NOW);

    assert!(
        quiet.starts_with("🟠 **last heard from <t:99000:R>** · 1 player last known · "),
        "{quiet}"
    );
    assert!(
        stale.starts_with("🔴 **last heard from <t:99000:R> - nobody is shown as online** · "),
        "{stale}"
    );
}

#[test]
fn the_largest_number_of_the_worst_names_stays_within_the_limit() {
    let worst = "🦀".repeat(16) + &"_".repeat(16);
    let mut status = server_status(&[], &[]);
    status.online = (0..1_000)
        .map(|n| OnlinePlayer {
            player: player(&worst),
            joined_at: UnixSeconds(n),
        })
        .collect();
    status.last_seen = (0..200)
        .map(|n| OfflinePlayerInfo {
            player_name: player(&worst),
            last_seen: UnixSeconds(n),
        })
        .collect();
    status.last_seen_total = 1_000_000;

    for (text, more, heading) in [
        (ENGLISH, "...and ", "Last seen (within 24h):\n• "),
        (
            GERMAN,
            "… und ",
            "Zuletzt gesehen (in den letzten 24 Stunden):\n• ",
        ),
    ] {
        let description = description(text, &status, NOW);

        assert!(width(&description) < 3_500, "{}", width(&description));
        assert_eq!(description.matches(more).count(), 2);
        assert!(description.contains(heading));
        assert!(width(&alt_text(text, &status)) <= ALT_TEXT_LIMIT);
    }
}

#[test]
fn the_embed_shows_the_picture_only_if_it_is_attached() {
    let json = |with_picture| {
        serde_json::to_value(embed(ENGLISH, &server_status(&[], &[]), NOW, with_picture)).unwrap()
    };
    assert_eq!(json(true)["image"]["url"], "attachment://status.png");
    assert!(json(false)["image"].is_null());
}

#[test]
fn the_title_is_escaped_and_the_alt_text_is_not() {
    let mut status = server_status(&[("a_b", 0)], &[]);
    status.name = ServerName::try_from("s_1").unwrap();
    let json = serde_json::to_value(embed(ENGLISH, &status, NOW, true)).unwrap();
    assert_eq!(json["title"], r"s\_1");
    assert_eq!(alt_text(ENGLISH, &status), "1 player online on s_1: a_b");
}
