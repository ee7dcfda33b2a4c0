//! Link codes: issuing one, and redeeming it for an API key.

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use rusqlite::Connection;

use super::rotation::{ServerKeys, keys_of};
use super::rows::link_codes::CodeFor;
use super::rows::{api_keys, event_ranges, guilds, link_codes, server_about, servers};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, ServerId};

/// A code that is to be issued.
pub(crate) struct NewCode {
    pub(crate) guild: GuildId,
    pub(crate) name: ServerName,
    pub(crate) hash: [u8; 32],
    pub(crate) expires_at: UnixSeconds,
    /// Whether a member of the guild wants it, which takes the bot.
    pub(crate) for_member: bool,
}

/// The outcome of issuing a code.
pub(crate) enum Issued {
    Code,
    NameTaken,
    BotRemoved,
}

/// A code that is to be redeemed, and the key that the plugin will get.
pub(crate) struct Redemption {
    pub(crate) code_hash: [u8; 32],
    pub(crate) key_hash: [u8; 32],
}

/// The outcome of redeeming a code.
pub(crate) enum Redeemed {
    Linked {
        server: ServerId,
        guild: GuildId,
        name: ServerName,
    },
    /// A linked server got its next key. Holds its other keys.
    Rotated(ServerKeys),
    NameTaken,
    UnknownCode,
}

/// The times that decide which codes are valid.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) now: UnixSeconds,
    /// The latest possible expiry time. A code that expires later was issued by a clock that was ahead,
    /// and is not valid.
    pub(crate) latest_expiry: UnixSeconds,
}

/// Issues a code, unless a server of its guild that a plugin reports for has the name.
pub(crate) async fn issue(
    store: &Store,
    code: NewCode,
    valid: Validity,
) -> Result<Issued, StoreError> {
    let insert = move |file: &Connection| insert_code(file, &code, valid);
    store.write(insert, |issued, _| issued).await
}

/// Redeems a code: deletes it and links the server, or gives it another key, in one transaction.
pub(crate) async fn redeem<R: Send + 'static>(
    store: &Store,
    redemption: Redemption,
    valid: Validity,
    committed: impl FnOnce(Redeemed, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let redeem = move |file: &Connection| redeem_code(file, &redemption, valid);
    store.write(redeem, committed).await
}

fn insert_code(file: &Connection, code: &NewCode, valid: Validity) -> rusqlite::Result<Issued> {
    link_codes::delete_invalid(file, valid.now, valid.latest_expiry)?;
    if code.for_member && guilds::has_removed_bot(file, code.guild)? {
        return Ok(Issued::BotRemoved);
    }
    let known = servers::called(file, code.guild, &code.name)?;
    if known.iter().any(|server| server.has_plugin) {
        return Ok(Issued::NameTaken);
    }
    guilds::ensure(file, code.guild, valid.now)?;
    let of = (code.guild, &code.name, None);
    link_codes::insert(file, &code.hash, of, code.expires_at)?;
    Ok(Issued::Code)
}

fn redeem_code(
    file: &Connection,
    redemption: &Redemption,
    valid: Validity,
) -> rusqlite::Result<Redeemed> {
    let code_hash = &redemption.code_hash;
    match link_codes::valid(file, code_hash, valid.now, valid.latest_expiry)? {
        Some(CodeFor::Link(guild, name)) => link(file, redemption, (guild, name), valid),
        Some(CodeFor::Rotation(server)) => rotate(file, redemption, server, valid),
        None => Ok(Redeemed::UnknownCode),
    }
}

/// Gives a server its next key. The plugin is the same, so its epochs and what it said about the server stay.
fn rotate(
    file: &Connection,
    redemption: &Redemption,
    server: ServerId,
    valid: Validity,
) -> rusqlite::Result<Redeemed> {
    link_codes::delete(file, &redemption.code_hash)?;
    api_keys::delete_all_but_current(file, server)?;
    let others = keys_of(file, server)?;
    api_keys::insert(file, &redemption.key_hash, server, true, valid.now)?;
    Ok(Redeemed::Rotated(others))
}

/// Links the server.
fn link(
    file: &Connection,
    redemption: &Redemption,
    (guild, name): (GuildId, ServerName),
    valid: Validity,
) -> rusqlite::Result<Redeemed> {
    let known = servers::called(file, guild, &name)?;
    if known.iter().any(|server| server.has_plugin) {
        // The code stays valid: the other server may be disconnected again.
        return Ok(Redeemed::NameTaken);
    }
    let server = match known.first() {
        Some(server) => relink(file, server.id, &name)?,
        None => servers::insert(file, guild, &name, None, valid.now)?,
    };
    link_codes::delete(file, &redemption.code_hash)?;
    // The new plugin may start its epochs and sequence numbers anywhere.
    event_ranges::delete_for_server(file, server)?;
    api_keys::insert(file, &redemption.key_hash, server, false, valid.now)?;
    Ok(Redeemed::Linked {
        server,
        guild,
        name,
    })
}

/// Links a server that no plugin reports for, under the name as it is written now.
fn relink(file: &Connection, server: ServerId, name: &ServerName) -> rusqlite::Result<ServerId> {
    servers::set_linked(file, server)?;
    servers::set_name(file, server, name)?;
    // Another plugin may speak for it from now on.
    server_about::delete_for_server(file, server)?;
    Ok(server)
}
