//! Whether the fleet can start new servers: `/health` for people and dashboards, `/readyz` for monitors.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::messages::Health;
use crate::time::Moment;
use crate::view::FleetView;

/// `GET /health`: answers 200 whatever is wrong, because players may be on: a monitor must not restart
/// the fleet because of this answer.
pub(crate) async fn health(State(app): State<Arc<App>>) -> Json<Health> {
    Json(found_out(&app).await)
}

/// `GET /readyz`: 200 only if new players get a server.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let health = found_out(&app).await;
    match health.is_healthy() {
        true => Json(health).into_response(),
        false => {
            let later = [(RETRY_AFTER, "5")];
            (StatusCode::SERVICE_UNAVAILABLE, later, Json(health)).into_response()
        }
    }
}

async fn found_out(app: &App) -> Health {
    let view = app.fleet.view();
    if !view.is_known() {
        return Health::of(&view, &app.wording, Some("the fleet is starting"));
    }
    // A join that was just answered counts already.
    let view = app.fleet.look().await.unwrap_or(view);
    let is_writable = app.disk.is_writable(&app.fleet).await;
    let obstacle = obstacle(&view, is_writable, app.clock.now().moment);
    Health::of(&view, &app.wording, obstacle)
}

/// Returns why no new servers are started, if none are.
fn obstacle(view: &FleetView, is_writable: bool, now: Moment) -> Option<&str> {
    if view.engine_is_away {
        return Some("the engine cannot be reached");
    }
    if !is_writable {
        return Some("the store cannot be written");
    }
    let refusal = view.refusal.as_ref().filter(|refusal| now < refusal.until);
    if let Some(refusal) = refusal {
        return Some(&refusal.sentence);
    }
    view.is_draining.then_some("the fleet is being drained")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::messages::tests::{NOW, view};
    use crate::view::Refusal;

    #[test]
    fn what_keeps_servers_from_being_started_is_named() {
        let mut view = view();
        let found = |view: &FleetView, is_writable| {
            obstacle(view, is_writable, NOW.moment).map(str::to_owned)
        };

        assert_eq!(found(&view, true), None);
        view.is_draining = true;
        assert_eq!(found(&view, true).unwrap(), "the fleet is being drained");
        let mut refusal = Refusal {
            sentence: "cannot start server: no such file".to_owned(),
            until: NOW.moment,
        };
        view.refusal = Some(refusal.clone());
        assert_eq!(found(&view, true).unwrap(), "the fleet is being drained");
        refusal.until = NOW.moment + Duration::from_millis(1);
        view.refusal = Some(refusal);
        assert!(found(&view, true).unwrap().starts_with("cannot start"));
        assert_eq!(found(&view, false).unwrap(), "the store cannot be written");
        view.engine_is_away = true;
        assert_eq!(found(&view, false).unwrap(), "the engine cannot be reached");
    }
}
