//! What servers say about themselves.

use serde_json::json;

use super::*;

#[tokio::test]
async fn what_a_server_says_about_itself_is_shown_to_the_operator() {
    let site = site();
    let key = site.linked().await;
    let about = json!({"version": "1.21.11", "software": "Paper", "motd": "§6Hello\n@everyone",
        "max_players": 10_000_000, "address": "play.example.org", "icon": png_in_base64(64)});

    let said = site.post("/about", &key, about.to_string()).await;

    assert_eq!(said.status, StatusCode::OK);
    let expected = json!({"version": "1.21.11", "software": "Paper", "motd": "Hello @everyone",
        "max_players": 10_000_000, "address": "play.example.org"});
    let status = site.operator("/api/servers/0/survival/status").await;
    assert_eq!(status.json()["about"], expected);
    let servers = site.operator("/api/servers").await;
    assert_eq!(servers.json()[0]["about"], expected);
    let icon = site.operator("/api/servers/0/survival/icon.png").await;
    assert_eq!(icon.headers[CONTENT_TYPE], "image/png");
    assert!(icon.body.starts_with(b"\x89PNG"));
    assert_eq!(
        status.json()["state"],
        "awaiting_sync",
        "it decides nothing"
    );
}

#[tokio::test]
async fn a_later_report_replaces_all_of_an_earlier_one() {
    let site = site();
    let key = site.linked().await;
    let with_icon = json!({"version": "1.21.11", "icon": png_in_base64(64)});
    site.post("/about", &key, with_icon.to_string()).await;

    let said = site.post("/about", &key, r#"{"software": "Paper"}"#).await;

    assert_eq!(said.status, StatusCode::OK);
    let status = site.operator("/api/servers/0/survival/status").await;
    assert_eq!(status.json()["about"], json!({"software": "Paper"}));
    let icon = site.operator("/api/servers/0/survival/icon.png").await;
    assert_eq!(icon.status, StatusCode::NOT_FOUND);
    assert!(icon.refusal().contains("has reported no icon"));
}

#[tokio::test]
async fn an_icon_that_is_none_is_refused_with_a_sentence() {
    let site = site();
    let key = site.linked().await;
    let not_png = r#"{"icon": "bm8gcGljdHVyZQ=="}"#.to_owned();
    let too_small = json!({"icon": png_in_base64(32)}).to_string();
    for (body, status, sentence) in [
        (not_png, 400, "an icon is a PNG, but this is not one"),
        (too_small, 400, "says 32x32"),
        (r#"{"icon": "*"}"#.to_owned(), 422, "is not base64"),
        (huge_icon(100_000), 422, "has at most 65536 bytes"),
        (huge_icon(10_000_000), 413, "is larger than"),
    ] {
        let answer = site.post("/about", &key, body).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(answer.refusal().contains(sentence), "{}", answer.refusal());
    }
    let status = site.operator("/api/servers/0/survival/status").await;
    assert!(status.json().get("about").is_none());
}

#[tokio::test]
async fn a_batch_says_the_same_and_a_wrong_icon_in_it_is_refused_alone() {
    let site = site();
    let key = site.linked().await;
    let batch = json!({"epoch": 900, "first_seq": 1, "events": [
        {"type": "about", "version": "1.21.11", "icon": png_in_base64(64), "at": 990},
        {"type": "about", "version": "26.2", "icon": png_in_base64(32), "at": 995},
        {"type": "join", "player": "Alex", "at": 996},
    ]});

    let answer = site.post("/events", &key, batch.to_string()).await;

    assert_eq!(answer.status, StatusCode::OK);
    let answer = answer.json();
    assert_eq!(answer["acked_seq"], 3);
    assert_eq!(answer["refused"][0]["seq"], 2);
    let status = site.operator("/api/servers/0/survival/status").await;
    assert_eq!(status.json()["about"], json!({"version": "1.21.11"}));
    assert_eq!(status.json()["online_count"], 1);
}

#[tokio::test]
async fn a_server_that_keeps_changing_what_it_says_is_slowed_down() {
    let site = site_with_limits(RateLimits {
        batch_events_per_sec: 10.try_into().unwrap(),
        ..RateLimits::unlimited()
    });
    let key = site.linked().await;

    let mut taken = 0;
    let refused = loop {
        let said = json!({ "version": taken.to_string() }).to_string();
        let answer = site.post("/about", &key, said).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        taken += 1;
    };

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((1..=3).contains(&taken), "{taken}");
}

fn huge_icon(characters: usize) -> String {
    json!({ "icon": "A".repeat(characters) }).to_string()
}

fn png_in_base64(side: u32) -> String {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(side, side, image::Rgba([10, 20, 30, 255]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    oxeye_plugin_proto::IconData::from_png(png.into_inner())
        .unwrap()
        .into()
}
