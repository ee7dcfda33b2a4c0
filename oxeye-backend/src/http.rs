//! HTTP: what plugins and operators may send and ask. This code knows the store, but not Discord.
//!
//! | module           | subject                                                            |
//! |------------------|--------------------------------------------------------------------|
//! | `plugin`         | the routes for plugins                                             |
//! | `operator`       | the routes for the command line, scripts and monitoring: `/api`    |
//! | `front_page`     | what this is and where to go: `/`                                  |
//! | `health`         | the probes `/health` and `/readyz`                                 |
//! | `readiness`      | whether the store can take events                                  |
//! | `app`            | the state that all handlers share                                  |
//! | `service`        | wraps all routes: boot id, panics, one log line per request        |
//! | `authentication` | whose key or token came with a request                             |
//! | `tokens`         | the tokens of `/api`: whose token it is                            |
//! | `time_limit`     | how long a handler may take                                        |
//! | `request_head`   | what the head of a request must contain                            |
//! | `error`          | every error response: its status, its sentence, its headers        |
//! | `body`           | reads a JSON body                                                  |
//! | `body_budget`    | how many bytes of bodies are held at once, and by whom             |
//! | `client_address` | the client's address, seen through trusted proxies                 |
//! | `address_limit`  | how often an address may try link codes or fetch heads             |
//!
//! `router` lists the routes, through one function per audience.

pub(crate) mod address_limit;
pub(crate) mod app;
pub(crate) mod authentication;
pub(crate) mod body;
pub(crate) mod body_budget;
pub(crate) mod client_address;
pub(crate) mod error;
mod front_page;
pub(crate) mod health;
mod operator;
mod plugin;
pub(crate) mod readiness;
pub(crate) mod request_head;
pub(crate) mod service;
pub(crate) mod time_limit;
pub(crate) mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};

use self::app::App;
use self::error::{ApiError, Unknown};
use self::time_limit::time_limit;

/// Whom an address serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Everybody: there is only one address.
    Everybody,
    /// Everybody but the operator, who has an address of their own.
    Public,
    /// The operator.
    Operator,
}

/// Returns all routes for an audience.
pub(crate) fn router(app: Arc<App>, audience: Audience) -> Router {
    let probes = Router::new()
        .route("/health", get(health::health))
        .route("/readyz", get(health::readyz));
    let public = match audience {
        Audience::Everybody | Audience::Public => probes
            .route("/", get(front_page::front_page))
            .merge(plugin::routes()),
        Audience::Operator => probes,
    };
    let public = public.layer(from_fn_with_state(app.time_limit(), time_limit));
    let routes = match audience {
        Audience::Everybody | Audience::Operator => public.merge(operator::routes(&app)),
        Audience::Public => {
            ["/api", "/api/", "/api/{*rest}"]
                .into_iter()
                .fold(public, |routes, path| {
                    routes.route(
                        path,
                        any(async || ApiError::from(Unknown::OperatorApiElsewhere)),
                    )
                })
        }
    };
    let routes = match audience {
        Audience::Everybody | Audience::Public => {
            routes.fallback(async || ApiError::from(Unknown::Route))
        }
        Audience::Operator => routes.fallback(async || ApiError::from(Unknown::OnlyOperatorApi)),
    };
    routes
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .with_state(app)
}

#[cfg(test)]
pub(crate) mod tests;
