//! Which token may do what in `/api`. A route that is not in the table fails a test, so that nobody forgets to decide.

use std::collections::BTreeSet;

use super::*;
use crate::http::tokens::Holder;

/// The routes of `/api`, each with the holder of the weakest token that is enough.
#[rustfmt::skip]
const ROUTES: &[(&str, &str, Holder)] = &[
    ("DELETE", "/api/guilds/{guild_id}/alerts/{alert_id}", Holder::Operator),
    ("DELETE", "/api/guilds/{guild_id}/members/{user_id}", Holder::Operator),
    ("DELETE", "/api/guilds/{guild_id}/notices/{notice_id}", Holder::Operator),
    ("DELETE", "/api/guilds/{guild_id}/watched/{server}", Holder::Operator),
    ("DELETE", "/api/members/{user_id}", Holder::Operator),
    ("DELETE", "/api/players/{player}", Holder::Operator),
    ("DELETE", "/api/servers/{guild_id}/{server}", Holder::Operator),
    ("GET", "/api/analytics/export", Holder::Operator),
    ("GET", "/api/analytics/recover-sessions", Holder::Operator),
    ("GET", "/api/analytics/session-health", Holder::Reader),
    ("GET", "/api/analytics/status", Holder::Reader),
    ("GET", "/api/analytics/user/{user_id}", Holder::Operator),
    ("GET", "/api/backup", Holder::Operator),
    ("GET", "/api/backup/activity", Holder::Operator),
    ("GET", "/api/backup/presence", Holder::Operator),
    ("GET", "/api/discord/server-stats", Holder::Reader),
    ("GET", "/api/discord/streaming-status", Holder::Reader),
    ("GET", "/api/export", Holder::Operator),
    ("GET", "/api/guilds/{guild_id}/activity/counters", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/online", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/players/{player}", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/players/{player}/daily", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/players/{player}/events", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/players/{player}/session", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/players/{player}/summary", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/activity/top", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/alerts", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/chart", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/chart.png", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/chart.svg", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/leaderboard", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/leaderboard.png", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/notices", Holder::Operator),
    ("GET", "/api/guilds/{guild_id}/occupancy", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/online", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/persons/{player}", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/persons/{player}/picture.png", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/presence", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/presence/top", Holder::Operator),
    ("GET", "/api/guilds/{guild_id}/presence/users/{user_id}", Holder::Operator),
    ("GET", "/api/guilds/{guild_id}/presence/voice", Holder::Operator),
    ("GET", "/api/guilds/{guild_id}/settings", Holder::Reader),
    ("GET", "/api/guilds/{guild_id}/watched", Holder::Reader),
    ("GET", "/api/health", Holder::Reader),
    ("GET", "/api/members", Holder::Operator),
    ("GET", "/api/occupancy", Holder::Reader),
    ("GET", "/api/players/{player}", Holder::Reader),
    ("GET", "/api/presence", Holder::Reader),
    ("GET", "/api/servers", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/busiest", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/chart", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/chart.png", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/chart.svg", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/headcount", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/leaderboard", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/leaderboard.png", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/online", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/players", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/players/{player}", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/players/{player}/sessions", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/status", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/status.png", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/uptime", Holder::Reader),
    ("GET", "/api/servers/{guild_id}/{server}/icon.png", Holder::Reader),
    ("GET", "/api/watched", Holder::Reader),
    ("PATCH", "/api/guilds/{guild_id}/settings", Holder::Operator),
    ("POST", "/api/analytics/recover-sessions", Holder::Operator),
    ("POST", "/api/analytics/session-health", Holder::Operator),
    ("POST", "/api/guilds/{guild_id}/alerts/{alert_id}/test", Holder::Operator),
    ("POST", "/api/guilds/{guild_id}/notices", Holder::Operator),
    ("POST", "/api/guilds/{guild_id}/watched", Holder::Operator),
    ("POST", "/api/import", Holder::Operator),
    ("POST", "/api/links", Holder::Operator),
    ("POST", "/api/servers/{guild_id}/{server}/imported-playtime", Holder::Operator),
    ("POST", "/api/servers/{guild_id}/{server}/remove", Holder::Operator),
    ("POST", "/api/servers/{guild_id}/{server}/rename", Holder::Operator),
    ("POST", "/api/servers/{guild_id}/{server}/rotate-key", Holder::Operator),
    ("PUT", "/api/guilds/{guild_id}/alerts", Holder::Operator),
];

/// Returns a request to a route about a server and a player that exist, with a token.
fn request(method: &str, route: &str, token: &str) -> Request<Body> {
    let path = route
        .replace("{guild_id}", "0")
        .replace("{server}", "survival")
        .replace("{user_id}", "5")
        .replace("{player}", "Alex");
    let request = Request::builder().method(method).uri(path);
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
}

async fn site_with_a_player() -> (Site, ApiKey) {
    let site = site();
    let key = site.linked().await;
    site.post("/join", &key, r#"{"player": "Alex"}"#).await;
    (site, key)
}

#[tokio::test]
async fn a_request_with_two_authorization_headers_has_no_token() {
    let (site, key) = site_with_a_player().await;
    let key = key.expose();
    for (path, token, other) in [
        ("/status", key, key),
        ("/status", key, "x"),
        ("/api/servers", OPERATOR, OPERATOR),
        ("/api/servers", OPERATOR, "x"),
    ] {
        let mut twice = get(path, token);
        assert_eq!(site.ask(get(path, token)).await.status, 200, "{path}");
        let other = format!("Bearer {other}").parse().unwrap();
        twice.headers_mut().append(AUTHORIZATION, other);
        assert_eq!(site.ask(twice).await.status, 401, "{path}");
    }
}

/// Returns the routes in the source of the router, where each stands on a line of its own.
fn listed() -> BTreeSet<(&'static str, &'static str)> {
    let source = include_str!("../operator.rs").lines();
    let lines = source.filter_map(|line| line.trim().strip_prefix(".route(\""));
    let mut routes = BTreeSet::new();
    for line in lines {
        let (path, handlers) = line.split_once("\", ").unwrap();
        let methods = [
            ("DELETE", "delete("),
            ("GET", "get("),
            ("PATCH", "patch("),
            ("POST", "post("),
            ("PUT", "put("),
        ];
        let named = methods
            .into_iter()
            .filter(|(_, call)| handlers.contains(call));
        let before = routes.len();
        routes.extend(named.map(|(method, _)| (method, path)));
        assert!(routes.len() > before, "no method is recognised in {line}");
    }
    routes
}

#[test]
fn the_table_has_every_route() {
    let table: BTreeSet<_> = ROUTES
        .iter()
        .map(|(method, path, _)| (*method, *path))
        .collect();

    assert_eq!(table, listed());
}

#[tokio::test]
async fn nobody_without_a_token_gets_an_answer() {
    let (site, key) = site_with_a_player().await;

    for (method, route, _) in ROUTES {
        for token in ["", "reader-token-for-test", key.expose()] {
            let answer = site.ask(request(method, route, token)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {route}");
        }
    }
}

#[tokio::test]
async fn a_reader_gets_answers_and_changes_nothing() {
    let (site, _) = site_with_a_player().await;
    let before = site.operator("/api/servers/0/survival/status").await.json();

    for (method, route, holder) in ROUTES {
        let answer = site.ask(request(method, route, READER)).await;
        match holder {
            Holder::Reader => {
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
                assert!(!refused.contains(&answer.status), "{method} {route}");
            }
            Holder::Operator => {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {route}");
                assert!(answer.refusal().contains("READER_TOKEN may read"));
            }
        }
    }
    let head = site.ask(request("HEAD", "/api/backup", READER)).await;
    assert_eq!(head.status, StatusCode::FORBIDDEN);
    let after = site.operator("/api/servers/0/survival/status").await.json();
    assert_eq!(before, after);
}

#[tokio::test]
async fn the_operator_is_refused_nothing() {
    for (method, route, _) in ROUTES {
        let (site, _) = site_with_a_player().await;
        let answer = site.ask(request(method, route, OPERATOR)).await;
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        assert!(!refused.contains(&answer.status), "{method} {route}");
    }
}
