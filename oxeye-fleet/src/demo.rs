//! The demo: the fleet with its own tiny servers, and made-up players who come and go.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oxeye_process::private_file;
use oxeye_process::tasks::Tasks;
use rand::Rng;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::controller::FleetHandle;
use crate::engine::process::folders::Folders;
use crate::ids::PlayerId;
use crate::settings::Settings;

/// The made-up players.
const PLAYERS: [&str; 8] = [
    "alex", "moss_", "petra", "quartz", "rowan", "sable", "tamsin", "wren",
];

/// Time between two heartbeats of a player, as the client library sends them.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How long players stay, in seconds.
const STAY_SECS: std::ops::Range<u64> = 20..90;

/// How long players are away, in seconds.
const AWAY_SECS: std::ops::Range<u64> = 5..60;

/// How long the demo stays empty at first. Short, because somebody is watching.
const FIRST_AFTER: Duration = Duration::from_secs(1);

/// One in this many players loses the connection instead of leaving.
const VANISHING: u32 = 4;

/// How long we wait for the demo's servers to stop when it ends.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);

/// Makes the folder of the demo, and returns its settings.
///
/// # Errors
/// When the folder cannot be made.
pub(crate) fn settings(settings: &Settings) -> io::Result<Settings> {
    let data = folder(settings.listen[0].port());
    make(&data)?;
    Ok(settings_in(settings, data))
}

/// Returns the settings of the demo, if one runs at the address that these settings give for the fleet.
pub(crate) fn running(settings: &Settings) -> Option<Settings> {
    let data = folder(settings.listen[0].port());
    let is_in_use = is_ours(&data) && Folders::below(&data).are_in_use();
    is_in_use.then(|| settings_in(settings, data))
}

/// Returns the settings of the demo: its own folder, tiny servers, and nothing that reaches outside.
fn settings_in(settings: &Settings, data: PathBuf) -> Settings {
    let mut settings = settings.clone();
    settings.data = data;
    settings.command = None;
    settings.workers = Vec::new();
    settings.oxeye = None;
    settings.join_secret = None;
    settings.limits.discards_worlds = true;
    settings
}

/// The folder is named after the port, so that the command line finds it, and a demo that was
/// killed is continued by the next one.
fn folder(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("oxeye-fleet-demo-{port}"))
}

/// Makes the folder. Others can write to the folder that it is in, and its name can be guessed, so one that
/// exists has to be ours: it could hold a token that somebody else knows, and links to other places.
fn make(folder: &Path) -> io::Result<()> {
    match private_file::create_new_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match is_ours(folder) {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "{} belongs to somebody else, or is open to others",
                folder.display()
            ))),
        },
        made => made,
    }
}

/// Returns whether something is a folder of this user's that is closed to everybody else.
#[cfg(unix)]
fn is_ours(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    let metadata = std::fs::symlink_metadata(folder);
    metadata.is_ok_and(|found| found.is_dir() && found.uid() == user && found.mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn is_ours(folder: &Path) -> bool {
    folder.is_dir()
}

/// Starts the made-up players.
pub(crate) fn start(fleet: &FleetHandle, tasks: &Tasks) {
    for (index, name) in PLAYERS.into_iter().enumerate() {
        let Ok(player) = name.parse() else { continue };
        let first_after = match index {
            0 => FIRST_AFTER,
            _ => random(AWAY_SECS),
        };
        let playing = play(fleet.clone(), player, first_after, tasks.stop_signal());
        tasks.spawn(playing);
    }
}

/// Stops all servers.
pub(crate) async fn end(fleet: &FleetHandle) {
    fleet.drain(None, true).await.unwrap_or_default();
    let stopped = async {
        let mut changes = fleet.changes();
        loop {
            let seen = fleet.look().await.unwrap_or_else(|| fleet.view());
            let slots: Vec<_> = seen.slots.iter().map(|slot| slot.id).collect();
            if slots.is_empty() {
                return;
            }
            for slot in slots {
                // One that cannot be stopped now is told again after the next change.
                let _ = fleet.stop(slot).await;
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    if timeout(STOP_TIMEOUT, stopped).await.is_err() {
        tracing::warn!(
            "some servers of the demo are still stopping; the next demo takes them over"
        );
    }
}

/// Deletes the folder of the demo, unless servers of it still run.
pub(crate) fn remove(fleet: &FleetHandle, data: &Path) {
    if !fleet.view().slots.is_empty() {
        return;
    }
    if let Err(error) = std::fs::remove_dir_all(data) {
        tracing::warn!(%error, "cannot remove {}", data.display());
    }
}

/// Plays one player, who comes, stays for a while and leaves, again and again.
async fn play(
    fleet: FleetHandle,
    player: PlayerId,
    first_after: Duration,
    stop: CancellationToken,
) {
    let life = async {
        sleep(first_after).await;
        loop {
            // At the cap, the player tries again later, as people do.
            if let Ok(joined) = fleet.join(Some(player.clone())).await {
                let end = Instant::now() + random(STAY_SECS);
                while Instant::now() < end {
                    sleep(HEARTBEAT).await;
                    // While the demo stops, nobody answers.
                    let _ = fleet.heartbeat(joined.session).await;
                }
                if !rand::rng().random_ratio(1, VANISHING) {
                    let _ = fleet.leave(joined.session).await;
                }
            }
            sleep(random(AWAY_SECS)).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = life => {}
    }
}

fn random(secs: std::ops::Range<u64>) -> Duration {
    Duration::from_secs(rand::rng().random_range(secs))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::{mpsc, watch};

    use super::*;
    use crate::controller::Ask;
    use crate::rules::Limits;
    use crate::time::Now;
    use crate::view::FleetView;

    #[test]
    #[cfg(unix)]
    fn the_folder_of_somebody_else_is_not_used() {
        use std::fs::Permissions;
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let temporary = tempfile::tempdir().unwrap();
        let demo = temporary.path().join("demo");

        make(&demo).unwrap();
        make(&demo).expect("a demo that was killed is continued");

        std::fs::set_permissions(&demo, Permissions::from_mode(0o770)).unwrap();
        make(&demo).unwrap_err();
        std::fs::remove_dir(&demo).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), &demo).unwrap();
        make(&demo).unwrap_err();
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_comes_within_two_seconds() {
        let view = FleetView::empty(&Limits::default(), Now::default());
        let (_views, view) = watch::channel(Arc::new(view));
        let (asking, mut asks) = mpsc::channel(1);
        let tasks = Tasks::new();
        let started = Instant::now();

        start(&FleetHandle::new(view, asking), &tasks);
        let first = asks.recv().await;

        assert!(matches!(first, Some(Ask::Join { .. })), "{first:?}");
        assert!(started.elapsed() <= Duration::from_secs(2));
    }
}
