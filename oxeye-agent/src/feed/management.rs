//! Keeps the connection to the management server and passes on its updates.

use oxeye_plugin_proto::GameServerState;
use oxeye_process::clock::Clock;
use tokio::time::sleep;

use super::port_monitor::PortMonitor;
use super::{Messages, pause_after, send_about, send_update};
use crate::about::{AboutSource, Facts};
use crate::game_event::{GameEvent, TimedEvent};
use crate::reconcile::PortCheck;
use crate::roster::{Roster, RosterEntry};
use crate::server_run::ServerRun;
use crate::source::{FirstRoster, Management, ManagementSettings, ManagementUpdate, SourceError};
use crate::source_update::{SourceKind, SourceUpdate};

/// Listens until it is dropped, and reconnects whenever the connection ends. `monitor` is given if no
/// other source shows whether the server is up.
pub(crate) async fn listen(
    settings: ManagementSettings,
    clock: Clock,
    messages: Messages,
    mut monitor: Option<PortMonitor>,
) {
    let mut failures = 0;
    let mut trouble = String::new();
    loop {
        let connected = Management::connect(&settings).await;
        if let Some(monitor) = &mut monitor {
            monitor.observe(&connected);
        }
        let error = match connected {
            Ok((management, roster)) => {
                failures = 0;
                let error = listen_to(management, roster, clock, &messages).await;
                if let Some(monitor) = &mut monitor {
                    // The server was up until now, however long ago the connection was made.
                    monitor.record(PortCheck::Answered);
                }
                error
            }
            Err(error) => error,
        };
        let pause = pause_after(&error, failures);
        let why = error.to_string();
        if failures == 0 || trouble != why {
            send_update(
                &messages,
                SourceKind::Management,
                SourceUpdate::Failed(why.clone()),
            );
            trouble = why;
        }
        sleep(pause).await;
        failures += 1;
    }
}

/// Passes on all updates until the connection ends; returns why it ended.
async fn listen_to(
    mut management: Management,
    roster: FirstRoster,
    clock: Clock,
    messages: &Messages,
) -> SourceError {
    let send = |update| send_update(messages, SourceKind::Management, update);
    let facts = Facts::of_versions(None, roster.version.as_deref());
    send_about(messages, AboutSource::Management, facts);
    let run = (!roster.started).then(|| ServerRun::since(GameServerState::Starting, clock()));
    send(roster_update(roster.players, run));
    loop {
        let update = match management.next().await {
            Ok(update) => update,
            Err(error) => return error,
        };
        let at = clock();
        let happened = |what| SourceUpdate::Events(vec![TimedEvent { what, at }]);
        send(match update {
            ManagementUpdate::Joined(RosterEntry { player, uuid, .. }) => {
                happened(GameEvent::Join {
                    player,
                    uuid,
                    server: None,
                })
            }
            ManagementUpdate::Left(player) => happened(GameEvent::Leave { player }),
            ManagementUpdate::Started => happened(GameEvent::Start),
            ManagementUpdate::Stopping => happened(GameEvent::Stop),
            ManagementUpdate::Roster(players) => roster_update(players, None),
        });
    }
}

fn roster_update(players: Vec<RosterEntry>, run: Option<ServerRun>) -> SourceUpdate {
    SourceUpdate::Roster {
        roster: players.into_iter().collect::<Roster>(),
        knows_everyone: true,
        run,
        events: Vec::new(),
    }
}
