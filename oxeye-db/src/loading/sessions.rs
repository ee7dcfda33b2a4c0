//! Loads sessions: all of them at the start, and one server's after a failed write.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::accounts::AccountId;
use crate::ids::ServerId;
use crate::memory::Memory;
use crate::players::Players;
use crate::server_state::{ServerState, Watch};
use crate::store::WriterThread;
use crate::store::rows::{
    accounts, loose_ends, player_uuids, players, server_about, server_states, servers, sessions,
    watched_addresses,
};

/// Loads the sessions of all servers, or of one.
pub(crate) fn load(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    load_facts(memory, writer, connection, only, now)?;
    load_periods(memory, writer, connection, only)?;
    load_about(memory, writer, connection, only)?;
    load_watched(memory, writer, connection, only)?;
    load_closed(memory, writer, connection, only, now)?;
    for server in only.map_or_else(|| memory.cache.ids(None), |server| vec![server]) {
        let cache = &memory.cache;
        cache.change(writer, server, ServerState::finish_restore);
    }
    load_loose_ends(memory, writer, connection, only, now)?;
    load_open(memory, writer, connection, only, now)
}

/// Rebuilds a server's memory from the file. Until this is done, the server's reports are
/// refused.
pub(crate) fn read_back(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    let cache = &memory.cache;
    cache.change(writer, server, ServerState::clear_presence);
    load(memory, writer, connection, Some(server), now)?;
    cache.change(writer, server, ServerState::mark_up_to_date);
    memory.renew_boot_id();
    Ok(())
}

/// Loads the names of all players.
pub(crate) fn load_players(memory: &Memory, connection: &Connection) -> rusqlite::Result<()> {
    for row in players::all(connection)?.read() {
        let (player, name) = row?;
        memory.players.load(player, name);
    }
    Ok(())
}

/// Loads all accounts.
pub(crate) fn load_accounts(memory: &Memory, connection: &Connection) -> rusqlite::Result<()> {
    for row in accounts::all(connection)?.read() {
        let (account, uuid) = row?;
        memory.accounts.load(account, uuid);
    }
    Ok(())
}

fn load_facts(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for row in servers::facts(connection, only)?.read() {
        let (server, facts) = row?;
        with(memory, writer, server, |state, _| {
            state.restore_facts(facts.heard, now);
            state.restore_link(facts.disconnected_at);
        });
    }
    Ok(())
}

fn load_about(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<()> {
    for row in server_about::all(connection, only)?.read() {
        let (server, about, at) = row?;
        with(memory, writer, server, |state, _| {
            state.restore_about(about, at)
        });
    }
    Ok(())
}

fn load_watched(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<()> {
    for row in watched_addresses::all(connection, only)?.read() {
        let (server, watched) = row?;
        with(memory, writer, server, |state, _| {
            state.set_watch(Watch::from(watched));
        });
    }
    Ok(())
}

fn load_periods(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<()> {
    for row in server_states::all(connection, only)?.read() {
        let (server, period) = row?;
        with(memory, writer, server, |state, _| {
            state.restore_period(period)
        });
    }
    Ok(())
}

fn load_closed(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for row in sessions::closed(connection, only)?.read() {
        let (server, session) = row?;
        memory.sessions.mark_used(session.id);
        mark_used(memory, session.account);
        with(memory, writer, server, |state, players| {
            state.restore_closed(|| players.name(session.player), session, now);
        });
    }
    Ok(())
}

fn load_open(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for row in sessions::open(connection, only)?.read() {
        let (server, open) = row?;
        memory.sessions.mark_used(open.id);
        mark_used(memory, open.account);
        let guild = memory.cache.read(server, ServerState::guild);
        let proven = open.account.and_then(|id| memory.accounts.uuid(id));
        let uuid = match (proven, guild) {
            (None, Some(guild)) => player_uuids::latest(connection, guild, open.player)?,
            (proven, _) => proven,
        };
        with(memory, writer, server, |state, players| {
            if let Some(name) = players.name(open.player) {
                let shown = (open.texture, open.account);
                state.restore_open(&name, open.player, open.id, open.joined_at, shown, now);
                if let Some(uuid) = uuid {
                    state.set_uuid(&name, uuid);
                }
            }
        });
    }
    Ok(())
}

fn load_loose_ends(
    memory: &Memory,
    writer: &WriterThread,
    connection: &Connection,
    only: Option<ServerId>,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    for row in loose_ends::all(connection, only)?.read() {
        let (server, end) = row?;
        mark_used(memory, end.account);
        with(memory, writer, server, |state, players| {
            if let Some(name) = players.name(end.player) {
                state.restore_loose(&name, end, now);
            }
        });
    }
    Ok(())
}

/// Keeps the id of an account that a row names from being assigned to another, even if the account is gone.
fn mark_used(memory: &Memory, account: Option<AccountId>) {
    if let Some(account) = account {
        memory.accounts.mark_used(account);
    }
}

fn with(
    memory: &Memory,
    writer: &WriterThread,
    server: ServerId,
    restore: impl FnOnce(&mut ServerState, &Players),
) {
    let players = &memory.players;
    memory
        .cache
        .change(writer, server, |state| restore(state, players));
}
