//! What all handlers share.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use oxeye_probe::Address;
use oxeye_process::Secret;
use oxeye_process::clients::{AddressLimit, TrustedProxies};
use oxeye_process::tasks::Tasks;

use super::cors::Origins;
use super::disk::Disk;
use super::error::ApiError;
use super::feed::Feed;
use super::messages::Wording;
use crate::controller::FleetHandle;
use crate::ids::WorkerName;
use crate::settings::Settings;
use crate::time::Clock;
use crate::token::Token;
use crate::view::FleetView;
use crate::worlds::Worlds;

/// Joins per minute of all addresses together.
const ALL_JOINS_PER_MIN: NonZeroU32 = NonZeroU32::new(120_000).expect("not zero");

/// Returns where the server on a port of a worker can be reached (`Engine::reachable_at`); nothing if there is
/// no such worker.
pub type Reach = Box<dyn Fn(&WorkerName, u16) -> Option<Address> + Send + Sync>;

/// The fleet as it is after every answer that was given before this request came.
pub(crate) struct Seen(pub(crate) Arc<FleetView>);

impl FromRequestParts<Arc<App>> for Seen {
    type Rejection = ApiError;

    async fn from_request_parts(_: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        app.fleet
            .look()
            .await
            .map(Self)
            .ok_or(ApiError::NotKnownYet)
    }
}

/// What all handlers share.
pub struct App {
    pub(crate) fleet: FleetHandle,
    pub(crate) clock: Clock,
    pub(crate) tasks: Tasks,
    pub(crate) wording: Wording,
    pub(crate) origins: Arc<Origins>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) feed: Feed,
    pub(crate) operator: Token,
    pub(crate) reach: Reach,
    worlds: Option<Worlds>,
    pub(crate) disk: Disk,
    join_secret: Option<Token>,
    joins: AddressLimit,
}

impl App {
    /// Puts together what handlers need, and starts to prepare the messages of the feed.
    #[must_use]
    pub fn start(
        settings: &Settings,
        operator_token: &Secret,
        fleet: FleetHandle,
        clock: Clock,
        reach: Reach,
        tasks: &Tasks,
    ) -> Arc<Self> {
        let wording = Wording::of(settings);
        let joins_per_min = NonZeroU32::new(settings.joins_per_minute).unwrap_or(NonZeroU32::MIN);
        Arc::new(Self {
            feed: Feed::start(
                fleet.changes(),
                wording.clone(),
                clock,
                settings.max_connections,
                tasks,
            ),
            fleet,
            clock,
            tasks: tasks.clone(),
            wording,
            origins: Arc::new(Origins::new(&settings.cors_origins)),
            proxies: TrustedProxies::new(&settings.trusted_proxies),
            operator: Token::new(operator_token),
            reach,
            worlds: settings
                .workers
                .is_empty()
                .then(|| Worlds::below(&settings.data)),
            disk: Disk::default(),
            join_secret: settings.join_secret.as_ref().map(Token::new),
            joins: AddressLimit::new(joins_per_min, ALL_JOINS_PER_MIN),
        })
    }

    /// Returns the address of a client, seen through trusted proxies.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded_for = headers.get_all("x-forwarded-for").iter();
        self.proxies
            .client_of(peer, forwarded_for.map(HeaderValue::as_bytes))
    }

    /// Returns the worlds, unless a worker has them.
    pub(crate) fn worlds(&self) -> Result<Worlds, ApiError> {
        self.worlds.clone().ok_or(ApiError::WorldsWithWorker)
    }

    /// Checks whether a client may join now. Attempts without the secret count, too.
    pub(crate) fn may_join(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), ApiError> {
        let client = self.client(peer, headers);
        self.joins.check(client).map_err(ApiError::TooManyJoins)?;
        match &self.join_secret {
            Some(secret) if !secret.came_with(headers) => Err(ApiError::NoJoinSecret),
            _ => Ok(()),
        }
    }
}
