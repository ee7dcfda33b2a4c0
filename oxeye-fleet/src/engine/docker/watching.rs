//! Notices exits. The engine's events are hints: they may be lost while the connection is broken, and end
//! when the engine does. So everything is looked at after each gap, and every now and then.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bollard::models::EventMessage;
use bollard::query_parameters::{EventsOptions, EventsOptionsBuilder};
use futures_util::StreamExt;
use oxeye_process::backoff::Backoff;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::containers::Containers;
use super::{crashes, labels, listing};
use crate::engine::Exit;

/// How long after the events have begun we look for what happened before.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// How often we look at everything, whatever the events say.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The wait before an engine that is away is asked for events again.
const FIRST_RETRY: Duration = Duration::from_millis(200);
/// The longest that this wait grows.
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// What engines call the exit of a container.
const EXITED: [&str; 2] = ["die", "died"];

/// Watches until the program stops.
pub(super) async fn watch(all: Arc<Containers>) {
    let stop = all.tasks.stop_signal();
    let watching = async {
        let mut backoff = Backoff::new(FIRST_RETRY, LONGEST_RETRY);
        loop {
            let began = Instant::now();
            until_the_events_end(&all).await;
            all.client.ask_again().await;
            if began.elapsed() > LOOK_EVERY {
                backoff.reset();
            }
            sleep(backoff.next_wait()).await;
        }
    };
    tokio::select! {
        () = watching => {}
        () = crashes::expire(&all) => {}
        () = stop.cancelled() => {}
    }
}

async fn until_the_events_end(all: &Arc<Containers>) {
    let Ok(docker) = all.client.docker().await else {
        return;
    };
    let mut events = pin!(docker.events(Some(events_of(all))));
    let first = Instant::now() + FIRST_LOOK;
    let mut looks = interval_at(first, LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Ok(event)) => noticed(all, event).await,
                Some(Err(_)) | None => return,
            },
            _ = looks.tick() => look(all).await,
        }
    }
}

fn events_of(all: &Containers) -> EventsOptions {
    let label = format!("{}={}", labels::FLEET, all.fleet);
    let filters = HashMap::from([
        ("type", vec!["container".to_owned()]),
        ("label", vec![label]),
    ]);
    EventsOptionsBuilder::new().filters(&filters).build()
}

/// Looks at a container about which the engine says something. Several engines may have one log of events,
/// so what it says may be about a container of somebody else.
async fn noticed(all: &Arc<Containers>, event: EventMessage) {
    let is_exit = event
        .action
        .is_some_and(|action| EXITED.contains(&action.as_str()));
    let id = event.actor.and_then(|actor| actor.id);
    let Some(id) = id.filter(|_| is_exit) else {
        return;
    };
    let Ok(Some(inspected)) = all.client.inspect(&id).await else {
        return;
    };
    let state = &inspected.state;
    let Some(launch) = labels::read(&all.fleet, inspected.config.labels.as_ref()) else {
        return;
    };
    // A copy has begun no run.
    let record = all.runs.of(launch.slot, &inspected.id);
    if let Some(run) = record.run(state).filter(|_| !state.is_running()) {
        let exit = Exit {
            slot: launch.slot,
            run,
            code: state.exit_code(),
        };
        all.exits.report(exit, &launch.world, state.oom_killed);
    }
}

/// Compares what the engine has with what was reported.
pub(super) async fn look(all: &Arc<Containers>) {
    if let Ok(listed) = listing::list(all).await {
        all.exits.compare(&listed);
    }
}
