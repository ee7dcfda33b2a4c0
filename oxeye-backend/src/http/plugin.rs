//! What plugins report and ask.
//!
//! | module          | subject                                              |
//! |-----------------|------------------------------------------------------|
//! | `linked_server` | authentication: which server is speaking            |
//! | `linking`       | connect, disconnect, status                          |
//! | `events`        | join, leave, sync, heartbeat                         |
//! | `batches`       | the same, delivered later                            |
//! | `skins`         | skins in, heads out                                  |

mod batches;
mod events;
mod linked_server;
mod linking;
mod skins;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::app::App;

/// All URLs of plugins. Heads are for whoever shows them.
pub(crate) fn routes() -> Router<Arc<App>> {
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
}
