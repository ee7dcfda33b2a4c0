//! Servers in guilds of ten, each with a board in a channel of its own.

use anyhow::{Result, ensure};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::{Channel, ChannelKind, Discord, Guild};
use oxeye_tests::plugin::Plugin;

/// Servers of a guild. A guild may have 20 boards.
const PER_GUILD: usize = 10;
const FIRST_GUILD: u64 = 1000;

/// A server with its board.
pub(crate) struct Server {
    pub(crate) number: usize,
    pub(crate) plugin: Plugin,
    pub(crate) channel: Channel,
}

/// Everything that takes part.
pub(crate) struct Community {
    pub(crate) discord: Discord,
    pub(crate) oxeye: Oxeye,
    pub(crate) servers: Vec<Server>,
}

impl Community {
    /// Links the servers and posts their boards. On each server its player number 0 is online.
    pub(crate) async fn start(servers: usize) -> Result<Self> {
        let discord = Discord::start().await;
        let count = u64::try_from(servers.div_ceil(PER_GUILD))?;
        let guilds: Vec<_> = (FIRST_GUILD..FIRST_GUILD + count)
            .map(|id| discord.guild(id))
            .collect();
        let oxeye = Setup::unlimited().discord(&discord).start().await;
        discord.bot_is_up().await;
        let mut community = Self {
            discord,
            oxeye,
            servers: Vec::new(),
        };
        for number in 0..servers {
            community.add(number, &guilds[number / PER_GUILD]).await?;
        }
        Ok(community)
    }

    async fn add(&mut self, number: usize, guild: &Guild) -> Result<()> {
        let name = format!("server {number}");
        let plugin = self.oxeye.linked_in(guild.id().to_string(), &name).await;
        plugin.syncs(&[&player(number, 0)]).await;
        let channel = guild.channel(ChannelKind::Text, &format!("board-{number}"));
        let options = [("server", name.as_str()), ("channel", &channel.id_text())];
        let admin = guild.moderator();
        let answer = admin.types("oxeye board post", &options).await;
        ensure!(
            channel.messages().len() == 1,
            "no board was posted for {name}: {}",
            answer.text()
        );
        self.servers.push(Server {
            number,
            plugin,
            channel,
        });
        Ok(())
    }

    /// Restarts the backend. The plugins find it at its new address.
    pub(crate) async fn restart(self) -> Self {
        let oxeye = self.oxeye.restart().await;
        let servers = self.servers.into_iter().map(|server| Server {
            plugin: oxeye.plugin_with_key_of(&server.plugin),
            ..server
        });
        Self {
            servers: servers.collect(),
            discord: self.discord,
            oxeye,
        }
    }
}

/// The name of a player, which is found again in the text of a board.
pub(crate) fn player(server: usize, number: u64) -> String {
    format!("S{server}P{number}")
}

/// Returns the highest number of a server's players in a text.
pub(crate) fn newest_player(text: &str, server: usize) -> Option<u64> {
    let prefix = format!("S{server}P");
    let rests = text.split(prefix.as_str()).skip(1);
    let numbers = rests.filter_map(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    numbers.max()
}
