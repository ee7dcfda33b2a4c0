//! Skins that are sent, and heads that are served.

use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_skin_becomes_a_head_that_may_be_cached_for_ever() {
    let site = site();
    let key = site.linked().await;
    let png = oxeye_render_skin();
    let body =
        json!({"player": "Alex", "texture_hash": "ab".repeat(32), "skin_data": base64(&png)})
            .to_string();
    site.post(
        "/join",
        &key,
        format!(
            r#"{{"player": "Alex", "texture_hash": "{}"}}"#,
            "ab".repeat(32)
        ),
    )
    .await;

    let stored = site.post("/skin", &key, body).await;
    let id: String = oxeye_render::Skin::decode(&png)
        .unwrap()
        .pixels_sha256()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let known = site.ask(plain("GET", &format!("/heads/{id}.png"))).await;
    let mut again = plain("GET", &format!("/heads/{id}.png"));
    again
        .headers_mut()
        .insert(IF_NONE_MATCH, known.headers[ETAG].clone());

    assert_eq!(
        (stored.status, known.status),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_eq!(known.headers[CONTENT_TYPE], "image/png");
    assert!(
        known.headers[CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(site.ask(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_unknown_skin_has_the_default_head_which_is_cached_for_a_minute() {
    let site = site();

    for id in ["00".repeat(32), "nonsense".to_owned()] {
        let answer = site.ask(plain("GET", &format!("/heads/{id}.png"))).await;
        assert_eq!(
            (answer.status, answer.headers[CONTENT_TYPE].as_bytes()),
            (StatusCode::OK, &b"image/png"[..])
        );
        assert_eq!(answer.headers[CACHE_CONTROL], "public, max-age=60");
    }
    assert_eq!(
        site.ask(plain("GET", "/heads/nonsense")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_picture_that_is_not_a_skin_is_answered_with_400() {
    let site = site();
    let key = site.linked().await;

    for data in ["*".to_owned(), base64(b"no picture"), "A".repeat(100_000)] {
        let body = json!({"player": "Alex", "texture_hash": "ab".repeat(32), "skin_data": data})
            .to_string();
        let answer = site.post("/skin", &key, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.refusal().starts_with("This is not a skin"));
    }
}

fn base64(bytes: &[u8]) -> String {
    use oxeye_plugin_proto::{PlayerName, SkinRequest, TextureHash};
    SkinRequest::new(
        PlayerName::try_from("x").unwrap(),
        TextureHash([0; 32]),
        bytes,
    )
    .skin_data
}

fn oxeye_render_skin() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(64, 64, image::Rgba([10, 20, 30, 255]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner()
}

#[tokio::test]
async fn heads_are_limited_by_address() {
    let site = site();
    let ask = || site.ask(plain("GET", "/heads/0.png"));
    for _ in 0..600 {
        assert_eq!(ask().await.status, StatusCode::OK);
    }

    // The limit may have refilled a little in the meantime.
    let mut refused = ask().await;
    for _ in 0..600 {
        if refused.status == StatusCode::OK {
            refused = ask().await;
        }
    }

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.refusal().contains("Too many"));
}

#[tokio::test]
async fn an_escape_that_is_not_utf8_is_refused_as_such() {
    let site = site();
    for answer in [
        site.ask(plain("GET", "/heads/%ff.png")).await,
        site.operator("/api/servers/0/%ff/status").await,
    ] {
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let sentence = answer.refusal();
        assert!(sentence.contains("UTF-8"), "{sentence}");
    }
}
