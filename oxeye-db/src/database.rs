//! [`Database`], the handle to everything Oxeye remembers.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use oxeye_plugin_proto::{BootId, ServerName, UnixSeconds};
use oxeye_render::Fonts;

use crate::activity::{Activity, ActivityOptions};
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::member_codes::state::MemberCodes;
use crate::memory::Memory;
use crate::presence::Presence;
use crate::rate_limits::RateLimits;
use crate::server_state::SilenceLimits;
use crate::store::rows::{guilds, rewriting};
use crate::store::{self, OpenError, Store, StoreError, WriterLoad};
use crate::wal_truncation::WalTruncation;

/// Value of `last_silence_check` before the first check.
pub(crate) const NEVER_CHECKED: i64 = i64::MIN;

/// Options for opening a [`Database`].
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Path of the SQLite file, which is created if it does not exist.
    pub path: PathBuf,
    /// How long a player who left stays in "last seen".
    pub recent_window: Duration,
    /// Limits on what one server may send.
    pub rate_limits: RateLimits,
    /// Time after which a silent server's sessions are closed.
    pub silence_limits: SilenceLimits,
    /// Number of connections that read beside the writer: 2 to 4.
    pub readers: usize,
    /// How activity is kept; `None` turns it off.
    pub activity: Option<ActivityOptions>,
    /// How many days sessions of Discord members are kept.
    pub presence_retention_days: u16,
    /// The fonts of status pictures.
    pub fonts: Arc<Fonts>,
}

/// Everything Oxeye remembers. Clones are cheap and share the same data.
///
/// Each method is one user action and, if it writes, one transaction. Methods that answer from memory
/// are plain functions. Methods that need the file are `async` and never block the caller's thread.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) memory: Arc<Memory>,
    pub(crate) store: Store,
    pub(crate) activity: Option<Activity>,
    pub(crate) presence: Presence,
    pub(crate) member_codes: MemberCodes,
    pub(crate) fonts: Arc<Fonts>,
    pub(crate) wal_truncation: Arc<WalTruncation>,
    pub(crate) silence_limits: SilenceLimits,
    /// Time of the last check for silent servers, in Unix seconds.
    pub(crate) last_silence_check: AtomicI64,
}

impl Database {
    /// Opens and migrates the file, and loads it into memory. Blocks.
    ///
    /// # Errors
    /// When the file cannot be opened, is not an Oxeye store, is damaged, was written by a newer
    /// version, or is in use by another process. A refused file stays as it is.
    pub fn open(options: &DatabaseOptions, now: UnixSeconds) -> Result<Self, OpenError> {
        let (store, connection, writer) = store::open(&options.path, options.readers)?;
        let memory = Memory::new(options.recent_window, options.rate_limits);
        let loaded = loading::load_all(&memory, &writer, &connection, now);
        loaded.map_err(|error| OpenError::while_reading(&options.path, error))?;
        // If the process was killed right after it forgot a player, the log may still hold the name. A
        // timer tries again if the log cannot be truncated now, for example because the disk is full.
        let wal_truncation = WalTruncation::due();
        wal_truncation.truncate(&connection);
        let unfinished = rewriting::is_required(&connection);
        if unfinished.map_err(|error| OpenError::while_reading(&options.path, error))? {
            wal_truncation.require();
        }
        let activity = options.activity.as_ref();
        let activity = activity
            .map(|activity| Activity::open(activity, &options.path, options.readers))
            .transpose()?;
        let (path, days) = (&options.path, options.presence_retention_days);
        let presence = Presence::open(days, path, options.readers, now)?;
        let removed = guilds::removed_by(&connection, UnixSeconds(i64::MAX));
        for guild in removed.map_err(|error| OpenError::while_reading(path, error))? {
            presence.guild_is_without_bot(guild);
        }
        let inner = Inner {
            memory: Arc::new(memory),
            store,
            activity,
            presence,
            member_codes: MemberCodes::default(),
            fonts: Arc::clone(&options.fonts),
            wal_truncation: Arc::new(wal_truncation),
            silence_limits: options.silence_limits,
            last_silence_check: AtomicI64::new(NEVER_CHECKED),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Returns what members who joined do in Discord.
    #[must_use]
    pub fn presence(&self) -> &Presence {
        &self.inner.presence
    }

    /// Returns the id of this presence memory. It changes with each start, and also when a server's
    /// memory had to be read back from the file, because events were refused then.
    #[must_use]
    pub fn boot_id(&self) -> BootId {
        self.inner.memory.boot_id()
    }

    /// Returns the boot id for a server's plugin. It differs from the common one once polls have closed the
    /// server's sessions, and again with each further time: the plugin may have been there all along,
    /// unable to reach us.
    #[must_use]
    pub fn boot_id_after(&self, roster_losses: u32) -> BootId {
        self.boot_id().with_number(roster_losses)
    }

    /// Returns how long a player who left stays in "last seen".
    #[must_use]
    pub fn recent_window(&self) -> Duration {
        self.inner.memory.recent_window()
    }

    /// Returns the server with this id if it belongs to the guild. An id from a button or a URL is
    /// untrusted input.
    #[must_use]
    pub fn guild_server(&self, guild: GuildId, id: ServerId) -> Option<GuildServer> {
        GuildServer::with_id(&self.inner.memory.cache, guild, id)
    }

    /// Finds a guild's server by its name and returns it with its exact name. Prefers the server with
    /// exactly this name, and otherwise takes the only one whose name differs only in case.
    #[must_use]
    pub fn find_server(
        &self,
        guild: GuildId,
        name: &ServerName,
    ) -> Option<(GuildServer, ServerName)> {
        GuildServer::called(&self.inner.memory.cache, guild, name)
    }

    /// Checks that the file can be written.
    ///
    /// # Errors
    /// When the file cannot be written, or the writer's queue is full.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        store::check_writable(&self.inner.store).await
    }

    /// Checks that the store's files, and those of activity and presence, are still where they were opened,
    /// without writing anything. A problem is logged once.
    ///
    /// # Errors
    /// When the files are not as expected, or a writer's queue is full.
    pub async fn check_files(&self) -> Result<(), StoreError> {
        let found = store::in_turn(&self.inner.store, |_| ()).await;
        let activity = match self.activity_file() {
            Some(file) => store::in_turn(file, |_| ()).await,
            None => Ok(()),
        };
        let presence = match self.inner.presence.open_file() {
            Some((file, _)) => store::in_turn(file, |_| ()).await,
            None => Ok(()),
        };
        found.and(activity).and(presence)
    }

    /// Returns how busy the writer of the file is.
    #[must_use]
    pub fn writer_load(&self) -> WriterLoad {
        self.inner.store.load()
    }

    /// Returns how busy the writer of the file of activity is; `None` if nothing was ever reported.
    #[must_use]
    pub fn activity_writer_load(&self) -> Option<WriterLoad> {
        Some(self.activity_file()?.load())
    }

    /// Returns how busy the writer of the file of presence is; `None` if no guild was ever set up.
    #[must_use]
    pub fn presence_writer_load(&self) -> Option<WriterLoad> {
        let (file, _) = self.inner.presence.open_file()?;
        Some(file.load())
    }

    fn activity_file(&self) -> Option<&Store> {
        let (file, _) = self.inner.activity.as_ref()?.open_file()?;
        Some(file)
    }

    /// Finishes the queued jobs and closes the file. Later writes fail.
    pub async fn close(&self) {
        if let Some(activity) = &self.inner.activity {
            activity.close().await;
        }
        self.inner.presence.close().await;
        self.inner.store.close().await;
    }
}
