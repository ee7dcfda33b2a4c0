//! Skins and the textures that lead to them, each server's its own.

use oxeye_plugin_proto::{TextureHash, UnixSeconds};
use oxeye_render::Head;
use rusqlite::Connection;
use uuid::Uuid;

use super::rows::skin_textures::{self, Keep};
use super::rows::{last_worn, looked_up_skins, skins};
use super::{Store, StoreError, WriterThread};
use crate::ids::{ServerId, SkinId};
use crate::persons::Share;
use crate::players::PlayerId;

/// When textures were last used.
pub(crate) type Uses = Vec<(TextureHash, UnixSeconds)>;

/// A skin that is to be stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SkinRow<'a> {
    pub(crate) id: SkinId,
    pub(crate) png: &'a [u8],
    pub(crate) head: &'a [u8],
}

/// Returns the head of a skin; `None` if there is no such skin.
pub(crate) async fn head(store: &Store, skin: SkinId) -> Result<Option<Head>, StoreError> {
    let pixels = store.read(move |file| skins::head(file, skin)).await?;
    Ok(pixels.and_then(|pixels| Head::from_bytes(&pixels)))
}

/// What leads to a player's head.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadSources {
    /// The texture that the server reported.
    pub(crate) texture: Option<TextureHash>,
    /// The account, whose skin may have been looked up.
    pub(crate) account: Option<Uuid>,
}

/// Returns the heads of players on a server, where we have them. What the server has sent comes before
/// what was looked up.
pub(crate) async fn heads(
    store: &Store,
    server: ServerId,
    players: Vec<HeadSources>,
) -> Result<Vec<Option<Head>>, StoreError> {
    let select = move |file: &Connection| {
        let heads = players.iter().map(|player| {
            let sent = player
                .texture
                .map(|texture| skin_textures::head(file, server, texture));
            let sent = sent.transpose()?.flatten();
            match (sent, player.account) {
                (None, Some(account)) => looked_up_skins::head(file, account),
                (sent, _) => Ok(sent),
            }
        });
        heads.collect::<rusqlite::Result<Vec<_>>>()
    };
    let pixels = store.read(select).await?.into_iter();
    Ok(pixels.map(|pixels| Head::from_bytes(&pixels?)).collect())
}

/// What leads to the head of a player who may be on several servers of a guild, or on none.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlayerSources {
    /// What the player wears, and where.
    pub(crate) worn: Vec<(ServerId, TextureHash)>,
    /// The name, the share of what was worn under it that is theirs, and the servers on which it may have been.
    pub(crate) was_on: Option<((PlayerId, Share), Vec<ServerId>)>,
    /// The account, whose skin may have been looked up.
    pub(crate) account: Option<Uuid>,
}

/// Returns the heads of players, where we have them: what they wear or wore last comes before what was looked up.
pub(crate) async fn heads_of_players(
    store: &Store,
    players: Vec<PlayerSources>,
) -> Result<Vec<Option<Head>>, StoreError> {
    let select = move |file: &Connection| {
        let heads = players.iter().map(|player| {
            let first = each_head(file, player).next();
            first.transpose()
        });
        heads.collect::<rusqlite::Result<Vec<_>>>()
    };
    let pixels = store.read(select).await?.into_iter();
    Ok(pixels.map(|pixels| Head::from_bytes(&pixels?)).collect())
}

/// Returns all heads of players that we have, not only the one that comes first.
pub(crate) async fn all_heads_of_players(
    store: &Store,
    players: Vec<PlayerSources>,
) -> Result<Vec<Vec<Head>>, StoreError> {
    let select = move |file: &Connection| {
        let heads = players
            .iter()
            .map(|player| each_head(file, player).collect::<rusqlite::Result<Vec<_>>>());
        heads.collect::<rusqlite::Result<Vec<_>>>()
    };
    let head = |pixels: Vec<u8>| Head::from_bytes(&pixels);
    let all = store.read(select).await?.into_iter();
    Ok(all
        .map(|pixels| pixels.into_iter().filter_map(head).collect())
        .collect())
}

/// Returns the pixels of the heads of a player that we have, each read when it is asked for.
fn each_head<'a>(
    file: &'a Connection,
    player: &'a PlayerSources,
) -> impl Iterator<Item = rusqlite::Result<Vec<u8>>> + 'a {
    let worn = player.worn.iter();
    let worn = worn.map(move |(server, texture)| skin_textures::head(file, *server, *texture));
    let was_on = player.was_on.iter().flat_map(move |(worn_by, servers)| {
        let servers = servers.iter();
        servers.map(move |server| last_worn::head(file, *server, *worn_by))
    });
    let account = player.account.into_iter();
    let looked_up = account.map(move |account| looked_up_skins::head(file, account));
    let heads = worn.chain(was_on).chain(looked_up);
    heads.filter_map(Result::transpose)
}

/// Stores a skin and the texture that leads to it, unless the texture leads to another one that may not
/// be replaced. Returns whether the texture led to no skin or to another one before.
pub(crate) fn keep(
    file: &Connection,
    (server, texture): (ServerId, TextureHash),
    skin: SkinRow<'_>,
    may_replace: bool,
    now: UnixSeconds,
) -> rusqlite::Result<bool> {
    let before = skin_textures::skin(file, server, texture)?;
    if before.is_some() && !may_replace {
        return Ok(false);
    }
    skins::ensure(file, skin.id, skin.png, skin.head, now)?;
    skin_textures::set(file, server, texture, skin.id, now)?;
    let replaced = before.filter(|before| *before != skin.id);
    if let Some(replaced) = replaced {
        skins::delete_unless_used(file, replaced)?;
    }
    Ok(before.is_none() || replaced.is_some())
}

/// Saves when textures were used. `latest` is the latest time that is believed.
pub(crate) async fn save_uses<R: Send + 'static>(
    store: &Store,
    server: ServerId,
    uses: Uses,
    latest: UnixSeconds,
    committed: impl FnOnce(Uses, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let update = move |file: &Connection| {
        skin_textures::set_uses(file, server, &uses, latest)?;
        Ok(uses)
    };
    store.write(update, committed).await
}

/// Returns the servers with textures that are not to be kept.
pub(crate) async fn servers_to_prune(
    store: &Store,
    keep: Keep,
) -> Result<Vec<ServerId>, StoreError> {
    let select = move |file: &Connection| skin_textures::servers_with_more_than(file, keep);
    store.read(select).await
}

/// Deletes textures of a server that are not to be kept, up to twice `limit`, and the skins that no other
/// texture leads to.
pub(crate) async fn prune<R: Send + 'static>(
    store: &Store,
    server: ServerId,
    keep: Keep,
    limit: usize,
    committed: impl FnOnce(Vec<TextureHash>, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let delete = move |file: &Connection| {
        let gone = skin_textures::delete_more_than(file, server, keep, limit)?;
        if !gone.is_empty() {
            last_worn::delete_unknown(file, server)?;
        }
        gone.into_iter()
            .map(|(texture, skin)| skins::delete_unless_used(file, skin).map(|()| texture))
            .collect()
    };
    store.write(delete, committed).await
}

/// Deletes textures of a server, and the skins that no other texture leads to.
pub(crate) fn delete_textures(
    file: &Connection,
    server: ServerId,
    textures: &[TextureHash],
) -> rusqlite::Result<()> {
    for texture in textures {
        if let Some(skin) = skin_textures::delete(file, server, *texture)? {
            skins::delete_unless_used(file, skin)?;
        }
    }
    Ok(())
}

/// Deletes up to `limit` textures of a server in any order. Returns how many were deleted.
pub(crate) async fn delete_some_textures(
    store: &Store,
    server: ServerId,
    limit: usize,
) -> Result<usize, StoreError> {
    let delete = move |file: &Connection| {
        let textures = skin_textures::some(file, server, limit)?;
        delete_textures(file, server, &textures)?;
        Ok(textures.len())
    };
    store.write(delete, |deleted, _| deleted).await
}
