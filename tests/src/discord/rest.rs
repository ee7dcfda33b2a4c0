//! The routes of the stand-in. Its modules hold what they change in the world.
//!
//! | module         | fact                                                                    |
//! |----------------|-------------------------------------------------------------------------|
//! | `arrival`      | what happens to every request: faults, rate limits, the log             |
//! | `refusal`      | errors                                                                  |
//! | `access`       | which channels the bot can see, and what it may do there                |
//! | `emoji`        | the emoji of the application                                            |
//! | `interactions` | answers to interactions                                                 |
//! | `writing`      | what is written into a message                                          |
//! | `messages`     | messages in channels                                                    |
//! | `places`       | guilds, channels, threads, direct channels                              |

mod access;
mod arrival;
mod emoji;
mod interactions;
mod messages;
mod places;
mod refusal;
mod writing;

use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::upload::Upload;
use super::world::APPLICATION;
use super::{Shared, gateway, limits, payloads};
use refusal::Refusal;

/// Every route, and the gateway at `/`.
pub(super) fn routes(world: Shared) -> Router {
    let original = patch(edit_original)
        .get(read_original)
        .delete(delete_original);
    let api = Router::new()
        .route("/gateway", get(gateway_url))
        .route("/gateway/bot", get(gateway_for_bots))
        .route("/users/@me", get(async || Json(payloads::bot_user())))
        .route(
            "/applications/{application}/commands",
            put(register).get(registered),
        )
        .route("/interactions/{id}/{token}/callback", post(callback))
        .route("/webhooks/{application}/{token}", post(followup))
        .route(
            "/webhooks/{application}/{token}/messages/@original",
            original,
        )
        .merge(emoji::routes())
        .merge(messages::routes())
        .merge(places::routes())
        .fallback(unknown_route);
    Router::new()
        .nest(
            "/api/v10",
            api.layer(middleware::from_fn_with_state(
                world.clone(),
                arrival::arrives,
            )),
        )
        .route("/", get(gateway::connect))
        .with_state(world)
}

async fn gateway_url(State(world): State<Shared>) -> Json<Value> {
    Json(json!({"url": world.read(|world| format!("ws://{}", world.address))}))
}

async fn gateway_for_bots(State(world): State<Shared>) -> Json<Value> {
    let limit = json!({"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1});
    let url = world.read(|world| format!("ws://{}", world.address));
    Json(json!({"url": url, "shards": 1, "session_start_limit": limit}))
}

async fn register(
    State(world): State<Shared>,
    Path(application): Path<u64>,
    Json(commands): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    let mut violations = limits::commands::violations(&commands);
    if application != APPLICATION {
        violations.push(format!(
            "commands were registered for the application {application}"
        ));
    }
    world.change(|world| {
        world.refuse_if(&violations)?;
        world.commands = Some(payloads::commands(&commands));
        Ok(Json(payloads::commands(&commands)))
    })
}

async fn registered(State(world): State<Shared>) -> Json<Value> {
    Json(
        world
            .read(|world| world.commands.clone())
            .unwrap_or_else(|| json!([])),
    )
}

async fn callback(
    State(world): State<Shared>,
    Path((id, token)): Path<(u64, String)>,
    upload: Upload,
) -> Result<StatusCode, Refusal> {
    world
        .change(|world| world.callback(id, &token, upload))
        .map(|()| StatusCode::NO_CONTENT)
}

async fn edit_original(
    State(world): State<Shared>,
    Path((_, token)): Path<(u64, String)>,
    upload: Upload,
) -> Result<Json<Value>, Refusal> {
    world
        .change(|world| world.edit_original(&token, upload))
        .map(Json)
}

async fn read_original(
    State(world): State<Shared>,
    Path((_, token)): Path<(u64, String)>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| world.read_original(&token)).map(Json)
}

async fn delete_original(
    State(world): State<Shared>,
    Path((_, token)): Path<(u64, String)>,
) -> Result<StatusCode, Refusal> {
    world
        .change(|world| world.delete_original(&token))
        .map(|()| StatusCode::NO_CONTENT)
}

async fn followup(
    State(world): State<Shared>,
    Path((_, token)): Path<(u64, String)>,
    upload: Upload,
) -> Result<Json<Value>, Refusal> {
    world
        .change(|world| world.followup(&token, upload))
        .map(Json)
}

async fn unknown_route(State(world): State<Shared>, method: Method, request: Request) -> Refusal {
    let what = format!(
        "{method} {} is not a route that the bot needs",
        request.uri().path()
    );
    world.change(|world| world.violated(what));
    Refusal::new(StatusCode::NOT_FOUND, 0, "404: Not Found")
}
