//! Receives skins and serves heads.

use std::sync::{Arc, LazyLock};

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::{NewSkin, SkinId};
use oxeye_plugin_proto::SkinRequest;
use oxeye_render::{Skin, unknown_head};

use crate::http::address_limit::HeadLookup;
use crate::http::app::App;
use crate::http::authentication::LinkedServer;
use crate::http::body::Json;
use crate::http::error::{ApiError, Unknown};

/// The width and height of a head as we serve it, in pixels.
const HEAD_PIXELS: u32 = 64;

/// The caching of a known head. Its id is the hash of the skin's pixels, so it never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The caching of the head for unknown skins: the skin may become known.
const FOR_A_MINUTE: &str = "public, max-age=60";

/// `POST /skin`: stores the skin that we asked for after a join or a sync. We never fetch `texture_url`.
pub(crate) async fn skin(
    State(app): State<Arc<App>>,
    LinkedServer(server): LinkedServer,
    Json(request): Json<SkinRequest>,
) -> Result<StatusCode, ApiError> {
    let (player, texture) = (request.player.clone(), request.texture_hash);
    let new_skin = app.decode_pictures(move || new_skin(&request)).await??;
    app.database
        .store_skin(server, &player, texture, new_skin, app.now())
        .await?;
    Ok(StatusCode::OK)
}

fn new_skin(request: &SkinRequest) -> Result<NewSkin, ApiError> {
    let png = request
        .png()
        .map_err(|error| ApiError::BadSkin(error.to_string()))?;
    let skin = Skin::decode(&png).map_err(|error| ApiError::BadSkin(error.to_string()))?;
    Ok(NewSkin::from(&skin))
}

/// The head for every unknown skin, drawn once.
static UNKNOWN_HEAD: LazyLock<Bytes> =
    LazyLock::new(|| Bytes::from(unknown_head().to_png(HEAD_PIXELS)));

/// `GET /heads/{id}.png`: serves the head of a skin, or the one for unknown skins. The route is public, hence [`HeadLookup`].
pub(crate) async fn head(
    State(app): State<Arc<App>>,
    _: HeadLookup,
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path(file) = file?;
    let id = file.strip_suffix(".png").ok_or(Unknown::Route)?;
    let known = match id.parse::<SkinId>() {
        Ok(skin) => app.database.head(skin).await?,
        Err(_) => None,
    };
    let Some(head) = known else {
        let caching = [(CACHE_CONTROL, FOR_A_MINUTE.to_owned())];
        return Ok(png(caching, UNKNOWN_HEAD.clone()));
    };
    let etag = format!("\"{id}\"");
    let kept = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|value| value.to_str().is_ok_and(|tags| tags.contains(&etag)));
    let caching = [(CACHE_CONTROL, FOR_EVER.to_owned()), (ETAG, etag)];
    Ok(if kept {
        (StatusCode::NOT_MODIFIED, caching).into_response()
    } else {
        png(caching, head.to_png(HEAD_PIXELS).into())
    })
}

fn png<const N: usize>(caching: [(HeaderName, String); N], png: Bytes) -> Response {
    ([(CONTENT_TYPE, "image/png")], caching, Body::from(png)).into_response()
}
