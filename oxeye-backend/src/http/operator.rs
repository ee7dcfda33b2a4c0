//! The routes for the command line, scripts and monitoring: `/api`.
//!
//! | module         | subject                                                                    |
//! |----------------|----------------------------------------------------------------------------|
//! | `parameters`   | the server, player or guild that a URL names, and its query parameters     |
//! | `computing`    | runs expensive handlers away from the threads that serve joins             |
//! | `servers`      | servers and who is on them; linking, unlinking, keys, names, removal         |
//! | `players`      | the players of a server and their sessions; forgetting a player            |
//! | `pictures`     | answers with pictures                                                      |
//! | `persons`      | one person on all servers of a guild together                              |
//! | `members`      | members of guilds who are linked to players                                |
//! | `leaderboard`  | who played most                                                            |
//! | `settings`     | what a guild has set for itself                                            |
//! | `watching`     | watched addresses: which there are, watching others, and no longer         |
//! | `alerts`       | channels in which the bot says that a server is down                       |
//! | `notices`      | members who are told when a player comes on                                |
//! | `uptime`       | how much of the time a server was up                                       |
//! | `chart`        | average, peak, record and what is usual, over time                         |
//! | `headcount`    | how many players are on: now, at a moment, and over time                   |
//! | `activity`     | what players did                                                           |
//! | `presence`     | what members of guilds do in Discord                                       |
//! | `analytics`    | the same for clients of an original design                                 |
//! | `discord`      | how many members do what now, for the same clients                         |
//! | `health`       | how the sessions are doing                                                 |
//! | `installation` | how the whole installation is doing                                        |
//! | `export`       | a copy of the store, and an export of what is known about players          |
//! | `import`       | imports an export, or playtime from before Oxeye                           |
//! | `lines`        | reads a body line by line                                                  |

mod activity;
mod alerts;
mod analytics;
mod chart;
mod computing;
mod discord;
mod export;
mod headcount;
mod health;
mod import;
mod installation;
mod leaderboard;
mod lines;
mod members;
mod notices;
mod parameters;
mod persons;
mod pictures;
mod players;
mod presence;
mod servers;
mod settings;
mod uptime;
mod watching;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use self::computing::off_the_workers;
use super::app::App;
use super::time_limit::{LONG_TIME_LIMIT, time_limit};

/// Returns all routes for the operator.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    quick(app).merge(computed(app)).merge(unhurried())
}

/// Returns the routes that answer at once.
#[rustfmt::skip]
fn quick(app: &App) -> Router<Arc<App>> {
    Router::new()
        .route("/api/links", post(servers::issue_link_code))
        .route("/api/servers/{guild_id}/{server}", delete(servers::unlink))
        .route("/api/servers/{guild_id}/{server}/rename", post(servers::rename))
        .route("/api/servers/{guild_id}/{server}/rotate-key", post(servers::rotate_key))
        .route("/api/servers/{guild_id}/{server}/imported-playtime", post(import::import_playtime))
        .route("/api/watched", get(watching::all))
        .route("/api/guilds/{guild_id}/settings", get(settings::of_guild).patch(settings::change))
        .route("/api/guilds/{guild_id}/watched", get(watching::of_guild).post(watching::watch))
        .route("/api/guilds/{guild_id}/watched/{server}", delete(watching::unwatch))
        .route("/api/guilds/{guild_id}/alerts", get(alerts::of_guild).put(alerts::set))
        .route("/api/guilds/{guild_id}/alerts/{alert_id}", delete(alerts::off))
        .route("/api/guilds/{guild_id}/alerts/{alert_id}/test", post(alerts::test))
        .route("/api/guilds/{guild_id}/notices", get(notices::of_guild).post(notices::add))
        .route("/api/guilds/{guild_id}/notices/{notice_id}", delete(notices::end))
        .route("/api/members", get(members::all))
        .route("/api/members/{user_id}", delete(members::forget))
        .route("/api/guilds/{guild_id}/members/{user_id}", delete(members::unlink))
        .route("/api/players/{player}", delete(players::forget).get(players::forgettable))
        .route("/api/health", get(installation::health))
        .route("/api/analytics/session-health", post(health::clean_up))
        .route("/api/analytics/recover-sessions", post(health::recover))
        .layer(from_fn_with_state(app.time_limit(), time_limit))
}

/// Returns the routes whose answer has to be computed.
#[rustfmt::skip]
fn computed(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/api/servers", get(servers::servers))
        .route("/api/servers/{guild_id}/{server}/status", get(servers::status))
        .route("/api/servers/{guild_id}/{server}/status.png", get(servers::picture))
        .route("/api/servers/{guild_id}/{server}/icon.png", get(servers::icon))
        .route("/api/servers/{guild_id}/{server}/players", get(players::players))
        .route("/api/servers/{guild_id}/{server}/players/{player}", get(players::player))
        .route("/api/servers/{guild_id}/{server}/players/{player}/sessions", get(players::sessions))
        .route("/api/servers/{guild_id}/{server}/leaderboard", get(leaderboard::of_server))
        .route("/api/servers/{guild_id}/{server}/leaderboard.png", get(leaderboard::picture_of_server))
        .route("/api/servers/{guild_id}/{server}/online", get(headcount::online))
        .route("/api/servers/{guild_id}/{server}/headcount", get(headcount::headcount))
        .route("/api/servers/{guild_id}/{server}/uptime", get(uptime::uptime))
        .route("/api/servers/{guild_id}/{server}/busiest", get(headcount::busiest))
        .route("/api/servers/{guild_id}/{server}/chart", get(chart::of_server))
        .route("/api/servers/{guild_id}/{server}/chart.png", get(chart::picture_of_server))
        .route("/api/servers/{guild_id}/{server}/chart.svg", get(chart::svg_of_server))
        .route("/api/guilds/{guild_id}/online", get(headcount::guild_online))
        .route("/api/guilds/{guild_id}/chart", get(chart::of_guild))
        .route("/api/guilds/{guild_id}/chart.png", get(chart::picture_of_guild))
        .route("/api/guilds/{guild_id}/chart.svg", get(chart::svg_of_guild))
        .route("/api/guilds/{guild_id}/leaderboard", get(leaderboard::of_guild))
        .route("/api/guilds/{guild_id}/leaderboard.png", get(leaderboard::picture_of_guild))
        .route("/api/guilds/{guild_id}/persons/{player}", get(persons::person))
        .route("/api/guilds/{guild_id}/persons/{player}/picture.png", get(persons::picture))
        .route("/api/guilds/{guild_id}/occupancy", get(headcount::guild_occupancy))
        .route("/api/guilds/{guild_id}/activity/players/{player}", get(activity::overview))
        .route("/api/guilds/{guild_id}/activity/players/{player}/session", get(activity::session))
        .route("/api/guilds/{guild_id}/activity/players/{player}/summary", get(activity::summary))
        .route("/api/guilds/{guild_id}/activity/players/{player}/events", get(activity::events))
        .route("/api/guilds/{guild_id}/activity/players/{player}/daily", get(activity::daily))
        .route("/api/guilds/{guild_id}/activity/online", get(activity::online))
        .route("/api/guilds/{guild_id}/activity/counters", get(activity::counters))
        .route("/api/guilds/{guild_id}/activity/top", get(activity::top))
        .route("/api/occupancy", get(headcount::occupancy))
        .route("/api/presence", get(presence::all))
        .route("/api/guilds/{guild_id}/presence", get(presence::of_guild))
        .route("/api/guilds/{guild_id}/presence/voice", get(presence::in_voice))
        .route("/api/guilds/{guild_id}/presence/top", get(presence::top))
        .route("/api/guilds/{guild_id}/presence/users/{user_id}", get(presence::of_user))
        .route("/api/analytics/user/{user_id}", get(analytics::user))
        .route("/api/analytics/status", get(health::status))
        .route("/api/analytics/session-health", get(health::session_health))
        .route("/api/analytics/recover-sessions", get(health::plan_recovery))
        .route("/api/discord/server-stats", get(discord::server_stats))
        .route("/api/discord/streaming-status", get(discord::streaming_status))
        .layer(from_fn_with_state(Arc::clone(app), off_the_workers))
        .layer(from_fn_with_state(app.time_limit(), time_limit))
}

/// Returns the routes whose time depends on the amount of data.
#[rustfmt::skip]
fn unhurried() -> Router<Arc<App>> {
    Router::new()
        .route("/api/backup", get(export::backup))
        .route("/api/backup/activity", get(export::backup_activity))
        .route("/api/backup/presence", get(export::backup_presence))
        .route("/api/export", get(export::export))
        .route("/api/analytics/export", get(analytics::export))
        .route("/api/import", post(import::import))
        .route("/api/servers/{guild_id}/{server}/remove", post(servers::remove))
        .layer(from_fn_with_state(LONG_TIME_LIMIT, time_limit))
}
