//! A community on Discord: a guild whose bot is up.

use crate::backend::{Oxeye, Setup};
use crate::discord::{Answer, Discord, Guild, Person};
use crate::plugin::Plugin;

/// A guild, the stand-in for Discord that it is on, and a backend whose bot takes its commands.
#[derive(Debug)]
pub struct Community {
    /// The stand-in for Discord.
    pub discord: Discord,
    /// The only guild.
    pub guild: Guild,
    /// The backend, with no server linked yet.
    pub oxeye: Oxeye,
}

impl Community {
    /// Starts the stand-in and the backend, and waits until the bot takes commands.
    pub async fn start() -> Self {
        let discord = Discord::start().await;
        let guild = discord.guild(1);
        let oxeye = Oxeye::start_with(&discord).await;
        Self {
            discord,
            guild,
            oxeye,
        }
    }

    /// Starts a backend at this stand-in that may keep members' sessions, as this value of `DISCORD_PRESENCE` says.
    pub async fn observing(discord: Discord, setting: &str) -> Self {
        let guild = discord.guild(1);
        let setup = Setup::new().discord(&discord);
        let oxeye = setup.set("DISCORD_PRESENCE", setting).start().await;
        discord.bot_is_up().await;
        Self {
            discord,
            guild,
            oxeye,
        }
    }

    /// Has the guild keep these kinds of members' sessions.
    pub async fn keeps(&self, kinds: &str) -> Answer {
        let options = [("kinds", kinds)];
        let admin = self.guild.moderator();
        admin.types("oxeye presence setup", &options).await
    }

    /// Returns a member who has joined those whose sessions are kept.
    ///
    /// # Panics
    /// If they could not join.
    pub async fn joined(&self, number: u64) -> Person {
        let member = self.guild.another(number);
        let answer = member.types("oxeye presence join", &[]).await;
        assert!(answer.ephemeral, "{answer:?}");
        assert!(answer.text().contains("From now on I keep"), "{answer:?}");
        member
    }

    /// Starts with the linked server `survival`, on which Alex plays.
    pub async fn with_alex() -> (Self, Plugin) {
        let community = Self::start().await;
        let server = community
            .oxeye
            .linked_from(&community.guild, "survival")
            .await;
        server.syncs(&["Alex"]).await;
        (community, server)
    }

    /// Stops the backend, starts it again and waits until the bot is back for the first time.
    pub async fn restart(self) -> Self {
        let oxeye = self.oxeye.restart().await;
        self.discord
            .sessions_until("the bot is back", |sessions| sessions.begun == 2)
            .await;
        Self { oxeye, ..self }
    }
}
