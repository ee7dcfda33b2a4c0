//! The routes of players, operators and the dashboard; the proxy and the feed. All URLs of an audience
//! are in one function.
//!
//! | module       | subject                                                            |
//! |--------------|--------------------------------------------------------------------|
//! | `app`        | what all handlers share                                            |
//! | `players`    | joins, heartbeats and leaves                                       |
//! | `monitoring` | what anybody may know about the fleet, by asking or by the feed    |
//! | `health`     | whether it can start new servers                                   |
//! | `disk`       | whether rows can be written                                        |
//! | `game`       | sends a browser to a new server                                    |
//! | `proxy`      | passes requests on to a player's server                            |
//! | `feed`       | the state of the fleet over WebSocket                              |
//! | `operators`  | what operators may see and do                                      |
//! | `worlds`     | players' worlds, for operators                                     |
//! | `files`      | the dashboard, and the client for game pages                       |
//! | `messages`   | the JSON of the original design, and ours                          |
//! | `body`       | reads JSON, whatever its content type says                         |
//! | `upgrade`    | requests to upgrade a connection to WebSocket                      |
//! | `query`      | parameters of a URL                                                |
//! | `error`      | every error response: its status, its sentence                     |
//! | `pages`      | the HTML that browsers get in place of some errors                 |
//! | `cors`       | which pages of other origins may call the API                      |
//! | `server`     | listeners and connections, with their limits                       |

mod app;
mod body;
mod cors;
mod disk;
mod error;
mod feed;
mod files;
mod game;
mod health;
mod messages;
mod monitoring;
mod operators;
mod pages;
mod players;
mod proxy;
mod query;
mod server;
mod upgrade;
mod worlds;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, delete, get, post};
use tokio::net::TcpListener;

pub use self::app::{App, Reach};
use self::error::ApiError;

type Routes = Router<Arc<App>>;

/// Returns the routes for players and their pages.
fn players() -> Routes {
    let calls = |prefix: &str| {
        Router::new()
            .route(&format!("{prefix}/join"), post(players::join))
            .route(&format!("{prefix}/heartbeat"), post(players::heartbeat))
            .route(&format!("{prefix}/leave"), post(players::leave))
    };
    calls("/api/player")
        // The pages of the original design send these calls here.
        .merge(calls("/gameserver/api/player"))
        .route("/api/servers", get(monitoring::servers))
        .route("/api/capacity", get(monitoring::capacity))
        .route("/health", get(health::health))
        .route("/readyz", get(health::readyz))
        .route("/game", get(game::game))
        .route("/gameserver", any(proxy::proxy))
        .route("/gameserver/", any(proxy::proxy))
        .route("/gameserver/{*rest}", any(proxy::proxy))
        .merge(files::client())
}

/// Returns the routes for operators.
fn operators() -> Routes {
    Router::new()
        .route("/api/fleet", get(operators::status))
        .route("/api/fleet/slots/{id}/stop", post(operators::stop))
        .route("/api/fleet/drain", post(operators::drain))
        .route("/api/fleet/worlds", get(worlds::list))
        .route("/api/fleet/worlds/{name}", delete(worlds::delete))
        .route("/api/fleet/worlds/{name}/backup", get(worlds::back_up))
        .route("/api/fleet/worlds/{name}/bind", post(worlds::bind))
}

/// Returns the routes of the dashboard.
fn dashboard() -> Routes {
    Router::new()
        .route("/health", get(health::health))
        .route("/readyz", get(health::readyz))
        .route("/api/stats", get(monitoring::servers))
        .merge(files::dashboard())
}

/// Returns all routes at an address for players. Pages of other origins never call those of operators.
fn for_players(app: &Arc<App>) -> Router {
    let open = players()
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .layer(from_fn_with_state(Arc::clone(&app.origins), cors::cors));
    finish(open.merge(operators()), app)
}

/// Returns all routes at the address of the dashboard.
fn for_dashboard(app: &Arc<App>) -> Router {
    finish(dashboard(), app)
}

/// Adds what every address has.
fn finish(routes: Routes, app: &Arc<App>) -> Router {
    routes
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .fallback(async || ApiError::NoSuchRoute)
        .layer(from_fn_with_state(Arc::clone(app), monitoring::feed))
        .with_state(Arc::clone(app))
}

/// Starts to serve HTTP until the tasks are told to stop. Each address has `max_connections` places of
/// its own, as far as the limit on open files has room for them.
pub fn serve(
    app: &Arc<App>,
    for_players_at: Vec<TcpListener>,
    dashboard_at: Option<TcpListener>,
    max_connections: usize,
) {
    let listeners = for_players_at.len() + usize::from(dashboard_at.is_some());
    let places = server::places(max_connections, listeners);
    if places < max_connections {
        tracing::info!(
            "the limit on open files (ulimit -n) has room for {places} connections to each address, fewer than MAX_CONNECTIONS={max_connections}"
        );
    }
    let start = |listener: TcpListener, routes: &Router| {
        let (routes, proxies) = (routes.clone(), app.proxies.clone());
        let serving = server::serve(listener, routes, proxies, places, app.tasks.clone());
        app.tasks.spawn(serving);
    };
    let routes = for_players(app);
    for listener in for_players_at {
        start(listener, &routes);
    }
    if let Some(listener) = dashboard_at {
        start(listener, &for_dashboard(app));
    }
}

#[cfg(test)]
mod tests;
