//! The emoji of the application, as in <https://discord.com/developers/docs/resources/emoji>.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::super::Shared;
use super::super::answer::Emoji;
use super::super::world::{APPLICATION, World};
use super::refusal::Refusal;

/// The most emoji of an application.
const MOST: usize = 2_000;
/// The largest image, in bytes.
const LARGEST: usize = 256 * 1024;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/applications/@me", get(application))
        .route("/applications/{application}/emojis", get(list).post(create))
        .route(
            "/applications/{application}/emojis/{emoji}",
            axum::routing::delete(delete),
        )
}

async fn application() -> Json<Value> {
    Json(json!({"id": APPLICATION.to_string(), "name": "Oxeye"}))
}

async fn list(
    State(world): State<Shared>,
    Path(application): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| {
        world.is_own(application)?;
        let items: Vec<_> = world.emoji.iter().map(payload).collect();
        Ok(Json(json!({"items": items})))
    })
}

async fn create(
    State(world): State<Shared>,
    Path(application): Path<u64>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Refusal> {
    world.change(|world| {
        world.is_own(application)?;
        world.refuse_if(&violations(&body))?;
        let name = body["name"].as_str().unwrap_or_default().to_owned();
        if world.emoji.iter().any(|emoji| emoji.name == name) {
            world.violated(format!("a second emoji was called {name}"));
            return Err(Refusal::bad_request(50_035, "Invalid Form Body"));
        }
        if world.emoji.len() >= MOST {
            let message = "Maximum number of emojis reached (2000)";
            return Err(Refusal::bad_request(30_008, message));
        }
        let id = world.next_id();
        world.emoji.push(Emoji { id, name });
        Ok(Json(payload(&world.emoji[world.emoji.len() - 1])))
    })
}

async fn delete(
    State(world): State<Shared>,
    Path((application, id)): Path<(u64, u64)>,
) -> Result<StatusCode, Refusal> {
    world.change(|world| {
        world.is_own(application)?;
        let place = world.emoji.iter().position(|emoji| emoji.id == id);
        let place = place.ok_or_else(|| Refusal::unknown(10_014, "Emoji"))?;
        world.emoji.remove(place);
        Ok(StatusCode::NO_CONTENT)
    })
}

fn payload(emoji: &Emoji) -> Value {
    json!({"id": emoji.id.to_string(), "name": emoji.name, "roles": [], "require_colons": true,
           "managed": false, "animated": false, "available": true})
}

/// Returns what is wrong with a new emoji.
fn violations(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let name = body["name"].as_str().unwrap_or_default();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !(2..=32).contains(&name.len()) || !name.bytes().all(is_part) {
        found.push(format!("an emoji was called {name:?}"));
    }
    let image = body["image"].as_str().unwrap_or_default();
    let png = image.strip_prefix("data:image/png;base64,");
    match png.and_then(|png| BASE64_STANDARD.decode(png).ok()) {
        Some(png) if png.len() > LARGEST => found.push("an emoji was too large".to_owned()),
        // The signature, and the width and height of the header.
        Some(png)
            if png.get(..4) == Some(b"\x89PNG")
                && png.get(16..24) == Some(b"\0\0\0\x80\0\0\0\x80") => {}
        _ => found.push("an emoji was no PNG of 128 x 128 pixels".to_owned()),
    }
    found
}

impl World {
    fn is_own(&mut self, application: u64) -> Result<(), Refusal> {
        if application == APPLICATION {
            return Ok(());
        }
        self.violated(format!(
            "emoji of the application {application} were asked for"
        ));
        Err(Refusal::missing_access())
    }
}
