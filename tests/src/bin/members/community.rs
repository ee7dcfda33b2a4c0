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
    /// Starts a backend in a guild of so many members, of which nothing is kept yet.
    pub(crate) async fn start(members: u64) -> Self {
        let discord = Discord::start().await;
        discord.allows_presences();
        let guild = discord.guild(1);
        guild.has_members(members);
        let setup = Setup::unlimited().discord(&discord);
        let oxeye = setup.set("DISCORD_PRESENCE", "on").start().await;
        discord.bot_is_up().await;
        Self {
            discord,
            guild,
            oxeye,
        }
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
