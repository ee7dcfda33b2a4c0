//! What Oxeye keeps in its SQLite file. `oxeye-sqlite` opens, locks, reads, writes and copies the file.
//!
//! | module       | subject                                                         |
//! |--------------|-----------------------------------------------------------------|
//! | `rows`       | the tables: plain functions over a connection                   |
//! | `apply`      | the changes of a report, written row by row                     |
//! | `linking`    | link codes: issuing one, redeeming it for an API key            |
//! | `rotation`   | rotations of keys: issuing a code, and which key is replaced    |
//! | `naming`     | servers by name: renaming one, finding or adding one            |
//! | `boards`     | boards, each once per channel and within a limit                |
//! | `counters`   | counters, one per channel and within a limit                    |
//! | `alerts`     | alerts within a limit, and their messages                       |
//! | `notices`    | notices, one per member and player, and within limits           |
//! | `members`    | members and their players, at most one of each for the other    |
//! | `names`      | what the tables alone know of names                             |
//! | `guild_settings` | the settings of guilds: changing some of them               |
//! | `guilds`     | the guilds that the bot is in, and those that removed it        |
//! | `watching`   | watched addresses: giving one to a server, within limits        |
//! | `skins`      | skins and the textures that lead to them                        |
//! | `side_file`  | a file of its own beside the store                              |
//! | `looked_up_skins` | the skins that Mojang names for accounts                   |
//! | `keeping`    | loose ends, imported playtime, accounts, the clock              |
//! | `schema`     | the migrations, and what marks a file as ours                   |
//! | `open_error` | why the file could not be opened, for whoever starts Oxeye      |
//!
//! What a user does is one function here, which runs in one transaction. Its callers say what memory
//! learns once that is committed; they never see a connection. Only the jobs of the writer and the steps
//! of reports, which change memory and file together, pass one on to these functions.

pub(crate) mod alerts;
pub(crate) mod apply;
pub(crate) mod boards;
pub(crate) mod counters;
pub(crate) mod guild_settings;
pub(crate) mod guilds;
pub(crate) mod keeping;
pub(crate) mod linking;
pub(crate) mod looked_up_skins;
pub(crate) mod members;
pub(crate) mod names;
pub(crate) mod naming;
pub(crate) mod notices;
mod open_error;
pub(crate) mod rotation;
pub(crate) mod rows;
mod schema;
pub(crate) mod side_file;
pub(crate) mod skins;
#[cfg(test)]
pub(crate) mod watcher;
pub(crate) mod watching;

pub use oxeye_sqlite::{FileLoss, Inspection, LostFile, StoreError, WriterLoad};
pub(crate) use oxeye_sqlite::{Job, Store, WriterThread, atomically, truncate_wal};

pub use open_error::OpenError;
pub use schema::inspect;
pub(crate) use schema::open;

/// Checks that the file can be written.
pub(crate) async fn check_writable(store: &Store) -> Result<(), StoreError> {
    store.write(oxeye_sqlite::touch, |(), _| ()).await
}

/// Runs something on the writer's thread, in turn with the writes.
pub(crate) async fn in_turn<R: Send + 'static>(
    store: &Store,
    run: impl FnOnce(&WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    store.write(|_| Ok(()), |(), writer| run(writer)).await
}
