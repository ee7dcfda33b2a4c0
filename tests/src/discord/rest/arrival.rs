//! What happens to every request: it is counted, its token is checked, faults that a story has asked
//! for are injected, rate limits apply, and the answer is logged.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::super::rates::{Admitted, Headers, Route};
use super::super::world::{TOKEN, World, interaction_of};
use super::super::{self as discord, Call, Fault, Shared};
use super::refusal::{ErrorCode, Refusal, with_headers};

/// Discord's code for too much written in a channel.
const WRITE_LIMIT: u64 = 20_028;

/// What becomes of a request before it is carried out.
enum Fate {
    CarriedOut(Option<Headers>),
    Refused(Refusal),
    Faulty(Fault),
}

pub(super) async fn arrives(State(world): State<Shared>, request: Request, next: Next) -> Response {
    let at = Instant::now();
    let method = request.method().clone();
    let path = request
        .uri()
        .path()
        .trim_start_matches("/api/v10")
        .to_owned();
    let route = route(&method, &path);
    let fate = if needs_token(&path) && !has_token(request.headers()) {
        let message = "401: Unauthorized";
        Fate::Refused(Refusal::new(StatusCode::UNAUTHORIZED, 0, message))
    } else {
        world.change(|world| world.fate(route))
    };
    let response = match fate {
        Fate::CarriedOut(None) => next.run(request).await,
        Fate::CarriedOut(Some(headers)) => with_headers(next.run(request).await, headers),
        Fate::Refused(refusal) => refusal.into_response(),
        Fate::Faulty(fault) => fails(&world, fault, (route, &path), request, next).await,
    };
    world.change(|world| {
        world.requests.push(discord::Request {
            at,
            method: method.to_string(),
            path,
            call: route.0,
            channel: route.1.filter(|_| route.0.is_about_a_place()),
            status: response.status().as_u16(),
            code: response.extensions().get().map(|ErrorCode(code)| *code),
        });
    });
    response
}

impl World {
    fn fate(&mut self, route: Route) -> Fate {
        let fault = self.call(route.0);
        if let Some(impatient) = self.rates.impatience(route) {
            self.violated(impatient);
        }
        if self.down {
            return Fate::Faulty(Fault::Status(503));
        }
        match (fault, self.rates.admit(route)) {
            (Some(Fault::RateLimited(wait)), _) => {
                self.rates.asked_to_wait(route, wait);
                Fate::Refused(Refusal::rate_limited(wait, false, 0))
            }
            (Some(Fault::WriteLimited(wait)), _) => {
                self.rates.asked_to_wait(route, wait);
                Fate::Refused(Refusal::rate_limited(wait, false, WRITE_LIMIT))
            }
            (Some(fault), _) => Fate::Faulty(fault),
            (None, Admitted::Yes(headers)) => Fate::CarriedOut(headers),
            (None, Admitted::No { wait, global }) => {
                self.rates.asked_to_wait(route, wait);
                Fate::Refused(Refusal::rate_limited(wait, global, 0))
            }
        }
    }
}

async fn fails(
    world: &Shared,
    fault: Fault,
    (route, path): (Route, &str),
    request: Request,
    next: Next,
) -> Response {
    match fault {
        Fault::Status(status) => broken(status),
        Fault::Forbidden => Refusal::missing_permissions().into_response(),
        Fault::RateLimited(wait) => Refusal::rate_limited(wait, false, 0).into_response(),
        Fault::WriteLimited(wait) => {
            Refusal::rate_limited(wait, false, WRITE_LIMIT).into_response()
        }
        Fault::LostReply(status) => {
            world.change(|world| world.loses_reply(path));
            if next.run(request).await.status().is_success() {
                world.change(|world| world.lost_reply(route, path));
            }
            broken(status)
        }
        Fault::Slow(delay) => {
            let answer = next.run(request).await;
            tokio::time::sleep(delay).await;
            answer
        }
    }
}

/// The kind of a request, and the channel, guild, message or interaction that it is about: what Discord counts
/// together.
fn route(method: &Method, path: &str) -> Route {
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    let place = parts.get(1).and_then(|id| id.parse().ok());
    let call = match (method.as_str(), &parts[..]) {
        (_, ["gateway", ..]) => Call::Gateway,
        (_, ["applications", _, "commands"]) => Call::Commands,
        ("POST", ["applications", _, "emojis"]) => Call::MakeEmoji,
        (_, ["interactions", ..]) => Call::Callback,
        (_, ["webhooks", .., "@original"]) => Call::Original,
        (_, ["webhooks", ..]) => Call::Followup,
        ("POST", ["channels", _, "messages"]) => Call::Post,
        ("PATCH", ["channels", _, "messages", _]) => Call::Edit,
        ("GET", ["channels", _, "messages", ..]) => Call::ReadMessage,
        ("DELETE", ["channels", _, "messages", _]) => Call::DeleteMessage,
        ("GET", ["channels", _]) => Call::ReadChannel,
        ("PATCH", ["channels", _]) => Call::ChangeChannel,
        ("PUT", ["channels", _, "voice-status"]) => Call::VoiceStatus,
        ("POST", ["channels", _, "threads"]) => Call::Thread,
        ("POST", ["users", "@me", "channels"]) => Call::Direct,
        ("GET", ["guilds", ..]) => Call::ReadGuild,
        _ => Call::Other,
    };
    let subject = match call {
        Call::Callback => place,
        Call::Original | Call::Followup => parts.get(2).and_then(|token| interaction_of(token)),
        _ => place.filter(|_| call.is_about_a_place()),
    };
    (call, subject)
}

fn needs_token(path: &str) -> bool {
    let open = ["/gateway", "/interactions/", "/webhooks/"];
    let mut open = open.iter();
    !open.any(|open| path.starts_with(open) && !path.ends_with("/bot"))
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
