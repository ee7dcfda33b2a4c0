//! Sessions, playtime, UUIDs and linked members, server by server.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::Imported;
use crate::database::Database;
use crate::ids::{GuildId, ServerId, UserId};
use crate::ledger::{Ledger, StoreChange};
use crate::linked_member::LinkedMember;
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::portable::{Place, PortablePlaytime, PortableRecord, PortableStay};
use crate::reporting::{Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::linked_members::{self, MemberRow};
use crate::store::rows::{imported_playtime, player_uuids};

/// The records for one server.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) stays: Vec<(PlayerName, PortableStay)>,
    pub(super) playtimes: Vec<(PlayerName, PortablePlaytime)>,
    pub(super) uuids: Vec<(PlayerName, ReportedUuid)>,
    pub(super) members: Vec<LinkedMember>,
}

/// Adds the records for one server.
pub(super) struct AddPart {
    pub(super) server: ServerId,
    pub(super) part: Part,
    pub(super) now: UnixSeconds,
}

impl Database {
    /// Groups the records by server and keeps their order. A UUID or a linked member goes to any
    /// server of its guild.
    /// Also returns how many records belong to no server.
    pub(super) fn parts(
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
                PortableRecord::ImportedPlaytime(_, player, playtime) => {
                    part.playtimes.push((player, playtime));
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
        let mut imported = Imported {
            added: state.add_stays(&part.stays, at, ledger) as u64,
            ..Imported::default()
        };
        for (name, PortablePlaytime { seconds, account }) in &part.playtimes {
            let (player, seconds) = (ledger.player(name), *seconds);
            if imported_playtime::one(file, self.server, player)?.is_none() {
                let account = ledger.account(state.guild(), name, *account);
                let playtime = StoreChange::PlaytimeImported {
                    player,
                    seconds,
                    account,
                    at,
                };
                ledger.note(playtime);
                imported.added += 1;
            }
        }
        imported += add_uuids(&part.uuids, file, state.guild(), ledger)?;
        imported += add_members(&part.members, file, ledger)?;
        let given = part.stays.len() + part.playtimes.len() + part.uuids.len() + part.members.len();
        imported.skipped = given as u64 - imported.added;
        Ok(Progress::Done(imported))
    }
}

/// Adds the members who are not linked yet, as the owners of accounts that no member owns, and counts those. Where the
/// record names no account, it is the one that had the name when they were linked.
fn add_members(
    members: &[LinkedMember],
    file: &Connection,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<Imported> {
    let mut imported = Imported::default();
    // Before a member of the same name is taken for one of them.
    let mut possible: HashMap<PlayerId, u32> = HashMap::new();
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
        let holders = match (member.account, possible.entry(row.player)) {
            (Some(_), _) => 1,
            (None, Entry::Occupied(known)) => *known.get(),
            (None, Entry::Vacant(unread)) => *unread.insert(linked_members::possible_holders(
                file, row.guild, row.player,
            )?),
        };
        let account = match member.account {
            // The link keeps the account, whether or not the name has room for it.
            Some(uuid) => ledger.number(uuid),
            None => linked_members::holder_at(file, row.guild, row.player, row.linked_at)?,
        };
        let is_new = linked_members::insert(file, &row, account)?;
        imported.added += u64::from(is_new);
        imported.ambiguous_members += u64::from(is_new && holders > 1);
        if let Some(account) = account {
            linked_members::set_newest_name(file, row.guild, account)?;
        }
    }
    Ok(imported)
}

/// Notes the UUIDs that change anything, and counts those, and the ones that are left out because a player has the
/// maximum number already, or an account the maximum number of names.
fn add_uuids(
    uuids: &[(PlayerName, ReportedUuid)],
    file: &Connection,
    guild: GuildId,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<Imported> {
    let mut known: HashMap<PlayerId, Vec<ReportedUuid>> = HashMap::new();
    let mut imported = Imported::default();
    for (name, reported) in uuids {
        let player = ledger.player(name);
        let of_player = match known.entry(player) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unread) => unread.insert(player_uuids::for_player(file, guild, player)?),
        };
        let is_known = of_player.iter().any(|known| known.uuid == reported.uuid);
        let has_room = ledger.has_room_for_name(guild, Some(player), reported.uuid);
        let is_new = has_room && reported.add_to(of_player);
        if is_new {
            ledger.note_uuid(guild, player, *reported);
            imported.added += 1;
        } else if !is_known {
            imported.uuids_left_out += 1;
        }
    }
    Ok(imported)
}
