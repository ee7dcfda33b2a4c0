//! Imports what another store has exported. Importing the same records again changes nothing.
//!
//! | module     | subject                                                      |
//! |------------|--------------------------------------------------------------|
//! | `servers`  | the servers that records name, made if there are none        |
//! | `parts`    | sessions, playtime, UUIDs and linked members, server by server |
//! | `settings` | what guilds have set for themselves                          |
//! | `activity` | what players did                                             |
//! | `playtime` | playtime from before Oxeye                                   |

mod activity;
mod parts;
mod playtime;
mod servers;
mod settings;

use std::collections::BTreeSet;
use std::ops::AddAssign;

use oxeye_plugin_proto::UnixSeconds;

use self::parts::{AddPart, Part};
use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::portable::PortableRecord;
use crate::reporting::EventError;
use crate::store::members;
pub use playtime::EarlierPlaytime;
pub use settings::RetentionLeftOut;

/// The outcome of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Number of new sessions, playtimes, UUIDs, linked members and settings of guilds.
    pub added: u64,
    /// Number of records that were known already, overlap a session of the player on that server, or
    /// could not be kept.
    pub skipped: u64,
    /// Number of new servers.
    pub servers: u64,
    /// Number of UUIDs that were skipped because their name has the most accounts that it may have, or their account the
    /// most names.
    pub uuids_left_out: u64,
    /// Number of new linked members of whom the record does not say which of several accounts with the same name is
    /// theirs. The time at which they were linked decides.
    pub ambiguous_members: u64,
    /// Number of records of activity that were left out because activity is off.
    pub activity_left_out: u64,
    /// The guilds whose sessions are kept for longer than where the records are from, because some that were here would
    /// be deleted.
    pub retentions_left_out: Vec<RetentionLeftOut>,
}

impl AddAssign for Imported {
    fn add_assign(&mut self, part: Self) {
        self.added += part.added;
        self.skipped += part.skipped;
        self.servers += part.servers;
        self.uuids_left_out += part.uuids_left_out;
        self.ambiguous_members += part.ambiguous_members;
        self.activity_left_out += part.activity_left_out;
        self.retentions_left_out.extend(part.retentions_left_out);
    }
}

impl Database {
    /// Imports records. The caller passes a few hundred at a time, so that events do not wait long.
    /// With a guild, all servers are imported into that guild.
    ///
    /// An unknown server is created but not linked. A session is skipped if it overlaps another session
    /// of the player on that server. A session that was open ends at its last evidence, as if its
    /// server had fallen silent. Playtime is skipped if the player has imported playtime on that server
    /// already. A UUID is skipped if its guild has no server, or if the player or the account has too many. A linked member is
    /// skipped if their guild has no server, or if the member or the account is linked already, or somebody to the
    /// name without any account. Settings of a guild are skipped if it has no server or has removed the bot, or if it
    /// has set all of them itself; otherwise those that it has left to the operator are taken, its retention only if
    /// that deletes nothing that was here before. Activity is skipped if its guild has no server, or if it changes
    /// nothing.
    ///
    /// # Errors
    /// When the store cannot be written. Records imported by then are skipped when they are imported
    /// again.
    pub async fn import(
        &self,
        mut records: Vec<PortableRecord>,
        guild: Option<GuildId>,
        now: UnixSeconds,
    ) -> Result<Imported, EventError> {
        for record in &mut records {
            record.move_to(guild.unwrap_or(record.guild()));
        }
        let (servers, made) = self.servers_at(&records, now).await?;
        let mut imported = Imported {
            servers: made,
            ..Imported::default()
        };
        let (activity, records) = activity::split_off(records);
        self.add_activity(activity, &mut imported, now).await?;
        // Before the sessions beside them, which are not asked whether they are too old.
        let (settings, records) = settings::split_off(records);
        self.add_settings(settings, &mut imported, now).await?;
        let mut queued = Vec::new();
        let mut guilds_with_members = BTreeSet::new();
        let (parts, without_server) = self.parts(records, &servers);
        imported.skipped += without_server;
        // Members come last, because whose name it was follows from the UUIDs.
        let mut last = Vec::new();
        for (server, mut part) in parts {
            let mut members = std::mem::take(&mut part.members);
            guilds_with_members.extend(members.iter().map(|member| member.guild));
            members.sort_by_key(|member| member.account.is_none());
            last.push((
                server,
                Part {
                    members,
                    ..Part::default()
                },
            ));
            let add = AddPart { server, part, now };
            queued.push(self.amend_step(server, now, add)?);
        }
        for (server, part) in last
            .into_iter()
            .filter(|(_, part)| !part.members.is_empty())
        {
            let add = AddPart { server, part, now };
            queued.push(self.amend_step(server, now, add)?);
        }
        for part in queued {
            imported += part.done().await?;
        }
        for guild in guilds_with_members {
            let committed = self.with_hidden(guild);
            members::refresh(&self.inner.store, guild, committed).await?;
        }
        Ok(imported)
    }

    fn any_server_of(&self, guild: GuildId) -> Option<ServerId> {
        let servers = self.inner.memory.cache.ids(Some(guild));
        servers.first().copied()
    }
}
