//! Settings in exports and imports.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::json;

use super::SETTINGS;

#[tokio::test]
async fn settings_move_with_an_export_and_delete_nothing_of_what_was_there() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;
    let order = json!({"time_zone": "Asia/Tokyo", "language": "de", "last_seen_hours": 12,
        "retention_days": 90, "shown": ["history"], "delete_sessions": true});
    let set = oxeye.operator(Request::new("PATCH", SETTINGS).json(&order));
    let set = set.await.json();
    let file = oxeye.folder().join("oxeye.jsonl").display().to_string();
    oxeye.command(&["export", "--output", &file]).await;

    let elsewhere = Oxeye::start().await;
    let imported = elsewhere.command(&["import", &file]).await;
    let again = elsewhere.command(&["import", &file]).await;
    let moved = elsewhere.api(Request::get(SETTINGS)).await;
    let third = Oxeye::start().await;
    let (_server, now) = third.empty_server("survival").await;
    let old = now - 100 * 86_400;
    third
        .had_stays(0, "survival", &[("Alex", old, old + 60)])
        .await;
    let kept = third.command(&["import", &file]).await;
    let report = third.api(Request::get(SETTINGS)).await;

    assert_eq!(moved, set, "{}", imported.out);
    assert!(again.out.starts_with("0 added, 1 skipped"), "{again:?}");
    assert!(
        kept.out
            .contains("oxeye settings --guild 0 retention_days=90"),
        "{kept:?}"
    );
    assert_eq!(report["retention_days"], json!(null));
    assert_eq!(report["time_zone"], "Asia/Tokyo");
}
