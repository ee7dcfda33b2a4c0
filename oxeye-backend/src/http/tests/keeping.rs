//! What is kept, taken along and forgotten.

use super::*;

#[tokio::test]
async fn the_operator_gets_a_copy_of_the_store_and_nobody_else_does() {
    let site = site();
    let key = site.linked().await;

    let copy = site.operator("/api/backup").await;

    assert_eq!(copy.status, StatusCode::OK);
    assert_eq!(copy.headers[CONTENT_TYPE], "application/vnd.sqlite3");
    assert_eq!(
        copy.headers["content-length"],
        copy.body.len().to_string().as_str()
    );
    assert!(copy.body.starts_with(b"SQLite format 3\0"));
    let refused = site.ask(get("/api/backup", key.expose())).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.refusal().contains("operator token"));
}
