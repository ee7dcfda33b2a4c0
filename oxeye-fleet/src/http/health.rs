//! Whether the fleet can start new servers: `/health` for people and dashboards, `/readyz` for monitors.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::messages::Health;
use crate::rules::FailedStarts;
use crate::time::Moment;
use crate::view::{FleetView, WorkerView};

/// What everybody learns if the engine refuses.
const ENGINE_REFUSES: &str = "the engine refuses new servers";

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
    let drain = view
        .is_draining
        .then(|| "the fleet is being drained".to_owned());
    let trouble = trouble(app, &view, Audience::Everybody).await;
    let unready = unready(&view);
    let is_everywhere = no_server_becomes_ready(&view, app.clock.now().moment);
    let (fatal, unready) = match is_everywhere {
        true => (unready, None),
        false => (None, unready),
    };
    // Not also what is fatal already.
    let refused = trouble.is_none().then(|| refused(&view)).flatten();
    let warnings: Vec<_> = refused.into_iter().chain(unready).collect();
    let warning = (!warnings.is_empty()).then(|| warnings.join("; "));
    let reasons: Vec<_> = trouble.into_iter().chain(drain).chain(fatal).collect();
    let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    Health::of(&view, &app.wording, reason.as_deref()).with_warning(warning)
}

/// Names the workers on which several servers in a row have not become ready.
fn unready(view: &FleetView) -> Option<String> {
    let is_unready = |worker: &WorkerView| worker.failed_starts.is_some();
    named(view, "servers do not become ready on", is_unready)
}

/// Names the workers that have refused several servers in a row for the same reason. If that was for one world only,
/// the world may be to blame as well.
fn refused(view: &FleetView) -> Option<String> {
    named(view, "servers are refused on", |worker| {
        worker.refuses_servers
    })
}

/// Names the workers of which something is true, if there are any.
fn named(view: &FleetView, what: &str, is_so: impl Fn(&WorkerView) -> bool) -> Option<String> {
    let workers = view.workers.iter().filter(|worker| is_so(worker));
    let names: Vec<_> = workers.map(|worker| worker.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
}

/// Whether that is so on all workers that get new servers, for more than one world among them, and was so a short
/// while ago. One world may be broken, whoever else could play. Later, somebody has to be let in to find out.
fn no_server_becomes_ready(view: &FleetView, now: Moment) -> bool {
    let workers = view.workers.iter();
    let usable = workers.filter(|worker| !worker.is_away && !worker.is_draining);
    let lately = |worker: &WorkerView| {
        let failed = worker.failed_starts.clone();
        failed.filter(|failed| now < failed.until)
    };
    let failed: Option<Vec<_>> = usable.map(lately).collect();
    failed.is_some_and(|failed| are_of_several_worlds(&failed))
}

/// Whether the servers that have not become ready, on all these workers together, were of different worlds.
fn are_of_several_worlds(failed: &[FailedStarts]) -> bool {
    let worlds: BTreeSet<_> = failed.iter().map(|failed| &failed.first_world).collect();
    worlds.len() > 1 || failed.iter().any(|failed| failed.are_of_several_worlds)
}

/// Who reads what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Anybody, such as players.
    Everybody,
    /// People with the operator token, who also learn what the engine has said.
    Operators,
}

/// Returns why no new servers can be started, if none can. That operators want none is another matter.
pub(crate) async fn trouble(app: &App, view: &FleetView, audience: Audience) -> Option<String> {
    let is_writable = app.disk.is_writable(&app.fleet).await;
    let troubles = troubles(view, is_writable, app.clock.now().moment, audience);
    (!troubles.is_empty()).then(|| troubles.join("; "))
}

/// Returns all that keeps new servers from being started.
fn troubles(view: &FleetView, is_writable: bool, now: Moment, audience: Audience) -> Vec<&str> {
    let away = view
        .engine_is_away
        .then_some("the engine cannot be reached");
    let full = (!is_writable).then_some("the store cannot be written");
    let refusal = view.refusal.as_ref().filter(|refusal| now < refusal.until);
    let refused = refusal.map(|refusal| match audience {
        Audience::Everybody if refusal.is_by_engine => ENGINE_REFUSES,
        _ => refusal.sentence.as_str(),
    });
    [away, full, refused].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::http::messages::tests::{NOW, view};
    use crate::view::Refusal;

    #[test]
    fn everything_that_keeps_servers_from_being_started_is_named() {
        let mut view = view();
        let found = |view: &FleetView, is_writable| {
            let audience = Audience::Operators;
            troubles(view, is_writable, NOW.moment, audience).join("; ")
        };

        assert_eq!(found(&view, true), "");
        let mut refusal = Refusal {
            sentence: "cannot start server: no such file".to_owned(),
            is_by_engine: true,
            until: NOW.moment,
        };
        view.refusal = Some(refusal.clone());
        assert_eq!(found(&view, true), "");
        refusal.until = NOW.moment + Duration::from_millis(1);
        view.refusal = Some(refusal);
        assert_eq!(found(&view, true), "cannot start server: no such file");
        let public = troubles(&view, true, NOW.moment, Audience::Everybody);
        assert_eq!(public, [ENGINE_REFUSES]);
        view.engine_is_away = true;
        assert_eq!(
            found(&view, false),
            "the engine cannot be reached; the store cannot be written; cannot start server: no such file"
        );
    }
}
