//! Imports what another store has exported. Importing the same records again changes nothing.

mod playtime;
mod settings;

pub use settings::RetentionLeftOut;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use crate::activity::portable::PortableActivity;
use crate::database::Database;
use crate::ids::{GuildId, ServerId, UserId};
use crate::ledger::{Ledger, StoreChange};
use crate::linked_member::LinkedMember;
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::portable::{Place, PortableRecord, PortableStay};
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::linked_members::{self, MemberRow};
use crate::store::rows::{imported_playtime, player_uuids};
use crate::store::{StoreError, WriterThread, members, naming};

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
    /// Number of records of activity that were left out because activity is off.
    pub activity_left_out: u64,
    /// The guilds whose sessions are kept for longer than where the records are from, because some that were here would
    /// be deleted.
    pub retentions_left_out: Vec<RetentionLeftOut>,
}

/// The records for one server.
#[derive(Debug, Default)]
struct Part {
    stays: Vec<(PlayerName, PortableStay)>,
    playtimes: Vec<(PlayerName, u32)>,
    uuids: Vec<(PlayerName, ReportedUuid)>,
    members: Vec<LinkedMember>,
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
        let (activity, records) = split_off_activity(records);
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
            let part = part.done().await?;
            imported.added += part.added;
            imported.skipped += part.skipped;
        }
        for guild in guilds_with_members {
            let committed = self.with_hidden(guild);
            members::refresh(&self.inner.store, guild, committed).await?;
        }
        Ok(imported)
    }

    /// Adds what players did in guilds that have a server.
    async fn add_activity(
        &self,
        mut activity: Vec<PortableActivity>,
        imported: &mut Imported,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let given = activity.len() as u64;
        if !self.keeps_activity() {
            imported.activity_left_out = given;
            return Ok(());
        }
        activity.retain(|record| self.any_server_of(record.guild).is_some());
        let added = self.import_activity(activity, now).await? as u64;
        imported.added += added;
        imported.skipped += given - added;
        Ok(())
    }

    /// Returns the servers that the records name, and how many of them had to be created.
    async fn servers_at(
        &self,
        records: &[PortableRecord],
        now: UnixSeconds,
    ) -> Result<(HashMap<Place, ServerId>, u64), StoreError> {
        let mut servers = HashMap::new();
        let mut unknown = Vec::new();
        for place in records.iter().filter_map(PortableRecord::place) {
            if servers.contains_key(place) || unknown.contains(place) {
                continue;
            }
            match self.inner.memory.cache.find(place.guild, &place.server) {
                Some((server, _)) => {
                    servers.insert(place.clone(), server);
                }
                None => unknown.push(place.clone()),
            }
        }
        let mut made = 0;
        for place in unknown {
            let (server, is_new) = self.make_server(place.clone(), now).await?;
            made += u64::from(is_new);
            servers.insert(place, server);
        }
        Ok((servers, made))
    }

    /// Creates a server that is not linked, unless there is one. Returns it and whether it is new.
    async fn make_server(
        &self,
        place: Place,
        now: UnixSeconds,
    ) -> Result<(ServerId, bool), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let (guild, name) = (place.guild, place.server.clone());
        let remember = move |(server, is_new), writer: &WriterThread| {
            if is_new {
                let state = memory.new_state(place.guild, place.server, now);
                memory
                    .cache
                    .link(writer, server, now, || state.unlinked(now));
            }
            (server, is_new)
        };
        naming::find_or_add(&self.inner.store, guild, name, now, remember).await
    }

    /// Groups the records by server and keeps their order. A UUID or a linked member goes to any
    /// server of its guild.
    /// Also returns how many records belong to no server.
    fn parts(
        &self,
        records: Vec<PortableRecord>,
        servers: &HashMap<Place, ServerId>,
    ) -> (HashMap<ServerId, Part>, u64) {
        let mut parts: HashMap<ServerId, Part> = HashMap::new();
        let mut without_server = 0;
        for record in records {
            let server = match record.place() {
                Some(place) => servers.get(place).copied(),
                None => self.any_server_of(record.guild()),
            };
            let Some(server) = server else {
                without_server += 1;
                continue;
            };
            let part = parts.entry(server).or_default();
            match record {
                PortableRecord::Server(_)
                | PortableRecord::GuildSettings(..)
                | PortableRecord::Activity(_) => {}
                PortableRecord::Session(_, player, stay) => part.stays.push((player, stay)),
                PortableRecord::ImportedPlaytime(_, player, seconds) => {
                    part.playtimes.push((player, seconds));
                }
                PortableRecord::PlayerUuid(_, player, reported) => {
                    part.uuids.push((player, reported));
                }
                PortableRecord::LinkedMember(mut member) => {
                    // Whoever hides what they do in Discord hides as a player, too.
                    let hides = self
                        .presence()
                        .hidden_since(member.guild, UserId(member.user));
                    member.hidden_since = member.hidden_since.or(hides);
                    part.members.push(member);
                }
            }
        }
        (parts, without_server)
    }

    fn any_server_of(&self, guild: GuildId) -> Option<ServerId> {
        let servers = self.inner.memory.cache.ids(Some(guild));
        servers.first().copied()
    }
}

/// Separates what players did from the records of presence.
fn split_off_activity(
    records: Vec<PortableRecord>,
) -> (Vec<PortableActivity>, Vec<PortableRecord>) {
    let mut activity = Vec::new();
    let mut others = Vec::with_capacity(records.len());
    for record in records {
        match record {
            PortableRecord::Activity(record) => activity.push(record),
            other => others.push(other),
        }
    }
    (activity, others)
}

/// Adds the records for one server.
struct AddPart {
    server: ServerId,
    part: Part,
    now: UnixSeconds,
}

impl Step for AddPart {
    type Done = Imported;

    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<Imported>> {
        let (part, at) = (&self.part, self.now);
        let mut added = state.add_stays(&part.stays, at, ledger);
        for (name, seconds) in &part.playtimes {
            let (player, seconds) = (ledger.player(name), *seconds);
            if imported_playtime::seconds_of(file, self.server, player)?.is_none() {
                let imported = StoreChange::PlaytimeImported {
                    player,
                    seconds,
                    at,
                };
                ledger.note(imported);
                added += 1;
            }
        }
        added += add_uuids(&part.uuids, file, state.guild(), ledger)?;
        added += add_members(&part.members, file, ledger)?;
        let given = part.stays.len() + part.playtimes.len() + part.uuids.len() + part.members.len();
        Ok(Progress::Done(Imported {
            added: added as u64,
            skipped: (given - added) as u64,
            ..Imported::default()
        }))
    }
}

/// Adds the members who are not linked yet, as the owners of accounts that no member owns, and returns how many those
/// are. Where the record names no account, it is the one that had the name when they were linked.
fn add_members(
    members: &[LinkedMember],
    file: &Connection,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<usize> {
    let mut added = 0;
    for member in members {
        if linked_members::of_user(file, member.guild, member.user)?.is_some() {
            continue;
        }
        let row = MemberRow {
            guild: member.guild,
            user: member.user,
            player: ledger.player(&member.player),
            linked_at: member.linked_at,
            confirmed_by: member.confirmed_by,
            hidden_since: member.hidden_since,
        };
        let account = match member.account {
            // The link keeps the account, whether or not the name has room for it.
            Some(uuid) => ledger.number(uuid),
            None => linked_members::holder_at(file, row.guild, row.player, row.linked_at)?,
        };
        added += usize::from(linked_members::insert(file, &row, account)?);
        if let Some(account) = account {
            linked_members::set_newest_name(file, row.guild, account)?;
        }
    }
    Ok(added)
}

/// Notes the UUIDs that change anything and returns how many those are. A UUID of a player who has the
/// maximum number already is not one of them, nor is a name of an account that has the maximum number.
fn add_uuids(
    uuids: &[(PlayerName, ReportedUuid)],
    file: &Connection,
    guild: GuildId,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<usize> {
    let mut known: HashMap<PlayerId, Vec<ReportedUuid>> = HashMap::new();
    let mut added = 0;
    for (name, reported) in uuids {
        let player = ledger.player(name);
        let of_player = match known.entry(player) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unread) => unread.insert(player_uuids::for_player(file, guild, player)?),
        };
        let has_room = ledger.has_room_for_name(guild, Some(player), reported.uuid);
        let is_new = has_room && reported.add_to(of_player);
        if is_new {
            ledger.note_uuid(guild, player, *reported);
            added += 1;
        }
    }
    Ok(added)
}
