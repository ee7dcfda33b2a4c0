//! The servers in memory: one entry per server with everything that is known of it, the API keys, and
//! the servers' names by guild.
//!
//! Locking: the `scc` maps take a short read-write lock per bucket of up to 32 entries, which is held
//! only while an `Arc` is cloned out of the entry. Longer work, such as a sync of a thousand players,
//! holds the mutex of that one server and delays no other. Never hold a server's mutex across an
//! `.await` or while locking another server.

use std::collections::BTreeMap;
use std::sync::Arc;

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use parking_lot::{Mutex, RwLock};

use crate::ids::{GuildId, ServerId};
use crate::reporter::AuthenticatedServer;
use crate::rotation::KeyStanding;
use crate::server_names::is_same;
use crate::server_state::ServerState;
use crate::store::WriterThread;
use crate::store::rotation::ServerKeys;

/// SHA-256 of an API key.
pub(crate) type KeyHash = [u8; 32];

/// All servers, their keys and their names.
#[derive(Debug, Default)]
pub(crate) struct OnlineCache {
    servers: scc::HashMap<ServerId, Arc<Mutex<ServerState>>>,
    keys: scc::HashMap<KeyHash, (AuthenticatedServer, KeyStanding)>,
    /// Sorted by name, in the order in which servers are shown. Grouped by guild, so that listing one
    /// guild's servers takes no longer when other guilds have many.
    names: RwLock<BTreeMap<GuildId, BTreeMap<ServerName, ServerId>>>,
}

impl OnlineCache {
    /// Runs `read` on a server's state while that server is locked.
    pub(crate) fn read<T>(&self, id: ServerId, read: impl FnOnce(&ServerState) -> T) -> Option<T> {
        self.with(id, |state| read(state))
    }

    /// Runs `change` on a server's state while that server is locked. Only jobs on the writer's thread
    /// may do this, and each job has to keep memory and file in agreement. If people see the server
    /// differently afterwards, the change is published.
    pub(crate) fn change<T>(
        &self,
        writer: &WriterThread,
        id: ServerId,
        change: impl FnOnce(&mut ServerState) -> T,
    ) -> Option<T> {
        self.with(id, |state| {
            let done = change(state);
            if let Some(revision) = state.publish() {
                writer.note(id.to_key(), revision);
            }
            done
        })
    }

    /// Whether a server is locked just now.
    #[cfg(test)]
    pub(crate) fn is_locked(&self, id: ServerId) -> bool {
        let state = self.servers.read_sync(&id, |_, state| Arc::clone(state));
        state.is_some_and(|state| state.is_locked())
    }

    fn with<T>(&self, id: ServerId, run: impl FnOnce(&mut ServerState) -> T) -> Option<T> {
        let state = self.servers.read_sync(&id, |_, state| Arc::clone(state))?;
        let mut state = state.lock();
        Some(run(&mut state))
    }

    /// Returns the linked server that a key belongs to, and what becomes of the key.
    pub(crate) fn linked_server(
        &self,
        key: &KeyHash,
    ) -> Option<(AuthenticatedServer, KeyStanding)> {
        self.keys.read_sync(key, |_, held| held.clone())
    }

    /// Adds a server, or links a disconnected one again.
    pub(crate) fn link(
        &self,
        writer: &WriterThread,
        id: ServerId,
        now: UnixSeconds,
        new: impl FnOnce() -> ServerState,
    ) {
        let mut names = self.names.write();
        let relinked = self.change(writer, id, |state| state.relink(now));
        if relinked.is_none() {
            let mut state = new();
            if let Some(revision) = state.publish() {
                writer.note(id.to_key(), revision);
            }
            let guild = names.entry(state.guild()).or_default();
            guild.insert(state.name().clone(), id);
            // The entry is vacant: only `link` inserts, and it holds the lock on `names`.
            let _ = self.servers.insert_sync(id, Arc::new(Mutex::new(state)));
        }
    }

    /// Adds a server's key.
    pub(crate) fn add_key(
        &self,
        _: &WriterThread,
        key: KeyHash,
        standing: KeyStanding,
        server: AuthenticatedServer,
    ) {
        self.keys.upsert_sync(key, (server, standing));
    }

    /// Removes all keys of a server but these, which become what is said of them.
    pub(crate) fn keep_keys_of(&self, _: &WriterThread, kept: &ServerKeys) {
        self.keys.retain_sync(|key, (server, standing)| {
            if server.id != kept.server {
                return true;
            }
            let new = kept.standing(key);
            *standing = new.unwrap_or(*standing);
            new.is_some()
        });
    }

    /// Finds a guild's server by its name and returns it with its exact name. Prefers the server with
    /// exactly this name, and otherwise takes the only one whose name differs only in case.
    pub(crate) fn find(&self, guild: GuildId, name: &ServerName) -> Option<(ServerId, ServerName)> {
        let names = self.names.read();
        let servers = names.get(&guild)?;
        if let Some(id) = servers.get(name) {
            return Some((*id, name.clone()));
        }
        let mut alike = servers.iter().filter(|(other, _)| is_same(other, name));
        match (alike.next(), alike.next()) {
            (Some((name, id)), None) => Some((*id, name.clone())),
            _ => None,
        }
    }

    /// Gives a server another name.
    pub(crate) fn rename(&self, writer: &WriterThread, id: ServerId, name: ServerName) {
        let mut names = self.names.write();
        let set = |state: &mut ServerState| (state.guild(), state.rename(name.clone()));
        if let Some((guild, old)) = self.change(writer, id, set) {
            let servers = names.entry(guild).or_default();
            servers.remove(&old);
            servers.insert(name, id);
        }
    }

    /// Removes a server.
    pub(crate) fn remove(&self, writer: &WriterThread, id: ServerId) {
        let mut names = self.names.write();
        let named = self.read(id, |state| {
            writer.note(id.to_key(), state.published_revision() + 1);
            (state.guild(), state.name().clone())
        });
        if let Some((guild, name)) = named {
            let servers = names.entry(guild).or_default();
            servers.remove(&name);
            if servers.is_empty() {
                names.remove(&guild);
            }
        }
        self.servers.remove_sync(&id);
    }

    /// Whether a guild has any servers.
    pub(crate) fn has_servers(&self, guild: GuildId) -> bool {
        let names = self.names.read();
        names.get(&guild).is_some_and(|servers| !servers.is_empty())
    }

    /// Returns all servers, sorted by guild and name.
    pub(crate) fn names(&self) -> Vec<(GuildId, ServerName, ServerId)> {
        let names = self.names.read();
        let named = names.iter().flat_map(|(guild, servers)| {
            let servers = servers.iter();
            servers.map(|(name, id)| (*guild, name.clone(), *id))
        });
        named.collect()
    }

    /// Returns the ids of one guild's servers, or of all servers, sorted by guild and name.
    pub(crate) fn ids(&self, guild: Option<GuildId>) -> Vec<ServerId> {
        let names = self.names.read();
        match guild {
            Some(guild) => {
                let servers = names.get(&guild).into_iter().flatten();
                servers.map(|(_, id)| *id).collect()
            }
            None => names.values().flatten().map(|(_, id)| *id).collect(),
        }
    }
}

#[cfg(test)]
mod busy_server;
