//! HTTP: what plugins and operators may ask. It knows the store, not Discord.
//!
//! | module           | subject                                                        |
//! |------------------|----------------------------------------------------------------|
//! | `plugin`         | what plugins report and ask                                    |
//! | `operator`       | what the command line, scripts and monitoring ask: `/api`      |
//! | `health`         | alive, and ready                                               |
//! | `readiness`      | whether the store can take events                              |
//! | `app`            | what every handler may reach                                   |
//! | `front`          | around all routes: boot id, panics, one log line               |
//! | `time_limit`     | how long a handler may take                                    |
//! | `request_head`   | what a request must say of itself                              |
//! | `error`          | every refusal: its status, its sentence, its headers           |
//! | `bearer`         | the secret in a request, and the server whose key it is        |
//! | `body`           | a JSON body, or the refusal it deserves                        |
//! | `body_budget`    | how many bytes of bodies are held at once, and by whom         |
//! | `client_address` | who is asking, seen through trusted proxies                    |
//! | `network`        | which addresses count as one                                   |
//! | `address_limit`  | how often an address may try link codes, or look at heads      |
//!
//! `router` is the whole surface, one function per audience.

pub(crate) mod address_limit;
pub(crate) mod app;
pub(crate) mod bearer;
pub(crate) mod body;
pub(crate) mod body_budget;
pub(crate) mod client_address;
pub(crate) mod error;
pub(crate) mod front;
pub(crate) mod health;
pub(crate) mod network;
pub(crate) mod operator;
pub(crate) mod plugin;
pub(crate) mod readiness;
pub(crate) mod request_head;
pub(crate) mod time_limit;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use app::App;
use error::ApiError;
use time_limit::time_limit;

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let open = Router::new()
        .route("/health", get(health::health))
        .route("/readyz", get(health::readyz))
        .merge(plugin::routes())
        .layer(from_fn_with_state(app.time_limit(), time_limit));
    open.merge(operator::routes(&app))
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .with_state(app)
}

#[cfg(test)]
pub(crate) mod tests;
