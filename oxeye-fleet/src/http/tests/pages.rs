//! CORS, the dashboard, unknown paths.

use super::*;

const PREFLIGHT: [(&str, &str); 3] = [
    ("origin", "http://localhost:8081"),
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type"),
];

const GAME: &str = "http://localhost:8081";

#[tokio::test]
async fn a_game_page_of_a_configured_origin_may_call_the_api() {
    let site = site(&[("FLEET_CORS_ORIGINS", GAME)]).await;
    let asked = |method, path: &'static str, headers: &'static [(&str, &str)]| {
        let site = &site;
        async move { site.ask(method, path, headers, "").await }
    };

    let preflight = asked(Method::OPTIONS, "/api/player/join", &PREFLIGHT).await;
    let answer = asked(Method::GET, "/api/servers", &PREFLIGHT[..1]).await;
    let error = asked(Method::POST, "/api/player/leave", &PREFLIGHT[..1]).await;

    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("content-type")
    );
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("POST")
    );
    for answer in [preflight, answer, error] {
        assert_eq!(answer.header("access-control-allow-origin"), GAME);
    }
}

#[tokio::test]
async fn other_pages_may_not() {
    let site = site(&[("FLEET_CORS_ORIGINS", "https://play.example.org")]).await;

    let preflight = site
        .ask(Method::OPTIONS, "/api/player/join", &PREFLIGHT, "")
        .await;

    assert_eq!(preflight.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn no_page_may_call_the_routes_of_operators() {
    let site = site(&[("FLEET_CORS_ORIGINS", "*")]).await;
    for path in ["/api/fleet", "/api/fleet/drain", "/api/fleet/worlds"] {
        let preflight = site.ask(Method::OPTIONS, path, &PREFLIGHT, "").await;
        assert_eq!(preflight.status, 405, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), "");
    }
    let public = site.ask(Method::GET, "/health", &PREFLIGHT, "").await;
    assert_eq!(public.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn the_dashboard_has_its_files_and_figures() {
    let site = site(&[]).await;
    site.joined("Ada").await;
    let get = |path: &'static str| {
        let site = &site;
        async move {
            site.ask_at(site.dashboard, Method::GET, path, &[], "")
                .await
        }
    };

    let page = get("/").await;
    assert!(page.text.starts_with("<!doctype html>"));
    assert!(
        page.header("content-security-policy")
            .contains("script-src 'self'")
    );
    assert!(
        get("/dashboard.js")
            .await
            .header("content-type")
            .starts_with("text/javascript")
    );
    assert!(
        get("/dashboard.css")
            .await
            .header("content-type")
            .starts_with("text/css")
    );
    assert_eq!(get("/api/stats").await.json()["activePlayers"], 1);
    assert_eq!(get("/health").await.json()["status"], "healthy");
    get("/api/player/join").await.error(404);
    assert!(site.get("/client.js").await.text.contains("heartbeat"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_errors_like_all_others() {
    let site = site(&[]).await;

    assert_eq!(
        site.get("/nowhere").await.error(404),
        "there is nothing at this path"
    );
    let wrong = site.get("/api/player/join").await;
    assert_eq!(wrong.error(405), "this path does not take this method");
    let wrong = site.post("/api/servers", &json!({})).await;
    assert_eq!(wrong.error(405), "this path does not take this method");
}
