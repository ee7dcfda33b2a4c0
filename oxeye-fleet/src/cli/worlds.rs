//! `worlds`: lists, backs up and deletes them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::io::AsyncWriteExt;

use super::output::{now, print_line, print_table, size, span};
use super::running::Running;
use crate::ids::WorldName;
use crate::operator_messages::WorldStatus;
use crate::settings::Settings;

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
}

/// Lists, backs up or deletes worlds.
pub(crate) async fn run(settings: &Settings, action: Option<WorldsAction>) -> anyhow::Result<()> {
    let running = Running::of(settings)?;
    match action.unwrap_or(WorldsAction::List { json: false }) {
        WorldsAction::List { json } => list(&running, json).await,
        WorldsAction::Backup { world, file } => back_up(&running, &world.parse()?, file).await,
        WorldsAction::Delete { world, yes } => delete(&running, &world.parse()?, yes).await,
    }
}

async fn list(running: &Running, as_json: bool) -> anyhow::Result<()> {
    let worlds: Vec<WorldStatus> = running.get("/api/fleet/worlds").await?;
    if as_json {
        print_line(&serde_json::to_string_pretty(&worlds)?)?;
        return Ok(());
    }
    if worlds.is_empty() {
        print_line("There are no worlds yet.")?;
        return Ok(());
    }
    let now = now();
    let rows: Vec<_> = worlds.iter().map(|world| row(world, now)).collect();
    print_table(["WORLD", "SIZE", "CHANGED", "USED BY"], &rows)?;
    Ok(())
}

fn row(world: &WorldStatus, now: u64) -> [String; 4] {
    let changed = span(now.saturating_sub(world.changed_at));
    let used_by = world
        .slot
        .map_or_else(|| "-".to_owned(), |slot| slot.to_string());
    [
        world.name.clone(),
        size(world.bytes),
        format!("{changed} ago"),
        used_by,
    ]
}

/// Writes to a file beside the target and renames it, so that an interrupted backup never leaves half a
/// file.
async fn back_up(
    running: &Running,
    world: &WorldName,
    file: Option<PathBuf>,
) -> anyhow::Result<()> {
    let target = file.unwrap_or_else(|| PathBuf::from(format!("{world}.tar")));
    if target.exists() {
        bail!("{} already exists", target.display());
    }
    let mut body = running
        .download(&format!("/api/fleet/worlds/{world}/backup"))
        .await?;
    let partial = target.with_extension("tar.part");
    let failed = || format!("cannot write {}", target.display());
    let copied = async {
        save(&mut body, &partial, failed).await?;
        tokio::fs::rename(&partial, &target)
            .await
            .with_context(failed)
    };
    if let Err(error) = copied.await {
        // If it was never made, there is nothing to remove.
        let _ = tokio::fs::remove_file(&partial).await;
        return Err(error);
    }
    print_line(&format!("{world} was copied to {}.", target.display()))?;
    Ok(())
}

/// Writes a download to a file.
async fn save(body: &mut Incoming, path: &Path, failed: impl Fn() -> String) -> anyhow::Result<()> {
    let file = tokio::fs::File::create(path).await;
    let mut file = file.with_context(&failed)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the download was interrupted")?;
        if let Ok(data) = frame.into_data() {
            file.write_all(&data).await.with_context(&failed)?;
        }
    }
    file.sync_all().await.with_context(failed)
}

async fn delete(running: &Running, world: &WorldName, yes: bool) -> anyhow::Result<()> {
    if !yes && !confirm(world)? {
        print_line("Nothing was deleted.")?;
        return Ok(());
    }
    running
        .delete(&format!("/api/fleet/worlds/{world}"))
        .await?;
    print_line(&format!("{world} was deleted."))?;
    Ok(())
}

fn confirm(world: &WorldName) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("this cannot be undone; repeat it with --yes");
    }
    print_line(&format!(
        "Delete the world {world}? This cannot be undone. (y/N)"
    ))?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
