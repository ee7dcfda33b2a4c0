//! Who is online where, in memory: one entry per linked server, the keys that speak for them, and
//! their names by guild.
//!
//! How it locks: the `scc` maps take a short read-write lock per bucket of up to 32 entries, which
//! is held only while an `Arc` is cloned out of the entry. What takes longer - a sync of a thousand
//! players - holds the server's own mutex and stalls nobody else. The one rule: never hold a
//! server's mutex across an `.await` or while taking another's.

use std::collections::BTreeMap;
use std::sync::Arc;

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use parking_lot::{Mutex, RwLock};

use crate::ids::{GuildId, ServerId};
use crate::reporter::AuthenticatedServer;
use crate::server_names::is_same;
use crate::server_state::ServerState;
use crate::store::WriterThread;

/// SHA-256 of an API key.
pub(crate) type KeyHash = [u8; 32];

/// Everything that must be known without asking SQLite.
#[derive(Debug, Default)]
pub(crate) struct OnlineCache {
    servers: scc::HashMap<ServerId, Arc<Mutex<ServerState>>>,
    keys: scc::HashMap<KeyHash, AuthenticatedServer>,
    /// Sorted, so that a guild's servers are in the order in which they are shown. By guild, so
    /// that asking for one guild's costs nothing for the servers of all others.
    names: RwLock<BTreeMap<GuildId, BTreeMap<ServerName, ServerId>>>,
}

impl OnlineCache {
    /// Runs `read` on a server's state, with that server locked.
    pub(crate) fn read<T>(&self, id: ServerId, read: impl FnOnce(&ServerState) -> T) -> Option<T> {
        self.with(id, |state| read(state))
    }

    /// Runs `change` on a server's state, with that server locked. Jobs alone may do that, and each
    /// sees to it that memory and file agree. What people see differently then is published.
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

    fn with<T>(&self, id: ServerId, run: impl FnOnce(&mut ServerState) -> T) -> Option<T> {
        let state = self.servers.read_sync(&id, |_, state| Arc::clone(state))?;
        let mut state = state.lock();
        Some(run(&mut state))
    }

    /// The linked server that a key speaks for.
    pub(crate) fn linked_server(&self, key: &KeyHash) -> Option<AuthenticatedServer> {
        self.keys.read_sync(key, |_, server| server.clone())
    }

    /// Adds a server, or links one that had been disconnected anew.
    pub(crate) fn link(
        &self,
        writer: &WriterThread,
        id: ServerId,
        now: UnixSeconds,
        new: impl FnOnce() -> ServerState,
    ) {
        let mut names = self.names.write();
        if self.change(writer, id, |state| state.relink(now)).is_none() {
            let mut state = new();
            if let Some(revision) = state.publish() {
                writer.note(id.to_key(), revision);
            }
            let guild = names.entry(state.guild()).or_default();
            guild.insert(state.name().clone(), id);
            // Only `link` inserts, and it holds `names`: the entry is vacant.
            let _ = self.servers.insert_sync(id, Arc::new(Mutex::new(state)));
        }
    }

    /// From now on the key speaks for the server.
    pub(crate) fn add_key(&self, _: &WriterThread, key: KeyHash, server: AuthenticatedServer) {
        self.keys.upsert_sync(key, server);
    }

    /// From now on no key speaks for the server.
    pub(crate) fn remove_keys_of(&self, _: &WriterThread, id: ServerId) {
        self.keys.retain_sync(|_, server| server.id != id);
    }

    /// The server that somebody means by a name, and the name as it was given: the server called
    /// exactly that, else the only one whose name differs in nothing but case.
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

    /// From now on a server has another name.
    pub(crate) fn rename(&self, writer: &WriterThread, id: ServerId, name: ServerName) {
        let mut names = self.names.write();
        let set = |state: &mut ServerState| (state.guild(), state.rename(name.clone()));
        if let Some((guild, old)) = self.change(writer, id, set) {
            let servers = names.entry(guild).or_default();
            servers.remove(&old);
            servers.insert(name, id);
        }
    }

    /// From now on there is no such server.
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

    /// Whether a guild has any server.
    pub(crate) fn has_servers(&self, guild: GuildId) -> bool {
        let names = self.names.read();
        names.get(&guild).is_some_and(|servers| !servers.is_empty())
    }

    /// All servers, sorted by guild and name.
    pub(crate) fn names(&self) -> Vec<(GuildId, ServerName, ServerId)> {
        let names = self.names.read();
        let named = names.iter().flat_map(|(guild, servers)| {
            let servers = servers.iter();
            servers.map(|(name, id)| (*guild, name.clone(), *id))
        });
        named.collect()
    }

    /// Ids of the servers of one guild, or of all, sorted by guild and name.
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
