//! The one handle to everything Oxeye remembers.

use oxeye_plugin_proto::{BootId, UnixSeconds};
use parking_lot::RwLock;
use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::Duration;

use crate::cache::OnlineCache;
use crate::forget;
use crate::ledger::SessionIds;
use crate::links;
use crate::picture::Pictures;
use crate::players::Players;
use crate::rate_limits::{Limiters, RateLimits};
use crate::server_state::Patience;
use crate::session_rows;
use crate::skins;
use crate::staleness::NEVER;
use crate::store::{self, OpenError, Store, StoreError, WriterLoad};

/// How a [`Database`] is opened.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// The SQLite file; made if it is not there.
    pub path: PathBuf,
    /// How long a player who left stays in "last seen".
    pub recent_window: Duration,
    /// What one server may send.
    pub rate_limits: RateLimits,
    /// When a silent server's sessions are closed.
    pub patience: Patience,
    /// Connections that read beside the writer: 2 to 4.
    pub readers: usize,
}

/// Everything Oxeye remembers. Cheap to clone; all clones are the same.
///
/// Each method is one user action and, where it writes, one transaction. What is answered from
/// memory is a plain function; what needs the file is `async` and never blocks the caller's thread.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) cache: OnlineCache,
    pub(crate) pictures: Pictures,
    pub(crate) store: Store,
    pub(crate) players: Players,
    pub(crate) sessions: SessionIds,
    pub(crate) recent_window: Duration,
    pub(crate) patience: Patience,
    pub(crate) limiters: Limiters,
    /// Somebody was forgotten, or may have been, and the store's log was not emptied since.
    pub(crate) log_is_to_be_emptied: AtomicBool,
    /// When it was last looked who is silent, in Unix seconds.
    pub(crate) last_look: AtomicI64,
    boot_id: RwLock<BootId>,
}

impl Database {
    /// Opens the file, migrates it, and loads what must be known without asking it. Blocks.
    ///
    /// # Errors
    /// When the file cannot be opened, is no Oxeye store, is damaged, was written by a newer version,
    /// or is in use by another process. A file that is refused stays as it is.
    pub fn open(options: &DatabaseOptions, now: UnixSeconds) -> Result<Self, OpenError> {
        let (store, connection) = Store::open(&options.path, options.readers)?;
        let inner = Inner {
            cache: OnlineCache::default(),
            pictures: Pictures::default(),
            store,
            players: Players::default(),
            sessions: SessionIds::default(),
            recent_window: options.recent_window,
            patience: options.patience,
            limiters: Limiters::new(options.rate_limits),
            // Who was forgotten just before the process was killed may still stand in it.
            log_is_to_be_emptied: AtomicBool::new(true),
            last_look: AtomicI64::new(NEVER),
            boot_id: RwLock::new(BootId::random()),
        };
        let database = Self {
            inner: Arc::new(inner),
        };
        let loaded = database.load(&connection, now);
        loaded.map_err(|error| OpenError::while_reading(&options.path, error))?;
        // Who was forgotten just before the process was killed may still stand in the log. A file that
        // does not take it now, as on a full disk, is asked again later.
        forget::wipe(&database, &connection);
        Ok(database)
    }

    fn load(&self, connection: &Connection, now: UnixSeconds) -> rusqlite::Result<()> {
        links::load(self, connection, now)?;
        skins::load(self, connection, now)?;
        session_rows::load_players(self, connection)?;
        session_rows::load(self, connection, None, now)
    }

    /// Id of this presence memory: another one after each start, and whenever a server's memory had to
    /// be read back from the file, since events were refused then.
    #[must_use]
    pub fn boot_id(&self) -> BootId {
        *self.inner.boot_id.read()
    }

    /// The presence memory is not what it was: plugins that see it tell their whole roster.
    pub(crate) fn renew_boot_id(&self) {
        *self.inner.boot_id.write() = BootId::random();
    }

    /// How long a player who left stays in "last seen".
    #[must_use]
    pub fn recent_window(&self) -> Duration {
        self.inner.recent_window
    }

    /// Whether the file can be written now.
    ///
    /// # Errors
    /// When it cannot, or the writer's queue is full.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        self.inner.store.write(store::touch, |()| ()).await
    }

    /// Looks whether the store's files are still where they were opened, and writes nothing. What is
    /// wrong with them is logged once.
    ///
    /// # Errors
    /// When they are not, or the writer's queue is full.
    pub async fn check_files(&self) -> Result<(), StoreError> {
        self.inner.store.write(|_| Ok(()), |()| ()).await
    }

    /// How busy the writer of the file is.
    #[must_use]
    pub fn writer_load(&self) -> WriterLoad {
        self.inner.store.load()
    }

    /// Finishes what is queued and closes the file. Later writes fail.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }
}
