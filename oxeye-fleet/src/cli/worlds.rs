//! `worlds`: lists them, backs them up, deletes them, and binds them to other workers.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::io::AsyncWriteExt;

use super::output::{confirm, harmless, now, print_line, print_table};
use super::running::Running;
use crate::ids::WorldName;
use crate::operator_messages::{BindRequest, WorldStatus};
use crate::settings::Settings;
use crate::text::Text;

/// What to do with worlds.
#[derive(Debug, Subcommand)]
pub(crate) enum WorldsAction {
    /// List them
    List {
        /// Print JSON, for scripts
        #[arg(long)]
        json: bool,
    },
    /// Copy a world to a tar file
    Backup {
        /// The world, as `worlds` shows it
        world: String,
        /// The file; without it, NAME.tar in this folder
        file: Option<PathBuf>,
    },
    /// Delete a world that no server uses
    Delete {
        /// The world, as `worlds` shows it
        world: String,
        /// Do not ask, for scripts
        #[arg(long)]
        yes: bool,
    },
    /// Bind a world that no server uses to another worker; nothing is copied
    #[command(
        after_help = "Its player goes on with what that worker has of it, or begins with an empty world there.\n\nExample:\n  oxeye-fleet worlds bind NAME home"
    )]
    Bind {
        /// The world, as `worlds` shows it
        world: String,
        /// The worker, as `list` shows it
        worker: String,
    },
}

/// Lists, backs up, deletes or binds worlds.
pub(crate) async fn run(
    settings: &Settings,
    text: Text,
    action: Option<WorldsAction>,
) -> anyhow::Result<()> {
    let running = Running::of(settings, text)?;
    match action.unwrap_or(WorldsAction::List { json: false }) {
        WorldsAction::List { json } => list(&running, text, json).await,
        WorldsAction::Backup { world, file } => {
            back_up(&running, text, &named(&world, text)?, file).await
        }
        WorldsAction::Delete { world, yes } => {
            delete(&running, text, &named(&world, text)?, yes).await
        }
        WorldsAction::Bind { world, worker } => {
            bind(&running, text, &named(&world, text)?, worker).await
        }
    }
}

fn named(world: &str, text: Text) -> anyhow::Result<WorldName> {
    let name = world.parse();
    name.map_err(|_invalid| anyhow!(text.invalid_world()))
}

async fn list(running: &Running, text: Text, as_json: bool) -> anyhow::Result<()> {
    let worlds: Vec<WorldStatus> = running.get("/api/fleet/worlds").await?;
    if as_json {
        print_line(&serde_json::to_string_pretty(&worlds)?)?;
        return Ok(());
    }
    if worlds.is_empty() {
        print_line(&text.no_worlds())?;
        return Ok(());
    }
    if worlds.iter().any(|world| world.worker.is_some()) {
        let heading = [
            text.column_world(),
            text.column_worker(),
            text.column_used_by(),
        ];
        let rows: Vec<_> = worlds.iter().map(row_of_worker).collect();
        print_table(&heading, &rows)?;
        return Ok(());
    }
    let now = now();
    let rows: Vec<_> = worlds.iter().map(|world| row(world, text, now)).collect();
    let heading = [
        text.column_world(),
        text.column_size(),
        text.column_changed(),
        text.column_used_by(),
    ];
    print_table(&heading, &rows)?;
    Ok(())
}

fn row(world: &WorldStatus, text: Text, now: u64) -> [String; 4] {
    let changed = |at| text.time_ago(now.saturating_sub(at));
    [
        world.name.clone(),
        or_dash(world.bytes.map(|bytes| text.size(bytes))),
        or_dash(world.changed_at.map(changed)),
        or_dash(world.slot.map(|slot| slot.to_string())),
    ]
}

fn row_of_worker(world: &WorldStatus) -> [String; 3] {
    [
        world.name.clone(),
        or_dash(world.worker.as_deref().map(harmless)),
        or_dash(world.slot.map(|slot| slot.to_string())),
    ]
}

fn or_dash(cell: Option<String>) -> String {
    cell.unwrap_or_else(|| "-".to_owned())
}

/// Writes to a file beside the target and renames it, so that an interrupted backup never leaves half a
/// file.
async fn back_up(
    running: &Running,
    text: Text,
    world: &WorldName,
    file: Option<PathBuf>,
) -> anyhow::Result<()> {
    let target = file.unwrap_or_else(|| PathBuf::from(format!("{world}.tar")));
    let shown = target.display().to_string();
    if target.exists() {
        bail!(text.file_exists(&shown));
    }
    let mut body = running
        .download(&format!("/api/fleet/worlds/{world}/backup"))
        .await?;
    let partial = target.with_extension("tar.part");
    let failed = || text.cannot_write(&shown);
    let copied = async {
        save(&mut body, &partial, text, failed).await?;
        tokio::fs::rename(&partial, &target)
            .await
            .with_context(failed)
    };
    if let Err(error) = copied.await {
        // If it was never made, there is nothing to remove.
        let _ = tokio::fs::remove_file(&partial).await;
        return Err(error);
    }
    print_line(&text.world_copied(world.as_str(), &shown))?;
    Ok(())
}

/// Writes a download to a file.
async fn save(
    body: &mut Incoming,
    path: &Path,
    text: Text,
    failed: impl Fn() -> String,
) -> anyhow::Result<()> {
    let file = tokio::fs::File::create(path).await;
    let mut file = file.with_context(&failed)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.with_context(|| text.download_broke_off())?;
        if let Ok(data) = frame.into_data() {
            file.write_all(&data).await.with_context(&failed)?;
        }
    }
    // Only a flush returns the error of the last write; a sync drops it.
    file.flush().await.with_context(&failed)?;
    file.sync_all().await.with_context(failed)
}

async fn delete(running: &Running, text: Text, world: &WorldName, yes: bool) -> anyhow::Result<()> {
    let name = world.as_str();
    if !yes && !confirm(text, &text.ask_delete(name))? {
        print_line(&text.nothing_deleted())?;
        return Ok(());
    }
    running
        .delete(&format!("/api/fleet/worlds/{world}"))
        .await?;
    print_line(&text.world_deleted(name))?;
    Ok(())
}

async fn bind(
    running: &Running,
    text: Text,
    world: &WorldName,
    worker: String,
) -> anyhow::Result<()> {
    let request = BindRequest { worker };
    running
        .post(&format!("/api/fleet/worlds/{world}/bind"), &request)
        .await?;
    print_line(&text.world_bound(world.as_str(), &harmless(&request.worker)))?;
    Ok(())
}
