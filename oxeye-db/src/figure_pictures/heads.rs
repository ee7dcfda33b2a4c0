//! The heads of players of a guild, on or off: what they wear, else what they wore last, else the skin that was looked
//! up of their account, else the default head of their name.

use oxeye_plugin_proto::PlayerName;
use oxeye_render::{Head, default_head};

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::persons::{PersonKey, Share};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::store::StoreError;
use crate::store::skins::{self, PlayerSources};

impl Database {
    /// Returns the head of each of these players of a guild; nobody's if the guild shows no heads. Whoever does not have
    /// their name any more gets the default head.
    pub(super) async fn heads_in(
        &self,
        guild: GuildId,
        players: Vec<(PlayerName, bool)>,
    ) -> Result<Vec<Option<Head>>, StoreError> {
        if !self.guild_settings(guild).shown.heads {
            return Ok(vec![None; players.len()]);
        }
        let servers = self.inner.memory.cache.ids(Some(guild));
        let asked = players.clone();
        let sources = self.compute(move |database| {
            let sources = |(name, has_name): &(PlayerName, bool)| match has_name {
                true => database.sources_of(guild, &servers, name),
                false => PlayerSources::default(),
            };
            players.iter().map(sources).collect::<Vec<_>>()
        });
        let heads = skins::heads_of_players(&self.inner.store, sources.await?).await?;
        let heads = asked
            .iter()
            .zip(heads)
            .map(|((name, _), head)| Some(head.unwrap_or_else(|| default_head(name.as_str()))));
        Ok(heads.collect())
    }

    pub(crate) fn sources_of(
        &self,
        guild: GuildId,
        servers: &[ServerId],
        name: &PlayerName,
    ) -> PlayerSources {
        let memory = &self.inner.memory;
        let persons = self.persons_in(guild);
        let player = memory.players.id(name);
        let account = match player.map(|player| persons.holder(player)) {
            Some(PersonKey::Account(account)) => memory.accounts.uuid(account),
            Some(PersonKey::Name(_)) | None => None,
        };
        let worn = |state: &ServerState| state.players().get(name)?.texture;
        let worn = servers.iter().filter_map(|server| {
            let texture = memory.cache.read(*server, worn).flatten()?;
            Some((*server, texture))
        });
        // Where several accounts have had the name, what was worn without any may be another's.
        let share = |player: PlayerId| match (persons.holder(player), persons.of_stay(player, None))
        {
            (PersonKey::Account(account), PersonKey::Name(_)) => Share::Account(account),
            _ => Share::Whole,
        };
        PlayerSources {
            worn: worn.collect(),
            was_on: player.map(|player| ((player, share(player)), servers.to_vec())),
            account,
        }
    }
}
