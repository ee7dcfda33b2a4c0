//! What people see when they open the backend's address.

use base64::Engine as _;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::{Answer, Request};
use sha2::{Digest as _, Sha256};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    String::from_utf8(answer.body.clone()).expect("the page is UTF-8")
}

/// Returns the part of the page between a tag and its end.
fn inside<'a>(page: &'a str, tag: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<{tag}>")).expect("the tag");
    let (inside, _) = rest.split_once(&format!("</{tag}>")).expect("its end");
    inside
}

#[tokio::test]
async fn a_browser_gets_a_page_that_says_what_this_is_and_where_to_go() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("secret-server").await.syncs(&["Alex"]).await;

    let answer = oxeye
        .ask(&Request::get("/").header("Accept", BROWSER))
        .await;

    let page = page(&answer);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    for way in [
        "/oxeye status",
        "oxeye link NAME",
        "/oxeye connect CODE",
        "href=\"health\"",
    ] {
        assert!(page.contains(way), "{way} in {page}");
    }
    for absent in ["<script", "http:", "https:", "secret-server", "Alex"] {
        assert!(!page.contains(absent), "{absent} in {page}");
    }
}

#[tokio::test]
async fn the_page_may_do_nothing_but_apply_its_own_style() {
    let oxeye = Oxeye::start().await;

    let answer = oxeye
        .ask(&Request::get("/").header("Accept", BROWSER))
        .await;

    let style = Sha256::digest(inside(&page(&answer), "style"));
    let hash = base64::engine::general_purpose::STANDARD.encode(style);
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let allowed = format!("default-src 'none'; style-src 'sha256-{hash}'; ");
    assert!(policy.starts_with(&allowed), "{policy}, not {allowed}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test]
async fn a_shell_gets_plain_text_in_the_language_it_asks_for() {
    let oxeye = Oxeye::start().await;

    let plain = oxeye.ask(&Request::get("/").header("Accept", "*/*")).await;
    let german = Request::get("/").header("Accept-Language", "de-AT,de;q=0.9");
    let german = page(&oxeye.ask(&german).await);
    let post = oxeye.ask(&Request::post("/")).await;

    assert_eq!(
        plain.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let plain = page(&plain);
    assert!(
        plain.starts_with("Oxeye\n\nOxeye tells a Discord community"),
        "{plain}"
    );
    assert!(
        plain.contains("\n  - In Discord: `/oxeye status`\n"),
        "{plain}"
    );
    assert!(plain.lines().count() < 30, "it fits on one screen");
    assert!(
        german.contains("Einen Minecraft-Server verknüpfen"),
        "{german}"
    );
    assert_eq!(post.status, 405, "{post}");
    assert!(post.error().contains("method"), "{post}");
}
