//! `oxeye import minecraft DIR`: the playtime that a world has counted.

use anyhow::bail;
use oxeye_bot::view::neutralise;

use super::MinecraftArgs;
use super::world::World;
use crate::cli::backend::Backend;
use crate::cli::say;
use crate::cli::status::choose;
use crate::config::Config;
use crate::operator_messages::{PlaytimeAnswer, PlaytimeLine, PlaytimeOrder, ServerLine};

/// Players in one request.
const PORTION: usize = 1000;

/// Says of whom nothing could be taken, and why.
pub(super) async fn run(config: &Config, args: MinecraftArgs) -> anyhow::Result<()> {
    let world = World::read(&args.folder)?;
    let backend = Backend::of(config)?;
    let mut servers: Vec<ServerLine> = backend.get(&["api", "servers"]).await?.json().await?;
    servers.retain(|server| args.guild.is_none_or(|guild| server.guild_id == guild));
    let Some(server) = choose(&servers, args.server.as_deref())? else {
        bail!("which server is this the world of? Say it with --server NAME");
    };
    let guild = server.guild_id.to_string();
    let (name, mut all) = (server.name.as_str(), PlaytimeAnswer::default());
    for portion in world.playtimes().chunks(PORTION) {
        let order = PlaytimeOrder {
            players: portion.to_vec(),
        };
        let route = ["api", "servers", &guild, name, "imported-playtime"];
        let answer: PlaytimeAnswer = backend.post(&route, &order).await?.json().await?;
        all.players += answer.players;
        all.changed += answer.changed;
    }
    say(&format!(
        "{}: playtime of {} players, {} of them new or changed",
        neutralise(name),
        all.players,
        all.changed
    ))?;
    say_of(
        &world.unknown,
        "are of accounts that usercache.json does not name",
    )?;
    say_of(&world.unreadable, "cannot be read")
}

/// A world's files are called by the account's id.
fn say_of(files: &[String], what: &str) -> anyhow::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    Ok(
        say(&format!("{} files {what}:", files.len())).and_then(|()| {
            files
                .iter()
                .try_for_each(|file| say(&format!("  {}", neutralise(file))))
        })?,
    )
}

impl World {
    fn playtimes(&self) -> Vec<PlaytimeLine> {
        let players = self.seconds.iter();
        players
            .map(|(player, seconds)| PlaytimeLine {
                player: player.clone(),
                seconds: u32::try_from(*seconds).unwrap_or(u32::MAX),
            })
            .collect()
    }
}
