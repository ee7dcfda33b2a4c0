//! `oxeye import minecraft DIR`: adds the playtime recorded in a world.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use oxeye_db::GuildId;
use oxeye_process::clock;
use oxeye_text::{Text, neutralise};

use super::world::World;
use crate::api_messages::servers::ServerLine;
use crate::api_messages::stored_data::{PlaytimeAnswer, PlaytimeLine, PlaytimeOrder};
use crate::cli::backend::Backend;
use crate::cli::server_choice::choose;
use crate::config::Config;
use crate::terminal::print_line;

/// The number of players in one request.
const PORTION: usize = 1000;

/// The arguments of `oxeye import minecraft`.
#[derive(Debug, Args)]
pub(crate) struct MinecraftArgs {
    /// The folder of the world, or of the Minecraft server
    pub(crate) folder: PathBuf,
    /// The server that the world belongs to; not needed if there is only one
    #[arg(long, value_name = "NAME")]
    pub(crate) server: Option<String>,
    /// Only servers of this Discord guild; 0 for local ones
    #[arg(long, value_name = "ID")]
    pub(crate) guild: Option<GuildId>,
}

/// Imports the playtime, then prints whose playtime was left out and why.
pub(super) async fn run(config: &Config, text: Text, args: MinecraftArgs) -> anyhow::Result<()> {
    let world = World::read(text, &args.folder, clock::now())?;
    let backend = Backend::of(config, text)?;
    let mut servers: Vec<ServerLine> = backend.get(&["api", "servers"]).await?.json().await?;
    servers.retain(|server| args.guild.is_none_or(|guild| server.guild_id == guild));
    let Some(server) = choose(text, &servers, args.server.as_deref())? else {
        bail!(text.which_world_server());
    };
    let guild = server.guild_id.to_string();
    let (name, mut all) = (server.server.as_str(), PlaytimeAnswer::default());
    for portion in world.playtimes().chunks(PORTION) {
        let order = PlaytimeOrder {
            players: portion.to_vec(),
        };
        let route = ["api", "servers", &guild, name, "imported-playtime"];
        let answer: PlaytimeAnswer = backend.post(&route, &order).await?.json().await?;
        all.player_count += answer.player_count;
        all.changed_count += answer.changed_count;
    }
    print_line(&text.playtime_imported(&neutralise(name), all.player_count, all.changed_count))?;
    for line in world.left_out(text) {
        print_line(&neutralise(&line))?;
    }
    Ok(())
}

impl World {
    fn playtimes(&self) -> Vec<PlaytimeLine> {
        let players = self.players.iter();
        players
            .map(|(player, played)| PlaytimeLine {
                player: player.clone(),
                playtime_secs: u32::try_from(played.seconds).unwrap_or(u32::MAX),
                account: played.account.map(|account| account.uuid),
                seen_at: played.account.and_then(|account| account.seen_at),
            })
            .collect()
    }

    /// Returns what was not imported and why, as lines.
    fn left_out(&self, text: Text) -> Vec<String> {
        let mut lines = self.damaged.clone();
        if !self.unknown.is_empty() {
            lines.push(text.accounts_without_name(self.unknown.len()));
            lines.extend(self.unknown.iter().map(|account| format!("  {account}")));
        }
        if !self.skipped.is_empty() {
            lines.push(text.files_not_used(self.skipped.len()));
            let skipped = self.skipped.iter();
            lines.extend(skipped.map(|skipped| format!("  {}: {}", skipped.file, skipped.why)));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    #[test]
    fn what_was_left_out_is_listed_with_the_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            std::fs::write(path, text).expect("written");
        };
        write(
            "usercache.json",
            r#"[{"name":"Alex","uuid":"069a79f4-44e9-4726-a5be-fca90e38aaf5"}, {"#,
        );
        write(
            "world/stats/11111111-44e9-4726-a5be-fca90e38aaf5.json",
            r#"{"stat.playOneMinute":1200}"#,
        );
        write("world/stats/notes.json", "{}");

        let world =
            World::read(ENGLISH, &folder.path().join("world"), clock::now()).expect("a world");
        let lines = world.left_out(ENGLISH);

        assert!(lines[0].ends_with("usercache.json is damaged (parts of it are not JSON); only the readable part was used"), "{lines:?}");
        assert_eq!(
            lines[1..],
            [
                "1 account without a name in usercache.json or usernamecache.json:",
                "  11111111-44e9-4726-a5be-fca90e38aaf5",
                "1 file that could not be used:",
                "  notes.json: its name is not the id of an account",
            ]
        );
    }
}
