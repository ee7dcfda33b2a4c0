use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use oxeye_db::{Database, DatabaseOptions, GuildId, UnixSeconds};
use oxeye_plugin_proto::{ApiKey, ErrorResponse, ServerName};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::app::App;
use super::connect_limit::ConnectLimit;
use super::front::Front;
use super::health::Readiness;
use crate::secret::Secret;

const OPERATOR: &str = "operator-token-for-tests";
const BODY_LIMIT: usize = 128 * 1024;

/// The whole HTTP surface over a store of its own, without a listener.
struct Site {
    front: Front,
    database: Database,
    _folder: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The sentence of a refusal, which every refusal must have.
    #[track_caller]
    fn refusal(&self) -> String {
        assert_eq!(self.headers[CONTENT_TYPE], "application/json");
        serde_json::from_slice::<ErrorResponse>(&self.body).unwrap().error
    }
}

fn site() -> Site {
    site_with_burst(200)
}

fn site_with_burst(burst: u32) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let options = DatabaseOptions {
        path: folder.path().join("oxeye.db"),
        recent_window: Duration::from_secs(86_400),
        event_quota: governor::Quota::per_second(1.try_into().unwrap()).allow_burst(burst.try_into().unwrap()),
        readers: 1,
    };
    let database = Database::open(&options, UnixSeconds(1000)).unwrap();
    let front = Front::new(App {
        database: database.clone(),
        clock: || UnixSeconds(1000),
        boot_id: database.boot_id().to_string().parse().unwrap(),
        operator_token_sha256: Secret::new(OPERATOR.to_owned()).sha256(),
        body_limit: BODY_LIMIT,
        request_timeout: Duration::from_secs(1),
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        connect_limit: ConnectLimit::new(5.try_into().unwrap()),
        skin_permits: tokio::sync::Semaphore::new(1),
        readiness: Readiness::default(),
        discord: Box::new(|| "off".to_owned()),
    });
    Site { front, database, _folder: folder }
}

impl Site {
    async fn ask(&self, request: Request<Body>) -> Answer {
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let (parts, body) = self.front.answer(request, peer).await.into_parts();
        let answer =
            Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() };
        assert_eq!(answer.headers["x-boot-id"], self.database.boot_id().to_string().as_str());
        answer
    }

    async fn linked(&self) -> ApiKey {
        let name = ServerName::try_from("survival").unwrap();
        let issued = self.database.issue_link_code(GuildId::LOCAL, name, UnixSeconds(1000)).await.unwrap();
        self.database.redeem_link_code(&issued.code, UnixSeconds(1000)).await.unwrap()
    }

    async fn post(&self, path: &str, key: &ApiKey, body: impl Into<Body>) -> Answer {
        self.ask(post(path, key.expose(), body)).await
    }

    async fn operator(&self, path: &str) -> Answer {
        self.ask(get(path, OPERATOR)).await
    }
}

fn post(path: &str, token: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header(AUTHORIZATION, format!("Bearer {token}"));
    request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body.into()).unwrap()
}

fn get(path: &str, token: &str) -> Request<Body> {
    Request::get(path).header(AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).unwrap()
}

fn plain(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn nobody_gets_in_without_a_key() {
    let site = site();
    let stranger = ApiKey::generate();

    for path in ["/join", "/leave", "/sync", "/heartbeat", "/disconnect", "/skin"] {
        let answer = site.post(path, &stranger, "{}").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.refusal().contains("not linked"), "{path}");
        assert_eq!(site.ask(plain("POST", path)).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(site.ask(plain("GET", "/status")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.operator("/status").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_scheme_bearer_may_be_written_in_any_case() {
    let site = site();
    let key = site.linked().await;
    let request = Request::get("/status").header(AUTHORIZATION, format!("bEARER {}", key.expose()));

    assert_eq!(site.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_gets_the_status_that_tells_what_is_wrong_with_it() {
    let site = site();
    let key = site.linked().await;
    let too_many = json!({"players": (0..1001).map(|n| format!("p{n}")).collect::<Vec<_>>()}).to_string();

    for (path, body, status, word) in [
        ("/join", "", 400, "JSON"),
        ("/join", "{", 400, "JSON"),
        ("/join", "nonsense", 400, "JSON"),
        ("/join", r#"["Alex"]"#, 400, "JSON"),
        ("/join", r#""Alex""#, 400, "JSON"),
        ("/join", "{\"player\": \"\u{0}\"}", 400, "JSON"),
        ("/join", "{}", 422, "missing field `player`"),
        ("/join", r#"{"player": 7}"#, 422, "invalid type"),
        ("/join", r#"{"player": ""}"#, 422, "a player name must not be empty"),
        ("/leave", r#"{"player": "Alex", "at": "now"}"#, 422, "invalid type"),
        ("/sync", &too_many, 422, "a sync names at most 1000 players"),
        ("/sync", r#"{"players": "Alex"}"#, 422, "a list of players"),
        ("/heartbeat", r#"{"players": -1}"#, 422, "invalid value"),
        ("/heartbeat", "nonsense", 400, "JSON"),
    ] {
        let answer = site.post(path, &key, body.to_owned()).await;
        assert_eq!(answer.status, status, "{path} {body}");
        let refusal = answer.refusal();
        assert!(refusal.contains(word) && !refusal.contains(" line 1"), "{path} {body}: {refusal}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_declared_as_json_is_refused() {
    let site = site();
    let key = site.linked().await;
    for content_type in [None, Some("text/plain"), Some("application/jsonp")] {
        let mut request = post("/join", key.expose(), r#"{"player": "Alex"}"#);
        request.headers_mut().remove(CONTENT_TYPE);
        if let Some(content_type) = content_type {
            request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
        }

        let answer = site.ask(request).await;

        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(answer.refusal().contains("application/json"));
    }
}

#[tokio::test]
async fn a_body_may_be_too_large_whether_it_says_so_or_not() {
    let site = site();
    let key = site.linked().await;
    let announced = Body::from(vec![b' '; BODY_LIMIT + 1]);
    let pieces = futures_util::stream::iter((0..=BODY_LIMIT / 1024).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])));

    for body in [announced, Body::from_stream(pieces)] {
        let answer = site.post("/join", &key, body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.refusal().contains("131072 bytes"));
    }
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    let site = site();
    let key = site.linked().await;
    tokio::time::pause();
    let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();

    let answer = site.post("/join", &key, Body::from_stream(never)).await;

    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(answer.refusal().contains("in time"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused_in_json() {
    let site = site();

    let nothing = site.ask(plain("GET", "/nothing/here")).await;
    let wrong = site.ask(plain("DELETE", "/join")).await;

    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.refusal().contains("check the URL"));
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong.headers[ALLOW], "POST");
    assert!(wrong.refusal().contains("method"));
    assert_eq!(site.ask(plain("HEAD", "/health")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_join_is_answered_and_asks_for_the_skin_it_names() {
    let site = site();
    let key = site.linked().await;
    let hash = "ab".repeat(32);

    let bare = site.post("/join", &key, r#"{"player": "Alex"}"#).await;
    let dressed = site.post("/join", &key, format!(r#"{{"player": "Steve", "texture_hash": "{hash}"}}"#)).await;
    let leave = site.post("/leave", &key, r#"{"player": "Nobody"}"#).await;
    let sync = site.post("/sync", &key, format!(r#"{{"players": ["Alex", {{"player":"Steve","texture_hash":"{hash}"}}, ""]}}"#)).await;

    assert_eq!((bare.status, dressed.status, leave.status), (StatusCode::OK, StatusCode::ACCEPTED, StatusCode::OK));
    assert_eq!(sync.json()["missing"], json!([{"player": "Steve", "texture_hash": hash}]));
    assert_eq!(sync.json()["skipped"][0]["player"], "");
}

#[tokio::test]
async fn a_heartbeat_may_have_no_body_at_all() {
    let site = site();
    let key = site.linked().await;
    let mut bare = post("/heartbeat", key.expose(), Body::empty());
    bare.headers_mut().remove(CONTENT_TYPE);

    let before = site.ask(bare).await;
    site.post("/sync", &key, r#"{"players": []}"#).await;
    let after = site.post("/heartbeat", &key, r#"{"players": 0}"#).await;

    assert_eq!(before.json(), json!({"resync": true}));
    assert_eq!(after.json(), json!({"resync": false}));
}

#[tokio::test]
async fn a_server_that_sends_too_much_is_told_how_long_to_wait() {
    let site = site_with_burst(3);
    let key = site.linked().await;
    for _ in 0..3 {
        assert_eq!(site.ask(get("/status", key.expose())).await.status, StatusCode::OK);
    }

    let answer = site.ask(get("/status", key.expose())).await;

    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers[RETRY_AFTER], "1");
    assert!(answer.refusal().contains("Too many"));
}

#[tokio::test]
async fn a_link_code_is_redeemed_once_and_disconnecting_revokes_the_key() {
    let site = site();
    let ordered = site.ask(post("/api/links", OPERATOR, r#"{"name": "survival"}"#)).await;
    let code = ordered.json()["code"].as_str().unwrap().to_owned();
    let connect = || post("/connect", "ignored", json!({"code": code.to_lowercase()}).to_string());

    let first = site.ask(connect()).await;
    let second = site.ask(connect()).await;
    let key: ApiKey = first.json()["api_key"].as_str().unwrap().parse().unwrap();
    let gone = site.post("/disconnect", &key, "").await;
    let after = site.ask(get("/status", key.expose())).await;

    assert_eq!((ordered.status, first.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(ordered.json()["expires_at"], 1600);
    assert_eq!((second.status, gone.status), (StatusCode::NOT_FOUND, StatusCode::OK));
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_no_link_code_is_400_and_is_not_repeated() {
    let site = site();

    for body in [r#"{"code": "oxeye-SECRET"}"#, r#"{"code": "SECRET", "code": "SECRET"}"#, r#"{}"#, r#"["SECRET"]"#, "SECRET"] {
        let answer = site.ask(post("/connect", "", body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("SECRET"), "{body}");
    }
}

#[tokio::test]
async fn guessing_codes_is_limited_by_the_address_a_trusted_proxy_reports() {
    let site = site();
    let guess = |client: &str| {
        let mut request = post("/connect", "", r#"{"code": "oxeye-0123456789"}"#);
        request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
        request
    };
    for _ in 0..5 {
        assert_eq!(site.ask(guess("192.0.2.1")).await.status, StatusCode::NOT_FOUND);
    }

    let sixth = site.ask(guess("192.0.2.1")).await;

    assert_eq!(sixth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(sixth.headers.contains_key(RETRY_AFTER));
    assert_eq!(site.ask(guess("192.0.2.2")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_skin_becomes_a_head_that_may_be_kept_for_ever() {
    let site = site();
    let key = site.linked().await;
    let png = oxeye_render_skin();
    let body = json!({"player": "Alex", "texture_hash": "ab".repeat(32), "skin_data": base64(&png)}).to_string();
    site.post("/join", &key, format!(r#"{{"player": "Alex", "texture_hash": "{}"}}"#, "ab".repeat(32))).await;

    let stored = site.post("/skin", &key, body).await;
    let id: String = oxeye_render::Skin::decode(&png).unwrap().pixels_sha256().iter().map(|b| format!("{b:02x}")).collect();
    let known = site.ask(plain("GET", &format!("/heads/{id}.png"))).await;
    let mut again = plain("GET", &format!("/heads/{id}.png"));
    again.headers_mut().insert(IF_NONE_MATCH, known.headers[ETAG].clone());

    assert_eq!((stored.status, known.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(known.headers[CONTENT_TYPE], "image/png");
    assert!(known.headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(site.ask(again).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_unknown_head_is_the_default_one_for_a_minute() {
    let site = site();

    for id in ["00".repeat(32), "nonsense".to_owned()] {
        let answer = site.ask(plain("GET", &format!("/heads/{id}.png"))).await;
        assert_eq!((answer.status, answer.headers[CONTENT_TYPE].as_bytes()), (StatusCode::OK, &b"image/png"[..]));
        assert_eq!(answer.headers[CACHE_CONTROL], "public, max-age=60");
    }
    assert_eq!(site.ask(plain("GET", "/heads/nonsense")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_skin_is_400() {
    let site = site();
    let key = site.linked().await;

    for data in ["*".to_owned(), base64(b"no picture"), "A".repeat(100_000)] {
        let body = json!({"player": "Alex", "texture_hash": "ab".repeat(32), "skin_data": data}).to_string();
        let answer = site.post("/skin", &key, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.refusal().starts_with("This is not a skin"));
    }
}

#[tokio::test]
async fn health_and_readiness_are_public() {
    let site = site();

    let ready = site.ask(plain("GET", "/readyz")).await;

    assert_eq!(site.ask(plain("GET", "/health")).await.status, StatusCode::OK);
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(ready.json(), json!({"ready": true, "store": "writable", "discord": "off"}));
}

#[tokio::test]
async fn a_closed_store_is_not_ready_and_says_so() {
    let site = site();
    site.database.close().await;

    let answer = site.ask(plain("GET", "/readyz")).await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains_key(RETRY_AFTER) && answer.refusal().contains("store"));
    assert_eq!(answer.json()["ready"], false);
}

#[tokio::test]
async fn the_operator_sees_every_server_and_nobody_else_does() {
    let site = site();
    let key = site.linked().await;
    site.post("/sync", &key, r#"{"players": ["Alex"]}"#).await;
    site.post("/leave", &key, r#"{"player": "jeb_"}"#).await;

    let servers = site.operator("/api/servers").await;
    let status = site.operator("/api/servers/0/survival/status?limit=5").await;
    let picture = site.operator("/api/servers/0/survival/status.png").await;

    let heard_at = 1000;
    assert_eq!(
        servers.json(),
        json!([{"guild_id": 0, "name": "survival", "state": "online", "online": 1, "heard_at": heard_at}])
    );
    assert_eq!(
        status.json(),
        json!({"name": "survival", "state": "online", "heard_at": heard_at, "window_hours": 24,
            "online": [{"player": "Alex", "joined_at": 1000}],
            "last_seen": [{"player": "jeb_", "last_seen": 1000}], "last_seen_total": 1})
    );
    assert!(picture.body.starts_with(b"\x89PNG"));
    for token in ["", "operator-token-for-test", key.expose()] {
        assert_eq!(site.ask(get("/api/servers", token)).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn the_operator_is_told_what_is_wrong_with_a_url() {
    let site = site();

    assert_eq!(site.operator("/api/servers/0/nobody/status").await.status, StatusCode::NOT_FOUND);
    for path in ["/api/servers/x/survival/status", "/api/servers/0/%20/status"] {
        let answer = site.operator(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.refusal().starts_with("The URL cannot be used"));
    }
    site.linked().await;
    let answer = site.operator("/api/servers/0/survival/status?limit=many").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.refusal().contains("limit"));
}

fn base64(bytes: &[u8]) -> String {
    use oxeye_plugin_proto::{PlayerName, SkinRequest, TextureHash};
    SkinRequest::new(PlayerName::try_from("x").unwrap(), TextureHash([0; 32]), bytes).skin_data
}

fn oxeye_render_skin() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(64, 64, image::Rgba([10, 20, 30, 255])).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}
