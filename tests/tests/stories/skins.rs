//! Skins are asked for once, checked, and shown as heads.

use oxeye_render::Skin;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::{Answer, Request};
use oxeye_tests::skins;
use serde_json::json;

/// Reports a join that makes the backend ask for a skin, and sends these bytes as the skin.
async fn sends(server: &Plugin, skin_data: &str) -> Answer {
    let hash = skins::texture_hash("a texture").to_string();
    let join = json!({"player": "Alex", "texture_hash": hash});
    assert_eq!(
        server.ask(Request::post("/join").json(&join)).await.status,
        202
    );
    let skin = json!({"player": "Alex", "texture_hash": hash, "skin_data": skin_data});
    server.ask(Request::post("/skin").json(&skin)).await
}

#[tokio::test]
async fn a_skin_is_asked_for_once() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let png = skins::skin(10, 200, 10);

    let first = server.joins_with_skin("Alex", "alex", &png).await;
    let second = server.joins_with_skin("Alex", "alex", &png).await;

    assert!(first && !second);
}

#[tokio::test]
async fn a_sync_says_which_skins_are_missing() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server
        .joins_with_skin("Alex", "alex", &skins::skin(1, 2, 3))
        .await;
    let [alex, steve] = ["alex", "steve"].map(|of| skins::texture_hash(of).to_string());

    let players = json!([{"player": "Alex", "texture_hash": alex}, {"player": "Steve", "texture_hash": steve}]);
    let answer = server
        .ask(Request::post("/sync").json(&json!({"players": players})))
        .await;

    assert_eq!(
        answer.json()["missing"],
        json!([{"player": "Steve", "texture_hash": steve}])
    );
}

#[tokio::test]
async fn the_same_pixels_under_another_hash_are_one_head() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let png = skins::skin(10, 20, 200);
    assert!(server.joins_with_skin("Alex", "alex at noon", &png).await);
    assert!(server.joins_with_skin("Alex", "alex at one", &png).await);

    let skin = Skin::decode(&png).expect("a skin");
    let id: String = skin
        .pixels_sha256()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let head = oxeye.ask(&Request::get(format!("/heads/{id}.png"))).await;

    assert_eq!(
        (head.status, head.header("content-type")),
        (200, Some("image/png")),
        "{head}"
    );
    let picture = image::load_from_memory(&head.body)
        .expect("a PNG")
        .to_rgba8();
    assert!(picture.pixels().all(|pixel| pixel.0 == [10, 20, 200, 255]));
}

#[tokio::test]
async fn an_unknown_head_is_the_default_one_and_may_be_cached_only_briefly() {
    let oxeye = Oxeye::start().await;

    let id = "0".repeat(64);
    for path in [format!("/heads/{id}.png"), "/heads/nonsense.png".to_owned()] {
        let head = oxeye.ask(&Request::get(path)).await;

        assert_eq!(
            (head.status, head.header("content-type")),
            (200, Some("image/png")),
            "{head}"
        );
        let caching = head
            .header("cache-control")
            .expect("the answer says how long it may be cached");
        assert!(!caching.contains("immutable"), "{caching}");
    }
}

#[tokio::test]
async fn the_older_half_height_skin_is_accepted() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let answer = sends(&server, &skins::base64(&skins::png(64, 32, [9, 9, 9]))).await;
    assert_eq!(answer.status, 200, "{answer}");
}

#[tokio::test]
async fn invalid_skins_are_refused() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let cut_off = skins::skin(1, 2, 3)[..60].to_vec();
    let refused = [
        ("not base 64", "%%%".to_owned()),
        ("empty", String::new()),
        ("not a PNG", skins::base64(b"GIF89a, not a PNG at all")),
        ("cut off", skins::base64(&cut_off)),
        ("128x128", skins::base64(&skins::png(128, 128, [1, 2, 3]))),
        ("1x1", skins::base64(&skins::png(1, 1, [1, 2, 3]))),
        (
            "claims 60000x60000",
            skins::base64(&skins::lying_png(60_000, 60_000)),
        ),
        (
            "claims 64x32 and holds 64x64 and more",
            skins::base64(&skins::lying_png(64, 0)),
        ),
        ("200 KiB of base 64", "A".repeat(200 * 1024)),
    ];
    for (what, skin_data) in refused {
        let answer = sends(&server, &skin_data).await;
        assert!(matches!(answer.status, 400 | 422), "{what}: {answer}");
        answer.error();
    }
    assert_eq!(oxeye.ask(&Request::get("/health")).await.status, 200);
}

#[tokio::test]
async fn an_unreported_skin_is_not_stored() {
    let oxeye = Oxeye::start().await;
    let [victim, attacker] = [oxeye.linked("victim").await, oxeye.linked("attacker").await];
    let hash = skins::texture_hash("alex").to_string();
    victim
        .joins_with_skin("Alex", "alex", &skins::skin(1, 2, 3))
        .await;

    let forged = json!({"player": "Alex", "texture_hash": hash,
                        "skin_data": skins::base64(&skins::skin(250, 0, 0))});
    let answer = attacker.ask(Request::post("/skin").json(&forged)).await;

    assert_eq!(answer.status, 422, "{answer}");
    assert!(
        answer
            .error()
            .contains("report the player with this texture_hash first"),
        "{answer}"
    );
    let picture = oxeye
        .operator(Request::get("/api/servers/0/victim/status.png"))
        .await;
    let picture = image::load_from_memory(&picture.body)
        .expect("a PNG")
        .to_rgba8();
    assert!(
        !picture.pixels().any(|pixel| pixel.0 == [250, 0, 0, 255]),
        "the skin was replaced"
    );
}

#[tokio::test]
async fn a_skin_is_accepted_only_for_the_player_who_was_reported_with_it() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let hash = skins::texture_hash("alex").to_string();
    server
        .joins_with_skin("Alex", "alex", &skins::skin(1, 2, 3))
        .await;
    server.joins("Steve").await;

    for player in ["Steve", "Nobody"] {
        let forged = json!({"player": player, "texture_hash": hash,
                            "skin_data": skins::base64(&skins::skin(250, 0, 0))});
        let answer = server.ask(Request::post("/skin").json(&forged)).await;
        assert_eq!(answer.status, 422, "{player}: {answer}");
    }

    let changed = json!({"player": "Alex", "texture_hash": hash,
                         "skin_data": skins::base64(&skins::skin(0, 250, 0))});
    let answer = server.ask(Request::post("/skin").json(&changed)).await;
    assert_eq!(answer.status, 200, "{answer}");
}
