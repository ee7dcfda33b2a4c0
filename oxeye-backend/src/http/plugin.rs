//! The routes for plugins.
//!
//! | module    | subject                                     |
//! |-----------|---------------------------------------------|
//! | `linking` | connect, disconnect, status                 |
//! | `events`  | join, leave, sync, heartbeat                |
//! | `about`   | what a server says about itself             |
//! | `batches` | the same events, delivered later in batches |
//! | `activity` | what players did                           |
//! | `member_codes` | codes that members type in the game    |
//! | `skins`   | receives skins and serves heads             |

mod about;
mod activity;
mod batches;
mod events;
mod linking;
mod member_codes;
mod skins;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::app::App;

/// Returns all routes for plugins. `/heads` is public: any page may show a head.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/connect", post(linking::connect))
        .route("/disconnect", post(linking::disconnect))
        .route("/status", get(linking::status))
        .route("/join", post(events::join))
        .route("/leave", post(events::leave))
        .route("/sync", post(events::sync))
        .route("/heartbeat", post(events::heartbeat))
        .route("/about", post(about::about))
        .route("/events", post(batches::events))
        .route("/activity", post(activity::activity))
        .route("/member-code", post(member_codes::member_code))
        .route("/skin", post(skins::skin))
        .route("/heads/{file}", get(skins::head))
}
