//! The one handle to everything Oxeye remembers.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use oxeye_plugin_proto::{BootId, UnixSeconds};

use crate::changes::Changes;
use crate::loading;
use crate::memory::Memory;
use crate::rate_limits::RateLimits;
use crate::server_state::SilenceLimits;
use crate::store::{self, OpenError, Store, StoreError, WriterLoad};
use crate::wal_truncation::WalTruncation;

/// There was no check for silent servers yet.
pub(crate) const NEVER_CHECKED: i64 = i64::MIN;

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
    pub silence_limits: SilenceLimits,
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
    pub(crate) memory: Arc<Memory>,
    pub(crate) store: Store,
    pub(crate) wal_truncation: Arc<WalTruncation>,
    pub(crate) silence_limits: SilenceLimits,
    /// When we last checked for silent servers, in Unix seconds.
    pub(crate) last_silence_check: AtomicI64,
}

impl Database {
    /// Opens the file, migrates it, and loads what must be known without asking it. Blocks.
    ///
    /// # Errors
    /// When the file cannot be opened, is no Oxeye store, is damaged, was written by a newer version,
    /// or is in use by another process. A file that is refused stays as it is.
    pub fn open(options: &DatabaseOptions, now: UnixSeconds) -> Result<Self, OpenError> {
        let (store, connection, writer) = store::open(&options.path, options.readers)?;
        let memory = Memory::new(options.recent_window, options.rate_limits);
        let loaded = loading::load_all(&memory, &writer, &connection, now);
        loaded.map_err(|error| OpenError::while_reading(&options.path, error))?;
        // The name of somebody who was forgotten just before the process was killed may still be in
        // the log. If it cannot be truncated now, as on a full disk, a timer tries again.
        let wal_truncation = WalTruncation::due();
        wal_truncation.truncate(&connection);
        let inner = Inner {
            memory: Arc::new(memory),
            store,
            wal_truncation: Arc::new(wal_truncation),
            silence_limits: options.silence_limits,
            last_silence_check: AtomicI64::new(NEVER_CHECKED),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Id of this presence memory: another one after each start, and whenever a server's memory had to
    /// be read back from the file, since events were refused then.
    #[must_use]
    pub fn boot_id(&self) -> BootId {
        self.inner.memory.boot_id()
    }

    /// How long a player who left stays in "last seen".
    #[must_use]
    pub fn recent_window(&self) -> Duration {
        self.inner.memory.recent_window()
    }

    /// Whether the file can be written now.
    ///
    /// # Errors
    /// When it cannot, or the writer's queue is full.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        self.inner.store.write(store::touch, |(), _| ()).await
    }

    /// Looks whether the store's files are still where they were opened, and writes nothing. What is
    /// wrong with them is logged once.
    ///
    /// # Errors
    /// When they are not, or the writer's queue is full.
    pub async fn check_files(&self) -> Result<(), StoreError> {
        self.inner.store.write(|_| Ok(()), |(), _| ()).await
    }

    /// A listener that learns which servers people see differently, from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::of(self.inner.store.listen())
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
