//! Tests of all routes over a store of their own, without a listener.

mod about;
mod access;
mod bodies;
mod history;
mod limits;
mod members;
mod operator;
mod plugin;
mod skins;
mod stored_data;
mod tokens;
mod watching;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use oxeye_db::testing::TestStore;
use oxeye_db::{GuildId, RateLimits, UnixSeconds};
use oxeye_plugin_proto::{ApiKey, ErrorResponse};
use oxeye_probe::AddressPolicy;
use oxeye_process::Secret;
use serde_json::Value;

use super::Audience;
use super::address_limit::StrangerLimits;
use super::app::{App, COMPUTED_AT_ONCE, COPIES_AT_ONCE, DiscordReport};
use super::body_budget::BodyBudget;
use super::client_address::TrustedProxies;
use super::readiness::Readiness;
use super::service::HttpService;
use super::tokens::Tokens;
use crate::config::WatchSettings;
use crate::polling::AddressWatch;
use crate::watching::Watching;

pub(crate) const OPERATOR: &str = "operator-token-for-tests";
const READER: &str = "reader-token-for-tests";
const BODY_LIMIT: usize = 128 * 1024;

/// All routes, and the store behind them.
pub(crate) struct Site {
    pub(crate) service: Arc<HttpService>,
    database: Arc<TestStore>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Returns the sentence that every error response must have.
    #[track_caller]
    fn refusal(&self) -> String {
        assert_eq!(self.headers[CONTENT_TYPE], "application/json");
        serde_json::from_slice::<ErrorResponse>(&self.body)
            .unwrap()
            .error
    }
}

pub(crate) fn site() -> Site {
    site_with_burst(200)
}

fn site_with_burst(burst: u32) -> Site {
    site_with_limits(RateLimits {
        requests: governor::Quota::per_second(1.try_into().unwrap())
            .allow_burst(burst.try_into().unwrap()),
        ..RateLimits::unlimited()
    })
}

fn site_with_limits(rate_limits: RateLimits) -> Site {
    site_with(rate_limits, true)
}

/// Returns a site whose bot should be connected but is not.
fn site_without_gateway() -> Site {
    site_with(RateLimits::unlimited(), false)
}

fn site_with(rate_limits: RateLimits, discord_is_up: bool) -> Site {
    let database = Arc::new(TestStore::with_limits(rate_limits, UnixSeconds(1000)));
    let app = App {
        database: (**database).clone(),
        clock: || UnixSeconds(1000),
        started: Instant::now(),
        tokens: Tokens::new(&Secret::new(OPERATOR), Some(&Secret::new(READER))),
        body_limit: BODY_LIMIT,
        request_timeout: Duration::from_secs(1),
        trusted_proxies: TrustedProxies::new(&["127.0.0.0/8".parse().unwrap()]),
        stranger_limits: StrangerLimits::new(5.try_into().unwrap()),
        time_zone: oxeye_db::TimeZone::UTC,
        setting_limits: oxeye_text::SettingLimits {
            time_zone: oxeye_db::TimeZone::UTC,
            last_seen: Duration::from_secs(24 * 3_600),
            retention_days: None,
        },
        picture_permits: tokio::sync::Semaphore::new(1),
        copy_permits: Arc::new(tokio::sync::Semaphore::new(COPIES_AT_ONCE)),
        computing: Arc::new(tokio::sync::Semaphore::new(COMPUTED_AT_ONCE)),
        bodies: BodyBudget::for_bodies_of(BODY_LIMIT),
        operator_bodies: BodyBudget::for_bodies_of(BODY_LIMIT),
        readiness: Readiness::default(),
        discord: Box::new(move || DiscordReport {
            words: "off".to_owned(),
            ok: true,
            up: discord_is_up,
            lacks_presence_intent: false,
            skipped_activities: 3,
        }),
        watching: Arc::new(Watching::new(
            (**database).clone(),
            || UnixSeconds(1000),
            Some(may_ask_anybody()),
        )),
        redis_mirror: None,
    };
    let service = Arc::new(HttpService::new(Arc::new(app), Audience::Everybody));
    Site { service, database }
}

/// Returns who asks addresses, on this machine too. Nothing is asked unless a test adds an address.
fn may_ask_anybody() -> (WatchSettings, AddressWatch) {
    let settings = WatchSettings {
        policy: AddressPolicy::Any,
        dns: None,
        interval: Duration::from_secs(30),
        per_guild: 2,
        total: 3,
    };
    let addresses = AddressWatch::new(&settings);
    (settings, addresses)
}

impl Site {
    pub(crate) fn app(&self) -> Arc<App> {
        self.service.app()
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let (parts, body) = self.service.answer(request, peer).await.into_parts();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        };
        assert_eq!(
            answer.headers["x-boot-id"],
            self.database.boot_id().to_string().as_str()
        );
        answer
    }

    /// Returns the same site at an address for this audience.
    fn at_address_for(&self, audience: Audience) -> Site {
        Site {
            service: Arc::new(HttpService::new(self.app(), audience)),
            database: Arc::clone(&self.database),
        }
    }

    pub(crate) async fn linked(&self) -> ApiKey {
        self.linked_as("survival").await
    }

    async fn linked_as(&self, name: &str) -> ApiKey {
        let now = UnixSeconds(1000);
        self.database.link(GuildId::LOCAL, name, now).await.1
    }

    pub(crate) async fn post(&self, path: &str, key: &ApiKey, body: impl Into<Body>) -> Answer {
        self.ask(post(path, key.expose(), body)).await
    }

    pub(crate) async fn operator(&self, path: &str) -> Answer {
        self.ask(get(path, OPERATOR)).await
    }

    async fn operator_posts(&self, path: &str, body: &str) -> Answer {
        self.ask(post(path, OPERATOR, body.to_owned())).await
    }
}

fn post(path: &str, token: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header(AUTHORIZATION, format!("Bearer {token}"));
    request
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .body(body.into())
        .unwrap()
}

pub(crate) fn get(path: &str, token: &str) -> Request<Body> {
    Request::get(path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

fn plain(method: &str, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}
