//! A guild that keeps everything, and members who joined.

use anyhow::{Result, ensure};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::{Discord, Guild, Person};

/// The number of the first member, as the stand-in counts them: the lower ones have roles of their own.
const FIRST: u64 = 3;

/// Everything that takes part.
pub(crate) struct Community {
    pub(crate) discord: Discord,
    pub(crate) guild: Guild,
    pub(crate) oxeye: Oxeye,
}

impl Community {
    /// Starts a backend that keeps nothing of members, in a guild of so many.
    pub(crate) async fn start(members: u64) -> Self {
        let discord = Discord::start().await;
        discord.allows_presences();
        let guild = discord.guild(1);
        guild.has_members(members);
        let oxeye = Setup::unlimited().discord(&discord).start().await;
        discord.bot_is_up().await;
        Self {
            discord,
            guild,
            oxeye,
        }
    }

    /// Starts the backend again, so that it may keep everything.
    pub(crate) async fn may_keep_everything(self) -> Self {
        let before = self.discord.sessions();
        let oxeye = self.oxeye.restart_with("DISCORD_PRESENCE", "on").await;
        self.discord
            .sessions_until("the bot is back", |now| now.begun > before.begun)
            .await;
        Self { oxeye, ..self }
    }

    /// Starts the backend again after it was killed.
    pub(crate) async fn start_again(self) -> Self {
        let before = self.discord.sessions();
        let oxeye = self.oxeye.start_again().await;
        self.discord
            .sessions_until("the bot is back", |now| now.begun > before.begun)
            .await;
        Self { oxeye, ..self }
    }

    /// Keeps everything of the first members from now on.
    pub(crate) async fn keeps_everything_of(&self, joined: u64) -> Result<()> {
        let admin = self.guild.moderator();
        let options = [("kinds", "all")];
        admin.types("oxeye presence setup", &options).await;
        for number in 0..joined {
            let answer = self
                .member(number)
                .types("oxeye presence join", &[])
                .await
                .text();
            ensure!(
                answer.contains("From now on I keep"),
                "a member could not join: {answer}"
            );
        }
        Ok(())
    }

    /// Returns a member by number, from 0.
    pub(crate) fn member(&self, number: u64) -> Person {
        self.guild.another(FIRST + number)
    }
}
