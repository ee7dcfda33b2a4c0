//! Starting a container. Docker answers a start while a stop runs with "done" and lets the container die
//! afterwards, so nothing is started before its exit was seen.

use std::sync::Arc;

use bollard::query_parameters::StartContainerOptions;

use super::containers::Containers;
use super::crashes;
use super::trouble::Trouble;
use crate::ids::SlotId;
use crate::rules::{CallFailure, Run};

/// What engines say when somebody else has the port.
const PORT_TAKEN: [&str; 2] = ["address already in use", "port is already allocated"];

/// Starts the container of a slot.
pub(super) async fn start(
    all: &Arc<Containers>,
    slot: SlotId,
    run: Run,
) -> Result<(), CallFailure> {
    let _gate = all.gate(slot).await;
    let found = all.find(slot).await?;
    let found = found.ok_or_else(|| CallFailure::Refused(format!("there is no {slot}")))?;
    if found.state.is_running() {
        return match found.run() {
            Some(known) if known == run => Ok(()),
            _ => Err(CallFailure::Refused(format!("{slot} still runs"))),
        };
    }
    let docker = all.docker().await?;
    crashes::keep(all, &docker, &found).await;
    let written = all.runs.attempt(slot, &found.id, run, &found.state).await;
    written.map_err(|error| {
        CallFailure::Refused(format!("cannot keep a record of a server: {error}"))
    })?;
    all.stops.forget(&found.id);
    let options = None::<StartContainerOptions>;
    let started = docker.start_container(&found.id, options).await;
    let trouble = match started.map_err(Trouble::from) {
        Ok(()) => return Ok(()),
        Err(trouble @ Trouble::Said { .. }) => trouble,
        Err(trouble) => return Err(trouble.failure("")),
    };
    // Whatever the engine says, it may have been started.
    match all.find(slot).await? {
        Some(found) if found.run() == Some(run) => Ok(()),
        _ => Err(refusal(trouble, &found.id)),
    }
}

/// Says why a container could not be started.
fn refusal(trouble: Trouble, container: &str) -> CallFailure {
    // Whether the port is free says nothing now: podman holds it for a moment after a failed start.
    let words = trouble.to_string();
    if PORT_TAKEN.iter().any(|taken| words.contains(taken)) {
        return CallFailure::PortTaken;
    }
    // The rules compare the sentences of different servers.
    let trouble = trouble.without(container);
    trouble.failure("the container engine cannot start a server")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_say_that_a_port_is_taken() {
        for words in [
            "cannot listen on the TCP port: listen tcp4 :8081: bind: address already in use",
            "driver failed programming external connectivity: Bind for 0.0.0.0:8081 failed: port is already allocated",
        ] {
            let refused = refusal(Trouble::said(500, words), "abc");
            assert_eq!(refused, CallFailure::PortTaken, "{words}");
        }
    }

    #[test]
    fn the_same_trouble_has_the_same_sentence_for_every_server() {
        let of = |container: &str| {
            let words = format!("container {container}: exec: \"nope\": not found");
            refusal(Trouble::said(500, &words), container)
        };

        assert_eq!(of("abc"), of("def"));
        assert!(matches!(of("abc"), CallFailure::Refused(_)));
    }
}
