//! HTTP: what plugins and operators may ask. It knows the store, not Discord.
//!
//! | module             | subject                                                        |
//! |--------------------|----------------------------------------------------------------|
//! | [`app`]            | what every handler may reach                                   |
//! | [`front`]          | around all routes: boot id, time limit, panics, one log line   |
//! | [`error`]          | every refusal: its status, its sentence, its headers           |
//! | `body`           | a JSON body, or the refusal it deserves                        |
//! | `linked_server`  | the lock on a plugin's routes                                  |
//! | `operator`       | the lock on `/api`                                             |
//! | `client_address` | who is asking, seen through trusted proxies                    |
//! | `connect_limit`  | how often an address may try link codes                        |
//! | `linking`        | connect, disconnect, status                                    |
//! | `events`         | join, leave, sync, heartbeat                                   |
//! | `batches`        | the same, delivered later                                      |
//! | `skins`          | skins in, heads out                                            |
//! | [`health`]         | alive, and ready                                               |
//! | `operator_api`   | what the command line and scripts ask                          |
//! | `backup`         | a copy of the store                                            |
//! | `forget`         | a player who is to be forgotten                                |
//! | `portable`       | everything known of players, out and in                        |
//! | `playtime`       | playtime from before Oxeye                                     |
//! | `lines`          | a body that is read line by line                               |
//!
//! `router` is the whole surface.

pub mod app;
pub(crate) mod backup;
pub(crate) mod batches;
pub(crate) mod body;
pub(crate) mod client_address;
pub(crate) mod connect_limit;
pub mod error;
pub(crate) mod events;
pub(crate) mod forget;
pub mod front;
pub mod health;
pub(crate) mod lines;
pub(crate) mod linked_server;
pub(crate) mod linking;
pub(crate) mod operator;
pub(crate) mod operator_api;
pub(crate) mod playtime;
pub(crate) mod portable;
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
        .route("/api/servers", get(operator_api::servers))
        .route(
            "/api/servers/{guild_id}/{name}/status",
            get(operator_api::status),
        )
        .route(
            "/api/servers/{guild_id}/{name}/status.png",
            get(operator_api::picture),
        )
        .route(
            "/api/servers/{guild_id}/{name}/imported-playtime",
            post(playtime::import),
        )
        .route("/api/links", post(operator_api::issue_link_code))
        .route("/api/backup", get(backup::backup))
        .route("/api/players/{player}", delete(forget::forget))
        .route("/api/export", get(portable::export))
        .route("/api/import", post(portable::import))
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .with_state(app)
}

#[cfg(test)]
pub(crate) mod tests;
