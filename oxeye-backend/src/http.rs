//! HTTP: what plugins and operators may ask. It knows the store, not Discord.
//!
//! | module             | subject                                                        |
//! |--------------------|----------------------------------------------------------------|
//! | [`app`]            | what every handler may reach                                   |
//! | [`front`]          | around all routes: boot id, time limit, panics, one log line   |
//! | `request_head`   | what a request must say of itself                              |
//! | [`error`]          | every refusal: its status, its sentence, its headers           |
//! | `body`           | a JSON body, or the refusal it deserves                        |
//! | `body_budget`    | how many bytes of bodies are held at once, and by whom         |
//! | `linked_server`  | the lock on a plugin's routes                                  |
//! | `operator`       | the lock on `/api`                                             |
//! | `client_address` | who is asking, seen through trusted proxies                    |
//! | `network`        | which addresses count as one                                   |
//! | `address_limit`  | how often an address may try link codes, or look at heads      |
//! | `linking`        | connect, disconnect, status                                    |
//! | `events`         | join, leave, sync, heartbeat                                   |
//! | `batches`        | the same, delivered later                                      |
//! | `skins`          | skins in, heads out                                            |
//! | [`health`]         | alive, and ready                                               |
//! | `readiness`      | whether the store can take events                              |
//! | `operator_api`   | what the command line and scripts ask                          |
//! | `servers_api`    | a server that is renamed, and one that is removed              |
//! | `question`       | the server, player or guild a URL names, and what stands after `?` |
//! | `players_api`    | the players of a server: playtime, sessions                    |
//! | `activity_api`   | leaderboards, charts, how many are on                          |
//! | `analytics_api`  | what monitoring asks about sessions and health                 |
//! | `backup`         | a copy of the store                                            |
//! | `forget`         | a player who is to be forgotten                                |
//! | `portable`       | everything known of players, out and in                        |
//! | `playtime`       | playtime from before Oxeye                                     |
//! | `lines`          | a body that is read line by line                               |
//!
//! `router` is the whole surface.

pub(crate) mod activity_api;
pub(crate) mod address_limit;
pub(crate) mod analytics_api;
pub mod app;
pub(crate) mod backup;
pub(crate) mod batches;
pub(crate) mod body;
pub(crate) mod body_budget;
pub(crate) mod client_address;
pub mod error;
pub(crate) mod events;
pub(crate) mod forget;
pub mod front;
pub mod health;
pub(crate) mod lines;
pub(crate) mod linked_server;
pub(crate) mod linking;
pub(crate) mod network;
pub(crate) mod operator;
pub(crate) mod operator_api;
pub(crate) mod players_api;
pub(crate) mod playtime;
pub(crate) mod portable;
pub(crate) mod question;
pub(crate) mod readiness;
pub(crate) mod request_head;
pub(crate) mod servers_api;
pub(crate) mod skins;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

use app::App;
use error::ApiError;

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/connect", post(linking::connect))
        .route("/disconnect", post(linking::disconnect))
        .route("/status", get(linking::status))
        .route("/join", post(events::join))
        .route("/leave", post(events::leave))
        .route("/sync", post(events::sync))
        .route("/heartbeat", post(events::heartbeat))
        .route("/events", post(batches::events))
        .route("/skin", post(skins::skin))
        .route("/heads/{file}", get(skins::head))
        .route("/health", get(health::health))
        .route("/readyz", get(health::readyz))
        .merge(server_routes())
        .merge(activity_routes())
        .route("/api/links", post(operator_api::issue_link_code))
        .route("/api/health", get(analytics_api::health))
        .route(
            "/api/analytics/session-health",
            get(analytics_api::session_health).post(analytics_api::clean_up),
        )
        .route(
            "/api/analytics/recover-sessions",
            get(analytics_api::plan_recovery).post(analytics_api::recover),
        )
        .route("/api/backup", get(backup::backup))
        .route("/api/players/{player}", delete(forget::forget))
        .route("/api/export", get(portable::export))
        .route("/api/import", post(portable::import))
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .with_state(app)
}

/// Servers, and the players of each.
fn server_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/servers", get(operator_api::servers))
        .route(
            "/api/servers/{guild_id}/{name}",
            delete(operator_api::unlink),
        )
        .route(
            "/api/servers/{guild_id}/{name}/rename",
            post(servers_api::rename),
        )
        .route(
            "/api/servers/{guild_id}/{name}/remove",
            post(servers_api::remove),
        )
        .route(
            "/api/servers/{guild_id}/{name}/status",
            get(operator_api::status),
        )
        .route(
            "/api/servers/{guild_id}/{name}/status.png",
            get(operator_api::picture),
        )
        .route(
            "/api/servers/{guild_id}/{name}/players",
            get(players_api::players),
        )
        .route(
            "/api/servers/{guild_id}/{name}/players/{player}",
            get(players_api::player),
        )
        .route(
            "/api/servers/{guild_id}/{name}/players/{player}/sessions",
            get(players_api::sessions),
        )
        .route(
            "/api/servers/{guild_id}/{name}/imported-playtime",
            post(playtime::import),
        )
}

/// Who played when.
fn activity_routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/servers/{guild_id}/{name}/leaderboard",
            get(activity_api::leaderboard),
        )
        .route(
            "/api/servers/{guild_id}/{name}/online",
            get(activity_api::online),
        )
        .route(
            "/api/servers/{guild_id}/{name}/activity",
            get(activity_api::activity),
        )
        .route(
            "/api/servers/{guild_id}/{name}/busiest",
            get(activity_api::busiest),
        )
        .route(
            "/api/guilds/{guild_id}/leaderboard",
            get(activity_api::guild_leaderboard),
        )
        .route(
            "/api/guilds/{guild_id}/occupancy",
            get(activity_api::guild_occupancy),
        )
        .route("/api/occupancy", get(activity_api::occupancy))
}

#[cfg(test)]
pub(crate) mod tests;
