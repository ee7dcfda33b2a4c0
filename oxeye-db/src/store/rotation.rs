//! Rotations of keys: issuing a code for one, and which key is replaced when.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use super::linking::Validity;
use super::rows::{api_keys, guilds, link_codes, servers};
use super::{Store, StoreError, WriterThread};
use crate::cache::KeyHash;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::rotation::KeyStanding;

/// A code that is to be issued for a new key.
pub(crate) struct NewRotation {
    pub(crate) server: GuildServer,
    pub(crate) hash: [u8; 32],
    pub(crate) expires_at: UnixSeconds,
    /// Whether a member of the guild wants it, which takes the bot.
    pub(crate) for_member: bool,
}

/// The outcome of issuing a code for a new key.
pub(crate) enum IssuedRotation {
    Code,
    Unknown,
    NoKey,
    BotRemoved,
}

/// All keys of a server, each with what becomes of it.
#[derive(Debug)]
pub(crate) struct ServerKeys {
    pub(crate) server: ServerId,
    pub(crate) keys: Vec<(KeyHash, KeyStanding)>,
}

/// Issues a code for a new key of a linked server.
pub(crate) async fn issue(
    store: &Store,
    new: NewRotation,
    valid: Validity,
) -> Result<IssuedRotation, StoreError> {
    let insert = move |file: &Connection| insert_code(file, &new, valid);
    store.write(insert, |issued, _| issued).await
}

/// Notes that a new key is in use: it is the current one now, and the one it replaces dies at `dies_at`. Yields
/// nothing if the key is not new any more.
pub(crate) async fn first_use<R: Send + 'static>(
    store: &Store,
    key: KeyHash,
    dies_at: UnixSeconds,
    committed: impl FnOnce(Option<ServerKeys>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let replace = move |file: &Connection| {
        let Some(server) = api_keys::set_current(file, &key)? else {
            return Ok(None);
        };
        api_keys::set_replaced_but(file, server, &key, dies_at)?;
        keys_of(file, server).map(Some)
    };
    store.write(replace, committed).await
}

/// Deletes the keys that die by `now`, and lets the others die by `latest`. Yields the servers that this changed.
pub(crate) async fn delete_replaced<R: Send + 'static>(
    store: &Store,
    now: UnixSeconds,
    latest: UnixSeconds,
    committed: impl FnOnce(Vec<ServerKeys>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        let mut changed = api_keys::delete_dead(file, now)?;
        changed.extend(api_keys::limit_dying(file, latest)?);
        changed.sort_unstable();
        changed.dedup();
        let servers = changed.into_iter();
        servers.map(|server| keys_of(file, server)).collect()
    };
    store.write(delete, committed).await
}

/// Returns the keys of a server.
pub(super) fn keys_of(file: &Connection, server: ServerId) -> rusqlite::Result<ServerKeys> {
    let keys = api_keys::for_server(file, server)?;
    Ok(ServerKeys { server, keys })
}

fn insert_code(
    file: &Connection,
    new: &NewRotation,
    valid: Validity,
) -> rusqlite::Result<IssuedRotation> {
    link_codes::delete_invalid(file, valid.now, valid.latest_expiry)?;
    let (guild, id) = (new.server.guild(), new.server.id());
    if new.for_member && guilds::has_removed_bot(file, guild)? {
        return Ok(IssuedRotation::BotRemoved);
    }
    let Some(server) = servers::one(file, guild, id)? else {
        return Ok(IssuedRotation::Unknown);
    };
    if !server.is_linked || !api_keys::has_any(file, id)? {
        return Ok(IssuedRotation::NoKey);
    }
    let of = (guild, &server.name, Some(id));
    link_codes::insert(file, &new.hash, of, new.expires_at)?;
    Ok(IssuedRotation::Code)
}
