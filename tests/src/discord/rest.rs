//! The routes of the stand-in. [`interactions`] holds what they change in the world.

mod interactions;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::upload::Upload;
use super::world::{APPLICATION, TOKEN};
use super::{Call, Fault, Shared, gateway, limits, payloads};

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
        .fallback(unknown_route);
    Router::new()
        .nest(
            "/api/v10",
            api.layer(middleware::from_fn_with_state(world.clone(), inject_faults)),
        )
        .route("/", get(gateway::connect))
        .with_state(world)
}

/// An error response, with Discord's own wording.
pub(super) struct Refusal {
    status: StatusCode,
    code: u64,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: u64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (
            self.status,
            Json(json!({"message": self.message, "code": self.code})),
        )
            .into_response()
    }
}

/// Counts every request, checks its token, and injects the faults that the story asked for.
async fn inject_faults(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let call = call(request.uri().path());
    let fault = world.change(|world| {
        let fault = world.call(call);
        if world.down {
            Some(Fault::Status(503))
        } else {
            fault
        }
    });
    if needs_token(request.uri().path()) && !has_token(request.headers()) {
        return Refusal::new(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized").into_response();
    }
    match fault {
        None => next.run(request).await,
        Some(Fault::Status(status)) => broken(status),
        Some(Fault::RateLimited(after)) => rate_limited(after),
        Some(Fault::LostReply(status)) => {
            world.change(|world| world.loses_reply(request.uri().path()));
            next.run(request).await;
            broken(status)
        }
        Some(Fault::Slow(delay)) => {
            let answer = next.run(request).await;
            tokio::time::sleep(delay).await;
            answer
        }
    }
}

fn call(path: &str) -> Call {
    let path = path.trim_start_matches("/api/v10");
    match path {
        _ if path.starts_with("/gateway") => Call::Gateway,
        _ if path.ends_with("/commands") => Call::Commands,
        _ if path.ends_with("/callback") => Call::Callback,
        _ if path.ends_with("/messages/@original") => Call::Original,
        _ if path.starts_with("/webhooks/") => Call::Followup,
        _ => Call::Other,
    }
}

fn needs_token(path: &str) -> bool {
    !["/gateway", "/interactions/", "/webhooks/"]
        .iter()
        .any(|open| {
            path.trim_start_matches("/api/v10").starts_with(open) && !path.ends_with("/bot")
        })
}

fn has_token(headers: &HeaderMap) -> bool {
    let given = headers.get(header::AUTHORIZATION);
    given.is_some_and(|given| given.as_bytes() == format!("Bot {TOKEN}").as_bytes())
}

fn broken(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    // Discord's front end answers in HTML when its servers are down.
    (status, "<html><body>upstream connect error</body></html>").into_response()
}

fn rate_limited(after: std::time::Duration) -> Response {
    let seconds = after.as_secs_f64();
    let body =
        json!({"message": "You are being rate limited.", "retry_after": seconds, "global": false});
    let headers = [
        ("retry-after", seconds.ceil().to_string()),
        ("x-ratelimit-limit", "5".to_owned()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset-after", seconds.to_string()),
        ("x-ratelimit-scope", "user".to_owned()),
    ];
    (StatusCode::TOO_MANY_REQUESTS, headers, Json(body)).into_response()
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
