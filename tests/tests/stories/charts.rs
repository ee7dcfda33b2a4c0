//! The players over time: `/oxeye chart`, `oxeye chart` and the charts of the API.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::raw::Request;
use serde_json::Value;

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Returns stays of two players on each of the last days, from 20:00 to 22:00.
fn evenings(now: i64, days: i64) -> Vec<(&'static str, i64, i64)> {
    let today = now - now % DAY;
    let evening = |day| today - day * DAY + 20 * HOUR;
    let days = (1..=days).flat_map(|day| {
        let from = evening(day);
        [
            ("Steve", from, from + 2 * HOUR),
            ("jeb_", from + 1, from + 2 * HOUR),
        ]
    });
    days.collect()
}

/// Returns the backend's time, as the server of a guild was heard then.
async fn heard_at(oxeye: &Oxeye, guild: u64, server: &str) -> i64 {
    let status = Request::get(format!("/api/servers/{guild}/{server}/status"));
    let status = oxeye.api(status).await;
    status["heard_at"].as_i64().expect("it was heard")
}

/// Starts with a server on which Alex is now, and Steve and jeb_ were on 30 evenings.
async fn with_a_past() -> Community {
    let (community, _server) = Community::with_alex().await;
    let guild = community.guild.id();
    let now = heard_at(&community.oxeye, guild, "survival").await;
    community
        .oxeye
        .had_stays(guild, "survival", &evenings(now, 30))
        .await;
    community
}

#[tokio::test]
async fn members_see_average_peak_and_record_and_when_to_come_on() {
    let Community {
        discord,
        guild,
        oxeye: _oxeye,
    } = with_a_past().await;

    let chart = guild.member().types("oxeye chart", &[]).await;
    let german = guild.prefers("de");
    let in_german = german
        .member()
        .types("oxeye chart", &[("range", "30 days")])
        .await;

    assert!(!chart.ephemeral, "a chart is for everybody");
    let text = chart.text();
    for words in [
        "survival · the last 7 days",
        "Average 0.",
        " · peak 2 (",
        " 20:00) · record 2 (",
        "Best time to come on: ",
        ", 20:00–22:00 (about 2).",
        "Days and hours in UTC",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    let picture = chart.picture();
    assert_eq!(picture.width(), 960);
    assert!(chart.files[0].bytes.len() < 150_000);
    assert_eq!(chart.files[0].name, "chart.png");
    let alt = chart.files[0].description.clone().unwrap_or_default();
    for words in [
        "peak 2 (",
        "20:00–22:00 (about 2)",
        // On which days depends on whether this evening is over.
        "Busiest single hours of the week: ",
        ":00 (2)",
    ] {
        assert!(alt.contains(words), "{words:?} in {alt}");
    }
    let text = in_german.text();
    for words in [
        "survival · die letzten 30 Tage",
        "Spitze 2 (",
        "20–22 Uhr (etwa 2).",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    discord.keeps_the_rules();
}

#[tokio::test]
async fn the_buttons_show_other_ranges_in_place_for_the_one_who_asked() {
    let Community {
        discord,
        guild,
        oxeye: _oxeye,
    } = with_a_past().await;
    let chart = guild
        .member()
        .types("oxeye chart", &[("server", "SURVIVAL")])
        .await;

    let of_another = guild.other_member().presses(&chart, "All time").await;
    let in_place = guild.member().presses(&chart, "30 days").await;

    assert!(chart.is_disabled("7 days"), "it is shown already");
    let by_another = guild.another(30).presses(&in_place, "90 days").await;

    assert!(of_another.ephemeral, "{}", of_another.text());
    assert!(of_another.text().contains("all time"));
    // What others look at does not count: the chart of the one who asked is replaced, picture and all.
    assert!(!in_place.ephemeral, "{}", in_place.text());
    assert!(in_place.text().contains("survival · the last 30 days"));
    assert!(in_place.is_disabled("30 days") && in_place.files.len() == 1);
    assert!(by_another.ephemeral && by_another.text().contains("the last 90 days"));
    discord.keeps_the_rules();
}

#[tokio::test]
async fn all_servers_are_shown_together() {
    let Community {
        discord,
        guild,
        oxeye,
    } = with_a_past().await;
    let creative = oxeye.linked_from(&guild, "creative").await;
    creative.syncs(&["Eve"]).await;

    let together = guild.member().types("oxeye chart", &[]).await;
    let alone = guild
        .member()
        .types("oxeye chart", &[("server", "creative")])
        .await;

    let text = together.text();
    assert!(
        text.contains("All servers together · the last 7 days"),
        "{text}"
    );
    assert!(text.contains("record 2 ("), "{text}");
    let text = alone.text();
    assert!(text.contains("creative · the last 7 days"), "{text}");
    assert!(!text.contains("Best time to come on"), "{text}");
    discord.keeps_the_rules();
}

#[tokio::test]
async fn what_cannot_be_shown_is_said() {
    let Community {
        discord,
        guild,
        oxeye,
    } = Community::start().await;
    let member = guild.member();
    let without_servers = member.types("oxeye chart", &[]).await;
    let server = oxeye.linked_from(&guild, "survival").await;
    let unheard = member.types("oxeye chart", &[]).await;
    server.syncs(&["Alex"]).await;
    let unknown = member.types("oxeye chart", &[("server", "nether")]).await;

    assert!(without_servers.ephemeral);
    assert!(
        unheard.text().contains("Nothing is known about this time."),
        "{}",
        unheard.text()
    );
    assert!(unheard.files.is_empty(), "there is nothing to draw");
    assert!(
        unknown.ephemeral && unknown.text().contains("nether"),
        "{}",
        unknown.text()
    );
    discord.keeps_the_rules();
}

#[tokio::test]
async fn an_id_that_was_made_up_shows_nothing_of_others() {
    let Community {
        discord,
        guild,
        oxeye,
    } = with_a_past().await;
    let theirs = discord.guild(2);
    let their_server = oxeye.linked_from(&theirs, "secret").await;
    their_server.syncs(&["Steve"]).await;
    let chart = guild.member().types("oxeye chart", &[]).await;
    let of_theirs = theirs.member().types("oxeye chart", &[]).await;
    let id = of_theirs.component("30 days");
    let member = guild.other_member();

    let foreign = member.presses_id(&chart, &id).await;
    let nowhere = guild
        .member()
        .presses_id(&of_theirs, "ox1:c:999999:7d")
        .await;
    let mut odd = Vec::new();
    for id in [
        "ox1:c:-:0d",
        "ox1:c:-:10000d",
        "ox1:c:-:7",
        "ox1:c:x:7d",
        "ox1:c",
    ] {
        odd.push(member.presses_id(&chart, id).await);
    }

    for refused in [&foreign, &nowhere] {
        let text = refused.text();
        assert!(text.contains("no longer linked here"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
    for refused in odd {
        assert!(
            refused.ephemeral && refused.text().contains("out of date"),
            "{}",
            refused.text()
        );
    }
}

#[tokio::test]
async fn the_command_line_and_the_api_say_the_same() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    oxeye.had_stays(0, "survival", &evenings(now, 30)).await;

    let text = oxeye.command(&["chart", "--range", "30d"]).await;
    let shell = oxeye
        .command(&["chart", "survival", "--tz", "Asia/Tokyo", "--json"])
        .await;
    let report = oxeye
        .api(Request::get("/api/servers/0/survival/chart?tz=Asia/Tokyo"))
        .await;
    let together = oxeye
        .api(Request::get("/api/guilds/0/chart?tz=Asia/Tokyo"))
        .await;

    assert!(
        text.out
            .starts_with("survival · the last 30 days\nAverage 0.2"),
        "{}",
        text.out
    );
    assert!(
        text.out
            .contains(", 20:00–22:00 (about 2).\nDays and hours in UTC"),
        "{}",
        text.out
    );
    let json: Value = serde_json::from_str(&shell.out).expect("JSON");
    for key in ["range", "time_zone", "peak_count", "record_at", "best"] {
        assert_eq!(json[key], report[key], "{key}");
    }
    assert_eq!(
        report["best"]["hour"], 5,
        "20:00 UTC is 5:00 in Tokyo: {report}"
    );
    assert_eq!(report["peak_count"], 2);
    assert_eq!(
        report["record_at"],
        now - now % DAY - 30 * DAY + 20 * HOUR + 1
    );
    assert_eq!(
        (&together["server"], &together["peak_at"]),
        (&Value::Null, &report["peak_at"])
    );
    let steps = report["steps"].as_array().expect("a list");
    assert!(steps.iter().any(|step| step["peak_count"] == 2), "{report}");
}

#[tokio::test]
async fn a_range_that_nobody_can_mean_is_refused_with_what_is_possible() {
    let oxeye = Oxeye::start().await;
    let (_server, _) = oxeye.empty_server("survival").await;

    for range in ["0d", "10000d", "yesterday", ""] {
        let path = format!("/api/servers/0/survival/chart?range={range}");
        let answer = oxeye.operator(Request::get(path)).await;
        assert_eq!(answer.status, 400, "{answer}");
        assert!(answer.error().contains("1d to 3660d"), "{answer}");
        let shell = oxeye.command(&["chart", "--range", range]).await;
        assert_eq!(shell.code, Some(2), "{}", shell.log);
    }
    for path in ["/api/servers/0/nether/chart", "/api/guilds/9/chart"] {
        assert_eq!(oxeye.operator(Request::get(path)).await.status, 404);
    }
    let zone = "/api/guilds/0/chart?tz=Mars/Base";
    assert_eq!(oxeye.operator(Request::get(zone)).await.status, 400);
}

#[tokio::test]
async fn the_picture_is_also_a_file_and_an_address() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    let png = Request::get("/api/servers/0/survival/chart.png");
    let unknown = oxeye.operator(png).await;
    oxeye.had_stays(0, "survival", &evenings(now, 30)).await;
    let file = oxeye.folder().join("chart.png");
    let path = file.display().to_string();

    let shell = oxeye.command(&["chart", "--picture", &path]).await;
    let png = oxeye
        .operator(Request::get("/api/guilds/0/chart.png"))
        .await;
    let svg = Request::get("/api/servers/0/survival/chart.svg?lang=de");
    let svg = oxeye.operator(svg).await;
    let odd = Request::get("/api/guilds/0/chart.svg?colour=red");
    let odd = oxeye.operator(odd).await;

    assert_eq!(unknown.status, 404, "{unknown}");
    assert_eq!(unknown.json()["code"], "nothing_to_draw");
    assert_eq!(shell.code, Some(0), "{}", shell.log);
    let saved = std::fs::read(file).expect("it is there");
    for bytes in [&saved, &png.body] {
        assert!(bytes.starts_with(b"\x89PNG"), "{} bytes", bytes.len());
    }
    assert_eq!(png.header("cache-control"), Some("private, max-age=60"));
    let tag = png.header("etag").expect("a tag");
    let again = Request::get("/api/guilds/0/chart.png").header("If-None-Match", tag);
    assert!([200, 304].contains(&oxeye.operator(again).await.status));
    assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
    let svg = String::from_utf8(svg.body).expect("a text");
    assert!(svg.contains("Spitze") && svg.contains("Mo"), "{svg}");
    assert_eq!(odd.status, 400, "{odd}");
}
